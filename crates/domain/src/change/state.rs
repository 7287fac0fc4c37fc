//! What a record is: the join of all its changes, whatever the order in which they came. Nothing here may
//! look at the order of arrival.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::element::{self, Told};
use super::{ApplyError, Cell, Change, Erasure, Op, Seen, Terms, Version, WHOLE_RECORD};
use crate::hlc::Hlc;
use crate::id::{DeviceId, RecordId};
use crate::unit::UnitKey;
use crate::value::{FieldNum, Fields, KindNum, Value};

/// What a write put into a field, and when; none emptied it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write(pub Hlc, pub Option<Value>);

/// An erase: when, and which changes of the record it saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased(pub Hlc, pub Seen);

/// What merging needs beside what shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// Newest create, patch or restore of each device.
    #[serde(rename = "e")]
    edits: Seen,
    #[serde(rename = "x", default, skip_serializing_if = "Cell::is_empty")]
    erases: Cell<Erased>,
    /// Of each field, the writes beside the one that shows.
    #[serde(rename = "b", default, skip_serializing_if = "BTreeMap::is_empty")]
    beside: BTreeMap<FieldNum, Cell<Write>>,
    /// Of fields that hold several things, what was said of each since the create.
    #[serde(rename = "l", default, skip_serializing_if = "BTreeMap::is_empty")]
    told: BTreeMap<FieldNum, Told>,
}

impl Merge {
    /// That of a record of which one device has made and edited everything: it need not be stored.
    pub fn plain(last: Version) -> Merge {
        Merge {
            edits: Seen::from([(last.device, last.seq)]),
            erases: Cell::default(),
            beside: BTreeMap::new(),
            told: BTreeMap::new(),
        }
    }
}

/// A record as its changes left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    pub id: RecordId,
    pub kind: KindNum,
    pub unit: UnitKey,
    pub fields: Fields,
    /// Who set each field to what shows, also emptied ones.
    pub versions: BTreeMap<FieldNum, (Version, Hlc)>,
    pub merge: Merge,
    pub erased: bool,
    /// Version and stamp of the change with the greatest stamp.
    pub last: (Version, Hlc),
    pub catalogue: u32,
}

/// Something that a person must decide: one version shows, others, of which it did not know, wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// [`WHOLE_RECORD`] when an erase and an edit did not see each other.
    pub field: FieldNum,
    pub shown: Version,
    /// Newest first.
    pub waiting: Vec<Version>,
}

/// Takes one change into a record. Causality first, clock second: a write that saw the current value wins,
/// whatever any clock says; of those that did not see each other the newest shows and the others wait, or the
/// one that is further on where the catalogue ranks the codes of the field.
///
/// The outcome depends on the set of changes alone, not on their order nor on how often each comes. Only the
/// create must be first, since without it there is no kind and no unit.
///
/// # Errors
/// When the change cannot follow on the state at all.
pub fn apply<'a>(
    state: Option<RecordState>,
    change: &Change,
    device: DeviceId,
    terms: impl Into<Terms<'a>>,
) -> Result<RecordState, ApplyError> {
    let terms = terms.into();
    let version = Version { device, seq: change.seq };
    let mut state = match state {
        None => RecordState::created(change, version)?,
        Some(state) if state.kind != change.kind => return Err(ApplyError::OtherKind),
        Some(mut state) => {
            state.take(change, version, terms);
            state
        }
    };
    state.settle(terms.erasure);
    Ok(state)
}

// As a change says what it added to a field and took away; nothing of what there is nothing to say.
fn numbered(
    num: FieldNum,
    (added, removed): (Option<Value>, Option<Value>),
) -> Vec<(FieldNum, Option<Value>)> {
    let both = [(element::added(num), added), (element::removed(num), removed)];
    both.into_iter().filter(|(_, elements)| elements.is_some()).collect()
}

impl RecordState {
    fn created(change: &Change, version: Version) -> Result<RecordState, ApplyError> {
        let (Op::Create, Some(unit)) = (change.op, change.unit.clone()) else {
            return Err(ApplyError::Unknown);
        };
        let fields = || change.fields.iter().filter(|(num, _)| is_field(**num));
        Ok(RecordState {
            id: change.record,
            kind: change.kind,
            unit,
            fields: fields().filter_map(|(num, value)| Some((*num, value.clone()?))).collect(),
            versions: fields().map(|(num, _)| (*num, (version, change.hlc))).collect(),
            merge: Merge::plain(version),
            erased: false,
            last: (version, change.hlc),
            catalogue: change.catalogue,
        })
    }

