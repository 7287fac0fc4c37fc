//! Periods as they are closed. TypeScript follows from these types.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::bulletin::{BulletinDto, WordAnswerDto};
use super::figure::{FigureDto, PeriodDto};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PeriodStateName {
    /// Nothing was submitted.
    Draft,
    /// Signed, and not at the province yet.
    Submitted,
    /// The province has signed for it.
    Received,
    Accepted,
    Returned,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodStateDto {
    /// Label of the period.
    pub period: String,
    pub calendar: String,
    pub state: PeriodStateName,
    /// Of the newest submission.
    pub digest: Option<String>,
    /// 1 for the first submission, from 2 on amendments; 0 before the first.
    pub number: u32,
    pub submitted_at_ms: Option<f64>,
    pub days: PeriodDto,
    /// From today to the day it is due; negative when that is over.
    pub days_left: i32,
    /// Records of the period that changed since the newest submission.
    pub n_changed: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodStatesReq {
    pub calendar: String,
    pub year: i16,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodStatesRes {
    pub periods: Vec<PeriodStateDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodsListedReq {
    pub calendar: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodReq {
    pub calendar: String,
    pub period: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodSubmitReq {
    pub calendar: String,
    pub period: String,
    pub note: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodClosedRes {
    pub periods: Vec<PeriodClosedDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodClosedDto {
    pub calendar: String,
    pub period: String,
    pub first: String,
    pub last: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChecklistDto {
    pub drafts: CheckLineDto,
    pub warnings: CheckLineDto,
    pub silent_branches: CheckLineDto,
    /// Branches that stood in the period.
    pub n_branches: u32,
    /// Active members whom the newest of their moves does not count, or who have none, whatever the period.
    pub uncounted: CheckLineDto,
    pub conflicts: CheckLineDto,
    /// Records that look like another one of the period.
    pub alike: CheckLineDto,
    /// Codes of figures that stand out beside the year before.
    pub odd: Vec<String>,
    pub n_records: u32,
    pub n_unsent: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckLineDto {
    pub n: u32,
    /// The first of them.
    pub first: Vec<CheckNameDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CheckNameDto {
    /// None for a draft of a new record.
    pub id: Option<String>,
    pub kind: String,
    /// Id of a draft.
    pub draft: Option<String>,
    pub title: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SubmissionDto {
    pub number: u32,
    pub state: PeriodStateName,
    pub digest: String,
    pub at_ms: f64,
    /// Empty when the name is not known here.
    pub officer: String,
    pub note: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AmendmentDto {
    pub indicator: String,
    /// As it was submitted.
    pub old: Option<f64>,
    pub new: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AmendedHow {
    Added,
    Edited,
    Erased,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ChangedRecordDto {
    pub id: String,
    pub title: String,
    pub how: AmendedHow,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodClosingRes {
    pub state: PeriodStateDto,
    pub figures: Vec<FigureDto>,
    /// The same period of the year before.
    pub before: Vec<FigureDto>,
    pub checklist: ChecklistDto,
    /// The newest first.
    pub submissions: Vec<SubmissionDto>,
    /// Figures that stand otherwise than in the newest submission.
    pub amended: Vec<AmendmentDto>,
    /// The first of the records that changed since; `state.n_changed` are all.
    pub changed: Vec<ChangedRecordDto>,
    /// What the province said of this period, the newest first.
    pub said: Vec<BulletinDto>,
    /// The oldest first.
    pub answers: Vec<WordAnswerDto>,
}
