//! The hub's side of a sync: one device's conversation, whatever carries its frames.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sohoi_domain::photo::PhotoId;
use sohoi_domain::{DeviceId, UnitKey};
use sohoi_hub_db::{Accepted, DbError, DeviceRow, Gist, NewBatch, PhotoTaken, Standing};
use sohoi_protocol::batch;
use sohoi_protocol::brief::EndBrief;
use sohoi_protocol::clock::ClockRun;
use sohoi_protocol::message::{
    Begun, Blob, Done, End, Hello, Kept, Photos, Pull, PullKind, Receipt, Refusal, Welcome, mark,
};
use sohoi_protocol::{BatchHeader, Chain, Frame, Part, Rest, SumsDigest, SyncProtocol, limits};

use crate::bulletin;
use crate::check;
use crate::hub::Hub;
use crate::pulls::{self, Place};

/// Some 100 kB; a device that missed more of them hears the rest in its next sync.
const RECEIPTS_SAID_AGAIN: usize = 500;
/// Each can have a megabyte; the rest is asked for the next time.
const BATCHES_WANTED_AGAIN: usize = 16;
/// What the hub's clock may have been ahead when it gave a number.
const AHEAD_S: u64 = 24 * 3_600;
/// More than a device has made since any backup: who says so was never told it, and begins no epoch by it.
const CHANGES_LOST: u64 = 1_000_000;
const REFUSED: &str = "sync.batch_refused";

/// Speaks for the hub with one device, whose token was checked before.
pub struct Session {
    hub: Arc<Hub>,
    device: DeviceRow,
    scope: BTreeSet<UnitKey>,
    has_greeted: bool,
    /// The hub's when the device named itself: everything in one conversation is of one.
    epoch: u64,
    /// What the device has of the others of its commune.
    cursors: BTreeMap<u64, u64>,
    /// Last bulletin that it has.
    bulletin_cursor: u64,
    /// Last word on the others' clocks that it has.
    clock_cursor: u64,
    is_done: bool,
    /// After the last batch of this conversation, whose signature was checked: the next number, and the chain there.
    after_batch: Option<(u64, Chain)>,
    /// Tells this conversation from others of the same device.
    id: u64,
    /// What an earlier request brought of the next batch.
    begun: Vec<u8>,
    /// Bytes of photos that may still come down in this conversation.
    photo_room: usize,
    /// A file was closed when it was written, and the line may have brought more since.
    may_lag: bool,
    /// Of a file: the place in its HELLO, and where the hub stood then.
    places: Option<(Place, Place)>,
}

/// What a frame leads to: frames to send, or the end with a refusal.
type Answer = Result<Vec<Frame>, Stop>;

enum Stop {
    Refused(Refusal),
    Db(DbError),
}

impl From<DbError> for Stop {
    fn from(error: DbError) -> Stop {
        Stop::Db(error)
    }
}

fn refused(reason: &str) -> Stop {
    Stop::Refused(Refusal::new(REFUSED, reason))
}

fn photo_refused(reason: &str) -> Stop {
    Stop::Refused(Refusal::new("sync.refused", reason))
}

impl Session {
    pub fn new(hub: Arc<Hub>, device: DeviceRow) -> Session {
        let scope = hub.scope(&device.unit);
        let id = hub.beginnings.next_id();
        Session {
            hub,
            device,
            scope,
            has_greeted: false,
            epoch: 0,
            cursors: BTreeMap::new(),
            bulletin_cursor: 0,
            clock_cursor: 0,
            is_done: false,
            after_batch: None,
            id,
            begun: Vec::new(),
            photo_room: limits::PULL_BYTES,
            may_lag: false,
            places: None,
        }
    }

    /// A conversation whose half was written down before, by a device whose signature over it was checked.
    pub fn of_file(hub: Arc<Hub>, device: DeviceRow) -> Session {
        Session { may_lag: true, photo_room: limits::FILE_PULL_BYTES, ..Session::new(hub, device) }
    }