    fn take(&mut self, change: &Change, version: Version, terms: Terms) {
        let replaced = |num: &FieldNum| change.replaces.get(num).map_or(&[][..], Vec::as_slice);
        match change.op {
            Op::Create | Op::Patch => {
                for (num, value) in change.fields.iter().filter(|(num, _)| is_field(**num)) {
                    self.hear(*num, change, version);
                    let write = Write(change.hlc, value.clone());
                    self.write(*num, Cell::of(version, Some(write), replaced(num)), terms);
                }
            }
            Op::Erase => {
                let seen = replaced(&WHOLE_RECORD);
                let erased = Erased(change.hlc, vector(seen.iter().copied()));
                self.merge.erases.join(Cell::of(version, Some(erased), seen));
            }
            Op::Restore => self.merge.erases.join(Cell::of(version, None, replaced(&WHOLE_RECORD))),
        }
        // An honest device makes a record once. Of two creates the lower unit counts, so that all agree.
        if let (Op::Create, Some(unit)) = (change.op, &change.unit) {
            self.unit = unit.clone().min(self.unit.clone());
            self.catalogue = self.catalogue.min(change.catalogue);
        }
        if change.op != Op::Erase {
            raise(&mut self.merge.edits, version);
        }
        self.last = newest(self.last, (version, change.hlc));
    }

    fn hear(&mut self, num: FieldNum, change: &Change, version: Version) {
        let said = |num: FieldNum| change.fields.get(&num).and_then(Option::as_ref);
        let said = (said(element::added(num)), said(element::removed(num)));
        if said != (None, None) {
            let seen = change.replaces.get(&num).map_or(&[][..], Vec::as_slice);
            element::hear(self.merge.told.entry(num).or_default(), version, seen, said);
        }
    }

    fn write(&mut self, num: FieldNum, write: Cell<Write>, terms: Terms) {
        let mut cell = self.merge.beside.remove(&num).unwrap_or_default();
        if let Some((version, hlc)) = self.versions.remove(&num) {
            cell.join(Cell::of(version, Some(Write(hlc, self.fields.remove(&num))), &[]));
        }
        cell.join(write);
        let shown = cell.standing().max_by_key(|(version, write)| (terms.order(num, write), *version));
        if let Some((version, hlc)) = shown.map(|(version, write)| (version, write.0)) {
            self.versions.insert(num, (version, hlc));
            // All of the lists stay then, also the one that would show by itself.
            if let Some(value) = self.merged(num, &cell) {
                self.fields.extend(value.map(|value| (num, value)));
            } else if let Some(Write(_, Some(value))) = cell.take(version) {
                self.fields.insert(num, value);
            }
        }
        if !cell.is_empty() {
            self.merge.beside.insert(num, cell);
        }
    }

    /// Shows what these terms say, which may be other ones than those that it was made under.
    #[must_use]
    pub fn under(mut self, terms: Terms) -> RecordState {
        let nums: Vec<FieldNum> = self.merge.beside.keys().copied().collect();
        nums.into_iter().for_each(|num| self.write(num, Cell::default(), terms));
        self
    }

    fn merged(&self, num: FieldNum, cell: &Cell<Write>) -> Option<Option<Value>> {
        let mut lists: Vec<(Version, &Write)> = cell.standing().collect();
        lists.sort_by_key(|(version, write)| std::cmp::Reverse((write.0, *version)));
        if lists.len() < 2 { None } else { element::merged(self.merge.told.get(&num)?, &lists) }
    }

    // Of a field that was put together element by element, what would show otherwise stands beside it too.
    fn is_merged(&self, num: FieldNum) -> bool {
        let shown = self.versions.get(&num).map(|(shown, _)| *shown);
        let beside = self.merge.beside.get(&num).into_iter().flat_map(Cell::standing);
        beside.into_iter().any(|(version, _)| Some(version) == shown)
    }

    /// What a change that sets a field says of its elements, under their numbers; nothing for a field that
    /// holds one thing. Without it, what two PCs added at the same time could not be told from what one of them
    /// took away.
    pub fn elements_said(&self, num: FieldNum, new: Option<&Value>) -> Vec<(FieldNum, Option<Value>)> {
        let none = Told::new();
        let told = self.merge.told.get(&num).unwrap_or(&none);
        let beside = self.merge.beside.get(&num).into_iter().flat_map(Cell::standing);
        let lists: Vec<Option<&Value>> = beside.map(|(_, write)| write.1.as_ref()).collect();
        numbered(num, element::to_say(told, (self.fields.get(&num), &lists), new))
    }

