//! What can go wrong below the hub.

/// A failure of the database, told apart by what the caller does about it.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    #[error("the hub's database was written by a newer version (schema {found}, this one reads {max})")]
    TooNew { found: u32, max: u32 },
    #[error("the file is no database of a hub")]
    NotAHub,
    #[error("there is no hub here yet")]
    NotInitialised,
    #[error("there is a hub here already")]
    AlreadyInitialised,
    #[error("the database is busy")]
    Busy,
    #[error("{n_batches} batches that were taken are not summed up yet")]
    Behind { n_batches: u64 },
    /// Another process has gone over to it. To be opened anew.
    #[error("the hub works with a newer catalogue by now")]
    OtherCatalogue,
    #[error("the disk is full")]
    Full,
    #[error("the database is damaged")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("the database cannot be read or written")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl DbError {
    /// The code that scripts and the dashboard know it by.
    pub fn code(&self) -> &'static str {
        match self {
            DbError::TooNew { .. } => "storage.too_new",
            DbError::NotAHub => "storage.not_a_hub",
            DbError::NotInitialised => "hub.not_initialised",
            DbError::AlreadyInitialised => "hub.already_initialised",
            DbError::Busy => "storage.busy",
            DbError::Behind { .. } => "hub.behind",
            DbError::OtherCatalogue => "storage.other_catalogue",
            DbError::Full => "storage.full",
            DbError::Damaged(_) => "storage.damaged",
            DbError::Engine(_) => "storage.failed",
        }
    }
}
