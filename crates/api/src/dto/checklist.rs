//! A sitting: the households of a place, with what each was found to reach.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::record::FieldMap;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChecklistPlacesReq {
    /// A kind with a set of criteria.
    pub kind: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChecklistPlacesRes {
    /// By field, in the order of the Vietnamese alphabet; the one that is not known last.
    pub places: Vec<ChecklistPlaceDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChecklistPlaceDto {
    /// Field of what is assessed that says where it is.
    pub field: String,
    pub value: String,
    /// Empty for those of which the place is not known.
    pub label: String,
    pub n: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChecklistReq {
    pub kind: String,
    /// As in [`ChecklistPlaceDto`].
    pub field: String,
    pub value: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChecklistRes {
    /// People by given name; at most 500.
    pub rows: Vec<ChecklistRowDto>,
    pub n_total: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChecklistRowDto {
    pub id: String,
    pub title: String,
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
    /// Of all years, newest first.
    pub assessments: Vec<AssessmentDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AssessmentDto {
    pub id: String,
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
}
