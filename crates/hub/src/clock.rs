//! The hub's time.

use std::time::{SystemTime, UNIX_EPOCH};

use sohoi_domain::Day;

/// Minutes east of UTC: Vietnam has one time zone and no summer time.
const OFFSET_MIN: i32 = 7 * 60;

/// Milliseconds since 1970.
pub type Clock = fn() -> i64;

pub fn system() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The day it is in Vietnam.
pub fn day(now_ms: i64) -> Day {
    Day::from_unix_ms(now_ms, OFFSET_MIN)
}

/// A moment as ISO 8601, in Vietnam's time.
pub fn iso(at_ms: i64) -> String {
    let local_s = (at_ms + i64::from(OFFSET_MIN) * 60_000).div_euclid(1_000);
    let of_day = local_s.rem_euclid(86_400);
    let (h, m, s) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{}T{h:02}:{m:02}:{s:02}+07:00", day(at_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_in_vietnams_time() {
        assert_eq!(iso(0), "1970-01-01T07:00:00+07:00");
        assert_eq!(iso(17 * 3_600_000 + 61_000), "1970-01-02T00:01:01+07:00");
    }
}
