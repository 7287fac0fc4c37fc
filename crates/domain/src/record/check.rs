//! The one validation engine: window, command line, import and hub all ask it.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::json::{Input, value_from_json};
use super::{Issue, IssueCode};
use crate::catalogue::{Catalogue, Field, FieldType, Kind, RuleLevel};
use crate::day::Day;
use crate::id::RecordId;
use crate::rule::RuleInput;
use crate::value::{Fields, Value};

/// A record after checking: what could be read, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Checked {
    pub fields: Fields,
    pub issues: Vec<Issue>,
    /// Ids of fields that do not apply with these values.
    pub hidden: Vec<String>,
    /// The day that decides period and unit.
    pub day: Option<Day>,
}

impl Checked {
    pub fn is_valid(&self) -> bool {
        !self.issues.iter().any(Issue::is_error)
    }
}

/// Reads field values by id and checks them against the kind.
///
/// Whether a referenced record exists is the register's to say; see [`references`].
pub fn check(catalogue: &Catalogue, kind: &Kind, input: &Map<String, Json>) -> Checked {
    let mut issues = Vec::new();
    let known = |id: &String| kind.field(id).is_some_and(|f| f.field_type != FieldType::Pseudonym);
    for id in input.keys().filter(|id| !known(id)) {
        // A key could be a name typed in the wrong place, so an odd one is not repeated.
        let told = if id.len() <= 40 && id.is_ascii() { id } else { "" };
        issues.push(Issue::error(told, IssueCode::UnknownField));
    }
    let day = kind.field(&kind.date_field).and_then(|_| input.get(&kind.date_field)).and_then(Json::as_str);
    let day = day.and_then(|text| text.parse::<Day>().ok());
    let reader = Input { catalogue, day };
    let mut fields = Fields::new();
    for field in &kind.fields {
        match value_from_json(&reader, field, &field.id, input.get(&field.id)) {
            Ok(Some(value)) => {
                fields.insert(field.num, value);
            }
            Ok(None) => {}
            Err(mut found) => issues.append(&mut found),
        }
    }
    let (rule_issues, hidden) = rules(catalogue, kind, &fields, day, &issues);
    issues.extend(rule_issues);
    Checked { fields, issues, hidden, day }
}

type RulesFound = (Vec<Issue>, Vec<String>);

fn rules(
    catalogue: &Catalogue,
    kind: &Kind,
    fields: &Fields,
    day: Option<Day>,
    found: &[Issue],
) -> RulesFound {
    let mut issues = Vec::new();
    let input = RuleInput::new(kind, fields);
    let is_hidden =
        |field: &Field| field.shown.as_ref().is_some_and(|rule| !rule.holds(&input).unwrap_or(true));
    let hidden: Vec<String> = kind.fields.iter().filter(|f| is_hidden(f)).map(|f| f.id.clone()).collect();
    let told = |id: &str| found.iter().any(|i| i.field.as_deref() == Some(id));
    for field in kind.fields.iter().filter(|f| f.required && !hidden.contains(&f.id)) {
        if !fields.contains_key(&field.num) && !told(&field.id) {
            issues.push(Issue::error(&field.id, IssueCode::Required));
        }
    }
    for rule in &kind.rules {
        // A rule over a field that could not be read says nothing new.
        let unreadable = rule.fields.iter().any(|id| found.iter().any(|i| starts_at(i, id)));
        let holds = rule.rule.as_ref().is_none_or(|r| r.holds(&input).unwrap_or(false));
        if !holds && !unreadable {
            issues.push(Issue {
                field: rule.fields.first().cloned(),
                level: rule.level,
                code: IssueCode::Rule,
                params: BTreeMap::from([("rule", rule.id.clone())]),
                message: Some(rule.message.clone()),
            });
        }
    }
    issues.extend(criteria(catalogue, kind, fields, day));
    (issues, hidden)
}

fn starts_at(issue: &Issue, id: &str) -> bool {
    issue.is_error() && issue.field.as_deref().is_some_and(|f| f == id || f.starts_with(&format!("{id}.")))
}

// Answers must be to criteria of the chosen set, each once, and the set in force on the day.
fn criteria(catalogue: &Catalogue, kind: &Kind, fields: &Fields, day: Option<Day>) -> Vec<Issue> {
    let list_is = |field: &Field, list: &str| field.list.as_deref() == Some(list);
    let Some(set_field) = kind.fields.iter().find(|f| list_is(f, "criteria_set")) else { return Vec::new() };
    let set = fields.get(&set_field.num).and_then(Value::as_code).and_then(|id| catalogue.criteria_set(id));
    let Some(set) = set else { return Vec::new() };
    let mut issues = Vec::new();
    if day.is_some_and(|d| d < set.valid_from || set.valid_to.is_some_and(|last| d > last)) {
        issues.push(Issue::error(&set_field.id, IssueCode::UnknownCriterion));
    }
    for lines in kind.fields.iter().filter(|f| f.field_type == FieldType::Lines) {
        let Some(column) = lines.columns.iter().find(|c| list_is(c, "criterion")) else { continue };
        let mut seen = std::collections::BTreeSet::new();
        for (row, line) in fields.get(&lines.num).map_or(&[][..], Value::lines).iter().enumerate() {
            let Some(code) = line.get(&column.num).and_then(Value::as_code) else { continue };
            let fault = if !set.criteria.iter().any(|c| c == code) {
                IssueCode::UnknownCriterion
            } else if !seen.insert(code) {
                IssueCode::RepeatedCriterion
            } else {
                continue;
            };
            issues.push(Issue::error(&format!("{}.{row}.{}", lines.id, column.id), fault));
        }
    }
    issues
}

/// Every record that the fields refer to, with the kind it must be of and the path it stands at.
pub fn references<'a>(kind: &'a Kind, fields: &Fields) -> Vec<(String, &'a str, RecordId)> {
    let mut found = Vec::new();
    let mut add = |path: String, field: &'a Field, value: Option<&Value>| {
        if let (Some(target), Some(Value::Ref(id))) = (&field.ref_kind, value) {
            found.push((path, target.as_str(), *id));
        }
    };
    for field in &kind.fields {
        add(field.id.clone(), field, fields.get(&field.num));
        for (row, line) in fields.get(&field.num).map_or(&[][..], Value::lines).iter().enumerate() {
            for column in &field.columns {
                add(format!("{}.{row}.{}", field.id, column.id), column, line.get(&column.num));
            }
        }
    }
    found
}

impl Issue {
    /// A warning or error of a rule reads as the catalogue says.
    pub fn is_warning(&self) -> bool {
        self.level == RuleLevel::Warning
    }
}
