//! Drafts, settings, officers, starts.

use rusqlite::{named_params, params};
use sohoi_domain::change::Change;

use super::Writer;
use crate::db::signed;
use crate::error::{Fault, StoreError};
use crate::read::meta;
use crate::row::DraftRow;

/// Starts that are kept.
const KEPT_BOOTS: u32 = 1_000;
/// Less is not seen: times are shown to the minute.
const COUNTED_ON_MS: i64 = 60_000;

impl Writer<'_> {
    /// Keeps a form as typed, over the draft of the same id.
    ///
    /// # Errors
    /// [`Fault::NotJson`] for fields that are not JSON.
    pub fn save_draft(&mut self, draft: &DraftRow) -> Result<(), StoreError> {
        check_json(&draft.fields_json)?;
        let sql = include_str!("../../../../schema/device/queries/draft_save.sql");
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":id": draft.id,
            ":kind": draft.kind,
            ":record": draft.record_id.map(|id| id.to_string()),
            ":fields": draft.fields_json,
            ":saved_at_ms": draft.saved_at_ms,
        })?;
        Ok(())
    }

    /// Drops a draft; one that is not there is no error.
    ///
    /// # Errors
    /// What the database says.
    pub fn discard_draft(&mut self, id: &str) -> Result<(), StoreError> {
        self.conn.prepare_cached("DELETE FROM draft WHERE id = ?1")?.execute([id])?;
        Ok(())
    }

    /// # Errors
    /// [`Fault::NotJson`] for a value that is not JSON.
    pub fn set_setting(&mut self, key: &str, json: &str) -> Result<(), StoreError> {
        check_json(json)?;
        let sql = "INSERT INTO setting (key, value) VALUES (?1, ?2)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.conn.prepare_cached(sql)?.execute([key, json])?;
        Ok(())
    }

    /// # Errors
    /// What the database says.
    pub fn drop_setting(&mut self, key: &str) -> Result<(), StoreError> {
        self.conn.prepare_cached("DELETE FROM setting WHERE key = ?1")?.execute([key])?;
        Ok(())
    }

    /// Names the officer who works from now on, and answers her number. Who did what before stays.
    ///
    /// # Errors
    /// [`Fault::NoName`] for an empty name.
    pub fn set_officer(&mut self, name: &str) -> Result<u32, StoreError> {
        let name = name.trim();
        if name.is_empty() {
            return Err(StoreError::Fault(Fault::NoName));
        }
        let device = signed(self.core.identity.device.0);
        let sql = "SELECT COALESCE(MAX(number), 0) + 1 FROM officer WHERE device = ?1";
        let number: u32 = self.conn.query_row(sql, [device], |row| row.get(0))?;
        let sql = "INSERT INTO officer (device, number, name, since_ms) VALUES (?1, ?2, ?3, ?4)";
        self.conn.execute(sql, params![device, number, name, self.now_ms])?;
        meta::set(self.conn, meta::AUTHOR, &number)?;
        self.next.author = number;
        Ok(number)
    }

    /// Puts the times right that this device has stamped from its change `first_seq` on: its clock was off the hub's
    /// by so much, as the hub has told now. The stamps stay, only what is shown of them follows.
    ///
    /// # Errors
    /// What the database says.
    pub fn correct_times(
        &mut self,
        first_seq: u64,
        offset_ms: i64,
        told_at_ms: i64,
    ) -> Result<(), StoreError> {
        if first_seq < self.next.seq {
            self.set_off((first_seq, self.next.seq - 1), offset_ms, Some(told_at_ms))?;
        }
        Ok(())
    }

    /// After a stamp that lies ahead, of this PC's clock before it was put right or of another PC's, stamps count on
    /// from there until time has caught up. What is shown is when it was.
    pub(super) fn note_counted_on(&self, change: &Change) -> Result<(), StoreError> {
        let offset_ms = self.now_ms.saturating_sub(change.hlc.wall_ms());
        if offset_ms > -COUNTED_ON_MS {
            return Ok(());
        }
        let sql = include_str!("../../../../schema/device/queries/clock_counted_on.sql");
        let n_extended = self.conn.prepare_cached(sql)?.execute(named_params! {
            ":device": signed(self.core.identity.device.0),
            ":seq": signed(change.seq),
            ":offset_ms": offset_ms,
        })?;
        if n_extended > 0 { Ok(()) } else { self.set_off((change.seq, change.seq), offset_ms, None) }
    }

    fn set_off(
        &self,
        (first, last): (u64, u64),
        offset_ms: i64,
        told: Option<i64>,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO clock_correction (device, first_seq, last_seq, offset_ms, told_at_ms)
                   VALUES (?1, ?2, ?3, ?4, ?5)";
        let device = signed(self.core.identity.device.0);
        self.conn.execute(sql, params![device, signed(first), signed(last), offset_ms, told])?;
        Ok(())
    }

    /// Logs both clocks at a start.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_boot(&mut self, wall_ms: i64, monotonic_ms: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO boot (wall_ms, monotonic_ms) VALUES (?1, ?2)";
        self.conn.execute(sql, [wall_ms, monotonic_ms])?;
        let sql = "DELETE FROM boot WHERE id <= (SELECT MAX(id) FROM boot) - ?1";
        self.conn.execute(sql, [KEPT_BOOTS])?;
        Ok(())
    }
}

fn check_json(text: &str) -> Result<(), StoreError> {
    serde_json::from_str::<serde::de::IgnoredAny>(text)
        .map(|_| ())
        .map_err(|_| StoreError::Fault(Fault::NotJson))
}
