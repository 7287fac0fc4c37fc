//! When which record gave way to which other one, and when that was taken back: told in the histories of both.
//! Which records ever named another as kept stands in a table of its own, for a link leaves the other untouched.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::params;
use sohoi_domain::change::Change;
use sohoi_domain::change::same::SAME_AS;
use sohoi_domain::{DeviceId, RecordId, Value, Version};

use crate::db::{record_key, signed, unsigned};
use crate::error::StoreError;
use crate::read::{Logged, View};
use crate::register::Register;
use crate::row::body::{ChangeBody, from_json};
use crate::row::{LinkRow, StoredChange};

fn named(change: &Change) -> Option<RecordId> {
    change.fields.get(&SAME_AS)?.as_ref().and_then(Value::as_ref_id)
}

// What the changes of one record did to its links, in their order.
fn links_of(chain: Vec<Logged>) -> Vec<LinkRow> {
    let mut to: BTreeMap<Version, RecordId> = BTreeMap::new();
    let mut links = Vec::new();
    for StoredChange { change, device, .. } in chain.iter().map(|logged| &logged.stored) {
        let new = named(change);
        if new.is_none() && !change.fields.contains_key(&SAME_AS) {
            continue;
        }
        let link = |kept: RecordId, is_made: bool| LinkRow {
            record: change.record,
            kept,
            is_made,
            by: Version { device: *device, seq: change.seq },
        };
        let replaced = change.replaces.get(&SAME_AS).into_iter().flatten();
        let left: BTreeSet<RecordId> = replaced.filter_map(|version| to.get(version).copied()).collect();
        links.extend(left.into_iter().filter(|kept| Some(*kept) != new).map(|kept| link(kept, false)));
        if let Some(kept) = new {
            to.insert(Version { device: *device, seq: change.seq }, kept);
            links.push(link(kept, true));
        }
    }
    links
}

impl Register {
    /// What was said of which record stands for which, by this record or about it: each with the change that said
    /// so, which is none of this record's own when another gave way to it.
    ///
    /// # Errors
    /// What the database says.
    pub fn links(&self, id: RecordId) -> Result<Vec<(LinkRow, StoredChange)>, StoreError> {
        let view = self.view();
        let records = [id].into_iter().chain(view.once_naming(id)?);
        let mut found = Vec::new();
        for record in records {
            let chain = view.chain_of(record)?;
            let changes: BTreeMap<Version, StoredChange> = chain
                .iter()
                .map(|logged| {
                    let stored = &logged.stored;
                    (Version { device: stored.device, seq: stored.change.seq }, stored.clone())
                })
                .collect();
            let of_both = links_of(chain).into_iter().filter(|link| record == id || link.kept == id);
            for link in of_both {
                let mut stored = changes.get(&link.by).cloned().ok_or(StoreError::Damaged)?;
                stored.shown_at_ms = view.shown_ms(link.by, stored.shown_at_ms)?;
                found.push((link, stored));
            }
        }
        Ok(found)
    }
}

impl View<'_> {
    /// Notes whom a change of the record at this row names as kept, for the history of that one.
    pub fn note_link(&self, change: &Change, row: i64) -> Result<(), StoreError> {
        named(change).map_or(Ok(()), |kept| self.put_link(kept, row))
    }

    fn put_link(&self, kept: RecordId, row: i64) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO named_kept (kept_device, kept_n, record) VALUES (?1, ?2, ?3)";
        self.conn.prepare_cached(sql)?.execute(params![signed(kept.device.0), kept.n, row])?;
        Ok(())
    }

    /// Of a record whose content is destroyed nothing is told any more.
    pub fn forget_links(&self, record: RecordId) -> Result<(), StoreError> {
        let Some(device) = self.device_ref(record.device)? else { return Ok(()) };
        let sql = "DELETE FROM named_kept WHERE record = ?1";
        self.conn.prepare_cached(sql)?.execute([record_key(device, record.n)])?;
        Ok(())
    }

    fn once_naming(&self, kept: RecordId) -> Result<Vec<RecordId>, StoreError> {
        let sql = "SELECT r.device, r.n
                   FROM named_kept AS l JOIN record AS r ON r.id = l.record
                   WHERE l.kept_device = ?1 AND l.kept_n = ?2
                   ORDER BY r.id";
        let mut find = self.conn.prepare_cached(sql)?;
        let ids = find.query_map(params![signed(kept.device.0), kept.n], |row| {
            Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? })
        })?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Notes anew what all changes say.
    pub fn note_all_links(&self) -> Result<(), StoreError> {
        self.conn.execute("DELETE FROM named_kept", [])?;
        let sql =
            "SELECT record_device, record_n, body FROM change WHERE destroyed = 0 AND instr(body, ?1) > 0";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([format!("\"{}\"", SAME_AS.0)])?;
        while let Some(row) = rows.next()? {
            let record = RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? };
            let body: ChangeBody = from_json(row.get_ref(2)?.as_str().unwrap_or_default())?;
            let kept = body.fields().get(&SAME_AS).and_then(Option::as_ref).and_then(Value::as_ref_id);
            if let (Some(kept), Some(device)) = (kept, self.device_ref(record.device)?) {
                self.put_link(kept, record_key(device, record.n))?;
            }
        }
        Ok(())
    }

    /// Every row of the table: kept record, and row of the one that named it.
    pub fn noted_links(&self) -> Result<BTreeSet<(RecordId, i64)>, StoreError> {
        let mut all = self.conn.prepare("SELECT kept_device, kept_n, record FROM named_kept")?;
        let rows = all.query_map([], |row| {
            Ok((RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? }, row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the table must hold for the changes of one record.
    pub fn links_to_note(
        &self,
        record: RecordId,
        chain: &[StoredChange],
    ) -> Result<BTreeSet<(RecordId, i64)>, StoreError> {
        let Some(device) = self.device_ref(record.device)? else { return Ok(BTreeSet::new()) };
        let row = record_key(device, record.n);
        Ok(chain.iter().filter_map(|stored| named(&stored.change)).map(|kept| (kept, row)).collect())
    }
}
