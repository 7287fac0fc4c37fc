//! Making one of two records, and two of one again. Each is a change of the record that gives way.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::change::same::{SAME_AS, SETTLED};
use sohoi_domain::{FieldNum, Op, RecordId, Value, Version};

use super::Writer;
use crate::error::StoreError;
use crate::project::Kept;
use crate::same::Shape;

impl Writer<'_> {
    /// Has `kept` stand for `other` too, with all that was merged into either before, and makes one of what
    /// concerns them twice. Nothing is written when it does already.
    ///
    /// # Errors
    /// [`StoreError::UnknownRecord`], [`StoreError::Erased`], [`StoreError::UnknownReference`] when the two are
    /// of different kinds.
    pub fn merge_records(&mut self, other: RecordId, kept: RecordId) -> Result<(), StoreError> {
        let view = self.view();
        let (other, kept) = (self.live(view.shown_id(other)?)?, self.live(view.shown_id(kept)?)?);
        let to = kept.row.state.id;
        if other.row.state.kind != kept.row.state.kind {
            return Err(StoreError::UnknownReference { path: String::new() });
        }
        if other.row.state.id == to {
            return Ok(());
        }
        self.say(other, &[(SAME_AS, Some(Value::Ref(to)))])?;
        self.settle_references(to)?;
        self.merge_connected(to, kept.row.state.kind)
    }

    /// Has a record stand for itself again, and the one that stood for it go on doing so; with it what concerns
    /// each of them. Nothing is written when it does.
    ///
    /// # Errors
    /// [`StoreError::UnknownRecord`].
    pub fn unmerge_record(&mut self, id: RecordId) -> Result<(), StoreError> {
        let root = self.view().shown_id(id)?;
        let group: BTreeSet<RecordId> = self.view().group([id])?.records.into_keys().collect();
        self.part(id)?;
        // Where each gave way to the other, the link that did not count would count now.
        if self.view().shown_id(root)? != root {
            self.part(root)?;
        }
        let kept = self.view().kept_by_id(id)?.ok_or(StoreError::UnknownRecord)?;
        self.part_connected(kept.row.state.kind, &group)
    }

    /// Decides about a record that gave way to one that was erased meanwhile: it stands for itself, or is erased
    /// too, with all that it stands for and for the same reason.
    pub(super) fn settle_lost(
        &mut self,
        kept: &Kept,
        lost: RecordId,
        choice: Version,
    ) -> Result<(), StoreError> {
        let state = &kept.row.state;
        if state.versions.get(&SAME_AS).is_some_and(|(link, _)| *link == choice) {
            return self.part(state.id);
        }
        let lost = self.view().kept_by_id(lost)?.ok_or(StoreError::Damaged)?;
        match lost.row.state.newest_erase() {
            Some(erase) if erase == choice => {
                let reason = self.reason_of(erase)?;
                self.erase_record(state.id, reason)
            }
            _ => Err(StoreError::NoConflict),
        }
    }

    pub(super) fn part(&mut self, id: RecordId) -> Result<(), StoreError> {
        let kept = self.view().kept_by_id(id)?.ok_or(StoreError::UnknownRecord)?;
        let fields = &kept.row.state.fields;
        let said: Vec<_> = [SAME_AS, SETTLED]
            .into_iter()
            .filter(|num| fields.contains_key(num))
            .map(|num| (num, None))
            .collect();
        if said.is_empty() { Ok(()) } else { self.say(kept, &said) }
    }

    fn say(&mut self, kept: Kept, said: &[(FieldNum, Option<Value>)]) -> Result<(), StoreError> {
        let state = &kept.row.state;
        let mut change = self.next_change(state.id, state.kind, Op::Patch);
        for (num, value) in said {
            let seen = state.seen_by_decision(*num);
            change.replaces.extend((!seen.is_empty()).then_some((*num, seen)));
            change.fields.insert(*num, value.clone());
        }
        self.take(Some(kept), &change, self.core.identity.device)
    }

    /// Decides where records that are shown as one differ: the chosen value is written into the kept one, and
    /// the others are not asked about any more.
    pub(super) fn settle_difference(
        &mut self,
        kept: Kept,
        shape: &Shape,
        (field, choice): (FieldNum, Version),
    ) -> Result<(), StoreError> {
        let differing: Vec<_> = shape.differences.iter().filter(|one| one.field == field).collect();
        let own = shape.conflicts.iter().find(|conflict| conflict.field == field);
        let is_shown = shape.state.versions.get(&field).is_some_and(|(shown, _)| *shown == choice);
        let is_own = own.is_some_and(|own| own.shown == choice || own.waiting.contains(&choice));
        let value = match differing.iter().find(|one| one.version == choice) {
            Some(one) => {
                let other = self.view().kept_by_id(one.record)?.ok_or(StoreError::Damaged)?;
                other.row.state.fields.get(&field).cloned()
            }
            None if is_own => kept.row.state.value_of(field, choice).ok_or(StoreError::NoConflict)?.cloned(),
            None if is_shown => shape.state.fields.get(&field).cloned(),
            None => return Err(StoreError::NoConflict),
        };
        if own.is_some() || !is_shown {
            let change = self.choosing(&kept.row, field, value);
            self.take(Some(kept), &change, self.core.identity.device)?;
        }
        self.settle(shape.state.id, &[field].into())
    }

    // Two names of one and the same record are no difference that a person must decide about.
    fn settle_references(&mut self, id: RecordId) -> Result<(), StoreError> {
        let view = self.view();
        let kept = view.kept_by_id(id)?.ok_or(StoreError::Damaged)?;
        let shape = view.shape(&kept)?;
        let target = |value: Option<&Value>| match value.and_then(Value::as_ref_id) {
            Some(id) => view.shown_id(id).map(Some),
            None => Ok(None),
        };
        let (mut same, mut other) = (BTreeSet::new(), BTreeSet::new());
        for one in &shape.differences {
            let record = view.kept_by_id(one.record)?.ok_or(StoreError::Damaged)?;
            let to = target(record.row.state.fields.get(&one.field))?;
            let is_same = to.is_some() && to == target(shape.state.fields.get(&one.field))?;
            if is_same {
                same.insert(one.field)
            } else {
                other.insert(one.field)
            };
        }
        let same: BTreeSet<FieldNum> = same.difference(&other).copied().collect();
        if same.is_empty() { Ok(()) } else { self.settle(id, &same) }
    }

    /// What the kept one says in these fields was decided by somebody who saw what shows.
    pub(super) fn settle(&mut self, id: RecordId, fields: &BTreeSet<FieldNum>) -> Result<(), StoreError> {
        let kept = self.view().kept_by_id(id)?.ok_or(StoreError::Damaged)?;
        let differing = self.view().shape(&kept)?.differences;
        let mut of_records: BTreeMap<RecordId, BTreeMap<FieldNum, Version>> = BTreeMap::new();
        for one in differing.iter().filter(|one| fields.contains(&one.field)) {
            of_records.entry(one.record).or_default().insert(one.field, one.version);
        }
        for (id, decided) in of_records {
            let other = self.view().kept_by_id(id)?.ok_or(StoreError::Damaged)?;
            let settled = other.row.state.settling(&decided);
            self.say(other, &[(SETTLED, Some(settled))])?;
        }
        Ok(())
    }
}
