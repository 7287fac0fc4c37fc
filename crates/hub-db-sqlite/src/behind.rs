//! Carries the log into the projections, some batches a transaction, in the order of the log. The place that
//! it has come to is kept in the same transaction: whoever goes on from there, in whatever process and after
//! whatever end, does nothing twice and leaves nothing out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, Transaction};
use sohoi_domain::{Catalogue, Change, DeviceId, UnitKey};
use sohoi_hub_db::DbError;
use sohoi_protocol::batch;

use crate::connection::Connections;
use crate::error::{BadRow, Result, SqliteResult};
use crate::project::{Definitions, Projector};
use crate::{bulletin, photo, verify};

/// Whoever asks for figures does some of the work herself, and after this long is told how much is left.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Changes of one transaction: batches that arrive wait for it.
const STEP_CHANGES: usize = 4_000;

/// Lets one thread at a time read and decode what comes next.
#[derive(Default)]
pub struct Turn(Mutex<()>);

/// Where the projections are in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    batch: i64,
    /// Last batch of the log.
    head: i64,
}

impl Place {
    fn read(connection: &Connection) -> Result<Place> {
        let sql = "SELECT ifnull((SELECT batch FROM projection), 0), ifnull((SELECT max(id) FROM batch), 0)";
        let mut find = connection.prepare_cached(sql).db()?;
        find.query_row([], |row| Ok(Place { batch: row.get(0)?, head: row.get(1)? })).db()
    }

    // Somebody may have gone over to another catalogue since this program opened the file: what is there is not
    // what its own definitions make, and what is not there yet is not for it to add.
    fn of(connection: &Connection, catalogue: &Catalogue) -> Result<Place> {
        if is_of(connection, catalogue)? { Place::read(connection) } else { Err(DbError::OtherCatalogue) }
    }

    fn n_left(self) -> u64 {
        u64::try_from(self.head - self.batch).unwrap_or_default()
    }
}

/// Whether the projections are those of this catalogue.
pub fn is_of(connection: &Connection, catalogue: &Catalogue) -> Result<bool> {
    Ok(made_with(connection)?.as_ref() == Some(&catalogue.digest))
}

fn made_with(connection: &Connection) -> Result<Option<String>> {
    let find = "SELECT catalogue_digest FROM projection";
    connection.prepare_cached(find).and_then(|mut find| find.query_row([], |row| row.get(0)).optional()).db()
}

/// Empties the projections for another catalogue: facts made with other definitions would add up to other
/// figures. Also batches that were taken before are projected by it.
///
/// # Errors
/// [`DbError::OtherCatalogue`] when a newer one was published, which this program must not go back behind.
pub fn go_over(connection: &Connection, catalogue: &Catalogue) -> Result<()> {
    let made_with = made_with(connection)?;
    if made_with.as_ref() == Some(&catalogue.digest) {
        return Ok(());
    }
    if made_with.is_some() && bulletin::newest_version(connection)? > catalogue.version {
        return Err(DbError::OtherCatalogue);
    }
    for table in ["rollup", "fact", "held_change", "same_as", "record"] {
        connection.execute(&format!("DELETE FROM {table}"), []).db()?;
    }
    connection
        .execute(
            "INSERT INTO projection (id, catalogue_digest, batch) VALUES (1, ?1, 0)
             ON CONFLICT (id) DO UPDATE SET catalogue_digest = excluded.catalogue_digest, batch = 0",
            [&catalogue.digest],
        )
        .map(|_| ())
        .db()
}

/// The last batch that the projections hold.
///
/// # Errors
/// [`DbError::OtherCatalogue`] when they are of another catalogue.
pub fn projected(connection: &Connection, catalogue: &Catalogue) -> Result<i64> {
    Ok(Place::of(connection, catalogue)?.batch)
}

/// Batches that the projections do not hold yet.
pub fn n_behind(connection: &Connection) -> Result<u64> {
    Ok(Place::read(connection)?.n_left())
}

/// The projections and what is not in them yet.
pub struct Behind<'a> {
    pub connections: &'a Connections,
    pub turn: &'a Turn,
    pub definitions: Definitions<'a>,
}

impl Behind<'_> {
    /// Reads one state of the projections in which everything is that was in the log when it was asked.
    ///
    /// # Errors
    /// [`DbError::Behind`] when that takes longer than `patience`; what was done by then stays.
    /// [`DbError::OtherCatalogue`].
    pub fn read<T>(&self, patience: Option<Duration>, act: impl Fn(&Transaction) -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let mut asked = None;
        loop {
            let found = self.connections.read(|tx| {
                let place = Place::of(tx, self.definitions.catalogue)?;
                let n_left = Place { head: *asked.get_or_insert(place.head), ..place }.n_left();
                // In the same transaction: the next moment somebody may empty them.
                if n_left == 0 { act(tx).map(Ok) } else { Ok(Err(n_left)) }
            })?;
            match found {
                Ok(done) => return Ok(done),
                Err(n_batches) if patience.is_some_and(|patience| started.elapsed() > patience) => {
                    return Err(DbError::Behind { n_batches });
                }
                Err(_) => self.step()?,
            };
        }
    }

    /// Carries some batches in one transaction; how many remain.
    ///
    /// # Errors
    /// [`DbError::OtherCatalogue`].
    pub fn step(&self) -> Result<u64> {
        let _turn = self.turn.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (place, batches) = self.connections.read(|tx| {
            let place = Place::of(tx, self.definitions.catalogue)?;
            Ok((place, next(tx, place.batch)?))
        })?;
        let Some(last) = batches.last() else { return Ok(0) };
        self.connections.write(|tx| {
            let now = Place::of(tx, self.definitions.catalogue)?;
            // Another process may have come first; what was decoded here is for the place that was seen.
            if now.batch != place.batch {
                return Ok(now.n_left());
            }
            let mut projector = Projector::new(tx, self.definitions)?;
            for batch in &batches {
                // Once more, for what this catalogue was the first to know.
                photo::note(tx, &batch.unit, &photo::said(self.definitions.catalogue, &batch.changes))?;
                projector.apply_all(batch.device, &batch.unit, &batch.changes)?;
            }
            projector.write()?;
            tx.execute("UPDATE projection SET batch = ?1", [last.id]).db()?;
            Ok(Place { batch: last.id, ..now }.n_left())
        })
    }
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
