use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};
use sohoi_domain::catalogue::{FieldType, Kind};
use sohoi_domain::record::to_json;
use sohoi_domain::{Day, FieldNum, Fields, RecordId, UnitKey};
use sohoi_store::{Operation, Register, StoredRecord};

use super::check::{Check, For, check_in, had, kind_of};
use super::meanwhile::unseen;
use super::moves::{Followed, Written, followed};
use crate::undo::{Action, Added, Changed, Step};
use crate::{App, AppError};

/// The unit a new record is for.
#[derive(Clone, Debug, Default)]
pub enum UnitChoice {
    /// The register's own, or the predecessor that was valid on the record's day when there is just one.
    #[default]
    Own,
    Given(UnitKey),
}

#[derive(Clone, Debug)]
pub struct Saved {
    pub id: RecordId,
    /// Ids of the fields that changed; empty when nothing did.
    pub changed: Vec<String>,
    /// What changed with it in other records.
    pub followed: Vec<Followed>,
}

impl Saved {
    pub(crate) fn alone(id: RecordId, changed: Vec<String>) -> Saved {
        Saved { id, changed, followed: Vec::new() }
    }
}

impl App {
    /// Makes a new record; it is on disk when this returns.
    ///
    /// # Errors
    /// `record.invalid` with everything that is wrong; nothing is written then.
    pub fn record_add(
        &self,
        kind: &str,
        input: &Map<String, Json>,
        unit: &UnitChoice,
        draft: Option<&str>,
    ) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let catalogue = register.catalogue().clone();
            let kind = kind_of(&catalogue, kind)?;
            let ready = ready(register, kind, input, unit)?;
            let also = followed(register, kind, &[Written { id: None, fields: Some(&ready.fields) }])?;
            let committed = register.transact(Operation::RecordAdd, now_ms, |writer| {
                if let Some(draft) = draft {
                    writer.discard_draft(draft)?;
                }
                also.write(writer)?;
                writer.create_record(&kind.id, ready.unit, ready.fields)
            })?;
            let added = added(register, &[committed.output])?;
            let followed = also.named(register)?;
            self.remember(kind.num, Step::Write { added, edited: Vec::new(), action: Action::Add });
            Ok(Saved { id: committed.output, changed: ready.changed, followed })
        })
    }

    /// Sets the given fields and leaves the others; `null` empties one.
    ///
    /// # Errors
    /// As [`App::record_add`], and `record.unknown_id`, `record.erased`.
    pub fn record_edit(&self, id: RecordId, patch: &Map<String, Json>) -> Result<Saved, AppError> {
        self.record_replace(id, patch, None, None)
    }

    /// The same for a form and its draft. Fields that the form does not name stay: those of a newer catalogue,
    /// also when it came while the form was open.
    ///
    /// `base` is what the named fields held before she changed them. Where a field holds something else by now, from
    /// another PC, both values stay and a person is asked; of what holds several things, both changes are made.
    ///
    /// # Errors
    /// As [`App::record_edit`].
    pub fn record_replace(
        &self,
        id: RecordId,
        patch: &Map<String, Json>,
        base: Option<&Map<String, Json>>,
        draft: Option<&str>,
    ) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let current = register.record(id)?.ok_or(AppError::UnknownRecord)?;
            let catalogue = register.catalogue().clone();
            let kind = catalogue.kind_by_num(current.state.kind).ok_or(AppError::UnknownKind)?;
            if current.state.erased && kind.has_personal() {
                return Err(AppError::Destroyed);
            }
            let unseen = match base {
                Some(base) => {
                    let then = edited(register, kind, &current, base)?.fields;
                    unseen(kind, base, &then, &current.state.fields)
                }
                None => BTreeMap::new(),
            };
            let check = edited(register, kind, &current, patch)?;
            if check.issues.iter().any(|issue| issue.is_error()) {
                return Err(AppError::InvalidRecord(check.issues));
            }
            let saved = check.fields.clone();
            let also = followed(register, kind, &[Written { id: Some(id), fields: Some(&saved) }])?;
            let committed = register.transact(Operation::RecordEdit, now_ms, |writer| {
                if let Some(draft) = draft {
                    writer.discard_draft(draft)?;
                }
                also.write(writer)?;
                writer.patch_beside(id, check.fields, unseen)
            })?;
            let fields = changed(kind, (&current.state.fields, &saved), &committed.output);
            let followed = also.named(register)?;
            if !fields.is_empty() {
                self.remember(kind.num, Step::edit(id, fields));
            }
            let shown = |num: &sohoi_domain::FieldNum| kind.field_by_num(*num).map(|field| field.id.clone());
            let changed = committed.output.iter().filter_map(shown).collect();
            Ok(Saved { id, changed, followed })
        })
    }
}

