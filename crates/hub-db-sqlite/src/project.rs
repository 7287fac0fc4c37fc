//! From changes to records, facts and sums: a run of changes is folded in memory, and each record written once.
//!
//! [`Projector`] knows nothing of batches, and what it makes depends on the changes and their order alone,
//! never on where runs end: a replay of the log must come to the same rows.

mod held;
mod page;
mod ready;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::mpsc::Sender;

use rusqlite::Connection;
use sohoi_domain::change::{RecordState, Terms, apply};
use sohoi_domain::{Catalogue, Change, DeviceId, Op, RecordId, UnitKey};
use sohoi_hub_db::scope;

use self::page::Pages;
pub use self::page::Spent;
use self::ready::Ready;
use crate::error::Result;
use crate::shape::Shape;

/// Changes in memory before they are written: some megabytes.
const RUN_CHANGES: usize = 4_000;

const UNKNOWN: &str = "unknown";
const OTHER_KIND: &str = "other_kind";
const OTHER_UNIT: &str = "other_unit";

/// What projecting needs to know.
#[derive(Clone, Copy)]
pub struct Definitions<'a> {
    pub catalogue: &'a Catalogue,
    pub shapes: &'a BTreeMap<u16, Shape>,
}

/// A change, and what is written of the record that it makes when it is the first one of it: reckoned by whoever
/// decodes it, which is another thread than the one that writes.
pub struct Incoming {
    change: Change,
    device: DeviceId,
    made: Option<Ready>,
}

impl Incoming {
    pub fn of(catalogue: &Catalogue, device: DeviceId, change: Change) -> Incoming {
        let made = made(catalogue, device, &change).map(|state| Ready::of(catalogue, &state));
        Incoming { change, device, made }
    }

    pub fn all(catalogue: &Catalogue, device: DeviceId, changes: Vec<Change>) -> Vec<Incoming> {
        changes.into_iter().map(|change| Incoming::of(catalogue, device, change)).collect()
    }
}

// One without a unit, or of a record that was never made, has nothing to make it of.
fn made(catalogue: &Catalogue, device: DeviceId, change: &Change) -> Option<RecordState> {
    apply(None, change, device, Terms::of(catalogue, change.kind)).ok()
}

pub struct Projector<'a> {
    connection: &'a Connection,
    definitions: Definitions<'a>,
    pages: Pages<'a>,
    scopes: HashMap<UnitKey, BTreeSet<UnitKey>>,
    /// Some change waits for its record, so that each new one must be asked after.
    something_waits: bool,
    n_changes: usize,
}

impl<'a> Projector<'a> {
    pub fn new(connection: &'a Connection, definitions: Definitions<'a>) -> Result<Projector<'a>> {
        Ok(Projector {
            connection,
            definitions,
            pages: Pages::new(connection, definitions),
            scopes: HashMap::new(),
            something_waits: held::any(connection)?,
            n_changes: 0,
        })
    }

    /// Has the memory of what was written given back by whoever listens.
    pub fn leaving_to(mut self, spent: Option<Sender<Spent>>) -> Projector<'a> {
        self.pages.spent = spent;
        self
    }

    /// Takes in what a device of `unit` sent.
    pub fn apply_all(&mut self, unit: &UnitKey, incoming: Vec<Incoming>) -> Result<()> {
        self.n_changes += incoming.len();
        for incoming in incoming {
            let (record, op) = (incoming.change.record, incoming.change.op);
            match self.apply(unit, incoming)? {
                None if op == Op::Create => self.follow(record)?,
                None => {}
                Some((reason, incoming)) => {
                    self.something_waits |= reason == UNKNOWN;
                    let unit = self.pages.unit_id(unit)?;
                    held::add(self.connection, unit, incoming.device, &incoming.change, reason)?;
                }
            }
        }
        if self.is_full() { self.write() } else { Ok(()) }
    }

    /// Enough for one transaction.
    pub fn is_full(&self) -> bool {
        self.n_changes >= RUN_CHANGES
    }

    /// Writes what was taken in; without it nothing of that is whole.
    pub fn write(&mut self) -> Result<()> {
        self.n_changes = 0;
        self.pages.write()
    }

    // Why it cannot follow on its record, and the change itself, when it cannot. A record of another commune stays as
    // it is.
    fn apply(&mut self, unit: &UnitKey, incoming: Incoming) -> Result<Option<(&'static str, Incoming)>> {
        let catalogue = self.definitions.catalogue;
        let page = self.pages.open(incoming.change.record)?;
        let Some(state) = page.take(catalogue) else {
            if incoming.made.is_none() {
                return Ok(Some((UNKNOWN, incoming)));
            }
            page.make(incoming);
            return Ok(None);
        };
        let units = self.scopes.entry(unit.clone()).or_insert_with(|| scope(&catalogue.units, unit));
        let fault = if !units.contains(&state.unit) { Some(OTHER_UNIT) } else { None };
        let Incoming { change, device, .. } = &incoming;
        if let Some(reason) = fault.or((state.kind != change.kind).then_some(OTHER_KIND)) {
            page.leave(state);
            return Ok(Some((reason, incoming)));
        }
        let state = apply(Some(state), change, *device, Terms::of(catalogue, change.kind));
        page.change(state.expect("a change of the record's own kind always applies"));
        Ok(None)
    }

    // What came before its record follows now, in the order in which it came.
    fn follow(&mut self, record: RecordId) -> Result<()> {
        if !self.something_waits {
            return Ok(());
        }
        for waiting in held::of_record(self.connection, record)? {
            let incoming = Incoming::of(self.definitions.catalogue, waiting.device, waiting.change);
            let reason = self.apply(&waiting.unit, incoming)?.map(|(reason, _)| reason);
            held::settle(self.connection, waiting.id, reason)?;
        }
        Ok(())
    }
}
