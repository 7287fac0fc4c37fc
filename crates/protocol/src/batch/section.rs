//! A section: one column for each field, in the open part or the sealed one. `reading` reads it.

use std::collections::BTreeMap;

use sohoi_domain::{Change, FieldNum, KindNum, Op, Value, Version};

use super::column::{self, Form};
use super::lines::{self, Place};
use super::rows::Devices;
use super::seal::Privacy;
use crate::bytes::{put_bytes, put_varint};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Open,
    Sealed,
}

/// Where the reason of an erasure stands: a text like any other, for a kind that does not exist.
pub(super) const REASON: (KindNum, FieldNum) = (KindNum(0), FieldNum(0));

/// 0 when every row has a value, else 1 and a bit for each.
pub(super) fn put_presence(out: &mut Vec<u8>, present: &[bool]) {
    if present.iter().all(|p| *p) {
        out.push(0);
    } else {
        out.push(1);
        column::put_bits(out, present);
    }
}

// Rows that a column of values, or one of versions, runs over.
fn rows_of(changes: &[Change], kind: KindNum, versions: bool) -> Vec<usize> {
    let fits = |change: &Change| match versions {
        false => matches!(change.op, Op::Create | Op::Patch),
        true => change.op != Op::Create,
    };
    changes.iter().enumerate().filter(|(_, c)| c.kind == kind && fits(c)).map(|(i, _)| i).collect()
}

type Key = (KindNum, FieldNum, u8);

// Types of columns that are not a type of value.
const CLEARED: u8 = 254;
const VERSIONS: u8 = 255;

#[derive(Default)]
struct Columns<'a> {
    values: BTreeMap<Key, BTreeMap<usize, &'a Value>>,
    cleared: BTreeMap<Key, Vec<usize>>,
    // A row that names several versions of a field has one in each of as many columns.
    versions: BTreeMap<Key, Vec<BTreeMap<usize, Version>>>,
}

fn collect<'a>(changes: &'a [Change], side: Side, privacy: &dyn Privacy) -> Columns<'a> {
    let mut columns = Columns::default();
    for (row, change) in changes.iter().enumerate() {
        for (num, value) in &change.fields {
            let personal = privacy.is_personal(change.kind, *num, None);
            let is_lines = matches!(value, Some(Value::Lines(_)));
            if !is_lines && personal != (side == Side::Sealed) {
                continue;
            }
            match value {
                Some(value) => {
                    let key = (change.kind, *num, column::type_of(value));
                    columns.values.entry(key).or_default().insert(row, value);
                }
                // An emptied field is told on its own side only.
                None => columns.cleared.entry((change.kind, *num, CLEARED)).or_default().push(row),
            }
        }
        for (num, replaced) in &change.replaces {
            if privacy.is_personal(change.kind, *num, None) != (side == Side::Sealed) {
                continue;
            }
            let several = columns.versions.entry((change.kind, *num, VERSIONS)).or_default();
            several.resize(several.len().max(replaced.len()), BTreeMap::new());
            for (column, version) in several.iter_mut().zip(replaced) {
                column.insert(row, *version);
            }
        }
    }
    columns
}

pub(super) fn write(changes: &[Change], side: Side, privacy: &dyn Privacy, devices: &mut Devices) -> Vec<u8> {
    let columns = collect(changes, side, privacy);
    let mut written: Vec<(Key, Form, Vec<u8>)> = Vec::new();
    for (key, values) in &columns.values {
        let (kind, field, _) = *key;
        let present: Vec<&Value> = values.values().copied().collect();
        let form = column::form_of(&present);
        let content = match form {
            Form::Lines => lines::write(&Place { kind, field, side, privacy }, &present, devices),
            _ => Some(column::write(form, &present, devices)),
        };
        if let Some(content) = content {
            let rows = rows_of(changes, kind, false);
            let marks: Vec<bool> = rows.iter().map(|row| values.contains_key(row)).collect();
            written.push((*key, form, with_presence(&marks, &content)));
        }
    }
    for (key, emptied) in &columns.cleared {
        let rows = rows_of(changes, key.0, false);
        let marks: Vec<bool> = rows.iter().map(|row| emptied.contains(row)).collect();
        written.push((*key, Form::Cleared, with_presence(&marks, &[])));
    }
    for (key, versions) in
        columns.versions.iter().flat_map(|(key, all)| all.iter().map(move |one| (key, one)))
    {
        let rows = rows_of(changes, key.0, true);
        let marks: Vec<bool> = rows.iter().map(|row| versions.contains_key(row)).collect();
        let list: Vec<(Version, u64)> = versions.iter().map(|(row, v)| (*v, changes[*row].seq)).collect();
        written.push((*key, Form::Versions, with_presence(&marks, &column::write_versions(&list, devices))));
    }
    if side == Side::Sealed {
        written.extend(reasons(changes, devices));
    }
    finish(written)
}

fn reasons(changes: &[Change], devices: &mut Devices) -> Option<(Key, Form, Vec<u8>)> {
    let values: Vec<Value> = changes.iter().filter_map(|c| c.reason.clone()).map(Value::Text).collect();
    if values.is_empty() {
        return None;
    }
    let marks: Vec<bool> = changes.iter().map(|c| c.reason.is_some()).collect();
    let content = column::write(Form::Text, &values.iter().collect::<Vec<_>>(), devices);
    Some(((REASON.0, REASON.1, column::type_of(&values[0])), Form::Text, with_presence(&marks, &content)))
}

fn with_presence(marks: &[bool], content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    put_presence(&mut out, marks);
    out.extend_from_slice(content);
    out
}

fn finish(mut written: Vec<(Key, Form, Vec<u8>)>) -> Vec<u8> {
    // Like stands beside like for the compression: forms first, then a field that several kinds have.
    written.sort_by_key(|((kind, field, _), form, _)| (*form, *field, *kind));
    let mut out = Vec::new();
    put_varint(&mut out, written.len() as u64);
    for ((kind, field, _), form, content) in written {
        put_varint(&mut out, u64::from(kind.0));
        put_varint(&mut out, u64::from(field.0));
        out.push(form as u8);
        put_bytes(&mut out, &content);
    }
    out
}
