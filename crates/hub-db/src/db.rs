//! The trait between the hub and its database.

use std::collections::BTreeSet;

use sohoi_domain::catalogue::Target;
use sohoi_domain::change::RecordState;
use sohoi_domain::figure::Sum;
use sohoi_domain::photo::PhotoId;
use sohoi_domain::{DeviceId, KindNum, UnitKey};
use sohoi_protocol::bulletin::Scope;
use sohoi_protocol::clock::{ClockRun, ClockWords};
use sohoi_protocol::message::Pull;

use crate::audit::AuditEntry;
use crate::bulletin::NewBulletin;
use crate::error::DbError;
use crate::row::*;

/// A database of one hub. Every method is one transaction; what has returned is on disk.
pub trait HubDb: Send + Sync {
    /// Makes the hub with its first account.
    ///
    /// # Errors
    /// [`DbError::AlreadyInitialised`] when there is one; it stays as it is.
    fn init(&self, hub: &HubRow, admin: &AccountRow) -> Result<(), DbError>;
    /// # Errors
    /// [`DbError::NotInitialised`] before [`HubDb::init`].
    fn hub(&self) -> Result<HubRow, DbError>;
    fn standing(&self) -> Result<Standing, DbError>;
    /// Stands at least so in all of it from now on: a device has heard more than this hub has said. Answers the epoch,
    /// which is a later one when another device was first.
    fn went_back(&self, at_least: Standing) -> Result<u64, DbError>;
    /// Tries a small read, and whether there is room to write.
    ///
    /// # Errors
    /// [`DbError::Full`] when there is none.
    fn ready(&self) -> Result<(), DbError>;

    fn account(&self, name: &str) -> Result<Option<AccountRow>, DbError>;
    /// All accounts, by name.
    fn accounts(&self) -> Result<Vec<AccountRow>, DbError>;
    /// False when there is one of this name.
    fn add_account(&self, account: &AccountRow, now_ms: i64, actor: &str) -> Result<bool, DbError>;
    /// Removes an account and ends its sessions. False when there is no such account.
    fn remove_account(&self, name: &str, now_ms: i64, actor: &str) -> Result<bool, DbError>;
    /// Gives an account another password, and ends its sessions. False when there is no such account.
    fn set_password(&self, account: &AccountRow, now_ms: i64, actor: &str) -> Result<bool, DbError>;
    fn add_session(&self, session: &SessionRow, now_ms: i64) -> Result<(), DbError>;
    /// The session, unless it has expired.
    fn session(&self, token_hash: &SecretHash, now_ms: i64) -> Result<Option<SessionRow>, DbError>;
    fn end_session(&self, token_hash: &SecretHash) -> Result<(), DbError>;
    /// Counts one attempt to sign in under a key and tells how long the next must wait; when this one came
    /// too early it does not count and waits as well.
    fn try_sign_in(&self, key: &SecretHash, now_ms: i64) -> Result<SignIn, DbError>;
    /// Forgets the attempts under a key.
    fn signed_in(&self, key: &SecretHash) -> Result<(), DbError>;

    fn add_enrolment(&self, enrolment: &EnrolmentRow, actor: &str) -> Result<(), DbError>;
    /// Uses up a code. A device that is there already gets the new unit and token.
    fn enrol(&self, code_hash: &SecretHash, device: &NewDevice) -> Result<Enrolled, DbError>;
    /// Takes in a device that a PC goes on as, after a copy of it was here first with the old one's history; false
    /// when it is known as something else.
    fn renew(&self, old: DeviceId, device: &NewDevice) -> Result<bool, DbError>;
    fn devices(&self) -> Result<Vec<DeviceRow>, DbError>;
    /// Devices of one unit, also those that were shut out.
    fn devices_of(&self, unit: &UnitKey) -> Result<Vec<DeviceRow>, DbError>;
    fn device(&self, id: DeviceId) -> Result<Option<DeviceRow>, DbError>;
    fn device_of_token(&self, token_hash: &SecretHash) -> Result<Option<DeviceRow>, DbError>;
    /// Shuts a device out. What it sent stays. False when there is no such device, or it is out already.
    fn revoke_device(&self, id: DeviceId, now_ms: i64, actor: &str) -> Result<bool, DbError>;

