//! From changes to records, facts and sums, within the transaction that takes the batch.
//!
//! The log is enough to do all of it again, so a materialiser behind the log can take this over without a
//! change of format: [`Projector`] knows nothing of batches.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row, named_params};
use sohoi_domain::change::{ApplyError, Erasure, RecordState, apply};
use sohoi_domain::fact::{Fact, facts};
use sohoi_domain::{Catalogue, Change, Day, DeviceId, RecordId, UnitKey};
use sohoi_hub_db::scope;

use crate::error::{BadRow, Result, SqliteResult};
use crate::intern::{Codes, unit_from, unit_id};
use crate::record::{self, StoredRecord, json};
use crate::rollup::Deltas;
use crate::same;
use crate::shape::Shape;

/// Who sent a change.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    pub device: DeviceId,
    pub unit: &'a UnitKey,
    pub scope: &'a BTreeSet<UnitKey>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Projected {
    Done,
    /// It would change a record of another commune.
    OtherUnit,
}

pub struct Projector<'a> {
    connection: &'a Connection,
    catalogue: &'a Catalogue,
    shapes: &'a BTreeMap<u16, Shape>,
    codes: Codes,
    deltas: Deltas,
}

impl<'a> Projector<'a> {
    pub fn new(
        connection: &'a Connection,
        catalogue: &'a Catalogue,
        shapes: &'a BTreeMap<u16, Shape>,
    ) -> Projector<'a> {
        Projector { connection, catalogue, shapes, codes: Codes::default(), deltas: Deltas::default() }
    }

    pub fn apply_all(&mut self, sender: Sender, changes: &[Change]) -> Result<Projected> {
        for change in changes {
            if self.apply(sender, change)? == Projected::OtherUnit {
                return Ok(Projected::OtherUnit);
            }
        }
        Ok(Projected::Done)
    }

    /// Writes the sums; without it nothing that was applied is whole.
    pub fn finish(self) -> Result<()> {
        self.deltas.write(self.connection)
    }

    fn apply(&mut self, sender: Sender, change: &Change) -> Result<Projected> {
        let stored = record::find(self.connection, change.record)?;
        let is_foreign = match &stored {
            Some(stored) => !sender.scope.contains(&stored.state.unit),
            None => self.belongs_elsewhere(sender, change.record.device)?,
        };
        if is_foreign {
            return Ok(Projected::OtherUnit);
        }
        match self.step(stored, change, sender.device)? {
            // What came before its record follows now, in the order in which it came.
            Ok(()) if change.op == sohoi_domain::Op::Create => self.follow(change.record)?,
            Ok(()) => {}
            Err(error) => self.hold(sender, change, reason(error))?,
        }
        Ok(Projected::Done)
    }

    // A number of another commune's PC is not for this one to give out. One that is not known here can be
    // this commune's own, from before it got a new key.
    fn belongs_elsewhere(&self, sender: Sender, device: DeviceId) -> Result<bool> {
        if device == sender.device {
            return Ok(false);
        }
        let owner = crate::device::by_id(self.connection, device)?;
        Ok(owner.is_some_and(|owner| !sender.scope.contains(&owner.unit)))
    }

    fn step(
        &mut self,
        stored: Option<StoredRecord>,
        change: &Change,
        device: DeviceId,
    ) -> Result<std::result::Result<(), ApplyError>> {
        let (old, state) = match stored {
            Some(stored) => (Some((stored.id, stored.unit, stored.state.unit.clone())), Some(stored.state)),
            None => (None, None),
        };
        let state = match apply(state, change, device, Erasure::of(self.catalogue, change.kind)) {
            Ok(state) => state,
            Err(error) => return Ok(Err(error)),
        };
        if let Some((id, unit, _)) = &old {
            self.take_facts_out(*id, *unit)?;
        }
        let unit = match old {
            Some((_, unit, key)) if key == state.unit => unit,
            _ => unit_id(self.connection, &state.unit)?,
        };
        let id = record::set(self.connection, unit, &state)?;
        self.put_facts_in(id, unit, &state)?;
        for shown in same::settle(self.connection, self.catalogue, (id, &state))? {
            self.take_facts_out(shown.id, shown.unit)?;
            shown.state.map_or(Ok(()), |state| self.put_facts_in(shown.id, shown.unit, &state))?;
        }
        Ok(Ok(()))
    }

    fn take_facts_out(&mut self, record: i64, unit: i64) -> Result<()> {
        let mut find = self
            .connection
            .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/facts_of_record.sql"))
            .db()?;
        let old: Vec<Fact> =
            find.query_map([record], fact_from).db()?.collect::<rusqlite::Result<_>>().db()?;
        for fact in &old {
            if let Some(shape) = self.shapes.get(&fact.indicator) {
                self.deltas.count(unit, fact, *shape, -1);
            }
        }
        let delete = self.connection.prepare_cached("DELETE FROM fact WHERE record = ?1");
        delete.and_then(|mut delete| delete.execute([record])).map(|_| ()).db()
    }

    fn put_facts_in(&mut self, record: i64, unit: i64, state: &RecordState) -> Result<()> {
        for (part, fact) in (0_i64..).zip(&facts(self.catalogue, state)) {
            if let Some(shape) = self.shapes.get(&fact.indicator) {
                self.deltas.count(unit, fact, *shape, 1);
            }
            let mut codes = [None; 4];
            for (id, text) in codes.iter_mut().zip(&fact.dimensions) {
                *id = text.as_deref().map(|text| self.codes.id(self.connection, text)).transpose()?;
            }
            self.connection
                .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/add_fact.sql"))
                .and_then(|mut add| {
                    add.execute(named_params! {
                        ":unit": unit,
                        ":indicator": fact.indicator,
                        ":first": fact.first.number(),
                        ":record": record,
                        ":part": part,
                        ":last": fact.last.number(),
                        ":subject": fact.subject as i64,
                        ":value": fact.value,
                        ":d1": codes[0],
                        ":d2": codes[1],
                        ":d3": codes[2],
                        ":d4": codes[3],
                    })
                })
                .db()?;
        }
        Ok(())
    }

    fn hold(&self, sender: Sender, change: &Change, reason: &str) -> Result<()> {
        let unit = unit_id(self.connection, sender.unit)?;
        self.connection
            .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/hold_change.sql"))
            .and_then(|mut hold| {
                hold.execute(named_params! {
                    ":unit": unit,
                    ":device": sender.device.0 as i64,
                    ":seq": change.seq as i64,
                    ":record_device": change.record.device.0 as i64,
                    ":record_n": change.record.n,
                    ":reason": reason,
                    ":change": json(change),
                })
            })
            .map(|_| ())
            .db()
    }

    fn follow(&mut self, record: RecordId) -> Result<()> {
        for held in self.held(record)? {
            let change: Change = serde_json::from_str(&held.change).map_err(|_| BadRow("held_change"))?;
            let stored = record::find(self.connection, record)?;
            let unit = stored.as_ref().map(|stored| stored.state.unit.clone());
            let scope = scope(&self.catalogue.units, &held.unit);
            let reason = if unit.is_some_and(|unit| scope.contains(&unit)) {
                self.step(stored, &change, held.device)?.err().map(reason)
            } else {
                Some("other_unit")
            };
            let done = match reason {
                None => self.connection.execute("DELETE FROM held_change WHERE id = ?1", [held.id]),
                Some(reason) => self
                    .connection
                    .execute("UPDATE held_change SET reason = ?2 WHERE id = ?1", (held.id, reason)),
            };
            done.db()?;
        }
        Ok(())
    }

    fn held(&self, record: RecordId) -> Result<Vec<Held>> {
        let mut find = self
            .connection
            .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/held_of_record.sql"))
            .db()?;
        let params = named_params! { ":device": record.device.0 as i64, ":n": record.n };
        let rows = find
            .query_map(params, |row| {
                Ok(Held {
                    id: row.get(0)?,
                    device: DeviceId(row.get::<_, i64>(1)? as u64),
                    unit: unit_from(row, 2)?,
                    change: row.get(4)?,
                })
            })
            .db()?;
        rows.collect::<rusqlite::Result<_>>().db()
    }
}

struct Held {
    id: i64,
    device: DeviceId,
    unit: UnitKey,
    change: String,
}

fn reason(error: ApplyError) -> &'static str {
    match error {
        ApplyError::Unknown => "unknown",
        ApplyError::OtherKind => "other_kind",
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
