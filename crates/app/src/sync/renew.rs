//! The officer's PC was cloned, or restored from a backup: the sync looks where the histories have parted and
//! goes on as a PC of its own.

use sohoi_sync::{Event, Manner, Moved, Renewing, SyncError, Unasked, asked, unasked};

use super::run::{News, Talk};
use crate::AppError;

/// A hub that moves on more often than this while it is looked at has a busy copy; the next sync goes on.
const LOOKS: usize = 20;

impl Talk<'_> {
    /// `place` is where the hub stands: the next number, and its chain.
    pub(super) fn renew(&mut self, place: (u64, [u8; 32])) -> Result<Moved, AppError> {
        let app = self.app;
        let mut renewing = app.with_register(|register| Ok(Renewing::begin(register, place)?))?;
        self.look(&mut renewing)?;
        let (request, hub) = app.with_register(|register| {
            let request = renewing.request(register)?;
            Ok((request, register.enrolment()?.ok_or(SyncError::NotEnrolled)?))
        })?;
        self.runtime.block_on(self.carrier.renew(&hub, &request, self.cancel))?;
        self.tally.round_trips += 1;
        tracing::warn!("the register was copied or restored from a backup; it goes on as another device");
        let now_ms = app.now_ms();
        app.with_register(|register| {
            let before = register.next_seq();
            let moved = renewing.finish(register, now_ms)?;
            app.clock.renumbered(before.saturating_sub(register.next_seq()));
            let mut stack = app.undo.lock();
            moved.iter().for_each(|(from, to)| stack.rename(*from, *to));
            Ok(moved)
        })
    }

    /// A renewal by file whose file may not have come to the hub yet is asked for here.
    pub(super) fn ask_what_waits_for_a_file(&mut self) -> Result<(), AppError> {
        let app = self.app;
        let waiting = app.with_register(|register| {
            let hub = register.enrolment()?.ok_or(SyncError::NotEnrolled)?;
            let waiting = unasked(register)?;
            Ok(waiting
                .map(|Unasked { token, request, .. }| (sohoi_store::EnrolmentRow { token, ..hub }, request)))
        })?;
        let Some((hub, request)) = waiting else { return Ok(()) };
        match self.runtime.block_on(self.carrier.renew(&hub, &request, self.cancel)) {
            Ok(_) => {
                self.tally.round_trips += 1;
                let now_ms = app.now_ms();
                app.with_register(|register| Ok(asked(register, now_ms)?))
            }
            // The old device's token is no good any more. Whether the hub knows the new one is told by the sync.
            Err(SyncError::Refused { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    // Until it is known where the histories have parted.
    fn look(&mut self, renewing: &mut Renewing) -> Result<(), AppError> {
        for _ in 0..LOOKS {
            let before = renewing.next_seq();
            let more = match self.look_once(renewing) {
                // What was believed to be the same is not.
                Err(AppError::Sync(SyncError::BadPull(_))) if renewing.from_the_start() => continue,
                Err(AppError::Sync(SyncError::Forked { next_seq, chain })) => {
                    renewing.moved((next_seq, chain));
                    continue;
                }
                other => other?,
            };
            if renewing.is_known() {
                return Ok(());
            }
            let goes_on = more && renewing.next_seq() > before;
            if !goes_on && !renewing.from_the_start() {
                break;
            }
        }
        Err(SyncError::Protocol.into())
    }

    fn look_once(&mut self, renewing: &mut Renewing) -> Result<bool, AppError> {
        let app = self.app;
        let clock = app.sync_clock();
        let staged = app.with_register(|register| Ok(renewing.stage(register, clock)?))?;
        let (tally, told) = (&mut *self.tally, self.told);
        tally.begin_request();
        let mut sink = |event: Event| -> Result<(), SyncError> {
            match event {
                Event::Connected => tally.round_trips += 1,
                Event::Pulled(pulled) => {
                    let slot = app.slot();
                    renewing.compare(slot.as_ref().ok_or(SyncError::Cancelled)?, &pulled)?;
                }
                Event::Progress(traffic) => {
                    tally.now = traffic;
                    told(News::Traffic(tally.traffic()));
                }
                // Nothing was sent.
                Event::Confirmed(_) | Event::Kept(_) | Event::Begun(_) => {}
            }
            Ok(())
        };
        let talk = self.carrier.exchange(staged, Manner::Ahead, self.cancel, &mut sink);
        let outcome = self.runtime.block_on(talk)?;
        Ok(outcome.is_some_and(|outcome| outcome.more))
    }
}
