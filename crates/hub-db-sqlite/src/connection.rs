//! One writer, some readers, and the pragmas that make "received" mean "on disk".

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use sohoi_hub_db::DbError;

use crate::error::{Result, SqliteResult, from_io};
use crate::wal::Wal;

// Another process, such as the command line beside a running hub, holds the lock for a batch at most.
const BUSY: Duration = Duration::from_secs(10);
const CACHE_KIB: i32 = 64 * 1024;
const READERS_KEPT: usize = 8;
const STATEMENTS_KEPT: usize = 64;

pub struct Connections {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    wal: Arc<Wal>,
}

/// What a commit is worth when the power goes.
#[derive(Clone, Copy)]
pub enum Lasting {
    /// On disk when it returns.
    OnDisk,
    /// On disk with the next that is: whoever loses it loses only what came after all of those.
    WithTheNext,
}

impl Lasting {
    fn synchronous(self) -> &'static str {
        match self {
            Lasting::OnDisk => "FULL",
            Lasting::WithTheNext => "NORMAL",
        }
    }
}

impl Connections {
    pub fn new(path: &Path, mut writer: Connection) -> Result<Connections> {
        let wal = Arc::new(Wal::default());
        let noted = wal.clone();
        writer
            .wal_hook(Some(move |log: &mut rusqlite::hooks::Wal, pages: i32| {
                // It is committed whatever comes of this; the next commit tries again.
                let must = noted.note(u32::try_from(pages).unwrap_or_default());
                let _ = must.then(|| log.checkpoint());
                Ok(())
            }))
            .db()?;
        let path = path.to_path_buf();
        Ok(Connections { path, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()), wal })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does all of `act` or none of it, on disk when it returns.
    pub fn write<T>(&self, act: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.written(Lasting::OnDisk, act)
    }

    /// As [`Connections::write`], but does not wait for the disk. For what follows from the log and would only have to
    /// be made again.
    pub fn write_derived<T>(&self, act: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        self.written(Lasting::WithTheNext, act)
    }

    fn written<T>(&self, lasting: Lasting, act: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        transact(&mut self.writer(), lasting, |tx| act(tx).map(|done| (done, true)))
    }

    /// The writer, as soon as nobody else has it.
    pub fn writer(&self) -> MutexGuard<'_, Connection> {
        lock(&self.writer)
    }

    /// Reads one state of the database.
    pub fn read<T>(&self, act: impl FnOnce(&Transaction) -> Result<T>) -> Result<T> {
        let mut reader = self.reader()?;
        let tx = reader.transaction().db()?;
        let done = act(&tx);
        tx.finish().db()?;
        self.keep(reader);
        done
    }

    /// Carries what was written into the file, when there is enough of it. Whoever calls it has the writer no more, so
    /// that nobody waits but the caller.
    pub fn carry(&self) {
        if self.wal.is_worth_it() {
            self.carry_all();
        }
    }

    /// Carries the rest of a log that has grown long, so that the next commit begins it anew.
    pub fn carry_long(&self) {
        if self.wal.is_long() {
            self.carry_all();
        }
    }

    // Nothing depends on it, and what hinders it hinders the next commit too, which says so.
    fn carry_all(&self) {
        let Ok(reader) = self.reader() else { return };
        if self.wal.carry(&reader).is_ok() {
            self.keep(reader);
        }
    }

    fn reader(&self) -> Result<Connection> {
        let kept = lock(&self.readers).pop();
        kept.map_or_else(|| open_reader(&self.path), Ok)
    }

    fn keep(&self, reader: Connection) {
        let mut readers = lock(&self.readers);
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
    }
}

/// Does all of `act`, or none of it when `act` fails or says false.
pub fn transact<T>(
    writer: &mut Connection,
    lasting: Lasting,
    act: impl FnOnce(&Transaction) -> Result<(T, bool)>,
) -> Result<T> {
    // Said each time: what must be on disk does not hang on how the one before it ended.
    writer.pragma_update(None, "synchronous", lasting.synchronous()).db()?;
    let tx = writer.transaction_with_behavior(TransactionBehavior::Immediate).db()?;
    let (done, keep) = act(&tx)?;
    if keep { tx.commit() } else { tx.rollback() }.db()?;
    Ok(done)
}

