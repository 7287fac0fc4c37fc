//! Changes that another device of the commune made.

use sohoi_domain::change::Change;
use sohoi_domain::{DeviceId, Hlc};

use super::Writer;
use crate::db::signed;
use crate::error::{Fault, StoreError};
use crate::read::meta;

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