    /// Hears nothing more: what came was no frame.
    pub fn stop(&mut self) {
        self.is_done = true;
        self.hub.metrics.n_refused.add(1);
    }

    fn answer(&mut self, frame: Frame) -> Answer {
        match frame {
            Frame::Hello(hello) if !self.has_greeted => self.hello(&hello),
            Frame::Batch(bytes) if self.has_greeted => {
                let said = self.batch(&bytes);
                self.note(said)
            }
            Frame::Rest(rest) if self.has_greeted => {
                let said = self.rest(&rest);
                self.note(said)
            }
            Frame::Photos(photos) if self.has_greeted => self.photos(&photos),
            Frame::Blob(blob) if self.has_greeted => self.blob(&blob),
            Frame::End(end) if self.has_greeted => self.end(&end),
            Frame::EndBrief(brief) if self.has_greeted => self.end_brief(brief),
            Frame::Hello(_)
            | Frame::Renew(_)
            | Frame::Batch(_)
            | Frame::Rest(_)
            | Frame::Photos(_)
            | Frame::Blob(_)
            | Frame::End(_)
            | Frame::EndBrief(_) => Err(Stop::Refused(Refusal::new("sync.refused", "sequence"))),
            Frame::Welcome(_)
            | Frame::WelcomeBrief(_)
            | Frame::Ack(_)
            | Frame::AckBrief(_)
            | Frame::Kept(_)
            | Frame::Pull(_)
            | Frame::Done(_)
            | Frame::DoneBrief(_)
            | Frame::Refused(_) => Err(Stop::Refused(Refusal::new("sync.refused", "direction"))),
        }
    }

    fn hello(&mut self, hello: &Hello) -> Answer {
        if hello.device() != self.device.id {
            return Err(Stop::Refused(Refusal::new("sync.refused", "device")));
        }
        if hello.protocol == 0 {
            return Err(Stop::Refused(Refusal::new("sync.refused", "protocol")));
        }
        self.read_device()?;
        if hello.next_seq > self.device.next_seq.saturating_add(CHANGES_LOST) {
            return Err(Stop::Refused(Refusal::new("sync.refused", "sequence")));
        }
        self.epoch = self.epoch_for(hello)?;
        self.has_greeted = true;
        self.cursors.clone_from(&hello.device_cursors);
        self.bulletin_cursor = hello.bulletin_cursor;
        self.clock_cursor = hello.clock_cursor.unwrap_or_default();
        // A file is whole, or nothing of it is taken.
        if self.may_lag {
            self.places =
                Some(((hello.next_seq, hello.mark), (self.device.next_seq, mark(&self.device.chain))));
        } else {
            self.begun = self.hub.beginnings.of(self.device.id, self.device.next_seq);
        }
        let mut frames = vec![Frame::Welcome(Welcome {
            // A newer device speaks what both know.
            protocol: hello.protocol.min(limits::PROTOCOL),
            epoch: self.epoch,
            next_seq: self.device.next_seq,
            chain: self.device.chain,
            now_ms: self.hub.now_ms(),
            max_batch_bytes: limits::BATCH_BYTES as u32,
            begun: (!self.begun.is_empty()).then(|| Begun::of(&self.begun)),
        })];
        frames.extend(self.receipts_from(hello.next_seq)?);
        Ok(frames)
    }

