//! When what SQLite wrote into its log is carried into the file itself: by whoever has nothing else to write, so that
//! no commit waits for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::error::{Result, SqliteResult};

/// Pages that are worth carrying: 4 MB, as of itself SQLite does it.
const WORTH: u32 = 1_000;
/// Pages (64 MB) at which a commit does it after all, so that the log does not grow without end.
const MOST: u32 = 16_000;

/// The log as the last commit left it.
#[derive(Default)]
pub struct Wal {
    pages: Mutex<Pages>,
    /// Held by the one that carries.
    carrying: Mutex<()>,
}

#[derive(Clone, Copy, Default)]
struct Pages {
    written: u32,
    carried: u32,
}

impl Pages {
    // A shorter log was begun anew, because all of it had been carried; and one of which all had been carried may have
    // been, and be longer already.
    fn grown_to(self, written: u32) -> Pages {
        let is_new = written < self.written || self.carried >= self.written;
        Pages { written, carried: if is_new { 0 } else { self.carried } }
    }

    fn is_worth_it(self) -> bool {
        self.written - self.carried.min(self.written) >= WORTH
    }
}

impl Wal {
    /// After a commit that left the log with so many pages; true when it must be carried now.
    pub fn note(&self, written: u32) -> bool {
        let mut pages = lock(&self.pages);
        *pages = pages.grown_to(written);
        written >= MOST
    }

    pub fn is_worth_it(&self) -> bool {
        lock(&self.pages).is_worth_it()
    }

    /// Half of what it may have: whoever has written so much lets it be begun anew.
    pub fn is_long(&self) -> bool {
        lock(&self.pages).written >= MOST / 2
    }

    /// Carries what nobody reads any more, unless somebody does already. Others read and write meanwhile.
    pub fn carry(&self, connection: &Connection) -> Result<()> {
        let Ok(_one) = self.carrying.try_lock() else { return Ok(()) };
        let before = lock(&self.pages).written;
        let carried = connection
            .prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")
            .and_then(|mut carry| carry.query_row([], |row| row.get::<_, i32>(2)))
            .db()?;
        let mut pages = lock(&self.pages);
        // Of a log that was begun anew meanwhile it says nothing.
        if pages.written >= before {
            // Below none when another process is at it.
            pages.carried = u32::try_from(carried).unwrap_or_default();
        }
        Ok(())
    }
}

// What lies under the lock is whole at any moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_that_was_begun_anew_has_nothing_carried() {
        let carried = Pages { written: 3_000, carried: 2_500 };
        assert!(!carried.is_worth_it());
        assert!(carried.grown_to(3_500).is_worth_it());
        let anew = carried.grown_to(1_200);
        assert_eq!(anew.carried, 0);
        assert!(anew.is_worth_it());
    }
}
