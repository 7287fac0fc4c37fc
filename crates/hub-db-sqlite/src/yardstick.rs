//! What SQLite alone takes for the same bytes and rows: the yardstick of the bench `ingest`, in no program.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, TransactionBehavior, params_from_iter};

use crate::error::{Result, SqliteResult};
use crate::{connection, migrate};

/// A table of bytes, with the pragmas of a hub.
pub struct BareLog(Connection);

impl BareLog {
    pub fn create(path: &Path) -> Result<BareLog> {
        let connection = connection::open_writer(path, true)?;
        connection::prepare_writer(&connection)?;
        connection
            .execute_batch("CREATE TABLE batch (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT")
            .db()?;
        Ok(BareLog(connection))
    }

    /// One insert, on disk when it returns.
    pub fn add(&self, bytes: &[u8]) -> Result<()> {
        let insert = self.0.prepare_cached("INSERT INTO batch (bytes) VALUES (?1)");
        insert.and_then(|mut insert| insert.execute([bytes])).map(|_| ()).db()
    }
}

/// A hub's empty tables, into which the rows of another's projections are inserted.
pub struct BareRows {
    from: Connection,
    to: Connection,
    last_record: i64,
}

/// Records of one transaction, as many as the projector's.
const RUN: i64 = 4_000;

impl BareRows {
    pub fn create(from: &Path, to: &Path) -> Result<BareRows> {
        let mut target = connection::open_writer(to, true)?;
        migrate::migrate(&mut target)?;
        connection::prepare_writer(&target)?;
        // Its commits wait for the disk as little as the projector's.
        target.pragma_update(None, "synchronous", "NORMAL").db()?;
        Ok(BareRows { from: connection::open_reader(from)?, to: target, last_record: 0 })
    }

    /// Inserts the records that came since, and their facts; how long the inserts took, without reading.
    pub fn add_new(&mut self) -> Result<Duration> {
        let mut took = Duration::ZERO;
        for table in ["unit", "code"] {
            let after: i64 = self
                .to
                .query_row(&format!("SELECT ifnull(max(id), 0) FROM {table}"), [], |row| row.get(0))
                .db()?;
            self.copy(&[(table, &format!("WHERE id > {after} ORDER BY id"))])?;
        }
        loop {
            let first = self.last_record + 1;
            let last = self.last_record + RUN;
            let n: i64 = self
                .from
                .query_row("SELECT count(*) FROM record WHERE id >= ?1", [first], |row| row.get(0))
                .db()?;
            if n == 0 {
                return Ok(took);
            }
            let records = format!("WHERE id BETWEEN {first} AND {last} ORDER BY id");
            let facts = format!("WHERE record BETWEEN {first} AND {last} ORDER BY record, part");
            took += self.copy(&[("record", &records), ("fact", &facts)])?;
            self.last_record = last.min(first + n - 1);
        }
    }

    /// Inserts the sums as they are at the end.
    pub fn add_sums(&mut self) -> Result<Duration> {
        self.copy(&[("rollup", "ORDER BY unit, side, level, span, indicator")])
    }

    fn copy(&mut self, tables: &[(&str, &str)]) -> Result<Duration> {
        let mut read = Vec::new();
        for (table, which) in tables {
            read.push((table, rows(&self.from, &format!("SELECT * FROM {table} {which}"))?));
        }
        let started = Instant::now();
        let tx = self.to.transaction_with_behavior(TransactionBehavior::Immediate).db()?;
        for (table, rows) in &read {
            let Some(width) = rows.first().map(Vec::len) else { continue };
            let places = vec!["?"; width].join(", ");
            let mut insert = tx.prepare_cached(&format!("INSERT INTO {table} VALUES ({places})")).db()?;
            for row in rows {
                insert.execute(params_from_iter(row)).db()?;
            }
        }
        tx.commit().db()?;
        Ok(started.elapsed())
    }
}

fn rows(from: &Connection, sql: &str) -> Result<Vec<Vec<Value>>> {
    let mut find = from.prepare(sql).db()?;
    let width = find.column_count();
    let rows = find.query_map([], |row| (0..width).map(|at| row.get(at)).collect()).db()?;
    rows.collect::<rusqlite::Result<_>>().db()
}