    // A device that has heard more than this hub has said tells that the hub was put back to what it was before. From
    // then on it is another epoch, and who hears of it offers again what batches do not show. Said of an earlier epoch
    // it is nothing new; and what was proved by a number once is not proved by it again.
    fn epoch_for(&self, hello: &Hello) -> Result<u64, Stop> {
        let here = self.hub.db.standing()?;
        let Some(said) = hello.epoch else { return Ok(here.epoch) };
        // All three grow with the hub's clock: what lies beyond it was never said.
        let now_s = self.hub.now_ms().unsigned_abs() / 1_000;
        let latest_s = now_s + AHEAD_S;
        let bulletin = Some(hello.bulletin_cursor).filter(|number| *number <= latest_s * 1_000);
        let clock = hello.clock_cursor.filter(|number| *number <= latest_s);
        let heard =
            Standing { bulletin: bulletin.unwrap_or_default(), clock: clock.unwrap_or_default(), ..here };
        let has_lost = heard.bulletin > here.bulletin || heard.clock > here.clock;
        let is_later = said > here.epoch && said <= latest_s;
        let is_news = said == here.epoch && (has_lost || hello.next_seq > self.device.next_seq);
        if !is_later && !is_news && !has_lost {
            return Ok(here.epoch);
        }
        let epoch = if is_later || is_news { now_s.max(said + 1) } else { here.epoch };
        let epoch = self.hub.db.went_back(Standing { epoch, ..heard })?;
        tracing::warn!(device = %self.device.id, epoch, "a device has heard more than this hub has said");
        Ok(epoch)
    }

    // Receipts that the device did not hear of, because its line was cut. So it sends nothing twice.
    fn receipts_from(&self, mut seq: u64) -> Result<Vec<Frame>, Stop> {
        let mut frames = Vec::new();
        // A file brings its batches along, and hears of each as it comes.
        while !self.may_lag && seq < self.device.next_seq && frames.len() < RECEIPTS_SAID_AGAIN {
            // A number in the middle of a batch belongs to another history than the hub's.
            let Some(stored) = self.hub.db.batch_at(self.device.id, seq)? else { break };
            seq += u64::from(stored.receipt.count);
            frames.push(Frame::Ack(stored.receipt));
        }
        Ok(frames)
    }

    // Another request may have moved the device on, or the province may have shut it out.
    fn read_device(&mut self) -> Result<(), Stop> {
        let device = self.hub.db.device(self.device.id)?;
        self.device = device
            .filter(|device| device.revoked_at_ms.is_none())
            .ok_or_else(|| Stop::Refused(Refusal::new("sync.revoked", "revoked")))?;
        Ok(())
    }

    fn batch(&mut self, bytes: &[u8]) -> Answer {
        let header = batch::header(bytes).map_err(|error| refused(error.reason()))?;
        if header.device != self.device.id {
            return Err(refused("device"));
        }
        if header.first_seq < self.device.next_seq {
            return self.again(&header, bytes);
        }
        if header.first_seq > self.device.next_seq {
            return Err(self.out_of_order());
        }
        let (chain, gist) = self.looked_at(bytes)?;
        self.accept(bytes, &header, chain, &gist)
    }

    // Its signature, its place, and whether the hub takes what it says; and the chain after it.
    fn looked_at(&self, bytes: &[u8]) -> Result<(Chain, Gist), Stop> {
        let Session { hub, device, scope, .. } = self;
        hub.arenas.with(|arena| {
            let viewed = batch::view(bytes, &device.chain, &device.public_key, arena)
                .map_err(|error| refused(error.reason()))?;
            check::batch(&hub.catalogue, scope, &viewed).map_err(|fault| refused(fault.reason()))?;
            Ok((viewed.chain, Gist::of(&hub.catalogue, viewed.changes)))
        })
    }

    // Of the batch whose beginning was named in WELCOME.
    fn rest(&mut self, rest: &Rest) -> Answer {
        // More may have come of it since the device asked.
        let begun = self.begun.get(..rest.from as usize).filter(|begun| !begun.is_empty());
        let bytes = begun.map(|begun| [begun, &rest.bytes].concat());
        match bytes.filter(|bytes| bytes.len() <= limits::BATCH_BYTES) {
            Some(bytes) => self.batch(&bytes),
            None => Err(self.out_of_order()),
        }
    }

    fn out_of_order(&self) -> Stop {
        Stop::Refused(Refusal::new(REFUSED, "order").with("next_seq", self.device.next_seq))
    }

