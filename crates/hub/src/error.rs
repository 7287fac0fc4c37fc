//! What the hub refuses or fails at, with the codes that scripts and the dashboard know.

use std::collections::BTreeMap;

use sohoi_hub_db::DbError;
use sohoi_protocol::bundle::BundleError;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The caller asked for something that cannot be.
    #[error("refused: {code}")]
    Refused { code: &'static str, params: BTreeMap<&'static str, String> },
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("a file was not taken or not written")]
    Bundle(#[source] BundleError),
    #[error("the system gives no random numbers")]
    Random,
    #[error("a file cannot be read or written")]
    File(#[source] std::io::Error),
    /// Nobody asked for anything that failed: the hub is not to be used for now.
    #[error("the hub cannot read or write what it needs")]
    NotReady(#[source] DbError),
    #[error("a task of the hub stopped")]
    Task,
}

impl HubError {
    pub fn refused(code: &'static str) -> HubError {
        HubError::Refused { code, params: BTreeMap::new() }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> HubError {
        if let HubError::Refused { params, .. } = &mut self {
            params.insert(name, value.to_string());
        }
        self
    }

    pub fn code(&self) -> &'static str {
        match self {
            HubError::Refused { code, .. } => code,
            HubError::Db(error) | HubError::NotReady(error) => error.code(),
            HubError::Bundle(error) => error.code(),
            HubError::File(error) if error.kind() == std::io::ErrorKind::StorageFull => "storage.full",
            HubError::File(_) => "storage.file",
            HubError::Random | HubError::Task => "fault",
        }
    }

    pub fn params(&self) -> BTreeMap<&'static str, String> {
        match self {
            HubError::Refused { params, .. } => params.clone(),
            HubError::Db(DbError::TooNew { found, max }) => {
                BTreeMap::from([("found", found.to_string()), ("max", max.to_string())])
            }
            HubError::Db(DbError::Behind { n_batches }) => {
                BTreeMap::from([("n_batches", n_batches.to_string())])
            }
            HubError::Bundle(BundleError::TooNew { found, max }) => {
                BTreeMap::from([("found", found.to_string()), ("max", max.to_string())])
            }
            _ => BTreeMap::new(),
        }
    }

    /// Status of the HTTP answer.
    pub fn status(&self) -> u16 {
        match self {
            HubError::Refused { code, .. } => match *code {
                "auth.required" | "auth.bad_password" | "sync.revoked" | "sync.unknown_device" => 401,
                "auth.out_of_scope" | "auth.other_origin" => 403,
                "usage.not_found" => 404,
                "usage.method_not_allowed" => 405,
                "usage.too_slow" => 408,
                "usage.too_large" => 413,
                "usage.wrong_content_type" => 415,
                "auth.throttled" | "enrol.too_many" => 429,
                code if code.starts_with("enrol.") => 422,
                _ => 400,
            },
            HubError::Db(DbError::Busy | DbError::Behind { .. } | DbError::OtherCatalogue) => 503,
            HubError::NotReady(_) => 503,
            HubError::Db(DbError::Full) => 507,
            HubError::File(error) if error.kind() == std::io::ErrorKind::StorageFull => 507,
            _ => 500,
        }
    }

    /// Exit code of the program.
    pub fn exit_code(&self) -> u8 {
        match self {
            HubError::Refused { code, .. } if code.starts_with("usage.") => 2,
            HubError::Refused { .. } | HubError::Bundle(_) => 3,
            HubError::Db(DbError::NotInitialised | DbError::AlreadyInitialised) => 3,
            HubError::Db(_) | HubError::NotReady(_) | HubError::File(_) => 4,
            HubError::Random | HubError::Task => 1,
        }
    }
}

impl From<BundleError> for HubError {
    fn from(error: BundleError) -> HubError {
        match error {
            BundleError::Io(error) => HubError::File(error),
            other => HubError::Bundle(other),
        }
    }
}
