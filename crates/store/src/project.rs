//! From a change to the rows that are read: the record, its facts, its words, its conflicts.

use std::collections::BTreeSet;

use rusqlite::{Connection, TransactionBehavior, named_params, params};
use sohoi_domain::catalogue::Catalogue;
use sohoi_domain::catalogue::FieldType;
use sohoi_domain::change::same::is_field;
use sohoi_domain::change::{self, ApplyError, Change, Conflict, Erasure, RecordState, Terms, WHOLE_RECORD};
use sohoi_domain::{Day, DeviceId, Fact, KindNum, Op, RecordId, UnitKey, Value};

use crate::db::signed;
use crate::error::StoreError;
use crate::read::{View, meta};
use crate::register::Core;
use crate::row::StoredChange;
use crate::row::body::{ChangeBody, RecordBody, to_json};
use crate::same::Shape;
use crate::search::Doc;

/// Changes when facts or words of the same record come out otherwise than before.
const PROJECTOR: u32 = 2;

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

/// What a change makes of a record. The same for a change just made and for the log read again, in any order
/// of the changes.
pub(crate) fn step(
    core: &Core,
    before: Option<&Row>,
    change: &Change,
    device: DeviceId,
) -> Result<Row, ApplyError> {
    let is_destroyed = before.is_some_and(|row| row.destroyed);
    step_as(core, before, (change, device), terms(core, change.kind, is_destroyed))
}

fn terms(core: &Core, kind: KindNum, is_destroyed: bool) -> Terms<'_> {
    if is_destroyed { Erasure::Destroys.into() } else { Terms::of(&core.catalogue, kind) }
}

fn step_as(
    core: &Core,
    before: Option<&Row>,
    (change, device): (&Change, DeviceId),
    terms: Terms,
) -> Result<Row, ApplyError> {
    let state = change::apply(before.map(|row| row.state.clone()), change, device, terms)?;
    let at_ms = change.hlc.wall_ms();
    let is_last = state.last.0.device == device && state.last.0.seq == change.seq;
    let by = before.filter(|_| !is_last).map(|row| (row.author, row.author_device));
    let (author, author_device) = by.unwrap_or((change.author, device));
    let own_seq = if device == core.identity.device { change.seq } else { 0 };
    let created_at_ms = before.map(|row| row.created_at_ms);
    Ok(Row {
        day: day_of(&core.catalogue, &state),
        // Content that is gone does not come back with another catalogue.
        destroyed: state.erased && terms.erasure == Erasure::Destroys,
        own_seq: before.map_or(own_seq, |row| row.own_seq.max(own_seq)),
        author,
        author_device,
        created_at_ms: match change.op {
            Op::Create => created_at_ms.map_or(at_ms, |before| before.min(at_ms)),
            Op::Patch | Op::Erase | Op::Restore => created_at_ms.unwrap_or(at_ms),
        },
        changed_at_ms: state.last.1.wall_ms(),
        state,
    })
}

/// What all changes of a record together make of it; none while its create is not among them. A change that
/// cannot follow, being of another kind, stays in the log alone.
pub(crate) fn fold(core: &Core, changes: &[StoredChange]) -> Option<Row> {
    let is_destroyed = changes.iter().any(|stored| stored.destroyed);
    let creates = changes.iter().filter(|stored| stored.change.op == Op::Create);
    let rest = changes.iter().filter(|stored| stored.change.op != Op::Create);
    creates.chain(rest).fold(None, |row, stored| {
        let terms = terms(core, stored.change.kind, is_destroyed);
        step_as(core, row.as_ref(), (&stored.change, stored.device), terms).ok().or(row)
    })
}

/// What a person must decide about a record. A pseudonym follows from other fields, so nobody is asked for it.
pub(crate) fn asked(catalogue: &Catalogue, state: &RecordState) -> Vec<Conflict> {
    let mut conflicts = state.conflicts();
    if conflicts.is_empty() {
        return conflicts;
    }
    let kind = catalogue.kind_by_num(state.kind);
    let field_type = |conflict: &Conflict| Some(kind?.field_by_num(conflict.field)?.field_type);
    conflicts.retain(|conflict| field_type(conflict) != Some(FieldType::Pseudonym));
    // Of two links the newest counts, and nobody is asked.
    conflicts.retain(|conflict| conflict.field == WHOLE_RECORD || is_field(conflict.field));
    conflicts
}

