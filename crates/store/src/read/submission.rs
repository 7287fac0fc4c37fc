//! Records of the program's own kinds, and what changed since a place in every device's log.

use std::collections::BTreeMap;

use rusqlite::params;
use sohoi_domain::change::RecordState;
use sohoi_domain::submission::FIRST_OWN_KIND;
use sohoi_domain::{DeviceId, KindNum, RecordId};

use crate::db::{change_key, changes_of, seq_of, unsigned};
use crate::error::StoreError;
use crate::project::fold;
use crate::register::Register;
use crate::row::StoredRecord;

/// A record that changed: what it was at the place, and what its own changes make of it now.
#[derive(Clone, Debug, PartialEq)]
pub struct Since {
    pub id: RecordId,
    pub before: Option<RecordState>,
    pub after: Option<RecordState>,
    /// Its content is gone, so nobody can say when it was dated.
    pub destroyed: bool,
}

impl Register {
    /// All records of one of the program's own kinds, the oldest first as they came here.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn own_records(&self, kind: KindNum) -> Result<Vec<StoredRecord>, StoreError> {
        // The second condition is that of the index, which is told by it.
        let sql = "SELECT id FROM record WHERE kind = ?1 AND kind >= 60000 ORDER BY newest_change";
        let mut find = self.conn.prepare_cached(sql)?;
        let ids: Vec<i64> = find.query_map([kind.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let view = self.view();
        let receipted = view.receipted()?;
        let kept = ids.into_iter().filter_map(|id| view.kept(id).transpose());
        kept.map(|kept| view.stored(kept?, receipted)).collect()
    }

    /// The newest change of every device that is here.
    pub fn heads(&self) -> Result<BTreeMap<DeviceId, u64>, StoreError> {
        let mut heads = BTreeMap::new();
        for (device, device_ref) in self.logging_devices()? {
            let sql = "SELECT MAX(id) FROM change WHERE id BETWEEN ?1 AND ?2";
            let mut newest = self.conn.prepare_cached(sql)?;
            let id: Option<i64> = newest.query_row(changes_of(device_ref), |row| row.get(0))?;
            heads.extend(id.map(|id| (device, seq_of(id))));
        }
        Ok(heads)
    }

    /// Records of the catalogue's kinds that changed after these places, by their ids.
    pub fn changed_since(&self, seen: &BTreeMap<DeviceId, u64>) -> Result<Vec<Since>, StoreError> {
        let mut ids = std::collections::BTreeSet::new();
        for (device, device_ref) in self.logging_devices()? {
            let after = change_key(device_ref, seen.get(&device).copied().unwrap_or(0));
            let [_, last] = changes_of(device_ref);
            let sql = "SELECT DISTINCT record_device, record_n FROM change
                       WHERE id > ?1 AND id <= ?2 AND kind < ?3";
            let mut find = self.conn.prepare_cached(sql)?;
            let rows = find.query_map(params![after, last, FIRST_OWN_KIND], |row| {
                Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? })
            })?;
            ids.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        ids.into_iter().map(|id| self.since(id, seen)).collect()
    }

    fn since(&self, id: RecordId, seen: &BTreeMap<DeviceId, u64>) -> Result<Since, StoreError> {
        let changes = self.view().chain_of(id)?.into_iter().map(|logged| logged.stored);
        let changes: Vec<_> = changes.collect();
        let knew = |device: DeviceId, seq: u64| seen.get(&device).is_some_and(|last| seq <= *last);
        let known: Vec<_> = changes.iter().filter(|one| knew(one.device, one.change.seq)).cloned().collect();
        let state = |changes| fold(&self.core, changes).map(|row| row.state);
        let destroyed = changes.iter().any(|one| one.destroyed);
        Ok(Since { id, before: state(&known), after: state(&changes), destroyed })
    }

    fn logging_devices(&self) -> Result<Vec<(DeviceId, i64)>, StoreError> {
        let mut all = self.conn.prepare_cached("SELECT id, ref FROM device ORDER BY id")?;
        let rows = all.query_map([], |row| Ok((DeviceId(unsigned(row.get(0)?)), row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
