//! A sync by file: what is unsent into a bundle, and the hub's answer back in, after a fork as on any day. The
//! engine is the one that the line drives.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use sohoi_domain::{Day, DeviceId, UnitKey};
use sohoi_protocol::SyncProtocol;
use sohoi_protocol::batch::Chain;
use sohoi_protocol::bundle::{BundleError, BundleReader, BundleWriter, Label, Way, named, write_whole};
use sohoi_protocol::frame::Frame;
use sohoi_protocol::message::PullKind;
use sohoi_protocol::sign::Signer;
use sohoi_store::{Operation, Register};

use crate::carrier::{Cancel, Event};
use crate::engine::{Engine, Manner, Outcome};
use crate::error::SyncError;
use crate::photos::StagedPhotos;
use crate::renew::Renewing;
use crate::stage::{Clock, Staged, chain_at, hello, roots};

/// Setting that counts the bundles of this register.
const NUMBER: &str = "bundle_number";

/// What a bundle is called by.
pub struct Naming {
    pub unit: UnitKey,
    pub unit_name: String,
    pub number: u32,
    pub today: Day,
}

/// A bundle on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub file: PathBuf,
    pub number: u32,
    pub n_batches: u32,
    pub n_changes: u64,
    pub n_photos: u32,
    pub n_bytes: u64,
}

/// Counts one on. A number that no file came to is passed over.
///
/// # Errors
/// When the register cannot be written.
pub fn next_number(register: &mut Register, now_ms: i64) -> Result<u32, SyncError> {
    let last = register.setting(NUMBER)?.and_then(|json| json.parse::<u32>().ok()).unwrap_or(0);
    let number = last.saturating_add(1);
    register
        .transact(Operation::SettingSave, now_ms, |writer| writer.set_setting(NUMBER, &number.to_string()))?;
    Ok(number)
}

/// Writes what was staged, to `path` or under a name of its own in that folder.
///
/// # Errors
/// [`SyncError::Bundle`] or [`SyncError::Cancelled`]; there is no half file then.
pub fn write_bundle(
    staged: Staged,
    naming: &Naming,
    path: &Path,
    cancel: &Cancel,
) -> Result<Written, SyncError> {
    let label = Label {
        way: Way::Bundle,
        hub: DeviceId::of_public_key(&staged.hub.hub_key),
        unit: naming.unit.clone(),
        device: staged.hello.device(),
        number: naming.number,
        made_on: naming.today,
        first_seq: staged.hello.next_seq,
        next_seq: staged.next_seq,
    };
    let file = named(path, &label, &naming.unit_name, None);
    let n_photos = u32::try_from(staged.photos.contents.len()).unwrap_or(u32::MAX);
    let n_batches = u32::try_from(staged.batches.len()).unwrap_or(u32::MAX);
    let n_changes = label.next_seq - label.first_seq;
    let hub_key = staged.hub.hub_key;
    let renew = staged.renew.clone().map(Frame::Renew);
    let mut engine = Engine::new(staged, Manner::Whole);
    let frames = renew.into_iter().chain(engine.open()?).collect::<Vec<_>>();
    let n_bytes = write_whole(&file, |out| {
        let mut bundle = BundleWriter::create(out, &label, &hub_key)?;
        for frame in &frames {
            go_on(cancel)?;
            bundle.frame(frame)?;
        }
        let n_bytes = bundle.finish(engine.signer())?;
        // The slow part with a slow stick; the file has its name only after it.
        out.sync_all().map_err(BundleError::Io)?;
        go_on(cancel)?;
        Ok::<u64, SyncError>(n_bytes)
    })?;
    Ok(Written { file, number: naming.number, n_batches, n_changes, n_photos, n_bytes })
}

fn forked((next_seq, chain): (u64, Chain)) -> SyncError {
    SyncError::Forked { next_seq, chain }
}

fn go_on(cancel: &Cancel) -> Result<(), SyncError> {
    if cancel.is_cancelled() { Err(SyncError::Cancelled) } else { Ok(()) }
}

/// Whom an answer must be for: what is needed of a register to look at files while it is free.
pub struct Addressee {
    hub_key: [u8; 32],
    unit: UnitKey,
    device: DeviceId,
    signer: Signer,
}

impl Addressee {
    /// # Errors
    /// [`SyncError::NotEnrolled`].
    pub fn of(register: &Register) -> Result<Addressee, SyncError> {
        let identity = register.identity();
        Ok(Addressee {
            hub_key: register.enrolment()?.ok_or(SyncError::NotEnrolled)?.hub_key,
            unit: register.unit().clone(),
            device: identity.device,
            signer: Signer::new(&identity.device_secret),
        })
    }
}

/// An answer of the hub to a bundle of this register, checked to its last byte.
pub struct Answer {
    reader: BundleReader<BufReader<File>>,
    addressee: Addressee,
    n_bytes: u64,
}

// A reader of the file, and the file's bytes.
fn addressed(path: &Path, addressee: &Addressee) -> Result<(BundleReader<BufReader<File>>, u64), SyncError> {
    // Which the systems tell of in words of their own.
    if path.is_dir() {
        return Err(BundleError::NotOurs.into());
    }
    let file = File::open(path).map_err(BundleError::Io)?;
    let n_bytes = file.metadata().map_err(BundleError::Io)?.len();
    let reader = BundleReader::open(BufReader::new(file), Way::Answer)?;
    let label = reader.label();
    if label.hub != DeviceId::of_public_key(&addressee.hub_key) {
        return Err(BundleError::OtherHub.into());
    }
    if label.unit != addressee.unit {
        return Err(BundleError::OtherUnit.into());
    }
    if label.device != addressee.device {
        return Err(BundleError::OtherDevice.into());
    }
    Ok((reader, n_bytes))
}

