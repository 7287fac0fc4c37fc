//! Members who are there by the register and not by the newest of their moves, or who have none: they are not counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sohoi_domain::{Day, FieldNum, KindNum, Value};

use crate::db::record_key;
use crate::error::StoreError;
use crate::find::SortBy;
use crate::register::Register;
use crate::row::StoredRecord;

/// Records of a kind that have a code in a field.
#[derive(Clone, Debug)]
pub struct Active {
    pub kind: KindNum,
    pub field: FieldNum,
    pub code: String,
}

/// A kind of moves: whose, when and which; and the codes of those by which somebody comes.
#[derive(Clone, Debug)]
pub struct MovesBy {
    pub kind: KindNum,
    pub subject: FieldNum,
    pub day: FieldNum,
    pub event: FieldNum,
    pub came: BTreeSet<String>,
}

impl Register {
    /// How many, and the first few.
    ///
    /// # Errors
    /// What the database says.
    pub fn uncounted(
        &self,
        of: &Active,
        by: &MovesBy,
        limit: usize,
    ) -> Result<(Vec<StoredRecord>, u64), StoreError> {
        let view = self.view();
        let mut finder = self.finder.borrow_mut();
        let columns = |fields: &[FieldNum]| fields.iter().map(|field| SortBy::Field(*field)).collect();
        let wanted = [(of.kind, columns(&[of.field])), (by.kind, columns(&[by.subject, by.day, by.event]))];
        finder.have(view, &BTreeMap::from(wanted))?;
        // Of one day a coming is taken for the newer one: who came back the same day is there.
        let mut newest: HashMap<i64, (Day, bool)> = HashMap::new();
        for (row, value) in finder.rows((by.kind, by.subject)) {
            let day = finder.value((by.kind, by.day), row).and_then(Value::as_day);
            let event = finder.value((by.kind, by.event), row).and_then(Value::as_code);
            let (Some(id), Some(day), Some(event)) = (value.as_ref_id(), day, event) else { continue };
            let Some(device_ref) = view.device_ref(id.device)? else { continue };
            let this = (day, by.came.contains(event));
            let known = newest.entry(record_key(device_ref, id.n)).or_insert(this);
            *known = this.max(*known);
        }
        let is_active = |value: &Value| value.as_code() == Some(of.code.as_str());
        let is_counted = |row: &i64| newest.get(row).is_some_and(|(_, came)| *came);
        let active = finder.rows((of.kind, of.field)).filter(|(_, value)| is_active(value));
        let mut rows: Vec<i64> = active.map(|(row, _)| row).filter(|row| !is_counted(row)).collect();
        rows.sort_unstable();
        let receipted = view.receipted()?;
        let mut first = Vec::new();
        for row in rows.iter().take(limit) {
            first.extend(view.kept(*row)?.map(|kept| view.stored(kept, receipted)).transpose()?);
        }
        Ok((first, rows.len() as u64))
    }
}
