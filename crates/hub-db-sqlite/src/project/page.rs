//! Records that a run of changes is about, read once and written once with their facts and sums.

use std::collections::HashMap;
use std::sync::mpsc::Sender;

use rusqlite::{Connection, Row, params};
use sohoi_domain::change::RecordState;
use sohoi_domain::fact::{Fact, MAX_DIMENSIONS, facts};
use sohoi_domain::{Catalogue, Day, DeviceId, RecordId, UnitKey};

use super::ready::{self, Ready};
use super::{Definitions, Incoming, made};
use crate::error::{Result, SqliteResult};
use crate::intern::{Codes, unit_id};
use crate::record;
use crate::rollup::Deltas;
use crate::same;

/// A record in memory.
pub struct Page {
    shown: Shown,
    is_changed: bool,
    /// Numbers that the database gave the record and its unit, when it has the record.
    stored: Option<(i64, i64)>,
}

/// What the changes so far have left of it.
enum Shown {
    Nothing,
    /// That of the one change that made it. Most records are made once and never touched, and everything of them was
    /// reckoned before.
    Made(Incoming),
    State(RecordState),
}

impl Shown {
    fn into_state(self, catalogue: &Catalogue) -> Option<RecordState> {
        match self {
            Shown::Nothing => None,
            Shown::Made(incoming) => made(catalogue, incoming.device, &incoming.change),
            Shown::State(state) => Some(state),
        }
    }

    fn same_as(&self) -> Option<RecordId> {
        match self {
            Shown::Nothing => None,
            Shown::Made(incoming) => incoming.made.as_ref()?.same_as,
            Shown::State(state) => state.same_as(),
        }
    }

    fn state(&self) -> Option<&RecordState> {
        match self {
            Shown::State(state) => Some(state),
            Shown::Nothing | Shown::Made(_) => None,
        }
    }
}

impl Page {
    /// Its state, to be given back or changed.
    pub fn take(&mut self, catalogue: &Catalogue) -> Option<RecordState> {
        std::mem::replace(&mut self.shown, Shown::Nothing).into_state(catalogue)
    }

    /// As it was taken.
    pub fn leave(&mut self, state: RecordState) {
        self.shown = Shown::State(state);
    }

    pub fn change(&mut self, state: RecordState) {
        self.leave(state);
        self.is_changed = true;
    }

    /// By the first change of it.
    pub fn make(&mut self, incoming: Incoming) {
        self.shown = Shown::Made(incoming);
        self.is_changed = true;
    }
}

pub struct Pages<'a> {
    connection: &'a Connection,
    definitions: Definitions<'a>,
    /// In the order in which they were opened, so that rows lie as their records came.
    pages: Vec<Page>,
    places: HashMap<RecordId, usize>,
    /// Greatest number of a device's records that the database has.
    last_stored: HashMap<DeviceId, u32>,
    units: HashMap<UnitKey, i64>,
    codes: Codes,
    /// Facts to be written, which wait for each other.
    facts: Vec<NewFact>,
    deltas: Deltas,
    /// Takes what was written, to give its memory back: a million small pieces, a tenth of the writer's time.
    pub spent: Option<Sender<Spent>>,
}

/// Records that were written.
pub type Spent = Vec<Page>;

/// A fact as it goes into its row.
struct NewFact {
    /// Unit, indicator, first day, record, part.
    key: (i64, u16, i32, i64, i64),
    last: i32,
    subject: i64,
    value: i64,
    codes: [Option<i64>; MAX_DIMENSIONS],
}

