//! The catalogue as the UI draws forms, lists and progress from it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Words;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CatalogueRes {
    pub version: u32,
    pub digest: String,
    pub kinds: Vec<KindDto>,
    pub lists: Vec<ListDto>,
    pub indicators: Vec<IndicatorDto>,
    pub calendars: Vec<CalendarDto>,
    pub criteria_sets: Vec<CriteriaSetDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct KindDto {
    pub id: String,
    /// Code of list `kind_group`; navigation is grouped by it.
    pub group: String,
    pub nature: String,
    pub label: Words,
    pub plural: Words,
    pub help: Words,
    pub date_field: String,
    /// Ids of the fields shown as title, and as further columns of the list.
    pub title: Vec<String>,
    pub columns: Vec<String>,
    /// In the order of the form; common fields last.
    pub fields: Vec<FieldDto>,
    /// True when any field is personal: those leave the PC only sealed.
    pub has_personal: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldTypeDto {
    Text,
    LongText,
    Integer,
    Decimal,
    Money,
    Date,
    Year,
    Bool,
    Code,
    Codes,
    Ref,
    Lines,
    /// Names of photos; `photo_show` has the pictures.
    Photos,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FieldDto {
    pub id: String,
    #[serde(rename = "type")]
    pub field_type: FieldTypeDto,
    pub label: Words,
    pub help: Words,
    pub required: bool,
    pub personal: bool,
    pub min: Option<f64>,
    pub max: Option<f64>,
    pub max_len: Option<u32>,
    /// Digits after the decimal comma of a `decimal`.
    pub scale: u32,
    /// Code of list `unit_of_measure`.
    pub unit: Option<String>,
    /// Code list of a `code` or `codes`.
    pub list: Option<String>,
    /// Kind that a `ref` points at.
    pub ref_kind: Option<String>,
    #[ts(type = "FieldValue")]
    pub default: serde_json::Value,
    /// Columns of `lines`.
    pub columns: Vec<FieldDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListDto {
    pub id: String,
    pub label: Words,
    pub items: Vec<ListItemDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ListItemDto {
    pub code: String,
    pub label: Words,
    pub parent: Option<String>,
    pub aliases: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct IndicatorDto {
    pub code: String,
    pub label: Words,
    /// Code of list `unit_of_measure`.
    pub unit: String,
    /// `count`, `sum`, `distinct`, `net`, `ratio` or `gap`.
    pub measure: String,
    /// `flow`, `stock_end` or `stock_active`.
    pub time: String,
    pub task: String,
    /// The kind whose records it counts; none for a ratio or gap.
    pub kind: Option<String>,
    /// Field ids it can be split by.
    pub by: Vec<DimensionDto>,
    /// Codes of the indicators that a ratio or a gap is made of, or whose reporting units are counted.
    #[serde(default)]
    #[ts(optional)]
    pub of: Option<Vec<String>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DimensionDto {
    pub field: String,
    pub label: Words,
    /// Code list of its values; none for yes/no.
    pub list: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CalendarDto {
    pub id: String,
    pub label: Words,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CriteriaSetDto {
    pub id: String,
    pub label: Words,
    pub valid_from: String,
    pub valid_to: Option<String>,
    pub is_default: bool,
    /// Codes of list `criterion`, in order.
    pub criteria: Vec<String>,
}
