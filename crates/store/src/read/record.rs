//! One record, its title, and what it refers to.

use std::cmp::Reverse;

use rusqlite::OptionalExtension;
use sohoi_domain::catalogue::{Field, Kind};
use sohoi_domain::change::{Merge, RecordState};
use sohoi_domain::record::references;
use sohoi_domain::{Day, DeviceId, Fields, Hlc, KindNum, RecordId, UnitKey, Value, Version};

use super::View;
use crate::db::{record_key, unsigned};
use crate::error::StoreError;
use crate::project::{Kept, Row};
use crate::register::Register;
use crate::row::body::{RecordBody, from_json};
use crate::row::{Missing, MissingReference, RecordMeta, StoredRecord};
use crate::same::Shape;

/// Titles that refer to records whose titles refer to others end here.
const TITLE_DEPTH: u8 = 3;

impl Register {
    /// One record, also an erased one; none when there is none of this id.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        self.view().record(id)
    }

    /// The record that is shown in the place of one; itself when none is.
    ///
    /// # Errors
    /// What the database says.
    pub fn shown_id(&self, id: RecordId) -> Result<RecordId, StoreError> {
        self.view().shown_id(id)
    }

    /// Records that gave way to this one and are shown as part of it.
    ///
    /// # Errors
    /// What the database says.
    pub fn given_way(&self, id: RecordId) -> Result<Vec<RecordId>, StoreError> {
        Ok(self.view().group([id])?.given_way(id))
    }

    /// Every record that is or was here, erased ones too.
    ///
    /// # Errors
    /// What the database says.
    pub fn record_ids(&self) -> Result<Vec<RecordId>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT device, n FROM record ORDER BY id")?;
        let rows = statement
            .query_map([], |row| Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every record of a kind that is shown, the newest day first, for what needs all of them at once. Their times
    /// are those of their stamps.
    ///
    /// # Errors
    /// [`StoreError::UnknownKind`], or what the database says.
    pub fn all_of_kind(&self, kind: &str) -> Result<Vec<StoredRecord>, StoreError> {
        let kind = self.core.catalogue.kind(kind).ok_or(StoreError::UnknownKind)?.num;
        let view = self.view();
        let (receipted, has_ties) = (view.receipted()?, view.has_ties()?);
        let mut all = Vec::new();
        for (row, _) in view.rows_of_kinds(|one| one == kind)? {
            let Some(kept) = view.kept(row)? else { continue };
            let shape = if has_ties { view.shape(&kept)? } else { Shape::alone(view, &kept.row) };
            let (created_at_ms, changed_at_ms) = (kept.row.created_at_ms, kept.row.changed_at_ms);
            let meta = meta(&kept.row, receipted, shape.asked().len(), (created_at_ms, changed_at_ms));
            all.push((kept.row.day, row, StoredRecord { state: shape.state, meta }));
        }
        all.sort_unstable_by_key(|(day, row, _)| Reverse((*day, *row)));
        Ok(all.into_iter().map(|(_, _, record)| record).collect())
    }

    /// The title of a record, or its short code when it has none or is not there.
    pub fn title(&self, id: RecordId) -> Result<String, StoreError> {
        let title = self.view().title(id, TITLE_DEPTH)?;
        Ok(title.filter(|title| !title.is_empty()).unwrap_or_else(|| id.short_code()))
    }

    /// The title that a record of these fields has, as for a draft. May be empty.
    pub fn title_of(&self, kind: KindNum, fields: &Fields) -> Result<String, StoreError> {
        self.view().title_of(kind, fields, TITLE_DEPTH)
    }

    /// References of these fields to records that are absent, erased or of another kind.
    pub fn missing_references(
        &self,
        kind: &str,
        fields: &Fields,
    ) -> Result<Vec<MissingReference>, StoreError> {
        let kind = self.core.catalogue.kind(kind).ok_or(StoreError::UnknownKind)?;
        self.view().missing(kind, fields)
    }
}

fn meta(
    row: &Row,
    receipted: u64,
    n_conflicts: usize,
    (created_at_ms, changed_at_ms): (i64, i64),
) -> RecordMeta {
    RecordMeta {
        day: row.day,
        created_at_ms,
        changed_at_ms,
        author: row.author,
        author_device: row.author_device,
        received: row.own_seq <= receipted,
        n_conflicts: u32::try_from(n_conflicts).unwrap_or(u32::MAX),
        destroyed: row.destroyed,
    }
}

