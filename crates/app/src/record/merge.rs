use sohoi_domain::RecordId;
use sohoi_store::Operation;

use super::save::Saved;
use crate::{App, AppError};

impl App {
    /// Has `kept` stand for `other`, too: the two are one and the same thing.
    ///
    /// # Errors
    /// `record.unknown_id`, `record.erased`, `record.unknown_reference` when they are of different kinds.
    pub fn record_merge(&self, other: RecordId, kept: RecordId) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.transact(Operation::RecordMerge, now_ms, |writer| writer.merge_records(other, kept))?;
            Ok(Saved { id: register.shown_id(kept)?, changed: Vec::new() })
        })
    }

    /// Takes that back: the record stands for itself again.
    ///
    /// # Errors
    /// `record.unknown_id`.
    pub fn record_unmerge(&self, id: RecordId) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            register.transact(Operation::RecordMerge, now_ms, |writer| writer.unmerge_record(id))?;
            Ok(Saved { id, changed: Vec::new() })
        })
    }
}
