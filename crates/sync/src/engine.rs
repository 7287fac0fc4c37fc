//! The device's side of a sync as a pure state machine: frames in, frames out, no connection.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use sohoi_protocol::batch::Chain;
use sohoi_protocol::brief::{AckBrief, DoneBrief, EndBrief, WelcomeBrief};
use sohoi_protocol::clock::{ClockRun, ClockRuns};
use sohoi_protocol::message::{Begun, Done, End, Hello, Kept, PullKind, Receipt, Welcome};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, KindSums, Rest, SumsDigest, SyncProtocol};
use sohoi_store::BatchRow;

use crate::clock::ToldClock;
use crate::error::SyncError;
use crate::heard::HubTime;
use crate::peers::{Peers, Pulled};
use crate::photos::{self, Talk};
use crate::stage::Staged;
use crate::told::Bulletins;

/// Batches that are under way at first. A line that acknowledges none of them holds everything back until
/// the request has ended, and is told so before more is spent on it.
const FIRST_WINDOW: usize = 2;
/// Enough for 256 kbit/s and a round trip of a second and a half.
const FULL_WINDOW: usize = 4;

/// How a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub hub_epoch: u64,
    /// From its first answer, since what follows may take long; none when that answer came late itself.
    pub hub_time: Option<HubTime>,
    pub n_batches: u32,
    pub n_changes: u64,
    /// What the hub has of this device by kind, when that is not what this device said.
    pub hub_sums: Option<KindSums>,
    /// First changes of the batches that the hub wants once more: it can no longer read them.
    pub again: Vec<u64>,
    /// Batches of other PCs that came down.
    pub n_pulled: u32,
    /// PCs of this unit whose batches cannot be read here, because they do not share the commune's secret.
    pub n_strangers: u32,
    /// PCs of the commune of which a batch came that nobody here can read.
    pub unreadable: BTreeSet<u64>,
    /// More is waiting at the hub.
    pub more: bool,
    /// What the hub was told of this device's stamps.
    pub clock: ToldClock,
}

/// How much is said before an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A few batches ahead of the hub's receipts: one round trip when there is little to say.
    Ahead,
    /// Everything at once, for a file that nobody answers while it is written.
    Whole,
    /// HELLO alone, to learn after a cut what arrived.
    Probe,
    /// Everything, also what the hub has signed for.
    Again,
}

/// Speaks for the register. Every receipt is verified before it is handed on.
pub struct Engine {
    manner: Manner,
    hello: Hello,
    batches: Vec<BatchRow>,
    /// Of the first batch, what the hub does not have.
    rest: Option<Rest>,
    hub_key: [u8; 32],
    signer: Signer,
    final_chain: Chain,
    next_seq: u64,
    sums: Option<SumsDigest>,
    clock: Vec<ClockRun>,
    /// What is heard was written down earlier, perhaps for another copy of this register.
    is_late: bool,
    places: BTreeMap<u64, Chain>,
    /// The next batch to go out.
    at: usize,
    window: usize,
    has_ended: bool,
    /// First change that no receipt of this conversation covers.
    confirmed_to: u64,
    confirmed: Vec<Receipt>,
    n_batches: u32,
    n_changes: u64,
    bulletins: Bulletins,
    peers: Peers,
    photos: Talk,
    photo_bytes: u64,
    kept: Vec<Kept>,
    pulled: Vec<Pulled>,
    n_pulled: u32,
    asked: Instant,
    hub_time: Option<HubTime>,
    welcome: Option<Welcome>,
    outcome: Option<Outcome>,
}

