//! A register that was cloned, or restored from a backup, goes on under a new device.

use std::collections::BTreeMap;

use rusqlite::OptionalExtension;
use sohoi_domain::RecordId;
use zeroize::Zeroizing;

use super::Register;
use crate::error::StoreError;
use crate::read::meta;
use crate::transact::Operation;
use crate::writer::Renewal;

impl Register {
    /// The secret under which this PC will go on, kept from the first time it is asked for until
    /// [`Register::renew`]: after a power cut in between, the hub meets the same device again.
    ///
    /// # Errors
    /// What the database says.
    pub fn next_device(
        &mut self,
        now_ms: i64,
        secret: impl FnOnce() -> [u8; 32],
    ) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        if let Some(kept) = meta::get(&self.conn, meta::NEXT_DEVICE)? {
            return Ok(Zeroizing::new(kept));
        }
        let secret = Zeroizing::new(secret());
        self.transact(Operation::DeviceRenew, now_ms, |writer| writer.set_next_device(&secret))?;
        Ok(secret)
    }

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
