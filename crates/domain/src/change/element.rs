//! Fields that hold several things, merged thing by thing: two PCs that each add another are not asked about it.
//! What is decided here must follow from the set of changes alone, like everything else of a record.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Version, Write};
use crate::id::DeviceId;
use crate::value::{FieldNum, Fields, Value};

/// Catalogues number their fields up to here. What lies beyond speaks of fields, or of the record.
const FIELDS: u16 = 255;
const ADDED: u16 = 256;
const REMOVED: u16 = 512;

/// Under this number a change says which elements of a field it added.
pub fn added(field: FieldNum) -> FieldNum {
    FieldNum(field.0 | ADDED)
}

/// And under this one which it took away.
pub fn removed(field: FieldNum) -> FieldNum {
    FieldNum(field.0 | REMOVED)
}

/// The field that a number of a change is about: its own, or the one whose elements it tells.
pub fn field_of(num: FieldNum) -> FieldNum {
    if is_of_elements(num) { FieldNum(num.0 & FIELDS) } else { num }
}

/// True for a number that tells elements of a field, and is no field itself.
pub fn is_of_elements(num: FieldNum) -> bool {
    matches!(num.0 & !FIELDS, ADDED | REMOVED)
}

/// By element, written as JSON, who said that it is there or is not. Elements of which nobody said anything are
/// there when a list has them.
pub(super) type Told = BTreeMap<String, Cell<bool>>;

/// True for a value that holds several things.
pub(super) fn holds_several(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Codes(_) | Value::Lines(_)))
}

fn key(element: &impl serde::Serialize) -> String {
    serde_json::to_string(element).expect("codes and lines are JSON")
}

/// The elements of a value in its order; none for another kind of value. An empty field has no elements.
fn keys(value: Option<&Value>) -> Option<Vec<String>> {
    match value {
        None => Some(Vec::new()),
        Some(Value::Codes(codes)) => Some(codes.iter().map(key).collect()),
        Some(Value::Lines(lines)) => Some(lines.iter().map(key).collect()),
        Some(
            Value::Text(_)
            | Value::Int(_)
            | Value::Day(_)
            | Value::Bool(_)
            | Value::Code(_)
            | Value::Ref(_)
            | Value::Pseudonym(_),
        ) => None,
    }
}

// A value of the same type as `like`.
fn value_of(like: &Value, keys: &[String]) -> Option<Value> {
    if keys.is_empty() {
        return None;
    }
    match like {
        Value::Lines(_) => {
            let lines = keys.iter().map(|key| serde_json::from_str::<Fields>(key).ok());
            lines.collect::<Option<_>>().map(Value::Lines)
        }
        _ => {
            let codes = keys.iter().map(|key| serde_json::from_str::<String>(key).ok());
            let mut codes = codes.collect::<Option<Vec<_>>>()?;
            codes.sort();
            Some(Value::Codes(codes))
        }
    }
}

/// What a change says of elements, joined with what was said before.
pub(super) fn hear(
    told: &mut Told,
    version: Version,
    seen: &[Version],
    (added, removed): (Option<&Value>, Option<&Value>),
) {
    let added: BTreeSet<String> = keys(added).unwrap_or_default().into_iter().collect();
    // Where personal columns are not read, a line whose personal part was mended is both, and still there.
    let removed = keys(removed).unwrap_or_default().into_iter().filter(|key| !added.contains(key));
    let removed: Vec<String> = removed.collect();
    let is_there = added.iter().map(|key| (key, true));
    for (key, is_there) in is_there.chain(removed.iter().map(|key| (key, false))) {
        told.entry(key.clone()).or_default().join(Cell::of(version, Some(is_there), seen));
    }
}

// Whoever added it did not know that another took it away, or wanted it back.
fn is_there(told: &Told, key: &str, is_listed: bool) -> bool {
    let Some(cell) = told.get(key) else { return is_listed };
    let mut standing = cell.standing().peekable();
    if standing.peek().is_none() { is_listed } else { standing.any(|(_, is_there)| *is_there) }
}

