//! Many records of one kind, as the rows of a table.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::record::{FieldMap, RecordCheckRes, RecordSaveRes};

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TableCheckReq {
    pub kind: String,
    /// At most 500.
    #[ts(type = "Array<Record<string, FieldValue>>")]
    pub rows: Vec<FieldMap>,
    /// By row the stored record that it changes; a row beyond the end makes a new one.
    #[serde(default)]
    pub ids: Vec<Option<String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TableCheckRes {
    /// One for each row, in order.
    pub rows: Vec<RecordCheckRes>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TableSaveReq {
    pub kind: String,
    /// Saved all or none; at most 500.
    #[ts(type = "Array<Record<string, FieldValue>>")]
    pub rows: Vec<FieldMap>,
    /// By row the stored record that it changes; a row beyond the end makes a new one.
    #[serde(default)]
    pub ids: Vec<Option<String>>,
    pub draft_id: String,
    /// What the draft holds from then on, changed in the same transaction; none removes it.
    #[ts(type = "Record<string, FieldValue> | null")]
    pub rest: Option<FieldMap>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TableSaveRes {
    pub saved: Vec<RecordSaveRes>,
}
