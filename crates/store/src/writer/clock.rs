//! What stamps are off, of this PC and of the others of its commune. For show: no order hangs on it.

use rusqlite::{named_params, params};
use sohoi_domain::DeviceId;
use sohoi_domain::change::Change;

use super::Writer;
use crate::db::signed;
use crate::error::StoreError;
use crate::row::ClockRow;

/// Less is not seen: times are shown to the minute.
const COUNTED_ON_MS: i64 = 60_000;

impl Writer<'_> {
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
        let sql =
            "INSERT INTO clock_correction (device, first_seq, last_seq, offset_ms, told_at_ms, counted_on)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?5 IS NULL)";
        let device = signed(self.core.identity.device.0);
        self.conn.execute(sql, params![device, signed(first), signed(last), offset_ms, told])?;
        Ok(())
    }

    /// The hub was told these of this PC's, under this epoch and its number, and at this time by its clock, after which
    /// none of it was written. What it was told under other epochs it may have lost.
    ///
    /// # Errors
    /// What the database says.
    pub fn clock_was_told(
        &mut self,
        told: &[ClockRow],
        (hub_epoch, number, hub_ms): (u64, Option<u64>, Option<i64>),
    ) -> Result<(), StoreError> {
        let (device, epoch) = (signed(self.core.identity.device.0), signed(hub_epoch));
        let sql = "UPDATE clock_correction SET told_epoch = NULL WHERE told_epoch <> ?1";
        self.conn.execute(sql, [epoch])?;
        // One that has grown meanwhile is told once more.
        let sql = "UPDATE clock_correction SET told_epoch = ?5, told_at_ms = COALESCE(told_at_ms, ?6),
                       number = COALESCE(?7, number)
                   WHERE device = ?1 AND first_seq = ?2 AND last_seq = ?3 AND offset_ms = ?4";
        let mut mark = self.conn.prepare_cached(sql)?;
        for row in told {
            let (first, last) = (signed(row.first_seq), signed(row.last_seq));
            mark.execute(params![device, first, last, row.offset_ms, epoch, hub_ms, number.map(signed)])?;
        }
        Ok(())
    }

    /// Takes what other PCs' stamps are off, in the place of what was known of the same run. `number` is the hub's
    /// for the last of them; words that came late, after others with a higher one, are here already.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_clock(&mut self, number: u64, words: &[(DeviceId, ClockRow)]) -> Result<(), StoreError> {
        if self.view().clock_cursor()?.is_some_and(|here| number <= here) {
            return Ok(());
        }
        // This PC left a device after a fork and knows some of it by itself; of that, too, the hub has the rest.
        let sql = "DELETE FROM clock_correction WHERE device = ?1 AND CASE WHEN number IS NULL
                   THEN first_seq <= ?3 AND last_seq >= ?2 ELSE first_seq = ?2 AND offset_ms = ?4 END";
        let mut forget = self.conn.prepare_cached(sql)?;
        let sql = "INSERT INTO clock_correction (device, first_seq, last_seq, offset_ms, told_at_ms, number)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let mut add = self.conn.prepare_cached(sql)?;
        for (device, row) in words.iter().filter(|(device, _)| *device != self.core.identity.device) {
            let (device, first, last) = (signed(device.0), signed(row.first_seq), signed(row.last_seq));
            forget.execute([device, first, last, row.offset_ms])?;
            add.execute(params![device, first, last, row.offset_ms, row.told_at_ms, signed(number)])?;
        }
        Ok(())
    }
}
