//! What can be written inside a transaction.

mod bulletin;
mod clock;
mod conflict;
mod connected;
mod other;
mod peer;
mod photo;
mod record;
mod remote;
mod renew;
mod run;
mod same;
mod sync;

pub use renew::{Renewal, UNASKED};
pub use run::KEPT_RUNS;

use rusqlite::{Connection, named_params};
use sohoi_domain::change::Change;
use sohoi_domain::change::same::SAME_AS;
use sohoi_domain::{DeviceId, Op, RecordId};

use crate::db::{change_key, record_key, signed};
use crate::error::StoreError;
use crate::project::{self, Kept, Row};
use crate::read::View;
use crate::register::Core;
use crate::row::StoredRecord;
use crate::row::body::{ChangeBody, to_json};
use crate::transact::Next;

/// The inside of one transaction. Nothing that it writes lasts unless all of it does.
pub struct Writer<'a> {
    conn: &'a Connection,
    core: &'a Core,
    next: Next,
    now_ms: i64,
    changes: Vec<(RecordId, Op)>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(conn: &'a Connection, core: &'a Core, next: Next, now_ms: i64) -> Writer<'a> {
        Writer { conn, core, next, now_ms, changes: Vec::new() }
    }

    pub(crate) fn finish(self) -> Result<(Next, Vec<(RecordId, Op)>), StoreError> {
        self.view().index(self.next.n - 1)?;
        Ok((self.next, self.changes))
    }

    fn view(&self) -> View<'a> {
        View { conn: self.conn, core: self.core }
    }

    /// A record as this transaction has left it so far.
    ///
    /// # Errors
    /// What the database says.
    pub fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        self.view().record(id)
    }

    /// A setting as this transaction has left it so far.
    ///
    /// # Errors
    /// What the database says.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.view().setting(key)
    }

    // Logs a change and carries it into the projections.
    fn take(&mut self, before: Option<Kept>, change: &Change, device: DeviceId) -> Result<(), StoreError> {
        let old = before.as_ref().map(|kept| &kept.row);
        let row = project::step(self.core, old, change, device)?;
        let previous = before.as_ref().map(|kept| kept.newest_change);
        let newest_change = self.log(previous, change, device)?;
        let id = match &before {
            Some(kept) => kept.id,
            None => record_key(self.device_ref(change.record.device)?, change.record.n),
        };
        self.project(old, Kept { id, newest_change, row })?;
        self.changes.push((change.record, change.op));
        Ok(())
    }

    fn project(&self, before: Option<&Row>, after: Kept) -> Result<(), StoreError> {
        project::store(self.view(), before, &after)?;
        if after.row.destroyed { project::empty(self.view(), after.row.state.id) } else { Ok(()) }
    }

    // Also of a record that has not come, by a device not met before.
    fn note_link(&self, change: &Change) -> Result<(), StoreError> {
        if !change.fields.contains_key(&SAME_AS) {
            return Ok(());
        }
        let row = record_key(self.device_ref(change.record.device)?, change.record.n);
        self.view().note_link(change, row)
    }

    // The short number of a device, a new one for a device not met before.
    fn device_ref(&self, device: DeviceId) -> Result<i64, StoreError> {
        if let Some(known) = self.view().device_ref(device)? {
            return Ok(known);
        }
        let sql = "INSERT INTO device (ref, id, since_ms) SELECT MAX(ref) + 1, ?1, ?2 FROM device";
        self.conn.execute(sql, [signed(device.0), self.now_ms])?;
        Ok(self.conn.last_insert_rowid())
    }

    // Answers the change's row id, from which the chain of its record goes on.
    fn log(&self, previous: Option<i64>, change: &Change, device: DeviceId) -> Result<i64, StoreError> {
        let id = change_key(self.device_ref(device)?, change.seq);
        insert_change(self.conn, (id, previous), change, device)?;
        self.name_photos(change)?;
        self.note_link(change)?;
        // Stamped just now, not come from elsewhere.
        if device == self.core.identity.device && change.hlc == self.next.hlc {
            self.note_counted_on(change)?;
        }
        Ok(id)
    }
}

// A row of the log under its own id, and that of the change of the same record before it.
fn insert_change(
    conn: &Connection,
    (id, previous): (i64, Option<i64>),
    change: &Change,
    device: DeviceId,
) -> Result<(), StoreError> {
    let sql = include_str!("../../../../schema/device/queries/change_insert.sql");
    conn.prepare_cached(sql)?.execute(named_params! {
        ":id": id,
        ":previous": previous,
        ":device": signed(device.0),
        ":seq": signed(change.seq),
        ":record_device": signed(change.record.device.0),
        ":record_n": change.record.n,
        ":kind": change.kind.0,
        ":op": op_name(change.op),
        ":hlc": signed(change.hlc.0),
        ":author": change.author,
        ":body": to_json(&ChangeBody::of(change)),
    })?;
    Ok(())
}

pub(crate) fn op_name(op: Op) -> &'static str {
    match op {
        Op::Create => "create",
        Op::Patch => "patch",
        Op::Erase => "erase",
        Op::Restore => "restore",
    }
}
