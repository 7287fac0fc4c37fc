//! The change that takes an action back, or makes it again.

use std::collections::BTreeSet;

use sohoi_domain::catalogue::{FieldType, Kind};
use sohoi_domain::record::to_json;
use sohoi_domain::{FieldNum, Fields, Op, RecordId, Value};
use sohoi_store::{Operation, Register, StoreError, StoredRecord, Writer};

use super::stack::{Added, Changed, Edited, Entry, Step, rename};
use super::{REASON, Way};
use crate::AppError;
use crate::record::{For, check_in, had, put_back, take_out};

#[derive(Default)]
pub(super) struct Applied {
    pub left: Vec<FieldNum>,
    pub n_left: u32,
    /// Records that were made again under another id.
    pub moved: Vec<(RecordId, RecordId)>,
}

pub(super) fn apply(
    register: &mut Register,
    entry: &mut Entry,
    way: Way,
    now_ms: i64,
) -> Result<Applied, AppError> {
    // Erased is only what no other PC has touched since it was put back.
    let erases = match (&entry.step, way) {
        (Step::Erase { id, .. }, Way::Again) | (Step::Restore { id }, Way::Back) => Some(*id),
        _ => None,
    };
    if let Some(id) = erases {
        let history = register.history(id)?;
        let mut since = history.iter().take_while(|stored| stored.change.op != Op::Restore);
        if since.any(|stored| stored.device != register.identity().device)
            || !register.given_way(id)?.is_empty()
        {
            return Err(AppError::UndoChanged);
        }
    }
    match (&mut entry.step, way) {
        (Step::Write { added, edited, .. }, Way::Back) => return take_back(register, added, edited, now_ms),
        (Step::Write { added, edited, .. }, Way::Again) => {
            return write_again(register, added, edited, now_ms);
        }
        (Step::Erase { id, .. }, Way::Back) | (Step::Restore { id }, Way::Again) => {
            put_back(register, *id, now_ms)?;
        }
        (Step::Erase { id, reason }, Way::Again) => drop(take_out(register, *id, reason.clone(), now_ms)?),
        (Step::Restore { id }, Way::Back) => drop(take_out(register, *id, Some(REASON.into()), now_ms)?),
        (Step::Merge { other, kept }, Way::Again) | (Step::Unmerge { id: other, kept }, Way::Back) => {
            register.transact(Operation::RecordMerge, now_ms, |w| w.merge_records(*other, *kept))?;
        }
        (Step::Merge { other, .. }, Way::Back) | (Step::Unmerge { id: other, .. }, Way::Again) => {
            let unmerge = |w: &mut Writer| w.unmerge_record(*other);
            if register.transact(Operation::RecordMerge, now_ms, unmerge)?.changes.is_empty() {
                return Err(AppError::UndoChanged);
            }
        }
    }
    Ok(Applied::default())
}

fn turned(fields: &Changed, way: Way) -> Changed {
    let turn = |(before, after): &(Option<Value>, Option<Value>)| match way {
        Way::Back => (after.clone(), before.clone()),
        Way::Again => (before.clone(), after.clone()),
    };
    fields.iter().map(|(num, both)| (*num, turn(both))).collect()
}

/// What edited records become, and what is left as it is.
#[derive(Default)]
struct Plan {
    wanted: Vec<(RecordId, Fields)>,
    left: Vec<FieldNum>,
    n_left: u32,
    /// Why the first of those that are left altogether is.
    refused: Option<AppError>,
}

