//! Records of the program's own kinds, and what changed since a place in every device's log.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rusqlite::{OptionalExtension, params};
use sohoi_domain::change::RecordState;
use sohoi_domain::figure::Window;
use sohoi_domain::submission::FIRST_OWN_KIND;
use sohoi_domain::{DeviceId, KindNum, Period, RecordId};

use super::list::Limits;
use crate::db::{self, change_key, changes_of, parts_of, unsigned};
use crate::error::StoreError;
use crate::project::fold;
use crate::register::Register;
use crate::row::{StoredChange, StoredRecord};

/// The newest change of each device that somebody knew.
pub type Seen = BTreeMap<DeviceId, u64>;

/// All changes of a record, out of which comes what it was for whoever knew some of them.
pub struct Past {
    pub id: RecordId,
    changes: Vec<StoredChange>,
}

impl Past {
    /// Which of the changes a place knows.
    pub fn known(&self, seen: &Seen) -> Vec<bool> {
        let knows = |one: &StoredChange| seen.get(&one.device).is_some_and(|last| one.change.seq <= *last);
        self.changes.iter().map(knows).collect()
    }

    /// Its content is gone, so nobody can say when it was dated.
    pub fn is_destroyed(&self) -> bool {
        self.changes.iter().any(|one| one.destroyed)
    }
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
        db::heads(&self.conn)
    }

    /// Records of the catalogue's kinds that changed after these places; without those that were only made after
    /// them when `old_only`.
    ///
    /// # Errors
    /// What the database says.
    pub fn changed_since(&self, seen: &Seen, old_only: bool) -> Result<BTreeSet<RecordId>, StoreError> {
        let mut ids = BTreeSet::new();
        for (device, device_ref) in db::logging_devices(&self.conn)? {
            let after = change_key(device_ref, seen.get(&device).copied().unwrap_or(0));
            let [_, last] = changes_of(device_ref);
            let sql = "SELECT DISTINCT record_device, record_n FROM change
                       WHERE id > ?1 AND id <= ?2 AND kind < ?3 AND (NOT ?4 OR op <> 'create')";
            let mut find = self.conn.prepare_cached(sql)?;
            let rows = find.query_map(params![after, last, FIRST_OWN_KIND, old_only], |row| {
                Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? })
            })?;
            for id in rows {
                ids.insert(id?);
            }
        }
        Ok(ids)
    }

    /// # Errors
    /// What the database says.
    pub fn past(&self, id: RecordId) -> Result<Past, StoreError> {
        let changes = self.view().chain_of(id)?.into_iter().map(|logged| logged.stored).collect();
        Ok(Past { id, changes })
    }

    /// What a record was for whoever knew these of its changes.
    pub fn state_of(&self, past: &Past, known: &[bool]) -> Option<RecordState> {
        let changes: Vec<StoredChange> =
            past.changes.iter().zip(known).filter(|(_, knows)| **knows).map(|(one, _)| one.clone()).collect();
        if changes.is_empty() { None } else { fold(&self.core, &changes).map(|row| row.state) }
    }

    /// Records that were made after these places, are shown, are neither part of another nor have parts, and lie in
    /// a period: by their day or by what they count for. No record has to be read for it.
    ///
    /// # Errors
    /// What the database says.
    pub fn made_since(&self, seen: &Seen, period: &Period) -> Result<Vec<RecordId>, StoreError> {
        let mut first_new: BTreeMap<i64, (DeviceId, u32)> = BTreeMap::new();
        for (device, device_ref) in db::logging_devices(&self.conn)? {
            let newest = self.newest_made(device_ref, seen.get(&device).copied().unwrap_or(0))?;
            first_new.insert(device_ref, (device, newest));
        }
        let tied: BTreeSet<RecordId> = self.tied()?.into_iter().collect();
        let new = |row: i64| {
            let (device_ref, n) = parts_of(row);
            let (device, newest) = first_new.get(&device_ref)?;
            (n > *newest).then_some(RecordId { device: *device, n })
        };
        let rows = self.rows_in(period)?;
        Ok(rows.into_iter().filter_map(new).filter(|id| !tied.contains(id)).collect())
    }

    /// Records that give way to another, or that others give way to.
    ///
    /// # Errors
    /// What the database says.
    pub fn tied(&self) -> Result<Vec<RecordId>, StoreError> {
        let sql = "SELECT r.device, r.n FROM same_as AS s JOIN record AS r ON r.id = s.record
                   UNION
                   SELECT kept_device, kept_n FROM same_as";
        let mut find = self.conn.prepare_cached(sql)?;
        let rows = find
            .query_map([], |row| Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    // Running numbers of records grow with those of changes.
    fn newest_made(&self, device_ref: i64, seq: u64) -> Result<u32, StoreError> {
        let sql = "SELECT record_n FROM change WHERE id >= ?1 AND id <= ?2 AND op = 'create'
                   ORDER BY id DESC LIMIT 1";
        let [first, _] = changes_of(device_ref);
        let found: Option<u32> = self
            .conn
            .prepare_cached(sql)?
            .query_row([first, change_key(device_ref, seq)], |row| row.get(0))
            .optional()?;
        Ok(found.unwrap_or(0))
    }

    // Rows of records that are shown and lie in a period.
    fn rows_in(&self, period: &Period) -> Result<HashSet<i64>, StoreError> {
        let mut rows = HashSet::new();
        let sql = "SELECT id FROM record
                   WHERE hidden = 0 AND kind < ?3 AND day BETWEEN ?1 AND ?2";
        let mut find = self.conn.prepare_cached(sql)?;
        let days = params![period.first.number(), period.last.number(), FIRST_OWN_KIND];
        for row in find.query_map(days, |row| row.get(0))? {
            rows.insert(row?);
        }
        let sql = "SELECT record FROM fact
                   WHERE indicator = ?1 AND first BETWEEN ?2 AND ?3 AND last >= ?4";
        let mut find = self.conn.prepare_cached(sql)?;
        for indicator in &self.core.catalogue.indicators {
            let limits = Limits::of(indicator.num, Window::of(indicator.time, period));
            let bounds = params![limits.indicator, limits.from, limits.hi, limits.lo];
            for row in find.query_map(bounds, |row| row.get(0))? {
                rows.insert(row?);
            }
        }
        Ok(rows)
    }
}
