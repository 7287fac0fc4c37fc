//! Periods and figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::app::UnitDto;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodDto {
    /// `2018`, `2018-H1`, `2018-Q4`, `2018-11`.
    pub label: String,
    /// `month`, `quarter`, `half` or `year`.
    pub kind: String,
    pub first: String,
    pub last: String,
    pub due: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodListReq {
    pub calendar: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PeriodListRes {
    pub periods: Vec<PeriodDto>,
    /// Labels of the rows that today lies in, by kind.
    pub current: BTreeMap<String, String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnitMode {
    /// Each record in the unit that it was made in.
    Then,
    /// In today's units, through the lineage.
    Now,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FiguresReq {
    pub calendar: String,
    pub period: String,
    pub mode: UnitMode,
    /// All shown indicators when empty.
    pub indicators: Vec<String>,
    /// Only what counts at one place: `branch` or `hamlet`, and its value as in [`FiguresByPlaceRes`].
    #[serde(default)]
    #[ts(optional)]
    pub place_field: Option<String>,
    #[serde(default)]
    #[ts(optional)]
    pub place: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FiguresRes {
    pub period: PeriodDto,
    pub unit: UnitDto,
    pub figures: Vec<FigureDto>,
    /// The same period of the year before.
    pub before: Vec<FigureDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FigureDto {
    pub indicator: String,
    /// None when there is nothing to divide by.
    pub value: Option<f64>,
    /// Code of list `unit_of_measure`.
    pub unit: String,
    pub target: Option<f64>,
    /// 100 × value / target.
    pub percent: Option<f64>,
    /// Numerator and denominator of a ratio; women and men of a gap.
    pub parts: Option<FigureParts>,
    /// Field id → code (`""` when not given) → value.
    pub by: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FigureParts {
    pub a: f64,
    pub b: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FiguresByPlaceReq {
    pub calendar: String,
    pub period: String,
    pub mode: UnitMode,
    /// `branch` or `hamlet`.
    pub field: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FiguresByPlaceRes {
    /// Of all places together.
    pub whole: FiguresRes,
    /// By name; last what is of no place, when there is any. What counts units is not among their figures.
    pub places: Vec<PlaceFiguresDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PlaceFiguresDto {
    /// Empty for what is of no place.
    pub value: String,
    pub label: String,
    /// Dated in the period.
    pub n_records: u32,
    /// Without their parts.
    pub figures: Vec<FigureDto>,
    /// The same period of the year before.
    pub before: Vec<FigureDto>,
}
