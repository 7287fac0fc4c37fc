//! Facts that are read, counted whole and by the codes of each dimension.

use std::collections::BTreeMap;

use rusqlite::Row;
use sohoi_domain::fact::MAX_DIMENSIONS;

use crate::rollup::Cell;

/// Texts of codes by their number; number 0 stands for a code that was not given.
pub struct Names(Vec<String>);

impl Names {
    pub fn new(codes: impl IntoIterator<Item = (i64, String)>) -> Names {
        let mut names = vec![String::new()];
        for (id, text) in codes {
            let at = usize::try_from(id).unwrap_or_default();
            if names.len() <= at {
                names.resize(at + 1, String::new());
            }
            names[at] = text;
        }
        Names(names)
    }
}

pub struct FactRow {
    value: i64,
    subject: i64,
    codes: [usize; MAX_DIMENSIONS],
}

impl FactRow {
    /// From value, subject and the four codes.
    pub fn from(row: &Row) -> rusqlite::Result<FactRow> {
        let mut codes = [0; MAX_DIMENSIONS];
        for (i, code) in codes.iter_mut().enumerate() {
            *code = row.get::<_, Option<u32>>(i + 2)?.unwrap_or_default() as usize;
        }
        Ok(FactRow { value: row.get(0)?, subject: row.get(1)?, codes })
    }

    /// A subject that another stands for is that one.
    pub fn count_as(&mut self, same: &BTreeMap<i64, i64>) {
        self.subject = same.get(&self.subject).copied().unwrap_or(self.subject);
    }
}

// Codes are few and their numbers small, so a dimension is an array.
struct Tally<'a> {
    names: &'a Names,
    value: i64,
    by: Vec<Vec<i64>>,
}

impl<'a> Tally<'a> {
    fn new(names: &'a Names, n_dimensions: usize) -> Tally<'a> {
        Tally { names, value: 0, by: vec![vec![0; names.0.len()]; n_dimensions] }
    }

    fn add(&mut self, fact: &FactRow) {
        self.value = self.value.saturating_add(fact.value);
        for (counts, code) in self.by.iter_mut().zip(fact.codes) {
            counts[code] = counts[code].saturating_add(fact.value);
        }
    }

    // One subject: once in all, and once within each code that it has.
    fn add_subject(&mut self, facts: &[FactRow]) {
        self.value += 1;
        for (dimension, counts) in self.by.iter_mut().enumerate() {
            match facts {
                [only] => counts[only.codes[dimension]] += 1,
                several => {
                    let mut codes: Vec<usize> = several.iter().map(|fact| fact.codes[dimension]).collect();
                    codes.sort_unstable();
                    codes.dedup();
                    codes.into_iter().for_each(|code| counts[code] += 1);
                }
            }
        }
    }

    fn cell(self) -> Cell {
        let mut cell = Cell { value: self.value, ..Cell::default() };
        for (codes, counts) in cell.split.iter_mut().zip(&self.by) {
            let given = counts.iter().zip(&self.names.0).filter(|(n, _)| **n != 0);
            *codes = given.map(|(n, name)| (name.clone(), *n)).collect();
        }
        cell
    }
}

/// Every value added.
pub fn added(names: &Names, facts: &[FactRow], n_dimensions: usize) -> Cell {
    let mut tally = Tally::new(names, n_dimensions);
    facts.iter().for_each(|fact| tally.add(fact));
    tally.cell()
}

/// Each subject once; what has no subject is added.
pub fn distinct(names: &Names, facts: &mut [FactRow], n_dimensions: usize) -> Cell {
    facts.sort_unstable_by_key(|fact| fact.subject);
    let mut tally = Tally::new(names, n_dimensions);
    for of_subject in facts.chunk_by(|a, b| a.subject == b.subject) {
        match of_subject {
            [FactRow { subject: 0, .. }, ..] => of_subject.iter().for_each(|fact| tally.add(fact)),
            named => tally.add_subject(named),
        }
    }
    tally.cell()
}
