//! What comes down of the devices of a unit: cards, batches, and after a fork by file a device's own.

use std::collections::BTreeMap;

use sohoi_hub_db::{DbError, DeviceRow};
use sohoi_protocol::message::{Mark, Pull, PullKind, mark};
use sohoi_protocol::{Frame, batch, limits};

use crate::hub::Hub;

/// Where a device's history stands: its next number, and what the chain before it begins with.
pub type Place = (u64, Mark);

/// Frames, and whether some of it has to wait for the next conversation.
type Waiting = (Vec<Frame>, bool);

/// The cards of devices of the unit that this one does not know, and what those that it knows sent since `cursors`.
/// On a line its own batches come back when it names itself: after a fork it looks where its history and that of its
/// copy have parted.
///
/// # Errors
/// What the database says.
pub fn on_line(hub: &Hub, device: &DeviceRow, cursors: &BTreeMap<u64, u64>) -> Result<Waiting, DbError> {
    let mut down = Down::new(hub, limits::PULL_BYTES);
    for other in hub.db.devices_of(&device.unit)? {
        match cursors.get(&other.id.0) {
            Some(seq) => down.batches(&other, *seq, other.next_seq)?,
            // Its batches follow once the device has said that it knows that one: a PC that does not share
            // the commune's secret could read none of them.
            None if other.id != device.id => down.card(&other),
            None => {}
        }
    }
    Ok(down.told())
}

/// The same into a file. Its next round takes days, so batches of a device that is not known follow on the card at
/// once, after those of the known ones; who cannot open the card passes them over.
///
/// # Errors
/// What the database says.
pub fn by_file(hub: &Hub, device: &DeviceRow, cursors: &BTreeMap<u64, u64>) -> Result<Waiting, DbError> {
    let mut down = Down::new(hub, limits::PULL_BYTES);
    let mut others = hub.db.devices_of(&device.unit)?;
    others.retain(|other| other.id != device.id);
    let (known, new): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|other| cursors.contains_key(&other.id.0));
    for other in &known {
        let seq = cursors.get(&other.id.0).copied().unwrap_or(other.next_seq);
        down.batches(other, seq, other.next_seq)?;
    }
    new.iter().for_each(|other| down.card(other));
    for other in new.iter().filter(|other| !other.card.is_empty()) {
        down.batches(other, 1, other.next_seq)?;
    }
    Ok(down.told())
}

/// What the hub had of a device when its file came and the file seems not to know: from the place in the file's HELLO
/// on if that is one of the hub's, else from the beginning. The device finds by it where the two have parted.
///
/// # Errors
/// What the database says.
pub fn own(hub: &Hub, device: &DeviceRow, hello: Place, stood: Place) -> Result<Vec<Frame>, DbError> {
    // The hub lacks what comes before, or nothing is there that the device does not know.
    if hello.0 > stood.0 || hello == stood {
        return Ok(Vec::new());
    }
    let common = hub.db.batch_at(device.id, hello.0)?.filter(|batch| mark(&batch.previous) == hello.1);
    let mut down = Down::new(hub, limits::FILE_PULL_BYTES);
    down.batches(device, common.map_or(1, |_| hello.0), stood.0)?;
    Ok(down.told().0)
}

struct Down<'a> {
    hub: &'a Hub,
    room: usize,
    frames: Vec<Frame>,
    is_full: bool,
}

impl Down<'_> {
    fn new(hub: &Hub, room: usize) -> Down<'_> {
        Down { hub, room, frames: Vec::new(), is_full: false }
    }

    fn told(self) -> Waiting {
        (self.frames, self.is_full)
    }

    fn card(&mut self, other: &DeviceRow) {
        if !other.card.is_empty() {
            let content = [other.public_key.as_slice(), &other.card].concat();
            self.pull(PullKind::Device, 0, other, content);
        }
    }

    fn batches(&mut self, other: &DeviceRow, mut seq: u64, next_seq: u64) -> Result<(), DbError> {
        while seq < next_seq && !self.is_full {
            // A number in the middle of a batch is none that a device of ours gives.
            let Some(stored) = self.hub.db.batch_at(other.id, seq)? else { break };
            // What the disk has spoilt would be refused, and everything with it: it waits for its device.
            let between = (&stored.previous, &stored.receipt.chain);
            if !batch::is_whole(&stored.bytes, between, &other.public_key) {
                // Counted anew, its next sync finds that the hub lacks it, and brings it again.
                tracing::warn!(device = %other.id, first_seq = seq, "a batch of the log is spoilt");
                self.hub.db.recount(other.id)?;
                break;
            }
            match self.room.checked_sub(stored.bytes.len()) {
                Some(room) => self.room = room,
                None => {
                    self.is_full = true;
                    break;
                }
            }
            self.pull(PullKind::Batch, seq, other, stored.bytes);
            seq += u64::from(stored.receipt.count);
        }
        Ok(())
    }

    fn pull(&mut self, kind: PullKind, number: u64, of: &DeviceRow, content: Vec<u8>) {
        self.frames.push(Frame::Pull(Pull::sign(kind, number, of.id, content, &self.hub.signer)));
    }
}
