//! Rows as they are stored and handed out; neither wire messages nor what the UI says.

pub(crate) mod body;
mod bulletin;
mod clock;
pub(crate) mod run;

pub use bulletin::{BulletinEffect, BulletinRow};
pub use clock::ClockRow;
pub use run::{RunOutcome, RunProblem, RunReceipt, RunRow, RunStick, RunWay};

use sohoi_domain::change::{Change, RecordState};
use sohoi_domain::{Day, DeviceId, FieldNum, KindNum, Op, RecordId, Value, Version};

/// What the register knows of a record beside its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordMeta {
    /// The day that decides its period; none when it has none.
    pub day: Option<Day>,
    pub created_at_ms: i64,
    pub changed_at_ms: i64,
    /// Officer who changed it last, and on which device.
    pub author: u32,
    pub author_device: DeviceId,
    /// A receipt of the hub covers every change of it.
    pub received: bool,
    pub n_conflicts: u32,
    /// Its personal content is gone for good.
    pub destroyed: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    pub state: RecordState,
    pub meta: RecordMeta,
}

/// A change as it lies in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredChange {
    pub change: Change,
    pub device: DeviceId,
    /// Made on this PC.
    pub own: bool,
    pub received: bool,
    /// Its fields were emptied by an erasure.
    pub destroyed: bool,
    /// When it was made, to be shown: the stamp's time, in a history put right by what the hub has told since.
    pub shown_at_ms: i64,
}

/// A change that has one record give way to another, or stand for itself again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkRow {
    /// The one that gave way.
    pub record: RecordId,
    pub kept: RecordId,
    /// False when it was taken back.
    pub is_made: bool,
    /// A change of `record`.
    pub by: Version,
}

/// A form as typed, unchecked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRow {
    pub id: String,
    pub kind: String,
    /// The stored record that is being edited.
    pub record_id: Option<RecordId>,
    pub fields_json: String,
    pub saved_at_ms: i64,
}

/// Another PC of the commune.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeerRow {
    pub device: DeviceId,
    pub public_key: [u8; 32],
    /// First change of it that is not here.
    pub next_seq: u64,
    /// Chain over everything before it.
    pub chain: [u8; 32],
}

/// A photo as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoRow {
    /// None when another PC has it and it has not come.
    pub content: Option<Vec<u8>>,
    /// The hub has signed for it.
    pub received: bool,
}

/// Photos that wait for the hub.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PhotoCounts {
    /// That records name and the hub has not signed for.
    pub unsent: u64,
    pub unsent_bytes: u64,
    /// That records name and that are not here.
    pub lacking: u64,
}

/// A sealed batch of this device's changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    pub first_seq: u64,
    pub count: u32,
    pub chain: [u8; 32],
    pub bytes: Vec<u8>,
}

impl BatchRow {
    pub fn last_seq(&self) -> u64 {
        self.first_seq + u64::from(self.count) - 1
    }
}

/// What of one kind is in sealed batches: see `docs/protocol.md`, section *The sums*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SumRow {
    pub kind: u16,
    pub n_changes: u64,
    pub digest: [u8; 32],
}

/// The hub's signature under one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRow {
    pub first_seq: u64,
    pub count: u32,
    pub chain: [u8; 32],
    pub hub_epoch: u64,
    /// The hub's own time.
    pub at_ms: i64,
    pub signature: Vec<u8>,
}

/// The hub that this register is tied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentRow {
    pub hub_url: String,
    pub hub_key: [u8; 32],
    pub token: String,
    pub province: String,
    pub hub_epoch: u64,
    pub enrolled_at_ms: i64,
}

/// Whose PC this is. The secret and the key never leave the process.
#[derive(Clone)]
pub struct Identity {
    pub device: DeviceId,
    pub device_secret: zeroize::Zeroizing<[u8; 32]>,
    pub commune_key: zeroize::Zeroizing<[u8; 32]>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not erased.
    pub records: u64,
    pub changes: u64,
}

/// A field that refers to a record that is absent, erased or of another kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingReference {
    /// Field id, or `lines_field.row.column` with rows from 0.
    pub path: String,
    pub id: RecordId,
    pub why: Missing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Not here, or not here yet.
    Absent,
    Erased,
    OtherKind,
}

/// One side of a conflict: a write of a field, or an edit or erase of the whole record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideRow {
    pub version: Version,
    /// None when it emptied the field, and for the whole record.
    pub value: Option<Value>,
    /// Officer on the version's device.
    pub author: u32,
    pub at_ms: i64,
    pub op: Op,
}

/// Something that a person must decide: one side shows, the others wait.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConflictRow {
    pub record: RecordId,
    pub kind: KindNum,
    /// 0 for the whole record.
    pub field: FieldNum,
    pub shown: SideRow,
    /// Newest first.
    pub waiting: Vec<SideRow>,
    /// An erase of personal content shows, and the edit that waits is gone too.
    pub destroyed: bool,
    /// The record that this one gave way to, which another PC erased without knowing: the link shows, the erase
    /// waits.
    pub lost: Option<RecordId>,
}
