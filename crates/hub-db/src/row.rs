//! Rows as an engine gives and takes them.

use std::collections::BTreeSet;

use sohoi_domain::photo::PhotoId;
use sohoi_domain::{DeviceId, Period, UnitKey};
use sohoi_protocol::{BatchHeader, Chain, KindSums, Receipt};

use crate::gist::Gist;

use crate::audit::AuditEntry;

/// SHA-256 of a token or code: the database never holds what opens something.
pub type SecretHash = [u8; 32];

/// Who the hub is.
#[derive(Clone, PartialEq, Eq)]
pub struct HubRow {
    /// Ed25519; receipts are signed with it.
    pub secret_key: [u8; 32],
    pub unit: UnitKey,
    pub created_at_ms: i64,
}

/// Which history a hub is in, and the highest numbers of a bulletin and of a word on stamps that are off that it has
/// said, or said and lost; 0 before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Another one each time the hub is found to have been restored from a backup; 1 at first.
    pub epoch: u64,
    pub bulletin: u64,
    pub clock: u64,
}

// The key must not reach a log by way of an error's context.
impl std::fmt::Debug for HubRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HubRow").field("unit", &self.unit).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    pub name: String,
    /// Argon2id in the PHC string form.
    pub password_hash: String,
    /// The account sees this unit and what belongs to it.
    pub unit: UnitKey,
    pub created_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    pub token_hash: SecretHash,
    pub account: String,
    pub expires_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnrolmentRow {
    pub code_hash: SecretHash,
    pub unit: UnitKey,
    pub created_at_ms: i64,
    pub expires_at_ms: i64,
}

/// A device that is to be taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDevice {
    pub device: DeviceId,
    pub public_key: [u8; 32],
    /// Unit of its register.
    pub unit: UnitKey,
    pub token_hash: SecretHash,
    /// Sealed for the other devices of the commune; empty when it has none.
    pub card: Vec<u8>,
    pub now_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enrolled {
    Done,
    /// There is no such code.
    BadCode,
    /// Too old, or used by another device. The same device may come again: its answer was lost.
    Expired,
    OtherUnit,
    /// The device was shut out before.
    Revoked,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRow {
    pub id: DeviceId,
    pub public_key: [u8; 32],
    pub unit: UnitKey,
    pub enrolled_at_ms: i64,
    pub revoked_at_ms: Option<i64>,
    /// First change that the hub does not have.
    pub next_seq: u64,
    /// Chain over everything before it.
    pub chain: Chain,
    pub last_received_at_ms: Option<i64>,
    pub card: Vec<u8>,
    /// Whose history it left.
    pub renews: Option<DeviceId>,
}

/// A batch that was opened and checked, to be made durable.
#[derive(Clone, Copy, Debug)]
pub struct NewBatch<'a> {
    pub header: &'a BatchHeader,
    /// Unit of the device.
    pub unit: &'a UnitKey,
    /// Units whose records the device may change.
    pub scope: &'a BTreeSet<UnitKey>,
    pub previous: &'a Chain,
    /// As received, byte for byte.
    pub bytes: &'a [u8],
    /// Of its open fields.
    pub gist: &'a Gist,
    pub receipt: &'a Receipt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// Batch, device row and receipt are on disk.
    Stored,
    /// Another request moved the device on in between; nothing was written.
    NotNext,
    /// The device was shut out; nothing was written.
    Revoked,
    /// It changes a record that bears the number of a device outside the scope; nothing was written.
    OtherUnit,
}

/// A batch of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchRow {
    pub previous: Chain,
    pub bytes: Vec<u8>,
    pub receipt: Receipt,
}

/// A batch of the log that cannot be read any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpoiltBatch {
    pub device: DeviceId,
    /// Unit of the device when it sent the batch.
    pub unit: UnitKey,
    pub first_seq: u64,
    pub n_changes: u32,
}

/// Photos that one record can have named in its life; those beyond are not taken.
pub const PHOTOS_OF_RECORD: u32 = 64;

/// Of photos that were asked about: those that are neither were named by nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhotosKnown {
    pub kept: Vec<PhotoId>,
    pub lacking: Vec<PhotoId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoTaken {
    /// On disk, now or before.
    Kept,
    /// No accepted batch of the unit names it; nothing was written.
    NotNamed,
    /// Its record is about people; nothing was written.
    NotSealed,
}

/// What the log has of a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// First change that is not in it.
    pub next_seq: u64,
    pub sums: KindSums,
}

/// What counting a device's batches anew came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recounted {
    pub told: Told,
    /// First changes of batches that are no more as they were acknowledged.
    pub damaged: Vec<u64>,
}

/// Which facts to add up.
#[derive(Clone, Debug)]
pub struct SumQuery<'a> {
    pub period: &'a Period,
    /// All units when none.
    pub units: Option<&'a BTreeSet<UnitKey>>,
}

/// What came in for one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportingRow {
    pub unit: UnitKey,
    pub n_devices: u64,
    pub n_changes: u64,
    pub last_received_at_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub entry: AuditEntry,
    pub hash: [u8; 32],
}

/// What a replay of the log found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub n_batches: u64,
    pub n_records: u64,
    pub differences: Vec<Difference>,
    /// Devices of which a batch is no more as it was acknowledged: with their next sync they bring it again.
    pub damaged: BTreeSet<DeviceId>,
}

/// One thing that is not as the log says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `batch`, `device`, `record`, `fact`, `sum`, `held`, `photo`, `audit` or `bulletin`.
    pub what: &'static str,
    /// Ids only, never content.
    pub at: String,
}
