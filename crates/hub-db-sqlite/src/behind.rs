//! Carries the log into the projections, some batches a transaction, in the order of the log. The place that
//! it has come to is kept in the same transaction: whoever goes on from there, in whatever process and after
//! whatever end, does nothing twice and leaves nothing out.

use std::collections::BTreeSet;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension, Transaction};
use sohoi_domain::{Catalogue, Change, DeviceId, UnitKey};
use sohoi_hub_db::{DbError, Said};

use crate::connection::Connections;
use crate::error::{Result, SqliteResult};
use crate::project::{Definitions, Incoming, Projector, Spent};
use crate::{bulletin, photo, spoilt, told, verify};

/// Whoever asks for figures does some of the work herself, and after this long is told how much is left.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Changes of one transaction: batches that arrive wait for it.
const STEP_CHANGES: usize = 4_000;

/// Lets one thread at a time carry, and keeps what was decoded meanwhile.
#[derive(Default)]
pub struct Turn(Mutex<Ahead>);

/// What comes after a place in the log, decoded while what comes before was written.
#[derive(Default)]
struct Ahead {
    after: i64,
    batches: Vec<Decoded>,
}

/// Where the projections are in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    batch: i64,
    /// Last batch of the log.
    head: i64,
    /// Batches before it that were stepped over and can be projected now.
    n_back: u64,
}

impl Place {
    fn read(connection: &Connection) -> Result<Place> {
        let sql = "SELECT ifnull((SELECT batch FROM projection), 0), ifnull((SELECT max(id) FROM batch), 0),
                   (SELECT count(*) FROM spoilt_batch WHERE is_back = 1)";
        let mut find = connection.prepare_cached(sql).db()?;
        find.query_row([], |row| {
            Ok(Place { batch: row.get(0)?, head: row.get(1)?, n_back: row.get::<_, i64>(2)? as u64 })
        })
        .db()
    }

    // Somebody may have gone over to another catalogue since this program opened the file: what is there is not
    // what its own definitions make, and what is not there yet is not for it to add.
    fn of(connection: &Connection, catalogue: &Catalogue) -> Result<Place> {
        if is_of(connection, catalogue)? { Place::read(connection) } else { Err(DbError::OtherCatalogue) }
    }

