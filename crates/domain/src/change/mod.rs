//! Changes, and what a record becomes by them. What is stored and sent follows from these types: see
//! docs/protocol.md before changing one.

mod cell;
pub mod element;
mod renumber;
pub mod same;
mod state;
mod terms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::hlc::Hlc;
use crate::id::{DeviceId, RecordId};
use crate::unit::UnitKey;
use crate::value::{FieldNum, Fields, KindNum, Value};

pub use cell::{Cell, Seen};
pub use renumber::Renumber;
pub use state::{Conflict, Erased, Merge, RecordState, Write, apply};
pub use terms::{Erasure, Ranks, Terms};

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
    /// New values; `None` empties a field. Numbers beyond those of fields tell elements, see [`element`].
    pub fields: BTreeMap<FieldNum, Option<Value>>,
    /// For each patched field, the versions that the officer saw, one a device at most; absent when it was
    /// empty and never set. Of an erase, under field 0, the newest change of each device that it saw; of a
    /// restore the erases that it takes back.
    pub replaces: BTreeMap<FieldNum, Vec<Version>>,
    /// Version of the catalogue that it was checked by.
    pub catalogue: u32,
    /// Why it was erased; personal.
    pub reason: Option<String>,
}

/// Stands for the whole record in `replaces`.
pub const WHOLE_RECORD: FieldNum = FieldNum(0);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    #[error("the record is not there yet")]
    Unknown,
    #[error("the record is of another kind")]
    OtherKind,
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

    #[test]
    fn the_difference_sets_and_empties() {
        let old = Fields::from([(NUM, Value::Int(1)), (FieldNum(5), Value::Bool(true))]);
        let new = Fields::from([(NUM, Value::Int(2))]);
        assert_eq!(diff(&old, &new), BTreeMap::from([(NUM, Some(Value::Int(2))), (FieldNum(5), None)]));
        assert!(diff(&new, &new).is_empty());
    }
}
