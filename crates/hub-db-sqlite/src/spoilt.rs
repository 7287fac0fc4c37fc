//! Batches that the projections step over, because they are no more as they were acknowledged, until their device
//! has brought them again.

use rusqlite::{Connection, Row};
use sohoi_domain::DeviceId;
use sohoi_hub_db::SpoiltBatch;

use crate::error::{Result, SqliteResult};
use crate::intern::unit_from;
use crate::verify;

/// Taken up with one transaction: each can have some thousand changes.
const TAKEN_UP: i64 = 4;

/// Steps over a batch.
pub fn add(connection: &Connection, batch: i64) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO spoilt_batch (batch, is_back) VALUES (?1, 0)";
    connection.execute(sql, [batch]).map(|_| ()).db()
}

/// It has been projected.
pub fn remove(connection: &Connection, batch: i64) -> Result<()> {
    connection.execute("DELETE FROM spoilt_batch WHERE batch = ?1", [batch]).map(|_| ()).db()
}

/// Has a batch projected that is as it was acknowledged again; nothing when it was not stepped over.
pub fn come_back(connection: &Connection, (device, first_seq): (DeviceId, u64)) -> Result<()> {
    let sql = "UPDATE spoilt_batch SET is_back = 1
               WHERE batch = (SELECT id FROM batch WHERE device = ?1 AND first_seq = ?2)";
    connection.execute(sql, (device.0 as i64, first_seq as i64)).map(|_| ()).db()
}

/// Some of those that wait to be projected.
pub fn back(connection: &Connection) -> Result<Vec<i64>> {
    let sql = "SELECT batch FROM spoilt_batch WHERE is_back = 1 ORDER BY batch LIMIT ?1";
    let mut find = connection.prepare_cached(sql).db()?;
    find.query_map([TAKEN_UP], |row| row.get(0)).db()?.collect::<rusqlite::Result<_>>().db()
}

/// Whether the projections are without it.
pub fn is_stepped_over(connection: &Connection, batch: i64) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM spoilt_batch WHERE batch = ?1)";
    connection.prepare_cached(sql).and_then(|mut find| find.query_row([batch], |row| row.get(0))).db()
}

/// Those that can be read again without having been brought: the disk was at fault, or the program.
pub fn readable(connection: &Connection) -> Result<Vec<(DeviceId, u64)>> {
    let sql = "SELECT batch FROM spoilt_batch WHERE is_back = 0 ORDER BY batch";
    let mut find = connection.prepare_cached(sql).db()?;
    let batches: Vec<i64> =
        find.query_map([], |row| row.get(0)).db()?.collect::<rusqlite::Result<_>>().db()?;
    let mut readable = Vec::new();
    for batch in batches {
        let logged = verify::at(connection, batch)?;
        readable.extend(logged.filter(|logged| logged.open().is_some()).map(|logged| logged.place()));
    }
    Ok(readable)
}

pub fn all(connection: &Connection) -> Result<Vec<SpoiltBatch>> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/spoilt_batches.sql");
    let mut find = connection.prepare_cached(sql).db()?;
    find.query_map([], spoilt_from).db()?.collect::<rusqlite::Result<_>>().db()
}

fn spoilt_from(row: &Row) -> rusqlite::Result<SpoiltBatch> {
    Ok(SpoiltBatch {
        device: DeviceId(row.get::<_, i64>(0)? as u64),
        unit: unit_from(row, 1)?,
        first_seq: row.get::<_, i64>(3)? as u64,
        n_changes: row.get(4)?,
    })
}
