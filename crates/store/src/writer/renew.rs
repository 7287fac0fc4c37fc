//! Going on under a new device, after this PC's history and that of a copy of it have parted. The one place
//! that numbers logged changes anew: those that the hub never had.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};
use sohoi_domain::change::{Change, Renumber};
use sohoi_domain::{DeviceId, Hlc, RecordId};
use zeroize::Zeroizing;

use super::{Writer, insert_change};
use crate::db::{change_key, record_key, signed, unsigned};
use crate::error::StoreError;
use crate::project::{self, Kept};
use crate::read::{Logged, View, meta};
use crate::register::Core;
use crate::row::{Identity, PeerRow, StoredChange};
use crate::same::Shape;

/// Who a register goes on as, and from where.
#[derive(Clone)]
pub struct Renewal {
    pub device: DeviceId,
    pub device_secret: Zeroizing<[u8; 32]>,
    /// Newest change of the old device that the hub has as well; those after it move to the new one.
    pub last_common: u64,
    /// The old device as it is seen from now on, like another PC: where the hub goes on with its batches.
    pub old: PeerRow,
    /// What the hub knows the new device by.
    pub token: String,
    /// As JSON, what is still to be asked of the hub; none when it has taken the new device in.
    pub unasked: Option<String>,
}

/// Setting with [`Renewal::unasked`].
pub const UNASKED: &str = "unasked_renewal";

/// A record that changes touch which move, as it was before.
struct Touched {
    id: RecordId,
    kept: Kept,
    chain: Vec<Logged>,
}

