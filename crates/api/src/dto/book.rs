//! A kind of record as a book: its rows at one place, and what they come to together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::checklist::ChecklistPlaceDto;
use super::record::FieldMap;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BookReq {
    pub kind: String,
    /// A field that says where something is, `hamlet` or `branch`, and its value as in [`ChecklistPlaceDto`].
    pub place_field: Option<String>,
    pub place: Option<String>,
    /// Codes by field, `true` and `false` for yes and no, empty for what is not given.
    pub marks: BTreeMap<String, String>,
    pub calendar: Option<String>,
    pub period: Option<String>,
    /// A code or yes/no field by which ages are counted apart as well.
    #[serde(default)]
    #[ts(optional)]
    pub ages_by: Option<String>,
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BookRes {
    /// People by given name; what happened, the newest first.
    pub rows: Vec<BookRowDto>,
    pub n_total: u32,
    /// Titles of the records that the rows refer to, by id.
    pub titles: BTreeMap<String, String>,
    /// Of every place what the other conditions leave.
    pub places: Vec<BookPlaceDto>,
    /// Of every code and yes/no field.
    pub tallies: Vec<TallyDto>,
    /// Bands of ten years, the youngest first; of a kind without a year of birth none.
    pub ages: Vec<AgeDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BookRowDto {
    pub id: String,
    pub title: String,
    pub day: String,
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BookPlaceDto {
    pub place: ChecklistPlaceDto,
    pub tallies: Vec<TallyDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TallyDto {
    pub field: String,
    /// By code, `true` or `false`; what is not given is under an empty one.
    pub counts: BTreeMap<String, u32>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AgeDto {
    /// None is not known.
    pub from: Option<u32>,
    pub n: u32,
    /// By code of the field that was asked for; what is not given is under an empty one.
    pub by: BTreeMap<String, u32>,
}