fn day_of(catalogue: &Catalogue, state: &RecordState) -> Option<Day> {
    let kind = catalogue.kind_by_num(state.kind)?;
    state.fields.get(&kind.field(&kind.date_field)?.num).and_then(Value::as_day)
}

/// Writes what became of a record. `before` is what was stored of it, none for a new one.
pub(crate) fn store(view: View, before: Option<&Row>, after: &Kept) -> Result<(), StoreError> {
    let ends = [before.and_then(|row| row.state.same_as()), after.row.state.same_as()];
    let id = after.row.state.id;
    if ends == [None, None] && !view.is_tied(id, after.id)? {
        let old = before.map(|row| Shape::alone(view, row));
        store_row(view, before, after)?;
        return show(view, after, old, &Shape::alone(view, &after.row));
    }
    // Others may show, or no longer show, by this change.
    let old = view.group(ends.into_iter().flatten().chain([id]))?;
    let mut shapes = old.shapes(view)?;
    store_row(view, before, after)?;
    view.set_link(after.id, &after.row.state)?;
    let new = view.group(old.records.keys().copied().chain(ends.into_iter().flatten()).chain([id]))?;
    for (row_id, shape) in new.shapes(view)? {
        let kept = new.records.get(&shape.state.id).ok_or(StoreError::Damaged)?;
        show(view, kept, shapes.remove(&row_id), &shape)?;
        view.set_shown(row_id, &shape)?;
    }
    Ok(())
}

fn store_row(view: View, before: Option<&Row>, after: &Kept) -> Result<(), StoreError> {
    let unit = unit_ref(view.conn, &after.row.state.unit)?;
    match before {
        None => insert_record(view.conn, unit, after),
        Some(_) => update_record(view.conn, unit, after),
    }
}

// Carries what a record shows into the tables that are searched and summed.
fn show(view: View, kept: &Kept, old: Option<Shape>, new: &Shape) -> Result<(), StoreError> {
    let (conn, id) = (view.conn, kept.id);
    if !view.is_fresh(id)? {
        store_words(view, kept, old.as_ref().and_then(|shape| shape.doc(view, id)), new.doc(view, id))?;
    }
    let unit = unit_ref(conn, &new.state.unit)?;
    let facts = new.facts(view);
    let Some(old) = old else {
        insert_facts(conn, id, unit, &facts)?;
        return insert_conflicts(conn, id, &new.asked());
    };
    let old_facts = old.facts(view);
    if old_facts != facts || old.state.unit != new.state.unit {
        delete_facts(conn, id, &old_facts)?;
        insert_facts(conn, id, unit, &facts)?;
    }
    if old.asked() != new.asked() {
        conn.prepare_cached("DELETE FROM conflict WHERE record = ?1")?.execute([id])?;
        insert_conflicts(conn, id, &new.asked())?;
    }
    Ok(())
}

// What is destroyed leaves the index at once, other words when there are some of them.
fn store_words(view: View, kept: &Kept, old: Option<Doc>, new: Option<Doc>) -> Result<(), StoreError> {
    if kept.row.destroyed {
        return view.take_out(kept.id, old);
    }
    if old == new || view.reworded_doc(kept.id)?.is_some() {
        return Ok(());
    }
    match (old, new) {
        (Some(old), _) => view.set_reworded(kept.id, &old),
        (None, new) => new.map_or(Ok(()), |doc| doc.insert(view.conn)),
    }
}

