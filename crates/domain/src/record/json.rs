//! Field values as JSON: dates as `YYYY-MM-DD`, money in whole đồng, references as UUIDs.

use serde_json::{Map, Number, Value as Json};

use super::{Issue, IssueCode, MAX_CODES, MAX_LINES, MAX_LONG_TEXT, MAX_TEXT};
use crate::catalogue::{Catalogue, Field, FieldType, Kind};
use crate::change::same::is_field;
use crate::day::Day;
use crate::money::Dong;
use crate::photo::PhotoId;
use crate::text;
use crate::value::{Fields, Value};

/// What reading a value needs to know beside the field.
pub(super) struct Input<'a> {
    pub catalogue: &'a Catalogue,
    pub day: Option<Day>,
}

type Read = Result<Option<Value>, Vec<Issue>>;

pub(super) fn value_from_json(input: &Input, field: &Field, path: &str, json: Option<&Json>) -> Read {
    let json = match json {
        None | Some(Json::Null) => return Ok(None),
        Some(json) => json,
    };
    let one = |code| vec![Issue::error(path, code)];
    let wrong = || one(IssueCode::WrongType);
    match field.field_type {
        FieldType::Text | FieldType::LongText => text_value(field, path, json.as_str().ok_or_else(wrong)?),
        FieldType::Integer | FieldType::Money | FieldType::Year => {
            whole(field, path, json.as_number().ok_or_else(wrong)?)
        }
        FieldType::Decimal => decimal(field, path, json.as_number().ok_or_else(wrong)?),
        FieldType::Date => {
            let text = json.as_str().ok_or_else(wrong)?;
            text.parse().map(|day| Some(Value::Day(day))).map_err(|_| one(IssueCode::BadDate))
        }
        FieldType::Bool => Ok(Some(Value::Bool(json.as_bool().ok_or_else(wrong)?))),
        FieldType::Code => {
            let code = json.as_str().ok_or_else(wrong)?;
            if !is_code(input, field, code) {
                return Err(one(IssueCode::UnknownCode));
            }
            Ok(Some(Value::Code(code.to_string())))
        }
        FieldType::Codes => codes(input, field, path, json.as_array().ok_or_else(wrong)?),
        FieldType::Ref => {
            let id = json.as_str().and_then(|text| text.parse().ok());
            id.map(|id| Some(Value::Ref(id))).ok_or_else(|| one(IssueCode::UnknownReference))
        }
        FieldType::Lines => lines(input, field, path, json.as_array().ok_or_else(wrong)?),
        FieldType::Photos => photos(field, path, json.as_array().ok_or_else(wrong)?),
        FieldType::Pseudonym => Err(one(IssueCode::UnknownField)),
    }
}

fn text_value(field: &Field, path: &str, typed: &str) -> Read {
    let multi_line = field.field_type == FieldType::LongText;
    let max = field.max_len.unwrap_or(if multi_line { MAX_LONG_TEXT } else { MAX_TEXT });
    // Bytes first, so that a text of megabytes is refused before it is worked on.
    if typed.len() > max * 8 {
        return Err(vec![Issue::error(path, IssueCode::TooLong).with("max", max)]);
    }
    if !text::is_clean(typed, multi_line) {
        return Err(vec![Issue::error(path, IssueCode::ControlCharacter)]);
    }
    let value = text::nfc(typed.trim()).replace("\r\n", "\n");
    if value.chars().count() > max {
        return Err(vec![Issue::error(path, IssueCode::TooLong).with("max", max)]);
    }
    Ok((!value.is_empty()).then_some(Value::Text(value)))
}

fn bounds(field: &Field) -> (i64, i64) {
    let (low, high) = match field.field_type {
        FieldType::Year => (1900, 2100),
        FieldType::Money => (0, i64::try_from(Dong::MAX.amount()).unwrap_or(i64::MAX)),
        _ => (0, 1_000_000_000),
    };
    (field.min.unwrap_or(low), field.max.unwrap_or(high))
}

fn whole(field: &Field, path: &str, number: &Number) -> Read {
    let Some(value) = number.as_i64() else {
        let code = if number.is_u64() { IssueCode::OutOfRange } else { IssueCode::BadNumber };
        return Err(vec![out_of_range(field, path, code)]);
    };
    let (min, max) = bounds(field);
    if !(min..=max).contains(&value) {
        return Err(vec![out_of_range(field, path, IssueCode::OutOfRange)]);
    }
    Ok(Some(Value::Int(value)))
}

fn out_of_range(field: &Field, path: &str, code: IssueCode) -> Issue {
    let (min, max) = bounds(field);
    Issue::error(path, code).with("min", min).with("max", max)
}

fn decimal(field: &Field, path: &str, number: &Number) -> Read {
    let factor = 10_f64.powi(i32::from(field.scale));
    let typed = number.as_f64().unwrap_or(f64::NAN);
    let scaled = (typed * factor).round();
    let (min, max) = bounds(field);
    if !(min as f64..=max as f64).contains(&typed) {
        return Err(vec![out_of_range(field, path, IssueCode::OutOfRange)]);
    }
    // More digits than the field keeps would be lost silently.
    if (scaled / factor - typed).abs() > 1e-9 * typed.abs().max(1.0) {
        return Err(vec![Issue::error(path, IssueCode::BadNumber).with("scale", field.scale)]);
    }
    Ok(Some(Value::Int(scaled as i64)))
}

fn is_code(input: &Input, field: &Field, code: &str) -> bool {
    let list = field.list.as_deref().and_then(|id| input.catalogue.list(id));
    let Some(item) = list.and_then(|list| list.item(code)) else { return false };
    let Some(day) = input.day else { return true };
    item.valid_from.is_none_or(|from| from <= day) && item.valid_to.is_none_or(|to| day <= to)
}

