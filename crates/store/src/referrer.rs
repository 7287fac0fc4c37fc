//! Which records may refer to which, kept in memory from the first question on.

use std::collections::{BTreeSet, HashMap};

use rusqlite::OptionalExtension;
use sohoi_domain::RecordId;

use crate::db::record_key;
use crate::error::StoreError;
use crate::read::View;

/// With more changed records than this at once, all bodies are looked through anew.
const MAX_CHANGED: usize = 500;
/// As a reference stands in a body, before the id and its closing quotation mark.
const MARK: &str = "{\"r\":\"";

/// Rows by the record that their bodies name; those that name it no longer may still be among them.
#[derive(Default)]
pub(crate) struct Referrers {
    rows: Option<HashMap<RecordId, Vec<i64>>>,
    changed: BTreeSet<RecordId>,
}

/// Records that a body names.
pub(crate) fn referred(body: &str) -> impl Iterator<Item = RecordId> + '_ {
    body.split(MARK).skip(1).filter_map(|rest| rest.split('"').next()?.parse().ok())
}

impl Referrers {
    pub fn note(&mut self, changed: impl Iterator<Item = RecordId>) {
        if self.rows.is_some() {
            self.changed.extend(changed);
        }
        // They are read anew then, and until somebody asks nothing is kept.
        if self.changed.len() > MAX_CHANGED {
            *self = Referrers::default();
        }
    }

    /// Rows of what may refer to one of these.
    pub fn of(&mut self, view: View, to: &BTreeSet<RecordId>) -> Result<BTreeSet<i64>, StoreError> {
        let changed = std::mem::take(&mut self.changed);
        let rows = match self.rows.take() {
            Some(mut rows) => {
                for id in changed {
                    view.note_references(id, &mut rows)?;
                }
                rows
            }
            None => view.references_of_all()?,
        };
        let found = to.iter().filter_map(|id| rows.get(id)).flatten().copied().collect();
        self.rows = Some(rows);
        Ok(found)
    }
}

impl View<'_> {
    fn references_of_all(&self) -> Result<HashMap<RecordId, Vec<i64>>, StoreError> {
        let mut found: HashMap<RecordId, Vec<i64>> = HashMap::new();
        let mut all = self.conn.prepare_cached("SELECT id, body FROM record WHERE erased = 0 ORDER BY id")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let id: i64 = row.get(0)?;
            let body = row.get_ref(1)?.as_str().unwrap_or_default();
            for to in referred(body) {
                found.entry(to).or_default().push(id);
            }
        }
        Ok(found)
    }

    fn note_references(
        &self,
        id: RecordId,
        rows: &mut HashMap<RecordId, Vec<i64>>,
    ) -> Result<(), StoreError> {
        let Some(device_ref) = self.device_ref(id.device)? else { return Ok(()) };
        let row = record_key(device_ref, id.n);
        let mut find = self.conn.prepare_cached("SELECT body FROM record WHERE id = ?1")?;
        let body: Option<String> = find.query_row([row], |row| row.get(0)).optional()?;
        for to in referred(&body.unwrap_or_default()) {
            let of = rows.entry(to).or_default();
            if !of.contains(&row) {
                of.push(row);
            }
        }
        Ok(())
    }
}
