//! The one door for writes.

use rusqlite::{Connection, TransactionBehavior, named_params};
use sohoi_domain::{Hlc, Op, RecordId};

use crate::db::signed;
use crate::error::StoreError;
use crate::register::Register;
use crate::writer::Writer;

/// What a transaction is for; its name goes to the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    RecordAdd,
    RecordEdit,
    RecordErase,
    RecordRestore,
    RecordMerge,
    RecordImport,
    PeriodSubmit,
    WordAnswer,
    DraftSave,
    DraftDiscard,
    PhotoAdd,
    PhotoNote,
    SettingSave,
    OfficerSet,
    Enrol,
    BatchSeal,
    ReceiptStore,
    SyncNote,
    RemoteApply,
    BulletinTake,
    ConflictResolve,
    BootNote,
    HubTimeNote,
    CommuneJoin,
    DeviceRenew,
    SumsDiffer,
}

impl Operation {
    pub fn name(self) -> &'static str {
        match self {
            Operation::RecordAdd => "record_add",
            Operation::RecordEdit => "record_edit",
            Operation::RecordErase => "record_erase",
            Operation::RecordRestore => "record_restore",
            Operation::RecordMerge => "record_merge",
            Operation::RecordImport => "record_import",
            Operation::PeriodSubmit => "period_submit",
            Operation::WordAnswer => "word_answer",
            Operation::DraftSave => "draft_save",
            Operation::DraftDiscard => "draft_discard",
            Operation::PhotoAdd => "photo_add",
            Operation::PhotoNote => "photo_note",
            Operation::SettingSave => "setting_save",
            Operation::OfficerSet => "officer_set",
            Operation::Enrol => "enrol",
            Operation::BatchSeal => "batch_seal",
            Operation::ReceiptStore => "receipt_store",
            Operation::SyncNote => "sync_note",
            Operation::RemoteApply => "remote_apply",
            Operation::BulletinTake => "bulletin_take",
            Operation::ConflictResolve => "conflict_resolve",
            Operation::BootNote => "boot_note",
            Operation::HubTimeNote => "hub_time_note",
            Operation::CommuneJoin => "commune_join",
            Operation::DeviceRenew => "device_renew",
            Operation::SumsDiffer => "sums_differ",
        }
    }

    fn is_audited(self) -> bool {
        match self {
            // Drafts are saved while she types: a row for each would bury the rest.
            Operation::DraftSave
            | Operation::DraftDiscard
            | Operation::PhotoAdd
            | Operation::PhotoNote
            | Operation::BootNote
            | Operation::SyncNote
            | Operation::HubTimeNote => false,
            // The change log tells the same of each, and a save writes a page less.
            Operation::RecordAdd
            | Operation::RecordEdit
            | Operation::RecordErase
            | Operation::RecordRestore
            | Operation::RecordMerge => false,
            Operation::RecordImport
            | Operation::PeriodSubmit
            | Operation::WordAnswer
            | Operation::SettingSave
            | Operation::OfficerSet
            | Operation::Enrol
            | Operation::BatchSeal
            | Operation::ReceiptStore
            | Operation::RemoteApply
            | Operation::BulletinTake
            | Operation::ConflictResolve
            | Operation::CommuneJoin
            | Operation::DeviceRenew
            | Operation::SumsDiffer => true,
        }
    }
}

/// What a transaction gave back, and which records it changed, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed<T> {
    pub output: T,
    pub changes: Vec<(RecordId, Op)>,
}

/// Numbers that the next change takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Next {
    pub seq: u64,
    pub n: u32,
    /// Stamp of the newest change seen.
    pub hlc: Hlc,
    /// Officer at work.
    pub author: u32,
}

impl Register {
    /// Runs `f` in one transaction: all that it writes is on disk when this returns, or nothing is.
    ///
    /// # Errors
    /// Whatever `f` answers, or [`StoreError::DiskFull`], [`StoreError::Busy`] and [`StoreError::Damaged`] of
    /// the file. Nothing is written then, and the next numbers are the same as before.
    pub fn transact<T>(
        &mut self,
        operation: Operation,
        now_ms: i64,
        f: impl FnOnce(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<Committed<T>, StoreError> {
        // Dropped without a commit, also by a panic of `f`, it rolls back.
        let tx = self.conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut writer = Writer::new(&tx, &self.core, self.next, now_ms);
        let output = f(&mut writer)?;
        let (next, changes) = writer.finish()?;
        if operation.is_audited() {
            audit(&tx, operation, next.author, now_ms, changes.len())?;
        }
        tx.commit()?;
        self.next = next;
        match operation {
            // Records go by other rows from now on.
            Operation::DeviceRenew => self.finder.get_mut().forget(),
            _ => self.finder.get_mut().note(changes.iter().map(|(id, _)| *id)),
        }
        if changes.iter().any(|(_, op)| *op == Op::Erase) {
            // Of what is destroyed nothing stays in memory either.
            self.finder.get_mut().forget();
            self.forget_log();
        }
        Ok(Committed { output, changes })
    }
}

impl Register {
    // What was destroyed still lies in the write-ahead log. When this fails, the next one does it.
    fn forget_log(&self) {
        let _ = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
}

fn audit(
    conn: &Connection,
    operation: Operation,
    author: u32,
    at_ms: i64,
    n_changes: usize,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO audit (operation, author, at_ms, n_changes) VALUES (:operation, :author, :at, :n)";
    conn.prepare_cached(sql)?.execute(named_params! {
        ":operation": operation.name(),
        ":author": author,
        ":at": at_ms,
        ":n": signed(n_changes as u64),
    })?;
    Ok(())
}
