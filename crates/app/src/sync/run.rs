use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use sohoi_domain::DeviceId;
use sohoi_domain::receipt::ReceiptNumber;
use sohoi_store::{Operation, Register, RunReceipt, RunStick, RunWay, Writer};
use sohoi_sync::{
    Begun, Cancel, Carrier, Event, HubTime, KindSums, Manner, Moved, Outcome, Pulled, Staged, SyncError,
    Traffic, clock_was_heard, follow_epoch, keep_photos, keep_pulled, keep_receipt, offer_again, stage,
    stage_again,
};

use crate::clock::Off;
use crate::{App, AppError, small};

/// Devices that one sync may go on as, one after the other.
const RENEWALS: usize = 4;

/// A line that was cut is tried again after so many seconds each, as long as nothing more gets through.
const PAUSES_S: [u64; 5] = [1, 2, 4, 8, 15];

/// Batches in one request over a line that holds requests back, once one has got through.
const HELD_BATCHES: usize = 3;

/// Setting with the hub's time at the end of the last sync.
pub(crate) const HUB_TIME: &str = "hub_time_ms";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The hub has signed for every change.
    UpToDate,
    /// Some of it was received.
    Partial,
    /// The hub was not reached.
    Offline,
    Cancelled,
}

/// What one press of the button came to.
#[derive(Clone, Debug)]
pub struct Report {
    pub state: State,
    pub n_batches: u32,
    pub n_changes: u64,
    pub traffic: Traffic,
    pub n_receipts: u32,
    /// Batches of the commune's other PCs.
    pub n_pulled: u32,
    /// What the province said.
    pub n_bulletins: u32,
    /// Photos that the hub has signed for, and those that came of other PCs.
    pub n_photos: u32,
    pub n_photos_pulled: u32,
    /// Photos that wait.
    pub n_photos_unsent: u32,
    /// Other PCs of the unit that do not share the commune's secret.
    pub n_strangers: u32,
    /// PCs of the commune of which a batch came that cannot be read here.
    pub n_unreadable: u32,
    pub round_trips: u32,
    pub n_unsent: u32,
    /// This PC goes on as another device, because it was copied or restored from a backup.
    pub has_renewed: bool,
    /// Code of what stopped it.
    pub problem: Option<String>,
    /// The number under which that was noted.
    pub incident: Option<String>,
    /// The newest receipt that it brought.
    pub receipt: Option<RunReceipt>,
    /// Name of the file that it came from.
    pub file: Option<String>,
    /// The stick that it is on.
    pub stick: Option<RunStick>,
}

/// What is told while a sync runs.
pub enum News<'a> {
    Traffic(Traffic),
    /// Records by the ids that they had, and those that they have now.
    Moved(&'a Moved),
}

pub type Told<'a> = dyn Fn(News) + Sync + 'a;

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, AppError> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}

impl App {
    /// One click. The register stays free for the officer while the network is slow; receipts are kept as
    /// they come, so that a cut or a cancel loses nothing that was confirmed.
    ///
    /// # Errors
    /// `sync.not_enrolled`, `app.busy`, or a fault of the register; what the network or the hub says is in
    /// the report.
    ///
    /// `told` hears how it goes. Records that get new ids are told of before anything else goes on, so that a
    /// form that is open does not write to an id that is another record's from then on.
    pub fn sync(&self, told: &Told) -> Result<Report, AppError> {
        let cancel = self.begin()?;
        self.noted_beginning();
        let report = self.run(&cancel, told);
        self.ended();
        match report {
            Ok(report) => Ok(self.noted(RunWay::Line, report)),
            Err(error) => {
                self.noted_fault();
                Err(error)
            }
        }
    }

    /// Ends a running sync at once; what was confirmed stays.
    pub fn sync_cancel(&self) {
        if let Some(cancel) = self.running().as_ref() {
            cancel.cancel();
        }
    }

    pub fn sync_is_running(&self) -> bool {
        self.running().is_some()
    }

