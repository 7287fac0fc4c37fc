//! Changes, and what a record becomes by them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hlc::Hlc;
use crate::id::{DeviceId, RecordId};
use crate::unit::UnitKey;
use crate::value::{FieldNum, Fields, KindNum, Value};

/// Which change wrote a field: its device and number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Version {
    pub device: DeviceId,
    pub seq: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    Create,
    Patch,
    Erase,
    Restore,
}

/// One step in the life of a record, as one device logged it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Running number on its device, from 1 without gaps.
    pub seq: u64,
    pub hlc: Hlc,
    /// Number of the officer on that device; her name stays in the commune.
    pub author: u32,
    pub record: RecordId,
    pub kind: KindNum,
    pub op: Op,
    /// Unit that the record is for; only on `Create`.
    pub unit: Option<UnitKey>,
    /// New values; `None` empties a field.
    pub fields: BTreeMap<FieldNum, Option<Value>>,
    /// For each patched field, the version that the officer saw; absent when it was empty and never set.
    /// An erase or restore names the record's last version under field 0.
    pub replaces: BTreeMap<FieldNum, Version>,
    /// Version of the catalogue that it was checked by.
    pub catalogue: u32,
    /// Why it was erased; personal.
    pub reason: Option<String>,
}

/// Stands for the whole record in `replaces`.
pub const WHOLE_RECORD: FieldNum = FieldNum(0);

/// A record as its changes left it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    pub id: RecordId,
    pub kind: KindNum,
    pub unit: UnitKey,
    pub fields: Fields,
    /// Who set each field, also emptied ones.
    pub versions: BTreeMap<FieldNum, (Version, Hlc)>,
    pub erased: bool,
    /// Version and stamp of the newest change.
    pub last: (Version, Hlc),
    pub catalogue: u32,
}

/// Two edits of one field, neither of which saw the other. One shows, the other waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    pub field: FieldNum,
    pub waiting: Option<Value>,
    pub waiting_version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    #[error("the record is not there yet")]
    Unknown,
    #[error("the record is there already")]
    Exists,
    #[error("a new record has no unit")]
    NoUnit,
    #[error("the record is of another kind")]
    OtherKind,
}

/// Takes one change into a record. Causality first, clock second: a patch that saw the current value wins,
/// whatever any clock says; of two that did not see each other the newer shows.
///
/// # Errors
/// When the change cannot follow on the state at all.
pub fn apply(
    state: Option<RecordState>,
    change: &Change,
    device: DeviceId,
) -> Result<(RecordState, Vec<Conflict>), ApplyError> {
    let version = Version { device, seq: change.seq };
    let Some(mut state) = state else {
        return create(change, version).map(|state| (state, Vec::new()));
    };
    if state.kind != change.kind {
        return Err(ApplyError::OtherKind);
    }
    let mut conflicts = Vec::new();
    match change.op {
        Op::Create => return Err(ApplyError::Exists),
        Op::Patch => {
            for (field, value) in &change.fields {
                conflicts.extend(patch(&mut state, change, version, *field, value.clone()));
            }
            // An edit that did not see the erasure survives it.
            let seen = state.last.1 < change.hlc;
            state.erased = state.erased && seen;
        }
        Op::Erase => {
            let saw_all = change.replaces.get(&WHOLE_RECORD).is_none_or(|seen| *seen == state.last.0);
            state.erased = saw_all || state.last.1 < change.hlc;
        }
        Op::Restore => state.erased = false,
    }
    if state.last.1 < change.hlc || state.last.0.device == device {
        state.last = (version, change.hlc);
    }
    Ok((state, conflicts))
}

fn create(change: &Change, version: Version) -> Result<RecordState, ApplyError> {
    if change.op != Op::Create {
        return Err(ApplyError::Unknown);
    }
    let unit = change.unit.clone().ok_or(ApplyError::NoUnit)?;
    let fields = change.fields.iter().filter_map(|(num, value)| Some((*num, value.clone()?))).collect();
    let versions = change.fields.keys().map(|num| (*num, (version, change.hlc))).collect();
    Ok(RecordState {
        id: change.record,
        kind: change.kind,
        unit,
        fields,
        versions,
        erased: false,
        last: (version, change.hlc),
        catalogue: change.catalogue,
    })
}

