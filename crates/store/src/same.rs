//! Records that links tie together, and what each of them shows by that: a kept one with what the others add, the
//! others nothing. Everything that is shown of a record is made here; what is stored of it stays its own.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{OptionalExtension, params};
use sohoi_domain::catalogue::{FieldType, Kind};
use sohoi_domain::change::same::{self, Difference, Tied};
use sohoi_domain::change::{Conflict, RecordState, WHOLE_RECORD};
use sohoi_domain::{Day, DeviceId, Fact, Fields, RecordId, Value, fact};

use crate::db::{signed, unsigned};
use crate::error::StoreError;
use crate::project::{Kept, Row, asked};
use crate::read::View;
use crate::search::Doc;

/// What a record shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// Row of the record that stands for this one.
    pub shown_as: Option<i64>,
    /// As it is read: a kept record with the fields of those that gave way to it.
    pub state: RecordState,
    day: Option<Day>,
    pub conflicts: Vec<Conflict>,
    pub differences: Vec<Difference>,
    /// The record that it gave way to, which was erased meanwhile.
    pub lost: Option<RecordId>,
}

impl Shape {
    /// Of a record that no link ties to another.
    pub fn alone(view: View, row: &Row) -> Shape {
        Shape {
            shown_as: None,
            day: row.day,
            conflicts: asked(&view.core.catalogue, &row.state),
            differences: Vec::new(),
            lost: None,
            state: row.state.clone(),
        }
    }

    fn tied(view: View, group: &Group, kept: &Kept) -> Result<Shape, StoreError> {
        let id = kept.row.state.id;
        let alone = Shape::alone(view, &kept.row);
        let root = same::kept(&group.states, id);
        if root != id {
            let shown_as = Some(group.records.get(&root).ok_or(StoreError::Damaged)?.id);
            return Ok(Shape { shown_as, conflicts: Vec::new(), ..alone });
        }
        let state = same::shown(&group.states, id).ok_or(StoreError::Damaged)?;
        let mut differences = same::differences(&group.states, id);
        let kind = view.core.catalogue.kind_by_num(state.kind);
        let is_asked = |one: &Difference| {
            let field = kind.and_then(|kind| kind.field_by_num(one.field));
            field.is_none_or(|field| field.field_type != FieldType::Pseudonym)
        };
        differences.retain(is_asked);
        let lost = same::lost_kept(&group.states, id).map(|lost| lost.id);
        Ok(Shape { differences, lost, state, ..alone })
    }

    /// What it counts for; nothing while another stands for it.
    pub fn facts(&self, view: View) -> Vec<Fact> {
        if self.is_hidden() { Vec::new() } else { fact::facts(&view.core.catalogue, &self.state) }
    }

    /// What it is found by, at this row.
    pub fn doc(&self, view: View, id: i64) -> Option<Doc> {
        let is_shown = !self.is_hidden();
        is_shown.then(|| Doc::of(&view.core.catalogue, id, &self.state, self.day)).flatten()
    }

    pub fn is_hidden(&self) -> bool {
        self.state.erased || self.shown_as.is_some()
    }

    /// Fields to ask about, also those in which the records differ; the whole of one that lost its kept one.
    pub fn asked(&self) -> BTreeSet<u16> {
        let own = self.conflicts.iter().map(|conflict| conflict.field.0);
        let lost = self.lost.map(|_| WHOLE_RECORD.0);
        own.chain(self.differences.iter().map(|one| one.field.0)).chain(lost).collect()
    }

    /// What is asked about the whole record, by itself or because it lost its kept one. The former comes first.
    pub fn lost_to_ask_about(&self) -> Option<RecordId> {
        let is_asked = self.conflicts.iter().any(|conflict| conflict.field == WHOLE_RECORD);
        self.lost.filter(|_| !is_asked)
    }
}

/// Records with all that links lead to and from.
#[derive(Default)]
pub(crate) struct Group {
    pub records: BTreeMap<RecordId, Kept>,
    states: Tied,
}

impl Group {
    /// The others that are shown as this one.
    pub fn given_way(&self, to: RecordId) -> Vec<RecordId> {
        let ids = self.states.values().filter(|state| !state.erased).map(|state| state.id);
        ids.filter(|id| *id != to && same::kept(&self.states, *id) == to).collect()
    }

    /// Those that name this one as kept, also where that leads nowhere.
    pub fn naming(&self, kept: RecordId) -> Vec<RecordId> {
        self.states.values().filter(|state| state.same_as() == Some(kept)).map(|state| state.id).collect()
    }

    pub fn shapes(&self, view: View) -> Result<BTreeMap<i64, Shape>, StoreError> {
        self.records.values().map(|kept| Ok((kept.id, Shape::tied(view, self, kept)?))).collect()
    }
}

