//! How a sync ended, or a file.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunWay {
    /// Over the network.
    Line,
    /// A file for the province.
    FileOut,
    /// Its answer.
    FileIn,
}

impl RunWay {
    pub const ALL: [RunWay; 3] = [RunWay::Line, RunWay::FileOut, RunWay::FileIn];

    pub fn name(self) -> &'static str {
        match self {
            RunWay::Line => "line",
            RunWay::FileOut => "file_out",
            RunWay::FileIn => "file_in",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    UpToDate,
    Partial,
    Offline,
    Cancelled,
    /// A file was written; that it was received is another run's to say.
    Written,
}

impl RunOutcome {
    pub const ALL: [RunOutcome; 5] = [
        RunOutcome::UpToDate,
        RunOutcome::Partial,
        RunOutcome::Offline,
        RunOutcome::Cancelled,
        RunOutcome::Written,
    ];

    pub fn name(self) -> &'static str {
        match self {
            RunOutcome::UpToDate => "up_to_date",
            RunOutcome::Partial => "partial",
            RunOutcome::Offline => "offline",
            RunOutcome::Cancelled => "cancelled",
            RunOutcome::Written => "written",
        }
    }
}

/// What stopped a run: its code, and the number under which it was noted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunProblem {
    pub code: String,
    pub incident: String,
}

/// The newest receipt that a run brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunReceipt {
    /// As the province finds it, see `sohoi_domain::receipt`.
    pub number: String,
    /// The hub's own time.
    pub at_ms: i64,
}

/// A drive that can be taken out, as it was called when the file was written or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunStick {
    /// As its owner called it; may be empty.
    pub name: String,
    /// `E:`, where drives have letters.
    pub letter: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    pub way: RunWay,
    pub ended_at_ms: i64,
    pub outcome: RunOutcome,
    pub problem: Option<RunProblem>,
    pub n_changes_sent: u64,
    pub n_photos_sent: u32,
    pub bytes_sent: u64,
    pub n_batches_pulled: u32,
    pub n_photos_pulled: u32,
    pub n_bulletins: u32,
    pub bytes_received: u64,
    pub n_unsent: u32,
    pub file: Option<String>,
    pub stick: Option<RunStick>,
    pub n_receipts: u32,
    pub receipt: Option<RunReceipt>,
}

impl RunRow {
    /// One of which nothing else is known yet.
    pub fn at(way: RunWay, ended_at_ms: i64, outcome: RunOutcome) -> RunRow {
        RunRow {
            way,
            ended_at_ms,
            outcome,
            problem: None,
            n_changes_sent: 0,
            n_photos_sent: 0,
            bytes_sent: 0,
            n_batches_pulled: 0,
            n_photos_pulled: 0,
            n_bulletins: 0,
            bytes_received: 0,
            n_unsent: 0,
            file: None,
            stick: None,
            n_receipts: 0,
            receipt: None,
        }
    }
}