impl Writer<'_> {
    /// Retires the device and goes on under the new one. What the hub never had of the old one is numbered
    /// anew, with the records that it made and everything that refers to them.
    ///
    /// Answers what the register must be once the transaction is committed, and which records got new ids.
    pub(crate) fn renew(&mut self, renewal: &Renewal) -> Result<(Core, Made), StoreError> {
        // The index is found by this device's numbers. It is whole afterwards, so that what follows a transaction
        // has nothing to do, although it still looks with the old numbers.
        self.view().index_all(self.next.n - 1)?;
        let old = self.core.identity.device;
        let parted = self.parted(renewal.last_common)?;
        let changes: Vec<Change> = parted.iter().map(|logged| logged.stored.change.clone()).collect();
        let to = Renumber::of(old, renewal.device, renewal.last_common, &changes);
        let touched = self.touched(&changes)?;
        let made: Made = to.records().collect();
        let is_tied = self.unproject_tied()?;
        for record in touched.iter().filter(|record| made.contains_key(&record.id)) {
            unproject(self.view(), &record.kept, is_tied)?;
        }
        let core = self.new_core(renewal)?;
        let chains = renumbered_log(self.conn, (self.core, &core), &to, touched)?;
        self.conn.execute("UPDATE record SET own_seq = 0 WHERE own_seq > 0", [])?;
        let view = View { conn: self.conn, core: &core };
        view.set_indexed(u32::try_from(made.len()).unwrap_or(u32::MAX))?;
        for (record, newest_change, chain) in chains {
            let row = project::fold(&core, &chain).ok_or(StoreError::Damaged)?;
            let is_made = made.contains_key(&record.id);
            let id = if is_made { record_key(core.device_ref, row.state.id.n) } else { record.kept.id };
            let before = (!is_made).then_some(&record.kept.row);
            project::store(view, before, &Kept { id, newest_change, row })?;
        }
        if is_tied {
            project::project_all(view)?;
        }
        self.rename_in_drafts(&made)?;
        self.tie_anew(renewal)?;
        self.next.seq = changes.len() as u64 + 1;
        self.next.n = u32::try_from(made.len()).unwrap_or(u32::MAX).saturating_add(1);
        Ok((core, made))
    }

    // What records show that links tie together cannot be moved one by one: then all of it is made anew.
    fn unproject_tied(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM named_kept)";
        let is_tied: bool = self.conn.query_row(sql, [], |row| row.get(0))?;
        if is_tied {
            for table in ["fact", "conflict", "reworded", "same_as"] {
                self.conn.execute(&format!("DELETE FROM {table}"), [])?;
            }
        }
        Ok(is_tied)
    }

    fn parted(&self, last_common: u64) -> Result<Vec<Logged>, StoreError> {
        let view = self.view();
        let keys = (last_common + 1..self.next.seq).map(|seq| change_key(self.core.device_ref, seq));
        keys.map(|key| view.logged(key, 0)?.ok_or(StoreError::Damaged)).collect()
    }

    fn touched(&self, changes: &[Change]) -> Result<Vec<Touched>, StoreError> {
        let ids: BTreeSet<RecordId> = changes.iter().map(|change| change.record).collect();
        let view = self.view();
        let of = |id| {
            let kept = view.kept_by_id(id)?.ok_or(StoreError::Damaged)?;
            Ok(Touched { id, kept, chain: view.chain_of(id)? })
        };
        ids.into_iter().map(of).collect()
    }

    // The old device keeps its secret: it signed what lies sealed here.
    fn new_core(&self, renewal: &Renewal) -> Result<Core, StoreError> {
        let old = signed(self.core.identity.device.0);
        let new = signed(renewal.device.0);
        let sql = "UPDATE device SET retired_at_ms = ?2, last_own_seq = ?3 WHERE id = ?1";
        self.conn.execute(sql, [old, self.now_ms, signed(renewal.last_common)])?;
        let sql =
            "INSERT INTO device (ref, id, secret, since_ms) SELECT MAX(ref) + 1, ?1, ?2, ?3 FROM device";
        self.conn.execute(sql, params![new, *renewal.device_secret, self.now_ms])?;
        let device_ref = self.conn.last_insert_rowid();
        let sql = "INSERT INTO officer (device, number, name, since_ms)
                   SELECT ?2, number, name, since_ms FROM officer WHERE device = ?1";
        self.conn.execute(sql, [old, new])?;
        // Whom the other copy has given such a number since is not known here.
        let sql = "DELETE FROM officer WHERE device = ?1 AND number > 1
                   AND number > (SELECT COALESCE(MAX(author), 0) FROM change WHERE device = ?1 AND seq <= ?2)";
        self.conn.execute(sql, [old, signed(renewal.last_common)])?;
        self.move_corrections((old, new), signed(renewal.last_common))?;
        let identity = Identity {
            device: renewal.device,
            device_secret: renewal.device_secret.clone(),
            commune_key: self.core.identity.commune_key.clone(),
        };
        let unit = self.core.unit.clone();
        Ok(Core { catalogue: self.core.catalogue.clone(), identity, device_ref, unit })
    }

    // What moves keeps its stamps. The numbers that it had are those of the other copy's changes from now on.
    fn move_corrections(&self, (old, new): (i64, i64), last_common: i64) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO clock_correction (device, first_seq, last_seq, offset_ms, told_at_ms, counted_on)
                   SELECT ?2, max(first_seq - ?3, 1), last_seq - ?3, offset_ms, told_at_ms, counted_on
                   FROM clock_correction WHERE device = ?1 AND last_seq > ?3 ORDER BY id";
        self.conn.execute(sql, [old, new, last_common])?;
        // What the other copy told was not for this one as long as it had the same device.
        self.conn.execute("UPDATE clock_correction SET number = 0 WHERE number IS NOT NULL", [])?;
        let sql = "DELETE FROM clock_correction WHERE device = ?1 AND first_seq > ?2";
        self.conn.execute(sql, [old, last_common])?;
        let sql = "UPDATE clock_correction SET last_seq = ?2 WHERE device = ?1 AND last_seq > ?2";
        self.conn.execute(sql, [old, last_common])?;
        Ok(())
    }

    fn rename_in_drafts(&self, made: &Made) -> Result<(), StoreError> {
        let sql = "UPDATE draft SET record = CASE record WHEN ?1 THEN ?2 ELSE record END,
                          fields = replace(fields, ?1, ?2)
                   WHERE record = ?1 OR instr(fields, ?1) > 0";
        let mut rename = self.conn.prepare_cached(sql)?;
        for (from, to) in made {
            rename.execute([from.to_string(), to.to_string()])?;
        }
        Ok(())
    }

    fn tie_anew(&mut self, renewal: &Renewal) -> Result<(), StoreError> {
        let sql = "DELETE FROM batch WHERE device = ?1 AND first_seq >= ?2";
        self.conn.execute(sql, [signed(renewal.old.device.0), signed(renewal.old.next_seq)])?;
        self.meet_peer(&renewal.old, &[])?;
        self.conn.execute("UPDATE enrolment SET token = ?1", [&renewal.token])?;
        match &renewal.unasked {
            Some(json) => self.set_setting(UNASKED, json)?,
            None => self.drop_setting(UNASKED)?,
        }
        // What the new device writes comes after what the old one wrote.
        let seen: i64 = meta::get(self.conn, meta::REMOTE_HLC)?.unwrap_or(0);
        let newest = self.next.hlc.max(Hlc(unsigned(seen)));
        meta::set(self.conn, meta::REMOTE_HLC, &signed(newest.0))?;
        // Numbers begin anew, so they no longer tell whether something was written since.
        self.conn.execute("DELETE FROM meta WHERE key = ?1", [meta::BACKUP_WRITTEN])?;
        Ok(())
    }
}

