//! How long to wait after wrong PINs. Nothing is ever destroyed by them.

use serde::{Deserialize, Serialize};

/// Tries before the first wait.
const FREE_TRIES: u32 = 3;
const FIRST_WAIT_S: u32 = 5;
const LONGEST_WAIT_S: u32 = 900;

/// Wrong PINs since the last right one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Tries {
    pub failed: u32,
    pub not_before_ms: i64,
}

impl Tries {
    /// Seconds that this many wrong tries cost.
    fn wait_s(failed: u32) -> u32 {
        match failed.checked_sub(FREE_TRIES) {
            None => 0,
            Some(doublings) => FIRST_WAIT_S.saturating_mul(1 << doublings.min(16)).min(LONGEST_WAIT_S),
        }
    }

    /// Seconds left at `now_ms`.
    pub fn left_s(self, now_ms: i64) -> u32 {
        let left_s = self.not_before_ms.saturating_sub(now_ms).saturating_add(999) / 1000;
        u32::try_from(left_s.max(0)).unwrap_or(u32::MAX).min(Tries::wait_s(self.failed))
    }

    pub fn after_failure(self, now_ms: i64) -> Tries {
        let failed = self.failed.saturating_add(1);
        Tries { failed, not_before_ms: now_ms.saturating_add(i64::from(Tries::wait_s(failed)) * 1000) }
    }

    /// The same wait counted from now, when the clock was set back and the end of it lies farther away than
    /// the wait is long. None when it does not.
    pub fn restarted(self, now_ms: i64) -> Option<Tries> {
        let end_ms = now_ms.saturating_add(i64::from(Tries::wait_s(self.failed)) * 1000);
        (self.not_before_ms > end_ms).then_some(Tries { not_before_ms: end_ms, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_quarter_of_an_hour() {
        let mut tries = Tries::default();
        let mut waits = Vec::new();
        for _ in 0..13 {
            tries = tries.after_failure(1_000);
            waits.push(tries.left_s(1_000));
        }
        assert_eq!(waits, [0, 0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
        assert_eq!(Tries { failed: u32::MAX, not_before_ms: i64::MAX }.left_s(0), 900);
    }

    #[test]
    fn a_clock_set_back_by_years_costs_one_wait_more_and_no_longer() {
        let tries = Tries { failed: 3, not_before_ms: 1_800_000_000_000 };
        let now_ms = 1_200_000_000_000;
        assert_eq!(tries.left_s(now_ms), 5);
        let tries = tries.restarted(now_ms).expect("the end is far away");
        assert_eq!((tries.left_s(now_ms), tries.left_s(now_ms + 5_000)), (5, 0));
        assert_eq!(tries.restarted(now_ms), None);
    }
}
