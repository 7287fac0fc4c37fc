//! What the log has of each device by kind, kept as batches come so that a sync does not read it all; and what is
//! done when a device says otherwise. The one place that may put bytes of the log right, see [`mend`].

use rusqlite::{Connection, Transaction, named_params};
use sohoi_domain::DeviceId;
use sohoi_hub_db::{BatchRow, DeviceRow, Recounted, Told};
use sohoi_protocol::{KindSum, KindSums, batch};

use crate::connection::Connections;
use crate::error::{Result, SqliteResult};
use crate::{device, log, spoilt};

pub fn sums(connection: &Connection, device: DeviceId) -> Result<KindSums> {
    let sql = "SELECT kind, n_changes, digest FROM device_count WHERE device = ?1";
    let mut find = connection.prepare_cached(sql).db()?;
    let rows = find.query_map([device.0 as i64], |row| {
        let sum = KindSum { n_changes: row.get::<_, i64>(1)? as u64, digest: row.get(2)? };
        Ok((row.get(0)?, sum))
    });
    Ok(KindSums(rows.db()?.collect::<rusqlite::Result<_>>().db()?))
}

pub fn told(connection: &Connection, device: DeviceId) -> Result<Told> {
    let next_seq = device::by_id(connection, device)?.map_or(1, |row| row.next_seq);
    Ok(Told { next_seq, sums: sums(connection, device)? })
}

pub fn add(tx: &Transaction, device: DeviceId, more: &KindSums) -> Result<()> {
    let mut all = sums(tx, device)?;
    all.0.retain(|kind, _| more.0.contains_key(kind));
    all.add(more);
    set(tx, device, &all)
}

fn set(tx: &Transaction, device: DeviceId, sums: &KindSums) -> Result<()> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/count_changes.sql");
    let mut count = tx.prepare_cached(sql).db()?;
    for (kind, sum) in &sums.0 {
        let params = named_params! {
            ":device": device.0 as i64,
            ":kind": kind,
            ":n_changes": sum.n_changes as i64,
            ":digest": sum.digest,
        };
        count.execute(params).db()?;
    }
    Ok(())
}

/// What a device's batches hold, and where the device was when they were counted.
pub struct Counted {
    pub recounted: Recounted,
    next_seq: u64,
}

/// Opens every batch of a device, which takes long when there are many: not for a transaction that writes. None for
/// a device that is not there.
pub fn count(tx: &Transaction, device: DeviceId) -> Result<Option<Counted>> {
    let Some(row) = device::by_id(tx, device)? else { return Ok(None) };
    let mut recounted = Recounted::default();
    let mut next_seq = 1;
    while let Some(stored) = log::batch_at(tx, device, next_seq)? {
        let opened = batch::open(&stored.bytes, &stored.previous, &row.public_key);
        match opened.ok().filter(|opened| opened.chain == stored.receipt.chain) {
            Some(opened) => recounted.told.sums.add(&KindSums::of(&opened.changes, None)),
            None => recounted.damaged.push(next_seq),
        }
        next_seq += u64::from(stored.receipt.count);
    }
    recounted.told.next_seq = next_seq;
    Ok(Some(Counted { recounted, next_seq: row.next_seq }))
}

/// Puts what was counted in the place of the sums. False, and nothing is done, when the device has moved on since.
pub fn keep(tx: &Transaction, device: DeviceId, counted: &Counted) -> Result<bool> {
    let is_there = device::by_id(tx, device)?.is_some_and(|row| row.next_seq == counted.next_seq);
    if is_there {
        tx.execute("DELETE FROM device_count WHERE device = ?1", [device.0 as i64]).db()?;
        set(tx, device, &counted.recounted.told.sums)?;
    }
    Ok(is_there)
}

/// Counts a device's batches anew and keeps what comes of it. Batches of everybody else are taken meanwhile.
pub fn recount(connections: &Connections, device: DeviceId) -> Result<Recounted> {
    // Each further round means that the device has sent more.
    loop {
        let Some(counted) = connections.read(|tx| count(tx, device))? else {
            return Ok(Recounted::default());
        };
        if connections.write(|tx| keep(tx, device, &counted))? {
            return Ok(counted.recounted);
        }
    }
}

fn is_as_acknowledged(stored: &BatchRow, bytes: &[u8], by: &DeviceRow) -> bool {
    let opened = batch::open(bytes, &stored.previous, &by.public_key);
    opened.is_ok_and(|opened| opened.chain == stored.receipt.chain)
}

/// The chain of the receipt is a hash over these very bytes, so no others can take their place.
pub fn mend(tx: &Transaction, (device, first_seq): (DeviceId, u64), bytes: &[u8]) -> Result<bool> {
    let Some(row) = device::by_id(tx, device)? else { return Ok(false) };
    let Some(stored) = log::batch_at(tx, device, first_seq)? else { return Ok(false) };
    if is_as_acknowledged(&stored, &stored.bytes, &row) || !is_as_acknowledged(&stored, bytes, &row) {
        return Ok(false);
    }
    let trigger =
        "SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND name = 'batch_is_never_rewritten'";
    let guard: String = tx.query_row(trigger, [], |row| row.get(0)).db()?;
    tx.execute("DROP TRIGGER batch_is_never_rewritten", []).db()?;
    let sql = "UPDATE batch SET bytes = ?3 WHERE device = ?1 AND first_seq = ?2";
    tx.execute(sql, (device.0 as i64, first_seq as i64, bytes)).db()?;
    tx.execute_batch(&guard).db()?;
    spoilt::come_back(tx, (device, first_seq))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use sohoi_domain::Catalogue;
    use sohoi_hub_db::{HubDb, story};

    use super::*;
    use crate::SqliteHub;

    #[test]
    fn what_was_counted_without_the_writer_is_kept_only_where_the_device_still_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let catalogue = Arc::new(Catalogue::embedded());
        let hub = SqliteHub::create(&folder.path().join("hub.db"), catalogue.clone()).expect("a new hub");
        story::run(&hub, &catalogue);
        let devices = hub.devices().expect("a read");
        let id = devices.iter().find(|device| device.next_seq > 1).expect("somebody sent something").id;
        let told = hub.told(id).expect("a read");
        let counted = {
            // Whoever has it, the count does not wait.
            let _writer = hub.connections.writer();
            hub.connections.read(|tx| count(tx, id)).expect("a count").expect("a device")
        };
        assert_eq!(counted.recounted.told, told);
        let moved = |by: i64| {
            let sql = "UPDATE device SET next_seq = next_seq + ?2 WHERE id = ?1";
            hub.connections.write(|tx| tx.execute(sql, [id.0 as i64, by]).db()).expect("a write");
        };
        let spoil = "DELETE FROM device_count";
        hub.connections.write(|tx| tx.execute(spoil, []).db()).expect("a write");
        moved(1);
        assert!(!hub.connections.write(|tx| keep(tx, id, &counted)).expect("a write"));
        assert!(hub.told(id).expect("a read").sums.0.is_empty(), "it may have sent more");
        moved(-1);
        assert!(hub.connections.write(|tx| keep(tx, id, &counted)).expect("a write"));
        assert_eq!(hub.told(id).expect("a read"), told);
    }
}
