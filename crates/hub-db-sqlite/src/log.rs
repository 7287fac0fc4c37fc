//! The log of batches: what is acknowledged is what one transaction here made durable.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use sohoi_domain::DeviceId;
use sohoi_hub_db::{Accepted, BatchRow, NewBatch};
use sohoi_protocol::{KindSums, Receipt};

use crate::error::{Result, SqliteResult};
use crate::intern::unit_id;
use crate::project::{Projected, Projector, Sender};
use crate::{device, told};

/// Writes nothing unless it is [`Accepted::Stored`]: the caller rolls back then.
pub fn accept(
    tx: &Transaction,
    batch: &NewBatch,
    sums: &KindSums,
    mut projector: Projector,
) -> Result<Accepted> {
    let header = batch.header;
    let Some(device) = device::by_id(tx, header.device)? else { return Ok(Accepted::Revoked) };
    if device.revoked_at_ms.is_some() {
        return Ok(Accepted::Revoked);
    }
    // Two requests of one device can race; the second finds that it is not its turn.
    if device.next_seq != header.first_seq || device.chain != *batch.previous {
        return Ok(Accepted::NotNext);
    }
    add_batch(tx, batch)?;
    move_device(tx, batch)?;
    told::add(tx, header.device, sums)?;
    let sender = Sender { device: header.device, unit: batch.unit, scope: batch.scope };
    if projector.apply_all(sender, batch.changes)? == Projected::OtherUnit {
        return Ok(Accepted::OtherUnit);
    }
    projector.finish()?;
    Ok(Accepted::Stored)
}

fn add_batch(tx: &Transaction, batch: &NewBatch) -> Result<()> {
    let receipt = batch.receipt;
    let unit = unit_id(tx, batch.unit)?;
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

fn move_device(tx: &Transaction, batch: &NewBatch) -> Result<()> {
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