/// A stored record as it would be with the fields of `patch` in the place of its own, read and judged.
pub(super) fn edited(
    register: &Register,
    kind: &Kind,
    current: &StoredRecord,
    patch: &Map<String, Json>,
) -> Result<Check, AppError> {
    let mut known = to_json(kind, &current.state.fields);
    known.extend(patch.clone());
    known.retain(|id, _| !id.starts_with('#'));
    let had = had(kind, &current.state.fields);
    let mut check = check_in(register, kind, &known, For { unit: &current.state.unit, had: &had })?;
    let newer = current.state.fields.iter().filter(|(num, _)| kind.field_by_num(**num).is_none());
    check.fields.extend(newer.map(|(num, value)| (*num, value.clone())));
    Ok(check)
}

/// New records as they were written, for their undoing.
pub(super) fn added(register: &Register, ids: &[RecordId]) -> Result<Vec<Added>, AppError> {
    let of = |id: &RecordId| {
        let state = register.record(*id)?.ok_or(AppError::UnknownRecord)?.state;
        Ok(Added { id: *id, kind: state.kind, unit: state.unit, fields: state.fields })
    };
    ids.iter().map(of).collect()
}

// A pseudonym is reckoned from other fields, and follows them back.
pub(super) fn changed(kind: &Kind, (before, after): (&Fields, &Fields), nums: &[FieldNum]) -> Changed {
    let is_reckoned = |num: &FieldNum| {
        kind.field_by_num(*num).is_some_and(|field| field.field_type == FieldType::Pseudonym)
    };
    let both = |num: &FieldNum| (*num, (before.get(num).cloned(), after.get(num).cloned()));
    nums.iter().filter(|num| !is_reckoned(num)).map(both).collect()
}

/// A new record that may be written.
pub(super) struct Ready {
    pub unit: UnitKey,
    pub fields: Fields,
    pub changed: Vec<String>,
}

pub(super) fn ready(
    register: &Register,
    kind: &Kind,
    input: &Map<String, Json>,
    unit: &UnitChoice,
) -> Result<Ready, AppError> {
    let day = day_of(kind, input).filter(|_| kind.is_bound_to_unit_days());
    let unit = choose_unit(register, unit, day)?;
    let check = check_in(register, kind, input, For { unit: &unit, had: &BTreeSet::new() })?;
    if check.issues.iter().any(|issue| issue.is_error()) {
        return Err(AppError::InvalidRecord(check.issues));
    }
    let changed = to_json(kind, &check.fields).keys().cloned().collect();
    Ok(Ready { unit, fields: check.fields, changed })
}

fn day_of(kind: &Kind, input: &Map<String, Json>) -> Option<Day> {
    input.get(&kind.date_field)?.as_str()?.parse().ok()
}

fn choose_unit(register: &Register, choice: &UnitChoice, day: Option<Day>) -> Result<UnitKey, AppError> {
    let own = register.unit();
    let units = &register.catalogue().units;
    let allowed = units.with_predecessors(own);
    match choice {
        UnitChoice::Given(unit) if allowed.contains(unit) => Ok(unit.clone()),
        UnitChoice::Given(_) => Err(AppError::NotValidUnit),
        UnitChoice::Own => {
            let valid_then = |key: &&UnitKey| day.is_some_and(|d| units.stands_on(key, d));
            let mut fitting = allowed.iter().filter(valid_then);
            match (fitting.next(), fitting.next()) {
                (Some(only), None) => Ok(only.clone()),
                _ => Ok(own.clone()),
            }
        }
    }
}