    /// Takes a batch into the log, moves the device on and keeps the receipt, or none of it. Records, facts and
    /// sums follow by [`HubDb::project`].
    fn accept_batch(&self, batch: &NewBatch) -> Result<Accepted, DbError>;
    /// Carries some more of the log into records, facts and sums; how many batches are left to carry. Whoever
    /// asks for figures does not depend on it.
    fn project(&self) -> Result<u64, DbError>;
    /// How many batches are left to carry.
    fn n_behind(&self) -> Result<u64, DbError>;
    /// Batches that records, facts and sums are without, because they were no more as they were acknowledged when
    /// it was their turn. They follow once their device has brought them again; all others go on meanwhile.
    fn spoilt(&self) -> Result<Vec<SpoiltBatch>, DbError>;
    /// The batch that begins with this change.
    fn batch_at(&self, device: DeviceId, first_seq: u64) -> Result<Option<BatchRow>, DbError>;
    /// Which of these photos are here for the unit, and which a batch of it names that are not.
    fn photos(&self, unit: &UnitKey, ids: &[PhotoId]) -> Result<PhotosKnown, DbError>;
    /// Keeps the content of a photo, whose name was checked. Keeping it twice changes nothing.
    fn take_photo(
        &self,
        unit: &UnitKey,
        id: PhotoId,
        content: &[u8],
        now_ms: i64,
    ) -> Result<PhotoTaken, DbError>;
    fn photo(&self, unit: &UnitKey, id: PhotoId) -> Result<Option<Vec<u8>>, DbError>;
    /// Keeps what a device's stamps are off, and answers its highest number for any of them; 0 for none. Nothing of it
    /// counts as written later than now.
    fn note_clock(&self, device: DeviceId, runs: &[ClockRun], now_ms: i64) -> Result<u64, DbError>;
    /// What was kept so of the other devices of a device's unit after a number, at most so many of them; none when
    /// there is nothing.
    fn clocks_after(
        &self,
        device: DeviceId,
        number: u64,
        limit: usize,
    ) -> Result<Option<ClockWords>, DbError>;
    /// What the log has of a device.
    fn told(&self, device: DeviceId) -> Result<Told, DbError>;
    /// Counts a device's batches anew, keeps what comes of it, and names the batches that are no more as they were
    /// acknowledged.
    fn recount(&self, device: DeviceId) -> Result<Recounted, DbError>;
    /// Puts the bytes of a batch that is no more as it was acknowledged back in their place; false when it is sound,
    /// or when these are not the bytes that the receipt is for. The one update of the log.
    fn mend_batch(&self, device: DeviceId, first_seq: u64, bytes: &[u8]) -> Result<bool, DbError>;

    /// Every indicator over records, by unit as then, whole and by each dimension; with everything that was
    /// acknowledged before it was asked, but [`HubDb::spoilt`].
    ///
    /// # Errors
    /// [`DbError::Behind`] when too much of the log is not summed up yet; asking again goes on with it.
    fn sums(&self, query: &SumQuery) -> Result<Vec<Sum>, DbError>;
    /// Records of one of the program's own kinds of one version of a unit, in the order in which they came; like
    /// [`HubDb::sums`] with everything that was acknowledged before.
    ///
    /// # Errors
    /// [`DbError::Behind`].
    fn own_records(&self, kind: KindNum, unit: &UnitKey) -> Result<Vec<RecordState>, DbError>;
    /// Sets targets in the place of those for the same indicator, period, calendar and unit.
    fn set_targets(&self, targets: &[Target], now_ms: i64, actor: &str) -> Result<(), DbError>;
    fn targets(&self) -> Result<Vec<Target>, DbError>;
    fn reporting(&self) -> Result<Vec<ReportingRow>, DbError>;

    /// Publishes what `write` makes of the number that it gets: the moment of publication in milliseconds, or
    /// one more than the last. So numbers go on growing also when the hub is restored to an earlier state.
    fn publish(&self, new: &NewBulletin, write: &dyn Fn(u64) -> Pull) -> Result<u64, DbError>;
    /// Bulletins after a number, in order: those for all and those for any of `units`, without those that a
    /// later one has made superfluous. Takes as many as fit `room` bytes, and tells whether there are more.
    fn bulletins(
        &self,
        after: u64,
        units: &BTreeSet<UnitKey>,
        room: usize,
    ) -> Result<(Vec<Pull>, bool), DbError>;
    /// The newest bulletin of a topic.
    fn bulletin_of(&self, topic: &str, scope: Option<&Scope>) -> Result<Option<Pull>, DbError>;

    /// Comments and decisions that a register of any of `units` hears, also those for all; the newest first.
    fn words_said(&self, units: &BTreeSet<UnitKey>, limit: u32) -> Result<Vec<Pull>, DbError>;

    /// Number of the newest bulletin that brings files of a catalogue; 0 before the first. A hub that was opened
    /// before it works with another catalogue.
    fn newest_release(&self) -> Result<u64, DbError>;

    fn add_audit(&self, entry: &AuditEntry) -> Result<(), DbError>;
    fn audit(&self) -> Result<Vec<AuditRow>, DbError>;
    /// Projects what is left, replays every batch (signature, chain), rebuilds what is projected and compares.
    /// Devices of which a batch has suffered are counted anew, see [`HubDb::recount`].
    fn verify(&self) -> Result<Verified, DbError>;
}

/// Whether an attempt to sign in may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    Go,
    WaitMs(i64),
}

impl SignIn {
    /// Failures that cost nothing.
    pub const FREE: u32 = 5;

    /// How long to wait after so many failures: a second, doubled each time, a quarter of an hour at most.
    pub fn wait_ms(n_failed: u32) -> i64 {
        match n_failed.checked_sub(SignIn::FREE) {
            None => 0,
            Some(n) => 1_000_i64.saturating_mul(1 << n.min(20)).min(900_000),
        }
    }
}
