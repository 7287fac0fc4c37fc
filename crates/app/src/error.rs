use sohoi_domain::record::Issue;
use sohoi_photo::PhotoError;
use sohoi_store::StoreError;
use sohoi_sync::{BundleError, SyncError};

/// Why an action was refused or failed. Nothing was written unless the variant says so.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("no register is open")]
    NotOpen,
    #[error("a register is open already")]
    AlreadyOpen,
    #[error("no unit {code} is valid on that day")]
    UnknownUnit { code: String },
    #[error("the unit is not one of this register's, or not there on that day")]
    NotValidUnit,
    #[error("there is no such period")]
    UnknownPeriod,
    #[error("the period begins on {first}")]
    PeriodNotBegun { first: sohoi_domain::Day },
    #[error("there is no such calendar")]
    UnknownCalendar,
    #[error("there is no such indicator")]
    UnknownIndicator,
    #[error("there is no such kind of record")]
    UnknownKind,
    #[error("there is no such record")]
    UnknownRecord,
    #[error("the record's content was destroyed")]
    Destroyed,
    #[error("there is no such conflict")]
    NoConflict,
    #[error("the record is not valid")]
    InvalidRecord(Vec<Issue>),
    #[error("there is no such action to undo or to do again")]
    NothingToUndo,
    #[error("what the action did was changed since")]
    UndoChanged,
    #[error("a note is longer than {max} bytes")]
    NoteTooLong { max: usize },
    #[error("this is the sample, which stays on this PC")]
    Sample,
    #[error("the sample's folder holds files of somebody else's")]
    SampleFolderTaken,
    #[error("a sync is running already")]
    Busy,
    #[error("there is no such photo")]
    UnknownPhoto,
    #[error("the picture's file cannot be read")]
    PictureFile(#[source] std::io::Error),
    #[error(transparent)]
    Photo(#[from] PhotoError),
    #[error("the address of a hub says no protocol")]
    HubAddress,
    #[error("the request cannot be read")]
    BadRequest(&'static str),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error("the system refused")]
    Io(#[from] std::io::Error),
}

impl AppError {
    /// The code that the UI has words for.
    pub fn code(&self) -> &str {
        match self {
            AppError::NotOpen => "app.not_open",
            AppError::AlreadyOpen => "app.already_open",
            AppError::UnknownUnit { .. } => "unit.unknown",
            AppError::NotValidUnit => "unit.not_valid",
            AppError::UnknownPeriod | AppError::UnknownCalendar => "period.unknown",
            AppError::UnknownIndicator => "usage.bad_request",
            AppError::UnknownKind => "record.unknown_kind",
            AppError::UnknownRecord => "record.unknown_id",
            AppError::NoConflict => "record.no_conflict",
            AppError::InvalidRecord(_) => "record.invalid",
            AppError::NothingToUndo => "undo.nothing",
            AppError::UndoChanged => "undo.changed",
            AppError::Destroyed => "record.destroyed",
            AppError::PeriodNotBegun { .. } => "period.not_begun",
            AppError::NoteTooLong { .. } => "period.note_too_long",
            AppError::Busy => "app.busy",
            AppError::Sample => "sample.refused",
            AppError::SampleFolderTaken => "sample.folder_taken",
            AppError::UnknownPhoto => "photo.unknown",
            AppError::PictureFile(_) => "photo.unreadable",
            AppError::Photo(error) => error.code(),
            AppError::HubAddress => "enrol.bad_address",
            AppError::BadRequest(_) => "usage.bad_request",
            AppError::Store(error) => error.code(),
            AppError::Sync(error) => error.code(),
            AppError::Io(_) => "store.io",
        }
    }

    /// True when trying again cannot help, because what is written stands in the way.
    pub(crate) fn is_about_content(&self) -> bool {
        match self {
            AppError::UndoChanged
            | AppError::UnknownRecord
            | AppError::Destroyed
            | AppError::UnknownKind
            | AppError::NoConflict
            | AppError::InvalidRecord(_) => true,
            AppError::Store(error) => matches!(
                error,
                StoreError::Erased
                    | StoreError::UnknownRecord
                    | StoreError::UnknownReference { .. }
                    | StoreError::UnknownKind
                    | StoreError::NoConflict
                    | StoreError::NotValidUnit
            ),
            _ => false,
        }
    }

    /// What the words for the code need: numbers and codes, never contents.
    pub fn params(&self) -> serde_json::Map<String, serde_json::Value> {
        let mut params = serde_json::Map::new();
        match self {
            AppError::UnknownUnit { code } => {
                params.insert("unit".into(), code.as_str().into());
            }
            AppError::PeriodNotBegun { first } => {
                params.insert("first".into(), first.to_string().into());
            }
            AppError::NoteTooLong { max } => {
                params.insert("max".into(), (*max).into());
            }
            AppError::Store(StoreError::WrongPin { wait_s } | StoreError::Wait { wait_s }) => {
                params.insert("wait_s".into(), (*wait_s).into());
            }
            AppError::Store(StoreError::TooNew { found, max }) => {
                params.insert("found".into(), (*found).into());
                params.insert("max".into(), (*max).into());
            }
            AppError::Sync(SyncError::Bundle(BundleError::TooNew { found, max })) => {
                params.insert("found".into(), (*found).into());
                params.insert("max".into(), (*max).into());
            }
            AppError::Photo(PhotoError::TooLarge { max }) => {
                params.insert("max_mb".into(), (max >> 20).into());
            }
            AppError::InvalidRecord(issues) => {
                let first = issues.iter().find(|issue| issue.is_error());
                params.insert("n_issues".into(), issues.len().into());
                params.insert("issue".into(), first.map_or("", |issue| issue.code.code()).into());
                params.insert("field".into(), first.and_then(|i| i.field.clone()).unwrap_or_default().into());
                if let Some(rule) = first.and_then(|i| i.params.get("rule")) {
                    params.insert("rule".into(), rule.as_str().into());
                }
            }
            _ => {}
        }
        params
    }
}