impl Engine {
    pub fn new(staged: Staged, manner: Manner) -> Engine {
        let photos = Talk::new(staged.photos.clone());
        let peers = Peers::new(staged.peers.clone(), staged.commune_key.clone(), staged.hub.hub_key);
        Engine {
            manner,
            photo_bytes: photos.n_bytes(),
            photos,
            kept: Vec::new(),
            confirmed_to: staged.hello.next_seq,
            rest: rest_of_first(&staged),
            bulletins: Bulletins::new(staged.hub.hub_key, staged.hello.bulletin_cursor),
            hello: staged.hello,
            batches: staged.batches,
            hub_key: staged.hub.hub_key,
            signer: staged.signer,
            final_chain: staged.final_chain,
            next_seq: staged.next_seq,
            sums: staged.sums.map(|sums| sums.digest()),
            clock: staged.clock.into_iter().filter(|run| run.last_seq < staged.next_seq).collect(),
            places: staged.places,
            at: 0,
            window: match manner {
                Manner::Whole | Manner::Again => usize::MAX,
                Manner::Ahead | Manner::Probe => FIRST_WINDOW,
            },
            has_ended: false,
            confirmed: Vec::new(),
            n_batches: 0,
            n_changes: 0,
            is_late: staged.is_late,
            peers: if staged.is_late { peers.late() } else { peers },
            pulled: Vec::new(),
            n_pulled: 0,
            asked: Instant::now(),
            hub_time: None,
            welcome: None,
            outcome: None,
        }
    }

    /// Receipts that came since the last call, each verified.
    pub fn take_confirmed(&mut self) -> Vec<Receipt> {
        std::mem::take(&mut self.confirmed)
    }

    /// What the hub said of photos since the last call, each verified.
    pub fn take_kept(&mut self) -> Vec<Kept> {
        std::mem::take(&mut self.kept)
    }

    /// What came down since the last call, checked, in the order to store it in.
    pub fn take_pulled(&mut self) -> Vec<Pulled> {
        std::mem::take(&mut self.pulled)
    }

