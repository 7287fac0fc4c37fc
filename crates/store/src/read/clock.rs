//! When something was written, as far as the hub's clock has told since. For show: no order hangs on it.

use rusqlite::named_params;
use sohoi_domain::{DeviceId, Op, RecordId, Version};

use super::View;
use crate::db::{signed, unsigned};
use crate::error::StoreError;
use crate::register::Register;
use crate::row::ClockRow;

/// Less is not worth a word to others, in milliseconds.
const LEAST_MS: i64 = 2 * 60_000;

impl Register {
    /// What this PC's stamps are off and its hub was not told, newest first.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn clock_to_tell(&self, limit: u32) -> Result<Vec<ClockRow>, StoreError> {
        let sql = include_str!("../../../../schema/device/queries/clock_to_tell.sql");
        let view = self.view();
        let mut find = view.conn.prepare_cached(sql)?;
        let device = signed(view.core.identity.device.0);
        let params = named_params! { ":device": device, ":least": LEAST_MS, ":limit": limit };
        let rows = find.query_map(params, |row| {
            Ok(ClockRow {
                first_seq: unsigned(row.get(0)?),
                last_seq: unsigned(row.get(1)?),
                offset_ms: row.get(2)?,
                told_at_ms: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Last word of the hub on other PCs' clocks that is here; none before the first.
    pub fn clock_cursor(&self) -> Result<Option<u64>, StoreError> {
        self.view().clock_cursor()
    }

    /// True when the hub was told something under another epoch than this one: it was restored from a backup.
    pub fn has_clock_of_other_epochs(&self, hub_epoch: u64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM clock_correction WHERE told_epoch <> ?1)";
        let view = self.view();
        Ok(view.conn.prepare_cached(sql)?.query_row([signed(hub_epoch)], |row| row.get(0))?)
    }
}

impl View<'_> {
    pub fn clock_cursor(&self) -> Result<Option<u64>, StoreError> {
        let sql = "SELECT MAX(number) FROM clock_correction WHERE number > 0";
        let number: Option<i64> = self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(number.map(unsigned))
    }

    /// The moment of a change by its stamp, put right where its PC's clock was off.
    pub fn shown_ms(&self, change: Version, at_ms: i64) -> Result<i64, StoreError> {
        let sql = include_str!("../../../../schema/device/queries/clock_correction_of.sql");
        let mut find = self.conn.prepare_cached(sql)?;
        let (device, seq) = (signed(change.device.0), signed(change.seq));
        let params = named_params! { ":device": device, ":seq": seq, ":at_ms": at_ms };
        let shown: Option<i64> = find.query_row(params, |row| row.get(0))?;
        Ok(shown.unwrap_or(at_ms))
    }

    /// The same of the change that made a record.
    pub fn shown_created_ms(&self, id: RecordId, newest: i64, at_ms: i64) -> Result<i64, StoreError> {
        // Most PCs were never off, and need not read a record's history for its page.
        if !self.was_off(id.device)? {
            return Ok(at_ms);
        }
        let chain = self.chain_from(Some(newest))?;
        let made = chain.iter().find(|logged| {
            let stored = &logged.stored;
            stored.device == id.device && stored.change.op == Op::Create
        });
        made.map_or(Ok(at_ms), |made| {
            self.shown_ms(Version { device: id.device, seq: made.stored.change.seq }, at_ms)
        })
    }

    fn was_off(&self, device: DeviceId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM clock_correction WHERE device = ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([signed(device.0)], |row| row.get(0))?)
    }
}