    // The same bytes get the same receipt. Other bytes are a fork only when the device itself signed them:
    // a damaged copy must not make it throw its history away.
    fn again(&self, header: &BatchHeader, bytes: &[u8]) -> Answer {
        let Some(stored) = self.hub.db.batch_at(self.device.id, header.first_seq)? else {
            return Err(self.out_of_order());
        };
        if stored.bytes == bytes {
            self.hub.metrics.n_replayed.add(1);
            return Ok(vec![Frame::Ack(stored.receipt)]);
        }
        let opened = batch::open(bytes, &stored.previous, &self.device.public_key)
            .map_err(|error| refused(error.reason()))?;
        if opened.chain != stored.receipt.chain {
            return Err(refused("fork"));
        }
        // The receipt is for these very bytes, so it is the hub's copy that has suffered.
        if self.hub.db.mend_batch(self.device.id, header.first_seq, bytes)? {
            tracing::warn!(device = %self.device.id, first_seq = header.first_seq, "a batch of the log was mended");
        }
        Ok(vec![Frame::Ack(stored.receipt)])
    }

    fn accept(&mut self, bytes: &[u8], header: &BatchHeader, chain: Chain, gist: &Gist) -> Answer {
        let receipt = Receipt {
            device: header.device.0,
            first_seq: header.first_seq,
            count: header.count,
            chain,
            epoch: self.epoch,
            at_ms: self.hub.now_ms(),
            signature: [0; 64],
        }
        .signed(&self.hub.signer);
        let accepted = self.hub.db.accept_batch(&NewBatch {
            header,
            unit: &self.device.unit,
            scope: &self.scope,
            previous: &self.device.chain,
            bytes,
            gist,
            receipt: &receipt,
        })?;
        match accepted {
            Accepted::Stored => {}
            Accepted::NotNext => return self.lost_race(header, bytes),
            Accepted::Revoked => return Err(Stop::Refused(Refusal::new("sync.revoked", "revoked"))),
            Accepted::OtherUnit => return Err(refused("unit")),
        }
        self.device.next_seq += u64::from(header.count);
        self.device.chain = chain;
        self.hub.beginnings.forget(self.device.id);
        let metrics = &self.hub.metrics;
        metrics.n_batches.add(1);
        metrics.n_changes.add(u64::from(header.count));
        metrics.n_bytes.add(bytes.len() as u64);
        self.hub.bell.ring();
        Ok(vec![Frame::Ack(receipt)])
    }

    // A USB stick or an earlier request brought it in the meantime.
    fn lost_race(&mut self, header: &BatchHeader, bytes: &[u8]) -> Answer {
        self.read_device()?;
        if header.first_seq < self.device.next_seq {
            self.again(header, bytes)
        } else {
            Err(self.out_of_order())
        }
    }

    // What it lacks comes down right after the answer to what it offers.
    fn photos(&mut self, photos: &Photos) -> Answer {
        let known = self.hub.db.photos(&self.device.unit, &photos.offered)?;
        let mut frames = vec![self.kept(known.kept, known.lacking)];
        for id in &photos.wanted {
            let content = self.hub.db.photo(&self.device.unit, *id)?;
            let Some(content) = content else { continue };
            let Some(room) = self.photo_room.checked_sub(content.len()) else { break };
            self.photo_room = room;
            frames.push(self.pull(PullKind::Photo, 0, DeviceId(0), content));
        }
        Ok(frames)
    }

    // One that nobody names is passed over without a word of it: its record may have been erased meanwhile.
    fn blob(&mut self, blob: &Blob) -> Answer {
        if blob.content.len() > limits::PHOTO_BYTES {
            return Err(photo_refused("photo_too_large"));
        }
        if !blob.is_whole() {
            return Err(photo_refused("photo_hash"));
        }
        let id = PhotoId(blob.hash);
        match self.hub.db.take_photo(&self.device.unit, id, &blob.content, self.hub.now_ms())? {
            PhotoTaken::Kept => Ok(vec![self.kept(vec![id], Vec::new())]),
            PhotoTaken::NotNamed => Ok(vec![self.kept(Vec::new(), Vec::new())]),
            PhotoTaken::NotSealed => Err(photo_refused("photo_privacy")),
        }
    }

