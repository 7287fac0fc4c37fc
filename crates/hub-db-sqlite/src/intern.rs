//! Small numbers for units and codes.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use sohoi_domain::{Day, UnitKey};

use crate::error::{Result, SqliteResult};

/// The unit in two columns that begin at `at`.
pub fn unit_from(row: &Row, at: usize) -> rusqlite::Result<UnitKey> {
    Ok(UnitKey { code: row.get(at)?, valid_from: Day::from_number(row.get(at + 1)?) })
}

pub fn unit_id(connection: &Connection, unit: &UnitKey) -> Result<i64> {
    if let Some(id) = find_unit(connection, unit)? {
        return Ok(id);
    }
    connection
        .prepare_cached("INSERT INTO unit (code, valid_from) VALUES (?1, ?2) RETURNING id")
        .and_then(|mut insert| insert.query_row((&unit.code, unit.valid_from.number()), |row| row.get(0)))
        .db()
}

pub fn find_unit(connection: &Connection, unit: &UnitKey) -> Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM unit WHERE code = :code AND valid_from = :valid_from")
        .and_then(|mut find| {
            let params = named_params! { ":code": unit.code, ":valid_from": unit.valid_from.number() };
            find.query_row(params, |row| row.get(0)).optional()
        })
        .db()
}

/// Every unit by its number.
pub fn units(connection: &Connection) -> Result<Vec<(i64, UnitKey)>> {
    let mut all = connection.prepare_cached("SELECT id, code, valid_from FROM unit ORDER BY id").db()?;
    let rows = all.query_map([], |row| Ok((row.get(0)?, unit_from(row, 1)?))).db()?;
    rows.collect::<rusqlite::Result<_>>().db()
}

/// Numbers of codes, remembered for one transaction.
#[derive(Default)]
pub struct Codes {
    ids: HashMap<String, i64>,
}

impl Codes {
    pub fn id(&mut self, connection: &Connection, text: &str) -> Result<i64> {
        if let Some(id) = self.ids.get(text) {
            return Ok(*id);
        }
        let found = connection
            .prepare_cached("SELECT id FROM code WHERE text = ?1")
            .and_then(|mut find| find.query_row([text], |row| row.get(0)).optional())
            .db()?;
        let id = match found {
            Some(id) => id,
            None => connection
                .prepare_cached("INSERT INTO code (text) VALUES (?1) RETURNING id")
                .and_then(|mut insert| insert.query_row([text], |row| row.get(0)))
                .db()?,
        };
        self.ids.insert(text.to_string(), id);
        Ok(id)
    }
}

/// Every code by its number.
pub fn codes(connection: &Connection) -> Result<HashMap<i64, String>> {
    let mut all = connection.prepare_cached("SELECT id, text FROM code").db()?;
    let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).db()?;
    rows.collect::<rusqlite::Result<_>>().db()
}