impl<'a> Pages<'a> {
    pub fn new(connection: &'a Connection, definitions: Definitions<'a>) -> Pages<'a> {
        Pages {
            connection,
            definitions,
            pages: Vec::new(),
            places: HashMap::new(),
            last_stored: HashMap::new(),
            units: HashMap::new(),
            codes: Codes::default(),
            facts: Vec::new(),
            deltas: Deltas::default(),
            spent: None,
        }
    }

    pub fn open(&mut self, record: RecordId) -> Result<&mut Page> {
        let at = match self.places.get(&record) {
            Some(at) => *at,
            None => {
                let page = self.read(record)?;
                self.pages.push(page);
                self.places.insert(record, self.pages.len() - 1);
                self.pages.len() - 1
            }
        };
        Ok(&mut self.pages[at])
    }

    // Devices number their records upwards, so most of what comes is seen to be new without looking for it.
    fn read(&mut self, id: RecordId) -> Result<Page> {
        let last = match self.last_stored.get(&id.device) {
            Some(last) => *last,
            None => {
                let last = record::last_of(self.connection, id.device)?;
                *self.last_stored.entry(id.device).or_insert(last)
            }
        };
        let found = if id.n > last { None } else { record::find(self.connection, id)? };
        Ok(match found {
            Some(found) => {
                let stored = Some((found.id, found.unit));
                Page { shown: Shown::State(found.state), is_changed: false, stored }
            }
            None => Page { shown: Shown::Nothing, is_changed: false, stored: None },
        })
    }

    pub fn unit_id(&mut self, unit: &UnitKey) -> Result<i64> {
        if let Some(id) = self.units.get(unit) {
            return Ok(*id);
        }
        let id = unit_id(self.connection, unit)?;
        self.units.insert(unit.clone(), id);
        Ok(id)
    }

    /// Writes what changed and forgets everything that could be changed by others.
    pub fn write(&mut self) -> Result<()> {
        self.places.clear();
        self.last_stored.clear();
        let mut changed = std::mem::take(&mut self.pages);
        changed.retain(|page| page.is_changed);
        let mut ids = Vec::with_capacity(changed.len());
        let states: Vec<&RecordState> = changed.iter().filter_map(|page| page.shown.state()).collect();
        ready::along(self.definitions.catalogue, &states, |later| {
            for page in &changed {
                ids.extend(self.write_record(page, later)?);
            }
            Ok(())
        })?;
        self.write_facts()?;
        // Most communes never make one record of two.
        if changed.iter().any(|page| page.shown.same_as().is_some()) || same::any(self.connection)? {
            self.settle(&ids, changed)?;
        } else if let Some(spent) = &self.spent {
            // Nobody who takes it is no harm.
            let _ = spent.send(changed);
        }
        std::mem::take(&mut self.deltas).write(self.connection)
    }

    fn settle(&mut self, ids: &[i64], changed: Vec<Page>) -> Result<()> {
        let catalogue = self.definitions.catalogue;
        let states = changed.into_iter().filter_map(|page| page.shown.into_state(catalogue));
        for (id, state) in ids.iter().zip(states) {
            for shown in same::settle(self.connection, catalogue, (*id, &state))? {
                let old = self.facts_of(shown.id)?;
                self.take_facts_out((shown.id, shown.unit), &old)?;
                let facts = shown.state.map(|state| facts(catalogue, &state)).unwrap_or_default();
                self.put_facts_in((shown.id, shown.unit), &facts)?;
                self.write_facts()?;
            }
        }
        Ok(())
    }

    // The number that the database has for it; none of one that no change has made.
    fn write_record(&mut self, page: &Page, later: &mut dyn Iterator<Item = Ready>) -> Result<Option<i64>> {
        match &page.shown {
            Shown::Nothing => Ok(None),
            Shown::Made(incoming) => {
                let ready = incoming.made.as_ref().expect("it is made of one that makes it");
                self.write_ready(page.stored, ready).map(Some)
            }
            Shown::State(_) => {
                let ready = later.next().expect("each that is a state is reckoned");
                self.write_ready(page.stored, &ready).map(Some)
            }
        }
    }

    fn write_ready(&mut self, stored: Option<(i64, i64)>, ready: &Ready) -> Result<i64> {
        let unit = self.unit_id(&ready.head.unit)?;
        let Some((id, old_unit)) = stored else {
            let id = record::add(self.connection, unit, &ready.head, &ready.texts)?;
            self.put_facts_in((id, unit), &ready.facts)?;
            return Ok(id);
        };
        record::update(self.connection, (id, unit), &ready.head, &ready.texts)?;
        let old = self.facts_of(id)?;
        // Most edits mend what no indicator counts.
        if unit != old_unit || old != ready.facts {
            self.take_facts_out((id, old_unit), &old)?;
            self.put_facts_in((id, unit), &ready.facts)?;
        }
        Ok(id)
    }

    fn facts_of(&self, record: i64) -> Result<Vec<Fact>> {
        let mut find = self
            .connection
            .prepare_cached(include_str!("../../../../schema/hub/sqlite/queries/facts_of_record.sql"))
            .db()?;
        let rows = find.query_map([record], |row| Ok((row.get(0)?, fact_from(row)?))).db()?;
        let mut facts: Vec<(i64, Fact)> = rows.collect::<rusqlite::Result<_>>().db()?;
        facts.sort_unstable_by_key(|(part, _)| *part);
        Ok(facts.into_iter().map(|(_, fact)| fact).collect())
    }

    fn take_facts_out(&mut self, (record, unit): (i64, i64), old: &[Fact]) -> Result<()> {
        if old.is_empty() {
            return Ok(());
        }
        for fact in old {
            if let Some(shape) = self.definitions.shapes.get(&fact.indicator) {
                self.deltas.count(unit, fact, *shape, -1);
            }
        }
        let delete = self.connection.prepare_cached("DELETE FROM fact WHERE record = ?1");
        delete.and_then(|mut delete| delete.execute([record])).map(|_| ()).db()
    }

    fn put_facts_in(&mut self, (record, unit): (i64, i64), facts: &[Fact]) -> Result<()> {
        for (part, fact) in (0_i64..).zip(facts) {
            if let Some(shape) = self.definitions.shapes.get(&fact.indicator) {
                self.deltas.count(unit, fact, *shape, 1);
            }
            let mut codes = [None; MAX_DIMENSIONS];
            for (id, text) in codes.iter_mut().zip(&fact.dimensions) {
                *id = text.as_deref().map(|text| self.codes.id(self.connection, text)).transpose()?;
            }
            self.facts.push(NewFact {
                key: (unit, fact.indicator, fact.first.number(), record, part),
                last: fact.last.number(),
                subject: fact.subject as i64,
                value: fact.value,
                codes,
            });
        }
        Ok(())
    }

    // In the order of the table's key, so that a page is visited once.
    fn write_facts(&mut self) -> Result<()> {
        let mut facts = std::mem::take(&mut self.facts);
        facts.sort_unstable_by_key(|fact| fact.key);
        let sql = include_str!("../../../../schema/hub/sqlite/queries/add_fact.sql");
        let mut add = self.connection.prepare_cached(sql).db()?;
        for NewFact { key: (unit, indicator, first, record, part), last, subject, value, codes } in facts {
            let [d1, d2, d3, d4] = codes;
            // By place and not by name: names are looked up anew for each of a million rows.
            let row = params![unit, indicator, first, record, part, last, subject, value, d1, d2, d3, d4];
            add.execute(row).db()?;
        }
        Ok(())
    }
}

fn fact_from(row: &Row) -> rusqlite::Result<Fact> {
    Ok(Fact {
        indicator: row.get(1)?,
        first: Day::from_number(row.get(2)?),
        last: Day::from_number(row.get(3)?),
        subject: row.get::<_, i64>(4)? as u64,
        value: row.get(5)?,
        dimensions: [row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?],
    })
}
