//! Two records of one and the same thing, shown as one. A link says so, on the record that gives way; nothing of
//! either is rewritten, so that taking the link away brings both back as they were.

use std::collections::BTreeMap;

use super::{RecordState, Version, element};
use crate::hlc::Hlc;
use crate::id::RecordId;
use crate::value::{FieldNum, Value};

/// Under this number a record names the one that is kept in its place.
pub const SAME_AS: FieldNum = FieldNum(1024);
/// And under this one the values of its own that somebody saw and decided about for the kept one: of each field
/// that it is about its number, then device and number of the change that wrote the value.
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

    fn settled(&self) -> BTreeMap<FieldNum, Version> {
        let Some(Value::Codes(notes)) = self.fields.get(&SETTLED) else { return BTreeMap::new() };
        notes.iter().filter_map(|note| read_note(note)).collect()
    }

    /// What [`SETTLED`] must hold for these values to be decided about too.
    pub fn settling(&self, decided: &BTreeMap<FieldNum, Version>) -> Value {
        let mut all = self.settled();
        all.extend(decided);
        Value::Codes(all.into_iter().map(write_note).collect())
    }
}

fn write_note((num, version): (FieldNum, Version)) -> String {
    format!("{} {} {}", num.0, version.device, version.seq)
}

fn read_note(note: &str) -> Option<(FieldNum, Version)> {
    let mut parts = note.split(' ');
    let num = FieldNum(parts.next()?.parse().ok()?);
    let version = Version { device: parts.next()?.parse().ok()?, seq: parts.next()?.parse().ok()? };
    parts.next().is_none().then_some((num, version))
}

/// The notes under [`SETTLED`] with their versions as a new device numbers them.
pub(super) fn renumber_notes(notes: &mut [String], version: impl Fn(Version) -> Version) {
    for note in notes {
        if let Some((num, decided)) = read_note(note) {
            *note = write_note((num, version(decided)));
        }
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

/// The record that this one gave way to and that was erased by somebody who did not know of it: this one stands
/// for itself again, and nobody has said that it shall.
pub fn lost_kept(tied: &Tied, record: RecordId) -> Option<&RecordState> {
    let state = tied.get(&record).filter(|state| !state.erased)?;
    let to = state.same_as().filter(|to| *to != record)?;
    tied.get(&to).filter(|kept| kept.erased && kept.kind == state.kind)
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
        for (num, value) in other.fields.iter().filter(|(num, _)| is_field(**num)) {
            // Also where she who keeps it emptied it: that is no place that was never filled.
            let differs = state.fields.get(num) != Some(value);
            let Some((version, _)) = other.versions.get(num).filter(|_| differs) else { continue };
            // A value that came after the decision was not decided about.
            if settled.get(num) != Some(version) {
                found.push(Difference { field: *num, record: other.id, version: *version });
            }
        }
    }
    found
}
