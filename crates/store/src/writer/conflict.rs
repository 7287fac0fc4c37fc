//! An officer's decisions about what waits. Each is a change like any other, so that it travels.

use std::collections::BTreeMap;

use sohoi_domain::change::{Change, WHOLE_RECORD, diff};
use sohoi_domain::record::fill_pseudonyms;
use sohoi_domain::{FieldNum, Op, RecordId, Value, Version};

use super::Writer;
use super::record::say_elements;
use crate::db::change_key;
use crate::error::StoreError;
use crate::project::{Kept, Row};

impl Writer<'_> {
    /// Lets one side of a conflict stand and replaces the others. Of a whole record, to choose an edit keeps it
    /// and to choose an erase erases it again, now having seen the edit.
    ///
    /// # Errors
    /// [`StoreError::UnknownRecord`], [`StoreError::NoConflict`] when there is none or it has no such side any
    /// more, [`StoreError::Erased`] for an edit whose content was destroyed.
    pub fn resolve_conflict(
        &mut self,
        id: RecordId,
        field: FieldNum,
        choice: Version,
    ) -> Result<(), StoreError> {
        let kept = self.view().kept_by_id(id)?.ok_or(StoreError::UnknownRecord)?;
        let shape = self.view().shape(&kept)?;
        if shape.differences.iter().any(|one| one.field == field) {
            return self.settle_difference(kept, &shape, (field, choice));
        }
        if let Some(lost) = shape.lost_to_ask_about().filter(|_| field == WHOLE_RECORD) {
            return self.settle_lost(&kept, lost, choice);
        }
        let of_field = shape.conflicts.iter().find(|conflict| conflict.field == field);
        let conflict = of_field.ok_or(StoreError::NoConflict)?;
        if conflict.shown != choice && !conflict.waiting.contains(&choice) {
            return Err(StoreError::NoConflict);
        }
        let keeps = kept.row.state.erased == (choice != conflict.shown);
        let change = match (field, keeps) {
            (WHOLE_RECORD, true) if kept.row.destroyed => return Err(StoreError::Erased),
            (WHOLE_RECORD, true) => {
                self.keep(kept)?;
                // Then it stands for itself, also where the one that stood for it is erased.
                return if shape.lost.is_some() { self.part(id) } else { Ok(()) };
            }
            (WHOLE_RECORD, false) => self.erasing(&kept.row, choice)?,
            (field, _) => {
                let value = kept.row.state.value_of(field, choice).ok_or(StoreError::NoConflict)?.cloned();
                self.choosing(&kept.row, field, value)
            }
        };
        self.take(Some(kept), &change, self.core.identity.device)?;
        if field == WHOLE_RECORD {
            return Ok(());
        }
        // One that gave way may say what showed until now. Whoever decided against it saw it, and is not asked again.
        self.settle(id, &[field].into())
    }

    // What was erased with it comes back with it, as when it is restored.
    fn keep(&mut self, kept: Kept) -> Result<(), StoreError> {
        let parts = self.erased_with(&kept)?;
        self.restore_one(kept)?;
        parts.into_iter().try_for_each(|part| self.restore_record(part))
    }

    fn erasing(&mut self, row: &Row, erase: Version) -> Result<Change, StoreError> {
        let mut change = self.next_change(row.state.id, row.state.kind, Op::Erase);
        change.replaces = BTreeMap::from([(WHOLE_RECORD, row.state.seen_by_erase())]);
        change.reason = self.reason_of(erase)?;
        Ok(change)
    }

    pub(super) fn reason_of(&self, erase: Version) -> Result<Option<String>, StoreError> {
        let key = change_key(self.device_ref(erase.device)?, erase.seq);
        Ok(self.view().logged(key, 0)?.and_then(|logged| logged.stored.change.reason))
    }

    pub(super) fn choosing(&mut self, row: &Row, field: FieldNum, value: Option<Value>) -> Change {
        let state = &row.state;
        let mut fields = state.fields.clone();
        match &value {
            Some(value) => fields.insert(field, value.clone()),
            None => fields.remove(&field),
        };
        if let Some(kind) = self.core.catalogue.kind_by_num(state.kind) {
            fill_pseudonyms(kind, &mut fields, &self.core.identity.commune_key);
        }
        let mut change = self.next_change(state.id, state.kind, Op::Patch);
        change.fields = diff(&state.fields, &fields);
        // Also when the value that shows is chosen: the decision must reach the other devices.
        change.fields.insert(field, value);
        change.replaces = change.fields.keys().map(|num| (*num, state.seen_by_decision(*num))).collect();
        change.replaces.retain(|_, versions| !versions.is_empty());
        say_elements(&mut change, state);
        change
    }
}
