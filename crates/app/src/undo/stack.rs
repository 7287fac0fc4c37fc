//! What can be undone and done again, newest last; in memory only, with limits.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sohoi_domain::{FieldNum, Fields, KindNum, RecordId, UnitKey, Value};

use super::Action;

/// Oldest actions are let go of beyond this many, or this many records in all.
const MAX_ENTRIES: usize = 100;
const MAX_RECORDS: usize = 2_000;

/// A new record, as it was written.
#[derive(Clone, Debug)]
pub(crate) struct Added {
    pub id: RecordId,
    pub kind: KindNum,
    pub unit: UnitKey,
    pub fields: Fields,
}

/// What a field held before and after.
pub(crate) type Changed = BTreeMap<FieldNum, (Option<Value>, Option<Value>)>;

/// A record whose fields were changed.
#[derive(Clone, Debug)]
pub(crate) struct Edited {
    pub id: RecordId,
    pub fields: Changed,
}

#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// What one save made and changed, be it one record or the rows of a table. Also a decision on a field: the
    /// question itself cannot be put again.
    Write {
        added: Vec<Added>,
        edited: Vec<Edited>,
        action: Action,
    },
    Erase {
        id: RecordId,
        reason: Option<String>,
    },
    Restore {
        id: RecordId,
    },
    Merge {
        other: RecordId,
        kept: RecordId,
    },
    Unmerge {
        id: RecordId,
        kept: RecordId,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub n: u32,
    pub kind: KindNum,
    pub step: Step,
}

impl Step {
    pub fn edit(id: RecordId, fields: Changed) -> Step {
        Step::Write { added: Vec::new(), edited: vec![Edited { id, fields }], action: Action::Edit }
    }

    /// Its record, or the first of several.
    pub fn id(&self) -> RecordId {
        self.ids().first().copied().unwrap_or(RecordId { device: sohoi_domain::DeviceId(0), n: 0 })
    }

    pub fn action(&self) -> Action {
        match self {
            Step::Write { action, .. } => *action,
            Step::Erase { .. } => Action::Erase,
            Step::Restore { .. } => Action::Restore,
            Step::Merge { .. } => Action::Merge,
            Step::Unmerge { .. } => Action::Unmerge,
        }
    }

    /// Records that it is about, and those that they name before and after it.
    pub fn all_named(&self) -> Vec<RecordId> {
        let mut ids = self.ids();
        if let Step::Write { added, edited, .. } = self {
            let values = added.iter().flat_map(|one| one.fields.values());
            let both = edited.iter().flat_map(|one| one.fields.values());
            let changed = both.flat_map(|(before, after)| before.iter().chain(after));
            ids.extend(values.chain(changed).filter_map(Value::as_ref_id));
        }
        ids
    }

    fn ids(&self) -> Vec<RecordId> {
        match self {
            Step::Write { added, edited, .. } => {
                added.iter().map(|one| one.id).chain(edited.iter().map(|one| one.id)).collect()
            }
            Step::Erase { id, .. } | Step::Restore { id } => vec![*id],
            Step::Merge { other, kept } | Step::Unmerge { id: other, kept } => vec![*other, *kept],
        }
    }

    fn n_records(&self) -> usize {
        if let Step::Write { added, edited, .. } = self { added.len() + edited.len() } else { 1 }
    }

    // False when nothing of it is left. What was made and is undone keeps its content, to be made again.
    fn forget(&mut self, id: RecordId, is_undone: bool) -> bool {
        match self {
            Step::Write { added, edited, .. } => {
                added.retain(|one| is_undone || one.id != id);
                edited.retain(|one| one.id != id);
                !added.is_empty() || !edited.is_empty()
            }
            other => !other.ids().contains(&id),
        }
    }

    fn rename(&mut self, from: RecordId, to: RecordId) {
        let put = |id: &mut RecordId| {
            if *id == from {
                *id = to;
            }
        };
        match self {
            Step::Write { added, edited, .. } => {
                added.iter_mut().for_each(|one| one.rename(from, to));
                edited.iter_mut().for_each(|one| one.rename(from, to));
            }
            Step::Erase { id, .. } | Step::Restore { id } => put(id),
            Step::Merge { other, kept } | Step::Unmerge { id: other, kept } => {
                put(other);
                put(kept);
            }
        }
    }
}

impl Edited {
    fn rename(&mut self, from: RecordId, to: RecordId) {
        if self.id == from {
            self.id = to;
        }
        let values = self.fields.values_mut().flat_map(|(before, after)| [before, after]);
        values.flatten().for_each(|value| rename(value, from, to));
    }
}

impl Added {
    pub fn rename(&mut self, from: RecordId, to: RecordId) {
        if self.id == from {
            self.id = to;
        }
        self.fields.values_mut().for_each(|value| rename(value, from, to));
    }
}

/// Puts one record in the place of another wherever a value names it.
pub(super) fn rename(value: &mut Value, from: RecordId, to: RecordId) {
    match value {
        Value::Ref(id) if *id == from => *id = to,
        Value::Lines(lines) => {
            lines.iter_mut().flat_map(|line| line.values_mut()).for_each(|value| rename(value, from, to));
        }
        _ => {}
    }
}

#[derive(Default)]
pub(crate) struct Stack {
    done: Vec<Entry>,
    undone: Vec<Entry>,
    last_n: u32,
}

/// The stack of one open register.
#[derive(Default)]
pub(crate) struct Undo(Mutex<Stack>);

impl Undo {
    /// Taken after the register where both are, so that neither waits for the other.
    pub fn lock(&self) -> MutexGuard<'_, Stack> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn clear(&self) {
        *self.lock() = Stack::default();
    }
}

impl Stack {
    pub fn done(&self) -> Option<&Entry> {
        self.done.last()
    }

    pub fn undone(&self) -> Option<&Entry> {
        self.undone.last()
    }

    pub fn push(&mut self, kind: KindNum, step: Step) {
        self.undone.clear();
        self.last_n += 1;
        self.done.push(Entry { n: self.last_n, kind, step });
        let mut n_records: usize = self.done.iter().map(|entry| entry.step.n_records()).sum();
        while self.done.len() > 1 && (self.done.len() > MAX_ENTRIES || n_records > MAX_RECORDS) {
            n_records -= self.done.remove(0).step.n_records();
        }
    }

    /// The newest of one side goes to the other, as it is now.
    pub fn move_on(&mut self, back: bool, entry: Entry) {
        self.drop_newest(back);
        if back { self.undone.push(entry) } else { self.done.push(entry) }
    }

    pub fn drop_newest(&mut self, back: bool) {
        if back {
            self.done.pop()
        } else {
            self.undone.pop()
        };
    }

    pub fn forget_undone(&mut self) {
        self.undone.clear();
    }

    pub fn forget(&mut self, id: RecordId) {
        self.done.retain_mut(|entry| entry.step.forget(id, false));
        self.undone.retain_mut(|entry| entry.step.forget(id, true));
    }

    pub fn rename(&mut self, from: RecordId, to: RecordId) {
        self.done.iter_mut().chain(&mut self.undone).for_each(|entry| entry.step.rename(from, to));
    }

    pub fn ids_of_done(&self) -> Vec<RecordId> {
        self.done.iter().flat_map(|entry| entry.step.ids()).collect()
    }
}