    /// The same of somebody who has not seen what shows, but `base`.
    pub fn elements_over(
        num: FieldNum,
        base: Option<&Value>,
        new: Option<&Value>,
    ) -> Vec<(FieldNum, Option<Value>)> {
        numbered(num, element::to_say(&Told::new(), (base, &[]), new))
    }

    fn settle(&mut self, erasure: Erasure) {
        match erasure {
            Erasure::Hides => self.erased = self.erases().next().is_some() && self.unseen_edits().is_empty(),
            Erasure::Destroys if self.merge.erases.is_empty() => {}
            Erasure::Destroys => {
                self.erased = true;
                self.fields.clear();
                self.versions.clear();
                self.merge.beside.clear();
                self.merge.told.clear();
            }
        }
    }

    /// True when some change erased it, or took an erase back, whatever it is now.
    pub fn was_erased(&self) -> bool {
        !self.merge.erases.is_empty()
    }

    fn erases(&self) -> impl Iterator<Item = (Version, &Erased)> {
        self.merge.erases.standing()
    }

    /// The newest erase that stands.
    pub fn newest_erase(&self) -> Option<Version> {
        newest_first(self.erases().map(|(version, erased)| (version, erased.0))).first().copied()
    }

    // Edits that no erase saw.
    fn unseen_edits(&self) -> Vec<Version> {
        let covered = self.covered();
        let is_covered = |edit: &Version| covered.get(&edit.device).is_some_and(|seq| *seq >= edit.seq);
        versions(&self.merge.edits).filter(|edit| !is_covered(edit)).collect()
    }

    fn covered(&self) -> Seen {
        vector(self.erases().flat_map(|(version, erased)| versions(&erased.1).chain([version])))
    }

    /// What a person must decide; nothing of a hidden record.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut conflicts: Vec<Conflict> = self.whole_conflict().into_iter().collect();
        if !self.erased {
            conflicts.extend(self.merge.beside.keys().filter_map(|num| self.field_conflict(*num)));
        }
        conflicts
    }

    // A hidden record has no edit that its erases did not see; a destroyed one may.
    fn whole_conflict(&self) -> Option<Conflict> {
        let erases = newest_first(self.erases().map(|(version, erased)| (version, erased.0)));
        let newest_erase = *erases.first()?;
        let mut edits = self.unseen_edits();
        let newest_edit = *edits.iter().max_by_key(|edit| (**edit == self.last.0, **edit))?;
        edits.sort_by_key(|edit| std::cmp::Reverse((*edit == newest_edit, *edit)));
        let (shown, waiting) = if self.erased { (newest_erase, edits) } else { (newest_edit, erases) };
        Some(Conflict { field: WHOLE_RECORD, shown, waiting })
    }

    fn field_conflict(&self, num: FieldNum) -> Option<Conflict> {
        let (shown, _) = *self.versions.get(&num).filter(|_| !self.is_merged(num))?;
        let value = self.fields.get(&num);
        let others = self.merge.beside.get(&num)?.standing().filter(|(_, write)| write.1.as_ref() != value);
        let waiting = newest_first(others.map(|(version, write)| (version, write.0)));
        (!waiting.is_empty()).then_some(Conflict { field: num, shown, waiting })
    }

    /// What a write that shows or waits put into a field; none when it does neither.
    pub fn value_of(&self, num: FieldNum, version: Version) -> Option<Option<&Value>> {
        if self.versions.get(&num).is_some_and(|(shown, _)| *shown == version) {
            return Some(self.fields.get(&num));
        }
        let mut standing = self.merge.beside.get(&num)?.standing();
        standing.find(|(other, _)| *other == version).map(|(_, write)| write.1.as_ref())
    }

    /// The writes of a field that this edit of it replaces: what the officer saw, and what would show in place
    /// of hers because a wrong clock stamped it later or because it is further on. Other values go on waiting.
    pub fn seen_by_edit<'a>(&self, num: FieldNum, edit: &Write, terms: impl Into<Terms<'a>>) -> Vec<Version> {
        let (shown, terms) = (self.fields.get(&num), terms.into());
        let is_merged = self.is_merged(num);
        let edit = terms.order(num, edit);
        self.standing(num, |write| is_merged || write.1.as_ref() == shown || terms.order(num, write) >= edit)
    }

    /// Every write of a field that shows or waits: what a decision replaces.
    pub fn seen_by_decision(&self, num: FieldNum) -> Vec<Version> {
        self.standing(num, |_| true)
    }

    fn standing(&self, num: FieldNum, is_seen: impl Fn(&Write) -> bool) -> Vec<Version> {
        let beside = self.merge.beside.get(&num).into_iter().flat_map(Cell::standing);
        let mut seen: Vec<Version> =
            beside.filter(|(_, write)| is_seen(write)).map(|(version, _)| version).collect();
        seen.extend(self.versions.get(&num).map(|(shown, _)| *shown));
        seen.extend(self.fallen(num));
        seen.sort_unstable();
        seen.dedup();
        seen
    }

    // What was said of elements stands also when the list that said it has fallen, so it is named to be seen.
    fn fallen(&self, num: FieldNum) -> Vec<Version> {
        let Some(cell) = self.merge.beside.get(&num).filter(|_| self.merge.told.contains_key(&num)) else {
            return Vec::new();
        };
        let standing: Vec<Version> = cell.standing().map(|(version, _)| version).collect();
        cell.known().filter(|version| !standing.contains(version)).collect()
    }

    /// What an erase made now has seen: every edit that is here, and what the erases that stand have seen. Of one
    /// that was taken back only its name may have come, and an edit before it on its device not at all.
    pub fn seen_by_erase(&self) -> Vec<Version> {
        let covered = self.covered();
        versions(&vector(versions(&self.merge.edits).chain(versions(&covered)))).collect()
    }

    /// The erases that a restore made now takes back.
    pub fn seen_by_restore(&self) -> Vec<Version> {
        self.erases().map(|(version, _)| version).collect()
    }
}

