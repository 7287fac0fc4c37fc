//! A commune's bundle in, the answer to carry back out: the session that the line drives, over files.

use std::fs::File;
use std::io::{BufReader, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sohoi_hub_db::audit::AuditEntry;
use sohoi_hub_db::{DbError, DeviceRow};
use sohoi_protocol::bundle::{BundleError, BundleReader, BundleWriter, Label, Way, target, write_whole};
use sohoi_protocol::message::Refusal;
use sohoi_protocol::{Frame, SyncProtocol};

use crate::clock;
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
            Frame::Hello(_)
            | Frame::Batch(_)
            | Frame::Rest(_)
            | Frame::Photos(_)
            | Frame::Blob(_)
            | Frame::End(_)
            | Frame::EndBrief(_)
            | Frame::WelcomeBrief(_)
            | Frame::AckBrief(_)
            | Frame::Pull(_)
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
    let device = device(hub, &label)?;
    reader.check(&hub.signer, &device.public_key)?;
    hub.db.add_audit(&AuditEntry {
        at_ms: hub.now_ms(),
        actor: "cli".to_string(),
        action: "bundle.accepted".to_string(),
        subject: device.id.to_string(),
    })?;
    let answer = label.answered(clock::day(hub.now_ms()));
    let path = target(out, &answer.file_name(&hub.unit_name(&label.unit), Some(mark)));
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

fn device(hub: &Hub, label: &Label) -> Result<DeviceRow, HubError> {
    if label.hub.to_string() != hub.id() {
        return Err(BundleError::OtherHub.into());
    }
    let device = hub.db.device(label.device)?;
    let device = device.ok_or_else(|| HubError::refused("bundle.unknown_device"))?;
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
    reader: &mut BundleReader<BufReader<File>>,
    mut writer: BundleWriter<W>,
    answered: &mut Answered,
) -> Result<u64, HubError> {
    hub.metrics.n_syncs.add(1);
    let public_key = device.public_key;
    let mut session = Session::of_file(hub.clone(), device);
    reader.read(&hub.signer, &public_key, &mut |frame| {
        for frame in session.on_frame(frame).map_err(|error: DbError| HubError::from(error))? {
            answered.note(&frame);
            writer.frame(&frame)?;
        }
        Ok::<(), HubError>(())
    })?;
    Ok(writer.finish(&hub.signer)?)
}
