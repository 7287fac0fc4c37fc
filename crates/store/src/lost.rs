//! What a cut and a bad disk left of the last saves: told until somebody has seen it.

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::read::meta;
use crate::register::Register;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LostSaves {
    /// Saves that cannot be read, of drafts too. With none a fault was set right, and the disk is bad all the same.
    pub n: u32,
    /// Places that were set right.
    #[serde(default)]
    pub n_mended: u32,
    pub found_at_ms: i64,
}

/// What was found, and what was found before and nobody has seen yet, together. On a full disk it is told as long as
/// the register is open.
pub(crate) fn noted(conn: &Connection, found: Option<LostSaves>) -> Result<Option<LostSaves>, StoreError> {
    let before = read(conn)?;
    let Some(found) = found else { return Ok(before) };
    let n = before.map_or(0, |before| before.n).saturating_add(found.n);
    let n_mended = before.map_or(0, |before| before.n_mended).saturating_add(found.n_mended);
    let all = LostSaves { n, n_mended, ..found };
    let text = serde_json::to_string(&all).map_err(|_| StoreError::Fault(Fault::NotJson))?;
    match meta::set(conn, meta::LOST_SAVES, &text) {
        Ok(()) | Err(StoreError::DiskFull) => Ok(Some(all)),
        Err(other) => Err(other),
    }
}

fn read(conn: &Connection) -> Result<Option<LostSaves>, StoreError> {
    let text: Option<String> = meta::get(conn, meta::LOST_SAVES)?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

impl Register {
    pub fn lost_saves(&self) -> Option<LostSaves> {
        self.lost
    }

    /// Somebody has seen it.
    pub fn forget_lost_saves(&mut self) -> Result<(), StoreError> {
        self.conn.execute("DELETE FROM meta WHERE key = ?1", [meta::LOST_SAVES])?;
        self.lost = None;
        Ok(())
    }
}
