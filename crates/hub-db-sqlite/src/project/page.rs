//! Records that a run of changes is about, read once and written once with their facts and sums.

use std::collections::HashMap;

use rusqlite::{Connection, Row, params};
use sohoi_domain::change::RecordState;
use sohoi_domain::fact::{Fact, MAX_DIMENSIONS, facts};
use sohoi_domain::{Day, DeviceId, RecordId, UnitKey};

use super::Definitions;
use super::ready::{self, Changed, Ready};
use crate::error::{Result, SqliteResult};
use crate::intern::{Codes, unit_id};
use crate::record;
use crate::rollup::Deltas;
use crate::same;

pub struct Page {
    pub state: Option<RecordState>,
    pub is_changed: bool,
    /// Numbers that the database gave the record and its unit, when it has the record.
    stored: Option<(i64, i64)>,
}

impl Page {
    fn changed(self) -> Option<Changed> {
        let state = self.state.filter(|_| self.is_changed)?;
        Some(Changed { stored: self.stored, state })
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
}

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
                Page { state: Some(found.state), is_changed: false, stored }
            }
            None => Page { state: None, is_changed: false, stored: None },
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
        let changed: Vec<Changed> =
            std::mem::take(&mut self.pages).into_iter().filter_map(Page::changed).collect();
        let mut ids = Vec::with_capacity(changed.len());
        ready::each(self.definitions.catalogue, &changed, &mut |changed, ready| {
            ids.push(self.write_record(changed, ready)?);
            Ok(())
        })?;
        let written: Vec<(i64, RecordState)> =
            ids.into_iter().zip(changed.into_iter().map(|changed| changed.state)).collect();
        self.write_facts()?;
        // Most communes never make one record of two.
        if written.iter().any(|(_, state)| state.same_as().is_some()) || same::any(self.connection)? {
            self.settle(&written)?;
        }
        std::mem::take(&mut self.deltas).write(self.connection)
    }

    fn settle(&mut self, written: &[(i64, RecordState)]) -> Result<()> {
        for (id, state) in written {
            for shown in same::settle(self.connection, self.definitions.catalogue, (*id, state))? {
                self.take_facts_out(shown.id, shown.unit)?;
                let facts = shown.state.map(|state| facts(self.definitions.catalogue, &state));
                self.put_facts_in(shown.id, shown.unit, facts.unwrap_or_default())?;
                self.write_facts()?;
            }
        }
        Ok(())
    }

    // The number that the database has for it.
    fn write_record(&mut self, Changed { stored, state }: &Changed, ready: Ready) -> Result<i64> {
        let unit = self.unit_id(&state.unit)?;
        let id = match *stored {
            Some((id, old_unit)) => {
                self.take_facts_out(id, old_unit)?;
                record::update(self.connection, (id, unit), state, &ready.texts)?;
                id
            }
            None => record::add(self.connection, unit, state, &ready.texts)?,
        };
        self.put_facts_in(id, unit, ready.facts)?;
        Ok(id)
    }

    fn take_facts_out(&mut self, record: i64, unit: i64) -> Result<()> {
        let mut find = self
            .connection
            .prepare_cached(include_str!("../../../../schema/hub/sqlite/queries/facts_of_record.sql"))
            .db()?;
        let old: Vec<Fact> =
            find.query_map([record], fact_from).db()?.collect::<rusqlite::Result<_>>().db()?;
        for fact in &old {
            if let Some(shape) = self.definitions.shapes.get(&fact.indicator) {
                self.deltas.count(unit, fact, *shape, -1);
            }
        }
        let delete = self.connection.prepare_cached("DELETE FROM fact WHERE record = ?1");
        delete.and_then(|mut delete| delete.execute([record])).map(|_| ()).db()
    }

    fn put_facts_in(&mut self, record: i64, unit: i64, facts: Vec<Fact>) -> Result<()> {
        for (part, fact) in (0_i64..).zip(facts) {
            if let Some(shape) = self.definitions.shapes.get(&fact.indicator) {
                self.deltas.count(unit, &fact, *shape, 1);
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
        indicator: row.get(0)?,
        first: Day::from_number(row.get(1)?),
        last: Day::from_number(row.get(2)?),
        subject: 0,
        value: row.get(3)?,
        dimensions: [row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?],
    })
}
