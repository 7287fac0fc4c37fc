//! What goes down to the communes.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use sohoi_domain::UnitKey;
use sohoi_hub_db::audit::AuditEntry;
use sohoi_hub_db::{DbError, NewBulletin};
use sohoi_protocol::bulletin::{Body, Bulletin, Scope};
use sohoi_protocol::message::Pull;

use crate::audit;
use crate::error::{Result, SqliteResult};
use crate::people;

pub fn publish(tx: &Transaction, new: &NewBulletin, write: &dyn Fn(u64) -> Pull) -> Result<u64> {
    // Two who publish at once would both find their version to be the next.
    if let Some(follows) = new.follows
        && newest_release(tx)? != follows
    {
        return Err(DbError::OtherCatalogue);
    }
    let last = people::standing(tx)?.bulletin.cast_signed();
    let number = (last + 1).max(new.at_ms);
    let pull = write(number.cast_unsigned());
    let (code, from) = columns(new.scope);
    tx.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/add_bulletin.sql"))
        .and_then(|mut add| {
            add.execute(named_params! {
                ":number": number,
                ":kind": new.kind,
                ":unit_code": code,
                ":unit_from": from,
                ":topic": new.topic,
                ":content": pull.content,
                ":signature": pull.signature,
                ":published_at_ms": new.at_ms,
            })
        })
        .db()?;
    audit::add(
        tx,
        &AuditEntry {
            at_ms: new.at_ms,
            actor: new.actor.to_string(),
            action: "bulletin.published".to_string(),
            subject: format!("{number} {} {code}", new.kind).trim_end().to_string(),
        },
    )?;
    Ok(number.cast_unsigned())
}

pub fn after(
    connection: &Connection,
    number: u64,
    units: &BTreeSet<UnitKey>,
    room: usize,
) -> Result<(Vec<Pull>, bool)> {
    let units = listed(units);
    let mut find =
        connection.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/bulletins.sql")).db()?;
    let rows = find.query_map(named_params! { ":after": signed(number), ":units": units }, pull).db()?;
    let (mut found, mut room) = (Vec::new(), room);
    for row in rows {
        let row = row.db()?;
        if row.content.len() > room {
            return Ok((found, true));
        }
        room -= row.content.len();
        found.push(row);
    }
    Ok((found, false))
}

/// Comments and decisions for all or for any of `units`, the newest first.
pub fn words_said(connection: &Connection, units: &BTreeSet<UnitKey>, limit: u32) -> Result<Vec<Pull>> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/words_said.sql");
    let mut find = connection.prepare_cached(sql).db()?;
    let (comment, decision) = (Body::COMMENT, Body::DECISION);
    let params = named_params! {
        ":comment": comment, ":decision": decision, ":units": listed(units), ":limit": limit,
    };
    find.query_map(params, pull).db()?.collect::<rusqlite::Result<_>>().db()
}

// As the queries read them.
fn listed(units: &BTreeSet<UnitKey>) -> String {
    let units: Vec<(&str, i32)> =
        units.iter().map(|unit| (unit.code.as_str(), unit.valid_from.number())).collect();
    serde_json::to_string(&units).expect("pairs of text and number are JSON")
}

pub fn newest(connection: &Connection, topic: &str, scope: Option<&Scope>) -> Result<Option<Pull>> {
    let (code, from) = columns(scope);
    connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/newest_bulletin.sql"))
        .and_then(|mut find| {
            let params = named_params! { ":topic": topic, ":unit_code": code, ":unit_from": from };
            find.query_row(params, pull).optional()
        })
        .db()
}

const RELEASES: [u16; 3] = [Body::CATALOGUE, Body::UNITS, Body::CALENDARS];

/// Bulletins that bring files of a catalogue, oldest first.
pub fn releases(connection: &Connection) -> Result<Vec<Pull>> {
    let sql = "SELECT number, content, signature FROM bulletin WHERE kind IN (?1, ?2, ?3) ORDER BY number";
    let mut all = connection.prepare(sql).db()?;
    let rows = all.query_map(RELEASES, pull).db()?;
    rows.collect::<rusqlite::Result<_>>().db()
}

/// Version of the catalogue that follows from them; 0 when there are none. One that this program cannot read is
/// newer than any.
pub fn newest_version(connection: &Connection) -> Result<u32> {
    let versions =
        releases(connection)?.into_iter().map(|pull| match Bulletin::of_pull(&pull).map(|told| told.body) {
            Ok(Body::Release(release)) => release.version,
            _ => u32::MAX,
        });
    Ok(versions.max().unwrap_or(0))
}

pub fn newest_release(connection: &Connection) -> Result<u64> {
    let sql = "SELECT COALESCE(MAX(number), 0) FROM bulletin WHERE kind IN (?1, ?2, ?3)";
    let mut find = connection.prepare_cached(sql).db()?;
    find.query_row(RELEASES, |row| row.get::<_, i64>(0)).map(i64::cast_unsigned).db()
}

/// Numbers of bulletins that do not bear the hub's signature, or say otherwise than their rows.
pub fn broken(connection: &Connection, hub_key: &[u8; 32]) -> Result<Vec<u64>> {
    let sql = "SELECT number, content, signature, kind, unit_code, unit_from FROM bulletin ORDER BY number";
    let mut all = connection.prepare(sql).db()?;
    let rows = all
        .query_map([], |row| {
            let pull = pull(row)?;
            let column = (row.get::<_, u16>(3)?, row.get::<_, String>(4)?, row.get::<_, Option<i32>>(5)?);
            let said = Bulletin::of_pull(&pull).ok().map(|told| {
                let (code, from) = columns(told.scope.as_ref());
                (told.body.kind(), code.to_string(), from)
            });
            let is_whole = pull.is_signed_by(hub_key) && said == Some(column);
            Ok((!is_whole).then_some(pull.number))
        })
        .db()?;
    rows.filter_map(rusqlite::Result::transpose).collect::<rusqlite::Result<_>>().db()
}

fn pull(row: &Row) -> rusqlite::Result<Pull> {
    Ok(Bulletin::pull(row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?, row.get(2)?))
}

fn columns(scope: Option<&Scope>) -> (&str, Option<i32>) {
    scope.map_or(("", None), |scope| (&scope.code, scope.valid_from.map(|day| day.number())))
}

// A device may say any number; beyond what SQLite holds there are none.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
