//! First start, unlocking, settings, and what the home page shows.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::figure::{FigureDto, PeriodDto};
use super::record::DraftDto;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RegisterState {
    /// No register in this folder: first start.
    Absent,
    Locked,
    Open,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AppState {
    pub state: RegisterState,
    pub version: String,
    /// Shown on the lock screen, so that an officer sees whose register this is.
    pub unit: Option<UnitDto>,
    /// Today, as well as it is known.
    pub today: String,
    pub clock: ClockDto,
    /// Seconds to wait before another PIN is tried; 0 when none.
    #[ts(type = "number")]
    pub pin_wait_s: u32,
    pub settings: SettingsDto,
    /// What the program has to say of a fault that it could not tell of when it happened.
    pub fault: Option<FaultDto>,
    /// A recovery code was made, and nobody has said that it is on paper.
    pub lacks_recovery: bool,
    /// Set while the sample is shown in the place of the commune's own register.
    pub sample: Option<SampleDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SampleDto {
    /// Step of the tour that comes next, from 0.
    pub step: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SampleOpenReq {
    /// As the page shows them now.
    pub settings: SettingsDto,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SampleStepReq {
    pub step: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FaultDto {
    /// `app.fault`: the program ended. `app.page_ended`: the page was lost and has been opened again.
    pub code: String,
    pub incident: String,
    #[ts(type = "number")]
    pub at_ms: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SupportSaveReq {
    /// Folder for the file; the register's own when absent.
    pub folder: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SupportSaveRes {
    pub name: String,
    pub file: String,
    #[ts(type = "number")]
    pub n_bytes: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClockDoubt {
    None,
    /// The PC shows a day that has passed for certain.
    Behind,
    /// The PC shows a day too far ahead to be believed.
    Ahead,
    CorrectedByHub,
    CorrectedByOfficer,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ClockDto {
    pub doubt: ClockDoubt,
    /// The day that the PC itself shows.
    pub shown_day: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ClockSetReq {
    /// The day that it is.
    pub today: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UnitDto {
    pub code: String,
    pub valid_from: String,
    pub name: String,
    /// The level above as of that day, to tell two communes of one name apart.
    pub parent: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UnitListReq {
    /// Day the units must be valid on; today when absent.
    pub on: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RegisterCreateReq {
    pub unit_code: String,
    pub on: Option<String>,
    pub officer: String,
    pub pin: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RegisterCreateRes {
    pub device: String,
    pub unit: UnitDto,
    /// Shown once, to print or write down; opens the register when the PIN is forgotten.
    pub recovery_code: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct UnlockReq {
    pub pin: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecoverReq {
    pub recovery_code: String,
    pub new_pin: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PinChangeReq {
    pub old_pin: String,
    pub new_pin: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecoveryNewReq {
    pub pin: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PairShowReq {
    pub pin: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PairShowRes {
    /// Eight groups of four letters, to be read out to the commune's second PC.
    pub code: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PairJoinReq {
    pub code: String,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SettingsDto {
    /// `vi` or `en`.
    pub language: String,
    /// Id of the calendar that home and progress open with.
    pub calendar: String,
    /// `system`, `light` or `dark`.
    pub theme: String,
    /// Percent of the normal text size: 100, 115, 130 or 150.
    pub text_percent: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HomeReq {}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct KindCount {
    pub kind: String,
    pub n_records: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct HomeRes {
    pub unit: UnitDto,
    pub officer: String,
    /// The month and the year of today in the chosen calendar.
    pub month: PeriodDto,
    pub year: PeriodDto,
    /// Records dated in the month, by kind; kinds without any are left out.
    pub recorded: Vec<KindCount>,
    /// All of these together.
    pub n_records: u32,
    /// Indicators with a target in the year.
    pub figures: Vec<FigureDto>,
    pub drafts: Vec<DraftDto>,
    pub n_unsent: u32,
    pub n_conflicts: u32,
    #[ts(type = "number | null")]
    pub last_receipt_at_ms: Option<f64>,
    pub backup_age_days: Option<u32>,
    /// What a bad disk did to the last saves before a cut, until `lost_saves_seen`.
    pub lost_saves: Option<LostSavesDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct LostSavesDto {
    /// Saves that cannot be read, of drafts too. With none the fault was set right.
    pub n: u32,
    #[ts(type = "number")]
    pub found_at_ms: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct VerifyRes {
    pub ok: bool,
    pub n_records: u32,
    pub n_changes: u32,
    /// Codes and ids, never contents.
    pub differences: Vec<String>,
}
