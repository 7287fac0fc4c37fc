//! What waits for a person: values, erases and edits that did not see each other. Only reads.

use sohoi_domain::change::same::SAME_AS;
use sohoi_domain::change::{Conflict, RecordState, WHOLE_RECORD};
use sohoi_domain::{FieldNum, RecordId, Value, Version};

use super::View;
use crate::db::change_key;
use crate::error::StoreError;
use crate::project::Kept;
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
        let shape = self.shape(kept)?;
        let own = shape.conflicts.iter().map(|conflict| self.conflict(kept, conflict));
        let mut rows: Vec<ConflictRow> = own.collect::<Result<_, _>>()?;
        for one in &shape.differences {
            let other = self.kept_by_id(one.record)?.ok_or(StoreError::Damaged)?;
            let waiting = self.side(other.row.state.fields.get(&one.field).cloned(), one.version)?;
            match rows.iter_mut().find(|row| row.field == one.field) {
                Some(row) => row.waiting.push(waiting),
                None => rows.push(self.difference(&shape.state, one.field, waiting)?),
            }
        }
        if let Some(lost) = shape.lost_to_ask_about() {
            rows.push(self.lost(&shape.state, lost)?);
        }
        rows.sort_by_key(|row| row.field);
        Ok(rows)
    }

    fn lost(&self, state: &RecordState, lost: RecordId) -> Result<ConflictRow, StoreError> {
        let (link, _) = *state.versions.get(&SAME_AS).ok_or(StoreError::Damaged)?;
        let kept = self.kept_by_id(lost)?.ok_or(StoreError::Damaged)?;
        let erase = kept.row.state.newest_erase().ok_or(StoreError::Damaged)?;
        Ok(ConflictRow {
            record: state.id,
            kind: state.kind,
            field: WHOLE_RECORD,
            shown: self.side(None, link)?,
            waiting: vec![self.side(None, erase)?],
            destroyed: false,
            lost: Some(lost),
        })
    }

    fn conflict(&self, kept: &Kept, conflict: &Conflict) -> Result<ConflictRow, StoreError> {
        let side = |version: &Version| {
            let value = match conflict.field {
                WHOLE_RECORD => None,
                num => kept.row.state.value_of(num, *version).flatten().cloned(),
            };
            self.side(value, *version)
        };
        Ok(ConflictRow {
            record: kept.row.state.id,
            kind: kept.row.state.kind,
            field: conflict.field,
            shown: side(&conflict.shown)?,
            waiting: conflict.waiting.iter().map(side).collect::<Result<_, _>>()?,
            destroyed: kept.row.destroyed,
            lost: None,
        })
    }

    // What a kept record shows beside what one that gave way to it says.
    fn difference(
        &self,
        state: &RecordState,
        field: FieldNum,
        waiting: SideRow,
    ) -> Result<ConflictRow, StoreError> {
        let (shown, _) = *state.versions.get(&field).ok_or(StoreError::Damaged)?;
        let shown = self.side(state.fields.get(&field).cloned(), shown)?;
        Ok(ConflictRow {
            record: state.id,
            kind: state.kind,
            field,
            shown,
            waiting: vec![waiting],
            destroyed: false,
            lost: None,
        })
    }

    fn side(&self, value: Option<Value>, version: Version) -> Result<SideRow, StoreError> {
        let device = self.device_ref(version.device)?.ok_or(StoreError::Damaged)?;
        let logged = self.logged(change_key(device, version.seq), 0)?.ok_or(StoreError::Damaged)?;
        let change = logged.stored.change;
        let at_ms = self.shown_ms(version, change.hlc.wall_ms())?;
        Ok(SideRow { version, value, author: change.author, at_ms, op: change.op })
    }
}
