//! A register that was cloned, or restored from a backup, goes on under a new device.

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
    /// another PC's. Answers how many changes moved. Ids of records that moved are other ones afterwards.
    ///
    /// # Errors
    /// What the database says; the register is as before then.
    pub fn renew(&mut self, renewal: &Renewal, now_ms: i64) -> Result<u64, StoreError> {
        let renewed = self.transact(Operation::DeviceRenew, now_ms, |writer| writer.renew(renewal))?.output;
        self.core = renewed.core;
        Ok(renewed.n_moved)
    }
}
