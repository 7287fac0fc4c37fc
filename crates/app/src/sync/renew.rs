//! The officer's PC was cloned, or restored from a backup: the sync looks where the histories have parted and
//! goes on as a PC of its own.

use sohoi_sync::{Event, Manner, Moved, Renewing, SyncError};

use super::run::Talk;
use crate::AppError;

impl Talk<'_> {
    /// `place` is where the hub stands: the next number, and its chain.
    pub(super) fn renew(&mut self, place: (u64, [u8; 32])) -> Result<Moved, AppError> {
        let app = self.app;
        let now_ms = app.now_ms();
        let (mut renewing, request, hub) = app.with_register(|register| {
            let renewing = Renewing::begin(register, place, now_ms)?;
            let request = renewing.request(register)?;
            Ok((renewing, request, register.enrolment()?.ok_or(SyncError::NotEnrolled)?))
        })?;
        let token = self.runtime.block_on(self.carrier.renew(&hub, &request))?.token;
        self.look(&mut renewing, &token)?;
        tracing::warn!("the register was cloned or restored from a backup; it goes on as another device");
        app.with_register(|register| Ok(renewing.finish(register, token, now_ms)?))
    }

    // Until it is known where the histories have parted.
    fn look(&mut self, renewing: &mut Renewing, token: &str) -> Result<(), AppError> {
        loop {
            let before = renewing.next_seq();
            let more = match self.look_once(renewing, token) {
                // What was believed to be the same is not.
                Err(AppError::Sync(SyncError::BadPull(_))) if renewing.from_the_start() => continue,
                other => other?,
            };
            let goes_on = more && renewing.next_seq() > before;
            if renewing.is_known() {
                return Ok(());
            }
            if !goes_on && !renewing.from_the_start() {
                return Err(SyncError::Protocol.into());
            }
        }
    }

    fn look_once(&mut self, renewing: &mut Renewing, token: &str) -> Result<bool, AppError> {
        let app = self.app;
        let clock = app.sync_clock();
        let staged = app.with_register(|register| Ok(renewing.stage(register, clock, token)?))?;
        let (tally, progress) = (&mut *self.tally, self.progress);
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
                    progress(tally.traffic());
                }
                // The new device has sent nothing yet.
                Event::Confirmed(_) => {}
            }
            Ok(())
        };
        let talk = self.carrier.exchange(staged, Manner::Ahead, self.cancel, &mut sink);
        let outcome = self.runtime.block_on(talk)?;
        Ok(outcome.is_some_and(|outcome| outcome.more))
    }
}
