//! The log of batches: what is acknowledged is what one transaction here made durable.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use sohoi_domain::{DeviceId, UnitKey};
use sohoi_hub_db::{Accepted, BatchRow, Gist, NewBatch};
use sohoi_protocol::{BatchHeader, Chain, Receipt};

use crate::error::{Result, SqliteResult};
use crate::intern::unit_id;
use crate::{device, photo, told};

/// A batch as it goes into the log, by itself: whoever has the writer takes it along.
pub struct Entry {
    header: BatchHeader,
    unit: UnitKey,
    scope: BTreeSet<UnitKey>,
    previous: Chain,
    bytes: Vec<u8>,
    receipt: Receipt,
    gist: Gist,
}

impl Entry {
    pub fn of(batch: &NewBatch) -> Entry {
        Entry {
            header: *batch.header,
            unit: batch.unit.clone(),
            scope: batch.scope.clone(),
            previous: *batch.previous,
            bytes: batch.bytes.to_vec(),
            receipt: batch.receipt.clone(),
            gist: batch.gist.clone(),
        }
    }
}

/// Writes nothing unless it is [`Accepted::Stored`]: others may be in the same transaction.
pub fn accept(tx: &Transaction, batch: &Entry) -> Result<Accepted> {
    let header = &batch.header;
    let Some(device) = device::by_id(tx, header.device)? else { return Ok(Accepted::Revoked) };
    if device.revoked_at_ms.is_some() {
        return Ok(Accepted::Revoked);
    }
    // Two requests of one device can race; the second finds that it is not its turn.
    if device.next_seq != header.first_seq || device.chain != batch.previous {
        return Ok(Accepted::NotNext);
    }
    if numbers_another_communes_records(tx, batch)? {
        return Ok(Accepted::OtherUnit);
    }
    add_batch(tx, batch)?;
    move_device(tx, batch)?;
    told::add(tx, header.device, &batch.gist.sums)?;
    // Now, because the device asks about them next.
    photo::note(tx, &batch.unit, &batch.gist.photos)?;
    Ok(Accepted::Stored)
}

// A number of another commune's PC is not for this one to give out. One that is not known here can be this
// commune's own, from before it got a new key.
fn numbers_another_communes_records(tx: &Transaction, batch: &Entry) -> Result<bool> {
    let own = batch.header.device;
    for device in batch.gist.numbered_by.iter().filter(|device| **device != own) {
        let owner = device::by_id(tx, *device)?;
        if owner.is_some_and(|owner| !batch.scope.contains(&owner.unit)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn add_batch(tx: &Transaction, batch: &Entry) -> Result<()> {
    let receipt = &batch.receipt;
    let unit = unit_id(tx, &batch.unit)?;
    tx.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/add_batch.sql"))
        .and_then(|mut add| {
            add.execute(named_params! {
                ":unit": unit,
                ":device": batch.header.device.0 as i64,
                ":first_seq": batch.header.first_seq as i64,
                ":n_changes": batch.header.count,
                ":catalogue": batch.header.catalogue,
                ":previous_chain": batch.previous,
                ":chain": receipt.chain,
                ":bytes": batch.bytes,
                ":received_at_ms": receipt.at_ms,
                ":receipt_epoch": receipt.epoch as i64,
                ":receipt_signature": receipt.signature,
            })
        })
        .map(|_| ())
        .db()
}

fn move_device(tx: &Transaction, batch: &Entry) -> Result<()> {
    let next_seq = batch.header.first_seq + u64::from(batch.header.count);
    tx.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/move_device.sql"))
        .and_then(|mut set| {
            set.execute(named_params! {
                ":device": batch.header.device.0 as i64,
                ":next_seq": next_seq as i64,
                ":chain": batch.receipt.chain,
                ":received_at_ms": batch.receipt.at_ms,
            })
        })
        .map(|_| ())
        .db()
}

pub fn batch_at(connection: &Connection, device: DeviceId, first_seq: u64) -> Result<Option<BatchRow>> {
    let params = named_params! { ":device": device.0 as i64, ":first_seq": first_seq as i64 };
    connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/batch_at.sql"))
        .and_then(|mut find| find.query_row(params, |row| batch_from(row, device, first_seq)).optional())
        .db()
}

fn batch_from(row: &Row, device: DeviceId, first_seq: u64) -> rusqlite::Result<BatchRow> {
    let receipt = Receipt {
        device: device.0,
        first_seq,
        count: row.get(2)?,
        chain: row.get(3)?,
        epoch: row.get::<_, i64>(5)? as u64,
        at_ms: row.get(4)?,
        signature: row.get(6)?,
    };
    Ok(BatchRow { previous: row.get(0)?, bytes: row.get(1)?, receipt })
}
