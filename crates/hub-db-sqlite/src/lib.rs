//! The hub on embedded SQLite: nothing to install, one file.

mod audit;
mod backup;
mod behind;
mod bulletin;
mod clock;
mod connection;
mod device;
mod error;
mod intake;
mod intern;
mod log;
mod migrate;
mod own;
mod people;
mod photo;
mod project;
mod record;
mod rollup;
mod room;
mod same;
mod shape;
mod span;
mod spoilt;
mod sums;
mod tally;
mod target;
mod told;
mod verify;
mod wal;
#[cfg(feature = "yardstick")]
pub mod yardstick;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use sohoi_domain::catalogue::Target;
use sohoi_domain::change::RecordState;
use sohoi_domain::figure::Sum;
use sohoi_domain::photo::PhotoId;
use sohoi_domain::{Catalogue, DeviceId, KindNum, UnitKey};
use sohoi_hub_db::audit::AuditEntry;
use sohoi_hub_db::*;
use sohoi_protocol::bulletin::Scope;
use sohoi_protocol::clock::{ClockRun, ClockWords};
use sohoi_protocol::message::Pull;

use crate::behind::{Behind, PATIENCE, Turn};
use crate::connection::Connections;
use crate::error::Result;
use crate::intake::Intake;
use crate::log::Entry;
use crate::project::Definitions;
use crate::room::Room;
use crate::shape::Shape;

pub struct SqliteHub {
    connections: Connections,
    turn: Turn,
    intake: Intake,
    catalogue: Arc<Catalogue>,
    shapes: BTreeMap<u16, Shape>,
    room: Room,
}

impl SqliteHub {
    /// Opens the file, brings it to this program's schema and goes over to this catalogue: projections of another
    /// one are made anew from the log, by whoever needs them first.
    ///
    /// # Errors
    /// [`DbError::NotInitialised`] when there is no file; [`DbError::Damaged`] when there is only a part of a hub;
    /// [`DbError::TooNew`] and [`DbError::NotAHub`]
    /// without touching it; [`DbError::OtherCatalogue`] when a newer one was published.
    pub fn open(path: &Path, catalogue: Arc<Catalogue>) -> Result<SqliteHub> {
        if !connection::is_there(path)? {
            return Err(DbError::NotInitialised);
        }
        SqliteHub::start(path, catalogue, false)
    }

    /// Like [`SqliteHub::open`], but makes the file when there is none.
    ///
    /// # Errors
    /// As [`SqliteHub::open`]; nothing is left behind then that was not there before.
    pub fn create(path: &Path, catalogue: Arc<Catalogue>) -> Result<SqliteHub> {
        let was_there = connection::is_there(path)?;
        let started = SqliteHub::start(path, catalogue, true);
        if started.is_err() && !was_there {
            // An empty file would be taken for a hub that has suffered.
            connection::remove(path);
        }
        started
    }

    /// What was published of catalogues, oldest first: to be asked before [`SqliteHub::open`], which wants the
    /// catalogue that follows from it.
    ///
    /// # Errors
    /// As [`SqliteHub::open`].
    pub fn releases(path: &Path) -> Result<Vec<Pull>> {
        if !connection::is_there(path)? {
            return Err(DbError::NotInitialised);
        }
        let reader = connection::open_reader(path)?;
        if migrate::has_bulletins(&reader)? { bulletin::releases(&reader) } else { Ok(Vec::new()) }
    }

    /// Writes the hub as it is now into `to`, a file that is there and empty, while another process may serve it.
    ///
    /// # Errors
    /// As [`SqliteHub::open`]; `to` is empty then.
    pub fn backup(path: &Path, to: &Path) -> Result<()> {
        backup::backup(path, to)
    }

    fn start(path: &Path, catalogue: Arc<Catalogue>, create: bool) -> Result<SqliteHub> {
        let mut writer = connection::open_writer(path, create)?;
        migrate::migrate(&mut writer)?;
        connection::prepare_writer(&writer)?;
        let hub = SqliteHub {
            connections: Connections::new(path, writer)?,
            turn: Turn::default(),
            intake: Intake::default(),
            shapes: shape::shapes(&catalogue),
            room: Room::default(),
            catalogue,
        };
        if !hub.connections.read(|tx| behind::is_of(tx, &hub.catalogue))? {
            hub.connections.write(|tx| behind::go_over(tx, &hub.catalogue))?;
        }
        behind::look_at_spoilt(&hub.connections)?;
        Ok(hub)
    }

