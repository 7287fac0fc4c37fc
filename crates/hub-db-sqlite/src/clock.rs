//! What stamps of devices with a wrong clock are off.

use rusqlite::{Connection, Transaction, named_params};
use sohoi_domain::DeviceId;
use sohoi_protocol::clock::{ClockRun, ClockWord, ClockWords};

use crate::error::{Result, SqliteResult};
use crate::people;

/// Most runs of one device that are kept; a clock that was set more often is told no better by more.
const MAX_RUNS: i64 = 4_096;

/// Never later than now, whatever the device says of the moment at which it was told.
pub fn note(tx: &Transaction, device: DeviceId, runs: &[ClockRun], now_ms: i64) -> Result<u64> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/note_clock.sql");
    let mut note = tx.prepare_cached(sql).db()?;
    let n_kept = "SELECT COUNT(*) FROM clock_correction WHERE device = ?1";
    let mut n_kept = tx.prepare_cached(n_kept).db()?;
    let n_kept: i64 = n_kept.query_row([device.0 as i64], |row| row.get(0)).db()?;
    let room = usize::try_from(MAX_RUNS - n_kept).unwrap_or(0);
    let newest = people::standing(tx)?.clock;
    for run in runs.iter().take(room) {
        let params = named_params! {
            ":device": device.0 as i64,
            ":first_seq": run.first_seq as i64,
            ":last_seq": run.last_seq as i64,
            ":offset_ms": run.offset_ms,
            ":told_at_ms": run.told_at_ms.map_or(now_ms, |told| told.min(now_ms)),
            ":now_ms": now_ms,
            ":newest": newest as i64,
        };
        note.execute(params).db()?;
    }
    let newest = "SELECT coalesce(max(number), 0) FROM clock_correction WHERE device = ?1";
    let newest = tx.prepare_cached(newest).db()?.query_row([device.0 as i64], |row| row.get::<_, i64>(0));
    Ok(newest.db()? as u64)
}

/// Of the other devices of its unit, what came after a number; none when nothing did.
pub fn after(
    connection: &Connection,
    device: DeviceId,
    number: u64,
    limit: usize,
) -> Result<Option<ClockWords>> {
    let sql = include_str!("../../../schema/hub/sqlite/queries/clocks_after.sql");
    let mut find = connection.prepare_cached(sql).db()?;
    let after = i64::try_from(number).unwrap_or(i64::MAX);
    let params = named_params! { ":device": device.0 as i64, ":after": after, ":limit": limit as i64 };
    let rows = find.query_map(params, |row| {
        let run = ClockRun {
            first_seq: row.get::<_, i64>(2)? as u64,
            last_seq: row.get::<_, i64>(3)? as u64,
            offset_ms: row.get(4)?,
            told_at_ms: row.get(5)?,
        };
        let word = ClockWord { device: row.get::<_, i64>(1)? as u64, run };
        Ok((row.get::<_, i64>(0)? as u64, word))
    });
    let found: Vec<(u64, ClockWord)> = rows.db()?.collect::<rusqlite::Result<_>>().db()?;
    let number = found.last().map(|(number, _)| *number);
    Ok(number.map(|number| ClockWords { number, words: found.into_iter().map(|(_, word)| word).collect() }))
}
