//! What a cut and a bad disk left of the last saves: told until somebody has seen it.

use std::fs;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::error::{Fault, StoreError};
use crate::home::{Home, write_whole};
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

impl LostSaves {
    fn and(self, before: Option<LostSaves>) -> LostSaves {
        let n = before.map_or(0, |before| before.n).saturating_add(self.n);
        let n_mended = before.map_or(0, |before| before.n_mended).saturating_add(self.n_mended);
        LostSaves { n, n_mended, ..self }
    }
}

/// Writes beside the register what was found, until it stands in it.
pub(crate) fn keep(home: &Home, found: LostSaves) -> Result<(), StoreError> {
    let all = found.and(kept(home));
    let text = serde_json::to_string(&all).map_err(|_| StoreError::Fault(Fault::NotJson))?;
    write_whole(&home.lost_note(), text.as_bytes())
}

fn kept(home: &Home) -> Option<LostSaves> {
    serde_json::from_slice(&fs::read(home.lost_note()).ok()?).ok()
}

/// What was found, and what was found before and nobody has seen yet, together. On a full disk it is told as long as
/// the register is open, and again if it stands beside it.
pub(crate) fn noted(
    home: &Home,
    conn: &Connection,
    found: Option<LostSaves>,
) -> Result<Option<LostSaves>, StoreError> {
    let before = read(conn)?;
    // What is kept beside the register has what was found now, too.
    let Some(found) = kept(home).or(found) else { return Ok(before) };
    let all = found.and(before);
    let text = serde_json::to_string(&all).map_err(|_| StoreError::Fault(Fault::NotJson))?;
    match meta::set(conn, meta::LOST_SAVES, &text) {
        Ok(()) => {
            // Left over, it would be told once more.
            let _ = fs::remove_file(home.lost_note());
            Ok(Some(all))
        }
        Err(StoreError::DiskFull) => Ok(Some(all)),
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
