//! Sums kept at write time, so that a figure of the province is read from thousands of rows, not a million.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt;

use rusqlite::{Connection, OptionalExtension, named_params};
use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use sohoi_domain::Fact;
use sohoi_domain::fact::MAX_DIMENSIONS;

use crate::error::{BadRow, Result, SqliteResult};
use crate::shape::Shape;
use crate::span::{HALF_MONTH, QUARTER, half_of, quarter_of_half};

pub const HAPPENED: u8 = 0;
pub const BEGAN: u8 = 1;
pub const ENDED: u8 = 2;

/// A sum, whole and by the codes of each dimension (empty when not given).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub value: i64,
    pub split: [BTreeMap<String, i64>; MAX_DIMENSIONS],
}

impl Cell {
    pub fn add(&mut self, other: &Cell, sign: i64) {
        self.value = self.value.saturating_add(other.value.saturating_mul(sign));
        for (own, others) in self.split.iter_mut().zip(&other.split) {
            for (code, value) in others {
                add(own, code, value.saturating_mul(sign));
            }
        }
    }

    fn add_fact(&mut self, fact: &Fact, n_dimensions: usize, sign: i64) {
        self.value = self.value.saturating_add(fact.value.saturating_mul(sign));
        for (own, code) in self.split.iter_mut().zip(&fact.dimensions).take(n_dimensions) {
            add(own, code.as_deref().unwrap_or_default(), fact.value.saturating_mul(sign));
        }
    }

    fn is_empty(&self) -> bool {
        self.value == 0 && self.split.iter().all(BTreeMap::is_empty)
    }

    fn split_json(&self) -> String {
        let used = MAX_DIMENSIONS - self.split.iter().rev().take_while(|codes| codes.is_empty()).count();
        serde_json::to_string(&self.split[..used]).expect("numbers by text are JSON")
    }

    /// Adds a kept row without building it first: a province's figures are made of thousands.
    pub fn add_row(&mut self, value: i64, split: &str, sign: i64) -> Result<()> {
        self.value = self.value.saturating_add(value.saturating_mul(sign));
        let mut reader = serde_json::Deserializer::from_str(split);
        reader.deserialize_seq(AddSplit { cell: self, sign }).map_err(|_| BadRow("rollup"))?;
        Ok(())
    }
}

struct AddSplit<'a> {
    cell: &'a mut Cell,
    sign: i64,
}

impl<'de> Visitor<'de> for AddSplit<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("sums by code for each dimension")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<(), A::Error> {
        for codes in &mut self.cell.split {
            if seq.next_element_seed(AddCodes { codes, sign: self.sign })?.is_none() {
                return Ok(());
            }
        }
        Ok(())
    }
}

struct AddCodes<'a> {
    codes: &'a mut BTreeMap<String, i64>,
    sign: i64,
}

impl<'de> DeserializeSeed<'de> for AddCodes<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> std::result::Result<(), D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for AddCodes<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("sums by code")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some((code, value)) = map.next_entry::<Cow<str>, i64>()? {
            add(self.codes, &code, value.saturating_mul(self.sign));
        }
        Ok(())
    }
}

// A code that sums up to nothing is not kept, so that a replay of the log gives the same row.
fn add(codes: &mut BTreeMap<String, i64>, code: &str, value: i64) {
    let sum = codes.get(code).copied().unwrap_or_default().saturating_add(value);
    match (sum, codes.get_mut(code)) {
        (0, _) => {
            codes.remove(code);
        }
        (_, Some(own)) => *own = sum,
        (_, None) => {
            codes.insert(code.to_string(), sum);
        }
    }
}

/// Where a sum is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Place {
    unit: i64,
    side: u8,
    level: u8,
    span: i64,
    indicator: u16,
}

/// What a run of changes adds to the rollups; a batch of one month touches few rows.
#[derive(Default)]
pub struct Deltas {
    /// Of half months.
    cells: HashMap<Place, Cell>,
}

impl Deltas {
    /// Adds (1) or takes out (−1) a fact.
    pub fn count(&mut self, unit: i64, fact: &Fact, shape: Shape, sign: i64) {
        // Subjects cannot be added, and what ends before it begins is counted from its fact.
        if shape.is_distinct || fact.last < fact.first {
            return;
        }
        let side = if shape.is_flow() { HAPPENED } else { BEGAN };
        let ends = !shape.is_flow() && fact.last != sohoi_domain::Day::MAX;
        let sides = [Some((side, fact.first)), ends.then_some((ENDED, fact.last))];
        for (side, day) in sides.into_iter().flatten() {
            let place =
                Place { unit, side, level: HALF_MONTH, span: half_of(day), indicator: fact.indicator };
            self.cells.entry(place).or_default().add_fact(fact, shape.n_dimensions, sign);
        }
    }

    // Quarters are made of halves: a run of changes has fewer of these than facts.
    fn with_quarters(mut self) -> HashMap<Place, Cell> {
        let mut quarters: HashMap<Place, Cell> = HashMap::new();
        for (half, delta) in &self.cells {
            let quarter = Place { level: QUARTER, span: quarter_of_half(half.span), ..*half };
            quarters.entry(quarter).or_default().add(delta, 1);
        }
        self.cells.extend(quarters);
        self.cells
    }

    pub fn write(self, connection: &Connection) -> Result<()> {
        let cells = self.with_quarters().into_iter().filter(|(_, delta)| !delta.is_empty());
        let mut cells: Vec<(Place, Cell)> = cells.collect();
        // In the order of the table's key, so that a page is visited once.
        cells.sort_unstable_by_key(|(place, _)| *place);
        for (place, delta) in &cells {
            let mut cell = read(connection, place)?.unwrap_or_default();
            cell.add(delta, 1);
            if cell.is_empty() {
                delete(connection, place)?;
            } else {
                write(connection, place, &cell)?;
            }
        }
        Ok(())
    }
}

const OF_PLACE: &str = "unit = ?1 AND side = ?2 AND level = ?3 AND span = ?4 AND indicator = ?5";

fn read(connection: &Connection, place: &Place) -> Result<Option<Cell>> {
    let mut find =
        connection.prepare_cached(&format!("SELECT value, split FROM rollup WHERE {OF_PLACE}")).db()?;
    let found = find
        .query_row(key(place), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?)))
        .optional()
        .db()?;
    let Some((value, split)) = found else { return Ok(None) };
    let mut cell = Cell::default();
    cell.add_row(value, &split, 1)?;
    Ok(Some(cell))
}

fn delete(connection: &Connection, place: &Place) -> Result<()> {
    let mut delete = connection.prepare_cached(&format!("DELETE FROM rollup WHERE {OF_PLACE}")).db()?;
    delete.execute(key(place)).map(|_| ()).db()
}

fn key(place: &Place) -> (i64, u8, u8, i64, u16) {
    (place.unit, place.side, place.level, place.span, place.indicator)
}

fn write(connection: &Connection, place: &Place, cell: &Cell) -> Result<()> {
    connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/set_rollup.sql"))
        .and_then(|mut set| {
            set.execute(named_params! {
                ":unit": place.unit,
                ":side": place.side,
                ":level": place.level,
                ":span": place.span,
                ":indicator": place.indicator,
                ":value": cell.value,
                ":split": cell.split_json(),
            })
        })
        .map(|_| ())
        .db()
}
