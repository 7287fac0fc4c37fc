//! Changes that another device of the commune made.

use sohoi_domain::change::{Change, Erasure};
use sohoi_domain::{DeviceId, Hlc, Op};

use super::Writer;
use crate::db::{record_key, signed};
use crate::error::{Fault, StoreError};
use crate::project::{self, Kept};
use crate::read::meta;
use crate::row::StoredChange;

/// A stamp farther ahead than this comes from a clock that is wrong and does not move ours.
const BELIEVABLE_AHEAD_MS: i64 = 24 * 3_600_000;

impl Writer<'_> {
    /// Takes another device's change; false when it was taken before. Of two edits that did not see each other
    /// both values are kept; a change whose record has not come yet waits in the log.
    ///
    /// # Errors
    /// [`StoreError::Fault`] when it is this device's own or the device's changes before it are missing.
    pub fn apply_remote(&mut self, change: &Change, device: DeviceId) -> Result<bool, StoreError> {
        if device == self.core.identity.device {
            return Err(StoreError::Fault(Fault::OwnChange));
        }
        let last = self.view().last_seq_of(device)?;
        if change.seq <= last {
            return Ok(false);
        }
        if change.seq != last + 1 {
            return Err(StoreError::Fault(Fault::ChangeOrder));
        }
        match self.view().kept_by_id(change.record)? {
            Some(kept) if kept.row.state.kind != change.kind => self.log_aside(&kept, change, device)?,
            Some(kept) => self.take(Some(kept), change, device)?,
            None => self.take_early(change, device)?,
        }
        self.see(change.hlc)?;
        Ok(true)
    }

    // A change of another kind than the record's fits nothing; the log keeps it all the same.
    fn log_aside(&mut self, kept: &Kept, change: &Change, device: DeviceId) -> Result<(), StoreError> {
        let newest_change = self.log(Some(kept.newest_change), change, device)?;
        let sql = "UPDATE record SET newest_change = ?2 WHERE id = ?1";
        self.conn.prepare_cached(sql)?.execute([kept.id, newest_change])?;
        Ok(())
    }

    // Of a record that is not there: its create, or what a faster device did to it.
    fn take_early(&mut self, change: &Change, device: DeviceId) -> Result<(), StoreError> {
        let previous = self.view().awaited(change.record)?;
        let newest_change = self.log(previous, change, device)?;
        let id = record_key(self.device_ref(change.record.device)?, change.record.n);
        let mut chain: Vec<StoredChange> = match previous {
            None => Vec::new(),
            Some(_) => self.view().chain_from(previous)?.into_iter().map(|logged| logged.stored).collect(),
        };
        chain.push(StoredChange {
            change: change.clone(),
            device,
            own: false,
            received: true,
            destroyed: false,
            shown_at_ms: change.hlc.wall_ms(),
        });
        match project::fold(self.core, &chain) {
            Some(row) => {
                self.conn.prepare_cached("DELETE FROM awaited WHERE id = ?1")?.execute([id])?;
                self.project(None, Kept { id, newest_change, row })?;
            }
            None => self.await_record(id, newest_change, &chain)?,
        }
        self.changes.push((change.record, change.op));
        Ok(())
    }

    fn await_record(&self, id: i64, newest_change: i64, chain: &[StoredChange]) -> Result<(), StoreError> {
        let sql = "INSERT INTO awaited (id, newest_change) VALUES (?1, ?2)
                   ON CONFLICT (id) DO UPDATE SET newest_change = excluded.newest_change";
        self.conn.prepare_cached(sql)?.execute([id, newest_change])?;
        // Names do not wait in the log for a record that is erased already.
        let is_erased = chain.iter().any(|stored| stored.change.op == Op::Erase);
        let destroys = |stored: &StoredChange| {
            Erasure::of(&self.core.catalogue, stored.change.kind) == Erasure::Destroys
        };
        match chain.first().filter(|stored| is_erased && destroys(stored)) {
            Some(stored) => project::empty(self.view(), stored.change.record),
            None => Ok(()),
        }
    }

    // What we write from now on comes after what we have seen.
    fn see(&mut self, hlc: Hlc) -> Result<(), StoreError> {
        let is_believable = hlc.wall_ms() <= self.now_ms.saturating_add(BELIEVABLE_AHEAD_MS);
        if hlc > self.next.hlc && is_believable {
            self.next.hlc = hlc;
            meta::set(self.conn, meta::REMOTE_HLC, &signed(hlc.0))?;
        }
        Ok(())
    }
}
