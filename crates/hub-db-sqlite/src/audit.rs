//! The audit log.

use rusqlite::{Connection, OptionalExtension};
use sohoi_hub_db::AuditRow;
use sohoi_hub_db::audit::{AuditEntry, START, link};

use crate::error::{Result, SqliteResult};

pub fn add(connection: &Connection, entry: &AuditEntry) -> Result<()> {
    let previous = connection
        .query_row("SELECT hash FROM audit ORDER BY id DESC LIMIT 1", [], |row| row.get(0))
        .optional()
        .db()?
        .unwrap_or(START);
    connection
        .execute(
            "INSERT INTO audit (at_ms, actor, action, subject, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
            (entry.at_ms, &entry.actor, &entry.action, &entry.subject, link(&previous, entry)),
        )
        .map(|_| ())
        .db()
}

pub fn all(connection: &Connection) -> Result<Vec<AuditRow>> {
    let mut find = connection
        .prepare_cached("SELECT at_ms, actor, action, subject, hash FROM audit ORDER BY id")
        .db()?;
    let rows = find
        .query_map([], |row| {
            let entry = AuditEntry {
                at_ms: row.get(0)?,
                actor: row.get(1)?,
                action: row.get(2)?,
                subject: row.get(3)?,
            };
            Ok(AuditRow { entry, hash: row.get(4)? })
        })
        .db()?;
    rows.collect::<rusqlite::Result<_>>().db()
}