    fn n_left(self) -> u64 {
        u64::try_from(self.head - self.batch).unwrap_or_default() + self.n_back
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
    for table in ["rollup", "fact", "held_change", "same_as", "record", "spoilt_batch"] {
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

    /// Carries some batches in one transaction; how many remain. Those that come next are decoded meanwhile.
    ///
    /// # Errors
    /// [`DbError::OtherCatalogue`].
    pub fn step(&self) -> Result<u64> {
        let mut ahead = self.turn.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = std::mem::take(&mut *ahead);
        let (place, batches) = self.connections.read(|tx| {
            let place = Place::of(tx, self.definitions.catalogue)?;
            let is_next = kept.after == place.batch && !kept.batches.is_empty();
            Ok((place, if is_next { kept.batches } else { self.next(tx, place.batch)? }))
        })?;
        if place.n_left() == 0 {
            return Ok(0);
        }
        self.count_anew(&batches)?;
        let last = batches.last().map_or(place.batch, |batch| batch.id);
        let n_left = std::thread::scope(|scope| {
            let (leave, spent) = mpsc::channel();
            let decoding = (last < place.head).then(|| scope.spawn(move || self.prepare(last, spent)));
            let leave = decoding.as_ref().map(|_| leave);
            let n_left = self.connections.write_derived(|tx| self.carry(tx, place, batches, leave))?;
            // What could not be read is read again, and told, when it is needed.
            let decoded = decoding.and_then(|thread| thread.join().ok()?.ok());
            *ahead = Ahead { after: last, batches: decoded.unwrap_or_default() };
            Ok::<_, DbError>(n_left)
        })?;
        if n_left == 0 {
            self.connections.carry();
        } else {
            self.connections.carry_long();
        }
        Ok(n_left)
    }

    // What is to be done while the batches before it are written.
    fn prepare(&self, after: i64, spent: Receiver<Spent>) -> Result<Vec<Decoded>> {
        let decoded = self.connections.read(|tx| self.next(tx, after))?;
        self.connections.carry();
        spent.into_iter().for_each(drop);
        Ok(decoded)
    }

    fn carry(
        &self,
        tx: &Transaction,
        seen: Place,
        batches: Vec<Decoded>,
        leave: Option<Sender<Spent>>,
    ) -> Result<u64> {
        let place = Place::of(tx, self.definitions.catalogue)?;
        // Another process may have come first; what was decoded here is for the place that was seen.
        if place.batch != seen.batch {
            return Ok(place.n_left());
        }
        let mut projector = Projector::new(tx, self.definitions)?.leaving_to(leave);
        let last = batches.last().map_or(place.batch, |batch| batch.id);
        for batch in batches {
            match batch.changes {
                Some(changes) => self.take_in(tx, &mut projector, &batch.unit, changes)?,
                // Its device may have brought it in this moment.
                None => self.look_again(tx, &mut projector, batch.id)?,
            }
        }
        for batch in spoilt::back(tx)? {
            self.look_again(tx, &mut projector, batch)?;
        }
        projector.write()?;
        tx.execute("UPDATE projection SET batch = ?1", [last]).db()?;
        Ok(Place::read(tx)?.n_left())
    }

    fn take_in(
        &self,
        tx: &Transaction,
        projector: &mut Projector,
        unit: &UnitKey,
        (said, incoming): Content,
    ) -> Result<()> {
        // Once more, for what this catalogue was the first to know.
        photo::note(tx, unit, &said)?;
        projector.apply_all(unit, incoming)
    }

    // Changes come to the same in any order, so what comes later than its turn is taken in like any other.
    fn look_again(&self, tx: &Transaction, projector: &mut Projector, batch: i64) -> Result<()> {
        let Some(logged) = verify::at(tx, batch)? else { return Ok(()) };
        match logged.open() {
            Some(opened) => {
                let content = self.content(logged.device, opened.changes);
                self.take_in(tx, projector, &logged.unit, content)?;
                spoilt::remove(tx, batch)
            }
            None => spoilt::add(tx, batch),
        }
    }

    fn content(&self, device: DeviceId, changes: Vec<Change>) -> Content {
        let catalogue = self.definitions.catalogue;
        (sohoi_hub_db::said(catalogue, &changes), Incoming::all(catalogue, device, changes))
    }

    fn next(&self, connection: &Connection, mut after: i64) -> Result<Vec<Decoded>> {
        let (mut batches, mut n_changes) = (Vec::new(), 0);
        while n_changes < STEP_CHANGES {
            let Some(logged) = verify::next(connection, after)? else { break };
            (after, n_changes) = (logged.id, n_changes + logged.receipt.count as usize);
            let changes = logged.open().map(|opened| self.content(logged.device, opened.changes));
            batches.push(Decoded { id: logged.id, device: logged.device, unit: logged.unit, changes });
        }
        Ok(batches)
    }

    // First, so that however this ends, the devices hear with their next sync that something of theirs is missing.
    fn count_anew(&self, batches: &[Decoded]) -> Result<()> {
        let spoilt = batches.iter().filter(|batch| batch.changes.is_none());
        let devices: BTreeSet<DeviceId> = spoilt.map(|batch| batch.device).collect();
        devices.into_iter().try_for_each(|device| told::recount(self.connections, device).map(|_| ()))
    }
}

/// Has the batches projected that were stepped over and can be read by now.
pub fn look_at_spoilt(connections: &Connections) -> Result<()> {
    let readable = connections.read(|tx| spoilt::readable(tx))?;
    if readable.is_empty() {
        return Ok(());
    }
    connections.write(|tx| readable.into_iter().try_for_each(|place| spoilt::come_back(tx, place)))
}

struct Decoded {
    id: i64,
    device: DeviceId,
    unit: UnitKey,
    /// None of a batch that is no more as it was acknowledged.
    changes: Option<Content>,
}

/// What a batch says of photos, and its changes.
type Content = (Vec<Said>, Vec<Incoming>);
