//! Single values of the register.

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, ToSql, params};

use crate::error::StoreError;

/// As it is read out to another PC.
pub(crate) const COMMUNE_CODE: &str = "commune_code";
pub(crate) const UNIT: &str = "unit";
/// Officer at work.
pub(crate) const AUTHOR: &str = "author";
/// How many saves could not be read after a cut, and when that was found, until somebody has seen it.
pub(crate) const LOST_SAVES: &str = "lost_saves";
/// Catalogue and program that facts and search were made with.
pub(crate) const PROJECTED_WITH: &str = "projected_with";
/// Newest stamp of another device.
pub(crate) const REMOTE_HLC: &str = "remote_hlc";
/// Number of the last of this device's records whose words are in the index.
pub(crate) const INDEXED: &str = "indexed";
pub(crate) const BACKUP_AT_MS: &str = "backup_at_ms";
/// How much had been written when the newest backup was made.
pub(crate) const BACKUP_WRITTEN: &str = "backup_written";

pub(crate) fn get<T: FromSql>(conn: &Connection, key: &str) -> Result<Option<T>, StoreError> {
    let mut statement = conn.prepare_cached("SELECT value FROM meta WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

pub(crate) fn set(conn: &Connection, key: &str, value: &dyn ToSql) -> Result<(), StoreError> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    conn.prepare_cached(sql)?.execute(params![key, value])?;
    Ok(())
}
