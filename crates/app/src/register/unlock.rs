use sohoi_domain::unit::Unit;
use sohoi_store::{Operation, Register, StoreError, Unlock};

use crate::sample::must_fit;
use crate::sync::HUB_TIME;
use crate::{App, AppError};

/// What can be known of a register before it is opened.
#[derive(Clone, Debug)]
pub enum State {
    Absent,
    Locked { unit: Option<Unit>, wait_s: u32 },
    Open { unit: Option<Unit> },
}

impl App {
    pub fn state(&self) -> Result<State, AppError> {
        if let Some(register) = self.slot().as_ref() {
            return Ok(State::Open { unit: self.catalogue().units.get(register.unit()).cloned() });
        }
        let found = Register::peek(&self.home, self.now_ms())?;
        Ok(found.map_or(State::Absent, |peek| State::Locked {
            unit: self.catalogue().units.get(&peek.unit).cloned(),
            wait_s: peek.wait_s,
        }))
    }

    /// # Errors
    /// `register.wrong_pin` with the seconds to wait before the next try; `register.wait` during them.
    pub fn unlock(&self, pin: &str) -> Result<(), AppError> {
        self.open(Unlock::Pin(pin))
    }

    /// Opens with the printed code and sets a new PIN.
    ///
    /// # Errors
    /// `register.wrong_recovery_code`; the old PIN stays when the new one is refused.
    pub fn recover(&self, recovery_code: &str, new_pin: &str) -> Result<(), AppError> {
        self.open(Unlock::Recovery(recovery_code))?;
        let set = self.with_register(|register| Ok(register.set_pin(new_pin)?));
        if set.is_err() {
            self.lock();
        }
        set
    }

    /// # Errors
    /// `register.wrong_pin` when the old one is wrong.
    pub fn pin_change(&self, old_pin: &str, new_pin: &str) -> Result<(), AppError> {
        self.must_be_real()?;
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.check_pin(old_pin, now_ms)?;
            Ok(register.set_pin(new_pin)?)
        })
    }

    /// Closes the register; its key leaves the memory.
    pub fn lock(&self) {
        self.sync_cancel();
        *self.slot() = None;
        self.unreadable().clear();
        self.forget();
        self.undo.clear();
    }

    pub(crate) fn open(&self, unlock: Unlock) -> Result<(), AppError> {
        let mut slot = self.slot();
        if slot.is_some() {
            return Ok(());
        }
        let mut register = Register::open(&self.home, self.built_in.clone(), unlock, self.now_ms())?;
        must_fit(&register, self.is_sample)?;
        if let Some(lost) = register.lost_saves() {
            tracing::error!(n_lost = lost.n, n_mended = lost.n_mended, "the log that a cut left had faults");
        }
        let hub_time = register.setting(HUB_TIME)?.and_then(|text| text.parse().ok());
        self.clock.has_passed(hub_time.unwrap_or_default());
        let now_ms = self.now_ms();
        let monotonic_ms = i64::try_from(self.clock.monotonic_ms()).unwrap_or(i64::MAX);
        match register.transact(Operation::BootNote, now_ms, |writer| writer.note_boot(now_ms, monotonic_ms))
        {
            // What is in it can be read, and backed up to another disk; what is written is refused by itself.
            Err(StoreError::DiskFull) => tracing::warn!("the disk is full: the start was not noted"),
            noted => drop(noted?),
        }
        self.clock.stamps_from(register.next_seq());
        if let Err(error) = self.note_sync_cut_off(&mut register) {
            tracing::warn!(code = error.code(), "how a sync ended was not noted");
        }
        // A program that was updated may be able to do more of what the province said.
        sohoi_sync::follow_kept(&mut register, now_ms)?;
        register.follow_releases()?;
        self.work_with(register.catalogue().clone());
        *slot = Some(register);
        Ok(())
    }
}
