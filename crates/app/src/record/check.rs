use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use sohoi_domain::catalogue::{Field, FieldType, Kind, RuleLevel};
use sohoi_domain::record::{self, Issue, IssueCode, references};
use sohoi_domain::{Catalogue, Day, Fields, RecordId, UnitKey, Value};
use sohoi_store::{Register, StoredRecord};

use super::moves::{Written, told};
use crate::{App, AppError};

/// Years of one household that are looked through.
const MAX_ASSESSED: u32 = 100;

/// A record as typed, read and judged.
#[derive(Clone, Debug)]
pub struct Check {
    pub fields: Fields,
    pub issues: Vec<Issue>,
    pub hidden: Vec<String>,
    /// Stored records that may be the same, with their titles. Told while typing, and never in the way.
    pub alike: Vec<(StoredRecord, String)>,
}

pub(crate) fn kind_of<'a>(catalogue: &'a Catalogue, id: &str) -> Result<&'a Kind, AppError> {
    catalogue.kind(id).ok_or(AppError::UnknownKind)
}

impl App {
    /// What is wrong, or odd, about a record that is being typed. Nothing is written.
    pub fn record_check(&self, kind: &str, input: &Map<String, Json>) -> Result<Check, AppError> {
        self.with_register(|register| {
            let catalogue = register.catalogue().clone();
            let kind = kind_of(&catalogue, kind)?;
            let unit = register.unit().clone();
            let check = check_in(register, kind, input, For { unit: &unit, had: &BTreeSet::new() })?;
            while_typed(register, kind, check, (None, self.today()))
        })
    }
}

impl App {
    /// As [`App::record_check`], for the unit that a stored record was made for.
    pub fn record_check_edit(&self, id: RecordId, input: &Map<String, Json>) -> Result<Check, AppError> {
        self.with_register(|register| {
            let current = register.record(id)?.ok_or(AppError::UnknownRecord)?;
            let catalogue = register.catalogue().clone();
            let kind = catalogue.kind_by_num(current.state.kind).ok_or(AppError::UnknownKind)?;
            let had = had(kind, &current.state.fields);
            let check = check_in(register, kind, input, For { unit: &current.state.unit, had: &had })?;
            while_typed(register, kind, check, (Some(id), self.today()))
        })
    }
}

/// Slips of the year, mostly. Only told, and only while it is typed: a PC's clock may be behind.
fn ahead(kind: &Kind, fields: &Fields, today: Day) -> Vec<Issue> {
    let mut issues = Vec::new();
    let mut tell = |path: &str, field: &Field, value: Option<&Value>, is_date: bool| {
        let code = match value {
            Some(Value::Day(day)) if is_date && *day > today => IssueCode::DayAhead,
            Some(Value::Int(year)) if field.field_type == FieldType::Year && *year > today.year().into() => {
                IssueCode::YearAhead
            }
            _ => return,
        };
        issues.push(Issue { level: RuleLevel::Warning, ..Issue::error(path, code) });
    };
    for field in &kind.fields {
        let value = fields.get(&field.num);
        tell(&field.id, field, value, field.id == kind.date_field);
        let Some(Value::Lines(lines)) = value else { continue };
        for (row, line) in lines.iter().enumerate() {
            for column in &field.columns {
                tell(&format!("{}.{row}.{}", field.id, column.id), column, line.get(&column.num), false);
            }
        }
    }
    issues
}

/// Whoever reached a set of criteria in an earlier year does not reach it anew, and a figure counts who does. Only
/// told: the title may have been lost in between.
fn reached_before(
    register: &Register,
    kind: &Kind,
    fields: &Fields,
    except: Option<RecordId>,
) -> Result<Option<Issue>, AppError> {
    let by_list = |list: &str| kind.fields.iter().find(|field| field.list.as_deref() == Some(list));
    let by_type = |wanted: FieldType| kind.fields.iter().find(|field| field.field_type == wanted);
    let (Some(before), Some(review), Some(set), Some(year), Some(subject)) = (
        kind.field("passed_before"),
        by_list("review_state"),
        by_list("criteria_set"),
        by_type(FieldType::Year),
        by_type(FieldType::Ref),
    ) else {
        return Ok(None);
    };
    let passed = Some(Value::Code("passed".into()));
    let of = |fields: &Fields, field: &Field| fields.get(&field.num).cloned();
    let (Some(Value::Ref(id)), Some(Value::Int(this_year))) = (of(fields, subject), of(fields, year)) else {
        return Ok(None);
    };
    if of(fields, review) != passed || of(fields, before) == Some(Value::Bool(true)) {
        return Ok(None);
    }
    if register.record(id)?.is_none() {
        return Ok(None);
    }
    let connected = register.connected(id)?;
    let assessed = register.connected_records(&connected, kind.num, 0, MAX_ASSESSED)?;
    let reached = assessed.iter().filter(|one| Some(one.state.id) != except).filter_map(|one| {
        let is_reached =
            of(&one.state.fields, review) == passed && of(&one.state.fields, set) == of(fields, set);
        of(&one.state.fields, year).filter(|_| is_reached)
    });
    let years = reached.filter_map(|year| if let Value::Int(year) = year { Some(year) } else { None });
    Ok(years.filter(|year| *year < this_year).max().map(|year| {
        let issue = Issue::error(&before.id, IssueCode::ReachedBefore).with("year", year);
        Issue { level: RuleLevel::Warning, ..issue }
    }))
}

