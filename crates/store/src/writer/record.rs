//! An officer's own work on records.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::catalogue::{Field, FieldType, Kind};
use sohoi_domain::change::{Change, RecordState, Terms, WHOLE_RECORD, Write, diff};
use sohoi_domain::record::{fill_pseudonyms, references};
use sohoi_domain::submission;
use sohoi_domain::{FieldNum, Fields, KindNum, Op, RecordId, UnitKey, Value};

use super::Writer;
use crate::error::StoreError;
use crate::project::Kept;

impl Writer<'_> {
    /// Adds a record of checked fields for a unit of the catalogue.
    ///
    /// # Errors
    /// [`StoreError::UnknownKind`], [`StoreError::NotValidUnit`], [`StoreError::UnknownReference`].
    pub fn create_record(
        &mut self,
        kind: &str,
        unit: UnitKey,
        mut fields: Fields,
    ) -> Result<RecordId, StoreError> {
        let kind = self.core.catalogue.kind(kind).ok_or(StoreError::UnknownKind)?;
        self.core.catalogue.units.get(&unit).ok_or(StoreError::NotValidUnit)?;
        fill_pseudonyms(kind, &mut fields, &self.core.identity.commune_key);
        self.check_references(kind, &fields, &BTreeSet::new())?;
        self.view().check_photos(kind, &fields)?;
        self.create(kind.num, unit, fields)
    }

    /// Adds a record of a kind of the program's own, as a submission is, for the register's unit.
    ///
    /// # Errors
    /// [`StoreError::UnknownKind`] for a kind that a catalogue may have.
    pub fn create_own(&mut self, kind: KindNum, fields: Fields) -> Result<RecordId, StoreError> {
        if !submission::is_own(kind) {
            return Err(StoreError::UnknownKind);
        }
        self.create(kind, self.core.unit.clone(), fields)
    }

    fn create(&mut self, kind: KindNum, unit: UnitKey, fields: Fields) -> Result<RecordId, StoreError> {
        let id = RecordId { device: self.core.identity.device, n: self.next.n };
        self.next.n += 1;
        let mut change = self.next_change(id, kind, Op::Create);
        change.unit = Some(unit);
        change.fields = fields.into_iter().map(|(num, value)| (num, Some(value))).collect();
        self.take(None, &change, self.core.identity.device)?;
        Ok(id)
    }

    /// Makes a record's fields those given, and answers which changed; nothing is written when none did.
    ///
    /// Fields that this catalogue does not know are kept as they are.
    ///
    /// # Errors
    /// [`StoreError::UnknownRecord`], [`StoreError::Erased`], [`StoreError::UnknownKind`],
    /// [`StoreError::UnknownReference`] for a reference that the record did not have before.
    pub fn patch_record(&mut self, id: RecordId, fields: Fields) -> Result<Vec<FieldNum>, StoreError> {
        self.patch_beside(id, fields, BTreeMap::new())
    }

    /// The same by somebody who has not seen what stands in some of the fields, but what they held before: there hers
    /// stands beside it, and a person is asked, or things that a field holds several of are put together.
    ///
    /// # Errors
    /// As [`Writer::patch_record`].
    pub fn patch_beside(
        &mut self,
        id: RecordId,
        mut fields: Fields,
        unseen: BTreeMap<FieldNum, Option<Value>>,
    ) -> Result<Vec<FieldNum>, StoreError> {
        let kept = self.live(id)?;
        let row = &kept.row;
        // What she edits is what shows, also where it comes from a record that gave way to this one.
        let shown = self.view().shape(&kept)?.state.fields;
        let kind = self.core.catalogue.kind_by_num(row.state.kind).ok_or(StoreError::UnknownKind)?;
        for (num, value) in shown.iter().filter(|(num, _)| kind.field_by_num(**num).is_none()) {
            fields.entry(*num).or_insert_with(|| value.clone());
        }
        fill_pseudonyms(kind, &mut fields, &self.core.identity.commune_key);
        let patch = diff(&shown, &fields);
        if patch.is_empty() {
            return Ok(Vec::new());
        }
        let had = references(kind, &shown).into_iter().map(|(_, _, id)| id).collect();
        self.check_references(kind, &fields, &had)?;
        self.view().check_photos(kind, &fields)?;
        let changed: Vec<FieldNum> = patch.keys().copied().collect();
        let mut change = self.next_change(id, row.state.kind, Op::Patch);
        let terms = Terms::of(&self.core.catalogue, row.state.kind);
        let seen = |(num, value): (&FieldNum, &Option<Value>)| {
            let is_reckoned = |field: &Field| field.field_type == FieldType::Pseudonym;
            if unseen.contains_key(num) {
                return (*num, Vec::new());
            }
            // A pseudonym is reckoned, not decided: it replaces every other.
            let seen = match kind.field_by_num(*num).is_some_and(is_reckoned) {
                true => row.state.seen_by_decision(*num),
                false => row.state.seen_by_edit(*num, &Write(change.hlc, value.clone()), terms),
            };
            (*num, seen)
        };
        change.replaces = patch.iter().map(seen).collect();
        change.replaces.retain(|_, versions| !versions.is_empty());
        change.fields = patch;
        let mut base: Fields =
            unseen.iter().filter_map(|(num, value)| Some((*num, value.clone()?))).collect();
        fill_pseudonyms(kind, &mut base, &self.core.identity.commune_key);
        let said = change.fields.iter().flat_map(|(num, value)| match unseen.contains_key(num) {
            true => RecordState::elements_over(*num, base.get(num), value.as_ref()),
            false => row.state.elements_said(*num, value.as_ref()),
        });
        let said: Vec<_> = said.collect();
        change.fields.extend(said);
        let is_tied = self.view().is_tied(id, kept.id)?;
        self.take(Some(kept), &change, self.core.identity.device)?;
        if is_tied {
            self.settle(id, &changed.iter().copied().collect())?;
        }
        Ok(changed)
    }

    /// Erases a record, with those that are shown as part of it. Of a kind with personal fields the content is destroyed for good, here and in the log;
    /// others can be restored.
    ///
    /// # Errors
    /// [`StoreError::UnknownRecord`], [`StoreError::Erased`] when it is already.
    pub fn erase_record(&mut self, id: RecordId, reason: Option<String>) -> Result<(), StoreError> {
        let kept = self.live(id)?;
        for part in self.parts(&kept)? {
            self.erase_one(self.live(part)?, reason.clone())?;
        }
        self.erase_one(kept, reason)
    }

    fn erase_one(&mut self, kept: Kept, reason: Option<String>) -> Result<(), StoreError> {
        let mut change = self.next_change(kept.row.state.id, kept.row.state.kind, Op::Erase);
        change.replaces = BTreeMap::from([(WHOLE_RECORD, kept.row.state.seen_by_erase())]);
        change.reason = reason;
        self.take(Some(kept), &change, self.core.identity.device)
    }

    /// Takes an erasure back, also of those that were part of it; of a record that is not erased nothing is written.
    ///
    /// # Errors
    /// [`StoreError::UnknownRecord`], [`StoreError::Erased`] when its content was destroyed.
    pub fn restore_record(&mut self, id: RecordId) -> Result<(), StoreError> {
        let kept = self.view().kept_by_id(id)?.ok_or(StoreError::UnknownRecord)?;
        let row = &kept.row;
        if row.destroyed {
            return Err(StoreError::Erased);
        }
        if !row.state.erased {
            return Ok(());
        }
        let parts = self.erased_with(&kept)?;
        self.restore_one(kept)?;
        parts.into_iter().try_for_each(|part| self.restore_record(part))
    }

    pub(super) fn restore_one(&mut self, kept: Kept) -> Result<(), StoreError> {
        let row = &kept.row;
        let mut change = self.next_change(row.state.id, row.state.kind, Op::Restore);
        change.replaces = BTreeMap::from([(WHOLE_RECORD, row.state.seen_by_restore())]);
        self.take(Some(kept), &change, self.core.identity.device)
    }

    pub(super) fn erased_with(&self, kept: &Kept) -> Result<Vec<RecordId>, StoreError> {
        let (view, id) = (self.view(), kept.row.state.id);
        if view.is_tied(id, kept.id)? { Ok(view.group([id])?.naming(id)) } else { Ok(Vec::new()) }
    }

    fn parts(&self, kept: &Kept) -> Result<Vec<RecordId>, StoreError> {
        let (view, id) = (self.view(), kept.row.state.id);
        if view.is_tied(id, kept.id)? { Ok(view.group([id])?.given_way(id)) } else { Ok(Vec::new()) }
    }

    pub(super) fn live(&self, id: RecordId) -> Result<Kept, StoreError> {
        let kept = self.view().kept_by_id(id)?.ok_or(StoreError::UnknownRecord)?;
        if kept.row.state.erased { Err(StoreError::Erased) } else { Ok(kept) }
    }

    fn check_references(
        &self,
        kind: &Kind,
        fields: &Fields,
        had: &BTreeSet<RecordId>,
    ) -> Result<(), StoreError> {
        let missing = self.view().missing(kind, fields)?;
        match missing.into_iter().find(|reference| !had.contains(&reference.id)) {
            Some(reference) => Err(StoreError::UnknownReference { path: reference.path }),
            None => Ok(()),
        }
    }

    pub(super) fn next_change(&mut self, record: RecordId, kind: KindNum, op: Op) -> Change {
        let seq = self.next.seq;
        self.next.seq += 1;
        self.next.hlc = self.next.hlc.tick(self.now_ms);
        Change {
            seq,
            hlc: self.next.hlc,
            author: self.next.author,
            record,
            kind,
            op,
            unit: None,
            fields: BTreeMap::new(),
            replaces: BTreeMap::new(),
            catalogue: self.core.catalogue.version,
            reason: None,
        }
    }
}

/// Has a change say which elements it added to fields that hold several, and which it took away.
pub(super) fn say_elements(change: &mut Change, state: &RecordState) {
    let said = change.fields.iter().flat_map(|(num, value)| state.elements_said(*num, value.as_ref()));
    let said: Vec<_> = said.collect();
    change.fields.extend(said);
}
