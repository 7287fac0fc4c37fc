//! Changes that another device of the commune made.

use rusqlite::params;
use sohoi_domain::change::Change;
use sohoi_domain::{DeviceId, Hlc};

use super::Writer;
use crate::db::signed;
use crate::error::{Fault, StoreError};
use crate::read::meta;
use crate::row::PeerRow;

/// A stamp farther ahead than this comes from a clock that is wrong and does not move ours.
const BELIEVABLE_AHEAD_MS: i64 = 24 * 3_600_000;

impl Writer<'_> {
    /// Takes another device's change; false when it was taken before. Of two edits that did not see each other
    /// both values are kept.
    ///
    /// # Errors
    /// [`StoreError::Fault`] when it is this device's own or the device's changes before it are missing,
    /// [`StoreError::Apply`] when it cannot follow on the record.
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
        let before = self.view().kept_by_id(change.record)?;
        self.take(before, change, device)?;
        self.see(change.hlc)?;
        Ok(true)
    }

    /// Meets another PC of the commune, or learns its officers' names anew.
    ///
    /// # Errors
    /// What the database says.
    pub fn meet_peer(&mut self, peer: &PeerRow, officers: &[(u32, String)]) -> Result<(), StoreError> {
        let device = signed(peer.device.0);
        let sql = "INSERT INTO peer (device, public_key, next_seq, chain) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (device) DO NOTHING";
        let peer_values = params![device, peer.public_key, signed(peer.next_seq), peer.chain];
        self.conn.prepare_cached(sql)?.execute(peer_values)?;
        let sql = "INSERT INTO officer (device, number, name, since_ms) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT (device, number) DO UPDATE SET name = excluded.name";
        for (number, name) in officers {
            self.conn.prepare_cached(sql)?.execute(params![device, number, name, self.now_ms])?;
        }
        Ok(())
    }

    /// Takes a batch of another PC whose signature and place were checked: all of its changes, or none.
    ///
    /// # Errors
    /// [`Fault::ChangeOrder`] when it does not follow on what is here of that PC, and as
    /// [`Writer::apply_remote`].
    pub fn take_batch(&mut self, after: &PeerRow, changes: &[Change]) -> Result<(), StoreError> {
        for change in changes {
            self.apply_remote(change, after.device)?;
        }
        let sql = "UPDATE peer SET next_seq = ?2, chain = ?3 WHERE device = ?1 AND next_seq = ?4";
        let first = after.next_seq - changes.len() as u64;
        let values = params![signed(after.device.0), signed(after.next_seq), after.chain, signed(first)];
        if self.conn.prepare_cached(sql)?.execute(values)? != 1 {
            return Err(StoreError::Fault(Fault::ChangeOrder));
        }
        Ok(())
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