    pub(crate) fn signer(&self) -> &Signer {
        &self.signer
    }

    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref()
    }

    /// What the hub has of the first batch, as a probe has learned.
    pub fn begun(&self) -> Option<Begun> {
        self.welcome.as_ref()?.begun
    }

    /// What the hub said of itself; none before it answered.
    pub fn welcomed(&self) -> Option<&Welcome> {
        self.welcome.as_ref()
    }

    pub fn n_changes_total(&self) -> u64 {
        self.next_seq - self.hello.next_seq
    }

    pub fn n_changes_confirmed(&self) -> u64 {
        self.n_changes
    }

    /// Bytes of everything that there is to say.
    pub fn n_bytes_total(&self) -> u64 {
        let length = |at: usize| match &self.rest {
            Some(rest) if at == 0 => size_of::<u32>() + rest.bytes.len(),
            _ => self.batches[at].bytes.len(),
        };
        let batches = (0..self.batches.len()).map(|at| Frame::batch_length(length(at)) as u64);
        // A batch that goes out whole lets END be brief.
        let end = match (self.batches.len(), &self.rest) {
            _ if !self.clock.is_empty() => self.end(),
            (0, _) | (1, Some(_)) => self.end(),
            _ => Frame::EndBrief(EndBrief { sums: self.sums }),
        };
        let around = [Frame::Hello(self.hello.clone()), end].map(|frame| frame.encode().len() as u64);
        batches.chain(around).sum::<u64>() + self.photo_bytes
    }

    /// True when batches wait for the hub's word on those before them, and none came yet.
    pub fn waits_for_first_receipt(&self) -> bool {
        let is_unheard = self.n_batches == 0 && !self.photos.was_answered;
        !self.has_ended && is_unheard && self.manner == Manner::Ahead
    }

    /// The hub has closed its side. A probe ends so; anything else was cut.
    ///
    /// # Errors
    /// [`SyncError::Cut`].
    pub fn on_close(&self) -> Result<(), SyncError> {
        let is_answered = self.manner == Manner::Probe && self.welcome.is_some();
        if is_answered { Ok(()) } else { Err(SyncError::Cut) }
    }

    fn end(&self) -> Frame {
        let clock = (!self.clock.is_empty()).then(|| ClockRuns(self.clock.clone()));
        Frame::End(End { sums: self.sums, clock, ..End::sign(self.next_seq, self.final_chain, &self.signer) })
    }

    // What may go out now: batches up to the window, and the end after the last of them.
    fn send(&mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        if self.manner == Manner::Probe || self.has_ended {
            return frames;
        }
        let confirmed = match self.manner {
            Manner::Again => 0,
            _ => self.batches.partition_point(|batch| batch.first_seq < self.confirmed_to),
        };
        // The hub may have batches already whose receipts were lost.
        self.at = self.at.max(confirmed);
        let end = self.batches.len().min(confirmed.saturating_add(self.window));
        for at in self.at.min(end)..end {
            frames.push(match self.rest.take_if(|_| at == 0) {
                Some(rest) => Frame::Rest(rest),
                None => Frame::Batch(self.batches[at].bytes.clone()),
            });
        }
        self.at = self.at.max(end);
        if self.at == self.batches.len() {
            frames.extend(self.say_photos());
            if self.photos.is_over() {
                self.has_ended = true;
                frames.push(self.end());
            }
        }
        frames
    }

    fn say_photos(&mut self) -> Vec<Frame> {
        match self.manner {
            Manner::Whole => self.photos.all(),
            Manner::Ahead => self.photos.next().into_iter().collect(),
            Manner::Probe | Manner::Again => Vec::new(),
        }
    }

    fn kept(&mut self, kept: Kept) -> Result<(), SyncError> {
        if kept.device != self.hello.device || !kept.is_signed_by(&self.hub_key) {
            return Err(SyncError::BadReceipt);
        }
        self.photos.answer(&kept);
        self.kept.push(kept);
        Ok(())
    }

    fn hub_epoch(&self) -> u64 {
        self.welcome.as_ref().map_or(0, |welcome| welcome.epoch)
    }

    fn greeted(&mut self, welcome: Welcome) -> Result<(), SyncError> {
        self.hub_time = HubTime::of(welcome.now_ms, self.asked, Instant::now());
        // Where the hub stands must be a place in the history that is here. Otherwise a copy of this register
        // was there first, or this one was restored from a backup.
        if self.places.get(&welcome.next_seq) != Some(&welcome.chain) {
            return Err(SyncError::Forked { next_seq: welcome.next_seq, chain: welcome.chain });
        }
        // The hub has less than it once signed for: it was restored from a backup, and gets it again.
        if welcome.next_seq < self.hello.next_seq {
            return Err(SyncError::NeedOlder { next_seq: welcome.next_seq });
        }
        self.welcome = Some(welcome);
        Ok(())
    }

    fn ack(&mut self, receipt: Receipt) -> Result<(), SyncError> {
        if receipt.device != self.hello.device || !receipt.is_signed_by(&self.hub_key) {
            return Err(SyncError::BadReceipt);
        }
        let batch = self.batches.iter().find(|batch| batch.first_seq == receipt.first_seq);
        let is_here = batch.is_some_and(|batch| (batch.count, batch.chain) == (receipt.count, receipt.chain));
        // The hub has signed for it, and for this device: it was made elsewhere.
        if !is_here && self.is_late {
            return Err(SyncError::OtherCopy);
        }
        if !is_here || receipt.first_seq > self.confirmed_to {
            return Err(SyncError::BadReceipt);
        }
        // Said again for a batch that was sent again.
        if receipt.first_seq < self.confirmed_to {
            return Ok(());
        }
        self.confirmed_to = receipt.first_seq + u64::from(receipt.count);
        self.n_batches += 1;
        self.n_changes += u64::from(receipt.count);
        self.window = self.window.saturating_add(1).max(FIRST_WINDOW);
        if self.manner == Manner::Ahead {
            self.window = self.window.min(FULL_WINDOW);
        }
        self.confirmed.push(receipt);
        Ok(())
    }

    // The receipt for the next batch: the signature is the hub's only if it is for this very one.
    fn ack_brief(&mut self, brief: AckBrief) -> Result<(), SyncError> {
        let Some(welcome) = &self.welcome else { return Err(SyncError::BadReceipt) };
        let Some(batch) = self.batches.iter().find(|batch| batch.first_seq == self.confirmed_to) else {
            return Err(SyncError::BadReceipt);
        };
        self.ack(Receipt {
            device: self.hello.device,
            first_seq: batch.first_seq,
            count: batch.count,
            chain: batch.chain,
            epoch: welcome.epoch,
            at_ms: welcome.now_ms.saturating_add(brief.after_ms),
            signature: brief.signature,
        })
    }

    // HELLO stands where the hub does.
    fn greeted_brief(&mut self, brief: WelcomeBrief) -> Result<(), SyncError> {
        let chain = self.places.get(&self.hello.next_seq).copied().ok_or(SyncError::Protocol)?;
        self.greeted(brief.whole(&self.hello, chain))
    }

    fn done_brief(&mut self, brief: DoneBrief) -> Result<(), SyncError> {
        self.done(Done { more: brief.more, ..Done::at(self.next_seq, self.final_chain) })
    }

    fn done(&mut self, done: Done) -> Result<(), SyncError> {
        if self.confirmed_to != self.next_seq
            || done.next_seq != self.next_seq
            || done.chain != self.final_chain
        {
            return Err(SyncError::CountsDiffer);
        }
        self.outcome = Some(Outcome {
            hub_epoch: self.hub_epoch(),
            hub_time: self.hub_time,
            n_batches: self.n_batches,
            n_changes: self.n_changes,
            hub_sums: done.sums(),
            again: done.again.unwrap_or_default(),
            n_pulled: self.n_pulled,
            n_strangers: self.peers.n_strangers(),
            unreadable: self.peers.unreadable().clone(),
            more: done.more,
            clock: ToldClock { runs: std::mem::take(&mut self.clock), number: done.clock_number },
        });
        Ok(())
    }
}

