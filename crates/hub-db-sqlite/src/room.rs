//! Whether the place where the database lies takes anything at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use sohoi_hub_db::DbError;

use crate::connection::beside;
use crate::error::from_io;

/// Some pages of the database's log.
const TRIED_BYTES: usize = 64 * 1024;

/// One try at a time: they have one file.
#[derive(Default)]
pub struct Room(Mutex<()>);

impl Room {
    /// Writes a small file beside the database and takes it away again. It does not wait for the disk: whether there
    /// is room is decided before.
    ///
    /// # Errors
    /// [`DbError::Full`], and [`DbError::Engine`] for what else stands against it.
    pub fn tried(&self, database: &Path) -> Result<(), DbError> {
        let _alone = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let path = beside(database, "-room");
        let written = write(&path);
        let removed = fs::remove_file(&path);
        written.and(removed).map_err(from_io)
    }
}

fn write(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(path)?;
    file.write_all(&[0x5a; TRIED_BYTES])?;
    file.flush()
}