fn patch(
    state: &mut RecordState,
    change: &Change,
    version: Version,
    field: FieldNum,
    value: Option<Value>,
) -> Option<Conflict> {
    let current = state.versions.get(&field).copied();
    let seen = change.replaces.get(&field).copied();
    let same = state.fields.get(&field) == value.as_ref();
    let (conflict, take) = match (current, seen) {
        (None, _) => (None, true),
        (Some((mine, _)), Some(base)) if base == mine => (None, true),
        (Some((_, at)), _) if same => (None, at < change.hlc),
        (Some((mine, at)), _) if at < change.hlc => {
            let waiting = state.fields.get(&field).cloned();
            (Some(Conflict { field, waiting, waiting_version: mine }), true)
        }
        (Some(_), _) => (Some(Conflict { field, waiting: value.clone(), waiting_version: version }), false),
    };
    if take {
        match value {
            Some(value) => state.fields.insert(field, value),
            None => state.fields.remove(&field),
        };
        state.versions.insert(field, (version, change.hlc));
    }
    conflict
}

/// What must be patched to make `new` of `old`.
pub fn diff(old: &Fields, new: &Fields) -> BTreeMap<FieldNum, Option<Value>> {
    let gone = old.keys().filter(|num| !new.contains_key(num)).map(|num| (*num, None));
    let set = new.iter().filter(|(num, value)| old.get(num) != Some(value));
    gone.chain(set.map(|(num, value)| (*num, Some(value.clone())))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NUM: FieldNum = FieldNum(4);

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

    fn created() -> RecordState {
        let (mut first, device) = change(1, 1, 10, Op::Create);
        first.fields.insert(NUM, Some(Value::Int(20)));
        apply(None, &first, device).expect("a new record").0
    }

    fn patch_to(device: u64, seq: u64, hlc: u64, value: i64, base: Option<(u64, u64)>) -> (Change, DeviceId) {
        let (mut patch, id) = change(device, seq, hlc, Op::Patch);
        patch.fields.insert(NUM, Some(Value::Int(value)));
        if let Some((device, seq)) = base {
            patch.replaces.insert(NUM, Version { device: DeviceId(device), seq });
        }
        (patch, id)
    }

    #[test]
    fn a_patch_that_saw_the_value_wins_whatever_its_clock_says() {
        let (patch, device) = patch_to(2, 1, 1, 25, Some((1, 1)));
        let (state, conflicts) = apply(Some(created()), &patch, device).expect("it applies");
        assert_eq!((state.fields.get(&NUM), conflicts.len()), (Some(&Value::Int(25)), 0));
    }

    #[test]
    fn of_two_edits_that_did_not_see_each_other_both_values_are_kept() {
        let (first, a) = patch_to(2, 1, 20, 25, Some((1, 1)));
        let (second, b) = patch_to(3, 1, 30, 27, Some((1, 1)));
        for (one, other) in [((&first, a), (&second, b)), ((&second, b), (&first, a))] {
            let (state, _) = apply(Some(created()), one.0, one.1).expect("it applies");
            let (state, conflicts) = apply(Some(state), other.0, other.1).expect("it applies");
            assert_eq!(state.fields.get(&NUM), Some(&Value::Int(27)));
            assert_eq!(conflicts.iter().map(|c| &c.waiting).collect::<Vec<_>>(), [&Some(Value::Int(25))]);
        }
    }

    #[test]
    fn an_erased_record_can_be_restored() {
        let (erase, device) = change(1, 2, 20, Op::Erase);
        let (state, _) = apply(Some(created()), &erase, device).expect("it applies");
        assert!(state.erased);
        let (restore, device) = change(1, 3, 30, Op::Restore);
        assert!(!apply(Some(state), &restore, device).expect("it applies").0.erased);
    }

    #[test]
    fn a_patch_of_an_unknown_record_waits() {
        let (patch, device) = patch_to(2, 1, 1, 25, None);
        assert_eq!(apply(None, &patch, device).map(|_| ()), Err(ApplyError::Unknown));
    }

    #[test]
    fn the_difference_sets_and_empties() {
        let old = Fields::from([(NUM, Value::Int(1)), (FieldNum(5), Value::Bool(true))]);
        let new = Fields::from([(NUM, Value::Int(2))]);
        assert_eq!(diff(&old, &new), BTreeMap::from([(NUM, Some(Value::Int(2))), (FieldNum(5), None)]));
        assert!(diff(&new, &new).is_empty());
    }
}