    fn running(&self) -> std::sync::MutexGuard<'_, Option<Cancel>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ended(&self) {
        *self.running() = None;
    }

    pub(super) fn begin(&self) -> Result<Cancel, AppError> {
        self.must_be_real()?;
        let mut running = self.running();
        if running.is_some() {
            return Err(AppError::Busy);
        }
        let cancel = Cancel::default();
        *running = Some(cancel.clone());
        Ok(cancel)
    }

    fn run(&self, cancel: &Cancel, told: &Told) -> Result<Report, AppError> {
        let mut tally = Tally::default();
        let ended = self.all(cancel, told, &mut tally);
        if tally.n_bulletins > 0 {
            told(News::Traffic(Traffic { is_applying: true, ..tally.traffic() }));
            self.follow_releases()?;
        }
        let (n_unsent, n_photos_unsent) = self.waiting()?;
        let (state, problem) = match ended {
            Ok(()) if n_unsent + n_photos_unsent == 0 => (State::UpToDate, None),
            // Written down while the sync ran; it goes with the next one.
            Ok(()) => (State::Partial, None),
            Err(AppError::Sync(SyncError::NotEnrolled)) => return Err(SyncError::NotEnrolled.into()),
            Err(AppError::Sync(SyncError::Cancelled)) => {
                (State::Cancelled, Some("sync.cancelled".to_string()))
            }
            Err(AppError::Sync(error)) => {
                let offline = error.is_offline() && tally.n_receipts + tally.n_photos == 0;
                (if offline { State::Offline } else { State::Partial }, Some(error.code().to_string()))
            }
            Err(other) => return Err(other),
        };
        Ok(Report {
            state,
            n_batches: tally.n_receipts,
            n_changes: tally.n_changes,
            traffic: tally.traffic(),
            n_receipts: tally.n_receipts,
            n_pulled: tally.n_pulled,
            n_bulletins: tally.n_bulletins,
            n_photos: tally.n_photos,
            n_photos_pulled: tally.n_photos_pulled,
            n_photos_unsent,
            n_strangers: tally.n_strangers,
            n_unreadable: self.unreadable().len() as u32,
            round_trips: tally.round_trips,
            n_unsent,
            has_renewed: tally.has_renewed,
            problem,
            incident: None,
            receipt: tally.newest,
            file: None,
            stick: None,
        })
    }

    /// Changes and photos that the hub has not signed for.
    pub(super) fn waiting(&self) -> Result<(u32, u32), AppError> {
        self.with_register(|register| Ok((small(register.unsent()?), small(register.photo_counts()?.unsent))))
    }

    pub(super) fn sync_clock(&self) -> sohoi_sync::Clock {
        sohoi_sync::Clock {
            boot: self.clock.boot(),
            wall_ms: self.clock.wall_ms(),
            monotonic_ms: self.clock.monotonic_ms(),
        }
    }

    fn all(&self, cancel: &Cancel, told: &Told, tally: &mut Tally) -> Result<(), AppError> {
        let mut staged = self.staged()?;
        let carrier = Carrier::new(&staged.roots)?;
        let mut talk =
            Talk { app: self, runtime: runtime()?, carrier, cancel, told, tally, is_held_back: false };
        let mut pauses = PAUSES_S.iter();
        loop {
            let before = talk.tally.reached();
            let error = match talk.once(staged) {
                Err(AppError::Sync(error)) => error,
                other => return other,
            };
            let has_moved = talk.tally.reached() != before;
            // A line that was not there at all is told at once; she presses again when she thinks that it is.
            if !(error.is_cut() || error.is_offline() && talk.tally.round_trips > 0) {
                return Err(error.into());
            }
            if has_moved {
                pauses = PAUSES_S.iter();
            }
            let Some(pause) = pauses.next() else { return Err(error.into()) };
            talk.wait(Duration::from_secs(*pause))?;
            staged = self.staged()?;
        }
    }

    fn staged_again(&self, again: &[u64]) -> Result<Staged, AppError> {
        let clock = self.sync_clock();
        self.with_register(|register| Ok(stage_again(register, clock, again)?))
    }

    fn staged(&self) -> Result<Staged, AppError> {
        let clock = self.sync_clock();
        let staged = self.with_register(|register| Ok(stage(register, clock)?))?;
        Ok(staged.without(&self.unreadable()))
    }

    pub(crate) fn unreadable(&self) -> std::sync::MutexGuard<'_, BTreeSet<u64>> {
        self.unreadable.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl App {
    fn has_photos_waiting(&self) -> Result<bool, AppError> {
        self.with_register(|register| {
            let counts = register.photo_counts()?;
            Ok(counts.unsent + counts.lacking > 0)
        })
    }

    pub(super) fn follow_hub_epoch(&self, hub_epoch: u64) -> Result<u32, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| Ok(follow_epoch(register, hub_epoch, now_ms)? as u32))
    }

    fn note_clock(&self, outcome: &Outcome) -> Result<(), AppError> {
        let now_ms = self.now_ms();
        let hub_ms = outcome.hub_time.map(|time| time.at_ms(Instant::now()));
        let by = (outcome.hub_epoch, hub_ms);
        self.with_register(|register| Ok(clock_was_heard(register, &outcome.clock, by, now_ms)?))
    }

    // True when stamps of this start were off.
    fn take_hub_time(&self, time: HubTime) -> Result<bool, AppError> {
        self.with_register(|register| {
            let hub_ms = time.at_ms(Instant::now());
            let off = self.clock.hub_says(hub_ms, register.next_seq());
            self.note_hub_time(register, hub_ms, off)?;
            Ok(off.is_some())
        })
    }

    /// As a sync on the line takes the hub's time, from an answer that was written then.
    pub(super) fn take_hub_time_by_file(&self, written_at_ms: i64) -> Result<(), AppError> {
        self.with_register(|register| {
            let known = register.setting(HUB_TIME)?.and_then(|text| text.parse::<i64>().ok());
            if known.is_some_and(|known| known >= written_at_ms) {
                return Ok(());
            }
            let off = self.clock.hub_said(written_at_ms, register.next_seq());
            self.note_hub_time(register, written_at_ms, off)
        })
    }

    fn note_hub_time(&self, register: &mut Register, hub_ms: i64, off: Option<Off>) -> Result<(), AppError> {
        let now_ms = self.now_ms();
        let set = |writer: &mut Writer| {
            if let Some(off) = off {
                writer.correct_times(off.since_seq, off.offset_ms, hub_ms)?;
            }
            writer.set_setting(HUB_TIME, &hub_ms.to_string())
        };
        register.transact(Operation::HubTimeNote, now_ms, set)?;
        Ok(())
    }

    // The last thing of every sync. Nothing here is thrown away for a difference: both sides have counted anew from
    // what they signed for, and what differs even then is told and written down.
    fn compare(&self, hub: &KindSums, last_seq: u64) -> Result<(), AppError> {
        let now_ms = self.now_ms();
        let compared =
            self.with_register(|register| Ok(sohoi_sync::compare(register, hub, last_seq, now_ms)?))?;
        tracing::error!(mended = ?compared.mended, differing = ?compared.differing, "the hub counts other changes");
        if compared.differing.is_empty() {
            return Ok(());
        }
        Err(SyncError::SumsDiffer { kinds: compared.differing }.into())
    }
}

