//! Connections to encrypted files.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use sohoi_domain::DeviceId;
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::slot::DataKey;
use crate::slot::kdf::hex;

/// Statements kept compiled: all of a save and of the usual reads.
const CACHED_STATEMENTS: usize = 128;
/// Pages kept in memory, in KiB.
const CACHE_KIB: i32 = 32 * 1024;

/// Opens a register to work with.
pub(crate) fn open(path: &Path, key: &DataKey) -> Result<Connection, StoreError> {
    open_with(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Makes a new file and opens it.
pub(crate) fn create(path: &Path, key: &DataKey) -> Result<Connection, StoreError> {
    open_with(path, key, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
}

/// Makes a file for another's pages to be copied into.
pub(crate) fn create_copy(path: &Path, key: &DataKey) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    unlock(&conn, key)?;
    Ok(conn)
}

fn open_with(path: &Path, key: &DataKey, flags: OpenFlags) -> Result<Connection, StoreError> {
    let conn = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    unlock(&conn, key)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    exclusive(&conn)?;
    // Without it SQLite plans a kept statement anew nearly each time that other values are bound to it: of the time in
    // which a kind's records were read one by one that was half.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "secure_delete", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    Ok(conn)
}

/// Opens a file without leaving a trace beside it: what its log holds is not seen.
pub(crate) fn open_to_look(path: &Path, key: &DataKey) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(uri(path)?, flags)?;
    unlock(&conn, key)?;
    Ok(conn)
}

/// The newest change of every device that a file holds, also one of an older level.
pub(crate) fn heads(conn: &Connection) -> Result<BTreeMap<DeviceId, u64>, StoreError> {
    let mut heads = BTreeMap::new();
    for (device, device_ref) in logging_devices(conn)? {
        let sql = "SELECT MAX(id) FROM change WHERE id BETWEEN ?1 AND ?2";
        let mut newest = conn.prepare_cached(sql)?;
        let id: Option<i64> = newest.query_row(changes_of(device_ref), |row| row.get(0))?;
        heads.extend(id.map(|id| (device, seq_of(id))));
    }
    Ok(heads)
}

/// Every device that has changes here, with the number that they go by in this file.
pub(crate) fn logging_devices(conn: &Connection) -> Result<Vec<(DeviceId, i64)>, StoreError> {
    let mut all = conn.prepare_cached("SELECT id, ref FROM device ORDER BY id")?;
    let rows = all.query_map([], |row| Ok((DeviceId(unsigned(row.get(0)?)), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Opens a file together with the log that a cut left beside it, and changes neither. Of a checkpoint that was
/// cut off the file holds one half, and only the log has all of it.
pub(crate) fn open_to_look_with_log(path: &Path, key: &DataKey) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    leave_log(&conn, true)?;
    unlock(&conn, key)?;
    conn.busy_timeout(Duration::from_secs(5))?;
    exclusive(&conn)?;
    Ok(conn)
}

/// Whether closing leaves the log beside the file as it is.
pub(crate) fn leave_log(conn: &Connection, is_left: bool) -> Result<(), StoreError> {
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, is_left)?;
    Ok(())
}

// One connection, and the register's own lock against others: then the index of SQLite's log needs no file, and a disk
// that is full does not shut the register, which can be read, and backed up elsewhere.
fn exclusive(conn: &Connection) -> Result<(), StoreError> {
    Ok(conn.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?)
}

fn unlock(conn: &Connection, key: &DataKey) -> Result<(), StoreError> {
    // It would write of every page that does not open to the console; the caller is told by the error.
    conn.pragma_update_and_check(None, "cipher_log_level", "NONE", |_| Ok(()))?;
    // In this form SQLCipher takes the bytes as the key and derives nothing: the slots did that.
    let raw = Zeroizing::new(format!("x'{}'", hex(key.as_slice())));
    conn.key(None::<&str>, raw.as_bytes(), false)?;
    Ok(())
}

fn uri(path: &Path) -> Result<String, StoreError> {
    let invalid = || StoreError::Io(std::io::Error::from(std::io::ErrorKind::InvalidFilename));
    let text = std::path::absolute(path)?.to_str().ok_or_else(invalid)?.replace('\\', "/");
    let text = text.strip_prefix("//?/").unwrap_or(&text);
    // C:/… and //server/… both want a slash more before them.
    let lead = if text.starts_with('/') && !text.starts_with("//") { "" } else { "/" };
    let lead = if text.starts_with("//") { "//" } else { lead };
    let mut uri = format!("file:{lead}");
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b':' | b'.' | b'-' | b'_' => {
                uri.push(byte.into())
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    Ok(uri + "?immutable=1")
}

/// True when every page can be read and its trees are whole.
pub(crate) fn is_whole(conn: &Connection) -> Result<bool, StoreError> {
    let answer: Result<String, _> = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0));
    match answer.map_err(StoreError::from) {
        Ok(text) => Ok(text == "ok"),
        Err(StoreError::Damaged) => Ok(false),
        Err(other) => Err(other),
    }
}

const N_BITS: u32 = 32;
const SEQ_BITS: u32 = 48;

/// Row id of a record: the device's short number above the running number there.
pub(crate) fn record_key(device_ref: i64, n: u32) -> i64 {
    device_ref << N_BITS | i64::from(n)
}

/// The short number of the device and the running number there of a record's row id.
pub(crate) fn parts_of(record_key: i64) -> (i64, u32) {
    let n = record_key & ((1 << N_BITS) - 1);
    (record_key >> N_BITS, u32::try_from(n).unwrap_or(u32::MAX))
}

/// Row id of a change, of the same parts.
pub(crate) fn change_key(device_ref: i64, seq: u64) -> i64 {
    device_ref << SEQ_BITS | (signed(seq) & seq_mask())
}

/// The number on its device of a change's row id.
pub(crate) fn seq_of(change_key: i64) -> u64 {
    unsigned(change_key & seq_mask())
}

const fn seq_mask() -> i64 {
    (1 << SEQ_BITS) - 1
}

/// First and last row id that a device's changes can have.
pub(crate) fn changes_of(device_ref: i64) -> [i64; 2] {
    [change_key(device_ref, 1), change_key(device_ref, u64::MAX)]
}

/// First and last row id that a device's records can have.
pub(crate) fn records_of(device_ref: i64) -> [i64; 2] {
    [record_key(device_ref, 1), record_key(device_ref, u32::MAX)]
}

/// Device ids and clocks: unsigned in the program, signed in SQLite, the same bits.
pub(crate) fn signed(bits: u64) -> i64 {
    bits.cast_signed()
}

pub(crate) fn unsigned(stored: i64) -> u64 {
    stored.cast_unsigned()
}
