//! Many records of one kind at once, typed or pasted as the rows of a table.

use serde_json::{Map, Value as Json};
use sohoi_store::Operation;

use super::check::{Check, kind_of};
use super::save::{Saved, UnitChoice, ready};
use crate::draft::{Draft, row_of};
use crate::{App, AppError};

/// Most rows of one table.
pub const MAX_TABLE_ROWS: usize = 500;

impl App {
    /// As [`App::record_check`], for each row.
    ///
    /// # Errors
    /// `api.bad_request` for more than [`MAX_TABLE_ROWS`].
    pub fn record_check_rows(&self, kind: &str, rows: &[Map<String, Json>]) -> Result<Vec<Check>, AppError> {
        fits(rows)?;
        rows.iter().map(|row| self.record_check(kind, row)).collect()
    }

    /// Makes a record of each row, all of them or none; they are on disk when this returns.
    ///
    /// In the same transaction the table's draft becomes `rest`: the rows that are not to be saved yet. Without
    /// any it is gone, so no row can be saved twice after a power cut.
    ///
    /// # Errors
    /// `record.invalid` with what is wrong in the first row that cannot be saved.
    pub fn record_add_rows(
        &self,
        kind: &str,
        rows: &[Map<String, Json>],
        draft: &str,
        rest: Option<Map<String, Json>>,
    ) -> Result<Vec<Saved>, AppError> {
        fits(rows)?;
        let now_ms = self.now_ms();
        let rest = rest.map(|fields| Draft {
            id: draft.to_owned(),
            kind: kind.to_owned(),
            record: None,
            fields,
            saved_at_ms: now_ms,
        });
        let rest = rest.map(|draft| row_of(&draft)).transpose()?;
        self.with_register(|register| {
            let catalogue = register.catalogue().clone();
            let kind = kind_of(&catalogue, kind)?;
            let all: Vec<_> =
                rows.iter().map(|row| ready(register, kind, row, &UnitChoice::Own)).collect::<Result<_, _>>()?;
            let committed = register.transact(Operation::RecordAdd, now_ms, |writer| {
                match &rest {
                    Some(row) => writer.save_draft(row)?,
                    None => writer.discard_draft(draft)?,
                }
                let mut saved = Vec::with_capacity(all.len());
                for ready in all {
                    let id = writer.create_record(&kind.id, ready.unit, ready.fields)?;
                    saved.push(Saved { id, changed: ready.changed });
                }
                Ok(saved)
            })?;
            Ok(committed.output)
        })
    }
}

fn fits(rows: &[Map<String, Json>]) -> Result<(), AppError> {
    if rows.len() > MAX_TABLE_ROWS { Err(AppError::BadRequest("rows")) } else { Ok(()) }
}