impl View<'_> {
    pub fn record(&self, id: RecordId) -> Result<Option<StoredRecord>, StoreError> {
        let receipted = self.receipted()?;
        self.kept_by_id(id)?.map(|kept| self.stored(kept, receipted)).transpose()
    }

    pub fn stored(&self, kept: Kept, receipted: u64) -> Result<StoredRecord, StoreError> {
        let shape = self.shape(&kept)?;
        let (newest, row) = (kept.newest_change, kept.row);
        let created_at_ms = self.shown_created_ms(row.state.id, newest, row.created_at_ms)?;
        let changed_at_ms = self.shown_ms(row.state.last.0, row.changed_at_ms)?;
        let meta = meta(&row, receipted, shape.asked().len(), (created_at_ms, changed_at_ms));
        Ok(StoredRecord { state: shape.state, meta })
    }

    pub fn kept_by_id(&self, id: RecordId) -> Result<Option<Kept>, StoreError> {
        match self.device_ref(id.device)? {
            Some(device_ref) => self.kept(record_key(device_ref, id.n)),
            None => Ok(None),
        }
    }

    pub fn kept(&self, row_id: i64) -> Result<Option<Kept>, StoreError> {
        let sql =
            concat!(include_str!("../../../../schema/device/queries/record_row.sql"), "WHERE r.id = ?1");
        let found = self.conn.prepare_cached(sql)?.query_row([row_id], raw).optional()?;
        found.map(Raw::kept).transpose()
    }

    pub fn each_kept(
        &self,
        mut f: impl FnMut(RecordId, Result<Kept, StoreError>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let sql = concat!(include_str!("../../../../schema/device/queries/record_row.sql"), "ORDER BY r.id");
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let raw = raw(row)?;
            f(raw.kept.row.state.id, raw.kept())?;
        }
        Ok(())
    }

    pub fn missing(&self, kind: &Kind, fields: &Fields) -> Result<Vec<MissingReference>, StoreError> {
        let mut missing = Vec::new();
        let sql = "SELECT kind, erased FROM record WHERE id = ?1";
        let mut find = self.conn.prepare_cached(sql)?;
        for (path, target, id) in references(kind, fields) {
            let wanted = self.core.catalogue.kind(target).map(|kind| kind.num);
            let found: Option<(u16, bool)> = match self.device_ref(id.device)? {
                Some(device) => {
                    let row =
                        find.query_row([record_key(device, id.n)], |row| Ok((row.get(0)?, row.get(1)?)));
                    row.optional()?
                }
                None => None,
            };
            let why = match found {
                None => Missing::Absent,
                Some((kind, _)) if Some(KindNum(kind)) != wanted => Missing::OtherKind,
                Some((_, true)) => Missing::Erased,
                Some((_, false)) => continue,
            };
            missing.push(MissingReference { path, id, why });
        }
        Ok(missing)
    }

    /// The title of a record that a field names; empty when it has none.
    pub fn shown_title(&self, id: RecordId) -> Result<String, StoreError> {
        Ok(self.title(id, TITLE_DEPTH)?.unwrap_or_default())
    }

    pub fn title_of_fields(&self, kind: KindNum, fields: &Fields) -> Result<String, StoreError> {
        self.title_of(kind, fields, TITLE_DEPTH)
    }

    fn title(&self, id: RecordId, depth: u8) -> Result<Option<String>, StoreError> {
        // A record that gave way to another is spoken of by the name of that one.
        let Some(kept) = self.kept_by_id(self.shown_id(id)?)? else { return Ok(None) };
        let state = self.shape(&kept)?.state;
        self.title_of(state.kind, &state.fields, depth).map(Some)
    }

    fn title_of(&self, kind: KindNum, fields: &Fields, depth: u8) -> Result<String, StoreError> {
        let Some(kind) = self.core.catalogue.kind_by_num(kind) else { return Ok(String::new()) };
        let mut parts = Vec::new();
        for field in kind.title.iter().filter_map(|id| kind.field(id)) {
            let part = match fields.get(&field.num) {
                Some(Value::Ref(id)) if depth > 0 => self.title(*id, depth - 1)?.unwrap_or_default(),
                Some(value) => self.title_part(field, value),
                None => String::new(),
            };
            if !part.is_empty() {
                parts.push(part);
            }
        }
        Ok(parts.join(" · "))
    }

    fn title_part(&self, field: &Field, value: &Value) -> String {
        match value {
            Value::Text(text) => text.lines().next().unwrap_or_default().to_string(),
            Value::Code(code) => {
                let list = field.list.as_deref().and_then(|id| self.core.catalogue.list(id));
                list.and_then(|list| list.item(code))
                    .map_or_else(|| code.clone(), |item| item.label.vi.clone())
            }
            Value::Int(n) => n.to_string(),
            Value::Day(day) => day.to_string(),
            Value::Ref(id) => id.short_code(),
            Value::Bool(_) | Value::Codes(_) | Value::Lines(_) | Value::Pseudonym(_) => String::new(),
        }
    }
}

// The row's columns; its body is read once the statement has let go of it.
struct Raw {
    kept: Kept,
    body: String,
}

fn raw(row: &rusqlite::Row) -> rusqlite::Result<Raw> {
    let last = Version { device: DeviceId(unsigned(row.get(9)?)), seq: unsigned(row.get(10)?) };
    let state = RecordState {
        id: RecordId { device: DeviceId(unsigned(row.get(1)?)), n: row.get(2)? },
        kind: KindNum(row.get(3)?),
        unit: UnitKey { code: row.get(4)?, valid_from: Day::from_number(row.get(5)?) },
        fields: Fields::new(),
        versions: std::collections::BTreeMap::new(),
        merge: Merge::plain(last),
        erased: row.get(7)?,
        last: (last, Hlc(unsigned(row.get(11)?))),
        catalogue: row.get(17)?,
    };
    let row_of = Row {
        state,
        day: row.get::<_, Option<i32>>(6)?.map(Day::from_number),
        destroyed: row.get(8)?,
        own_seq: unsigned(row.get(12)?),
        author_device: DeviceId(unsigned(row.get(13)?)),
        author: row.get(14)?,
        created_at_ms: row.get(15)?,
        changed_at_ms: row.get(16)?,
    };
    let kept = Kept { id: row.get(0)?, newest_change: row.get(19)?, row: row_of };
    Ok(Raw { kept, body: row.get(18)? })
}

impl Raw {
    fn kept(mut self) -> Result<Kept, StoreError> {
        let body: RecordBody = from_json(&self.body)?;
        body.fill(&mut self.kept.row.state);
        Ok(self.kept)
    }
}
