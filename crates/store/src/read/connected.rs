//! Records that refer to one.
//!
//! There is no index of references in the file, which costs nothing while saving: the bodies are looked through once,
//! the first time that somebody asks, and what refers to what is kept in memory. Only a body that several PCs have
//! touched, or of a record that gave way to another, has to be read to know what it shows.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::record::references;
use sohoi_domain::{KindNum, RecordId};

use super::View;
use crate::error::StoreError;
use crate::referrer::referred;
use crate::register::Register;
use crate::row::StoredRecord;

/// Rows of what refers to a record, by kind, newest day first.
#[derive(Clone, Debug, Default)]
pub struct Connected {
    rows: BTreeMap<KindNum, Vec<i64>>,
}

impl Connected {
    pub fn kinds(&self) -> impl Iterator<Item = (KindNum, usize)> {
        self.rows.iter().map(|(kind, rows)| (*kind, rows.len()))
    }
}

impl Register {
    /// What refers to this record, or to one that gave way to it.
    ///
    /// # Errors
    /// What the database says.
    pub fn connected(&self, id: RecordId) -> Result<Connected, StoreError> {
        let view = self.view();
        let mut to: BTreeSet<RecordId> = view.group([id])?.given_way(id).into_iter().collect();
        to.insert(id);
        let mut found = BTreeSet::new();
        for row in self.finder.borrow_mut().referrers.of(view, &to)? {
            found.extend(view.referring(row, &to)?);
        }
        let mut connected = Connected::default();
        // Newest day first; those without a day come last.
        for (_, row, kind) in found.into_iter().rev() {
            connected.rows.entry(kind).or_default().push(row);
        }
        Ok(connected)
    }

    /// A page of the records of one kind among them.
    ///
    /// # Errors
    /// What the database says.
    pub fn connected_records(
        &self,
        of: &Connected,
        kind: KindNum,
        offset: u32,
        limit: u32,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let view = self.view();
        let receipted = view.receipted()?;
        let rows = of.rows.get(&kind).map_or(&[][..], Vec::as_slice);
        let mut records = Vec::new();
        for row in rows.iter().skip(offset as usize).take(limit as usize) {
            if let Some(kept) = view.kept(*row)? {
                records.push(view.stored(kept, receipted)?);
            }
        }
        Ok(records)
    }
}

// Day, row and kind.
type Found = (Option<i32>, i64, KindNum);

impl View<'_> {
    // What is kept in memory may be of yesterday, so the body has the word.
    fn referring(&self, row: i64, to: &BTreeSet<RecordId>) -> Result<Option<Found>, StoreError> {
        let sql = "SELECT day, id, kind, hidden OR instr(body, '\"m\":') > 0, body
                   FROM record
                   WHERE id = ?1 AND erased = 0";
        let mut find = self.conn.prepare_cached(sql)?;
        let mut rows = find.query([row])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let body: String = row.get(4)?;
        if !referred(&body).any(|id| to.contains(&id)) {
            return Ok(None);
        }
        let one = (row.get(0)?, row.get(1)?, KindNum(row.get(2)?));
        match row.get(3)? {
            false => Ok(Some(one)),
            true => self.shown_referring(one.1, to),
        }
    }

    // The record that is shown for a row, when it does refer to one of these.
    fn shown_referring(&self, row: i64, to: &BTreeSet<RecordId>) -> Result<Option<Found>, StoreError> {
        let Some(kept) = self.kept(row)? else { return Ok(None) };
        let Some(kept) = self.kept_by_id(self.shown_id(kept.row.state.id)?)? else { return Ok(None) };
        let (row, day) = (kept.id, kept.row.day.map(|day| day.number()));
        let state = self.shape(&kept)?.state;
        let Some(kind) = self.core.catalogue.kind_by_num(state.kind) else { return Ok(None) };
        let refers = references(kind, &state.fields).iter().any(|(_, _, id)| to.contains(id));
        Ok((refers && !state.erased).then_some((day, row, state.kind)))
    }
}
