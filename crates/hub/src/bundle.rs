//! A commune's bundle in, the answer to carry back out: the session that the line drives, over files.

use std::fs::File;
use std::io::{BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sohoi_domain::DeviceId;
use sohoi_hub_db::audit::AuditEntry;
use sohoi_hub_db::{DbError, DeviceRow};
use sohoi_protocol::bundle::{BundleError, BundleReader, BundleWriter, Label, Way, named, write_whole};
use sohoi_protocol::message::{PullKind, Refusal, Renew};
use sohoi_protocol::{Frame, SyncProtocol};

use crate::clock;
use crate::device;
use crate::error::HubError;
use crate::hub::Hub;
use crate::session::Session;

/// What came of a bundle.
#[derive(Debug)]
pub struct Answered {
    pub label: Label,
    pub file: PathBuf,
    pub bundle_bytes: u64,
    pub answer_bytes: u64,
    /// Batches and changes that the answer has receipts for.
    pub n_batches: u32,
    pub n_changes: u64,
    /// Photos of it that are here now.
    pub n_photos: u64,
    /// Batches of the commune's other devices that the answer brings, and bulletins.
    pub n_pulled: u32,
    pub n_bulletins: u32,
    /// Batches among them that were here before.
    pub n_replayed: u64,
    /// First change that the hub lacked when the bundle came.
    pub next_seq: u64,
    /// Why the rest was not taken.
    pub refusal: Option<Refusal>,
}

impl Answered {
    fn new(label: &Label, file: &Path) -> Answered {
        Answered {
            label: label.clone(),
            file: file.to_path_buf(),
            bundle_bytes: 0,
            answer_bytes: 0,
            n_batches: 0,
            n_changes: 0,
            n_photos: 0,
            n_pulled: 0,
            n_bulletins: 0,
            n_replayed: 0,
            next_seq: label.first_seq,
            refusal: None,
        }
    }

    fn note(&mut self, frame: &Frame) {
        match frame {
            Frame::Welcome(welcome) => self.next_seq = welcome.next_seq,
            Frame::Ack(receipt) => {
                self.n_batches += 1;
                self.n_changes += u64::from(receipt.count);
            }
            Frame::Kept(kept) => self.n_photos += kept.kept.len() as u64,
            Frame::Refused(refusal) => self.refusal = Some(refusal.clone()),
            Frame::Pull(pull) => {
                let is_others = pull.kind == PullKind::Batch as u8 && pull.device != self.label.device.0;
                self.n_pulled += u32::from(is_others);
                self.n_bulletins += u32::from(pull.kind == PullKind::Bulletin as u8);
            }
            Frame::Hello(_)
            | Frame::Batch(_)
            | Frame::Rest(_)
            | Frame::Photos(_)
            | Frame::Blob(_)
            | Frame::End(_)
            | Frame::EndBrief(_)
            | Frame::WelcomeBrief(_)
            | Frame::AckBrief(_)
            | Frame::Renew(_)
            | Frame::Done(_)
            | Frame::DoneBrief(_) => {}
        }
    }

    /// The bundle begins beyond what the hub has.
    pub fn is_early(&self) -> bool {
        self.refusal.is_some() && self.next_seq < self.label.first_seq
    }
}

/// Takes a bundle, and writes the answer to `out` or under a name of its own in that folder; `mark` is a word
/// of that name. Nothing is taken of a file that is not whole.
///
/// # Errors
/// A code of `bundle.` that says what is wrong with the file, or `sync.revoked`; nothing was taken then. When
/// the answer cannot be written, what was taken stays, and the same bundle brings the same answer.
pub fn accept(hub: &Arc<Hub>, bundle: &Path, out: &Path, mark: &str) -> Result<Answered, HubError> {
    let file = File::open(bundle).map_err(HubError::File)?;
    let bundle_bytes = file.metadata().map_err(HubError::File)?.len();
    let mut reader = BundleReader::open(BufReader::new(file), Way::Bundle)?;
    let label = reader.label().clone();
    let device = writer(hub, &mut reader, &label)?;
    hub.db.add_audit(&AuditEntry {
        at_ms: hub.now_ms(),
        actor: "cli".to_string(),
        action: "bundle.accepted".to_string(),
        subject: device.id.to_string(),
    })?;
    let answer = label.answered(clock::day(hub.now_ms()));
    let path = named(out, &answer, &hub.unit_name(&label.unit), Some(mark));
    let mut answered = Answered::new(&label, &path);
    answered.bundle_bytes = bundle_bytes;
    let n_replayed = hub.metrics.n_replayed.get();
    answered.answer_bytes = write_whole(&path, |out| {
        let writer = BundleWriter::create(out, &answer, &device.public_key)?;
        converse(hub, device, &mut reader, writer, &mut answered)
    })?;
    answered.n_replayed = hub.metrics.n_replayed.get() - n_replayed;
    Ok(answered)
}

type Reader = BundleReader<BufReader<File>>;

// Whose file it is, once that is proven to its last byte.
fn writer(hub: &Hub, reader: &mut Reader, label: &Label) -> Result<DeviceRow, HubError> {
    if label.hub.to_string() != hub.id() {
        return Err(BundleError::OtherHub.into());
    }
    if let Some(device) = hub.db.device(label.device)? {
        let device = admitted(device, label)?;
        reader.check(&hub.signer, &device.public_key)?;
        return Ok(device);
    }
    // A PC whose history has parted from that of a copy, and which goes on as another device.
    let unknown = || HubError::refused("bundle.unknown_device");
    let Frame::Renew(Renew { old, request }) = reader.first(&hub.signer)? else { return Err(unknown()) };
    let old = admitted(hub.db.device(DeviceId(old))?.ok_or_else(unknown)?, label)?;
    let (id, public_key) = request.verified(&old.public_key).ok_or_else(unknown)?;
    if id != label.device {
        return Err(unknown());
    }
    reader.check(&hub.signer, &public_key)?;
    device::renew(hub, &old, &request)?;
    hub.db.device(label.device)?.ok_or_else(unknown)
}

fn admitted(device: DeviceRow, label: &Label) -> Result<DeviceRow, HubError> {
    if device.revoked_at_ms.is_some() {
        return Err(HubError::refused("sync.revoked"));
    }
    if device.unit != label.unit {
        return Err(BundleError::OtherUnit.into());
    }
    Ok(device)
}

fn converse<W: Write + Seek>(
    hub: &Arc<Hub>,
    device: DeviceRow,
    reader: &mut Reader,
    mut writer: BundleWriter<W>,
    answered: &mut Answered,
) -> Result<u64, HubError> {
    hub.metrics.n_syncs.add(1);
    let public_key = device.public_key;
    let mut session = Session::of_file(hub.clone(), device);
    let mut is_first = true;
    reader.read(&hub.signer, &public_key, &mut |frame| {
        // Heard before, or of no use any more: the line was quicker.
        if std::mem::take(&mut is_first) && matches!(frame, Frame::Renew(_)) {
            return Ok(());
        }
        for frame in session.on_frame(frame).map_err(|error: DbError| HubError::from(error))? {
            answered.note(&frame);
            writer.frame(&frame)?;
        }
        Ok::<(), HubError>(())
    })?;
    Ok(writer.finish(&hub.signer)?)
}
