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
    pub draft_id: String,
    /// What the draft holds from then on, changed in the same transaction; none removes it.
    #[ts(type = "Record<string, FieldValue> | null")]
    pub rest: Option<FieldMap>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TableSaveRes {
    pub saved: Vec<RecordSaveRes>,
}
