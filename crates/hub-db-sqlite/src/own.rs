//! Records of the program's own kinds: what communes submit and answer.

use rusqlite::{Connection, named_params};
use sohoi_domain::change::RecordState;
use sohoi_domain::{DeviceId, KindNum, RecordId, UnitKey};

use crate::error::{Result, SqliteResult};
use crate::intern::find_unit;
use crate::record;

pub fn records(connection: &Connection, kind: KindNum, unit: &UnitKey) -> Result<Vec<RecordState>> {
    let Some(unit) = find_unit(connection, unit)? else { return Ok(Vec::new()) };
    // The last condition is that of the index, which is told by it.
    let sql =
        "SELECT device, n FROM record WHERE unit = :unit AND kind = :kind AND kind >= 60000 ORDER BY id";
    let mut all = connection.prepare_cached(sql).db()?;
    let ids: Vec<RecordId> = all
        .query_map(named_params! { ":unit": unit, ":kind": kind.0 }, |row| {
            Ok(RecordId { device: DeviceId(row.get::<_, i64>(0)? as u64), n: row.get(1)? })
        })
        .db()?
        .collect::<rusqlite::Result<_>>()
        .db()?;
    let found = ids.into_iter().filter_map(|id| record::find(connection, id).transpose());
    found.map(|stored| Ok(stored?.state)).collect()
}
