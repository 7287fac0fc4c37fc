//! What time it is by the hub, however long the conversation goes on after it has said so.

use std::time::{Duration, Instant};

/// An answer that took longer may have lain on the way, and nobody knows for how much of that.
const PROMPT: Duration = Duration::from_secs(60);

/// The hub's time, tied to a clock that nobody sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HubTime {
    ms: i64,
    heard: Instant,
}

impl HubTime {
    /// `ms` since 1970, as an answer said that was asked for and heard at these moments. None when it is not known
    /// to a minute.
    pub fn of(ms: i64, asked: Instant, heard: Instant) -> Option<HubTime> {
        (heard.saturating_duration_since(asked) <= PROMPT).then_some(HubTime { ms, heard })
    }

    /// Milliseconds since 1970 at a later moment.
    pub fn at_ms(&self, now: Instant) -> i64 {
        let since = now.saturating_duration_since(self.heard).as_millis();
        self.ms.saturating_add(i64::try_from(since).unwrap_or(i64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_on_while_much_comes_down() {
        let asked = Instant::now();
        let heard = asked + Duration::from_secs(2);
        let time = HubTime::of(1_000, asked, heard).expect("a prompt answer");
        assert_eq!(time.at_ms(heard), 1_000);
        assert_eq!(time.at_ms(heard + Duration::from_secs(7 * 60)), 421_000);
    }

    #[test]
    fn an_answer_that_was_held_back_tells_no_time() {
        let asked = Instant::now();
        assert_eq!(HubTime::of(1_000, asked, asked + Duration::from_secs(61)), None);
    }
}
