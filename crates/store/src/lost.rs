//! Saves that could not be read after a cut: told until somebody has seen it.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::read::meta;
use crate::register::Register;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostSaves {
    pub n: u32,
    pub found_at_ms: i64,
}

/// Those of an earlier time that nobody has seen yet count with them.
pub(crate) fn note(conn: &Connection, n: u32, now_ms: i64) -> Result<(), StoreError> {
    let before = read(conn)?.map_or(0, |lost| lost.n);
    let lost = LostSaves { n: before.saturating_add(n), found_at_ms: now_ms };
    let text = serde_json::to_string(&lost).map_err(|_| StoreError::Fault(Fault::NotJson))?;
    meta::set(conn, meta::LOST_SAVES, &text)
}

fn read(conn: &Connection) -> Result<Option<LostSaves>, StoreError> {
    let text: Option<String> = meta::get(conn, meta::LOST_SAVES)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

impl Register {
    /// Saves of which the log had a fault when this was opened, and which are there all the same.
    pub fn mended_saves(&self) -> u32 {
        self.n_mended
    }

    pub fn lost_saves(&self) -> Result<Option<LostSaves>, StoreError> {
        read(&self.conn)
    }

    /// Somebody has seen it.
    pub fn forget_lost_saves(&mut self) -> Result<(), StoreError> {
        self.conn.execute("DELETE FROM meta WHERE key = ?1", [meta::LOST_SAVES])?;
        Ok(())
    }
}
