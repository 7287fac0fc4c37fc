use sohoi_domain::RecordId;
use sohoi_store::Operation;

use super::moves::Standing;
use super::save::Saved;
use crate::undo::Step;
use crate::{App, AppError};

impl App {
    /// Has `kept` stand for `other`, too: the two are one and the same thing.
    ///
    /// # Errors
    /// `record.unknown_id`, `record.erased`, `record.unknown_reference` when they are of different kinds.
    pub fn record_merge(&self, other: RecordId, kept: RecordId) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let (gives_way, stays) = (register.shown_id(other)?, register.shown_id(kept)?);
            let standing = Standing::of(register, [gives_way, stays])?;
            let committed =
                register.transact(Operation::RecordMerge, now_ms, |w| w.merge_records(other, kept))?;
            if let (Some(record), false) = (register.record(gives_way)?, committed.changes.is_empty()) {
                self.remember(record.state.kind, Step::Merge { other: gives_way, kept: stays });
            }
            let followed = standing.follow(register, now_ms)?;
            Ok(Saved { followed, ..Saved::alone(register.shown_id(kept)?, Vec::new()) })
        })
    }

    /// Takes that back: the record stands for itself again.
    ///
    /// # Errors
    /// `record.unknown_id`.
    pub fn record_unmerge(&self, id: RecordId) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let kept = register.shown_id(id)?;
            let standing = Standing::of(register, [id, kept])?;
            let committed = register.transact(Operation::RecordMerge, now_ms, |w| w.unmerge_record(id))?;
            if let (Some(record), false) = (register.record(id)?, committed.changes.is_empty() || kept == id)
            {
                self.remember(record.state.kind, Step::Unmerge { id, kept });
            }
            let followed = standing.follow(register, now_ms)?;
            Ok(Saved { followed, ..Saved::alone(id, Vec::new()) })
        })
    }
}
