//! What can go wrong with a register, by what the caller does about it.

use std::io;

use sohoi_domain::change::ApplyError;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("there is a register in this folder already")]
    RegisterExists,
    #[error("there is no register in this folder")]
    NoRegister,
    #[error("the PIN is too short")]
    PinTooShort,
    #[error("the PIN is too easy to guess")]
    PinTooSimple,
    #[error("wrong PIN; the next try is in {wait_s} s")]
    WrongPin { wait_s: u32 },
    #[error("no PIN is tried for another {wait_s} s")]
    Wait { wait_s: u32 },
    #[error("wrong recovery code")]
    WrongRecoveryCode,
    #[error("wrong commune code, or another commune's")]
    WrongCommuneCode,
    #[error("the register has met its hub, or holds persons, under a secret of its own")]
    TooLateToPair,
    #[error("the register was written by a newer version (level {found}, this one reads {max})")]
    TooNew { found: u32, max: u32 },
    #[error("the register's file is damaged")]
    Damaged,
    #[error("the disk is full")]
    DiskFull,
    #[error("another program has the register open")]
    Busy,
    #[error("something else is there already")]
    FileExists,
    #[error("the register's folder cannot be read or written")]
    Io(#[source] io::Error),
    #[error("the database refused")]
    Sql(#[source] rusqlite::Error),
    #[error("the catalogue has no such kind")]
    UnknownKind,
    #[error("the register has no such record")]
    UnknownRecord,
    #[error("the record is erased")]
    Erased,
    #[error("there is no such conflict, or no longer")]
    NoConflict,
    #[error("{path} refers to a record that is not there")]
    UnknownReference { path: String },
    #[error("the catalogue has no such unit")]
    NotValidUnit,
    #[error("a change cannot follow on what is there")]
    Apply(#[from] ApplyError),
    /// What a caller of this crate, or the hub, did wrong; nothing an officer can mend.
    #[error("the program is at fault: {0}")]
    Fault(Fault),
}

/// A request that no correct program makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("a batch does not follow on the last one")]
    BatchOrder,
    #[error("a receipt is for no batch of this register")]
    UnknownBatch,
    #[error("a change of this very device came back from elsewhere")]
    OwnChange,
    #[error("a change of another device is missing before this one")]
    ChangeOrder,
    #[error("a stored row cannot be read")]
    StoredRow,
    #[error("a text meant to be JSON is not")]
    NotJson,
    #[error("an officer has no name")]
    NoName,
    #[error("a photo has another name than its content")]
    PhotoName,
    #[error("the system gave no randomness")]
    NoRandomness,
    #[error("the key could not be derived")]
    KeyDerivation,
}

impl StoreError {
    /// Code that the UI has words for.
    pub fn code(&self) -> &'static str {
        match self {
            StoreError::RegisterExists => "register.exists",
            StoreError::NoRegister => "register.absent",
            StoreError::PinTooShort => "register.pin_too_short",
            StoreError::PinTooSimple => "register.pin_too_simple",
            StoreError::WrongPin { .. } => "register.wrong_pin",
            StoreError::Wait { .. } => "register.wait",
            StoreError::WrongRecoveryCode => "register.wrong_recovery_code",
            StoreError::WrongCommuneCode => "register.wrong_commune_code",
            StoreError::TooLateToPair => "register.too_late_to_pair",
            StoreError::TooNew { .. } => "store.too_new",
            StoreError::Damaged => "store.damaged",
            StoreError::DiskFull => "store.disk_full",
            StoreError::Busy => "store.busy",
            StoreError::FileExists => "backup.exists",
            StoreError::Io(_) | StoreError::Sql(_) => "store.io",
            StoreError::UnknownKind => "record.unknown_kind",
            StoreError::UnknownRecord => "record.unknown_id",
            StoreError::Erased => "record.erased",
            StoreError::NoConflict => "record.no_conflict",
            StoreError::UnknownReference { .. } => "record.unknown_reference",
            StoreError::NotValidUnit => "unit.not_valid",
            StoreError::Apply(_) | StoreError::Fault(_) => "app.fault",
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged,
            _ => StoreError::Sql(error),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> StoreError {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
            _ => StoreError::Io(error),
        }
    }
}