    fn behind(&self) -> Behind<'_> {
        let definitions = Definitions { catalogue: &self.catalogue, shapes: &self.shapes };
        Behind { connections: &self.connections, turn: &self.turn, definitions }
    }
}

impl HubDb for SqliteHub {
    fn init(&self, hub: &HubRow, admin: &AccountRow) -> Result<()> {
        self.connections.write(|tx| people::init(tx, hub, admin))
    }

    fn hub(&self) -> Result<HubRow> {
        self.connections.read(|tx| people::hub(tx))
    }

    fn standing(&self) -> Result<Standing> {
        self.connections.read(|tx| people::standing(tx))
    }

    fn went_back(&self, at_least: Standing) -> Result<u64> {
        self.connections.write(|tx| people::went_back(tx, at_least))
    }

    fn ready(&self) -> Result<()> {
        self.connections.read(|tx| people::hub(tx))?;
        self.room.tried(self.connections.path())
    }

    fn account(&self, name: &str) -> Result<Option<AccountRow>> {
        self.connections.read(|tx| people::account(tx, name))
    }

    fn accounts(&self) -> Result<Vec<AccountRow>> {
        self.connections.read(|tx| people::accounts(tx))
    }

    fn add_account(&self, account: &AccountRow, now_ms: i64, actor: &str) -> Result<bool> {
        self.connections.write(|tx| people::add_account(tx, account, now_ms, actor))
    }

    fn remove_account(&self, name: &str, now_ms: i64, actor: &str) -> Result<bool> {
        self.connections.write(|tx| people::remove_account(tx, name, now_ms, actor))
    }

    fn set_password(&self, account: &AccountRow, now_ms: i64, actor: &str) -> Result<bool> {
        self.connections.write(|tx| people::set_password(tx, account, now_ms, actor))
    }

    fn add_session(&self, session: &SessionRow, now_ms: i64) -> Result<()> {
        self.connections.write(|tx| people::add_session(tx, session, now_ms))
    }

    fn session(&self, token_hash: &SecretHash, now_ms: i64) -> Result<Option<SessionRow>> {
        self.connections.read(|tx| people::session(tx, token_hash, now_ms))
    }

    fn end_session(&self, token_hash: &SecretHash) -> Result<()> {
        self.connections.write(|tx| people::end_session(tx, token_hash))
    }

    fn try_sign_in(&self, key: &SecretHash, now_ms: i64) -> Result<SignIn> {
        self.connections.write(|tx| people::try_sign_in(tx, key, now_ms))
    }

    fn signed_in(&self, key: &SecretHash) -> Result<()> {
        self.connections.write(|tx| people::signed_in(tx, key))
    }

    fn add_enrolment(&self, enrolment: &EnrolmentRow, actor: &str) -> Result<()> {
        self.connections.write(|tx| device::add_enrolment(tx, enrolment, actor))
    }

    fn enrol(&self, code_hash: &SecretHash, device: &NewDevice) -> Result<Enrolled> {
        self.connections.write(|tx| device::enrol(tx, code_hash, device))
    }

    fn renew(&self, old: DeviceId, device: &NewDevice) -> Result<bool> {
        self.connections.write(|tx| device::renew(tx, old, device))
    }

    fn devices(&self) -> Result<Vec<DeviceRow>> {
        self.connections.read(|tx| device::all(tx))
    }

    fn devices_of(&self, unit: &UnitKey) -> Result<Vec<DeviceRow>> {
        self.connections.read(|tx| match intern::find_unit(tx, unit)? {
            Some(unit) => device::of_unit(tx, unit),
            None => Ok(Vec::new()),
        })
    }

    fn device(&self, id: DeviceId) -> Result<Option<DeviceRow>> {
        self.connections.read(|tx| device::by_id(tx, id))
    }

    fn device_of_token(&self, token_hash: &SecretHash) -> Result<Option<DeviceRow>> {
        self.connections.read(|tx| device::by_token(tx, token_hash))
    }

    fn revoke_device(&self, id: DeviceId, now_ms: i64, actor: &str) -> Result<bool> {
        self.connections.write(|tx| device::revoke(tx, id, now_ms, actor))
    }

    fn accept_batch(&self, batch: &NewBatch) -> Result<Accepted> {
        self.intake.accept(&self.connections, &self.catalogue, Entry::of(batch))
    }

    fn project(&self) -> Result<u64> {
        self.behind().step()
    }

