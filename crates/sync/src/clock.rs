//! What stamps are off: told to the hub once it is known, and heard of the other PCs.

use sohoi_domain::DeviceId;
use sohoi_protocol::clock::{ClockRun, ClockWords};
use sohoi_protocol::limits;
use sohoi_store::{ClockRow, Operation, Register};

use crate::error::SyncError;

pub(crate) fn to_tell(register: &Register) -> Result<Vec<ClockRun>, SyncError> {
    let rows = register.clock_to_tell(limits::CLOCK_RUNS as u32)?;
    let is_sound = |run: &ClockRun| run.is_sound();
    Ok(rows.iter().map(run).filter(is_sound).collect())
}

/// The hub has closed a conversation in which it was told these.
///
/// # Errors
/// When the register cannot be written; they are told once more then.
pub fn heard(
    register: &mut Register,
    told: &[ClockRun],
    (hub_epoch, hub_ms): (u64, Option<i64>),
    now_ms: i64,
) -> Result<(), SyncError> {
    if told.is_empty() && !register.has_clock_of_other_epochs(hub_epoch)? {
        return Ok(());
    }
    let rows: Vec<ClockRow> = told.iter().map(row).collect();
    register
        .transact(Operation::HubTimeNote, now_ms, |writer| writer.clock_was_told(&rows, hub_epoch, hub_ms))?;
    Ok(())
}

pub(crate) fn keep(register: &mut Register, words: &ClockWords, now_ms: i64) -> Result<(), SyncError> {
    let rows: Vec<(DeviceId, ClockRow)> =
        words.words.iter().map(|word| (DeviceId(word.device), row(&word.run))).collect();
    register.transact(Operation::HubTimeNote, now_ms, |writer| writer.take_clock(words.number, &rows))?;
    Ok(())
}

fn run(row: &ClockRow) -> ClockRun {
    let ClockRow { first_seq, last_seq, offset_ms, told_at_ms } = *row;
    ClockRun { first_seq, last_seq, offset_ms, told_at_ms }
}

fn row(run: &ClockRun) -> ClockRow {
    let ClockRun { first_seq, last_seq, offset_ms, told_at_ms } = *run;
    ClockRow { first_seq, last_seq, offset_ms, told_at_ms }
}
