//! Many records of one kind at once: the rows of a table that was typed or pasted, or of a checklist.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use sohoi_domain::catalogue::Kind;
use sohoi_domain::{Fields, RecordId};
use sohoi_store::{Operation, Register, StoreError, Writer};

use super::check::{Check, had, kind_of};
use super::moves::{Written, followed, is_about_moves, subjects, told};
use super::save::{Ready, Saved, UnitChoice, added, changed, edited, ready};
use crate::draft::{Draft, row_of};
use crate::undo::{Action, Edited, Step};
use crate::{App, AppError};

/// Most rows of one table.
pub const MAX_TABLE_ROWS: usize = 500;

/// A row: all of a new record, or the fields of a stored one that are to be others.
#[derive(Clone, Debug)]
pub struct TableRow {
    pub id: Option<RecordId>,
    pub fields: Map<String, Json>,
}

enum Write {
    New(Ready),
    Edit(RecordId, Fields),
}

impl Write {
    fn fields(&self) -> &Fields {
        match self {
            Write::New(ready) => &ready.fields,
            Write::Edit(_, fields) => fields,
        }
    }

    fn run(self, writer: &mut Writer, kind: &Kind) -> Result<Saved, StoreError> {
        Ok(match self {
            Write::New(ready) => {
                Saved::alone(writer.create_record(&kind.id, ready.unit, ready.fields)?, ready.changed)
            }
            Write::Edit(id, fields) => {
                let nums = writer.patch_record(id, fields)?;
                let shown = |num| kind.field_by_num(num).map(|field| field.id.clone());
                Saved::alone(id, nums.into_iter().filter_map(shown).collect())
            }
        })
    }

    fn written(&self) -> Written<'_> {
        let id = if let Write::Edit(id, _) = self { Some(*id) } else { None };
        Written { id, fields: Some(self.fields()) }
    }
}

impl App {
    /// As [`App::record_check`], for each row; of a stored record with the fields that the row does not name.
    ///
    /// # Errors
    /// `api.bad_request` for more than [`MAX_TABLE_ROWS`], or for a record of another kind.
    pub fn record_check_rows(&self, kind: &str, rows: &[TableRow]) -> Result<Vec<Check>, AppError> {
        fits(rows)?;
        let check = |row: &TableRow| match row.id {
            None => self.record_check(kind, &row.fields),
            Some(id) => self.with_register(|register| {
                let catalogue = register.catalogue().clone();
                checked_edit(register, kind_of(&catalogue, kind)?, id, &row.fields)
            }),
        };
        let mut checks = rows.iter().map(check).collect::<Result<Vec<_>, _>>()?;
        self.with_register(|register| {
            let catalogue = register.catalogue().clone();
            let kind = kind_of(&catalogue, kind)?;
            let written = |(row, check): (&TableRow, &Check)| (row.id, check.fields.clone());
            let all: Vec<_> = rows.iter().zip(&checks).map(written).collect();
            let all: Vec<_> =
                all.iter().map(|(id, fields)| Written { id: *id, fields: Some(fields) }).collect();
            let about = subjects(register, kind, &all)?;
            for (at, check) in checks.iter_mut().enumerate().filter(|(at, _)| about[*at].is_some()) {
                // What the other rows say of her counts with what is stored.
                let others = (0..all.len()).filter(|other| *other != at && about[*other] == about[at]);
                let beside: Vec<_> = others.map(|other| all[other]).collect();
                check.issues.retain(|issue| !is_about_moves(issue));
                check.issues.extend(told(register, kind, &all[at], &beside)?);
            }
            Ok(checks)
        })
    }

    /// Makes a record of each row or changes the one that it names, all of them or none; they are on disk when
    /// this returns.
    ///
    /// In the same transaction the table's draft becomes `rest`: the rows that are not to be saved yet. Without
    /// any it is gone, so no row can be saved twice after a power cut.
    ///
    /// # Errors
    /// `record.invalid` with what is wrong in the first row that cannot be saved.
    pub fn record_save_rows(
        &self,
        kind: &str,
        rows: &[TableRow],
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
                rows.iter().map(|row| write_of(register, kind, row)).collect::<Result<_, _>>()?;
            let edited = edits(register, kind, &all)?;
            let also = followed(register, kind, &all.iter().map(Write::written).collect::<Vec<_>>())?;
            let named_by: Vec<_> = all.iter().map(|write| had(kind, write.fields())).collect();
            let committed = register.transact(Operation::RecordAdd, now_ms, |writer| {
                match &rest {
                    Some(row) => writer.save_draft(row)?,
                    None => writer.discard_draft(draft)?,
                }
                also.write(writer)?;
                all.into_iter().map(|write| write.run(writer, kind)).collect::<Result<Vec<_>, _>>()
            })?;
            let new = committed.output.iter().zip(rows).filter(|(_, row)| row.id.is_none());
            let ids: Vec<_> = new.map(|(saved, _)| saved.id).collect();
            let mut followed = also.named(register)?;
            // One save is one step, however many records it made and changed.
            if !ids.is_empty() || !edited.is_empty() {
                let action = if edited.is_empty() { Action::Table } else { Action::Rows };
                let added = added(register, &ids)?;
                self.remember(kind.num, Step::Write { added, edited, action });
            }
            let mut saved = committed.output;
            // It is told once, with the last row that is about it.
            for (one, named_by) in saved.iter_mut().zip(&named_by).rev() {
                one.followed = followed.extract_if(.., |one| named_by.contains(&one.id)).collect();
            }
            Ok(saved)
        })
    }
}

fn write_of(register: &Register, kind: &Kind, row: &TableRow) -> Result<Write, AppError> {
    let Some(id) = row.id else {
        return Ok(Write::New(ready(register, kind, &row.fields, &UnitChoice::Own)?));
    };
    let check = checked_edit(register, kind, id, &row.fields)?;
    if check.issues.iter().any(|issue| issue.is_error()) {
        return Err(AppError::InvalidRecord(check.issues));
    }
    Ok(Write::Edit(id, check.fields))
}

fn checked_edit(
    register: &Register,
    kind: &Kind,
    id: RecordId,
    patch: &Map<String, Json>,
) -> Result<Check, AppError> {
    let current = register.record(id)?.ok_or(AppError::UnknownRecord)?;
    if current.state.kind != kind.num {
        return Err(AppError::BadRequest("ids"));
    }
    edited(register, kind, &current, patch)
}

fn fits(rows: &[TableRow]) -> Result<(), AppError> {
    if rows.len() > MAX_TABLE_ROWS { Err(AppError::BadRequest("rows")) } else { Ok(()) }
}

// What each edit will change, for its undoing; one that changes nothing is none.
fn edits(register: &Register, kind: &Kind, all: &[Write]) -> Result<Vec<Edited>, AppError> {
    let mut found = Vec::new();
    for write in all {
        let Write::Edit(id, wanted) = write else { continue };
        let before = register.record(*id)?.ok_or(AppError::UnknownRecord)?.state.fields;
        let both = before.keys().chain(wanted.keys()).copied().collect::<BTreeSet<_>>();
        let nums: Vec<_> = both.into_iter().filter(|num| before.get(num) != wanted.get(num)).collect();
        if !nums.is_empty() {
            found.push(Edited { id: *id, fields: changed(kind, (&before, wanted), &nums) });
        }
    }
    Ok(found)
}
