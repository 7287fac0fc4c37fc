//! Conflicts: what a person must decide, and the decision. TypeScript follows from these types.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::record::{ChangeOpDto, RecordNameDto};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ConflictAbout {
    /// Several values of one field.
    Field,
    /// One erased the record while another edited it; it is still there.
    Erase,
    /// The same, but the content was personal and is gone; the edit cannot be brought back.
    Destroyed,
    /// It gave way to another record, which was erased without knowing of that; it stands for itself again.
    Lost,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConflictListRes {
    /// By record and field.
    pub conflicts: Vec<ConflictDto>,
    /// Titles of the records that the values refer to, by id.
    pub titles: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConflictDto {
    /// The record's.
    pub id: String,
    pub short: String,
    pub kind: String,
    pub title: String,
    pub about: ConflictAbout,
    /// Field id, `#` and a number for one of a newer catalogue, or `record` for the whole record.
    pub field: String,
    pub shown: ConflictSideDto,
    /// Newest first.
    pub waiting: Vec<ConflictSideDto>,
    /// The erased record that this one had given way to.
    pub lost: Option<RecordNameDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConflictSideDto {
    /// Names this side when it is chosen.
    pub choice: String,
    /// Null when it emptied the field, and for the whole record.
    #[ts(type = "FieldValue")]
    pub value: Value,
    /// Empty when the name is not known on this PC.
    pub author: String,
    pub device: String,
    /// Made on this PC.
    pub own: bool,
    pub at_ms: f64,
    pub op: ChangeOpDto,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConflictResolveReq {
    pub id: String,
    pub field: String,
    /// The chosen side's `choice`.
    pub choice: String,
}
