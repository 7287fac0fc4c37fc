//! From a change to the rows that are read: the record, its facts, its words, its conflicts.

use std::collections::BTreeMap;

use rusqlite::{Connection, TransactionBehavior, named_params, params};
use sohoi_domain::catalogue::Catalogue;
use sohoi_domain::change::{self, ApplyError, Change, Conflict, RecordState};
use sohoi_domain::{Day, DeviceId, Fact, Fields, KindNum, UnitKey, Value, fact};

use crate::db::signed;
use crate::error::StoreError;
use crate::read::{View, meta};
use crate::register::Core;
use crate::row::body::{RecordBody, to_json};
use crate::search::Doc;

/// Changes when facts or words of the same record come out otherwise than before.
const PROJECTOR: u32 = 1;

/// What facts and search index were made with; others are made anew.
pub(crate) fn made_with(catalogue: &Catalogue) -> String {
    format!("{PROJECTOR} {}", catalogue.digest)
}

/// A record with what its row holds beside the state. Follows from the log alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub state: RecordState,
    pub day: Option<Day>,
    pub destroyed: bool,
    /// Newest change of it made on this device; 0 when none was.
    pub own_seq: u64,
    pub author: u32,
    pub author_device: DeviceId,
    pub created_at_ms: i64,
    pub changed_at_ms: i64,
}

/// A record as it is stored: its row id, and where the chain of its changes begins.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub id: i64,
    pub newest_change: i64,
    pub row: Row,
}

/// What a change makes of a record. The same for a change just made and for the log read again.
pub(crate) fn step(
    core: &Core,
    before: Option<&Row>,
    change: &Change,
    device: DeviceId,
) -> Result<(Row, Vec<Conflict>), ApplyError> {
    let (mut state, mut conflicts) = change::apply(before.map(|row| row.state.clone()), change, device)?;
    let at_ms = change.hlc.wall_ms();
    // Erased content of a personal kind does not stay, nor does what arrives for such a record later.
    let destroyed = state.erased && has_personal(&core.catalogue, state.kind);
    if destroyed {
        state.fields = Fields::new();
        state.versions = BTreeMap::new();
        conflicts.clear();
    }
    let own = device == core.identity.device;
    let is_newest = state.last.0.device == device && state.last.0.seq == change.seq;
    let row = match before {
        None => Row {
            day: None,
            destroyed,
            own_seq: if own { change.seq } else { 0 },
            author: change.author,
            author_device: device,
            created_at_ms: at_ms,
            changed_at_ms: at_ms,
            state,
        },
        Some(before) => Row {
            day: None,
            destroyed: destroyed || before.destroyed,
            own_seq: if own { change.seq } else { before.own_seq },
            author: if is_newest { change.author } else { before.author },
            author_device: if is_newest { device } else { before.author_device },
            created_at_ms: before.created_at_ms,
            changed_at_ms: if is_newest { at_ms } else { before.changed_at_ms },
            state,
        },
    };
    let day = day_of(&core.catalogue, &row.state);
    Ok((Row { day, ..row }, conflicts))
}

// A kind of a newer catalogue may hold names, so it is treated as if it did.
fn has_personal(catalogue: &Catalogue, kind: KindNum) -> bool {
    catalogue.kind_by_num(kind).is_none_or(|kind| kind.has_personal())
}

fn day_of(catalogue: &Catalogue, state: &RecordState) -> Option<Day> {
    let kind = catalogue.kind_by_num(state.kind)?;
    state.fields.get(&kind.field(&kind.date_field)?.num).and_then(Value::as_day)
}

/// Writes what became of a record. `before` is what was stored of it, none for a new one.
pub(crate) fn store(
    conn: &Connection,
    catalogue: &Catalogue,
    before: Option<&Row>,
    after: &Kept,
) -> Result<(), StoreError> {
    let Kept { id, row: after_row, .. } = after;
    let (id, kept, after) = (*id, after, after_row);
    let unit = unit_ref(conn, &after.state.unit)?;
    let facts = fact::facts(catalogue, &after.state);
    let Some(before) = before else {
        insert_record(conn, unit, kept)?;
        insert_facts(conn, id, unit, &facts)?;
        if let Some(doc) = Doc::of(catalogue, id, &after.state, after.day) {
            doc.insert(conn)?;
        }
        return Ok(());
    };
    update_record(conn, kept)?;
    let old = fact::facts(catalogue, &before.state);
    if old != facts {
        delete_facts(conn, id, &old)?;
        insert_facts(conn, id, unit, &facts)?;
    }
    let old = Doc::of(catalogue, id, &before.state, before.day);
    let new = Doc::of(catalogue, id, &after.state, after.day);
    if old != new {
        old.map(|doc| doc.delete(conn)).transpose()?;
        new.map(|doc| doc.insert(conn)).transpose()?;
    }
    Ok(())
}

