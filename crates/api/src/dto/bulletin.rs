//! What the province said. TypeScript follows from these types.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum BulletinKindDto {
    Targets,
    Catalogue,
    Units,
    Calendars,
    Comment,
    /// A period of this commune was accepted.
    Accepted,
    /// A period was returned, to be looked at again.
    Returned,
    /// Only a newer program knows.
    Unknown,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulletinListReq {
    /// Comments and decisions only: what the officer has to read.
    pub words_only: bool,
    /// At most 500.
    pub limit: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulletinListRes {
    /// Newest first.
    pub bulletins: Vec<BulletinDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulletinDto {
    pub number: f64,
    /// By the province's clock.
    pub at_ms: f64,
    pub kind: BulletinKindDto,
    /// Empty when no person said it.
    pub author: String,
    /// Empty when there are no words.
    pub text: String,
    pub calendar: Option<String>,
    pub period: Option<String>,
    pub indicator: Option<String>,
    /// A record that may be of another PC, or gone.
    pub record: Option<String>,
    #[ts(type = "number | null")]
    pub reply_to: Option<f64>,
    /// Kept for a newer version of the program.
    pub for_newer_program: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RecordSaidRes {
    /// Newest first.
    pub said: Vec<BulletinDto>,
    /// Oldest first.
    pub answers: Vec<WordAnswerDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WordAnswerDto {
    /// Number of the word that it answers.
    pub reply_to: f64,
    pub text: String,
    pub at_ms: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WordAnswerReq {
    /// Of the word that it answers; none, as the period, when that is of no period.
    pub calendar: Option<String>,
    pub period: Option<String>,
    /// Number of the word that it answers.
    pub reply_to: f64,
    pub text: String,
}
