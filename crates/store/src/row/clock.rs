//! What stamps are off.

/// A run of one device's changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockRow {
    pub first_seq: u64,
    pub last_seq: u64,
    /// To be added to the time of its stamps.
    pub offset_ms: i64,
    /// By the hub's clock: nothing of it was written later. None when the hub has not told.
    pub told_at_ms: Option<i64>,
}
