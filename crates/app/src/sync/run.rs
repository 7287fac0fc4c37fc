use std::sync::PoisonError;

use sohoi_sync::{Cancel, Carrier, Event, SyncError, Traffic, keep_receipt, offer_again, stage};

use crate::{App, AppError, small};

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
    pub round_trips: u32,
    pub n_unsent: u32,
    /// Code of what stopped it.
    pub problem: Option<String>,
}

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
    pub fn sync(&self, progress: &(dyn Fn(Traffic) + Sync)) -> Result<Report, AppError> {
        let cancel = self.begin()?;
        let report = self.run(&cancel, progress);
        *self.running() = None;
        report
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

    fn begin(&self) -> Result<Cancel, AppError> {
        let mut running = self.running();
        if running.is_some() {
            return Err(AppError::Busy);
        }
        let cancel = Cancel::default();
        *running = Some(cancel.clone());
        Ok(cancel)
    }

    fn run(&self, cancel: &Cancel, progress: &(dyn Fn(Traffic) + Sync)) -> Result<Report, AppError> {
        let mut tally = Tally::default();
        let mut ended = self.once(cancel, progress, &mut tally);
        // The hub was restored and wants older batches again: they are all still here.
        if let Err(AppError::Sync(SyncError::NeedOlder { next_seq })) = ended {
            let now_ms = self.now_ms();
            self.with_register(|register| Ok(offer_again(register, next_seq, now_ms)?))?;
            ended = self.once(cancel, progress, &mut tally);
        }
        let n_unsent = self.with_register(|register| Ok(small(register.unsent()?)))?;
        let (state, problem) = match ended {
            Ok(()) if n_unsent == 0 => (State::UpToDate, None),
            // Written down while the sync ran; it goes with the next one.
            Ok(()) => (State::Partial, None),
            Err(AppError::Sync(SyncError::NotEnrolled)) => return Err(SyncError::NotEnrolled.into()),
            Err(AppError::Sync(SyncError::Cancelled)) => {
                (State::Cancelled, Some("sync.cancelled".to_string()))
            }
            Err(AppError::Sync(error)) => {
                let offline = error.is_offline() && tally.n_receipts == 0;
                (if offline { State::Offline } else { State::Partial }, Some(error.code().to_string()))
            }
            Err(other) => return Err(other),
        };
        Ok(Report {
            state,
            n_batches: tally.n_receipts,
            n_changes: tally.n_changes,
            traffic: tally.traffic,
            n_receipts: tally.n_receipts,
            round_trips: tally.round_trips,
            n_unsent,
            problem,
        })
    }

    pub(super) fn sync_clock(&self) -> sohoi_sync::Clock {
        sohoi_sync::Clock {
            boot: self.clock.boot(),
            wall_ms: self.now_ms(),
            monotonic_ms: self.clock.monotonic_ms(),
        }
    }

    fn once(
        &self,
        cancel: &Cancel,
        progress: &(dyn Fn(Traffic) + Sync),
        tally: &mut Tally,
    ) -> Result<(), AppError> {
        let clock = self.sync_clock();
        let staged = self.with_register(|register| Ok(stage(register, clock)?))?;
        let carrier = Carrier::new(&staged.roots)?;
        let mut sink = |event: Event| -> Result<(), SyncError> {
            match event {
                Event::Connected => tally.round_trips += 1,
                Event::Confirmed(receipt) => {
                    let now_ms = self.now_ms();
                    let mut slot = self.slot();
                    let register = slot.as_mut().ok_or(SyncError::Cancelled)?;
                    keep_receipt(register, &receipt, now_ms)?;
                    tally.n_receipts += 1;
                    tally.n_changes += u64::from(receipt.count);
                }
                Event::Progress(traffic) => {
                    tally.traffic = traffic;
                    progress(traffic);
                }
            }
            Ok(())
        };
        runtime()?.block_on(carrier.exchange(staged, cancel, &mut sink))?;
        Ok(())
    }
}

#[derive(Default)]
struct Tally {
    n_receipts: u32,
    n_changes: u64,
    round_trips: u32,
    traffic: Traffic,
}
