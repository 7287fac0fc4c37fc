//! The levels of the file's schema, and how a file gets from one to the next.

use rusqlite::{Connection, TransactionBehavior, named_params};
use sha2::{Digest, Sha256};

use crate::error::StoreError;
use crate::slot::kdf::hex;

struct Migration {
    number: u32,
    name: &'static str,
    sql: &'static str,
}

macro_rules! migrations {
    ($($number:literal $name:literal),+ $(,)?) => {
        &[$(Migration {
            number: $number,
            name: $name,
            sql: include_str!(concat!("../../../schema/device/", $name, ".sql")),
        }),+]
    };
}

// A released file never changes: schema/device/migrations.lock holds what it was.
const MIGRATIONS: &[Migration] = migrations![1 "0001_register", 2 "0002_named_kept", 3 "0003_clock_told", 4 "0004_record_erased", 5 "0005_own_record", 6 "0006_sync_run", 7 "0007_clock_runs", 8 "0008_run_stick"];

/// Newest level that this program reads and writes.
pub const LEVEL: u32 = MIGRATIONS[MIGRATIONS.len() - 1].number;

/// 0 for an empty file.
pub(crate) fn level(conn: &Connection) -> Result<u32, StoreError> {
    Ok(conn.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// # Errors
/// [`StoreError::TooNew`] for a file of a later version.
pub(crate) fn check_level(conn: &Connection) -> Result<u32, StoreError> {
    let found = level(conn)?;
    if found > LEVEL { Err(StoreError::TooNew { found, max: LEVEL }) } else { Ok(found) }
}

/// Brings the file to [`LEVEL`], each step whole or not at all.
pub(crate) fn migrate(conn: &mut Connection, now_ms: i64) -> Result<(), StoreError> {
    let from = check_level(conn)?;
    for migration in MIGRATIONS.iter().filter(|m| m.number > from) {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(
            "CREATE TABLE IF NOT EXISTS migration (
               number INTEGER PRIMARY KEY,
               name TEXT NOT NULL,
               digest TEXT NOT NULL,
               applied_at_ms INTEGER NOT NULL
             ) STRICT",
        )?;
        tx.execute_batch(migration.sql)?;
        tx.execute(
            "INSERT INTO migration (number, name, digest, applied_at_ms) VALUES (:number, :name, :digest, :at)",
            named_params! {
                ":number": migration.number,
                ":name": migration.name,
                ":digest": migration.digest(),
                ":at": now_ms,
            },
        )?;
        tx.pragma_update(None, "user_version", migration.number)?;
        tx.commit()?;
    }
    // An older program looks at the file without its log; it must find the new level there.
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

impl Migration {
    fn digest(&self) -> String {
        // Git may have given the file the line ends of Windows.
        hex(&Sha256::digest(self.sql.replace("\r\n", "\n")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_released_migration_is_not_changed() {
        let lock = include_str!("../../../schema/device/migrations.lock").replace("\r\n", "\n");
        let found: String =
            MIGRATIONS.iter().map(|m| format!("{:04} {} {}\n", m.number, m.name, m.digest())).collect();
        assert_eq!(found, lock, "add a new migration instead of changing one");
    }

    #[test]
    fn every_file_of_the_folder_is_a_migration_and_numbers_have_no_gap() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/device");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of migrations")
            .filter_map(|entry| entry.expect("an entry").file_name().into_string().ok())
            .filter_map(|name| name.strip_suffix(".sql").map(str::to_string))
            .collect();
        files.sort();
        assert_eq!(files, MIGRATIONS.iter().map(|m| m.name).collect::<Vec<_>>());
        for (at, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.number as usize, at + 1);
            assert!(migration.name.starts_with(&format!("{:04}_", migration.number)));
        }
    }
}
