//! What refers to a record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::record::RecordRowDto;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordConnectedReq {
    pub id: String,
    /// None is every kind.
    pub kind: Option<String>,
    pub offset: u32,
    /// Of each kind; at most 500.
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordConnectedRes {
    pub groups: Vec<ConnectedKindDto>,
    /// Titles of the records that the rows refer to, by id.
    pub titles: BTreeMap<String, String>,
    /// Of a household its poverty class as records said, oldest first.
    pub states: Vec<StateDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ConnectedKindDto {
    pub kind: String,
    pub n_total: u32,
    /// Newest day first.
    pub rows: Vec<RecordRowDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct StateDto {
    pub day: String,
    /// Code of list `poverty_class`.
    pub code: String,
    /// The record that says so.
    pub record: String,
}