/// Several lists that did not see each other as one, the newest first among `lists`. None when a person must
/// choose between them: two changed the same line, or a list has two lines that are the same.
pub(super) fn merged(told: &Told, lists: &[(Version, &Write)]) -> Option<Option<Value>> {
    let like = lists.iter().find_map(|(_, write)| write.1.as_ref())?;
    if told.is_empty() || !holds_several(Some(like)) || is_one_line_changed_twice(told, like) {
        return None;
    }
    let (mut all, mut seen) = (Vec::new(), BTreeSet::new());
    for (_, write) in lists {
        let is_alike = |value: &Value| std::mem::discriminant(value) == std::mem::discriminant(like);
        if !write.1.as_ref().is_none_or(is_alike) {
            return None;
        }
        let keys = keys(write.1.as_ref())?;
        if keys.iter().collect::<BTreeSet<_>>().len() != keys.len() {
            return None;
        }
        all.extend(keys.into_iter().filter(|key| seen.insert(key.clone())));
    }
    all.retain(|key| is_there(told, key, true));
    Some(value_of(like, &all))
}

// A line has no name: to change it is to take it away and add another. Two who took the same one away, and each
// added some, may both have changed it.
fn is_one_line_changed_twice(told: &Told, like: &Value) -> bool {
    if !matches!(like, Value::Lines(_)) {
        return false;
    }
    let mut newest_added: BTreeMap<DeviceId, u64> = BTreeMap::new();
    for (version, _) in told.values().flat_map(Cell::standing).filter(|(_, is_there)| **is_there) {
        let newest = newest_added.entry(version.device).or_default();
        *newest = version.seq.max(*newest);
    }
    let has_added = |taken: &Version| newest_added.get(&taken.device).is_some_and(|seq| *seq >= taken.seq);
    told.values().any(|cell| {
        let taken = cell.standing().filter(|(_, is_there)| !**is_there);
        let is_gone = cell.standing().all(|(_, is_there)| !is_there);
        is_gone && taken.filter(|(version, _)| has_added(version)).count() > 1
    })
}

/// What a change must say of elements to make a field `new` of what it shows, where `lists` wait. Where several
/// lists come together it says all of it, for one of them may have known of more than has come here yet.
pub(super) fn to_say(
    told: &Told,
    (shown, lists): (Option<&Value>, &[Option<&Value>]),
    new: Option<&Value>,
) -> (Option<Value>, Option<Value>) {
    let of_lists = lists.iter().copied().flatten();
    let like = new.into_iter().chain(shown).chain(of_lists).find(|value| holds_several(Some(value)));
    let (Some(like), Some(wanted)) = (like, keys(new)) else { return (None, None) };
    let wanted: BTreeSet<String> = wanted.into_iter().collect();
    let shown: BTreeSet<String> = keys(shown).unwrap_or_default().into_iter().collect();
    let waiting = lists.iter().filter_map(|list| keys(*list)).flatten();
    let listed: BTreeSet<String> = shown.iter().cloned().chain(waiting).collect();
    let n_said = |key: &String| told.get(key).map_or(0, |cell| cell.standing().count());
    let disputed = told.keys().filter(|key| n_said(key) > 1);
    let all: BTreeSet<&String> = wanted.iter().chain(&listed).chain(disputed).collect();
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for key in all {
        let is_wanted = wanted.contains(key);
        let is_there = is_there(told, key, listed.contains(key));
        let is_disputed = n_said(key) > 1 || !lists.is_empty();
        if is_wanted != is_there || is_wanted != shown.contains(key) || is_disputed {
            if is_wanted { added.push(key.clone()) } else { removed.push(key.clone()) }
        }
    }
    (value_of(like, &added), value_of(like, &removed))
}