pub(crate) fn unit_ref(conn: &Connection, unit: &UnitKey) -> Result<i64, StoreError> {
    let key = params![unit.code, unit.valid_from.number()];
    let mut find = conn.prepare_cached("SELECT id FROM unit_ref WHERE code = ?1 AND valid_from = ?2")?;
    if let Some(row) = find.query(key)?.next()? {
        return Ok(row.get(0)?);
    }
    conn.prepare_cached("INSERT INTO unit_ref (code, valid_from) VALUES (?1, ?2)")?.execute(key)?;
    Ok(conn.last_insert_rowid())
}

fn insert_record(conn: &Connection, unit: i64, kept: &Kept) -> Result<(), StoreError> {
    let (row, state) = (&kept.row, &kept.row.state);
    conn.prepare_cached(include_str!("../../../schema/device/queries/record_insert.sql"))?.execute(
        named_params! {
            ":id": kept.id,
            ":device": signed(state.id.device.0),
            ":n": state.id.n,
            ":kind": state.kind.0,
            ":unit": unit,
            ":day": row.day.map(Day::number),
            ":erased": state.erased,
            ":destroyed": row.destroyed,
            ":last_device": signed(state.last.0.device.0),
            ":last_seq": signed(state.last.0.seq),
            ":last_hlc": signed(state.last.1.0),
            ":own_seq": signed(row.own_seq),
            ":author_device": signed(row.author_device.0),
            ":author": row.author,
            ":created_at_ms": row.created_at_ms,
            ":changed_at_ms": row.changed_at_ms,
            ":catalogue": state.catalogue,
            ":newest_change": kept.newest_change,
            ":body": to_json(&RecordBody::of(state)),
        },
    )?;
    Ok(())
}

fn update_record(conn: &Connection, kept: &Kept) -> Result<(), StoreError> {
    let (row, state) = (&kept.row, &kept.row.state);
    conn.prepare_cached(include_str!("../../../schema/device/queries/record_update.sql"))?.execute(
        named_params! {
            ":id": kept.id,
            ":day": row.day.map(Day::number),
            ":erased": state.erased,
            ":destroyed": row.destroyed,
            ":last_device": signed(state.last.0.device.0),
            ":last_seq": signed(state.last.0.seq),
            ":last_hlc": signed(state.last.1.0),
            ":own_seq": signed(row.own_seq),
            ":author_device": signed(row.author_device.0),
            ":author": row.author,
            ":changed_at_ms": row.changed_at_ms,
            ":catalogue": state.catalogue,
            ":newest_change": kept.newest_change,
            ":body": to_json(&RecordBody::of(state)),
        },
    )?;
    Ok(())
}

fn insert_facts(conn: &Connection, record: i64, unit: i64, facts: &[Fact]) -> Result<(), StoreError> {
    let mut insert = conn.prepare_cached(include_str!("../../../schema/device/queries/fact_insert.sql"))?;
    for (no, fact) in (0_u32..).zip(facts) {
        let [d1, d2, d3, d4] = &fact.dimensions;
        insert.execute(named_params! {
            ":indicator": fact.indicator,
            ":first": fact.first.number(),
            ":record": record,
            ":no": no,
            ":last": fact.last.number(),
            ":unit": unit,
            ":subject": signed(fact.subject),
            ":value": fact.value,
            ":d1": d1,
            ":d2": d2,
            ":d3": d3,
            ":d4": d4,
        })?;
    }
    Ok(())
}

// Found by making them again: facts follow from the state, and those of another catalogue were replaced when
// the register was opened.
fn delete_facts(conn: &Connection, record: i64, facts: &[Fact]) -> Result<(), StoreError> {
    let mut delete = conn.prepare_cached(include_str!("../../../schema/device/queries/fact_delete.sql"))?;
    for fact in facts {
        delete.execute(named_params! {
            ":indicator": fact.indicator,
            ":first": fact.first.number(),
            ":record": record,
        })?;
    }
    Ok(())
}

/// Makes facts and search index anew when they come from another catalogue or program.
pub(crate) fn refresh(conn: &mut Connection, core: &Core) -> Result<(), StoreError> {
    let wanted = made_with(&core.catalogue);
    if meta::get::<String>(conn, meta::PROJECTED_WITH)?.as_ref() == Some(&wanted) {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    tx.execute("DELETE FROM fact", [])?;
    tx.execute("INSERT INTO record_search (record_search) VALUES ('delete-all')", [])?;
    let ids: Vec<i64> = tx
        .prepare("SELECT id FROM record ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let view = View { conn: &tx, core };
    for id in ids {
        let Some(Kept { row, .. }) = view.kept(id)? else { continue };
        let day = day_of(&core.catalogue, &row.state);
        tx.prepare_cached("UPDATE record SET day = ?2 WHERE id = ?1")?
            .execute(params![id, day.map(Day::number)])?;
        let unit = unit_ref(&tx, &row.state.unit)?;
        insert_facts(&tx, id, unit, &fact::facts(&core.catalogue, &row.state))?;
        if let Some(doc) = Doc::of(&core.catalogue, id, &row.state, day) {
            doc.insert(&tx)?;
        }
    }
    meta::set(&tx, meta::PROJECTED_WITH, &wanted)?;
    Ok(tx.commit()?)
}
