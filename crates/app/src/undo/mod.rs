//! Undo and redo of what was done to records since the register was unlocked. Nothing is rewritten: each is a change
//! of its own that travels like any other. What is needed for it lies in memory and goes with the lock.

mod apply;
mod stack;

use sohoi_domain::catalogue::Kind;
use sohoi_domain::{Catalogue, FieldNum, KindNum, RecordId};
use sohoi_store::Register;

use stack::Stack;
pub(crate) use stack::{Added, Changed, Edited, Step, Undo};

use crate::record::Standing;
use crate::{App, AppError};

/// Reason of an erasure that takes a new record back: a code that the window has words for.
pub const REASON: &str = "#undo";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Add,
    /// Many new records at once.
    Table,
    /// Many at once, of which some were there before.
    Rows,
    Edit,
    Erase,
    Restore,
    Merge,
    Unmerge,
    Decide,
}

/// One action that can be undone, or done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Running number since the register was unlocked.
    pub n: u32,
    pub action: Action,
    /// Id of the kind; empty for one that the catalogue does not know.
    pub kind: String,
    /// Its record, or the first of several.
    pub id: RecordId,
    pub n_records: u32,
    /// How many of them were there before and were changed.
    pub n_edited: u32,
    pub title: String,
    /// Undoing it destroys personal content; only doing it again before the lock brings that back.
    pub is_final: bool,
}

/// What would be undone and done again.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub undo: Option<Item>,
    pub redo: Option<Item>,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct Undone {
    pub item: Item,
    /// Ids of fields that hold something else by now and were left.
    pub left: Vec<String>,
    /// Records that were changed since and were left.
    pub n_left: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Back,
    Again,
}

impl App {
    /// What the next undo and redo would do.
    pub fn undo_state(&self) -> Result<State, AppError> {
        self.with_register(|register| {
            let mut stack = self.undo.lock();
            let gone = destroyed(register, &stack)?;
            gone.into_iter().for_each(|id| stack.forget(id));
            Ok(State {
                undo: stack.done().map(|entry| item(register, entry)).transpose()?,
                redo: stack.undone().map(|entry| item(register, entry)).transpose()?,
            })
        })
    }

    /// Takes the newest action back. With `n` only when it is still that one.
    ///
    /// # Errors
    /// `undo.nothing`; `undo.changed` when what it did is no longer there to be taken back, and what the change
    /// itself may say, as `record.erased`. The action is forgotten then, so that those before it can be reached.
    pub fn undo(&self, n: Option<u32>) -> Result<Undone, AppError> {
        self.go(Way::Back, n)
    }

    /// Does again what was undone last.
    ///
    /// # Errors
    /// As [`App::undo`].
    pub fn redo(&self, n: Option<u32>) -> Result<Undone, AppError> {
        self.go(Way::Again, n)
    }

    fn go(&self, way: Way, n: Option<u32>) -> Result<Undone, AppError> {
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let mut stack = self.undo.lock();
            let newest = match way {
                Way::Back => stack.done(),
                Way::Again => stack.undone(),
            };
            let mut entry = newest.cloned().ok_or(AppError::NothingToUndo)?;
            if n.is_some_and(|n| n != entry.n) {
                return Err(AppError::NothingToUndo);
            }
            let item = item(register, &entry)?;
            let standing = Standing::of(register, entry.step.all_named())?;
            match apply::apply(register, &mut entry, way, now_ms) {
                Ok(applied) => {
                    stack.move_on(way == Way::Back, entry);
                    applied.moved.into_iter().for_each(|(from, to)| stack.rename(from, to));
                    standing.follow(register, now_ms)?;
                    let left = field_ids(register.catalogue(), &item.kind, &applied.left);
                    Ok(Undone { item, left, n_left: applied.n_left })
                }
                Err(error) => {
                    if error.is_about_content() {
                        stack.drop_newest(way == Way::Back);
                    }
                    Err(error)
                }
            }
        })
    }

    /// Puts an action on the stack; what was undone before it is gone.
    pub(crate) fn remember(&self, kind: KindNum, step: Step) {
        self.undo.lock().push(kind, step);
    }

    /// Of what was destroyed nothing is kept in memory either.
    pub(crate) fn forget_undo_of(&self, ids: impl Iterator<Item = RecordId>) {
        let mut stack = self.undo.lock();
        stack.forget_undone();
        ids.for_each(|id| stack.forget(id));
    }
}

fn item(register: &Register, entry: &stack::Entry) -> Result<Item, AppError> {
    let catalogue = register.catalogue();
    let kind = catalogue.kind_by_num(entry.kind);
    let id = entry.step.id();
    let (n_added, n_edited, title) = match &entry.step {
        Step::Write { added, edited, .. } => {
            let title = match added.first() {
                Some(first) => register.title_of(first.kind, &first.fields)?,
                None => register.title(id)?,
            };
            (added.len(), edited.len(), if title.is_empty() { id.short_code() } else { title })
        }
        _ => (1, 0, register.title(id)?),
    };
    let adds = matches!(&entry.step, Step::Write { added, .. } if !added.is_empty());
    Ok(Item {
        n: entry.n,
        action: entry.step.action(),
        kind: kind.map_or(String::new(), |kind| kind.id.clone()),
        id,
        n_records: crate::small((n_added + n_edited) as u64),
        n_edited: crate::small(n_edited as u64),
        title,
        is_final: adds && kind.is_some_and(Kind::has_personal),
    })
}

// A sync may have brought the erasure of something that is still on the stack.
fn destroyed(register: &Register, stack: &Stack) -> Result<Vec<RecordId>, AppError> {
    let mut gone = Vec::new();
    for id in stack.ids_of_done() {
        if register.record(id)?.is_none_or(|record| record.meta.destroyed) {
            gone.push(id);
        }
    }
    Ok(gone)
}

fn field_ids(catalogue: &Catalogue, kind: &str, nums: &[FieldNum]) -> Vec<String> {
    let kind = catalogue.kind(kind);
    let id = |num: &FieldNum| match kind.and_then(|kind| kind.field_by_num(*num)) {
        Some(field) => field.id.clone(),
        None => format!("#{}", num.0),
    };
    nums.iter().map(id).collect()
}
