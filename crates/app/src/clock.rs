//! This PC's clock, and the time since the program started.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sohoi_domain::Day;

/// Việt Nam keeps one time the whole year.
const OFFSET_MIN: i32 = 7 * 60;

pub struct Clock {
    started: Instant,
    boot: u64,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock { started: Instant::now(), boot: u64::try_from(wall_ms()).unwrap_or(0) }
    }

    /// Milliseconds since 1970 as the PC believes; for show and for stamps, never decisive.
    pub fn now_ms(&self) -> i64 {
        wall_ms()
    }

    pub fn today(&self) -> Day {
        Day::from_unix_ms(wall_ms(), OFFSET_MIN)
    }

    pub fn monotonic_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Tells one start of the program from another.
    pub fn boot(&self) -> u64 {
        self.boot
    }
}

fn wall_ms() -> i64 {
    // A clock before 1970 counts as 1970: order does not hang on it.
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
