//! A register that was cloned, or restored from a backup, goes on under a new device.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;
use sohoi_domain::{DeviceId, RecordId};

use super::Register;
use crate::db::signed;
use crate::error::StoreError;
use crate::transact::Operation;
use crate::writer::Renewal;

impl Register {
    /// Goes on under another device: what the hub never had of this one moves there, the rest is from now on
    /// another PC's. Answers the records that moved there, by their ids before and since.
    ///
    /// # Errors
    /// What the database says; the register is as before then.
    pub fn renew(
        &mut self,
        renewal: &Renewal,
        now_ms: i64,
    ) -> Result<BTreeMap<RecordId, RecordId>, StoreError> {
        let renewed = self.transact(Operation::DeviceRenew, now_ms, |writer| writer.renew(renewal))?.output;
        let (core, moved) = renewed;
        self.core = core;
        Ok(moved)
    }

    /// True for a device whose changes, or whose card, are here.
    ///
    /// # Errors
    /// What the database says.
    pub fn knows_device(&self, device: DeviceId) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM device WHERE id = ?1) OR EXISTS (SELECT 1 FROM peer WHERE device = ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([signed(device.0)], |row| row.get(0))?)
    }

    /// Since when this PC goes by another device than at first; none when it never changed.
    ///
    /// # Errors
    /// What the database says.
    pub fn renewed_at_ms(&self) -> Result<Option<i64>, StoreError> {
        let sql = "SELECT since_ms FROM device WHERE ref = ?1 AND EXISTS (
                     SELECT 1 FROM device WHERE secret IS NOT NULL AND retired_at_ms IS NOT NULL)";
        Ok(self.conn.prepare_cached(sql)?.query_row([self.core.device_ref], |row| row.get(0)).optional()?)
    }
}
