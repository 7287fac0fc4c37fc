//! Sealed batches, receipts, and the hub that this register is tied to.

use rusqlite::named_params;

use super::Writer;
use crate::db::signed;
use crate::error::{Fault, StoreError};
use crate::row::{BatchRow, EnrolmentRow, ReceiptRow, SumRow};

impl Writer<'_> {
    /// Keeps a sealed batch. It follows on the last one and holds changes that are logged.
    ///
    /// # Errors
    /// [`Fault::BatchOrder`] when it does not.
    pub fn store_batch(&mut self, batch: &BatchRow) -> Result<(), StoreError> {
        let head = self.view().chain_head()?;
        if batch.count == 0 || batch.first_seq != head.next_seq || batch.last_seq() >= self.next.seq {
            return Err(StoreError::Fault(Fault::BatchOrder));
        }
        let sql = include_str!("../../../../schema/device/queries/batch_insert.sql");
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":device": signed(self.core.identity.device.0),
            ":first_seq": signed(batch.first_seq),
            ":count": batch.count,
            ":chain": batch.chain,
            ":sealed_at_ms": self.now_ms,
            ":bytes": batch.bytes,
        })?;
        Ok(())
    }

    /// Keeps what the sealed batches hold by kind, in the place of what was kept.
    ///
    /// # Errors
    /// What the database says.
    pub fn set_sealed_sums(&mut self, sums: &[SumRow]) -> Result<(), StoreError> {
        let device = signed(self.core.identity.device.0);
        let sql =
            "DELETE FROM sealed_sum WHERE device = ?1 AND kind NOT IN (SELECT value FROM json_each(?2))";
        let kinds: Vec<u16> = sums.iter().map(|sum| sum.kind).collect();
        let kinds = serde_json::to_string(&kinds).expect("numbers are JSON");
        self.conn.prepare_cached(sql)?.execute(rusqlite::params![device, kinds])?;
        let sql = include_str!("../../../../schema/device/queries/sealed_sum_set.sql");
        for sum in sums {
            self.conn.prepare_cached(sql)?.execute(named_params! {
                ":device": device,
                ":kind": sum.kind,
                ":n_changes": signed(sum.n_changes),
                ":digest": sum.digest,
            })?;
        }
        Ok(())
    }

    /// Keeps a receipt whose signature was checked, and marks its batch received. Keeping it twice changes
    /// nothing.
    ///
    /// # Errors
    /// [`Fault::UnknownBatch`] when no batch has this number, length and chain.
    pub fn store_receipt(&mut self, receipt: &ReceiptRow) -> Result<(), StoreError> {
        let device = signed(self.core.identity.device.0);
        let sql = include_str!("../../../../schema/device/queries/batch_received.sql");
        let n_marked = self.conn.prepare_cached(sql)?.execute(named_params! {
            ":device": device,
            ":first_seq": signed(receipt.first_seq),
            ":count": receipt.count,
            ":chain": receipt.chain,
            ":at_ms": receipt.at_ms,
        })?;
        if n_marked == 0 {
            return Err(StoreError::Fault(Fault::UnknownBatch));
        }
        let sql = include_str!("../../../../schema/device/queries/receipt_insert.sql");
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":device": device,
            ":first_seq": signed(receipt.first_seq),
            ":count": receipt.count,
            ":chain": receipt.chain,
            ":hub_epoch": signed(receipt.hub_epoch),
            ":at_ms": receipt.at_ms,
            ":signature": receipt.signature,
        })?;
        Ok(())
    }

    /// Forgets what the hub received from this number on: it was restored from a backup and asks again. Photos are
    /// offered once more by their names, since nobody knows which it has lost. The receipts stay.
    ///
    /// # Errors
    /// What the database says.
    pub fn offer_again(&mut self, first_seq: u64) -> Result<(), StoreError> {
        let sql = "UPDATE batch SET received_at_ms = NULL WHERE device = ?1 AND first_seq + count > ?2";
        let device = signed(self.core.identity.device.0);
        self.conn.prepare_cached(sql)?.execute([device, signed(first_seq)])?;
        self.conn.execute("UPDATE clock_correction SET told_epoch = NULL", [])?;
        self.conn.execute("UPDATE photo SET kept_epoch = NULL WHERE content IS NOT NULL", [])?;
        Ok(())
    }

    /// Ties the register to a hub, in the place of the one before. Targets of another hub do not stand any more.
    ///
    /// # Errors
    /// What the database says.
    pub fn set_enrolment(&mut self, enrolment: &EnrolmentRow) -> Result<(), StoreError> {
        let known = "SELECT EXISTS (SELECT 1 FROM enrolment WHERE hub_key = ?1)";
        if !self.conn.query_row(known, [enrolment.hub_key], |row| row.get(0))? {
            // What another hub said is none of this one's, and what it received this one has not.
            for table in ["target", "catalogue_release"] {
                self.conn.execute(&format!("DELETE FROM {table}"), [])?;
            }
            self.conn.execute("UPDATE clock_correction SET number = 0 WHERE number IS NOT NULL", [])?;
            self.offer_again(1)?;
        }
        let sql = include_str!("../../../../schema/device/queries/enrolment_set.sql");
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":hub_url": enrolment.hub_url,
            ":hub_key": enrolment.hub_key,
            ":token": enrolment.token,
            ":province": enrolment.province,
            ":hub_epoch": signed(enrolment.hub_epoch),
            ":enrolled_at_ms": enrolment.enrolled_at_ms,
        })?;
        Ok(())
    }
}
