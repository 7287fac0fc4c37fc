//! What a catalogue must satisfy beyond its shape, and the indicators compiled from it.

mod field;
mod indicator;

use std::collections::{BTreeMap, BTreeSet};

use super::load::{Faults, Parts};
use super::model::*;
use crate::rule::RuleInput;
use crate::submission::FIRST_OWN_KIND;
use crate::unit::{Link, Unit, UnitKey, UnitLevel};
use crate::value::Fields;

pub(super) fn all(parts: &Parts, faults: &mut Faults) -> Vec<Indicator> {
    kinds(parts, faults);
    lists(parts, faults);
    calendars(parts, faults);
    criteria(parts, faults);
    let indicators = indicator::all(parts, faults);
    targets(parts, &indicators, faults);
    indicators
}

fn kinds(parts: &Parts, faults: &mut Faults) {
    let mut nums = BTreeMap::new();
    for (file, kind) in &parts.kinds {
        let at = format!("id = \"{}\"", kind.id);
        if let Some(other) = nums.insert(kind.num, &kind.id) {
            faults.add(file, &["num ="], format!("number {} belongs to kind {other} already", kind.num.0));
        }
        if kind.num.0 >= FIRST_OWN_KIND {
            faults.add(file, &["num ="], format!("numbers from {FIRST_OWN_KIND} on are the program's own"));
        }
        let date = kind.field(&kind.date_field);
        if date.is_none_or(|field| field.field_type != FieldType::Date) {
            faults.add(file, &["date_field"], format!("{} is no date field of this kind", kind.date_field));
        }
        for id in kind.title.iter().chain(&kind.columns) {
            if kind.field(id).is_none() {
                faults.add(file, &[&format!("\"{id}\"")], format!("there is no field {id}"));
            }
        }
        codes_of_list(parts, "kind_group", [kind.group.as_str()], file, &at, faults);
        codes_of_list(parts, "task_group", kind.tasks.iter().map(String::as_str), file, "tasks", faults);
        codes_of_list(
            parts,
            "programme",
            kind.programmes.iter().map(String::as_str),
            file,
            "programmes",
            faults,
        );
        likeness(file, kind, faults);
        field::all(parts, file, kind, faults);
        rules(file, kind, faults);
    }
}

// Records that are alike are looked for by their day or their words, so one of the two must always be there.
fn likeness(file: &str, kind: &Kind, faults: &mut Faults) {
    let at = ["likeness"];
    let mut is_found_by = kind.likeness.is_empty();
    for id in &kind.likeness {
        let Some(field) = kind.field(id) else {
            faults.add(file, &at, format!("there is no field {id}"));
            continue;
        };
        match field.field_type {
            FieldType::Text | FieldType::LongText => is_found_by |= field.required,
            FieldType::Date => is_found_by |= field.required && *id == kind.date_field,
            FieldType::Codes | FieldType::Lines | FieldType::Photos | FieldType::Pseudonym => {
                faults.add(file, &at, format!("field {id} holds nothing that can be compared"));
            }
            FieldType::Integer
            | FieldType::Decimal
            | FieldType::Money
            | FieldType::Year
            | FieldType::Bool
            | FieldType::Code
            | FieldType::Ref => {}
        }
    }
    if !is_found_by {
        faults.add(file, &at, "likeness needs the date field, or a text that is required");
    }
}

fn codes_of_list<'a>(
    parts: &Parts,
    list: &str,
    codes: impl IntoIterator<Item = &'a str>,
    file: &str,
    at: &str,
    faults: &mut Faults,
) {
    for code in codes {
        let known = parts.lists.get(list).is_some_and(|(_, list)| list.item(code).is_some());
        if !known {
            faults.add(file, &[at], format!("list {list} has no code {code}"));
        }
    }
}

// Every rule must be true or false for an empty record: one that fails on null would refuse a form
// for a field that was left empty.
fn rules(file: &str, kind: &Kind, faults: &mut Faults) {
    let nothing = Fields::new();
    let empty = RuleInput::new(kind, &nothing);
    let mut ids = BTreeSet::new();
    for rule in &kind.rules {
        let at = format!("id = \"{}\"", rule.id);
        if !ids.insert(&rule.id) {
            faults.add(file, &[&at, &at], format!("rule {} is there twice", rule.id));
        }
        for id in rule.fields.iter().chain(&rule.rule.as_ref().map_or(Vec::new(), |r| r.fields_read())) {
            if kind.field(id).is_none() {
                faults.add(file, &[&at], format!("rule {} is about field {id}, which is not there", rule.id));
            }
        }
        if let Some(Err(error)) = rule.rule.as_ref().map(|r| r.holds(&empty)) {
            faults.add(file, &[&at], format!("rule {} fails on an empty record: {error}", rule.id));
        }
    }
    for field in &kind.fields {
        if let Some(Err(error)) = field.shown.as_ref().map(|r| r.holds(&empty)) {
            let at = format!("id = \"{}\"", field.id);
            faults.add(file, &[&at], format!("show_when of {} fails on an empty record: {error}", field.id));
        }
    }
}

