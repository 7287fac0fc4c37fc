//! Records that no record of another kind names: members without any move by which they are counted.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sohoi_domain::{FieldNum, KindNum, Value};

use crate::db::record_key;
use crate::error::StoreError;
use crate::find::SortBy;
use crate::register::Register;
use crate::row::StoredRecord;

/// Records of a kind that have one of these codes in a field.
#[derive(Clone, Debug)]
pub struct Coded {
    pub kind: KindNum,
    pub field: FieldNum,
    pub codes: BTreeSet<String>,
}

impl Coded {
    fn has(&self, value: Option<&Value>) -> bool {
        value.and_then(Value::as_code).is_some_and(|code| self.codes.contains(code))
    }
}

impl Register {
    /// Of these records the ones that none of `by` refers to with the field `through`: how many, and the first few.
    ///
    /// # Errors
    /// What the database says.
    pub fn unnamed(
        &self,
        of: &Coded,
        (by, through): (&Coded, FieldNum),
        limit: usize,
    ) -> Result<(Vec<StoredRecord>, u64), StoreError> {
        let view = self.view();
        let mut finder = self.finder.borrow_mut();
        let columns = |fields: &[FieldNum]| fields.iter().map(|field| SortBy::Field(*field)).collect();
        let wanted = [(of.kind, columns(&[of.field])), (by.kind, columns(&[by.field, through]))];
        finder.have(view, &BTreeMap::from(wanted))?;
        let mut named: HashSet<i64> = HashSet::new();
        for (row, value) in finder.rows((by.kind, through)) {
            let Some(id) = value.as_ref_id().filter(|_| by.has(finder.value((by.kind, by.field), row)))
            else {
                continue;
            };
            if let Some(device_ref) = view.device_ref(id.device)? {
                named.insert(record_key(device_ref, id.n));
            }
        }
        let ours = finder.rows((of.kind, of.field)).filter(|(_, value)| of.has(Some(value)));
        let mut rows: Vec<i64> = ours.map(|(row, _)| row).filter(|row| !named.contains(row)).collect();
        rows.sort_unstable();
        let receipted = view.receipted()?;
        let mut first = Vec::new();
        for row in rows.iter().take(limit) {
            first.extend(view.kept(*row)?.map(|kept| view.stored(kept, receipted)).transpose()?);
        }
        Ok((first, rows.len() as u64))
    }
}
