//! What would be sent, and how what was sent before ended.

use std::path::Path;

use sohoi_store::{Operation, RunOutcome, RunProblem, RunRow, RunWay, UnsentRow};
use sohoi_sync::Weight;

use super::run::{Report, State};
use crate::{App, AppError, incident};

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
            n_receipts: report.n_receipts,
            receipt: report.receipt.clone(),
        });
        report
    }

    /// The same for a file that waits to be carried: nothing of it counts as sent yet.
    pub(super) fn noted_file(&self, written: &sohoi_sync::Written, n_unsent: u32) {
        self.keep_run(&RunRow {
            way: RunWay::FileOut,
            ended_at_ms: self.now_ms(),
            outcome: RunOutcome::Written,
            problem: None,
            n_changes_sent: written.n_changes,
            n_photos_sent: written.n_photos,
            bytes_sent: written.n_bytes,
            n_batches_pulled: 0,
            n_photos_pulled: 0,
            n_bulletins: 0,
            bytes_received: 0,
            n_unsent,
            file: file_name(&written.file),
            n_receipts: 0,
            receipt: None,
        });
    }

    // What was sent is sent, whether this can be written down or not.
    fn keep_run(&self, run: &RunRow) {
        let now_ms = self.now_ms();
        let kept = self.with_register(|register| {
            register.transact(Operation::SyncNote, now_ms, |writer| writer.note_run(run))?;
            Ok(())
        });
        if let Err(error) = kept {
            tracing::warn!(code = error.code(), "how a sync ended was not noted");
        }
    }
}

pub(super) fn file_name(path: &Path) -> Option<String> {
    path.file_name().map(|name| name.to_string_lossy().into_owned())
}
