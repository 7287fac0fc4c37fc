//! Batches that come at the same moment become durable by one commit, and wait for the disk once. Each is
//! answered when it is there, not before.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction};
use sohoi_domain::Catalogue;
use sohoi_hub_db::{Accepted, DbError};

use crate::behind;
use crate::connection::{Connections, Lasting, transact};
use crate::error::Result;
use crate::log::{self, Entry};

/// Batches of one commit: some hundred kilobytes.
const TOGETHER: usize = 32;

/// Batches that wait for the writer.
#[derive(Default)]
pub struct Intake {
    line: Mutex<Line>,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Arc<Arrival>>,
    /// Somebody is writing, and will hand on to the first of those who wait.
    is_led: bool,
}

struct Arrival {
    entry: Entry,
    turn: Mutex<Turn>,
    told: Condvar,
}

enum Turn {
    Waits,
    /// To write, for itself and for who stands behind it.
    Leads,
    Answered(Result<Accepted>),
}

impl Intake {
    /// Whoever comes to the writer first takes along what waits for it by then.
    pub fn accept(&self, connections: &Connections, catalogue: &Catalogue, entry: Entry) -> Result<Accepted> {
        let own = Arc::new(Arrival::of(entry));
        {
            let mut line = lock(&self.line);
            line.waiting.push_back(own.clone());
            if !std::mem::replace(&mut line.is_led, true) {
                own.turns(Turn::Leads);
            }
        }
        if let Some(answer) = own.wait() {
            return answer;
        }
        let mut lead = Lead { intake: self, group: Vec::new() };
        let mut writer = connections.writer();
        lead.gather();
        store(&mut writer, catalogue, &lead.group);
        drop(writer);
        drop(lead);
        // The next one writes already.
        connections.carry();
        own.wait().expect("its own is among those that were stored")
    }
}

/// The writing of one group. However it ends, the next one follows.
struct Lead<'a> {
    intake: &'a Intake,
    group: Vec<Arc<Arrival>>,
}

impl Lead<'_> {
    // Who leads stands first.
    fn gather(&mut self) {
        let mut line = lock(&self.intake.line);
        let n = line.waiting.len().min(TOGETHER);
        self.group.extend(line.waiting.drain(..n));
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        let mut line = lock(&self.intake.line);
        // Only after a panic: what nobody answered stands in line again, but for the one who is gone.
        let is_open = |arrival: &&Arc<Arrival>| matches!(*lock(&arrival.turn), Turn::Waits);
        let open: Vec<_> = self.group.iter().filter(is_open).cloned().collect();
        open.into_iter().rev().for_each(|arrival| line.waiting.push_front(arrival));
        // Neither does one that fell before it had gathered.
        line.waiting.retain(|arrival| !matches!(*lock(&arrival.turn), Turn::Leads));
        match line.waiting.front() {
            Some(next) => next.turns(Turn::Leads),
            None => line.is_led = false,
        }
    }
}

impl Arrival {
    fn of(entry: Entry) -> Arrival {
        Arrival { entry, turn: Mutex::new(Turn::Waits), told: Condvar::new() }
    }

    fn turns(&self, turn: Turn) {
        *lock(&self.turn) = turn;
        self.told.notify_one();
    }

    // None when it is its turn to write.
    fn wait(&self) -> Option<Result<Accepted>> {
        let turn = lock(&self.turn);
        let waits = |turn: &mut Turn| matches!(turn, Turn::Waits);
        let mut turn = self.told.wait_while(turn, waits).unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *turn, Turn::Leads) {
            Turn::Answered(answer) => Some(answer),
            Turn::Waits | Turn::Leads => None,
        }
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
    let answers: Vec<Result<Accepted>> = match transact(writer, Lasting::OnDisk, all) {
        Ok(answers) => answers.into_iter().map(Ok).collect(),
        Err(error) if group.len() == 1 => vec![Err(error)],
        Err(error) => match of_all(&error) {
            Some(error) => group.iter().map(|_| Err(error())).collect(),
            None => group.iter().map(|arrival| alone(writer, catalogue, &arrival.entry)).collect(),
        },
    };
    for (arrival, answer) in group.iter().zip(answers) {
        arrival.turns(Turn::Answered(answer));
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
    transact(writer, Lasting::OnDisk, |tx| {
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

    use sohoi_hub_db::{Gist, HubDb, NewBatch, story};
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
        let arena = batch::Arena::default();
        let opened =
            batch::view(&stored.bytes, &stored.previous, &device.public_key, &arena).expect("a batch");
        let new = NewBatch {
            header: &opened.header,
            unit: &device.unit,
            scope: &[device.unit.clone()].into(),
            previous: &stored.previous,
            bytes: &stored.bytes,
            gist: &Gist::of(&catalogue, opened.changes),
            receipt: &stored.receipt,
        };
        let arrival = || Arc::new(Arrival::of(Entry::of(&new)));
        let group = [arrival(), arrival(), arrival()];
        let answers = || group.each_ref().map(|arrival| arrival.wait().expect("an answer"));

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