impl View<'_> {
    pub fn group(&self, start: impl IntoIterator<Item = RecordId>) -> Result<Group, StoreError> {
        let mut group = Group::default();
        let mut open: Vec<RecordId> = start.into_iter().collect();
        let mut seen: BTreeSet<RecordId> = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            open.extend(self.naming(id)?);
            if let Some(kept) = self.kept_by_id(id)? {
                open.extend(kept.row.state.same_as());
                group.states.insert(id, kept.row.state.clone());
                group.records.insert(id, kept);
            }
        }
        Ok(group)
    }

    fn naming(&self, kept: RecordId) -> Result<Vec<RecordId>, StoreError> {
        let sql = "SELECT r.device, r.n
                   FROM same_as AS s JOIN record AS r ON r.id = s.record
                   WHERE s.kept_device = ?1 AND s.kept_n = ?2
                   ORDER BY r.id";
        let mut find = self.conn.prepare_cached(sql)?;
        let ids = find.query_map(params![signed(kept.device.0), kept.n], |row| {
            Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? })
        })?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Every record that names another as kept.
    pub fn given_way_anywhere(&self) -> Result<Vec<RecordId>, StoreError> {
        let sql = "SELECT r.device, r.n
                   FROM same_as AS s JOIN record AS r ON r.id = s.record
                   WHERE r.erased = 0
                   ORDER BY r.id";
        let mut find = self.conn.prepare_cached(sql)?;
        let ids = find
            .query_map([], |row| Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? }))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Fields with references as they are read: to the record that is shown.
    pub fn with_shown_references(&self, kind: &Kind, fields: &Fields) -> Result<Fields, StoreError> {
        let mut read = fields.clone();
        for field in kind.fields.iter().filter(|field| field.field_type == FieldType::Ref) {
            if let Some(Value::Ref(id)) = fields.get(&field.num) {
                read.insert(field.num, Value::Ref(self.shown_id(*id)?));
            }
        }
        Ok(read)
    }

    /// True when some link leads anywhere: most registers have none, and then no record has to be asked for its own.
    pub fn has_ties(&self) -> Result<bool, StoreError> {
        let mut find = self.conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM same_as)")?;
        Ok(find.query_row([], |row| row.get(0))?)
    }

    /// True when some link leads from this record or to it.
    pub fn is_tied(&self, id: RecordId, row_id: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM same_as WHERE record = ?1)
                       OR EXISTS (SELECT 1 FROM same_as WHERE kept_device = ?2 AND kept_n = ?3)";
        let mut find = self.conn.prepare_cached(sql)?;
        Ok(find.query_row(params![row_id, signed(id.device.0), id.n], |row| row.get(0))?)
    }

    /// What a stored record shows.
    pub fn shape(&self, kept: &Kept) -> Result<Shape, StoreError> {
        let id = kept.row.state.id;
        if !self.is_tied(id, kept.id)? {
            return Ok(Shape::alone(*self, &kept.row));
        }
        Shape::tied(*self, &self.group([id])?, kept)
    }

    /// The record that is shown in the place of one.
    pub fn shown_id(&self, id: RecordId) -> Result<RecordId, StoreError> {
        let Some(device_ref) = self.device_ref(id.device)? else { return Ok(id) };
        let sql = "SELECT r.device, r.n
                   FROM same_as AS s JOIN record AS r ON r.id = s.shown_as
                   WHERE s.record = ?1";
        let mut find = self.conn.prepare_cached(sql)?;
        let found = find.query_row([crate::db::record_key(device_ref, id.n)], |row| {
            Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? })
        });
        Ok(found.optional()?.unwrap_or(id))
    }

    /// Subjects of facts that count as another: those of records that gave way, and of the kept ones.
    pub fn same_subjects(&self) -> Result<BTreeMap<i64, i64>, StoreError> {
        let sql = "SELECT m.device, m.n, r.device, r.n
                   FROM same_as AS s
                   JOIN record AS m ON m.id = s.record
                   JOIN record AS r ON r.id = s.shown_as";
        let mut find = self.conn.prepare_cached(sql)?;
        let subject = |row: &rusqlite::Row, at: usize| -> rusqlite::Result<i64> {
            let device = DeviceId(unsigned(row.get(at)?));
            Ok(signed(RecordId { device, n: row.get(at + 1)? }.subject()))
        };
        let pairs = find.query_map([], |row| Ok((subject(row, 0)?, subject(row, 2)?)))?;
        Ok(pairs.collect::<Result<_, _>>()?)
    }

    /// Writes whom a record names as kept.
    pub fn set_link(&self, row_id: i64, state: &RecordState) -> Result<(), StoreError> {
        let Some(kept) = state.same_as() else {
            self.conn.prepare_cached("DELETE FROM same_as WHERE record = ?1")?.execute([row_id])?;
            return Ok(());
        };
        let sql = "INSERT INTO same_as (record, kept_device, kept_n) VALUES (?1, ?2, ?3)
                   ON CONFLICT (record) DO UPDATE SET
                     kept_device = excluded.kept_device, kept_n = excluded.kept_n, shown_as = NULL";
        self.conn.prepare_cached(sql)?.execute(params![row_id, signed(kept.device.0), kept.n])?;
        Ok(())
    }

    /// Writes whether a record shows at all, and as what.
    pub fn set_shown(&self, row_id: i64, shape: &Shape) -> Result<(), StoreError> {
        let sql = "UPDATE record SET hidden = ?2 WHERE id = ?1 AND hidden <> ?2";
        self.conn.prepare_cached(sql)?.execute(params![row_id, shape.is_hidden()])?;
        let sql = "UPDATE same_as SET shown_as = ?2 WHERE record = ?1 AND shown_as IS NOT ?2";
        self.conn.prepare_cached(sql)?.execute(params![row_id, shape.shown_as])?;
        Ok(())
    }

    /// What is written of both: whether a record is hidden, whom it names as kept, and what is shown for it.
    pub fn shown_and_link(&self, row_id: i64) -> Result<(bool, Option<RecordId>, Option<i64>), StoreError> {
        let sql = "SELECT r.hidden, s.kept_device, s.kept_n, s.shown_as
                   FROM record AS r LEFT JOIN same_as AS s ON s.record = r.id
                   WHERE r.id = ?1";
        let mut find = self.conn.prepare_cached(sql)?;
        Ok(find.query_row([row_id], |row| {
            let device: Option<i64> = row.get(1)?;
            let device = device.map(|device| DeviceId(unsigned(device)));
            let kept = device.zip(row.get(2)?).map(|(device, n)| RecordId { device, n });
            Ok((row.get(0)?, kept, row.get(3)?))
        })?)
    }
}
