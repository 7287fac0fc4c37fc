//! What waits for a decision: edits and erases of several PCs that did not see each other. Lists it, and takes
//! an officer's choice.

use std::collections::BTreeMap;

use sohoi_domain::change::WHOLE_RECORD;
use sohoi_domain::record::references;
use sohoi_domain::{DeviceId, FieldNum, Fields, Op, RecordId, Version};
pub use sohoi_store::{ConflictRow, SideRow};
use sohoi_store::{Operation, Register};

use crate::record::{Saved, Standing};
use crate::undo::{Action, Edited, Step};
use crate::{App, AppError};

/// How the whole record is named where a field is asked for.
pub const WHOLE: &str = "record";

/// A conflict with the words that a person needs to decide it.
#[derive(Clone, Debug)]
pub struct Conflict {
    pub row: ConflictRow,
    /// Title of its record.
    pub title: String,
    /// Who made each side, where the name is known here.
    pub authors: BTreeMap<Version, String>,
    /// The erased record that it had given way to, by title or short code.
    pub lost: Option<(RecordId, String)>,
}

#[derive(Clone, Debug)]
pub struct Conflicts {
    /// By record and field.
    pub conflicts: Vec<Conflict>,
    /// Titles of the records that the values refer to.
    pub titles: BTreeMap<RecordId, String>,
    /// This PC.
    pub own: DeviceId,
}

/// The side of a conflict that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    Shown,
    /// The newest of those that wait.
    Waiting,
    Version(Version),
}

impl App {
    /// All that waits for a decision.
    pub fn conflicts(&self) -> Result<Conflicts, AppError> {
        self.with_register(|register| {
            let mut titles = BTreeMap::new();
            let mut conflicts = Vec::new();
            for row in register.conflicts()? {
                self.add_titles_of(register, &row, &mut titles)?;
                let mut authors = BTreeMap::new();
                for side in sides(&row) {
                    if let Some(name) = register.officer_of(side.version.device, side.author)? {
                        authors.insert(side.version, name);
                    }
                }
                let lost = row.lost.map(|id| register.title(id).map(|title| (id, title))).transpose()?;
                conflicts.push(Conflict { title: register.title(row.record)?, authors, lost, row });
            }
            Ok(Conflicts { conflicts, titles, own: register.identity().device })
        })
    }

    fn add_titles_of(
        &self,
        register: &Register,
        row: &ConflictRow,
        titles: &mut BTreeMap<RecordId, String>,
    ) -> Result<(), AppError> {
        let catalogue = register.catalogue().clone();
        let Some(kind) = catalogue.kind_by_num(row.kind) else { return Ok(()) };
        for value in sides(row).filter_map(|side| side.value.clone()) {
            for (_, _, id) in references(kind, &Fields::from([(row.field, value)])) {
                titles.insert(id, register.title(id)?);
            }
        }
        Ok(())
    }

    /// Lets one side of a conflict stand. The decision is a change and travels like one.
    ///
    /// `field` is a field's id, `#` and its number for one that the catalogue does not know, or [`WHOLE`].
    ///
    /// # Errors
    /// `record.unknown_id`, `record.no_conflict` when nothing waits there or the side is no longer one of it,
    /// `record.erased` for an edit whose content was destroyed with the record.
    pub fn conflict_resolve(&self, id: RecordId, field: &str, choice: Choice) -> Result<Saved, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let record = register.record(id)?.ok_or(AppError::UnknownRecord)?;
            let catalogue = register.catalogue().clone();
            let kind = catalogue.kind_by_num(record.state.kind);
            let num = match field {
                WHOLE => Some(WHOLE_RECORD),
                field => match field.strip_prefix('#') {
                    Some(num) => num.parse().ok().map(FieldNum),
                    None => kind.and_then(|kind| Some(kind.field(field)?.num)),
                },
            };
            let rows = register.conflicts_of(id)?;
            let row = rows.iter().find(|row| Some(row.field) == num).ok_or(AppError::NoConflict)?;
            let version = match choice {
                Choice::Shown => row.shown.version,
                Choice::Waiting => row.waiting.first().ok_or(AppError::NoConflict)?.version,
                Choice::Version(version) => version,
            };
            let named = sides(row).filter_map(|side| side.value.as_ref()?.as_ref_id());
            let standing = Standing::of(register, named.chain([id]))?;
            let committed = register.transact(Operation::ConflictResolve, now_ms, |writer| {
                writer.resolve_conflict(id, row.field, version)
            })?;
            self.remember_decision(register, row, version, committed.changes)?;
            let followed = standing.follow(register, now_ms)?;
            Ok(Saved { followed, ..Saved::alone(id, vec![field.to_string()]) })
        })
    }
}

impl App {
    // Of the whole record only an erasure can be undone: that it was kept leaves nothing to take back.
    fn remember_decision(
        &self,
        register: &Register,
        row: &ConflictRow,
        choice: Version,
        changes: Vec<(RecordId, Op)>,
    ) -> Result<(), AppError> {
        if row.field == WHOLE_RECORD {
            let erased: Vec<RecordId> =
                changes.into_iter().filter(|(_, op)| *op == Op::Erase).map(|(id, _)| id).collect();
            return match erased.is_empty() {
                true => Ok(()),
                false => self.remember_erase(register, row.record, None, erased.into_iter()),
            };
        }
        let chosen = sides(row).find(|side| side.version == choice).ok_or(AppError::NoConflict)?;
        let (shown, chosen) = (row.shown.value.clone(), chosen.value.clone());
        // That what showed goes on showing leaves nothing to take back either.
        if shown != chosen {
            let fields = [(row.field, (shown, chosen))].into();
            let edited = vec![Edited { id: row.record, fields }];
            self.remember(row.kind, Step::Write { added: Vec::new(), edited, action: Action::Decide });
        }
        Ok(())
    }
}

fn sides(row: &ConflictRow) -> impl Iterator<Item = &SideRow> {
    [&row.shown].into_iter().chain(&row.waiting)
}
