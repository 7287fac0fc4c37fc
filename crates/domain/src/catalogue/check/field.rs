//! Fields and columns: numbers, bounds, and what they point at.

use std::collections::BTreeSet;

use super::super::load::{Faults, Parts};
use super::super::model::*;
use crate::photo::MOST;

pub(super) fn all(parts: &Parts, file: &str, kind: &Kind, faults: &mut Faults) {
    level(parts, file, kind, &kind.fields, None, faults);
}

fn level(
    parts: &Parts,
    file: &str,
    kind: &Kind,
    fields: &[Field],
    lines: Option<&Field>,
    faults: &mut Faults,
) {
    let mut ids = BTreeSet::new();
    let mut nums = BTreeSet::new();
    for field in fields {
        let own = format!("id = \"{}\"", field.id);
        let at: Vec<String> = lines.map(|l| format!("id = \"{}\"", l.id)).into_iter().chain([own]).collect();
        let at: Vec<&str> = at.iter().map(String::as_str).collect();
        let mut fault = |what: String| faults.add(file, &at, what);
        if !ids.insert(&field.id) {
            fault(format!("field {} is there twice", field.id));
        }
        if !nums.insert(field.num) || field.num.0 == 0 || field.num.0 > 255 {
            fault(format!("number {} of field {} is taken or not from 1 to 255", field.num.0, field.id));
        }
        for what in one(parts, kind, fields, field) {
            fault(what);
        }
        match (field.field_type, lines) {
            (FieldType::Lines, Some(_)) => faults.add(file, &at, "lines cannot hold lines"),
            (FieldType::Lines, None) if field.columns.is_empty() => {
                faults.add(file, &at, "lines need columns")
            }
            (FieldType::Lines, None) => level(parts, file, kind, &field.columns, Some(field), faults),
            (FieldType::Photos, Some(_)) => faults.add(file, &at, "lines cannot hold photos"),
            _ if !field.columns.is_empty() => faults.add(file, &at, "only lines have columns"),
            _ => {}
        }
    }
}

fn one(parts: &Parts, kind: &Kind, siblings: &[Field], field: &Field) -> Vec<String> {
    let mut wrong = Vec::new();
    let has_list = matches!(field.field_type, FieldType::Code | FieldType::Codes);
    match &field.list {
        Some(list) if !parts.lists.contains_key(list) => wrong.push(format!("there is no list {list}")),
        Some(_) if !has_list => wrong.push(format!("field {} is no code but names a list", field.id)),
        None if has_list => wrong.push(format!("field {} is a code without a list", field.id)),
        _ => {}
    }
    let is_ref = field.field_type == FieldType::Ref;
    match &field.ref_kind {
        Some(target) if !parts.kinds.iter().any(|(_, k)| k.id == *target) => {
            wrong.push(format!("there is no kind {target}"));
        }
        Some(_) if !is_ref => wrong.push(format!("field {} is no ref but names a kind", field.id)),
        None if is_ref => wrong.push(format!("field {} is a ref without a kind", field.id)),
        _ => {}
    }
    if let Some(unit) = &field.unit
        && parts.lists.get("unit_of_measure").is_none_or(|(_, list)| list.item(unit).is_none())
    {
        wrong.push(format!("list unit_of_measure has no code {unit}"));
    }
    if field.min.zip(field.max).is_some_and(|(min, max)| min > max) {
        wrong.push(format!("the bounds of {} leave no value", field.id));
    }
    if field.scale > 4 || (field.scale > 0 && field.field_type != FieldType::Decimal) {
        wrong.push(format!("scale of {} is for decimals, 0 to 4", field.id));
    }
    if field.label.vi.is_empty() || field.label.en.is_empty() {
        wrong.push(format!("field {} has no label in both languages", field.id));
    }
    photos(kind, field, &mut wrong);
    pseudonym(kind, siblings, field, &mut wrong);
    wrong
}

// Their names are open, so that the hub knows which content to take; the content is sealed where it must be.
fn photos(kind: &Kind, field: &Field, wrong: &mut Vec<String>) {
    if field.field_type != FieldType::Photos {
        if field.place {
            wrong.push(format!("only photos have a place: {}", field.id));
        }
        return;
    }
    if !field.max.is_some_and(|max| (1..=MOST as i64).contains(&max)) {
        wrong.push(format!("{} needs a max from 1 to {MOST}", field.id));
    }
    if field.required || field.min.is_some() {
        wrong.push(format!("photos are never asked for: {}", field.id));
    }
    if field.privacy == Privacy::Personal {
        wrong.push(format!("names of photos are open: {}", field.id));
    }
    if kind.photos().is_some_and(|first| first.num != field.num) {
        wrong.push(format!("{} has photos already", kind.id));
    }
}

fn pseudonym(kind: &Kind, siblings: &[Field], field: &Field, wrong: &mut Vec<String>) {
    let is_pseudonym = field.field_type == FieldType::Pseudonym;
    if is_pseudonym == field.of.is_empty() {
        wrong.push(format!("a pseudonym, and nothing else, is `of` other fields: {}", field.id));
    }
    for id in &field.of {
        if siblings.iter().all(|s| s.id != *id) {
            wrong.push(format!("{} is made of field {id}, which {} does not have", field.id, kind.id));
        }
    }
    if is_pseudonym && field.privacy == Privacy::Personal {
        wrong.push(format!("pseudonym {} must be open: it is what the province counts by", field.id));
    }
}