impl Plan {
    fn of(register: &Register, edited: &[Edited], way: Way) -> Result<Plan, AppError> {
        let mut plan = Plan::default();
        for one in edited {
            match put(register, one.id, &turned(&one.fields, way)) {
                Ok((wanted, left)) => {
                    plan.wanted.push((one.id, wanted));
                    plan.left.extend(left);
                }
                Err(error) if error.is_about_content() => {
                    plan.n_left += 1;
                    plan.refused.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
        plan.left.sort_unstable();
        plan.left.dedup();
        Ok(plan)
    }

    // What is left as it is now was decided by somebody since, and no turn of this action is about it any more.
    fn records(&self) -> BTreeSet<RecordId> {
        self.wanted.iter().map(|(id, _)| *id).collect()
    }

    fn write(self, writer: &mut Writer) -> Result<(), StoreError> {
        self.wanted.into_iter().try_for_each(|(id, fields)| writer.patch_record(id, fields).map(|_| ()))
    }
}

// Only what is still as it was made is erased again: what somebody has added since is hers. All of it in one
// transaction with the fields that go back.
fn take_back(
    register: &mut Register,
    added: &mut Vec<Added>,
    edited: &mut Vec<Edited>,
    now_ms: i64,
) -> Result<Applied, AppError> {
    let mut untouched = Vec::new();
    for one in added.iter() {
        let found = register.record(one.id)?.filter(|record| !record.state.erased);
        // What gave way to it would be erased with it, and is somebody else's record.
        let stands_alone = register.given_way(one.id)?.is_empty();
        if stands_alone && found.is_some_and(|record| record.state.fields == one.fields) {
            untouched.push(one.clone());
        }
    }
    let plan = Plan::of(register, edited, Way::Back)?;
    if untouched.is_empty() && plan.wanted.is_empty() {
        return Err(plan.refused.unwrap_or(AppError::UndoChanged));
    }
    let n_left = crate::small((added.len() - untouched.len()) as u64) + plan.n_left;
    let left = plan.left.clone();
    let turned = plan.records();
    let operation = if untouched.is_empty() { Operation::RecordEdit } else { Operation::RecordErase };
    register.transact(operation, now_ms, |writer| {
        plan.write(writer)?;
        // Those that were made last may refer to those before them.
        untouched.iter().rev().try_for_each(|one| writer.erase_record(one.id, Some(REASON.into())))
    })?;
    *added = untouched;
    edited.retain(|one| turned.contains(&one.id));
    Ok(Applied { left, n_left, ..Applied::default() })
}

// Where the content was destroyed, a record of the same content is made anew.
fn write_again(
    register: &mut Register,
    added: &mut [Added],
    edited: &mut Vec<Edited>,
    now_ms: i64,
) -> Result<Applied, AppError> {
    let catalogue = register.catalogue().clone();
    let mut plan = Plan::of(register, edited, Way::Again)?;
    if added.is_empty() && plan.wanted.is_empty() {
        return Err(plan.refused.unwrap_or(AppError::UndoChanged));
    }
    let mut applied = Applied { left: plan.left.clone(), n_left: plan.n_left, ..Applied::default() };
    let turned = plan.records();
    let operation = if added.is_empty() { Operation::RecordEdit } else { Operation::RecordAdd };
    let committed = register.transact(operation, now_ms, |writer| {
        for at in 0..added.len() {
            let one = &added[at];
            if writer.record(one.id)?.is_some_and(|record| !record.meta.destroyed) {
                writer.restore_record(one.id)?;
                continue;
            }
            let kind = catalogue.kind_by_num(one.kind).ok_or(StoreError::UnknownKind)?;
            let (mut fields, from) = (one.fields.clone(), one.id);
            applied.left.extend(drop_photos(kind, &mut fields));
            let id = writer.create_record(&kind.id, one.unit.clone(), fields)?;
            applied.moved.push((from, id));
            for later in &mut added[at..] {
                later.rename(from, id);
            }
            let wanted = plan.wanted.iter_mut().flat_map(|(_, fields)| fields.values_mut());
            wanted.for_each(|value| rename(value, from, id));
        }
        plan.write(writer)?;
        Ok(applied)
    })?;
    let mut applied = committed.output;
    edited.retain(|one| turned.contains(&one.id));
    for one in added {
        one.fields = register.record(one.id)?.ok_or(AppError::UnknownRecord)?.state.fields;
    }
    applied.left.sort_unstable();
    applied.left.dedup();
    Ok(applied)
}

// Photos went with the content that was destroyed.
fn drop_photos(kind: &Kind, fields: &mut Fields) -> Vec<FieldNum> {
    let of_photos = kind.fields.iter().filter(|field| field.field_type == FieldType::Photos);
    of_photos.map(|field| field.num).filter(|num| fields.remove(num).is_some()).collect()
}

// Fields that still hold the first of the two values get the second one; the others are left, and named.
fn put(register: &Register, id: RecordId, fields: &Changed) -> Result<(Fields, Vec<FieldNum>), AppError> {
    let current = register.record(id)?.ok_or(AppError::UnknownRecord)?;
    if current.state.erased {
        return Err(StoreError::Erased.into());
    }
    let mut wanted = current.state.fields.clone();
    let mut left = Vec::new();
    for (num, (held, new)) in fields {
        match (wanted.get(num) == held.as_ref(), new) {
            (true, Some(value)) => drop(wanted.insert(*num, value.clone())),
            (true, None) => drop(wanted.remove(num)),
            (false, new) if wanted.get(num) == new.as_ref() => {}
            (false, _) => left.push(*num),
        }
    }
    if wanted == current.state.fields {
        return Err(AppError::UndoChanged);
    }
    if !left.is_empty() {
        check(register, &current, &wanted)?;
    }
    Ok((wanted, left))
}

// Values of two hands together may break a rule that neither broke.
fn check(register: &Register, current: &StoredRecord, wanted: &Fields) -> Result<(), AppError> {
    let catalogue = register.catalogue().clone();
    let kind = catalogue.kind_by_num(current.state.kind).ok_or(AppError::UnknownKind)?;
    let mut typed = to_json(kind, wanted);
    typed.retain(|id, _| !id.starts_with('#'));
    let had: BTreeSet<RecordId> = had(kind, &current.state.fields);
    let checked = check_in(register, kind, &typed, For { unit: &current.state.unit, had: &had })?;
    match checked.issues.iter().any(|issue| issue.is_error()) {
        true => Err(AppError::InvalidRecord(checked.issues)),
        false => Ok(()),
    }
}
