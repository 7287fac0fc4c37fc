//! Enrolment codes and devices.

use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, named_params};
use sohoi_domain::DeviceId;
use sohoi_hub_db::audit::AuditEntry;
use sohoi_hub_db::{DeviceRow, Enrolled, EnrolmentRow, NewDevice, ReportingRow, SecretHash};

use crate::audit;
use crate::error::{Result, SqliteResult};
use crate::intern::{unit_from, unit_id};

pub fn add_enrolment(tx: &Transaction, enrolment: &EnrolmentRow, actor: &str) -> Result<()> {
    let unit = unit_id(tx, &enrolment.unit)?;
    tx.execute(
        "INSERT INTO enrolment (code_hash, unit, created_at_ms, expires_at_ms) VALUES (?1, ?2, ?3, ?4)",
        (enrolment.code_hash, unit, enrolment.created_at_ms, enrolment.expires_at_ms),
    )
    .db()?;
    audit::add(
        tx,
        &AuditEntry {
            at_ms: enrolment.created_at_ms,
            actor: actor.to_string(),
            action: "enrolment.created".to_string(),
            subject: enrolment.unit.to_string(),
        },
    )
}

pub fn enrol(tx: &Transaction, code_hash: &SecretHash, new: &NewDevice) -> Result<Enrolled> {
    let found = tx
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/enrolment.sql"))
        .and_then(|mut find| {
            let params = named_params! { ":code_hash": code_hash };
            let row = |row: &Row| {
                let (expires, used_by) = (row.get::<_, i64>(2)?, row.get::<_, Option<i64>>(3)?);
                Ok((unit_from(row, 0)?, expires, used_by, row.get::<_, i64>(4)?))
            };
            find.query_row(params, row).optional()
        })
        .db()?;
    let Some((unit, expires_at_ms, used_by, created_at_ms)) = found else { return Ok(Enrolled::BadCode) };
    let device = new.device.0 as i64;
    // An answer that was lost on the way: the same device may ask again as long as the code lives.
    if used_by.is_some_and(|by| by != device) || expires_at_ms <= new.now_ms {
        return Ok(Enrolled::Expired);
    }
    if unit != new.unit {
        return Ok(Enrolled::OtherUnit);
    }
    // Only who shut it out can let it in again: a code from before may lie on the PC that was lost.
    let revoked_at_ms = by_id(tx, new.device)?.and_then(|device| device.revoked_at_ms);
    if revoked_at_ms.is_some_and(|revoked_at_ms| created_at_ms <= revoked_at_ms) {
        return Ok(Enrolled::Revoked);
    }
    tx.execute(
        "UPDATE enrolment SET used_by = ?2, used_at_ms = ?3 WHERE code_hash = ?1",
        (code_hash, device, new.now_ms),
    )
    .db()?;
    add(tx, new, include_str!("../../../schema/hub/sqlite/queries/add_device.sql"), None)?;
    let action = if revoked_at_ms.is_some() { "device.readmitted" } else { "device.enrolled" };
    audit::add(tx, &taken_in(new, new.device, action, new.unit.to_string()))?;
    Ok(Enrolled::Done)
}

pub fn renew(tx: &Transaction, old: DeviceId, new: &NewDevice) -> Result<bool> {
    let is_known =
        add(tx, new, include_str!("../../../schema/hub/sqlite/queries/renew_device.sql"), Some(old))?;
    if is_known {
        audit::add(tx, &taken_in(new, old, "device.renewed", new.device.to_string()))?;
    }
    Ok(is_known)
}

fn add(tx: &Transaction, new: &NewDevice, sql: &str, renews: Option<DeviceId>) -> Result<bool> {
    let unit = unit_id(tx, &new.unit)?;
    let params = named_params! {
        ":device": new.device.0 as i64,
        ":unit": unit,
        ":public_key": new.public_key,
        ":token_hash": new.token_hash,
        ":now_ms": new.now_ms,
        ":card": new.card,
        ":renews": renews.map(|old| old.0 as i64),
    };
    Ok(tx.execute(sql, params).db()? > 0)
}

fn taken_in(new: &NewDevice, by: DeviceId, action: &str, subject: String) -> AuditEntry {
    AuditEntry { at_ms: new.now_ms, actor: format!("device:{by}"), action: action.to_string(), subject }
}

pub fn all(connection: &Connection) -> Result<Vec<DeviceRow>> {
    let mut find =
        connection.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/devices.sql")).db()?;
    find.query_map([], device_from).db()?.collect::<rusqlite::Result<_>>().db()
}

pub fn of_unit(connection: &Connection, unit: i64) -> Result<Vec<DeviceRow>> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/devices_of_unit.sql");
    let mut find = connection.prepare_cached(sql).db()?;
    find.query_map(named_params! { ":unit": unit }, device_from).db()?.collect::<rusqlite::Result<_>>().db()
}

pub fn by_id(connection: &Connection, id: DeviceId) -> Result<Option<DeviceRow>> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/device_by_id.sql");
    one(connection, sql, named_params! { ":device": id.0 as i64 })
}

pub fn by_token(connection: &Connection, token_hash: &SecretHash) -> Result<Option<DeviceRow>> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/device_by_token.sql");
    one(connection, sql, named_params! { ":token_hash": token_hash })
}

fn one(connection: &Connection, sql: &str, params: impl Params) -> Result<Option<DeviceRow>> {
    connection.prepare_cached(sql).and_then(|mut find| find.query_row(params, device_from).optional()).db()
}

fn device_from(row: &Row) -> rusqlite::Result<DeviceRow> {
    Ok(DeviceRow {
        id: DeviceId(row.get::<_, i64>(0)? as u64),
        public_key: row.get(1)?,
        unit: unit_from(row, 2)?,
        enrolled_at_ms: row.get(4)?,
        revoked_at_ms: row.get(5)?,
        next_seq: row.get::<_, i64>(6)? as u64,
        chain: row.get(7)?,
        last_received_at_ms: row.get(8)?,
        card: row.get(9)?,
        renews: row.get::<_, Option<i64>>(10)?.map(|id| DeviceId(id as u64)),
    })
}

pub fn revoke(tx: &Transaction, id: DeviceId, now_ms: i64, actor: &str) -> Result<bool> {
    let n = tx
        .execute(
            "UPDATE device SET revoked_at_ms = ?2 WHERE id = ?1 AND revoked_at_ms IS NULL",
            (id.0 as i64, now_ms),
        )
        .db()?;
    if n > 0 {
        audit::add(
            tx,
            &AuditEntry {
                at_ms: now_ms,
                actor: actor.to_string(),
                action: "device.revoked".to_string(),
                subject: id.to_string(),
            },
        )?;
    }
    Ok(n > 0)
}

pub fn reporting(connection: &Connection) -> Result<Vec<ReportingRow>> {
    let mut find =
        connection.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/reporting.sql")).db()?;
    let rows = find
        .query_map([], |row| {
            Ok(ReportingRow {
                unit: unit_from(row, 0)?,
                n_devices: row.get::<_, i64>(2)? as u64,
                n_changes: row.get::<_, i64>(3)? as u64,
                last_received_at_ms: row.get(4)?,
            })
        })
        .db()?;
    rows.collect::<rusqlite::Result<_>>().db()
}