fn insert_conflicts(conn: &Connection, record: i64, fields: &BTreeSet<u16>) -> Result<(), StoreError> {
    for field in fields {
        let sql = "INSERT INTO conflict (record, field) VALUES (?1, ?2)";
        conn.prepare_cached(sql)?.execute(params![record, field])?;
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
            ":hidden": state.erased,
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

fn update_record(conn: &Connection, unit: i64, kept: &Kept) -> Result<(), StoreError> {
    let (row, state) = (&kept.row, &kept.row.state);
    conn.prepare_cached(include_str!("../../../schema/device/queries/record_update.sql"))?.execute(
        named_params! {
            ":id": kept.id,
            ":unit": unit,
            ":day": row.day.map(Day::number),
            ":erased": state.erased,
            ":hidden": state.erased,
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
pub(crate) fn delete_facts(conn: &Connection, record: i64, facts: &[Fact]) -> Result<(), StoreError> {
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

/// Empties the log of a record and its drafts. The steps stay, and so does the reason.
pub(crate) fn empty(view: View, record: RecordId) -> Result<(), StoreError> {
    let mut photos = BTreeSet::new();
    for logged in view.chain_of(record)?.into_iter().filter(|logged| !logged.stored.destroyed) {
        let mut change = logged.stored.change;
        photos.extend(view.photos_of(&change));
        change.fields.clear();
        change.replaces.retain(|num, _| *num == WHOLE_RECORD);
        let sql = "UPDATE change SET body = ?2, destroyed = 1 WHERE id = ?1";
        view.conn.prepare_cached(sql)?.execute(params![logged.id, to_json(&ChangeBody::of(&change))])?;
    }
    view.forget_links(record)?;
    view.conn.prepare_cached("DELETE FROM draft WHERE record = ?1")?.execute([record.to_string()])?;
    photos.into_iter().try_for_each(|photo| view.forget_photo(photo))
}

// Of a kind that was open when it was erased and has become personal since; none for every other record.
fn overtaken(view: View, kept: &Kept) -> Result<Option<Row>, StoreError> {
    let state = &kept.row.state;
    let destroys = Erasure::of(&view.core.catalogue, state.kind) == Erasure::Destroys;
    if kept.row.destroyed || !destroys || !state.was_erased() {
        return Ok(None);
    }
    let chain: Vec<StoredChange> = view.chain_of(state.id)?.into_iter().map(|logged| logged.stored).collect();
    Ok(fold(view.core, &chain))
}

/// Makes facts, search index and the list of conflicts anew when they come from another catalogue or program.
pub(crate) fn refresh(conn: &mut Connection, core: &Core) -> Result<(), StoreError> {
    let wanted = made_with(&core.catalogue);
    if meta::get::<String>(conn, meta::PROJECTED_WITH)?.as_ref() == Some(&wanted) {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let has_emptied = project_all(View { conn: &tx, core })?;
    meta::set(&tx, meta::PROJECTED_WITH, &wanted)?;
    tx.commit()?;
    if has_emptied {
        // What was emptied still lies in the write-ahead log. When this fails, the next erasure does it.
        let _ = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }
    Ok(())
}

/// Makes them of every record; true when content was destroyed on the way.
pub(crate) fn project_all(view: View) -> Result<bool, StoreError> {
    let (conn, catalogue) = (view.conn, &view.core.catalogue);
    conn.execute("DELETE FROM fact", [])?;
    conn.execute("DELETE FROM conflict", [])?;
    conn.execute("DELETE FROM reworded", [])?;
    conn.execute("DELETE FROM same_as", [])?;
    conn.execute("INSERT INTO record_search (record_search) VALUES ('delete-all')", [])?;
    let ids: Vec<i64> = conn
        .prepare("SELECT id FROM record ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut has_emptied = false;
    for id in &ids {
        let Some(mut kept) = view.kept(*id)? else { continue };
        let unit = unit_ref(conn, &kept.row.state.unit)?;
        if let Some(row) = overtaken(view, &kept)? {
            kept.row = row;
            update_record(conn, unit, &kept)?;
            empty(view, kept.row.state.id)?;
            has_emptied = true;
        }
        let terms = terms(view.core, kept.row.state.kind, kept.row.destroyed);
        let state = kept.row.state.clone().under(terms);
        if state != kept.row.state {
            kept.row.state = state;
            update_record(conn, unit, &kept)?;
        }
        let day = day_of(catalogue, &kept.row.state);
        conn.prepare_cached("UPDATE record SET day = ?2 WHERE id = ?1")?
            .execute(params![id, day.map(Day::number)])?;
        view.set_link(*id, &kept.row.state)?;
    }
    // What a record shows may follow from others, so all of them stand by now.
    for id in ids {
        let Some(kept) = view.kept(id)? else { continue };
        let shape = view.shape(&kept)?;
        view.set_shown(id, &shape)?;
        insert_facts(conn, id, unit_ref(conn, &shape.state.unit)?, &shape.facts(view))?;
        insert_conflicts(conn, id, &shape.asked())?;
        shape.doc(view, id).map_or(Ok(()), |doc| doc.insert(conn))?;
    }
    view.set_indexed(view.newest_record()?)?;
    view.name_all_photos()?;
    view.note_all_links()?;
    Ok(has_emptied)
}
