//! SQLite's errors as the hub's.

use std::io::ErrorKind;

use rusqlite::ErrorCode;
use sohoi_hub_db::DbError;

/// Engine-side result; `?` turns SQLite's errors into the hub's.
pub type Result<T> = std::result::Result<T, DbError>;

pub fn from_sqlite(error: rusqlite::Error) -> DbError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DbError::Busy,
        Some(ErrorCode::DiskFull) => DbError::Full,
        Some(ErrorCode::DatabaseCorrupt) => DbError::Damaged(Box::new(error)),
        Some(ErrorCode::NotADatabase) => DbError::NotAHub,
        _ => DbError::Engine(Box::new(error)),
    }
}

pub fn from_io(error: std::io::Error) -> DbError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => DbError::Full,
        _ => DbError::Engine(Box::new(error)),
    }
}

/// Content of a row that no version of this program wrote.
#[derive(Debug, thiserror::Error)]
#[error("a row of {0} cannot be read")]
pub struct BadRow(pub &'static str);

impl From<BadRow> for DbError {
    fn from(error: BadRow) -> DbError {
        DbError::Damaged(Box::new(error))
    }
}

/// `?` on SQLite's results.
pub trait SqliteResult<T> {
    fn db(self) -> Result<T>;
}

impl<T> SqliteResult<T> for rusqlite::Result<T> {
    fn db(self) -> Result<T> {
        self.map_err(from_sqlite)
    }
}