// A panic in between rolled its transaction back, so the connection is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is there is not a whole hub: somebody's copy or disk left it so. A new one in its place would have another
/// key, and no commune would know it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Remains(&'static str);

/// False when there is nothing of a hub.
///
/// # Errors
/// [`DbError::Damaged`] when the file is empty, or is gone and has left its log.
pub fn is_there(path: &Path) -> Result<bool> {
    let damaged = |what| Err(DbError::Damaged(Box::new(Remains(what))));
    match std::fs::metadata(path) {
        Ok(found) if found.len() == 0 => damaged("the hub's file is empty"),
        Ok(_) => Ok(true),
        Err(error) if error.kind() != ErrorKind::NotFound => Err(from_io(error)),
        Err(_) if beside(path, "-wal").exists() => damaged("the hub's file is gone, its log is there"),
        Err(_) => Ok(false),
    }
}

/// Removes what was begun of a hub.
pub fn remove(path: &Path) {
    for path in [path.to_path_buf(), beside(path, "-journal"), beside(path, "-wal"), beside(path, "-shm")] {
        // What cannot be removed is told by the next that comes upon it.
        let _ = std::fs::remove_file(path);
    }
}

/// The name of a file that belongs to the database.
pub fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_os_string();
    name.push(ending);
    database.with_file_name(name)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn connections(folder: &Path) -> Connections {
        let path = folder.join("some.db");
        let writer = open_writer(&path, true).expect("a file");
        prepare_writer(&writer).expect("pragmas");
        writer.execute_batch("CREATE TABLE some (content BLOB)").expect("a table");
        Connections::new(&path, writer).expect("a hook")
    }

    // That many pages of 4 KiB, and a few more.
    fn add(tx: &Transaction, n_pages: u32) -> Result<()> {
        let sql = "INSERT INTO some VALUES (zeroblob(?1 * 4096))";
        tx.execute(sql, [n_pages]).map(|_| ()).db()
    }

    #[test]
    fn what_may_be_lost_makes_nothing_lost_that_must_not_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = connections(folder.path());
        let synchronous =
            |tx: &Transaction| tx.pragma_query_value(None, "synchronous", |row| row.get::<_, i32>(0)).db();
        let (normal, full) = (1, 2);
        assert_eq!(connections.write(synchronous).expect("a write"), full);
        assert_eq!(connections.write_derived(synchronous).expect("a write"), normal);
        let fails = |_: &Transaction| Err::<(), _>(sohoi_hub_db::DbError::NotAHub);
        connections.write_derived(fails).expect_err("it fails");
        assert_eq!(connections.write(synchronous).expect("a write"), full);
    }

    #[test]
    fn a_log_that_was_carried_is_begun_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = connections(folder.path());
        connections.write_derived(|tx| add(tx, 900)).expect("a write");
        assert!(!connections.wal.is_worth_it(), "it is not much yet");
        connections.write_derived(|tx| add(tx, 8_000)).expect("a write");
        assert!(connections.wal.is_worth_it() && connections.wal.is_long());
        connections.carry();
        assert!(!connections.wal.is_worth_it(), "all of it is carried");
        connections.write_derived(|tx| add(tx, 10)).expect("a write");
        assert!(!connections.wal.is_long());
    }

    #[test]
    fn what_somebody_reads_is_carried_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = connections(folder.path());
        connections
            .read(|tx| {
                let n = |tx: &Transaction| {
                    tx.query_row("SELECT count(*) FROM some", [], |row| row.get::<_, i64>(0)).db()
                };
                assert_eq!(n(tx)?, 0);
                connections.write_derived(|tx| add(tx, 8_000))?;
                connections.carry();
                assert!(connections.wal.is_worth_it());
                assert_eq!(n(tx)?, 0, "it is the state that it was");
                Ok(())
            })
            .expect("a read");
        connections.carry_long();
        assert!(!connections.wal.is_worth_it());
    }

    #[test]
    fn a_log_that_nobody_carries_does_not_grow_without_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let connections = connections(folder.path());
        for _ in 0..5 {
            connections.write_derived(|tx| add(tx, 4_096)).expect("a write");
        }
        let log = std::fs::metadata(folder.path().join("some.db-wal")).expect("a log");
        assert!(log.len() < 70 << 20, "{} bytes, of 80 MB that were written", log.len());
    }
}