fn codes(input: &Input, field: &Field, path: &str, items: &[Json]) -> Read {
    if items.len() > MAX_CODES {
        return Err(vec![Issue::error(path, IssueCode::TooLong).with("max", MAX_CODES)]);
    }
    let mut codes = Vec::with_capacity(items.len());
    for item in items {
        let code = item.as_str().ok_or_else(|| vec![Issue::error(path, IssueCode::WrongType)])?;
        if !is_code(input, field, code) {
            return Err(vec![Issue::error(path, IssueCode::UnknownCode)]);
        }
        codes.push(code.to_string());
    }
    codes.sort();
    codes.dedup();
    Ok((!codes.is_empty()).then_some(Value::Codes(codes)))
}

// Whether the register has them is for it to say.
fn photos(field: &Field, path: &str, items: &[Json]) -> Read {
    let max = usize::try_from(field.max.unwrap_or(0)).unwrap_or(0);
    if items.len() > max {
        return Err(vec![Issue::error(path, IssueCode::TooLong).with("max", max)]);
    }
    let mut names = Vec::with_capacity(items.len());
    for item in items {
        let name = item.as_str().ok_or_else(|| vec![Issue::error(path, IssueCode::WrongType)])?;
        let id: PhotoId = name.parse().map_err(|_| vec![Issue::error(path, IssueCode::UnknownReference)])?;
        names.push(id.to_string());
    }
    names.sort();
    names.dedup();
    Ok((!names.is_empty()).then_some(Value::Codes(names)))
}

fn lines(input: &Input, field: &Field, path: &str, rows: &[Json]) -> Read {
    if rows.len() > MAX_LINES {
        return Err(vec![Issue::error(path, IssueCode::TooLong).with("max", MAX_LINES)]);
    }
    let mut issues = Vec::new();
    let mut lines = Vec::with_capacity(rows.len());
    for (n, row) in rows.iter().enumerate() {
        let Some(row) = row.as_object() else {
            issues.push(Issue::error(&format!("{path}.{n}"), IssueCode::WrongType));
            continue;
        };
        let line = line(input, field, &format!("{path}.{n}"), row, &mut issues);
        // A row left empty in the table is no line.
        if !line.is_empty() || !row.values().all(Json::is_null) {
            lines.push((n, line));
        }
    }
    for (n, line) in &lines {
        for column in field.columns.iter().filter(|c| c.required && !line.contains_key(&c.num)) {
            let at = format!("{path}.{n}.{}", column.id);
            if !issues.iter().any(|i: &Issue| i.field.as_deref() == Some(&at)) {
                issues.push(Issue::error(&at, IssueCode::Required));
            }
        }
    }
    if !issues.is_empty() {
        return Err(issues);
    }
    let lines: Vec<Fields> = lines.into_iter().map(|(_, line)| line).collect();
    Ok((!lines.is_empty()).then_some(Value::Lines(lines)))
}

fn line(
    input: &Input,
    field: &Field,
    path: &str,
    row: &Map<String, Json>,
    issues: &mut Vec<Issue>,
) -> Fields {
    let mut line = Fields::new();
    for key in row.keys() {
        if field.column(key).is_none_or(|c| c.field_type == FieldType::Pseudonym) {
            issues.push(Issue::error(path, IssueCode::UnknownField));
        }
    }
    for column in &field.columns {
        let at = format!("{path}.{}", column.id);
        match value_from_json(input, column, &at, row.get(&column.id)) {
            Ok(Some(value)) => {
                line.insert(column.num, value);
            }
            Ok(None) => {}
            Err(mut found) => issues.append(&mut found),
        }
    }
    line
}

/// The fields of a record by id, without pseudonyms. A field of a newer catalogue appears as `#number`.
pub fn to_json(kind: &Kind, fields: &Fields) -> Map<String, Json> {
    fields
        .iter()
        .filter(|(num, value)| is_field(**num) && !matches!(value, Value::Pseudonym(_)))
        .map(|(num, value)| match kind.field_by_num(*num) {
            Some(field) => (field.id.clone(), value_to_json(Some(field), value)),
            None => (format!("#{}", num.0), value_to_json(None, value)),
        })
        .collect()
}

pub fn value_to_json(field: Option<&Field>, value: &Value) -> Json {
    match value {
        Value::Text(text) | Value::Code(text) => Json::from(text.as_str()),
        Value::Int(n) => match field {
            Some(field) if field.field_type == FieldType::Decimal => {
                Json::from(*n as f64 / 10_f64.powi(i32::from(field.scale)))
            }
            _ => Json::from(*n),
        },
        Value::Day(day) => Json::from(day.to_string()),
        Value::Bool(b) => Json::from(*b),
        Value::Codes(codes) => Json::from(codes.clone()),
        Value::Ref(id) => Json::from(id.to_string()),
        Value::Pseudonym(_) => Json::Null,
        Value::Lines(lines) => lines.iter().map(|line| Json::Object(line_to_json(field, line))).collect(),
    }
}

fn line_to_json(field: Option<&Field>, line: &Fields) -> Map<String, Json> {
    line.iter()
        .filter(|(_, value)| !matches!(value, Value::Pseudonym(_)))
        .map(|(num, value)| {
            let column = field.and_then(|f| f.column_by_num(*num));
            (column.map_or_else(|| format!("#{}", num.0), |c| c.id.clone()), value_to_json(column, value))
        })
        .collect()
}
