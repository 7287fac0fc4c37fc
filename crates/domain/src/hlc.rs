//! Hybrid logical clock: wall time when it can be trusted, order always.

use serde::{Deserialize, Serialize};

/// Milliseconds since 1970 in the upper 48 bits, a counter in the lower 16. Stamps are made at whole seconds: what
/// is finer is chance, and would take a byte of every change that is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Hlc(pub u64);

impl Hlc {
    pub fn wall_ms(self) -> i64 {
        (self.0 >> 16) as i64
    }

    /// The next stamp after `self` at wall time `now_ms`.
    ///
    /// A clock that was set back, or stands still, counts on from the last stamp.
    pub fn tick(self, now_ms: i64) -> Hlc {
        let wall = u64::try_from(now_ms - now_ms.rem_euclid(1_000)).unwrap_or(0) & 0xffff_ffff_ffff;
        let now = Hlc(wall << 16);
        if now > self { now } else { Hlc(self.0 + 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_still_counts_on() {
        let first = Hlc::default().tick(1_543_000_000_000);
        let second = first.tick(1_231_000_000_000);
        assert!(second > first);
        assert_eq!(second.wall_ms(), 1_543_000_000_000);
    }

    #[test]
    fn two_stamps_in_one_second_differ() {
        let first = Hlc::default().tick(7_005);
        assert_eq!(first.wall_ms(), 7_000);
        assert!(first.tick(7_006) > first);
    }
}
