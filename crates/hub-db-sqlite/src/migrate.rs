//! Brings a database to this program's schema. Released migrations are frozen by `migrations.lock`.

use rusqlite::{Connection, TransactionBehavior};
use sohoi_hub_db::DbError;

use crate::error::{Result, SqliteResult};

/// Marks the file as a hub's: "SHub".
pub const APPLICATION_ID: i32 = 0x5348_7562;

pub const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_hub.sql", include_str!("../../../schema/hub/sqlite/0001_hub.sql")),
    ("0002_spoilt_batches.sql", include_str!("../../../schema/hub/sqlite/0002_spoilt_batches.sql")),
    ("0003_clock_correction.sql", include_str!("../../../schema/hub/sqlite/0003_clock_correction.sql")),
    ("0004_own_record.sql", include_str!("../../../schema/hub/sqlite/0004_own_record.sql")),
    ("0005_went_back.sql", include_str!("../../../schema/hub/sqlite/0005_went_back.sql")),
];

/// # Errors
/// [`DbError::TooNew`] and [`DbError::NotAHub`], before anything is written.
pub fn migrate(connection: &mut Connection) -> Result<()> {
    let found = level(connection)?;
    let max = u32::try_from(MIGRATIONS.len()).expect("migrations are few");
    if found > max {
        return Err(DbError::TooNew { found, max });
    }
    if found == max {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate).db()?;
    // Another process may have been first.
    let found = level(&tx)?;
    for (number, (_, sql)) in (1..).zip(MIGRATIONS).filter(|(number, _)| *number > found) {
        tx.execute_batch(sql).db()?;
        tx.pragma_update(None, "user_version", number).db()?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID).db()?;
    tx.commit().db()
}

/// False for a file in which there is nothing yet; every level has bulletins.
///
/// # Errors
/// As [`migrate`].
pub fn has_bulletins(connection: &Connection) -> Result<bool> {
    let found = level(connection)?;
    let max = u32::try_from(MIGRATIONS.len()).expect("migrations are few");
    if found > max { Err(DbError::TooNew { found, max }) } else { Ok(found > 0) }
}

fn level(connection: &Connection) -> Result<u32> {
    let pragma = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).db();
    let (id, version) = (pragma("application_id")?, pragma("user_version")?);
    let n_tables: u32 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).db()?;
    match (id, version, n_tables) {
        (0, 0, 0) => Ok(0),
        (APPLICATION_ID, version, _) => u32::try_from(version).map_err(|_| DbError::NotAHub),
        _ => Err(DbError::NotAHub),
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    const LOCK: &str = include_str!("../../../schema/hub/sqlite/migrations.lock");

    #[test]
    fn a_released_migration_is_as_it_was_released() {
        let found: String = MIGRATIONS
            .iter()
            .map(|(name, sql)| {
                let text = sql.replace("\r\n", "\n");
                let hash: String =
                    Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
                format!("{name} {hash}\n")
            })
            .collect();
        assert_eq!(found, LOCK.replace("\r\n", "\n"), "add a migration instead of changing one");
    }

    #[test]
    fn a_newer_database_is_refused_and_not_touched() {
        let mut connection = Connection::open_in_memory().expect("memory");
        migrate(&mut connection).expect("a new database");
        connection.pragma_update(None, "user_version", 99).expect("a pragma");
        assert!(matches!(migrate(&mut connection), Err(DbError::TooNew { found: 99, max: 5 })));
    }

    #[test]
    fn another_programs_database_is_refused() {
        let mut connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch("CREATE TABLE other (id INTEGER)").expect("a table");
        assert!(matches!(migrate(&mut connection), Err(DbError::NotAHub)));
    }
}