    fn n_behind(&self) -> Result<u64> {
        self.connections.read(|tx| behind::n_behind(tx))
    }

    fn batch_at(&self, device: DeviceId, first_seq: u64) -> Result<Option<BatchRow>> {
        self.connections.read(|tx| log::batch_at(tx, device, first_seq))
    }

    fn photos(&self, unit: &UnitKey, ids: &[PhotoId]) -> Result<PhotosKnown> {
        self.connections.read(|tx| photo::known(tx, unit, ids))
    }

    fn take_photo(&self, unit: &UnitKey, id: PhotoId, content: &[u8], now_ms: i64) -> Result<PhotoTaken> {
        self.connections.write(|tx| photo::take(tx, unit, id, content, now_ms))
    }

    fn photo(&self, unit: &UnitKey, id: PhotoId) -> Result<Option<Vec<u8>>> {
        self.connections.read(|tx| photo::content(tx, unit, id))
    }

    fn told(&self, device: DeviceId) -> Result<Told> {
        self.connections.read(|tx| told::told(tx, device))
    }

    fn note_clock(&self, device: DeviceId, runs: &[ClockRun], now_ms: i64) -> Result<u64> {
        self.connections.write(|tx| clock::note(tx, device, runs, now_ms))
    }

    fn clocks_after(&self, device: DeviceId, number: u64, limit: usize) -> Result<Option<ClockWords>> {
        self.connections.read(|tx| clock::after(tx, device, number, limit))
    }

    fn recount(&self, device: DeviceId) -> Result<Recounted> {
        told::recount(&self.connections, device)
    }

    fn spoilt(&self) -> Result<Vec<SpoiltBatch>> {
        self.connections.read(|tx| spoilt::all(tx))
    }

    fn mend_batch(&self, device: DeviceId, first_seq: u64, bytes: &[u8]) -> Result<bool> {
        // The projections hold it as it was, wait for it, or take it up that have stepped over it.
        self.connections.write(|tx| told::mend(tx, (device, first_seq), bytes))
    }

    fn sums(&self, query: &SumQuery) -> Result<Vec<Sum>> {
        self.behind().read(Some(PATIENCE), |tx| sums::sums(tx, &self.shapes, query))
    }

    fn own_records(&self, kind: KindNum, unit: &UnitKey) -> Result<Vec<RecordState>> {
        self.behind().read(Some(PATIENCE), |tx| own::records(tx, kind, unit))
    }

    fn set_targets(&self, targets: &[Target], now_ms: i64, actor: &str) -> Result<()> {
        self.connections.write(|tx| target::set(tx, targets, now_ms, actor))
    }

    fn targets(&self) -> Result<Vec<Target>> {
        self.connections.read(|tx| target::all(tx))
    }

    fn reporting(&self) -> Result<Vec<ReportingRow>> {
        self.connections.read(|tx| device::reporting(tx))
    }

    fn publish(&self, new: &NewBulletin, write: &dyn Fn(u64) -> Pull) -> Result<u64> {
        self.connections.write(|tx| bulletin::publish(tx, new, write))
    }

    fn bulletins(&self, after: u64, units: &BTreeSet<UnitKey>, room: usize) -> Result<(Vec<Pull>, bool)> {
        self.connections.read(|tx| bulletin::after(tx, after, units, room))
    }

    fn bulletin_of(&self, topic: &str, scope: Option<&Scope>) -> Result<Option<Pull>> {
        self.connections.read(|tx| bulletin::newest(tx, topic, scope))
    }

    fn words_said(&self, units: &BTreeSet<UnitKey>, limit: u32) -> Result<Vec<Pull>> {
        self.connections.read(|tx| bulletin::words_said(tx, units, limit))
    }

    fn newest_release(&self) -> Result<u64> {
        self.connections.read(|tx| bulletin::newest_release(tx))
    }

    fn add_audit(&self, entry: &AuditEntry) -> Result<()> {
        self.connections.write(|tx| audit::add(tx, entry))
    }

    fn audit(&self) -> Result<Vec<AuditRow>> {
        self.connections.read(|tx| audit::all(tx))
    }

    fn verify(&self) -> Result<Verified> {
        behind::look_at_spoilt(&self.connections)?;
        self.behind().read(None, |_| Ok(()))?;
        let verified = verify::verify(self.connections.path(), self.behind().definitions)?;
        // Without them in its sums, the device's next sync finds that something is missing.
        for device in &verified.damaged {
            self.recount(*device)?;
        }
        Ok(verified)
    }
}
