//! Changes that could not follow on their record, kept aside with the reason.

use rusqlite::{Connection, named_params};
use sohoi_domain::{Change, DeviceId, RecordId, UnitKey};

use crate::error::{BadRow, Result, SqliteResult};
use crate::intern::unit_from;
use crate::record::json;

pub struct Held {
    pub id: i64,
    pub device: DeviceId,
    /// Unit of the device when it sent the change.
    pub unit: UnitKey,
    pub change: Change,
}

/// Whether any change waits for its record.
pub fn any(connection: &Connection) -> Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM held_change WHERE reason = 'unknown')")
        .and_then(|mut find| find.query_row([], |row| row.get(0)))
        .db()
}

pub fn add(
    connection: &Connection,
    unit: i64,
    device: DeviceId,
    change: &Change,
    reason: &str,
) -> Result<()> {
    connection
        .prepare_cached(include_str!("../../../../schema/hub/sqlite/queries/hold_change.sql"))
        .and_then(|mut hold| {
            hold.execute(named_params! {
                ":unit": unit,
                ":device": device.0 as i64,
                ":seq": change.seq as i64,
                ":record_device": change.record.device.0 as i64,
                ":record_n": change.record.n,
                ":reason": reason,
                ":change": json(change),
            })
        })
        .map(|_| ())
        .db()
}

/// What waits for a record, in the order in which it came.
pub fn of_record(connection: &Connection, record: RecordId) -> Result<Vec<Held>> {
    let mut find = connection
        .prepare_cached(include_str!("../../../../schema/hub/sqlite/queries/held_of_record.sql"))
        .db()?;
    let params = named_params! { ":device": record.device.0 as i64, ":n": record.n };
    let mut rows = find.query(params).db()?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().db()? {
        let change: String = row.get(4).db()?;
        found.push(Held {
            id: row.get(0).db()?,
            device: DeviceId(row.get::<_, i64>(1).db()? as u64),
            unit: unit_from(row, 2).db()?,
            change: serde_json::from_str(&change).map_err(|_| BadRow("held_change"))?,
        });
    }
    Ok(found)
}

/// It waits no more: it followed, or there is another reason why it never will.
pub fn settle(connection: &Connection, id: i64, reason: Option<&str>) -> Result<()> {
    match reason {
        None => connection.execute("DELETE FROM held_change WHERE id = ?1", [id]),
        Some(reason) => connection.execute("UPDATE held_change SET reason = ?2 WHERE id = ?1", (id, reason)),
    }
    .map(|_| ())
    .db()
}