fn rest_of_first(staged: &Staged) -> Option<Rest> {
    let first = staged.batches.first().filter(|batch| batch.first_seq == staged.hello.next_seq)?;
    let begun = staged.begun?;
    Some(Rest { from: begun.n_bytes, bytes: begun.rest_of(&first.bytes)?.to_vec() })
}

impl SyncProtocol for Engine {
    type Error = SyncError;

    /// HELLO, what may go out before an answer, and END when that is all.
    fn open(&mut self) -> Result<Vec<Frame>, SyncError> {
        let mut frames = vec![Frame::Hello(self.hello.clone())];
        frames.extend(self.send());
        Ok(frames)
    }

    fn on_frame(&mut self, frame: Frame) -> Result<Vec<Frame>, SyncError> {
        match frame {
            Frame::Welcome(welcome) => self.greeted(welcome)?,
            Frame::WelcomeBrief(brief) => self.greeted_brief(brief)?,
            Frame::Ack(receipt) => {
                self.ack(receipt)?;
                return Ok(self.send());
            }
            Frame::AckBrief(brief) => {
                self.ack_brief(brief)?;
                return Ok(self.send());
            }
            Frame::Pull(pull) if pull.kind == PullKind::Bulletin as u8 => {
                self.pulled.extend(self.bulletins.take(pull)?.map(Pulled::Bulletin));
            }
            Frame::Kept(kept) => {
                self.kept(kept)?;
                return Ok(self.send());
            }
            Frame::Pull(pull) if pull.kind == PullKind::Photo as u8 => {
                let photo = photos::pulled(pull, &self.hub_key, self.hub_epoch())?;
                self.pulled.push(Pulled::Photo(photo));
            }
            Frame::Pull(pull) => {
                let pulled = self.peers.take_or_leave(pull)?;
                self.n_pulled += u32::from(matches!(pulled, Some(Pulled::Batch { .. })));
                self.pulled.extend(pulled);
            }
            Frame::Done(done) => self.done(done)?,
            Frame::DoneBrief(brief) => self.done_brief(brief)?,
            Frame::Refused(refusal) => {
                return Err(SyncError::Refused { code: refusal.code, reason: refusal.reason });
            }
            Frame::Hello(_)
            | Frame::Batch(_)
            | Frame::Rest(_)
            | Frame::Photos(_)
            | Frame::Blob(_)
            | Frame::End(_)
            | Frame::EndBrief(_)
            | Frame::Renew(_) => return Err(SyncError::Protocol),
        }
        Ok(Vec::new())
    }

    fn is_done(&self) -> bool {
        self.outcome.is_some()
    }
}
