use sohoi_domain::RecordId;
use sohoi_store::{Committed, Operation, Register};

use super::moves::{Following, followed_one};
use super::save::Saved;
use crate::undo::Step;
use crate::{App, AppError};

type Done = (Committed<()>, Following);

/// Erases a record. What followed from it goes back in the same transaction.
pub(crate) fn take_out(
    register: &mut Register,
    id: RecordId,
    reason: Option<String>,
    now_ms: i64,
) -> Result<Done, AppError> {
    let also = followed_one(register, id, false)?;
    let committed = register.transact(Operation::RecordErase, now_ms, |writer| {
        also.write(writer)?;
        writer.erase_record(id, reason)
    })?;
    Ok((committed, also))
}

/// Undoes an erasure, and what follows from the record does again.
pub(crate) fn put_back(register: &mut Register, id: RecordId, now_ms: i64) -> Result<Done, AppError> {
    let also = followed_one(register, id, true)?;
    let committed = register.transact(Operation::RecordRestore, now_ms, |writer| {
        also.write(writer)?;
        writer.restore_record(id)
    })?;
    Ok((committed, also))
}

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
            let kept = reason.clone();
            let (committed, also) = take_out(register, id, reason, now_ms)?;
            self.remember_erase(register, id, kept, committed.changes.iter().map(|(id, _)| *id))?;
            Ok(Saved { id, changed: Vec::new(), followed: also.named(register)? })
        })
    }

    /// # Errors
    /// `record.erased` when the content was personal and is gone.
    pub fn record_restore(&self, id: RecordId) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let (committed, also) = put_back(register, id, now_ms)?;
            if let (Some(record), false) = (register.record(id)?, committed.changes.is_empty()) {
                self.remember(record.state.kind, Step::Restore { id });
            }
            Ok(Saved { id, changed: Vec::new(), followed: also.named(register)? })
        })
    }

    /// An erasure that destroyed is final, and what else was on the stack of it goes too.
    pub(crate) fn remember_erase(
        &self,
        register: &Register,
        id: RecordId,
        reason: Option<String>,
        erased: impl Iterator<Item = RecordId>,
    ) -> Result<(), AppError> {
        let record = register.record(id)?.ok_or(AppError::UnknownRecord)?;
        match record.meta.destroyed {
            true => self.forget_undo_of(erased),
            false => self.remember(record.state.kind, Step::Erase { id, reason }),
        }
        Ok(())
    }
}
