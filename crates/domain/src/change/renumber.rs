//! The same changes under a new device: what a PC wrote after its history and another's have parted.

use std::collections::BTreeMap;

use super::{Change, Op, Version, WHOLE_RECORD, element, same};
use crate::id::{DeviceId, RecordId};
use crate::submission::{SUBMISSION, Submission};
use crate::value::{FieldNum, Fields, Value};

/// Gives changes and records that came after a parting the numbers of a new device; whatever came before keeps
/// its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renumber {
    old: DeviceId,
    new: DeviceId,
    last_kept: u64,
    records: BTreeMap<u32, u32>,
}

impl Renumber {
    /// `parted` are the changes of `old` after its change `last_kept`, in order.
    pub fn of(old: DeviceId, new: DeviceId, last_kept: u64, parted: &[Change]) -> Renumber {
        let created = parted.iter().filter(|change| change.op == Op::Create && change.record.device == old);
        let records = created.map(|change| change.record.n).zip(1..).collect();
        Renumber { old, new, last_kept, records }
    }

    /// Newest change of the old device that stays under it.
    pub fn last_kept(&self) -> u64 {
        self.last_kept
    }

    /// Records that get another id: the old one and the new.
    pub fn records(&self) -> impl Iterator<Item = (RecordId, RecordId)> {
        let id = |device, n| RecordId { device, n };
        self.records.iter().map(move |(old, new)| (id(self.old, *old), id(self.new, *new)))
    }

    pub fn record(&self, id: RecordId) -> RecordId {
        match self.records.get(&id.n) {
            Some(n) if id.device == self.old => RecordId { device: self.new, n: *n },
            _ => id,
        }
    }

    pub fn version(&self, version: Version) -> Version {
        if version.device == self.old && version.seq > self.last_kept {
            return Version { device: self.new, seq: version.seq - self.last_kept };
        }
        version
    }

    /// One of the changes that parted.
    #[must_use]
    pub fn change(&self, mut change: Change) -> Change {
        let is_new = self.records.contains_key(&change.record.n) && change.record.device == self.old;
        change.seq -= self.last_kept;
        change.record = self.record(change.record);
        change.fields.values_mut().flatten().for_each(|value| self.value(value));
        if let Some(Some(Value::Codes(notes))) = change.fields.get_mut(&same::SETTLED) {
            same::renumber_notes(notes, |version| self.version(version));
        }
        for versions in change.replaces.values_mut() {
            versions.iter_mut().for_each(|version| *version = self.version(*version));
        }
        if change.kind == SUBMISSION {
            self.say_what_figures_saw(&mut change);
        }
        if !is_new && self.last_kept > 0 {
            self.say_what_was_seen(&mut change);
        }
        change.replaces.values_mut().for_each(|versions| versions.sort_unstable());
        change
    }

    // A device's change has seen all before it on the same device, and did not have to say so.
    fn say_what_was_seen(&self, change: &mut Change) {
        let seen = Version { device: self.old, seq: self.last_kept };
        let nums: Vec<FieldNum> = match change.op {
            Op::Create | Op::Patch => change.fields.keys().map(|num| element::field_of(*num)).collect(),
            Op::Erase | Op::Restore => vec![WHOLE_RECORD],
        };
        for num in nums {
            let versions = change.replaces.entry(num).or_default();
            versions.retain(|version| version.device != self.old);
            versions.push(seen);
        }
    }

    // Figures that wait for the hub were frozen over changes that have other numbers now. Named by the old ones, what
    // moves would count as changed since, and what the other copy wrote as seen.
    fn say_what_figures_saw(&self, change: &mut Change) {
        let fields = change.fields.iter().filter_map(|(num, value)| Some((*num, value.clone()?))).collect();
        let Some(unit) = &change.unit else { return };
        let Some(mut submission) = Submission::of_fields(unit, &fields) else { return };
        let Some(seq) = submission.seen.get(&self.old).copied().filter(|seq| *seq > self.last_kept) else {
            return;
        };
        submission.seen.remove(&self.old);
        submission.seen.extend((self.last_kept > 0).then_some((self.old, self.last_kept)));
        submission.seen.insert(self.new, seq - self.last_kept);
        change.fields = submission.to_fields().into_iter().map(|(num, value)| (num, Some(value))).collect();
    }

