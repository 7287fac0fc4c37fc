//! Batches that come at the same moment become durable by one commit, and wait for the disk once. Each is
//! answered when it is there, not before.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction};
use sohoi_domain::Catalogue;
use sohoi_hub_db::{Accepted, DbError};

use crate::behind;
use crate::connection::{Connections, transact};
use crate::error::Result;
use crate::log::{self, Entry};

/// Batches of one commit: some hundred kilobytes.
const TOGETHER: usize = 32;

/// Batches that wait for the writer.
#[derive(Default)]
pub struct Intake {
    waiting: Mutex<Vec<Arc<Arrival>>>,
}

struct Arrival {
    entry: Entry,
    answer: Mutex<Option<Result<Accepted>>>,
}

impl Intake {
    /// Whoever comes to the writer first takes along what waits for it by then.
    pub fn accept(&self, connections: &Connections, catalogue: &Catalogue, entry: Entry) -> Result<Accepted> {
        let own = Arc::new(Arrival { entry, answer: Mutex::default() });
        lock(&self.waiting).push(own.clone());
        let mut writer = connections.writer();
        if let Some(answer) = lock(&own.answer).take() {
            return answer;
        }
        let group = self.group(&own);
        store(&mut writer, catalogue, &group);
        lock(&own.answer).take().expect("its own is among those that were stored")
    }

    fn group(&self, own: &Arc<Arrival>) -> Vec<Arc<Arrival>> {
        let mut waiting = lock(&self.waiting);
        waiting.retain(|other| !Arc::ptr_eq(other, own));
        let n = waiting.len().min(TOGETHER - 1);
        std::iter::once(own.clone()).chain(waiting.drain(..n)).collect()
    }
}

// When one of them is at fault, each is tried by itself, and has an error of its own.
fn store(writer: &mut Connection, catalogue: &Catalogue, group: &[Arc<Arrival>]) {
    let all = |tx: &Transaction| {
        let answers: Vec<Accepted> =
            group.iter().map(|arrival| accept(tx, catalogue, &arrival.entry)).collect::<Result<_>>()?;
        let is_any = answers.contains(&Accepted::Stored);
        Ok((answers, is_any))
    };
    let answers: Vec<Result<Accepted>> = match transact(writer, all) {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(error) if group.len() == 1 => vec![Err(error)],
        Err(error) => match of_all(&error) {
            Some(error) => group.iter().map(|_| Err(error())).collect(),
            None => group.iter().map(|arrival| alone(writer, catalogue, &arrival.entry)).collect(),
        },
    };
    for (arrival, answer) in group.iter().zip(answers) {
        *lock(&arrival.answer) = Some(answer);
    }
}

// What is no fault of any one batch: by itself each would only wait as long again, and all others with it.
fn of_all(error: &DbError) -> Option<fn() -> DbError> {
    match error {
        DbError::Busy => Some(|| DbError::Busy),
        DbError::Full => Some(|| DbError::Full),
        DbError::OtherCatalogue => Some(|| DbError::OtherCatalogue),
        _ => None,
    }
}

fn alone(writer: &mut Connection, catalogue: &Catalogue, entry: &Entry) -> Result<Accepted> {
    transact(writer, |tx| {
        let accepted = accept(tx, catalogue, entry)?;
        Ok((accepted, accepted == Accepted::Stored))
    })
}

fn accept(tx: &Transaction, catalogue: &Catalogue, entry: &Entry) -> Result<Accepted> {
    if behind::is_of(tx, catalogue)? { log::accept(tx, entry) } else { Err(DbError::OtherCatalogue) }
}

// What lies under a lock here is whole at any moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use sohoi_hub_db::{HubDb, NewBatch, story};
    use sohoi_protocol::batch;

    use super::*;
    use crate::{SqliteHub, connection};

    static N_WAITS: AtomicU32 = AtomicU32::new(0);

    #[test]
    fn what_hinders_a_whole_group_is_waited_for_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hub.db");
        let catalogue = Arc::new(Catalogue::embedded());
        let hub = SqliteHub::create(&path, catalogue.clone()).expect("a new hub");
        story::run(&hub, &catalogue);
        let devices = hub.devices().expect("a read");
        let device = devices.iter().find(|device| device.next_seq > 1).expect("somebody sent something");
        let stored = hub.batch_at(device.id, 1).expect("a read").expect("a batch");
        let opened = batch::open(&stored.bytes, &stored.previous, &device.public_key).expect("a batch");
        let new = NewBatch {
            header: &opened.header,
            unit: &device.unit,
            scope: &[device.unit.clone()].into(),
            previous: &stored.previous,
            bytes: &stored.bytes,
            changes: &opened.changes,
            receipt: &stored.receipt,
        };
        let arrival = || Arc::new(Arrival { entry: Entry::of(&new, &catalogue), answer: Mutex::default() });
        let group = [arrival(), arrival(), arrival()];
        let answers = || group.each_ref().map(|arrival| lock(&arrival.answer).take().expect("an answer"));

        let mut other = connection::open_writer(&path, false).expect("the file");
        let held = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).expect("a lock");
        let mut writer = hub.connections.writer();
        let give_up = |_| {
            N_WAITS.fetch_add(1, Ordering::Relaxed);
            false
        };
        writer.busy_handler(Some(give_up)).expect("a handler");
        store(&mut writer, &catalogue, &group);
        assert!(answers().iter().all(|answer| matches!(answer, Err(DbError::Busy))));
        assert_eq!(N_WAITS.load(Ordering::Relaxed), 1);

        held.rollback().expect("it is free");
        store(&mut writer, &catalogue, &group);
        assert!(answers().iter().all(|answer| matches!(answer, Ok(Accepted::NotNext))));
    }
}
