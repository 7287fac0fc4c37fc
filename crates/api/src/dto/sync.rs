//! Enrolment, the one button, and the same by file.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EnrolReq {
    /// Text of the enrolment file, or none when hub and code are typed.
    pub file: Option<String>,
    pub hub_url: Option<String>,
    pub code: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EnrolRes {
    /// Address of the hub.
    pub hub: String,
    pub unit: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncOutcome {
    /// The hub has signed for every change.
    UpToDate,
    /// Some of it was received; the rest goes next time.
    Partial,
    /// The hub was not reached; nothing changed.
    Offline,
    Cancelled,
}

/// What is known without a network.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SyncStatusRes {
    pub hub: Option<String>,
    /// Changes that this PC has made, as it is numbered now.
    pub n_own_changes: u32,
    pub n_unsent: u32,
    pub n_receipted: u32,
    /// Photos that the hub has not signed for.
    pub n_photos_unsent: u32,
    #[ts(type = "number")]
    pub photo_bytes_unsent: f64,
    /// Photos of other PCs that have not come yet.
    pub n_photos_lacking: u32,
    pub n_conflicts: u32,
    #[ts(type = "number | null")]
    pub last_receipt_at_ms: Option<f64>,
    pub running: bool,
    /// What the province said that only a newer version of the program understands; it is kept.
    pub n_for_newer_program: u32,
    /// Version of the catalogue that is worked with.
    pub catalogue: u32,
    /// The province published a newer one that this version of the program cannot read.
    pub behind_catalogue: bool,
    /// Since when this PC goes by a number of its own, because its register was copied or restored from a
    /// backup; null on every other PC.
    #[ts(type = "number | null")]
    pub renewed_at_ms: Option<f64>,
    /// Newest first, at most 20.
    pub receipts: Vec<ReceiptDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReceiptDto {
    /// To be read out to the province, which finds the receipt by it.
    pub number: String,
    pub first_seq: u32,
    pub n_changes: u32,
    /// The hub's own time.
    pub at_ms: f64,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SyncRes {
    pub outcome: SyncOutcome,
    pub n_changes_sent: u32,
    pub n_batches_sent: u32,
    pub bytes_sent: u32,
    pub bytes_received: u32,
    /// Batches of the commune's other PCs that came down.
    pub n_batches_pulled: u32,
    /// What the province said that was new here.
    pub n_bulletins: u32,
    /// Other PCs of the unit whose records cannot be read here: they were not paired with this one.
    pub n_strangers: u32,
    /// PCs of the commune of which something came that cannot be read here.
    pub n_unreadable: u32,
    pub n_unsent: u32,
    pub n_photos_unsent: u32,
    /// Code of what stopped it, with words in the UI; none when it went through.
    pub problem: Option<String>,
    /// Number under which that was noted.
    pub incident: Option<String>,
    /// Number of the newest receipt that came.
    pub receipt: Option<String>,
}

/// What waits to be sent: read for the page about it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SyncWaitingRes {
    /// The most first.
    pub kinds: Vec<WaitingKindDto>,
    #[ts(type = "number")]
    pub n_bytes: f64,
    /// The bytes are reckoned from a part of it.
    pub reckoned: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct WaitingKindDto {
    /// Null for what the program itself writes: reports, answers, which records are one.
    pub kind: Option<String>,
    pub n_new: u32,
    pub n_edited: u32,
    pub n_erased: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SyncHistoryReq {
    pub limit: u32,
}

/// How syncs and files ended, the newest first.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SyncHistoryRes {
    pub runs: Vec<SyncRunDto>,
    /// So many are kept.
    pub n_kept: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SyncRunDto {
    /// `line`, `file_out` or `file_in`.
    pub way: String,
    #[ts(type = "number")]
    pub ended_at_ms: f64,
    /// As [`SyncOutcome`], or `written` for a file that was to be carried.
    pub outcome: String,
    pub problem: Option<String>,
    pub incident: Option<String>,
    pub n_changes_sent: u32,
    pub n_photos_sent: u32,
    #[ts(type = "number")]
    pub bytes_sent: f64,
    pub n_batches_pulled: u32,
    pub n_photos_pulled: u32,
    pub n_bulletins: u32,
    #[ts(type = "number")]
    pub bytes_received: f64,
    pub n_unsent: u32,
    pub file: Option<String>,
    /// The stick that the file was on; null for a folder.
    pub stick: Option<RunStickDto>,
    pub n_receipts: u32,
    /// Number of the newest receipt that came, and the hub's time in it.
    pub receipt: Option<String>,
    #[ts(type = "number | null")]
    pub received_at_ms: Option<f64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RunStickDto {
    /// As its owner called it; may be empty.
    pub name: String,
    /// `E:`, where drives have letters.
    pub letter: Option<String>,
}

/// A record that got another id, because this register was copied or restored from a backup.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct MovedDto {
    pub from: String,
    pub to: String,
}

/// Sent as event `sync_progress` while a sync runs.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SyncProgress {
    /// `connecting`, `sending`, `receiving` or `checking`.
    pub stage: String,
    pub bytes_sent: u32,
    pub bytes_total: u32,
    pub n_changes_confirmed: u32,
    pub n_changes_total: u32,
    /// Told once, before anything else goes on.
    pub moved: Vec<MovedDto>,
}

/// Where to look besides the sticks.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BundlePlacesReq {
    pub folder: Option<String>,
}

/// Sticks that are plugged in, and the province's answers that lie on them.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BundlePlacesRes {
    pub sticks: Vec<StickDto>,
    /// Those that bring something new first; at most 20.
    pub answers: Vec<AnswerFileDto>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct StickDto {
    /// As its owner called it; may be empty.
    pub name: String,
    /// `E:`, where drives have letters.
    pub letter: Option<String>,
    pub path: String,
    pub n_bytes_free: f64,
}

/// An answer to a file of this register, by its label; what is in it is verified when it is taken.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AnswerFileDto {
    pub path: String,
    /// Name of the file, without the folder.
    pub name: String,
    /// Running number of the file that it answers.
    pub number: u32,
    /// The hub's day.
    pub made_on: String,
    /// The register has all receipts that it can bring.
    pub is_known: bool,
}

/// A folder to write to; the file gets a name with commune, date and number.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BundleOutReq {
    pub folder: String,
}

/// The province's answer, on a stick or on this PC.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BundleInReq {
    pub path: String,
}

/// Everything without a receipt, in a file; it counts as sent once the hub's answer is in.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BundleOutRes {
    /// The whole path.
    pub file: String,
    /// Name of the file, without the folder.
    pub name: String,
    /// Running number of the bundles of this PC.
    pub number: u32,
    pub n_changes: u32,
    pub n_batches: u32,
    #[ts(type = "number")]
    pub n_bytes: f64,
}