    fn value(&self, value: &mut Value) {
        match value {
            Value::Ref(id) => *id = self.record(*id),
            Value::Lines(lines) => {
                lines.iter_mut().flat_map(Fields::values_mut).for_each(|value| self.value(value))
            }
            Value::Text(_)
            | Value::Int(_)
            | Value::Day(_)
            | Value::Bool(_)
            | Value::Code(_)
            | Value::Codes(_)
            | Value::Pseudonym(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hlc::Hlc;
    use crate::submission::november;
    use crate::value::KindNum;

    const OLD: DeviceId = DeviceId(1);
    const NEW: DeviceId = DeviceId(2);
    const NUM: FieldNum = FieldNum(3);

    fn change(seq: u64, n: u32, op: Op) -> Change {
        Change {
            seq,
            hlc: Hlc(seq),
            author: 1,
            record: RecordId { device: OLD, n },
            kind: KindNum(1),
            op,
            unit: None,
            fields: BTreeMap::new(),
            replaces: BTreeMap::new(),
            catalogue: 1,
            reason: None,
        }
    }

    #[test]
    fn what_came_after_the_parting_is_numbered_anew_wherever_it_is_named() {
        let mut patch = change(13, 7, Op::Patch);
        let at = |n| RecordId { device: OLD, n };
        let line = Fields::from([(NUM, Value::Ref(at(7)))]);
        patch.fields = BTreeMap::from([
            (NUM, Some(Value::Ref(at(6)))),
            (FieldNum(4), Some(Value::Lines(vec![line]))),
            (FieldNum(5), None),
            (same::SETTLED, Some(Value::Codes([9, 12].map(|seq| format!("3 {OLD} {seq}")).into()))),
        ]);
        patch.replaces = BTreeMap::from([(NUM, vec![Version { device: OLD, seq: 12 }])]);
        let parted = [change(11, 6, Op::Create), change(12, 7, Op::Create), patch];

        let to = Renumber::of(OLD, NEW, 10, &parted);
        let moved: Vec<Change> = parted.iter().cloned().map(|change| to.change(change)).collect();
        assert_eq!(moved.iter().map(|change| change.seq).collect::<Vec<_>>(), [1, 2, 3]);
        let new = |n| RecordId { device: NEW, n };
        assert_eq!(moved.iter().map(|change| change.record).collect::<Vec<_>>(), [new(1), new(2), new(2)]);
        assert_eq!(moved[2].fields[&NUM], Some(Value::Ref(new(1))));
        assert_eq!(
            moved[2].fields[&FieldNum(4)],
            Some(Value::Lines(vec![Fields::from([(NUM, Value::Ref(new(2)))])]))
        );
        let notes = [format!("3 {OLD} 9"), format!("3 {NEW} 2")];
        assert_eq!(moved[2].fields[&same::SETTLED], Some(Value::Codes(notes.into())));
        assert_eq!(moved[2].replaces, BTreeMap::from([(NUM, vec![Version { device: NEW, seq: 2 }])]));
        assert_eq!(to.records().collect::<Vec<_>>(), [(at(6), new(1)), (at(7), new(2))]);
    }

    #[test]
    fn figures_that_wait_name_what_they_saw_by_its_new_numbers() {
        let other = (DeviceId(9), 40);
        let submission = |seen: u64| Submission { seen: BTreeMap::from([(OLD, seen), other]), ..november() };
        let moved = |seen: u64, last_kept: u64| {
            let said = submission(seen);
            let fields = said.to_fields().into_iter().map(|(num, value)| (num, Some(value))).collect();
            let made = change(seen + 1, 6, Op::Create);
            let made = Change { kind: SUBMISSION, unit: Some(said.unit.clone()), fields, ..made };
            let made = Renumber::of(OLD, NEW, last_kept, std::slice::from_ref(&made)).change(made);
            let fields = made.fields.into_iter().filter_map(|(num, value)| Some((num, value?))).collect();
            Submission::of_fields(&said.unit, &fields).expect("the digest is that of what it says now")
        };
        let now = moved(12, 10);
        assert_eq!(now.seen, BTreeMap::from([(OLD, 10), (NEW, 2), other]));
        assert_eq!(
            Submission { seen: submission(12).seen, ..now },
            submission(12),
            "nothing else is touched"
        );
        assert_eq!(moved(12, 0).seen, BTreeMap::from([(NEW, 12), other]));
        assert_eq!(moved(10, 10).seen, BTreeMap::from([(OLD, 10), other]), "it saw nothing of what moved");
    }

    #[test]
    fn a_change_of_an_older_record_says_that_it_saw_what_its_device_had_done_before() {
        let mut patch = change(11, 3, Op::Patch);
        let (other, seen) = (Version { device: DeviceId(9), seq: 4 }, |seq| Version { device: OLD, seq });
        patch.fields = BTreeMap::from([(NUM, None), (FieldNum(4), None)]);
        patch.replaces = BTreeMap::from([(NUM, vec![seen(2), other])]);
        let mut erase = change(12, 3, Op::Erase);
        erase.replaces = BTreeMap::from([(WHOLE_RECORD, vec![seen(11), other])]);

        let parted = [patch, erase];
        let to = Renumber::of(OLD, NEW, 10, &parted);
        let [patch, erase] = parted.map(|change| to.change(change));
        assert_eq!(patch.record, RecordId { device: OLD, n: 3 });
        assert_eq!(
            patch.replaces,
            BTreeMap::from([(NUM, vec![seen(10), other]), (FieldNum(4), vec![seen(10)])])
        );
        let new = Version { device: NEW, seq: 1 };
        assert_eq!(erase.replaces, BTreeMap::from([(WHOLE_RECORD, vec![seen(10), new, other])]));
    }
}
