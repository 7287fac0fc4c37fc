//! What the UI can say and hear. One file a noun; TypeScript is generated from these types.
//!
//! Whole numbers that can pass 2^53 do not occur: money is at most 10^15 đồng. Times are milliseconds
//! since 1970 in UTC, days are `YYYY-MM-DD`, ids are UUID strings.

pub mod app;
pub mod book;
pub mod bulletin;
pub mod catalogue;
pub mod checklist;
pub mod conflict;
pub mod connected;
pub mod figure;
pub mod period;
pub mod photo;
pub mod record;
pub mod sync;
pub mod table;
pub mod undo;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A label or sentence of the catalogue in both languages.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct Words {
    pub vi: String,
    pub en: String,
}

/// A request without content.
#[derive(Clone, Debug, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// One of several commands in one request.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct Asked {
    pub command: String,
    #[ts(type = "unknown")]
    pub request: serde_json::Value,
}

/// What one of several commands answered, in the place where it was asked.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    Ok(#[ts(type = "unknown")] serde_json::Value),
    Error(ErrorBody),
}

/// A refused or failed command: a code the UI has words for, and the facts those words need.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ErrorBody {
    pub code: String,
    #[ts(type = "Record<string, string | number>")]
    pub params: serde_json::Map<String, serde_json::Value>,
    /// Number the officer can read out; it is in the log beside the cause.
    pub incident: String,
}
