//! What waits to be sent, and how the syncs before it ended.

use rusqlite::{Row, named_params, params};
use sohoi_domain::KindNum;

use crate::db::{change_key, changes_of, signed, unsigned};
use crate::error::{Fault, StoreError};
use crate::register::Register;
use crate::row::run::{RunOutcome, RunProblem, RunReceipt, RunRow, RunStick, RunWay};

/// Changes of one kind that no receipt covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsentRow {
    pub kind: KindNum,
    pub n_new: u64,
    pub n_edited: u64,
    pub n_erased: u64,
}

impl Register {
    /// What of each kind no receipt covers; the most first.
    ///
    /// # Errors
    /// What the database says.
    pub fn unsent_by_kind(&self) -> Result<Vec<UnsentRow>, StoreError> {
        let [_, last] = changes_of(self.core.device_ref);
        let after = change_key(self.core.device_ref, self.receipted()?);
        let sql = "SELECT kind, SUM(op = 'create'), SUM(op IN ('patch', 'restore')), SUM(op = 'erase')
                   FROM change WHERE id > ?1 AND id <= ?2 GROUP BY kind ORDER BY COUNT(*) DESC, kind";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params![after, last], |row| {
            Ok(UnsentRow {
                kind: KindNum(row.get(0)?),
                n_new: unsigned(row.get(1)?),
                n_edited: unsigned(row.get(2)?),
                n_erased: unsigned(row.get(3)?),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Bytes of sealed batches that wait for their receipts.
    ///
    /// # Errors
    /// What the database says.
    pub fn unsent_batch_bytes(&self) -> Result<u64, StoreError> {
        let sql = "SELECT COALESCE(SUM(length(bytes)), 0) FROM batch
                   WHERE device = ?1 AND received_at_ms IS NULL";
        let device = signed(self.identity().device.0);
        Ok(unsigned(self.conn.prepare_cached(sql)?.query_row([device], |row| row.get(0))?))
    }

    /// How the last syncs ended, the newest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn runs(&self, limit: u32) -> Result<Vec<RunRow>, StoreError> {
        let sql = include_str!("../../../../schema/device/queries/sync_runs.sql");
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(named_params! { ":limit": limit })?;
        let mut runs = Vec::new();
        while let Some(row) = rows.next()? {
            runs.push(run(row)?);
        }
        Ok(runs)
    }
}

fn run(row: &Row) -> Result<RunRow, StoreError> {
    let (way, outcome): (String, String) = (row.get(0)?, row.get(2)?);
    let unknown = || StoreError::Fault(Fault::StoredRow);
    let code: Option<String> = row.get(3)?;
    let incident: Option<String> = row.get(4)?;
    let number: Option<String> = row.get(15)?;
    let received_at_ms: Option<i64> = row.get(16)?;
    let name: Option<String> = row.get(17)?;
    let letter: Option<String> = row.get(18)?;
    Ok(RunRow {
        way: RunWay::ALL.into_iter().find(|known| known.name() == way).ok_or_else(unknown)?,
        ended_at_ms: row.get(1)?,
        outcome: RunOutcome::ALL.into_iter().find(|known| known.name() == outcome).ok_or_else(unknown)?,
        problem: code.zip(incident).map(|(code, incident)| RunProblem { code, incident }),
        n_changes_sent: unsigned(row.get(5)?),
        n_photos_sent: row.get(6)?,
        bytes_sent: unsigned(row.get(7)?),
        n_batches_pulled: row.get(8)?,
        n_photos_pulled: row.get(9)?,
        n_bulletins: row.get(10)?,
        bytes_received: unsigned(row.get(11)?),
        n_unsent: row.get(12)?,
        file: row.get(13)?,
        stick: name.map(|name| RunStick { name, letter }),
        n_receipts: row.get(14)?,
        receipt: number.zip(received_at_ms).map(|(number, at_ms)| RunReceipt { number, at_ms }),
    })
}
