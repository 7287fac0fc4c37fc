//! How each sync ended.

use rusqlite::named_params;

use super::Writer;
use crate::db::signed;
use crate::error::StoreError;
use crate::row::run::RunRow;

/// Of the newest that are kept.
pub const KEPT_RUNS: u32 = 200;

impl Writer<'_> {
    /// Keeps how a sync ended, or a file, and lets go of the oldest.
    ///
    /// # Errors
    /// What the database says.
    pub fn note_run(&mut self, run: &RunRow) -> Result<(), StoreError> {
        let sql = include_str!("../../../../schema/device/queries/sync_run_insert.sql");
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":way": run.way.name(),
            ":ended_at_ms": run.ended_at_ms,
            ":outcome": run.outcome.name(),
            ":problem": run.problem.as_ref().map(|problem| &problem.code),
            ":incident": run.problem.as_ref().map(|problem| &problem.incident),
            ":n_changes_sent": signed(run.n_changes_sent),
            ":n_photos_sent": run.n_photos_sent,
            ":bytes_sent": signed(run.bytes_sent),
            ":n_batches_pulled": run.n_batches_pulled,
            ":n_photos_pulled": run.n_photos_pulled,
            ":n_bulletins": run.n_bulletins,
            ":bytes_received": signed(run.bytes_received),
            ":n_unsent": run.n_unsent,
            ":file": run.file,
            ":n_receipts": run.n_receipts,
            ":receipt": run.receipt.as_ref().map(|receipt| &receipt.number),
            ":stick_name": run.stick.as_ref().map(|stick| &stick.name),
            ":stick_letter": run.stick.as_ref().and_then(|stick| stick.letter.as_ref()),
            ":received_at_ms": run.receipt.as_ref().map(|receipt| receipt.at_ms),
        })?;
        let sql = "DELETE FROM sync_run WHERE id <= (SELECT MAX(id) FROM sync_run) - ?1";
        self.conn.prepare_cached(sql)?.execute([KEPT_RUNS])?;
        Ok(())
    }
}
