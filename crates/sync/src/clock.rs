//! What stamps are off: told to the hub once it is known, and heard of the other PCs.

use sohoi_domain::DeviceId;
use sohoi_protocol::clock::{ClockRun, ClockWords};
use sohoi_protocol::limits;
use sohoi_store::{ClockRow, Operation, Register};

use crate::error::SyncError;

/// What a conversation told of this device's stamps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ToldClock {
    pub runs: Vec<ClockRun>,
    /// The hub's for it, by which it is seen later whether the hub still has it.
    pub number: Option<u64>,
}

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
    told: &ToldClock,
    (hub_epoch, hub_ms): (u64, Option<i64>),
    now_ms: i64,
) -> Result<(), SyncError> {
    if told.runs.is_empty() && !register.has_clock_of_other_epochs(hub_epoch)? {
        return Ok(());
    }
    let rows: Vec<ClockRow> = told.runs.iter().map(row).collect();
    let by = (hub_epoch, told.number, hub_ms);
    register.transact(Operation::HubTimeNote, now_ms, |writer| writer.clock_was_told(&rows, by))?;
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
