//! One thing that several devices write: which writes stand, and which were written over by somebody who saw
//! them. Whatever is changed here, [`Cell::join`] stays a maximum per device, for that is what makes the order
//! of arrival not matter.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::Version;
use crate::id::DeviceId;

/// By device, the number of a change up to which everything was seen.
pub type Seen = BTreeMap<DeviceId, u64>;

/// The newest write of one device that is known, and what it says while it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark<T>(u64, Option<T>);

impl<T> Mark<T> {
    // A later write of the same device saw the earlier ones, and a write that fell never stands again.
    fn order(&self) -> (u64, bool) {
        (self.0, self.1.is_none())
    }
}

/// All writes of one thing, joined: of each device the newest, which stands or has fallen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cell<T>(BTreeMap<DeviceId, Mark<T>>);

impl<T> Default for Cell<T> {
    fn default() -> Cell<T> {
        Cell(BTreeMap::new())
    }
}

impl<T> Cell<T> {
    /// One write by itself. `value` is none for a write that only fells others. Changes of a device arrive in
    /// order elsewhere, so whoever saw one of them saw all before it.
    pub fn of(version: Version, value: Option<T>, replaced: &[Version]) -> Cell<T> {
        let mut cell = Cell(BTreeMap::from([(version.device, Mark(version.seq, value))]));
        for seen in replaced.iter().filter(|seen| seen.device != version.device) {
            cell.put(seen.device, Mark(seen.seq, None));
        }
        cell
    }

    /// What both know. Commutative, associative, and joining twice changes nothing.
    pub fn join(&mut self, other: Cell<T>) {
        other.0.into_iter().for_each(|(device, mark)| self.put(device, mark));
    }

    fn put(&mut self, device: DeviceId, mark: Mark<T>) {
        match self.0.entry(device) {
            Entry::Vacant(entry) => {
                entry.insert(mark);
            }
            Entry::Occupied(mut entry) if entry.get().order() < mark.order() => {
                entry.insert(mark);
            }
            Entry::Occupied(_) => {}
        }
    }

    /// Takes a write that stands out of it.
    pub(super) fn take(&mut self, version: Version) -> Option<T> {
        match self.0.entry(version.device) {
            Entry::Occupied(entry) if entry.get().0 == version.seq => entry.remove().1,
            _ => None,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes that nobody who saw them has written over.
    pub fn standing(&self) -> impl Iterator<Item = (Version, &T)> {
        self.0.iter().filter_map(|(device, Mark(seq, value))| {
            Some((Version { device: *device, seq: *seq }, value.as_ref()?))
        })
    }

    /// Every write that is known, also those that fell.
    pub fn known(&self) -> impl Iterator<Item = Version> {
        self.0.iter().map(|(device, Mark(seq, _))| Version { device: *device, seq: *seq })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Write = (u64, u64, Vec<(u64, u64)>);

    fn version((device, seq): (u64, u64)) -> Version {
        Version { device: DeviceId(device), seq }
    }

    // A write of one device and number says one thing, wherever it is met.
    fn cell(writes: Vec<Write>) -> Cell<u64> {
        let mut all = Cell::default();
        for (device, seq, replaced) in writes {
            let replaced: Vec<Version> = replaced.into_iter().map(version).collect();
            all.join(Cell::of(version((device, seq)), Some(device * 100 + seq), &replaced));
        }
        all
    }

    fn writes() -> impl Strategy<Value = Vec<Write>> {
        let replaced = prop::collection::vec((0..4_u64, 1..9_u64), 0..4);
        prop::collection::vec((0..4_u64, 1..9_u64, replaced), 0..9)
    }

    fn joined(mut one: Cell<u64>, other: &Cell<u64>) -> Cell<u64> {
        one.join(other.clone());
        one
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_join_is_commutative_associative_and_idempotent(a in writes(), b in writes(), c in writes()) {
            let (a, b, c) = (cell(a), cell(b), cell(c));
            prop_assert_eq!(joined(a.clone(), &b), joined(b.clone(), &a));
            prop_assert_eq!(joined(joined(a.clone(), &b), &c), joined(a.clone(), &joined(b, &c)));
            prop_assert_eq!(joined(a.clone(), &a), a);
        }

        #[test]
        fn a_write_falls_only_by_a_later_one_of_its_device_or_one_that_saw_it(writes in writes()) {
            let all = cell(writes.clone());
            for (device, seq, _) in &writes {
                let is_later = |d: &u64, s: &u64| d == device && s > seq;
                let falls = writes.iter().any(|(d, s, replaced)| {
                    is_later(d, s) || d != device && replaced.iter().any(|(d, s)| d == device && s >= seq)
                });
                let stands = all.standing().any(|(v, _)| v == version((*device, *seq)));
                prop_assert_eq!(stands, !falls);
            }
        }
    }
}
