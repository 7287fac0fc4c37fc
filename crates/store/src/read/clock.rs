//! When something was written, as far as the hub's clock has told since. For show: no order hangs on it.

use rusqlite::named_params;
use sohoi_domain::{DeviceId, Op, RecordId, Version};

use super::View;
use crate::db::signed;
use crate::error::StoreError;

impl View<'_> {
    /// The moment of a change by its stamp, put right where it is this PC's own and its clock was off.
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
