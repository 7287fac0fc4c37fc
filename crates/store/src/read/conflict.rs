//! What waits for a person: values, erases and edits that did not see each other. Only reads.

use sohoi_domain::change::{Conflict, WHOLE_RECORD};
use sohoi_domain::{RecordId, Version};

use super::View;
use crate::db::change_key;
use crate::error::StoreError;
use crate::project::{Kept, asked};
use crate::register::Register;
use crate::row::{ConflictRow, SideRow};

impl Register {
    /// What a person must decide about one record.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn conflicts_of(&self, id: RecordId) -> Result<Vec<ConflictRow>, StoreError> {
        let view = self.view();
        view.kept_by_id(id)?.map_or(Ok(Vec::new()), |kept| view.conflicts_in(&kept))
    }

    /// What a person must decide, by record and field.
    pub fn conflicts(&self) -> Result<Vec<ConflictRow>, StoreError> {
        let view = self.view();
        let sql = "SELECT DISTINCT record FROM conflict ORDER BY record";
        let mut statement = self.conn.prepare_cached(sql)?;
        let ids: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut conflicts = Vec::new();
        for id in ids {
            let kept = view.kept(id)?.ok_or(StoreError::Damaged)?;
            conflicts.extend(view.conflicts_in(&kept)?);
        }
        Ok(conflicts)
    }
}

impl View<'_> {
    fn conflicts_in(&self, kept: &Kept) -> Result<Vec<ConflictRow>, StoreError> {
        let conflicts = asked(&self.core.catalogue, &kept.row.state);
        conflicts.iter().map(|conflict| self.conflict(kept, conflict)).collect()
    }

    fn conflict(&self, kept: &Kept, conflict: &Conflict) -> Result<ConflictRow, StoreError> {
        let side = |version: &Version| self.side(kept, conflict, *version);
        Ok(ConflictRow {
            record: kept.row.state.id,
            kind: kept.row.state.kind,
            field: conflict.field,
            shown: side(&conflict.shown)?,
            waiting: conflict.waiting.iter().map(side).collect::<Result<_, _>>()?,
            destroyed: kept.row.destroyed,
        })
    }

    fn side(&self, kept: &Kept, conflict: &Conflict, version: Version) -> Result<SideRow, StoreError> {
        let device = self.device_ref(version.device)?.ok_or(StoreError::Damaged)?;
        let logged = self.logged(change_key(device, version.seq), 0)?.ok_or(StoreError::Damaged)?;
        let change = logged.stored.change;
        let value = match conflict.field {
            WHOLE_RECORD => None,
            num => kept.row.state.value_of(num, version).flatten().cloned(),
        };
        let at_ms = self.shown_ms(version.device, change.hlc.wall_ms())?;
        Ok(SideRow { version, value, author: change.author, at_ms, op: change.op })
    }
}
