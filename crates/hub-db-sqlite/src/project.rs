//! From changes to records, facts and sums: a run of changes is folded in memory, and each record written once.
//!
//! [`Projector`] knows nothing of batches, and what it makes depends on the changes and their order alone,
//! never on where runs end: a replay of the log must come to the same rows.

mod held;
mod page;
mod ready;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::Connection;
use sohoi_domain::change::{Terms, apply};
use sohoi_domain::{Catalogue, Change, DeviceId, Op, RecordId, UnitKey};
use sohoi_hub_db::scope;

use self::page::Pages;
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

    /// Takes in what a device of `unit` sent.
    pub fn apply_all(&mut self, device: DeviceId, unit: &UnitKey, changes: &[Change]) -> Result<()> {
        for change in changes {
            match self.apply(device, unit, change)? {
                None if change.op == Op::Create => self.follow(change.record)?,
                None => {}
                Some(reason) => {
                    self.something_waits |= reason == UNKNOWN;
                    let unit = self.pages.unit_id(unit)?;
                    held::add(self.connection, unit, device, change, reason)?;
                }
            }
        }
        self.n_changes += changes.len();
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

    // Why it cannot follow on its record, when it cannot. A record of another commune stays as it is.
    fn apply(&mut self, device: DeviceId, unit: &UnitKey, change: &Change) -> Result<Option<&'static str>> {
        let catalogue = self.definitions.catalogue;
        let page = self.pages.open(change.record)?;
        match &page.state {
            None if change.op != Op::Create || change.unit.is_none() => return Ok(Some(UNKNOWN)),
            None => {}
            Some(state) => {
                let units = self.scopes.entry(unit.clone()).or_insert_with(|| scope(&catalogue.units, unit));
                if !units.contains(&state.unit) {
                    return Ok(Some(OTHER_UNIT));
                }
                if state.kind != change.kind {
                    return Ok(Some(OTHER_KIND));
                }
            }
        }
        let state = apply(page.state.take(), change, device, Terms::of(catalogue, change.kind));
        page.state = Some(state.expect("a create, or a change of the record's kind, always applies"));
        page.is_changed = true;
        Ok(None)
    }

    // What came before its record follows now, in the order in which it came.
    fn follow(&mut self, record: RecordId) -> Result<()> {
        if !self.something_waits {
            return Ok(());
        }
        for waiting in held::of_record(self.connection, record)? {
            let reason = self.apply(waiting.device, &waiting.unit, &waiting.change)?;
            held::settle(self.connection, waiting.id, reason)?;
        }
        Ok(())
    }
}
