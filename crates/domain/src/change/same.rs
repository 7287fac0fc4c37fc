//! Two records of one and the same thing, shown as one. A link says so, on the record that gives way; nothing of
//! either is rewritten, so that taking the link away brings both back as they were.

use std::collections::{BTreeMap, BTreeSet};

use super::{RecordState, Version, element};
use crate::hlc::Hlc;
use crate::id::RecordId;
use crate::value::{FieldNum, Value};

/// Under this number a record names the one that is kept in its place.
pub const SAME_AS: FieldNum = FieldNum(1024);
/// And under this one the fields, by number, in which somebody decided for the kept one's value.
pub const SETTLED: FieldNum = FieldNum(1025);

/// False for numbers that are told of a record and are no field of it.
pub fn is_field(num: FieldNum) -> bool {
    num != super::WHOLE_RECORD && num != SAME_AS && num != SETTLED && !element::is_of_elements(num)
}

/// Records that links tie together, by id.
pub type Tied = BTreeMap<RecordId, RecordState>;

/// A value of a record that gave way which is not the kept one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: FieldNum,
    /// Where the other value stands.
    pub record: RecordId,
    pub version: Version,
}

impl RecordState {
    /// The record that is kept in the place of this one, as far as this one says.
    pub fn same_as(&self) -> Option<RecordId> {
        self.fields.get(&SAME_AS).and_then(Value::as_ref_id)
    }

    fn settled(&self) -> BTreeSet<FieldNum> {
        let Some(Value::Codes(nums)) = self.fields.get(&SETTLED) else { return BTreeSet::new() };
        nums.iter().filter_map(|num| num.parse().ok()).map(FieldNum).collect()
    }

    /// What [`SETTLED`] must hold for these fields to be decided too.
    pub fn settling(&self, fields: &BTreeSet<FieldNum>) -> Value {
        let all: BTreeSet<String> = self.settled().union(fields).map(|num| num.0.to_string()).collect();
        Value::Codes(all.into_iter().collect())
    }
}

// A link leads nowhere while the other record is not here, is erased, or is something else.
fn link(tied: &Tied, from: RecordId) -> Option<(RecordId, (Hlc, Version))> {
    let state = tied.get(&from).filter(|state| !state.erased)?;
    let to = state.same_as().filter(|to| *to != from)?;
    tied.get(&to).filter(|kept| !kept.erased && kept.kind == state.kind)?;
    let (version, hlc) = *state.versions.get(&SAME_AS)?;
    Some((to, (hlc, version)))
}

/// The record that is shown in the place of this one; itself when none is.
///
/// Two PCs may each have given way to the other: of links in a circle the oldest does not count, so that the
/// newest decision does.
pub fn kept(tied: &Tied, record: RecordId) -> RecordId {
    let mut path: Vec<(RecordId, (Hlc, Version))> = Vec::new();
    let mut at = record;
    while let Some((next, stamp)) = link(tied, at) {
        path.push((at, stamp));
        if let Some(start) = path.iter().position(|(passed, _)| *passed == next) {
            let oldest = path[start..].iter().min_by_key(|(_, stamp)| *stamp);
            return oldest.map_or(at, |(record, _)| *record);
        }
        at = next;
    }
    at
}

/// Records that are shown as this one, by id, without itself.
fn given_way(tied: &Tied, record: RecordId) -> impl Iterator<Item = &RecordState> {
    tied.values().filter(move |state| state.id != record && !state.erased && kept(tied, state.id) == record)
}

/// A kept record as it shows: fields that it never had are those of the records that gave way to it.
pub fn shown(tied: &Tied, record: RecordId) -> Option<RecordState> {
    let mut state = tied.get(&record)?.clone();
    if state.erased {
        return Some(state);
    }
    for other in given_way(tied, record) {
        for (num, value) in other.fields.iter().filter(|(num, _)| is_field(**num)) {
            if let (false, Some(by)) = (state.versions.contains_key(num), other.versions.get(num)) {
                state.fields.insert(*num, value.clone());
                state.versions.insert(*num, *by);
            }
        }
    }
    Some(state)
}

/// Where records that gave way say something else than the kept one shows, and nobody has decided.
pub fn differences(tied: &Tied, record: RecordId) -> Vec<Difference> {
    let Some(state) = shown(tied, record).filter(|state| !state.erased) else { return Vec::new() };
    let mut found = Vec::new();
    for other in given_way(tied, record) {
        let settled = other.settled();
        for (num, value) in other.fields.iter().filter(|(num, _)| is_field(**num) && !settled.contains(num)) {
            let differs = state.fields.get(num).is_some_and(|kept| kept != value);
            if let Some((version, _)) = other.versions.get(num).filter(|_| differs) {
                found.push(Difference { field: *num, record: other.id, version: *version });
            }
        }
    }
    found
}
