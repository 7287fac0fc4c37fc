//! Records as rows.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};
use serde::{Deserialize, Serialize};
use sohoi_domain::change::{Merge, RecordState};
use sohoi_domain::{DeviceId, FieldNum, Hlc, KindNum, RecordId, UnitKey, Version};

use crate::error::{BadRow, Result, SqliteResult};
use crate::intern::unit_from;

/// A record and the numbers that the database gave it and its unit.
pub struct StoredRecord {
    pub id: i64,
    pub unit: i64,
    pub state: RecordState,
}

/// Who set a field, as kept.
#[derive(Serialize, Deserialize)]
struct StoredVersion(FieldNum, DeviceId, u64, u64);

struct RecordRow {
    id: i64,
    unit: i64,
    state: RecordState,
    fields: String,
    versions: String,
    merge: Option<String>,
}

pub fn find(connection: &Connection, record: RecordId) -> Result<Option<StoredRecord>> {
    let mut find = connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/record_by_id.sql"))
        .db()?;
    let params = named_params! { ":device": record.device.0 as i64, ":n": record.n };
    let found = find.query_row(params, |row| row_from(row, record)).optional().db()?;
    found.map(RecordRow::parse).transpose()
}

fn row_from(row: &Row, id: RecordId) -> rusqlite::Result<RecordRow> {
    let version =
        Version { device: DeviceId(row.get::<_, i64>(6)? as u64), seq: row.get::<_, i64>(7)? as u64 };
    let state = RecordState {
        id,
        kind: KindNum(row.get(4)?),
        unit: unit_from(row, 2)?,
        fields: BTreeMap::new(),
        versions: BTreeMap::new(),
        merge: Merge::plain(version),
        erased: row.get(5)?,
        last: (version, Hlc(row.get::<_, i64>(8)? as u64)),
        catalogue: row.get(9)?,
    };
    Ok(RecordRow {
        id: row.get(0)?,
        unit: row.get(1)?,
        state,
        fields: row.get(10)?,
        versions: row.get(11)?,
        merge: row.get(12)?,
    })
}

impl RecordRow {
    fn parse(self) -> Result<StoredRecord> {
        let mut state = self.state;
        state.fields = serde_json::from_str(&self.fields).map_err(|_| BadRow("record"))?;
        let kept: Vec<StoredVersion> = serde_json::from_str(&self.versions).map_err(|_| BadRow("record"))?;
        state.versions = state.fields.keys().map(|num| (*num, state.last)).collect();
        for StoredVersion(num, device, seq, hlc) in kept {
            state.versions.insert(num, (Version { device, seq }, Hlc(hlc)));
        }
        if let Some(merge) = &self.merge {
            state.merge = serde_json::from_str(merge).map_err(|_| BadRow("record"))?;
        }
        Ok(StoredRecord { id: self.id, unit: self.unit, state })
    }
}

/// Greatest number of a record that a device made and that is here; 0 when there is none.
pub fn last_of(connection: &Connection, device: DeviceId) -> Result<u32> {
    connection
        .prepare_cached("SELECT ifnull(max(n), 0) FROM record WHERE device = ?1")
        .and_then(|mut find| find.query_row([device.0 as i64], |row| row.get(0)))
        .db()
}

/// What of a record's row is no text.
pub struct Head {
    id: RecordId,
    pub unit: UnitKey,
    kind: KindNum,
    erased: bool,
    last: (Version, Hlc),
    catalogue: u32,
}

impl Head {
    pub fn of(state: &RecordState) -> Head {
        let RecordState { id, kind, erased, last, catalogue, .. } = *state;
        Head { id, unit: state.unit.clone(), kind, erased, last, catalogue }
    }
}

/// What of a record's row is text: the part that takes time without the database.
pub struct Texts {
    fields: String,
    versions: String,
    merge: Option<String>,
}

impl Texts {
    pub fn of(state: &RecordState) -> Texts {
        Texts { fields: json(&state.fields), versions: versions(state), merge: merge(state) }
    }
}

/// Writes a new record and gives its number.
pub fn add(connection: &Connection, unit: i64, head: &Head, texts: &Texts) -> Result<i64> {
    let (last, hlc) = head.last;
    connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/add_record.sql"))
        .and_then(|mut add| {
            // By place, in the order of the columns: names are looked up anew for each of a million rows.
            add.insert(params![
                unit,
                head.id.device.0 as i64,
                head.id.n,
                head.kind.0,
                head.erased,
                last.device.0 as i64,
                last.seq as i64,
                hlc.0 as i64,
                head.catalogue,
                texts.fields,
                texts.versions,
                texts.merge,
            ])
        })
        .db()
}

/// Writes a record over what was there.
pub fn update(connection: &Connection, (id, unit): (i64, i64), head: &Head, texts: &Texts) -> Result<()> {
    let (last, hlc) = head.last;
    connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/update_record.sql"))
        .and_then(|mut update| {
            update.execute(named_params! {
                ":id": id,
                ":unit": unit,
                ":erased": head.erased,
                ":last_device": last.device.0 as i64,
                ":last_seq": last.seq as i64,
                ":last_hlc": hlc.0 as i64,
                ":catalogue": head.catalogue,
                ":fields": texts.fields,
                ":versions": texts.versions,
                ":merge": texts.merge,
            })
        })
        .map(|_| ())
        .db()
}

// Most records are made once and never touched: all their fields are of the last change.
fn versions(state: &RecordState) -> String {
    let is_of_last =
        |num: &FieldNum, by: &(Version, Hlc)| *by == state.last && state.fields.contains_key(num);
    let kept: Vec<StoredVersion> = state
        .versions
        .iter()
        .filter(|(num, by)| !is_of_last(num, by))
        .map(|(num, (version, hlc))| StoredVersion(*num, version.device, version.seq, hlc.0))
        .collect();
    json(&kept)
}

fn merge(state: &RecordState) -> Option<String> {
    (state.merge != Merge::plain(state.last.0)).then(|| json(&state.merge))
}

pub fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain values are JSON")
}
