use sohoi_domain::RecordId;
use sohoi_store::Operation;

use super::save::Saved;
use crate::{App, AppError};

impl App {
    /// Erases a record; of a personal one the content is destroyed, and only the fact that it was there stays.
    ///
    /// # Errors
    /// `record.unknown_id`, `record.erased`.
    pub fn record_erase(&self, id: RecordId, reason: &str) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        let reason = sohoi_domain::text::nfc(reason.trim());
        if reason.chars().count() > 500 || !sohoi_domain::text::is_clean(&reason, true) {
            return Err(AppError::BadRequest("reason"));
        }
        let reason = (!reason.is_empty()).then_some(reason);
        self.with_register(|register| {
            register.transact(Operation::RecordErase, now_ms, |writer| writer.erase_record(id, reason))?;
            Ok(Saved { id, changed: Vec::new() })
        })
    }

    /// # Errors
    /// `record.erased` when the content was personal and is gone.
    pub fn record_restore(&self, id: RecordId) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.transact(Operation::RecordRestore, now_ms, |writer| writer.restore_record(id))?;
            Ok(Saved { id, changed: Vec::new() })
        })
    }
}
