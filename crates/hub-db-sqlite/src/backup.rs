//! A copy of the hub's file while it goes on receiving.

use std::fs::{self, File};
use std::path::Path;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use sohoi_hub_db::DbError;

use crate::error::{Result, SqliteResult, from_io};
use crate::{connection, migrate, people};

/// Writes one state of the database into `to`, which must be there and empty. What lies there is no backup before this
/// has returned.
///
/// # Errors
/// [`DbError::NotInitialised`], [`DbError::Damaged`] when what was copied cannot be read back.
pub fn backup(path: &Path, to: &Path) -> Result<()> {
    if !connection::is_there(path)? {
        return Err(DbError::NotInitialised);
    }
    // Nothing here brings it to this program's level: a backup is made before that.
    let reader = connection::open_reader(path)?;
    if !migrate::has_bulletins(&reader)? {
        return Err(DbError::NotInitialised);
    }
    people::hub(&reader)?;
    let part = connection::beside(to, ".part");
    connection::remove(&part);
    let done = like(to, &part).and_then(|()| copy(&reader, &part));
    let done = done.and_then(|()| fs::rename(&part, to).map_err(from_io));
    if done.is_err() {
        connection::remove(&part);
    }
    done
}

// Read by nobody else than what it takes the place of, before anything is in it.
fn like(to: &Path, part: &Path) -> Result<()> {
    let permissions = fs::metadata(to).map_err(from_io)?.permissions();
    File::create(part).and_then(|file| file.set_permissions(permissions)).map_err(from_io)
}

fn copy(reader: &Connection, part: &Path) -> Result<()> {
    let mut target = connection::open_writer(part, true)?;
    {
        let backup = Backup::new(reader, &mut target).db()?;
        // In one step it is one state; in several it would begin anew with every batch that comes.
        match backup.step(-1).db()? {
            StepResult::Done => {}
            _ => return Err(DbError::Busy),
        }
    }
    // One file, which can be carried alone.
    target.pragma_update(None, "journal_mode", "DELETE").db()?;
    let found: String = target.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).db()?;
    if found != "ok" {
        return Err(DbError::Damaged(Box::new(BadCopy(found))));
    }
    target.close().map_err(|(_, error)| error).db()?;
    File::options().write(true).open(part).and_then(|file| file.sync_all()).map_err(from_io)
}

#[derive(Debug, thiserror::Error)]
#[error("what was copied is damaged: {0}")]
struct BadCopy(String);
