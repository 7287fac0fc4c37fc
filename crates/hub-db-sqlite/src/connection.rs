//! One writer, some readers, and the pragmas that make "received" mean "on disk".

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use crate::error::{Result, SqliteResult};

// Another process, such as the command line beside a running hub, holds the lock for a batch at most.
const BUSY: Duration = Duration::from_secs(10);
const CACHE_KIB: i32 = 64 * 1024;
const READERS_KEPT: usize = 8;
const STATEMENTS_KEPT: usize = 64;

pub struct Connections {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Connections {
    pub fn new(path: &Path, writer: Connection) -> Connections {
        Connections { path: path.to_path_buf(), writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does all of `act` or none of it, on disk when it returns.
    pub fn write<T>(&self, act: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        transact(&mut self.writer(), |tx| act(tx).map(|done| (done, true)))
    }

    /// The writer, when nobody else has it.
    pub fn writer(&self) -> MutexGuard<'_, Connection> {
        lock(&self.writer)
    }

    /// Reads one state of the database.
    pub fn read<T>(&self, act: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let kept = lock(&self.readers).pop();
        let mut reader = kept.map_or_else(|| open_reader(&self.path), Ok)?;
        let tx = reader.transaction().db()?;
        let done = act(&tx);
        tx.finish().db()?;
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
        done
    }
}

/// Does all of `act`, on disk when it returns; none of it when `act` fails or says false.
pub fn transact<T>(
    writer: &mut Connection,
    act: impl FnOnce(&Transaction) -> Result<(T, bool)>,
) -> Result<T> {
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).db()?;
    let (done, keep) = act(&tx)?;
    if keep { tx.commit() } else { tx.rollback() }.db()?;
    Ok(done)
}

// A panic in between rolled its transaction back, so the connection is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn open_writer(path: &Path, create: bool) -> Result<Connection> {
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create {
        flags |= OpenFlags::SQLITE_OPEN_CREATE;
    }
    let connection = Connection::open_with_flags(path, flags).db()?;
    connection.busy_timeout(BUSY).db()?;
    // Without it SQLite plans a kept statement anew each time that other values are bound to it: 40 % of the
    // time that a batch took.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).db()?;
    Ok(connection)
}

/// Makes the file durable; only once it is known to be a hub's, because this writes.
pub fn prepare_writer(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL").db()?;
    connection.pragma_update(None, "synchronous", "FULL").db()?;
    connection.pragma_update(None, "secure_delete", "ON").db()?;
    settle(connection)
}

pub fn open_reader(path: &Path) -> Result<Connection> {
    // Not read-only: a reader may have to recover the log of a process that was killed.
    let reader = open_writer(path, false)?;
    reader.pragma_update(None, "query_only", "ON").db()?;
    settle(&reader)?;
    Ok(reader)
}

fn settle(connection: &Connection) -> Result<()> {
    connection.pragma_update(None, "foreign_keys", "ON").db()?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB).db()?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    Ok(())
}