/// One sync, over as many requests as the line needs. They share a connection.
pub(super) struct Talk<'a> {
    pub app: &'a App,
    pub runtime: tokio::runtime::Runtime,
    pub carrier: Carrier,
    pub cancel: &'a Cancel,
    pub told: &'a Told<'a>,
    pub tally: &'a mut Tally,
    /// The line hands a request on only when it has ended.
    pub is_held_back: bool,
}

impl Talk<'_> {
    // Everything there is to say and to hear, from wherever the last try has come to.
    fn once(&mut self, staged: Staged) -> Result<(), AppError> {
        self.ask_what_waits_for_a_file()?;
        if self.is_held_back {
            return self.few_by_few();
        }
        let mut ended = self.go_on(staged);
        // A copy that brings the same may be there first as the next device, too.
        for _ in 0..RENEWALS {
            let Err(AppError::Sync(SyncError::Forked { next_seq, chain })) = ended else { break };
            let moved = self.renew((next_seq, chain))?;
            (self.told)(News::Moved(&moved));
            self.tally.has_renewed = true;
            ended = self.say_all(self.app.staged()?);
        }
        match ended {
            // The hub was restored and wants older batches again: they are all still here.
            Err(AppError::Sync(SyncError::NeedOlder { next_seq })) => {
                let now_ms = self.app.now_ms();
                self.app.with_register(|register| Ok(offer_again(register, next_seq, now_ms)?))?;
                self.say_all(self.app.staged()?)
            }
            Err(AppError::Sync(SyncError::Buffered)) => {
                self.is_held_back = true;
                self.few_by_few()
            }
            other => other,
        }
    }

    fn go_on(&mut self, staged: Staged) -> Result<(), AppError> {
        let staged = self.find_place(staged)?;
        let goes_on_inside = staged.begun.is_some();
        match self.say_all(staged) {
            // The hub may have forgotten the beginning meanwhile. Then the batch is sent whole.
            Err(AppError::Sync(SyncError::Refused { .. })) if goes_on_inside => {
                self.say_all(self.app.staged()?)
            }
            other => other,
        }
    }

    fn wait(&mut self, pause: Duration) -> Result<(), AppError> {
        (self.told)(News::Traffic(Traffic { is_waiting: true, ..self.tally.traffic() }));
        self.runtime.block_on(async {
            tokio::select! {
                () = tokio::time::sleep(pause) => Ok(()),
                () = self.cancel.cancelled() => Err(SyncError::Cancelled.into()),
            }
        })
    }

    // Asks first what arrived when more than one batch may have: at most one is sent again.
    fn find_place(&mut self, staged: Staged) -> Result<Staged, AppError> {
        if !staged.asks_first() {
            return Ok(staged);
        }
        self.say(staged, Manner::Probe)?;
        Ok(Staged { begun: self.tally.begun.take(), ..self.app.staged()? })
    }

    // The hub hands down so much in one conversation and no more, and of a PC that is new here the card first.
    fn say_all(&mut self, mut staged: Staged) -> Result<(), AppError> {
        loop {
            let before = (self.tally.n_pulled + self.tally.n_bulletins, self.tally.n_met);
            let n_photos = self.tally.n_photos_moved();
            let n_clocks = self.tally.n_clocks;
            let n_unread = self.tally.n_unread;
            self.say(staged, Manner::Ahead)?;
            self.bring_again()?;
            let (n_pulled, n_met) = (self.tally.n_pulled + self.tally.n_bulletins, self.tally.n_met);
            // Each round brings something, or it is the last.
            // What came down may name photos that are not here yet.
            let is_news = self.tally.n_photos_moved() > n_photos || n_pulled > before.0;
            let has_photos = is_news && self.app.has_photos_waiting()?;
            // What cannot be read may have had all the room.
            let is_told_more =
                n_pulled > before.0 || self.tally.n_clocks > n_clocks || self.tally.n_unread > n_unread;
            let goes_on = has_photos
                || n_met > before.1
                || (self.tally.more && is_told_more)
                || std::mem::take(&mut self.tally.has_clock_to_tell);
            if !goes_on {
                return Ok(());
            }
            staged = self.app.staged()?;
        }
    }

    // What the hub acknowledged once and can no longer read. It names a few at a time.
    fn bring_again(&mut self) -> Result<(), AppError> {
        while !self.tally.again.is_empty() {
            let again = std::mem::take(&mut self.tally.again);
            self.tally.brought_again.extend(&again);
            self.say(self.app.staged_again(&again)?, Manner::Again)?;
        }
        Ok(())
    }

    fn few_by_few(&mut self) -> Result<(), AppError> {
        // What was held back may have been handed on after all when the request was given up.
        self.say(self.app.staged()?, Manner::Probe)?;
        for n in (1..=HELD_BATCHES).chain(std::iter::repeat(HELD_BATCHES)) {
            let staged = self.app.staged()?;
            let (n_batches, n_photos) = (staged.batches.len(), self.tally.n_photos);
            let has_photos = !staged.photos.contents.is_empty();
            self.say(staged.first_batches(n), Manner::Whole)?;
            self.bring_again()?;
            // A photo that the hub does not want is left for another day.
            let is_last = n_batches <= n && !(has_photos && self.tally.n_photos > n_photos);
            if is_last {
                break;
            }
        }
        if std::mem::take(&mut self.tally.has_clock_to_tell) {
            self.say(self.app.staged()?.first_batches(HELD_BATCHES), Manner::Whole)?;
        }
        Ok(())
    }

    fn say(&mut self, staged: Staged, manner: Manner) -> Result<(), AppError> {
        let last_seq = staged.next_seq - 1;
        let (app, tally, told) = (self.app, &mut *self.tally, self.told);
        tally.begin_request();
        let mut sink = |event: Event| -> Result<(), SyncError> {
            match event {
                Event::Connected => tally.round_trips += 1,
                Event::Begun(begun) => {
                    tally.begun = Some(begun);
                    tally.n_begun_bytes = begun.n_bytes;
                }
                Event::Progress(traffic) => {
                    tally.now = traffic;
                    told(News::Traffic(tally.traffic()));
                }
                kept => {
                    let now_ms = app.now_ms();
                    tally.keep(&mut app.slot(), kept, now_ms)?;
                }
            }
            Ok(())
        };
        let outcome = self.runtime.block_on(self.carrier.exchange(staged, manner, self.cancel, &mut sink))?;
        if let Some(outcome) = outcome {
            tally.n_strangers = outcome.n_strangers;
            tally.n_unread += outcome.unreadable.len() as u32;
            app.unreadable().extend(&outcome.unreadable);
            tally.more = outcome.more;
            if let Some(time) = outcome.hub_time {
                tally.has_clock_to_tell |= app.take_hub_time(time)?;
            }
            app.note_clock(&outcome)?;
            tally.n_reoffered += app.follow_hub_epoch(outcome.hub_epoch)?;
            tally.again = outcome.again;
            tally.again.retain(|first_seq| !tally.brought_again.contains(first_seq));
            // What the hub can no longer read is brought first.
            if let Some(hub) = outcome.hub_sums.filter(|_| tally.again.is_empty()) {
                app.compare(&hub, last_seq)?;
            }
        }
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct Tally {
    pub n_receipts: u32,
    pub n_changes: u64,
    /// The newest of the receipts.
    pub newest: Option<RunReceipt>,
    pub n_pulled: u32,
    pub n_bulletins: u32,
    pub n_photos: u32,
    pub n_photos_pulled: u32,
    /// Photos that the hub has lost.
    n_reoffered: u32,
    /// Other PCs that were new here.
    n_met: u32,
    pub n_strangers: u32,
    /// PCs of the commune of which a batch could not be read.
    n_unread: u32,
    more: bool,
    has_renewed: bool,
    /// What the hub told of other PCs' clocks.
    n_clocks: u32,
    /// The hub's time has told something of this PC's stamps that the other PCs should hear of.
    has_clock_to_tell: bool,
    /// What the hub has of the next batch.
    begun: Option<Begun>,
    /// And how much of one it had when it was last asked.
    n_begun_bytes: u32,
    /// Batches that it can no longer read, and those that were brought for that in this sync: once each.
    again: Vec<u64>,
    brought_again: BTreeSet<u64>,
    pub round_trips: u32,
    /// Of the requests that are over.
    before: Traffic,
    pub now: Traffic,
}

impl Tally {
    /// Stores what the hub has signed for, or sent down, and counts it.
    pub fn keep(&mut self, slot: &mut Option<Register>, event: Event, now_ms: i64) -> Result<(), SyncError> {
        let register = slot.as_mut().ok_or(SyncError::Cancelled)?;
        match event {
            Event::Confirmed(receipt) => {
                keep_receipt(register, &receipt, now_ms)?;
                self.n_receipts += 1;
                self.n_changes += u64::from(receipt.count);
                let number = ReceiptNumber::of(DeviceId(receipt.device), receipt.first_seq, &receipt.chain);
                self.newest = Some(RunReceipt { number: number.to_string(), at_ms: receipt.at_ms });
            }
            Event::Kept(kept) => {
                keep_photos(register, &kept, now_ms)?;
                self.n_photos += kept.kept.len() as u32;
            }
            Event::Pulled(pulled) => {
                match pulled {
                    Pulled::Batch { .. } => self.n_pulled += 1,
                    Pulled::Peer { .. } => self.n_met += 1,
                    Pulled::Bulletin(_) => self.n_bulletins += 1,
                    Pulled::Photo(_) => self.n_photos_pulled += 1,
                    Pulled::Clock(_) => self.n_clocks += 1,
                }
                keep_pulled(register, pulled, now_ms)?;
            }
            Event::Connected | Event::Begun(_) | Event::Progress(_) => {}
        }
        Ok(())
    }

    // Differs when something more has got through, either way.
    fn reached(&self) -> [u32; 6] {
        let photos = self.n_photos_moved();
        [self.n_receipts, self.n_pulled, self.n_bulletins, self.n_met, self.n_begun_bytes, photos]
    }

    // Grows while another conversation has something to do.
    fn n_photos_moved(&self) -> u32 {
        self.n_photos + self.n_photos_pulled + self.n_reoffered
    }

    pub fn begin_request(&mut self) {
        self.before = self.traffic();
        self.now = Traffic::default();
    }

    pub fn traffic(&self) -> Traffic {
        let (before, now) = (self.before, self.now);
        Traffic {
            bytes_sent: before.bytes_sent + now.bytes_sent,
            bytes_total: before.bytes_sent + now.bytes_total,
            bytes_received: before.bytes_received + now.bytes_received,
            n_changes_confirmed: before.n_changes_confirmed + now.n_changes_confirmed,
            n_changes_total: before.n_changes_confirmed + now.n_changes_total,
            is_applying: false,
            is_waiting: false,
        }
    }
}