impl Answer {
    /// Opens it and tells whether it is for this register.
    ///
    /// # Errors
    /// [`SyncError::NotEnrolled`], or [`SyncError::Bundle`] with what is wrong.
    pub fn open(path: &Path, register: &Register) -> Result<Answer, SyncError> {
        let addressee = Addressee::of(register)?;
        let (mut reader, n_bytes) = addressed(path, &addressee)?;
        reader.check(&addressee.signer, &addressee.hub_key)?;
        Ok(Answer { reader, addressee, n_bytes })
    }

    /// What its label says, if that names this register; the signature that would prove it is not looked at.
    ///
    /// # Errors
    /// As for [`Answer::open`].
    pub fn label_at(path: &Path, addressee: &Addressee) -> Result<Label, SyncError> {
        Ok(addressed(path, addressee)?.0.label().clone())
    }

    pub fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    /// The batches of the bundle that this answers, as they lie in the register.
    ///
    /// # Errors
    /// [`BundleError::UnknownChanges`] when they are not there.
    pub fn stage(&self, register: &Register, clock: Clock) -> Result<Staged, SyncError> {
        let hub = register.enrolment()?.ok_or(SyncError::NotEnrolled)?;
        let label = self.reader.label();
        let mut batches = register.batches_after(label.first_seq - 1)?;
        batches.retain(|batch| batch.last_seq() < label.next_seq);
        let next_seq = batches.last().map_or(label.first_seq, |batch| batch.last_seq() + 1);
        let first_seq = batches.first().map_or(label.first_seq, |batch| batch.first_seq);
        let is_past_end = label.next_seq > register.chain_head()?.next_seq;
        if (first_seq, next_seq) != (label.first_seq, label.next_seq) || is_past_end {
            return Err(BundleError::UnknownChanges.into());
        }
        let places = register.places()?;
        let chain = chain_at(&places, first_seq - 1);
        Ok(Staged {
            hello: hello(register, clock, first_seq, chain)?,
            final_chain: batches.last().map_or(chain, |batch| batch.chain),
            batches,
            hub,
            roots: roots(register)?,
            signer: Signer::new(&register.identity().device_secret),
            peers: register.peers()?,
            commune_key: register.identity().commune_key.clone(),
            next_seq,
            places,
            n_left_over: 0,
            begun: None,
            sums: None,
            photos: StagedPhotos::default(),
            renew: None,
            clock: Vec::new(),
            is_late: true,
        })
    }

    /// Hears what the hub said. `sink` is given each receipt and what the province says, verified.
    ///
    /// # Errors
    /// What the hub refused; receipts before hold. [`SyncError::NeedOlder`] when it lacks what came before.
    pub fn take(
        &mut self,
        staged: Staged,
        sink: &mut dyn FnMut(Event) -> Result<(), SyncError>,
    ) -> Result<Outcome, SyncError> {
        let mut engine = Engine::new(staged, Manner::Whole);
        self.reader.read(&self.addressee.signer, &self.addressee.hub_key, &mut |frame| {
            engine.on_frame(frame)?;
            engine.take_confirmed().into_iter().map(Event::Confirmed).try_for_each(&mut *sink)?;
            engine.take_kept().into_iter().map(Event::Kept).try_for_each(&mut *sink)?;
            engine.take_pulled().into_iter().map(Event::Pulled).try_for_each(&mut *sink)
        })?;
        engine.outcome().cloned().ok_or(SyncError::Protocol)
    }

    /// After [`SyncError::Forked`]: compares what the answer brings of this device's own history with what is here.
    ///
    /// # Errors
    /// [`SyncError::Forked`] when it does not bring enough to know where the two have parted.
    pub fn parting(&mut self, register: &Register, hub_place: (u64, Chain)) -> Result<Renewing, SyncError> {
        let mut renewing = Renewing::begin(register, hub_place)?;
        let mut listener = None;
        let addressee = &self.addressee;
        self.reader.read(&addressee.signer, &addressee.hub_key, &mut |frame| {
            let Frame::Pull(pull) = frame else { return Ok::<(), SyncError>(()) };
            if pull.kind != PullKind::Batch as u8 || pull.device != renewing.device().0 {
                return Ok(());
            }
            if listener.is_none() && pull.number == 1 {
                renewing.from_the_start();
            }
            let listener = listener.get_or_insert_with(|| renewing.listener(addressee.hub_key, register));
            match listener.take(pull) {
                Ok(Some(pulled)) => renewing.compare(register, &pulled),
                Ok(None) => Ok(()),
                // What was believed to be the same is not, and the hub did not begin before it.
                Err(_) => Err(forked(hub_place)),
            }
        })?;
        if renewing.is_known() { Ok(renewing) } else { Err(forked(hub_place)) }
    }

    /// The hub's clock when it wrote the answer.
    ///
    /// # Errors
    /// [`SyncError::Protocol`] when it did not say.
    pub fn written_at_ms(&mut self) -> Result<i64, SyncError> {
        // The file was checked to its last byte when it was opened.
        match self.reader.first(&self.addressee.signer)? {
            Frame::Welcome(welcome) => Ok(welcome.now_ms),
            _ => Err(SyncError::Protocol),
        }
    }
}
