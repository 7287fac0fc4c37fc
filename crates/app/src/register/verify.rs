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
}
