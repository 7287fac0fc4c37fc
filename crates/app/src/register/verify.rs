use std::path::Path;

use sohoi_store::{Register, Verified};

use crate::{App, AppError};

/// Keeps the daily copy in the register's own folder. A disk too full for it stops no record from being kept.
pub(crate) fn back_up_if_due(register: &mut Register, now_ms: i64) {
    if let Err(error) = register.backup_if_due(now_ms) {
        tracing::warn!(code = error.code(), "the daily backup was not made");
    }
}

impl App {
    /// Replays the log and compares it with everything that was made from it.
    pub fn verify(&self) -> Result<Verified, AppError> {
        self.with_register(|register| Ok(register.verify_with(sohoi_sync::follows)?))
    }

    /// Writes an encrypted copy that opens with the same PIN.
    pub fn backup(&self, file: &Path) -> Result<(), AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| Ok(register.backup_to(file, now_ms)?))
    }
}
