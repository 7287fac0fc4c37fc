//! The change log, sealed batches and receipts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, named_params, params};
use sohoi_domain::change::Change;
use sohoi_domain::receipt::ReceiptNumber;
use sohoi_domain::{DeviceId, Hlc, KindNum, Op, RecordId, Version};

use super::View;
use crate::db::{change_key, changes_of, record_key, seq_of, signed, unsigned};
use crate::error::{Fault, StoreError};
use crate::register::Register;
use crate::row::body::{ChangeBody, from_json};
use crate::row::{BatchRow, ReceiptRow, StoredChange, SumRow};

/// Where the next batch goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// First change that is in no batch.
    pub next_seq: u64,
    /// Chain of the last batch; nought before the first.
    pub chain: [u8; 32],
}

/// A change with its place in the chain of its record.
pub(crate) struct Logged {
    pub id: i64,
    pub previous: Option<i64>,
    pub stored: StoredChange,
}

impl Register {
    /// Every change of a record, newest first: by their stamps, as on every other PC, and not as they came.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn history(&self, id: RecordId) -> Result<Vec<StoredChange>, StoreError> {
        let view = self.view();
        let mut changes: Vec<StoredChange> =
            view.chain_of(id)?.into_iter().map(|logged| logged.stored).collect();
        changes.sort_by_key(|stored| Reverse((stored.change.hlc, stored.device, stored.change.seq)));
        for stored in &mut changes {
            stored.shown_at_ms =
                view.shown_ms(Version { device: stored.device, seq: stored.change.seq }, stored.shown_at_ms)?;
        }
        Ok(changes)
    }

    /// This device's changes after a number, in order.
    pub fn changes_after(&self, seq: u64, limit: u32) -> Result<Vec<Change>, StoreError> {
        self.view().changes_after(seq, limit)
    }

    /// The same, each with whether an erasure emptied it.
    pub fn own_changes_after(&self, seq: u64, limit: u32) -> Result<Vec<(Change, bool)>, StoreError> {
        self.view().own_changes_after(seq, limit)
    }

    /// Changes of this device that no receipt covers.
    pub fn unsent(&self) -> Result<u64, StoreError> {
        Ok((self.next.seq - 1).saturating_sub(self.receipted()?))
    }

    /// What this device's sealed batches hold, by kind.
    ///
    /// # Errors
    /// What the database says.
    pub fn sealed_sums(&self) -> Result<Vec<SumRow>, StoreError> {
        let sql = "SELECT kind, n_changes, digest FROM sealed_sum WHERE device = ?1 ORDER BY kind";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([self.view().own()], |row| {
            Ok(SumRow { kind: row.get(0)?, n_changes: unsigned(row.get(1)?), digest: row.get(2)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Number up to which every change of this device is covered by a receipt.
    pub fn receipted(&self) -> Result<u64, StoreError> {
        self.view().receipted()
    }

    /// Changes made on this PC that the hub has: those that receipts cover, and all that it made under devices
    /// that it no longer goes by.
    pub fn received_of_this_pc(&self) -> Result<u64, StoreError> {
        let sql = "SELECT COALESCE(SUM(last_own_seq), 0) FROM device";
        let of_retired: i64 = self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(self.receipted()? + unsigned(of_retired))
    }

    /// The newest receipt by the hub's time.
    pub fn last_receipt(&self) -> Result<Option<ReceiptRow>, StoreError> {
        Ok(self.receipts(1)?.pop())
    }

    /// Receipts of this PC, newest first, also of devices that it no longer goes by.
    pub fn receipts(&self, limit: u32) -> Result<Vec<ReceiptRow>, StoreError> {
        Ok(self.numbered_receipts(limit)?.into_iter().map(|(_, receipt)| receipt).collect())
    }

    /// The same, each with the number by which the province finds it.
    pub fn numbered_receipts(&self, limit: u32) -> Result<Vec<(ReceiptNumber, ReceiptRow)>, StoreError> {
        self.view().receipts(limit)
    }

    /// Sealed batches from this first number on, as they were sealed.
    pub fn batches_after(&self, seq: u64) -> Result<Vec<BatchRow>, StoreError> {
        self.view().batches_after(seq)
    }

    /// Where this device's history can go on for a hub: after each of its batches, the number of the next
    /// change and the chain so far.
    pub fn places(&self) -> Result<BTreeMap<u64, [u8; 32]>, StoreError> {
        let sql = "SELECT first_seq + count, chain FROM batch WHERE device = ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows =
            statement.query_map([self.view().own()], |row| Ok((unsigned(row.get(0)?), row.get(1)?)))?;
        let mut places: BTreeMap<u64, [u8; 32]> = rows.collect::<Result<_, _>>()?;
        places.insert(1, [0; 32]);
        Ok(places)
    }

    /// Where the next batch goes on.
    pub fn chain_head(&self) -> Result<ChainHead, StoreError> {
        self.view().chain_head()
    }
}

impl View<'_> {
    fn own(&self) -> i64 {
        signed(self.core.identity.device.0)
    }

    /// The changes of a record in the order in which they were applied here.
    pub fn chain_of(&self, id: RecordId) -> Result<Vec<Logged>, StoreError> {
        let newest = match self.kept_by_id(id)? {
            Some(kept) => Some(kept.newest_change),
            None => self.awaited(id)?,
        };
        self.chain_from(newest)
    }

    /// As [`View::chain_of`], from its newest change.
    pub fn chain_from(&self, newest: Option<i64>) -> Result<Vec<Logged>, StoreError> {
        let mut chain = Vec::new();
        let receipted = self.receipted()?;
        let mut next = newest;
        while let Some(change) = next {
            let logged = self.logged(change, receipted)?.ok_or(StoreError::Damaged)?;
            // A chain that bites its tail is no chain; the check says more.
            if logged.previous.is_some_and(|previous| chain.iter().any(|seen: &Logged| seen.id == previous)) {
                return Err(StoreError::Damaged);
            }
            next = logged.previous;
            chain.push(logged);
        }
        chain.reverse();
        Ok(chain)
    }

    /// The newest change of a record whose create has not come.
    pub fn awaited(&self, id: RecordId) -> Result<Option<i64>, StoreError> {
        let Some(device_ref) = self.device_ref(id.device)? else { return Ok(None) };
        let sql = "SELECT newest_change FROM awaited WHERE id = ?1";
        let mut find = self.conn.prepare_cached(sql)?;
        Ok(find.query_row([record_key(device_ref, id.n)], |row| row.get(0)).optional()?)
    }

    pub fn logged(&self, id: i64, receipted: u64) -> Result<Option<Logged>, StoreError> {
        let sql = concat!(include_str!("../../../../schema/device/queries/change_row.sql"), "WHERE id = ?1");
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([id])?;
        rows.next()?.map(|row| self.change(row, receipted)).transpose()
    }

    pub fn last_seq_of(&self, device: DeviceId) -> Result<u64, StoreError> {
        let Some(device_ref) = self.device_ref(device)? else { return Ok(0) };
        let sql = "SELECT MAX(id) FROM change WHERE id BETWEEN ?1 AND ?2";
        let mut newest = self.conn.prepare_cached(sql)?;
        let id: Option<i64> = newest.query_row(changes_of(device_ref), |row| row.get(0))?;
        Ok(id.map_or(0, seq_of))
    }

    fn changes_after(&self, seq: u64, limit: u32) -> Result<Vec<Change>, StoreError> {
        Ok(self.own_changes_after(seq, limit)?.into_iter().map(|(change, _)| change).collect())
    }

    fn own_changes_after(&self, seq: u64, limit: u32) -> Result<Vec<(Change, bool)>, StoreError> {
        let sql = concat!(
            include_str!("../../../../schema/device/queries/change_row.sql"),
            "WHERE id > ?1 AND id <= ?2 ORDER BY id LIMIT ?3"
        );
        let [_, last] = changes_of(self.core.device_ref);
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query(params![change_key(self.core.device_ref, seq), last, limit])?;
        let mut changes = Vec::new();
        while let Some(row) = rows.next()? {
            let stored = self.change(row, 0)?.stored;
            changes.push((stored.change, stored.destroyed));
        }
        Ok(changes)
    }

    fn change(&self, row: &rusqlite::Row, receipted: u64) -> Result<Logged, StoreError> {
        let device = DeviceId(unsigned(row.get(0)?));
        let seq = unsigned(row.get(1)?);
        let op: String = row.get(5)?;
        let mut change = Change {
            seq,
            hlc: Hlc(unsigned(row.get(6)?)),
            author: row.get(7)?,
            record: RecordId { device: DeviceId(unsigned(row.get(2)?)), n: row.get(3)? },
            kind: KindNum(row.get(4)?),
            op: op_named(&op).ok_or(StoreError::Fault(Fault::StoredRow))?,
            unit: None,
            fields: Default::default(),
            replaces: Default::default(),
            catalogue: 0,
            reason: None,
        };
        from_json::<ChangeBody>(&row.get::<_, String>(8)?)?.fill(&mut change);
        let own = device == self.core.identity.device;
        let received = !own || seq <= receipted;
        let shown_at_ms = change.hlc.wall_ms();
        let stored = StoredChange { change, device, own, received, destroyed: row.get(9)?, shown_at_ms };
        Ok(Logged { id: row.get(10)?, previous: row.get(11)?, stored })
    }

    pub fn receipted(&self) -> Result<u64, StoreError> {
        let sql = include_str!("../../../../schema/device/queries/receipted.sql");
        let mut statement = self.conn.prepare_cached(sql)?;
        let seq: i64 = statement.query_row(named_params! { ":device": self.own() }, |row| row.get(0))?;
        Ok(unsigned(seq))
    }

    fn receipts(&self, limit: u32) -> Result<Vec<(ReceiptNumber, ReceiptRow)>, StoreError> {
        let sql = "SELECT first_seq, count, chain, hub_epoch, at_ms, signature, device FROM receipt
                   WHERE device IN (SELECT id FROM device WHERE secret IS NOT NULL)
                     AND hub_epoch = (SELECT MAX(other.hub_epoch) FROM receipt AS other
                       WHERE other.device = receipt.device AND other.first_seq = receipt.first_seq)
                   ORDER BY device = ?2 DESC, first_seq DESC, at_ms DESC LIMIT ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        // By their place: the hub's clock may have been ahead once. A hub that was put back signs again.
        let rows = statement.query_map(params![limit, self.own()], |row| {
            let receipt = ReceiptRow {
                first_seq: unsigned(row.get(0)?),
                count: row.get(1)?,
                chain: row.get(2)?,
                hub_epoch: unsigned(row.get(3)?),
                at_ms: row.get(4)?,
                signature: row.get(5)?,
            };
            let device = DeviceId(unsigned(row.get(6)?));
            Ok((ReceiptNumber::of(device, receipt.first_seq, &receipt.chain), receipt))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn batches_after(&self, seq: u64) -> Result<Vec<BatchRow>, StoreError> {
        let sql = "SELECT first_seq, count, chain, bytes
                   FROM batch WHERE device = ?1 AND first_seq > ?2 ORDER BY first_seq";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([self.own(), signed(seq)], |row| {
            Ok(BatchRow {
                first_seq: unsigned(row.get(0)?),
                count: row.get(1)?,
                chain: row.get(2)?,
                bytes: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn chain_head(&self) -> Result<ChainHead, StoreError> {
        let sql =
            "SELECT first_seq + count, chain FROM batch WHERE device = ?1 ORDER BY first_seq DESC LIMIT 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let head = statement
            .query_row([self.own()], |row| {
                Ok(ChainHead { next_seq: unsigned(row.get(0)?), chain: row.get(1)? })
            })
            .optional()?;
        Ok(head.unwrap_or(ChainHead { next_seq: 1, chain: [0; 32] }))
    }
}

fn op_named(name: &str) -> Option<Op> {
    match name {
        "create" => Some(Op::Create),
        "patch" => Some(Op::Patch),
        "erase" => Some(Op::Erase),
        "restore" => Some(Op::Restore),
        _ => None,
    }
}