    fn kept(&self, kept: Vec<PhotoId>, lacking: Vec<PhotoId>) -> Frame {
        let kept = Kept {
            kept,
            lacking,
            device: self.device.id.0,
            epoch: self.epoch,
            at_ms: self.hub.now_ms(),
            signature: [0; 64],
        };
        Frame::Kept(kept.signed(&self.hub.signer))
    }

    fn end(&mut self, end: &End) -> Answer {
        if end.chain != self.chain_at(end.next_seq)? {
            return Err(refused("chain"));
        }
        if !end.is_signed_by(&self.device.public_key) {
            return Err(refused("signature"));
        }
        let place = (end.next_seq, end.chain);
        let clock_number = self.note_clock(end)?;
        self.close(place, end.sums, clock_number)
    }

    // END's place is one of the hub's own log, so the numbers are of its changes.
    fn note_clock(&self, end: &End) -> Result<Option<u64>, DbError> {
        let runs = end.clock.iter().flat_map(|clock| &clock.0).filter(|run| run.last_seq < end.next_seq);
        let runs: Vec<ClockRun> = runs.copied().collect();
        if runs.is_empty() {
            return Ok(None);
        }
        let number = self.hub.db.note_clock(self.device.id, &runs, self.hub.now_ms())?;
        Ok((number > 0).then_some(number))
    }

    // The batch before it bore the signature.
    fn end_brief(&mut self, brief: EndBrief) -> Answer {
        let Some((next_seq, chain)) = self.after_batch else {
            return Err(Stop::Refused(Refusal::new("sync.refused", "sequence")));
        };
        if chain != self.chain_at(next_seq)? {
            return Err(refused("chain"));
        }
        self.close((next_seq, chain), brief.sums, None)
    }

    fn note(&mut self, said: Answer) -> Answer {
        if let Ok([Frame::Ack(receipt)]) = said.as_deref() {
            self.after_batch = Some((receipt.first_seq + u64::from(receipt.count), receipt.chain));
        }
        said
    }

    fn close(&mut self, place: (u64, Chain), sums: Option<SumsDigest>, clock_number: Option<u64>) -> Answer {
        // Nothing comes down for one that was shut out meanwhile.
        let device = self.hub.db.device(self.device.id)?;
        if device.is_none_or(|device| device.revoked_at_ms.is_some()) {
            return Err(Stop::Refused(Refusal::new("sync.revoked", "revoked")));
        }
        let checked = self.checked(place, sums)?;
        self.is_done = true;
        let (mut frames, more_to_tell) = bulletin::waiting(&self.hub, &self.device, self.bulletin_cursor)?;
        let more_of_clocks = self.clocks(&mut frames)?;
        let (pulled, more_to_pull) = self.pulled()?;
        frames.extend(pulled);
        if place.0 < self.device.next_seq {
            frames.extend(self.own()?);
        }
        let more = more_to_tell || more_of_clocks || more_to_pull;
        // Those that still wait have lower numbers.
        let clock_number = clock_number.filter(|_| !more_of_clocks);
        frames.push(Frame::Done(Done { more, clock_number, ..checked }));
        Ok(frames)
    }

