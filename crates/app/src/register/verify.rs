use std::path::Path;

use sohoi_store::Verified;

use crate::{App, AppError};

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

    /// Keeps the daily copy in the register's own folder. Hosts call it once an answer is out, so that nobody
    /// waits for it; a disk too full for it stops no record from being kept.
    pub fn back_up_if_due(&self) {
        let now_ms = self.now_ms();
        let made = self.with_register(|register| Ok(register.backup_if_due(now_ms)?));
        match made {
            // Locked in the meantime: the next record asks again.
            Ok(_) | Err(AppError::NotOpen) => {}
            Err(error) => tracing::warn!(code = error.code(), "the daily backup was not made"),
        }
    }
}
