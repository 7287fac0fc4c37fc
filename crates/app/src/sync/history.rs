//! What would be sent, and how what was sent before ended.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sohoi_store::{
    Operation, Register, RunOutcome, RunProblem, RunReceipt, RunRow, RunWay, StoreError, UnsentRow,
};
use sohoi_sync::Weight;

use super::place::stick_of;
use super::run::{Report, State};
use crate::{App, AppError, incident};

/// Setting that is there while a sync runs, and afterwards only when nobody could write down how it ended.
const BEGAN: &str = "sync_began";
const CUT: &str = "sync.cut_off";

#[derive(Serialize, Deserialize)]
struct Began {
    at_ms: i64,
    /// Changes of this PC that the province had.
    n_received: u64,
}

/// Everything that waits for the province, by kind and in bytes.
#[derive(Clone, Debug)]
pub struct Waiting {
    pub kinds: Vec<UnsentRow>,
    pub weight: Weight,
}

impl App {
    /// Reads all that is unsent: for the page about it, and not for every glance.
    ///
    /// # Errors
    /// `app.not_open`, or what the disk says.
    pub fn sync_waiting(&self) -> Result<Waiting, AppError> {
        self.with_register(|register| {
            Ok(Waiting { kinds: register.unsent_by_kind()?, weight: sohoi_sync::weigh_unsent(register)? })
        })
    }

    /// The newest first, at most so many of the [`sohoi_store::KEPT_RUNS`].
    ///
    /// # Errors
    /// `app.not_open`, or what the disk says.
    pub fn sync_history(&self, limit: u32) -> Result<Vec<RunRow>, AppError> {
        self.with_register(|register| Ok(register.runs(limit)?))
    }

    /// Keeps how it ended, and gives what stopped it a number that the support file has too.
    pub(super) fn noted(&self, way: RunWay, mut report: Report) -> Report {
        report.incident = report.problem.as_ref().map(|code| {
            let number = incident::number();
            self.incident_note(&number, code);
            number
        });
        let problem = report.problem.clone().zip(report.incident.clone());
        self.keep_run(&RunRow {
            way,
            ended_at_ms: self.now_ms(),
            outcome: match report.state {
                State::UpToDate => RunOutcome::UpToDate,
                State::Partial => RunOutcome::Partial,
                State::Offline => RunOutcome::Offline,
                State::Cancelled => RunOutcome::Cancelled,
            },
            problem: problem.map(|(code, incident)| RunProblem { code, incident }),
            n_changes_sent: report.n_changes,
            n_photos_sent: report.n_photos,
            bytes_sent: report.traffic.bytes_sent,
            n_batches_pulled: report.n_pulled,
            n_photos_pulled: report.n_photos_pulled,
            n_bulletins: report.n_bulletins,
            bytes_received: report.traffic.bytes_received,
            n_unsent: report.n_unsent,
            file: report.file.clone(),
            stick: report.stick.clone(),
            n_receipts: report.n_receipts,
            receipt: report.receipt.clone(),
        });
        report
    }

    /// The same for a file that waits to be carried: nothing of it counts as sent yet.
    pub(super) fn noted_file(&self, written: &sohoi_sync::Written, n_unsent: u32) {
        self.keep_run(&RunRow {
            n_changes_sent: written.n_changes,
            n_photos_sent: written.n_photos,
            bytes_sent: written.n_bytes,
            n_unsent,
            file: file_name(&written.file),
            stick: stick_of(&written.file),
            ..RunRow::at(RunWay::FileOut, self.now_ms(), RunOutcome::Written)
        });
    }

    // What was sent is sent, whether this can be written down or not.
    fn keep_run(&self, run: &RunRow) {
        self.keep(|register, now_ms| {
            register.transact(Operation::SyncNote, now_ms, |writer| {
                writer.note_run(run)?;
                if run.way == RunWay::Line { writer.set_setting(BEGAN, "null") } else { Ok(()) }
            })?;
            Ok(())
        });
    }

    /// A sync begins. When the power goes before it ends, the next start tells of it.
    pub(super) fn noted_beginning(&self) {
        self.keep(|register, now_ms| {
            let began = Began { at_ms: now_ms, n_received: register.received_of_this_pc()? };
            set_began(register, Some(&began), now_ms)
        });
    }

    /// It ended with a fault of the register, of which she is told otherwise.
    pub(super) fn noted_fault(&self) {
        self.keep(|register, now_ms| set_began(register, None, now_ms));
    }

    fn keep(&self, act: impl FnOnce(&mut Register, i64) -> Result<(), StoreError>) {
        let now_ms = self.now_ms();
        if let Err(error) = self.with_register(|register| Ok(act(register, now_ms)?)) {
            tracing::warn!(code = error.code(), "how a sync ended was not noted");
        }
    }

    /// Writes down a sync that was under way when the program was last there.
    pub(crate) fn note_sync_cut_off(&self, register: &mut Register) -> Result<(), StoreError> {
        let began =
            register.setting(BEGAN)?.and_then(|json| serde_json::from_str::<Option<Began>>(&json).ok());
        let Some(began) = began.flatten() else { return Ok(()) };
        let incident = incident::number();
        self.incident_note(&incident, CUT);
        let n_changes_sent = register.received_of_this_pc()?.saturating_sub(began.n_received);
        let newest = register.numbered_receipts(1)?.pop().filter(|_| n_changes_sent > 0);
        let receipt = newest.map(|(number, row)| RunReceipt { number: number.to_string(), at_ms: row.at_ms });
        let run = RunRow {
            problem: Some(RunProblem { code: CUT.to_string(), incident }),
            n_changes_sent,
            n_unsent: u32::try_from(register.unsent()?).unwrap_or(u32::MAX),
            n_receipts: u32::from(receipt.is_some()),
            receipt,
            // When the power went, nobody has noted.
            ..RunRow::at(RunWay::Line, began.at_ms, RunOutcome::Partial)
        };
        register.transact(Operation::SyncNote, self.now_ms(), |writer| {
            writer.note_run(&run)?;
            writer.set_setting(BEGAN, "null")
        })?;
        Ok(())
    }
}

fn set_began(register: &mut Register, began: Option<&Began>, now_ms: i64) -> Result<(), StoreError> {
    let json = serde_json::to_string(&began).unwrap_or_else(|_| "null".to_string());
    register.transact(Operation::SyncNote, now_ms, |writer| writer.set_setting(BEGAN, &json))?;
    Ok(())
}

pub(super) fn file_name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}
