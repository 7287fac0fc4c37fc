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

// When they cannot all be stored, each is tried by itself, and has an error of its own.
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
        Err(_) => group.iter().map(|arrival| alone(writer, catalogue, &arrival.entry)).collect(),
    };
    for (arrival, answer) in group.iter().zip(answers) {
        *lock(&arrival.answer) = Some(answer);
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
