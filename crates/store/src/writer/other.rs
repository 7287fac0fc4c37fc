//! Drafts, settings, officers, starts.

use rusqlite::{named_params, params};

use super::Writer;
use crate::db::signed;
use crate::error::{Fault, StoreError};
use crate::read::meta;
use crate::row::DraftRow;

/// Starts that are kept.
const KEPT_BOOTS: u32 = 1_000;

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
