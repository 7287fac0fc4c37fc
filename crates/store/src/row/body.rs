//! The JSON that changes and records keep in one column each. Field names are one letter: they stand in
//! every row of the largest tables.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sohoi_domain::change::{Change, Merge, RecordState};
use sohoi_domain::{Day, DeviceId, FieldNum, Fields, Hlc, UnitKey, Value, Version};

use crate::error::{Fault, StoreError};

#[derive(Serialize, Deserialize)]
struct UnitBody(String, i32);

// Fields that one change wrote, under its version: most records have one or two such groups.
#[derive(Serialize, Deserialize)]
struct Group(DeviceId, u64, u64, Vec<FieldNum>);

/// What a change holds beside the columns of its row.
#[derive(Serialize, Deserialize)]
pub(crate) struct ChangeBody {
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    unit: Option<UnitBody>,
    #[serde(rename = "f", default, skip_serializing_if = "BTreeMap::is_empty")]
    fields: BTreeMap<FieldNum, Option<Value>>,
    #[serde(rename = "r", default, skip_serializing_if = "Vec::is_empty")]
    replaces: Vec<Group>,
    #[serde(rename = "c")]
    catalogue: u32,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

impl ChangeBody {
    pub fn fields(&self) -> &BTreeMap<FieldNum, Option<Value>> {
        &self.fields
    }

    pub fn of(change: &Change) -> ChangeBody {
        let versions = change
            .replaces
            .iter()
            .flat_map(|(num, replaced)| replaced.iter().map(|version| (*num, *version, Hlc(0))));
        ChangeBody {
            unit: change.unit.as_ref().map(|unit| UnitBody(unit.code.clone(), unit.valid_from.number())),
            fields: change.fields.clone(),
            replaces: group(versions),
            catalogue: change.catalogue,
            reason: change.reason.clone(),
        }
    }

    /// Gives the body back to a change whose columns are filled in.
    pub fn fill(self, change: &mut Change) {
        change.unit = self.unit.map(|unit| UnitKey { code: unit.0, valid_from: Day::from_number(unit.1) });
        change.fields = self.fields;
        for (num, version, _) in ungroup(self.replaces) {
            change.replaces.entry(num).or_default().push(version);
        }
        change.catalogue = self.catalogue;
        change.reason = self.reason;
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RecordBody {
    #[serde(rename = "f")]
    fields: Fields,
    #[serde(rename = "v")]
    versions: Vec<Group>,
    // Of a record that several devices have touched, or that was erased.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    merge: Option<Merge>,
}

impl RecordBody {
    pub fn of(state: &RecordState) -> RecordBody {
        let versions = state.versions.iter().map(|(num, (version, hlc))| (*num, *version, *hlc));
        let merge = (state.merge != Merge::plain(state.last.0)).then(|| state.merge.clone());
        RecordBody { fields: state.fields.clone(), versions: group(versions), merge }
    }

    /// Gives the body back to a record whose columns are filled in.
    pub fn fill(self, state: &mut RecordState) {
        state.fields = self.fields;
        state.versions = ungroup(self.versions).map(|(num, version, hlc)| (num, (version, hlc))).collect();
        state.merge = self.merge.unwrap_or_else(|| Merge::plain(state.last.0));
    }
}

fn group(versions: impl Iterator<Item = (FieldNum, Version, Hlc)>) -> Vec<Group> {
    let mut groups: BTreeMap<(Version, Hlc), Vec<FieldNum>> = BTreeMap::new();
    for (num, version, hlc) in versions {
        groups.entry((version, hlc)).or_default().push(num);
    }
    groups.into_iter().map(|((v, hlc), nums)| Group(v.device, v.seq, hlc.0, nums)).collect()
}

fn ungroup(groups: Vec<Group>) -> impl Iterator<Item = (FieldNum, Version, Hlc)> {
    groups.into_iter().flat_map(|Group(device, seq, hlc, nums)| {
        nums.into_iter().map(move |num| (num, Version { device, seq }, Hlc(hlc)))
    })
}

pub(crate) fn to_json(body: &impl Serialize) -> String {
    serde_json::to_string(body).expect("maps with number keys are JSON")
}

pub(crate) fn from_json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Fault(Fault::StoredRow))
}
