use std::path::Path;
use std::sync::{MutexGuard, PoisonError};

use sohoi_store::RunWay;
use sohoi_sync::{
    Answer, Cancel, Naming, StagedPhotos, SyncError, Traffic, Written, asked, offer_again, stage,
};

use super::history::file_name;
use super::place::stick_of;
use super::run::{News, Report, State, Tally, Told};
use crate::{App, AppError, small};

/// Content that one file takes along; what is left waits for the next, or the line.
const PHOTO_ROOM: u64 = 64 << 20;

/// A bundle that waits to be carried.
#[derive(Clone, Debug)]
pub struct BundleOut {
    pub written: Written,
    pub n_unsent: u32,
}

impl App {
    /// Writes everything without a receipt into one file, sealed to the hub. `path` is the file, or a folder
    /// for a name of its own. Photos follow on the changes, some 300 of them at most. Nothing counts as sent by it: that is the answer's to say.
    ///
    /// # Errors
    /// `sync.not_enrolled`, `sync.cancelled`, `app.busy` while another one is written, `bundle.exists`,
    /// `bundle.too_large`, or what the disk says; there is no file then.
    pub fn bundle_out(&self, path: &Path) -> Result<BundleOut, AppError> {
        self.must_be_real()?;
        let cancel = Cancel::default();
        let mut writing = self.writing();
        if writing.is_some() {
            return Err(AppError::Busy);
        }
        *writing = Some(cancel.clone());
        drop(writing);
        let done = self.bundle_write(path, &cancel);
        *self.writing() = None;
        done
    }

    /// Ends the writing of a file, if one is written; what was to be in it stays as it is.
    pub fn bundle_cancel(&self) {
        if let Some(cancel) = self.writing().as_ref() {
            cancel.cancel();
        }
    }