    // DONE, with what the hub has of the device when that is not what END says. Before it says so, it counts anew
    // from its log: that, and not a sum, is what it signed for.
    fn checked(&self, (next_seq, chain): (u64, Chain), sums: Option<SumsDigest>) -> Result<Done, Stop> {
        let done = Done::at(next_seq, chain);
        let told = self.hub.db.told(self.device.id)?;
        // Of an earlier place, and of one that another request has left behind by now, nothing was kept.
        if told.next_seq != next_seq {
            return Ok(done);
        }
        let Some(sums) = sums else { return Ok(Done { digests: None, ..done.with_sums(&told.sums) }) };
        if sums == told.sums.digest() {
            return Ok(done);
        }
        let recounted = self.hub.db.recount(self.device.id)?;
        let kinds = told.sums.differing(&recounted.told.sums);
        let is_mended = recounted.told.sums.digest() == sums;
        tracing::error!(
            device = %self.device.id,
            is_mended,
            ?kinds,
            n_damaged = recounted.damaged.len(),
            "the hub counted other changes than a device; it has counted its log anew"
        );
        self.hub.metrics.n_differences.add(1);
        if is_mended {
            return Ok(done);
        }
        let again = recounted.damaged.into_iter().take(BATCHES_WANTED_AGAIN).collect::<Vec<_>>();
        let again = (!again.is_empty()).then_some(again);
        Ok(Done { again, ..done.with_sums(&recounted.told.sums) })
    }

    // Before the changes that it is about.
    fn clocks(&self, frames: &mut Vec<Frame>) -> Result<bool, DbError> {
        let words = self.hub.db.clocks_after(self.device.id, self.clock_cursor, limits::CLOCK_WORDS)?;
        let is_full = words.as_ref().is_some_and(|words| words.words.len() == limits::CLOCK_WORDS);
        frames.extend(words.map(|words| Frame::Pull(words.pull(&self.hub.signer))));
        Ok(is_full)
    }

    fn pulled(&self) -> Result<(Vec<Frame>, bool), Stop> {
        let waiting = if self.may_lag { pulls::by_file } else { pulls::on_line };
        Ok(waiting(&self.hub, &self.device, &self.cursors)?)
    }

    // To a file that ends before the hub, or is refused: it may be of a history that has parted from the hub's.
    fn own(&self) -> Result<Vec<Frame>, DbError> {
        match self.places {
            Some((hello, stood)) => pulls::own(&self.hub, &self.device, hello, stood),
            None => Ok(Vec::new()),
        }
    }

    fn pull(&self, kind: PullKind, number: u64, device: DeviceId, content: Vec<u8>) -> Frame {
        Frame::Pull(Pull::sign(kind, number, device, content, &self.hub.signer))
    }

    // On the line, a device that ends before the hub's place has lost a part of its history, and must be told.
    fn chain_at(&self, next_seq: u64) -> Result<Chain, Stop> {
        if next_seq == self.device.next_seq {
            return Ok(self.device.chain);
        }
        let is_past = self.may_lag && next_seq < self.device.next_seq;
        let batch = if is_past { self.hub.db.batch_at(self.device.id, next_seq)? } else { None };
        batch.map(|batch| batch.previous).ok_or_else(|| self.out_of_order())
    }
}

impl SyncProtocol for Session {
    type Error = DbError;

    fn open(&mut self) -> Result<Vec<Frame>, DbError> {
        Ok(Vec::new())
    }

    fn on_frame(&mut self, frame: Frame) -> Result<Vec<Frame>, DbError> {
        if self.is_done {
            return Ok(Vec::new());
        }
        match self.answer(frame) {
            Ok(frames) => Ok(frames),
            Err(Stop::Db(error)) => Err(error),
            Err(Stop::Refused(refusal)) => {
                self.is_done = true;
                self.hub.metrics.n_refused.add(1);
                tracing::info!(
                    device = %self.device.id,
                    code = refusal.code,
                    reason = refusal.reason,
                    "a sync was refused"
                );
                // Nothing comes down for one that was shut out.
                let is_out = refusal.code == "sync.revoked";
                let mut frames = if is_out { Vec::new() } else { self.own()? };
                frames.push(Frame::Refused(refusal));
                Ok(frames)
            }
        }
    }

    fn on_part(&mut self, part: Part) {
        if !self.has_greeted || self.is_done || self.may_lag {
            return;
        }
        let Some(before) = self.begun.get(..part.from as usize) else { return };
        self.hub.beginnings.note(self.id, (self.device.id, self.device.next_seq), before, part.content);
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}