/// Ids of records that moved, and their new ones.
pub(crate) type Made = BTreeMap<RecordId, RecordId>;

type Chain = (Touched, i64, Vec<StoredChange>);

// Writes the changes that move under their new numbers, and leads the chains of their records over them.
fn renumbered_log(
    conn: &Connection,
    (old, new): (&Core, &Core),
    to: &Renumber,
    touched: Vec<Touched>,
) -> Result<Vec<Chain>, StoreError> {
    let triggers = without_triggers(conn)?;
    let [first, last] = [to.last_kept() + 1, u64::MAX].map(|seq| change_key(old.device_ref, seq));
    conn.execute("DELETE FROM change WHERE id BETWEEN ?1 AND ?2", [first, last])?;
    let mut chains = Vec::new();
    for mut record in touched {
        let mut previous = None;
        let mut chain = Vec::new();
        for logged in std::mem::take(&mut record.chain) {
            let mut stored = logged.stored;
            if (first..=last).contains(&logged.id) {
                stored.change = to.change(stored.change);
                stored.device = new.identity.device;
                let id = change_key(new.device_ref, stored.change.seq);
                insert_change(conn, (id, previous), &stored.change, stored.device)?;
                let destroyed = "UPDATE change SET destroyed = 1 WHERE id = ?1 AND ?2";
                conn.prepare_cached(destroyed)?.execute(params![id, stored.destroyed])?;
                previous = Some(id);
            } else {
                let sql = "UPDATE change SET previous = ?2 WHERE id = ?1 AND previous IS NOT ?2";
                conn.prepare_cached(sql)?.execute(params![logged.id, previous])?;
                previous = Some(logged.id);
            }
            chain.push(stored);
        }
        chains.push((record, previous.ok_or(StoreError::Damaged)?, chain));
    }
    triggers.iter().try_for_each(|sql| conn.execute_batch(sql))?;
    Ok(chains)
}

// The log's own guards, to be put back before the transaction ends.
fn without_triggers(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'change'";
    let mut statement = conn.prepare(sql)?;
    let found = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let found = found.collect::<Result<Vec<_>, _>>()?;
    found.iter().try_for_each(|(name, _)| conn.execute_batch(&format!("DROP TRIGGER {name}")))?;
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

// Takes a record out of everything that is read, before it comes back under another id.
fn unproject(view: View, kept: &Kept, is_tied: bool) -> Result<(), StoreError> {
    let (conn, id) = (view.conn, kept.id);
    if !is_tied {
        let shape = Shape::alone(view, &kept.row);
        project::delete_facts(conn, id, &shape.facts(view))?;
        conn.prepare_cached("DELETE FROM conflict WHERE record = ?1")?.execute([id])?;
        shape.doc(view, id).map_or(Ok(()), |doc| doc.delete(conn))?;
    }
    conn.prepare_cached("DELETE FROM record WHERE id = ?1")?.execute([id])?;
    Ok(())
}