fn lists(parts: &Parts, faults: &mut Faults) {
    for (file, list) in parts.lists.values() {
        let mut codes = BTreeSet::new();
        for item in &list.items {
            let at = format!("code = \"{}\"", item.code);
            if !codes.insert(&item.code) {
                faults.add(file, &[&at, &at], format!("code {} is there twice", item.code));
            }
            if item.code.is_empty() || item.code.len() > 24 || !item.code.is_ascii() {
                faults.add(file, &[&at], "a code is 1 to 24 ASCII characters");
            }
            if let (Some(from), Some(to)) = (item.valid_from, item.valid_to)
                && to < from
            {
                faults.add(file, &[&at], format!("code {} ends before it begins", item.code));
            }
            if item.rank.is_some() != list.items[0].rank.is_some() {
                faults.add(file, &[&at], "all codes of a list have a rank, or none has");
            }
            if list.items.len() > 1 && item.label.vi.is_empty() {
                faults.add(file, &[&at], format!("code {} has no label", item.code));
            }
        }
    }
}

fn calendars(parts: &Parts, faults: &mut Faults) {
    for (file, calendar) in &parts.calendars {
        for fault in calendar.faults() {
            faults.add(file, &["id ="], fault.to_string());
        }
    }
}

fn criteria(parts: &Parts, faults: &mut Faults) {
    let file = "criteria.toml";
    for set in &parts.criteria {
        let at = format!("id = \"{}\"", set.id);
        codes_of_list(parts, "criteria_set", [set.id.as_str()], file, &at, faults);
        codes_of_list(parts, "criterion", set.criteria.iter().map(String::as_str), file, &at, faults);
        if set.pass != "all" {
            faults.add(file, &[&at], format!("set {} passes by an unknown rule {}", set.id, set.pass));
        }
        let clash = parts.criteria.iter().find(|other| {
            other.id != set.id
                && other.default
                && set.default
                && set.valid_from <= other.valid_from
                && set.valid_to.is_none_or(|last| last >= other.valid_from)
        });
        if let Some(other) = clash {
            faults.add(
                file,
                &[&at],
                format!("sets {} and {} are both the default on one day", set.id, other.id),
            );
        }
    }
}

fn targets(parts: &Parts, indicators: &[Indicator], faults: &mut Faults) {
    let file = "targets.toml";
    for target in &parts.targets {
        let at = format!("indicator = \"{}\"", target.indicator);
        if !indicators.iter().any(|i| i.code == target.indicator) {
            faults.add(file, &[&at], format!("there is no indicator {}", target.indicator));
        }
        let calendar = parts.calendars.iter().find(|(_, c)| c.id == target.calendar);
        if calendar.is_none_or(|(_, c)| c.period(&target.period).is_none()) {
            faults.add(file, &[&at], format!("calendar {} has no period {}", target.calendar, target.period));
        }
        codes_of_list(parts, "target_source", [target.source.as_str()], file, &at, faults);
        if target.per_unit.is_some() == target.total.is_some() {
            faults.add(file, &[&at], "a target is either per_unit or total");
        }
    }
}

pub(super) fn units(units: &[Unit], links: &[Link], faults: &mut Faults) {
    let file = "units.toml";
    let keys: BTreeSet<UnitKey> = units.iter().map(Unit::key).collect();
    for (i, unit) in units.iter().enumerate() {
        let at = format!("code = \"{}\", valid_from = \"{}\"", unit.code, unit.valid_from);
        if unit.valid_to.is_some_and(|last| last < unit.valid_from) {
            faults.add(file, &[&at], format!("unit {} ends before it begins", unit.code));
        }
        let overlaps = units.iter().skip(i + 1).any(|other| {
            other.code == unit.code
                && (other.is_valid_on(unit.valid_from) || unit.is_valid_on(other.valid_from))
        });
        if overlaps {
            faults.add(file, &[&at], format!("two versions of unit {} are valid on one day", unit.code));
        }
        // A commune that ended must have gone somewhere, or its records would vanish from today's figures.
        let has_next = links.iter().any(|l| l.from.0 == unit.code && l.from.1 == unit.valid_from);
        if unit.level == UnitLevel::Commune && unit.valid_to.is_some() && !has_next {
            faults.add(file, &[&at], format!("unit {} ended and nothing follows it", unit.code));
        }
    }
    shares(links, &keys, faults);
}

fn shares(links: &[Link], keys: &BTreeSet<UnitKey>, faults: &mut Faults) {
    let file = "lineage.toml";
    let mut sums: BTreeMap<(String, crate::day::Day), (u64, u64)> = BTreeMap::new();
    for link in links {
        let at = format!("from = [\"{}\", \"{}\"]", link.from.0, link.from.1);
        for (code, valid_from) in [&link.from, &link.to] {
            if !keys.contains(&UnitKey { code: code.clone(), valid_from: *valid_from }) {
                faults.add(file, &[&at], format!("there is no unit {code} of {valid_from}"));
            }
        }
        if link.to.1 <= link.from.1 || link.to.1 != link.on {
            faults.add(
                file,
                &[&at],
                "a unit goes into one that begins on the day of the link, after its own beginning",
            );
        }
        let (num, den) = sums.get(&link.from).copied().unwrap_or((0, 1));
        let sum = (num * link.weight.1 + link.weight.0 * den, den * link.weight.1);
        sums.insert(link.from.clone(), sum);
    }
    for ((code, valid_from), (num, den)) in sums {
        if num != den || den == 0 {
            let at = format!("from = [\"{code}\", \"{valid_from}\"]");
            faults.add(file, &[&at], format!("the shares of unit {code} add up to {num}/{den}, not to one"));
        }
    }
}