fn is_field(num: FieldNum) -> bool {
    num != WHOLE_RECORD && !element::is_of_elements(num)
}

fn versions(seen: &Seen) -> impl Iterator<Item = Version> {
    seen.iter().map(|(device, seq)| Version { device: *device, seq: *seq })
}

fn vector(versions: impl Iterator<Item = Version>) -> Seen {
    let mut seen = Seen::new();
    versions.for_each(|version| raise(&mut seen, version));
    seen
}

fn raise(seen: &mut Seen, version: Version) {
    let seq = seen.entry(version.device).or_default();
    *seq = version.seq.max(*seq);
}

fn newest(one: (Version, Hlc), other: (Version, Hlc)) -> (Version, Hlc) {
    if (one.1, one.0) < (other.1, other.0) { other } else { one }
}

fn newest_first(versions: impl Iterator<Item = (Version, Hlc)>) -> Vec<Version> {
    let mut versions: Vec<(Version, Hlc)> = versions.collect();
    versions.sort_by_key(|(version, hlc)| std::cmp::Reverse((*hlc, *version)));
    versions.into_iter().map(|(version, _)| version).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUM: FieldNum = FieldNum(4);

    fn version(device: u64, seq: u64) -> Version {
        Version { device: DeviceId(device), seq }
    }

    fn change(device: u64, seq: u64, hlc: u64, op: Op) -> (Change, DeviceId) {
        let change = Change {
            seq,
            hlc: Hlc(hlc),
            author: 1,
            record: RecordId { device: DeviceId(1), n: 1 },
            kind: KindNum(1),
            op,
            unit: (op == Op::Create)
                .then(|| UnitKey { code: "20044".into(), valid_from: crate::day::Day::from_number(0) }),
            fields: BTreeMap::new(),
            replaces: BTreeMap::new(),
            catalogue: 1,
            reason: None,
        };
        (change, DeviceId(device))
    }

    fn then(state: RecordState, (change, device): &(Change, DeviceId)) -> RecordState {
        apply(Some(state), change, *device, Erasure::Hides).expect("it applies")
    }

    fn created() -> RecordState {
        let (mut first, device) = change(1, 1, 10, Op::Create);
        first.fields.insert(NUM, Some(Value::Int(20)));
        apply(None, &first, device, Erasure::Hides).expect("a new record")
    }

    fn patch_to(device: u64, seq: u64, hlc: u64, value: i64, base: Version) -> (Change, DeviceId) {
        let (mut patch, id) = change(device, seq, hlc, Op::Patch);
        patch.fields.insert(NUM, Some(Value::Int(value)));
        patch.replaces.insert(NUM, vec![base]);
        (patch, id)
    }

    #[test]
    fn a_patch_that_saw_the_value_wins_whatever_its_clock_says() {
        let state = then(created(), &patch_to(2, 1, 1, 25, version(1, 1)));
        assert_eq!((state.fields.get(&NUM), state.conflicts().len()), (Some(&Value::Int(25)), 0));
    }

    #[test]
    fn of_two_edits_that_did_not_see_each_other_both_values_are_kept() {
        let first = patch_to(2, 1, 20, 25, version(1, 1));
        let second = patch_to(3, 1, 30, 27, version(1, 1));
        let state = then(then(created(), &first), &second);
        assert_eq!(state, then(then(created(), &second), &first));
        assert_eq!(state.fields.get(&NUM), Some(&Value::Int(27)));
        let conflict = Conflict { field: NUM, shown: version(3, 1), waiting: vec![version(2, 1)] };
        assert_eq!(state.conflicts(), [conflict]);
        assert_eq!(state.value_of(NUM, version(2, 1)), Some(Some(&Value::Int(25))));
    }

    #[test]
    fn two_edits_to_one_value_ask_nothing_and_an_edit_replaces_both() {
        let first = patch_to(2, 1, 20, 25, version(1, 1));
        let second = patch_to(3, 1, 30, 25, version(1, 1));
        let state = then(then(created(), &first), &second);
        assert!(state.conflicts().is_empty());
        let edit = Write(Hlc(40), Some(Value::Int(30)));
        assert_eq!(state.seen_by_edit(NUM, &edit, Erasure::Hides), [version(2, 1), version(3, 1)]);
    }

    #[test]
    fn an_edit_shows_also_beside_two_clocks_that_are_a_century_ahead() {
        let first = patch_to(2, 1, 9_000, 25, version(1, 1));
        let second = patch_to(3, 1, 9_001, 27, version(1, 1));
        let state = then(then(created(), &first), &second);
        let (mut edit, device) = patch_to(4, 1, 50, 30, version(3, 1));
        let write = Write(Hlc(50), Some(Value::Int(30)));
        edit.replaces.insert(NUM, state.seen_by_edit(NUM, &write, Erasure::Hides));
        assert_eq!(then(state, &(edit, device)).fields.get(&NUM), Some(&Value::Int(30)));
    }

    #[test]
    fn an_erased_record_can_be_restored() {
        let (mut erase, device) = change(1, 2, 20, Op::Erase);
        erase.replaces.insert(WHOLE_RECORD, created().seen_by_erase());
        let state = then(created(), &(erase, device));
        assert!(state.erased && state.conflicts().is_empty());
        let (mut restore, device) = change(2, 1, 5, Op::Restore);
        restore.replaces.insert(WHOLE_RECORD, state.seen_by_restore());
        let state = then(state, &(restore, device));
        assert!(!state.erased && state.conflicts().is_empty());
    }

    #[test]
    fn an_edit_that_an_erase_did_not_see_survives_it_and_is_asked_about() {
        let edit = patch_to(2, 1, 5, 25, version(1, 1));
        let (mut erase, device) = change(1, 2, 20, Op::Erase);
        erase.replaces.insert(WHOLE_RECORD, created().seen_by_erase());
        let state = then(then(created(), &(erase.clone(), device)), &edit);
        assert_eq!(state, then(then(created(), &edit), &(erase, device)));
        let conflict = Conflict { field: WHOLE_RECORD, shown: version(2, 1), waiting: vec![version(1, 2)] };
        assert_eq!((state.erased, state.conflicts()), (false, vec![conflict]));
        assert_eq!(state.fields.get(&NUM), Some(&Value::Int(25)));
    }

    #[test]
    fn what_an_erase_destroyed_does_not_come_back_by_an_edit_that_it_did_not_see() {
        let edit = patch_to(2, 1, 50, 25, version(1, 1));
        let (mut erase, device) = change(1, 2, 20, Op::Erase);
        erase.replaces.insert(WHOLE_RECORD, created().seen_by_erase());
        let take = |state, (change, device): &(Change, DeviceId)| {
            apply(Some(state), change, *device, Erasure::Destroys).expect("it applies")
        };
        let state = take(take(created(), &(erase.clone(), device)), &edit);
        assert_eq!(state, take(take(created(), &edit), &(erase, device)));
        assert!(state.erased && state.fields.is_empty() && state.versions.is_empty());
        let conflict = Conflict { field: WHOLE_RECORD, shown: version(1, 2), waiting: vec![version(2, 1)] };
        assert_eq!(state.conflicts(), [conflict]);
    }

    #[test]
    fn a_patch_of_an_unknown_record_waits() {
        let (patch, device) = patch_to(2, 1, 1, 25, version(1, 1));
        assert_eq!(apply(None, &patch, device, Erasure::Hides), Err(ApplyError::Unknown));
    }

    #[test]
    fn a_record_edited_on_one_device_needs_nothing_stored_for_merging() {
        let state = then(created(), &patch_to(1, 2, 20, 25, version(1, 1)));
        assert_eq!(state.merge, Merge::plain(version(1, 2)));
    }
}