    fn writing(&self) -> MutexGuard<'_, Option<Cancel>> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn bundle_write(&self, path: &Path, cancel: &Cancel) -> Result<BundleOut, AppError> {
        let clock = self.sync_clock();
        let (staged, naming, n_unsent) = self.with_register(|register| {
            let mut staged = stage(register, clock)?;
            staged.photos = StagedPhotos::of(register, PHOTO_ROOM)?;
            let unit = register.unit().clone();
            let unit_name = register.catalogue().units.get(&unit).map(|unit| unit.name.clone());
            let number = sohoi_sync::next_number(register, clock.wall_ms)?;
            let unit_name = unit_name.unwrap_or_default();
            let naming = Naming { unit, unit_name, number, today: self.today() };
            Ok((staged, naming, small(register.unsent()?)))
        })?;
        let written = sohoi_sync::write_bundle(staged, &naming, path, cancel)?;
        self.noted_file(&written, n_unsent);
        Ok(BundleOut { written, n_unsent })
    }

    /// Takes the hub's answer to a bundle. Receipts are verified and kept as those of a sync are, and what it brings
    /// of the commune's other PCs likewise. `told` hears of records that get new ids, as during a sync.
    ///
    /// # Errors
    /// `sync.not_enrolled`, `app.busy` while a sync runs, or a code of `bundle.` that says what is wrong with the
    /// file; nothing was taken then. What the hub refused is in the report.
    pub fn bundle_in(&self, path: &Path, told: &Told) -> Result<Report, AppError> {
        // A sync at the same time would take the same batches of other PCs.
        let _cancel = self.begin()?;
        let taken = self.bundle_take(path, told);
        self.ended();
        Ok(self.noted(RunWay::FileIn, taken?))
    }

    fn bundle_take(&self, path: &Path, told: &Told) -> Result<Report, AppError> {
        let clock = self.sync_clock();
        let mut answer = self.with_register(|register| Ok(Answer::open(path, register)?))?;
        // Afterwards it may have been pulled out.
        let stick = stick_of(path);
        // It answers this very device, so the hub knows it.
        self.with_register(|register| Ok(asked(register, clock.wall_ms)?))?;
        let staged = self.with_register(|register| Ok(answer.stage(register, clock)?))?;
        // Before anything is kept: the stick may be pulled out any moment.
        let written_at_ms = answer.written_at_ms()?;
        let (n_before, _) = self.waiting()?;
        let mut tally = Tally::default();
        let mut ended = answer.take(staged, &mut |event| tally.keep(&mut self.slot(), event, clock.wall_ms));
        self.take_hub_time_by_file(written_at_ms)?;
        if let Ok(outcome) = &ended {
            self.follow_hub_epoch(outcome.hub_epoch)?;
            tally.n_strangers = outcome.n_strangers;
            self.unreadable().extend(&outcome.unreadable);
            if outcome.more {
                ended = Err(SyncError::MoreByFile);
            }
        }
        if tally.n_bulletins > 0 {
            self.follow_releases()?;
        }
        let ended = self.led_on(&mut answer, ended.map(drop), told)?;
        let has_renewed = matches!(ended, Err(SyncError::RenewedByFile));
        let problem = problem(ended)?;
        let (n_unsent, n_photos_unsent) = self.waiting()?;
        // A receipt that was known already sends nothing once more.
        tally.n_changes = tally.n_changes.min(n_before.saturating_sub(n_unsent).into());
        let is_all = problem.is_none() && n_unsent + n_photos_unsent == 0;
        Ok(Report {
            state: if is_all { State::UpToDate } else { State::Partial },
            n_batches: tally.n_receipts,
            n_changes: tally.n_changes,
            traffic: Traffic { bytes_received: answer.n_bytes(), ..Traffic::default() },
            n_receipts: tally.n_receipts,
            n_pulled: tally.n_pulled,
            n_bulletins: tally.n_bulletins,
            n_photos: tally.n_photos,
            n_photos_pulled: tally.n_photos_pulled,
            n_photos_unsent,
            n_strangers: tally.n_strangers,
            n_unreadable: self.unreadable().len() as u32,
            round_trips: 0,
            n_unsent,
            has_renewed,
            problem,
            incident: None,
            receipt: tally.newest,
            file: file_name(path),
            stick,
        })
    }

    // What an answer that tells of another history leads to.
    fn led_on(
        &self,
        answer: &mut Answer,
        ended: Result<(), SyncError>,
        told: &Told,
    ) -> Result<Result<(), SyncError>, AppError> {
        match ended {
            Err(SyncError::NeedOlder { next_seq }) if self.bundle_again(answer, next_seq)? => {
                Ok(Err(SyncError::SendAgain))
            }
            Err(SyncError::Forked { next_seq, chain }) => {
                Ok(Err(self.renew_by_file(answer, (next_seq, chain), told)?))
            }
            other => Ok(other),
        }
    }

    // Goes on as another device when the answer brings what is needed to know from where on. What moved waits for
    // the next file, which tells the hub of the device, too.
    fn renew_by_file(
        &self,
        answer: &mut Answer,
        place: (u64, [u8; 32]),
        told: &Told,
    ) -> Result<SyncError, AppError> {
        let now_ms = self.now_ms();
        let moved = self.with_register(|register| {
            let renewing = match answer.parting(register, place) {
                Err(error @ SyncError::Forked { .. }) => return Ok(Err(error)),
                other => other?,
            };
            let before = register.next_seq();
            let moved = renewing.finish_unasked(register, now_ms)?;
            self.clock.renumbered(before.saturating_sub(register.next_seq()));
            let mut stack = self.undo.lock();
            moved.iter().for_each(|(from, to)| stack.rename(*from, *to));
            Ok(Ok(moved))
        })?;
        Ok(match moved {
            Ok(moved) => {
                tracing::warn!(
                    "the register was copied or restored from a backup; it goes on as another device"
                );
                told(News::Moved(&moved));
                SyncError::RenewedByFile
            }
            Err(forked) => forked,
        })
    }

    // The hub was restored to an earlier state, unless it has signed for changes since: then that is past.
    fn bundle_again(&self, answer: &mut Answer, next_seq: u64) -> Result<bool, AppError> {
        let written_at_ms = answer.written_at_ms()?;
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let is_past = register.last_receipt()?.is_some_and(|receipt| receipt.at_ms > written_at_ms);
            if !is_past {
                offer_again(register, next_seq, now_ms)?;
            }
            Ok(!is_past)
        })
    }
}

// The code of what an answer says went wrong; a file that is no good is an error.
fn problem(ended: Result<(), SyncError>) -> Result<Option<String>, AppError> {
    match ended {
        // An answer that was overtaken says nothing that holds still.
        Ok(()) | Err(SyncError::NeedOlder { .. }) => Ok(None),
        Err(
            error @ (SyncError::Refused { .. }
            | SyncError::Forked { .. }
            | SyncError::SendAgain
            | SyncError::RenewedByFile
            | SyncError::MoreByFile),
        ) => Ok(Some(error.code().to_string())),
        Err(error) => Err(error.into()),
    }
}
