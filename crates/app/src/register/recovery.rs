//! The sheet with the recovery code: whether somebody has it, and making another one.

use sohoi_store::Operation;

use super::Created;
use crate::{App, AppError};

/// `false` from the moment a code is made until somebody says that it is on paper.
const KEY: &str = "recovery_kept";

impl App {
    /// Makes another code; the one before opens nothing from then on.
    ///
    /// # Errors
    /// `register.wrong_pin`, with the same waits as at the door.
    pub fn recovery_new(&self, pin: &str) -> Result<Created, AppError> {
        self.must_be_real()?;
        let now_ms = self.now_ms();
        self.with_register(|register| Ok(register.check_pin(pin, now_ms)?))?;
        self.recovery_note(false)?;
        let unit = self.catalogue();
        self.with_register(|register| {
            let unit = unit.units.get(register.unit()).cloned().ok_or(AppError::NotValidUnit)?;
            let device = register.identity().device;
            let recovery_code = register.set_recovery_code()?.to_string();
            Ok(Created { device, unit, recovery_code })
        })
    }

    /// Somebody says that the code is on paper.
    pub fn recovery_kept(&self) -> Result<(), AppError> {
        self.recovery_note(true)
    }

    /// True when a code was made and nobody has said that it is on paper: the power went, or she left the sheet. Of a
    /// register from before this was asked nothing is known.
    pub fn recovery_is_missing(&self) -> bool {
        let told = self.with_register(|register| Ok(register.setting(KEY)?));
        !self.is_sample() && told.is_ok_and(|told| told.as_deref() == Some("false"))
    }

    pub(super) fn recovery_note(&self, is_kept: bool) -> Result<(), AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let told = is_kept.to_string();
            register.transact(Operation::SettingSave, now_ms, |writer| writer.set_setting(KEY, &told))?;
            Ok(())
        })
    }
}