// What is told while a record is typed, and is never in the way.
fn while_typed(
    register: &Register,
    kind: &Kind,
    mut check: Check,
    (id, today): (Option<RecordId>, Day),
) -> Result<Check, AppError> {
    check.issues.extend(ahead(kind, &check.fields, today));
    check.issues.extend(reached_before(register, kind, &check.fields, id)?);
    check.issues.extend(told(register, kind, &Written { id, fields: Some(&check.fields) }, &[])?);
    for record in register.alike(&kind.id, &check.fields, id)? {
        let title = register.title(record.state.id)?;
        check.alike.push((record, title));
    }
    Ok(check)
}

/// What a record is checked for.
pub(crate) struct For<'a> {
    pub unit: &'a UnitKey,
    /// Records that it referred to before.
    pub had: &'a BTreeSet<RecordId>,
}

pub(crate) fn had(kind: &Kind, fields: &Fields) -> BTreeSet<RecordId> {
    references(kind, fields).into_iter().map(|(_, _, id)| id).collect()
}

/// Checks against the catalogue, then what only this register knows: references and the unit's days.
pub(crate) fn check_in(
    register: &Register,
    kind: &Kind,
    input: &Map<String, Json>,
    to: For,
) -> Result<Check, AppError> {
    let mut checked = record::check(register.catalogue(), kind, input);
    checked.issues.extend(here(register, kind, (&checked.fields, checked.day), to)?);
    Ok(Check { fields: checked.fields, issues: checked.issues, hidden: checked.hidden, alike: Vec::new() })
}

/// What only this register knows of a record that was checked against the catalogue.
pub(crate) fn here(
    register: &Register,
    kind: &Kind,
    (fields, day): (&Fields, Option<Day>),
    to: For,
) -> Result<Vec<Issue>, AppError> {
    let mut issues = Vec::new();
    for missing in register.missing_references(&kind.id, fields)? {
        let issue = Issue::error(&missing.path, IssueCode::UnknownReference);
        // Another PC may have erased what it refers to; that must not keep her from mending the rest.
        let level = if to.had.contains(&missing.id) { RuleLevel::Warning } else { RuleLevel::Error };
        issues.push(Issue { level, ..issue });
    }
    // A register keeps what its predecessors did under their own keys, not under today's.
    let valid = !kind.is_bound_to_unit_days()
        || day.is_none_or(|day| register.catalogue().units.stands_on(to.unit, day));
    if !valid {
        issues.push(Issue::error(&kind.date_field, IssueCode::UnitNotValid).with("unit", &to.unit.code));
    }
    Ok(issues)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: &Kind, fields: Fields) -> Vec<(String, IssueCode)> {
        let issues = ahead(kind, &fields, "2026-11-30".parse().expect("a day"));
        assert!(issues.iter().all(|issue| issue.level == RuleLevel::Warning));
        issues.into_iter().filter_map(|issue| Some((issue.field?, issue.code))).collect()
    }

    #[test]
    fn years_and_the_day_of_a_record_that_have_not_come_are_told() {
        let catalogue = Catalogue::embedded();
        let member = catalogue.kind("member").expect("a kind");
        let num = |id: &str| member.field(id).expect("a field").num;
        let of = |born: i64, joined: &str| {
            let joined = Value::Day(joined.parse().expect("a day"));
            told(member, Fields::from([(num("birth_year"), Value::Int(born)), (num("joined_on"), joined)]))
        };
        assert_eq!(of(2026, "2026-11-30"), []);
        let both = [("birth_year", IssueCode::YearAhead), ("joined_on", IssueCode::DayAhead)];
        assert_eq!(of(2027, "2026-12-01"), both.map(|(field, code)| (field.to_string(), code)));
    }

    #[test]
    fn a_year_in_a_row_that_has_not_come_is_told_where_it_stands() {
        let catalogue = Catalogue::embedded();
        let training = catalogue.kind("vocational_training").expect("a kind");
        let trainees = training.field("trainees").expect("a field");
        let born = trainees.columns.iter().find(|column| column.id == "birth_year").expect("a column").num;
        let lines = [1990, 2090].map(|year| Fields::from([(born, Value::Int(year))]));
        let fields = Fields::from([(trainees.num, Value::Lines(lines.to_vec()))]);
        assert_eq!(told(training, fields), [("trainees.1.birth_year".to_string(), IssueCode::YearAhead)]);
    }
}
