//! Records that a commune made one of two: facts are those of the kept one, and whoever refers to the other
//! counts the kept one. The hub knows of it by the links alone. Runs after the records themselves are written,
//! and what it writes follows from them as they stand.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension};
use sohoi_domain::change::RecordState;
use sohoi_domain::change::same::{self, Tied};
use sohoi_domain::{Catalogue, DeviceId, RecordId};
use sohoi_hub_db::share_a_register;

use crate::error::{Result, SqliteResult};
use crate::record;

/// A record whose facts must be made anew.
pub struct Shown {
    pub id: i64,
    pub unit: i64,
    /// None while another stands for it: then it has no facts.
    pub state: Option<RecordState>,
}

/// Whether any record is said to be another one.
pub fn any(connection: &Connection) -> Result<bool> {
    let mut find = connection.prepare_cached("SELECT EXISTS (SELECT 1 FROM same_as)").db()?;
    find.query_row([], |row| row.get(0)).db()
}

/// Records whose facts follow anew now that one was written; none when no link touches it, which is usual.
pub fn settle(
    connection: &Connection,
    catalogue: &Catalogue,
    (row, state): (i64, &RecordState),
) -> Result<Vec<Shown>> {
    let was = link_of(connection, row)?;
    let is = state.same_as();
    if was.is_none() && is.is_none() && naming(connection, state.id)?.is_empty() {
        return Ok(Vec::new());
    }
    set_link(connection, row, is)?;
    let tied = tied(connection, [Some(state.id), was, is].into_iter().flatten().collect())?;
    let states = in_reach(catalogue, &tied);
    let mut shown = Vec::new();
    for (id, stored) in &tied {
        let kept = same::kept(&states, *id);
        let stands = tied.get(&kept).filter(|_| kept != *id).map(|kept| kept.0);
        connection
            .prepare_cached("UPDATE same_as SET shown_as = ?2 WHERE record = ?1")
            .and_then(|mut set| set.execute((stored.0, stands)))
            .db()?;
        let state = if stands.is_none() { same::shown(&states, *id) } else { None };
        shown.push(Shown { id: stored.0, unit: stored.1, state });
    }
    Ok(shown)
}

// A link to another commune's record leads nowhere.
fn in_reach(catalogue: &Catalogue, tied: &BTreeMap<RecordId, (i64, i64, RecordState)>) -> Tied {
    let state = |id: &RecordId| tied.get(id).map(|stored| &stored.2);
    let is_theirs = |from: &RecordState| {
        let to = from.same_as().and_then(|to| state(&to));
        to.is_some_and(|to| !share_a_register(&catalogue.units, &from.unit, &to.unit))
    };
    let one = |(id, (_, _, state)): (&RecordId, &(i64, i64, RecordState))| {
        let mut state = state.clone();
        if is_theirs(&state) {
            state.fields.remove(&same::SAME_AS);
        }
        (*id, state)
    };
    tied.iter().map(one).collect()
}

fn tied(
    connection: &Connection,
    mut open: Vec<RecordId>,
) -> Result<BTreeMap<RecordId, (i64, i64, RecordState)>> {
    let (mut tied, mut seen) = (BTreeMap::new(), BTreeSet::new());
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        open.extend(naming(connection, id)?);
        if let Some(stored) = record::find(connection, id)? {
            open.extend(stored.state.same_as());
            tied.insert(id, (stored.id, stored.unit, stored.state));
        }
    }
    Ok(tied)
}

fn link_of(connection: &Connection, row: i64) -> Result<Option<RecordId>> {
    connection
        .prepare_cached("SELECT kept_device, kept_n FROM same_as WHERE record = ?1")
        .and_then(|mut find| find.query_row([row], |row| id_from(row, 0)).optional())
        .db()
}

fn naming(connection: &Connection, kept: RecordId) -> Result<Vec<RecordId>> {
    let sql = "SELECT r.device, r.n
               FROM same_as AS s JOIN record AS r ON r.id = s.record
               WHERE s.kept_device = ?1 AND s.kept_n = ?2
               ORDER BY r.id";
    let mut find = connection.prepare_cached(sql).db()?;
    let ids = find.query_map((kept.device.0 as i64, kept.n), |row| id_from(row, 0)).db()?;
    ids.collect::<rusqlite::Result<_>>().db()
}

fn set_link(connection: &Connection, row: i64, kept: Option<RecordId>) -> Result<()> {
    let done = match kept {
        None => connection
            .prepare_cached("DELETE FROM same_as WHERE record = ?1")
            .and_then(|mut delete| delete.execute([row])),
        Some(kept) => connection
            .prepare_cached(
                "INSERT OR REPLACE INTO same_as (record, kept_device, kept_n) VALUES (?1, ?2, ?3)",
            )
            .and_then(|mut set| set.execute((row, kept.device.0 as i64, kept.n))),
    };
    done.map(|_| ()).db()
}

/// Subjects of facts that count as another.
pub fn subjects(connection: &Connection) -> Result<BTreeMap<i64, i64>> {
    let sql = "SELECT m.device, m.n, r.device, r.n
               FROM same_as AS s
               JOIN record AS m ON m.id = s.record
               JOIN record AS r ON r.id = s.shown_as";
    let mut find = connection.prepare_cached(sql).db()?;
    let subject =
        |row: &rusqlite::Row, at: usize| -> rusqlite::Result<i64> { Ok(id_from(row, at)?.subject() as i64) };
    let pairs = find.query_map([], |row| Ok((subject(row, 0)?, subject(row, 2)?))).db()?;
    pairs.collect::<rusqlite::Result<_>>().db()
}

fn id_from(row: &rusqlite::Row, at: usize) -> rusqlite::Result<RecordId> {
    Ok(RecordId { device: DeviceId(row.get::<_, i64>(at)? as u64), n: row.get(at + 1)? })
}
