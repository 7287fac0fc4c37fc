//! Records, drafts, what is wrong with one, and its history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

use super::Words;
use super::app::UnitDto;

/// Field values by field id. Dates are `YYYY-MM-DD`, money whole đồng, references UUIDs, a decimal a number,
/// lines a list of maps.
pub type FieldMap = BTreeMap<String, Value>;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordListReq {
    pub kind: Option<String>,
    /// Free text; folded, so that `hue` finds `Huế`.
    pub search: Option<String>,
    /// Label of a period, such as `2018-Q4`, in `calendar`.
    pub period: Option<String>,
    pub calendar: Option<String>,
    /// Records that count for this indicator in the period.
    pub indicator: Option<String>,
    /// Of these the ones that the figure counts under a code of one of its dimensions.
    #[serde(default)]
    #[ts(optional)]
    pub part_field: Option<String>,
    /// Empty for what is not given.
    #[serde(default)]
    #[ts(optional)]
    pub part: Option<String>,
    /// Those at one place: `branch` or `hamlet`, and its value as the figures by place have it.
    #[serde(default)]
    #[ts(optional)]
    pub place_field: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub place: Option<String>,
    /// Conditions on fields of `kind`, all of which must hold; at most 16.
    #[serde(default)]
    #[ts(optional)]
    pub filters: Option<Vec<FilterDto>>,
    /// `title`, `day` or the id of a field, with `-` before it the other way round; the newest day first when absent.
    #[serde(default)]
    #[ts(optional)]
    pub sort: Option<String>,
    pub offset: u32,
    /// At most 500.
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FilterOpDto {
    /// One of the values.
    Is,
    IsNot,
    /// From the first value to the second; either may be null.
    Between,
    /// Of a text: has these words, each by its beginning.
    Has,
    Empty,
    Given,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FilterDto {
    pub field: String,
    pub op: FilterOpDto,
    /// At most 64.
    #[ts(type = "Array<string | number | boolean | null>")]
    pub values: Vec<Value>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordListRes {
    pub rows: Vec<RecordRowDto>,
    /// Rows that match in all.
    pub n_total: u32,
    /// Titles of the records that the rows refer to, by id.
    pub titles: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordRowDto {
    pub id: String,
    /// Code short enough to read over the phone.
    pub short: String,
    pub kind: String,
    pub day: String,
    pub title: String,
    /// Only the kind's list columns.
    #[ts(type = "Record<string, FieldValue>")]
    pub columns: FieldMap,
    /// True when a receipt of the hub covers every change of it.
    pub received: bool,
    pub n_conflicts: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordIdReq {
    pub id: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordDto {
    pub id: String,
    pub short: String,
    pub kind: String,
    pub unit: UnitDto,
    pub day: String,
    pub title: String,
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
    /// Ids of fields that do not apply with these values.
    pub hidden: Vec<String>,
    /// Titles of the records it refers to, by id.
    pub titles: BTreeMap<String, String>,
    pub erased: bool,
    /// Erased for good: its content was personal and is gone.
    pub destroyed: bool,
    pub received: bool,
    pub author: String,
    pub created_at_ms: f64,
    pub changed_at_ms: f64,
    pub n_conflicts: u32,
    /// References to records that are not there, or not any more.
    pub missing: Vec<MissingDto>,
    /// The record that is shown in the place of this one.
    pub kept: Option<RecordNameDto>,
    /// Records that gave way to this one and are shown as part of it.
    pub given_way: Vec<RecordNameDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordNameDto {
    pub id: String,
    pub short: String,
    pub title: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordMergeReq {
    /// Gives way to `kept`.
    pub id: String,
    pub kept: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MissingWhy {
    /// Not here, or not here yet.
    Absent,
    Erased,
    OtherKind,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MissingDto {
    /// Field id, or `lines_field.row.column` with rows from 0.
    pub path: String,
    pub id: String,
    pub why: MissingWhy,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordCheckReq {
    pub kind: String,
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
    /// Set when a stored record is being edited.
    pub id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordCheckRes {
    pub issues: Vec<IssueDto>,
    /// Fields that do not apply with these values and are not shown.
    pub hidden: Vec<String>,
    /// Stored records that may be the same one, at most 5.
    pub alike: Vec<RecordRowDto>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum IssueLevel {
    Error,
    Warning,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct IssueDto {
    /// Field id, or `lines_field.row.column` with rows from 0; none when it concerns the whole record.
    pub field: Option<String>,
    pub level: IssueLevel,
    /// `record.required`, `record.too_long`, `record.out_of_range`, `record.rule` …
    pub code: String,
    #[ts(type = "Record<string, string | number>")]
    pub params: serde_json::Map<String, Value>,
    /// The sentence of a catalogue rule; other codes have their words in the UI.
    pub message: Option<Words>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordSaveReq {
    /// None makes a new record.
    pub id: Option<String>,
    pub kind: String,
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
    /// Of a stored record, what the named fields held before they were changed: what came meanwhile is not lost then.
    #[ts(type = "Record<string, FieldValue> | null")]
    pub base: Option<FieldMap>,
    /// Draft that this settles; removed in the same transaction.
    pub draft_id: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordSaveRes {
    pub id: String,
    pub short: String,
    /// Ids of the fields that changed; empty when nothing did.
    pub changed: Vec<String>,
    /// What changed with it in other records: a person's status follows the moves.
    pub followed: Vec<FollowedDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FollowedDto {
    pub id: String,
    pub title: String,
    /// Ids of its kind and of the field.
    pub kind: String,
    pub field: String,
    /// The code that the field holds now.
    pub code: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordEraseReq {
    pub id: String,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordHistoryRes {
    /// Newest first.
    pub changes: Vec<ChangeDto>,
    pub titles: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChangeOpDto {
    Create,
    Patch,
    Erase,
    Restore,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChangeDto {
    pub seq: u32,
    pub device: String,
    /// Made on this PC.
    pub own: bool,
    pub author: String,
    pub at_ms: f64,
    pub op: ChangeOpDto,
    pub fields: Vec<FieldChangeDto>,
    /// Why, of an erasure.
    pub reason: Option<String>,
    pub received: bool,
    /// What it says of which record stands for which. Another record said so when that gave way to this one.
    pub links: Vec<LinkDto>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkHow {
    /// This record gave way to the other.
    GaveWay,
    /// That was taken back.
    Parted,
    /// The other gave way to this one.
    TookIn,
    /// That was taken back.
    LetGo,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LinkDto {
    pub how: LinkHow,
    pub other: RecordNameDto,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FieldChangeDto {
    pub field: String,
    #[ts(type = "FieldValue")]
    pub before: Value,
    #[ts(type = "FieldValue")]
    pub after: Value,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DraftDto {
    pub id: String,
    pub kind: String,
    /// The stored record that is being edited.
    pub record_id: Option<String>,
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
    pub title: String,
    pub saved_at_ms: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DraftSaveReq {
    /// Made by the UI (any UUID), so that saving twice is one draft.
    pub id: String,
    pub kind: String,
    pub record_id: Option<String>,
    /// As typed; unchecked.
    #[ts(type = "Record<string, FieldValue>")]
    pub fields: FieldMap,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DraftListRes {
    pub drafts: Vec<DraftDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DraftDiscardReq {
    pub id: String,
}
