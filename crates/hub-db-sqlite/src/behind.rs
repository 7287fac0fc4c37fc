//! Carries the log into the projections, some batches a transaction, in the order of the log. The place that
//! it has come to is kept in the same transaction: whoever goes on from there, in whatever process and after
//! whatever end, does nothing twice and leaves nothing out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension};
use sohoi_domain::{Change, DeviceId, UnitKey};
use sohoi_hub_db::DbError;
use sohoi_protocol::batch;

use crate::connection::Connections;
use crate::error::{BadRow, Result, SqliteResult};
use crate::project::{Definitions, Projector};
use crate::verify;

/// Whoever asks for figures does some of the work herself, and after this long is told how much is left.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Changes of one transaction: batches that arrive wait for it.
const STEP_CHANGES: usize = 4_000;

/// Lets one thread at a time read and decode what comes next.
#[derive(Default)]
pub struct Turn(Mutex<()>);

/// Where the projections are in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// None before the first batch.
    digest: Option<String>,
    batch: i64,
    /// Last batch of the log.
    head: i64,
}

impl Place {
    fn read(connection: &Connection) -> Result<Place> {
        let made = connection
            .prepare_cached("SELECT catalogue_digest, batch FROM projection")
            .and_then(|mut find| find.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional())
            .db()?;
        let head = connection
            .prepare_cached("SELECT ifnull(max(id), 0) FROM batch")
            .and_then(|mut find| find.query_row([], |row| row.get(0)))
            .db()?;
        let (digest, batch) = made.map_or((None, 0), |(digest, batch)| (Some(digest), batch));
        Ok(Place { digest, batch, head })
    }

    // Facts made with other definitions would add up to other figures.
    fn is_of(&self, definitions: Definitions) -> bool {
        self.digest.as_ref() == Some(&definitions.catalogue.digest)
    }

    fn n_left(&self, definitions: Definitions) -> u64 {
        let done = if self.is_of(definitions) { self.batch } else { 0 };
        u64::try_from(self.head - done).unwrap_or_default()
    }
}

/// The last batch that the projections of this catalogue hold.
pub fn projected(connection: &Connection, definitions: Definitions) -> Result<i64> {
    let place = Place::read(connection)?;
    Ok(if place.is_of(definitions) { place.batch } else { 0 })
}

/// Batches that the projections of this catalogue do not hold yet.
pub fn n_behind(connection: &Connection, definitions: Definitions) -> Result<u64> {
    Ok(Place::read(connection)?.n_left(definitions))
}

/// Goes on until everything is projected that was in the log when it was asked.
///
/// # Errors
/// [`DbError::Behind`] when that takes longer than `patience`; what was done by then stays.
pub fn catch_up(
    connections: &Connections,
    turn: &Turn,
    definitions: Definitions,
    patience: Option<Duration>,
) -> Result<()> {
    let asked = connections.read(|tx| Place::read(tx))?;
    let started = Instant::now();
    let mut n_left = asked.n_left(definitions);
    while n_left > 0 {
        if patience.is_some_and(|patience| started.elapsed() > patience) {
            return Err(DbError::Behind { n_batches: n_left });
        }
        step(connections, turn, definitions)?;
        let place = connections.read(|tx| Place::read(tx))?;
        n_left = Place { head: asked.head, ..place }.n_left(definitions);
    }
    Ok(())
}

/// One transaction of it; how many batches remain.
pub fn step(connections: &Connections, turn: &Turn, definitions: Definitions) -> Result<u64> {
    let _turn = turn.0.lock().unwrap_or_else(PoisonError::into_inner);
    let (place, batches) = connections.read(|tx| {
        let place = Place::read(tx)?;
        let batches = if place.is_of(definitions) { next(tx, place.batch)? } else { Vec::new() };
        Ok((place, batches))
    })?;
    if place.is_of(definitions) && batches.is_empty() {
        return Ok(0);
    }
    connections.write(|tx| {
        let now = Place::read(tx)?;
        // Another process may have come first; what was decoded here is for the place that was seen.
        if (&now.digest, now.batch) != (&place.digest, place.batch) {
            return Ok(now.n_left(definitions));
        }
        let Some(last) = batches.last() else {
            begin_anew(tx, definitions)?;
            return Ok(now.head.unsigned_abs());
        };
        let mut projector = Projector::new(tx, definitions)?;
        for batch in &batches {
            projector.apply_all(batch.device, &batch.unit, &batch.changes)?;
        }
        projector.write()?;
        tx.execute("UPDATE projection SET batch = ?1", [last.id]).db()?;
        Ok(Place { batch: last.id, ..now }.n_left(definitions))
    })
}

fn begin_anew(connection: &Connection, definitions: Definitions) -> Result<()> {
    for table in ["rollup", "fact", "held_change", "record"] {
        connection.execute(&format!("DELETE FROM {table}"), []).db()?;
    }
    connection
        .execute(
            "INSERT INTO projection (id, catalogue_digest, batch) VALUES (1, ?1, 0)
             ON CONFLICT (id) DO UPDATE SET catalogue_digest = excluded.catalogue_digest, batch = 0",
            [&definitions.catalogue.digest],
        )
        .map(|_| ())
        .db()
}

struct Decoded {
    id: i64,
    device: DeviceId,
    unit: UnitKey,
    changes: Vec<Change>,
}

// A batch that is no more as it was acknowledged stops the projections: figures without it would be untrue.
fn next(connection: &Connection, mut after: i64) -> Result<Vec<Decoded>> {
    let (mut batches, mut n_changes) = (Vec::new(), 0);
    while n_changes < STEP_CHANGES {
        let Some(logged) = verify::next(connection, after)? else { break };
        let opened = batch::open(&logged.bytes, &logged.previous, &logged.public_key);
        let changes = opened.map_err(|_| BadRow("batch"))?.changes;
        (after, n_changes) = (logged.id, n_changes + changes.len());
        batches.push(Decoded { id: logged.id, device: logged.device, unit: logged.unit, changes });
    }
    Ok(batches)
}
