use serde_json::Value as Json;
use sohoi_domain::catalogue::{Field, FieldType, Kind};
use sohoi_domain::{Day, RecordId, Value};
use sohoi_store::{Filter, Sort, SortBy, Test, can_filter};

use crate::AppError;

const MAX_FILTERS: usize = 16;
const MAX_VALUES: usize = 64;
/// In characters.
const MAX_TEXT: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterOp {
    Is,
    IsNot,
    /// From the first value to the second; either may be null.
    Between,
    /// Of a text: has these words.
    Has,
    Empty,
    Given,
}

/// A filter as it is asked for.
#[derive(Clone, Debug)]
pub struct FilterInput {
    pub field: String,
    pub op: FilterOp,
    pub values: Vec<Json>,
}

pub(super) fn filters(kind: Option<&Kind>, asked: &[FilterInput]) -> Result<Vec<Filter>, AppError> {
    if asked.len() > MAX_FILTERS || (kind.is_none() && !asked.is_empty()) {
        return Err(AppError::BadRequest("filters"));
    }
    kind.map_or(Ok(Vec::new()), |kind| asked.iter().map(|one| filter(kind, one)).collect())
}

/// `title`, `day`, or a field; with `-` before it the other way round. The newest day first is what a list does by
/// itself.
pub(super) fn sort(kind: Option<&Kind>, asked: Option<&str>) -> Result<Option<Sort>, AppError> {
    let (Some(kind), Some(asked)) = (kind, asked) else { return Ok(None) };
    let (name, descending) = asked.strip_prefix('-').map_or((asked, false), |name| (name, true));
    if name == "title" && kind.field("title").is_none() {
        return Ok(Some(Sort { by: SortBy::Title, descending }));
    }
    let name = if name == "day" { kind.date_field.as_str() } else { name };
    let field = kind.field(name).filter(|field| can_filter(field)).ok_or(AppError::BadRequest("sort"))?;
    Ok(Some(Sort { by: SortBy::Field(field.num), descending }))
}

fn filter(kind: &Kind, asked: &FilterInput) -> Result<Filter, AppError> {
    let bad = || AppError::BadRequest("filters");
    let field = kind.field(&asked.field).filter(|field| can_filter(field)).ok_or_else(bad)?;
    if asked.values.len() > MAX_VALUES {
        return Err(bad());
    }
    let values =
        || asked.values.iter().map(|json| value(field, json).ok_or_else(bad)).collect::<Result<_, _>>();
    let test = match asked.op {
        FilterOp::Is => Test::AnyOf(values()?),
        FilterOp::IsNot => Test::NoneOf(values()?),
        FilterOp::Between => {
            let end = |json: &Json| match json {
                Json::Null => Ok(None),
                json => value(field, json)
                    .filter(|value| matches!(value, Value::Int(_) | Value::Day(_)))
                    .map(Some)
                    .ok_or_else(bad),
            };
            let [from, to] = asked.values.as_slice() else { return Err(bad()) };
            Test::Between(end(from)?, end(to)?)
        }
        FilterOp::Has => match (field.field_type, asked.values.as_slice()) {
            (FieldType::Text, [Json::String(typed)]) if typed.chars().count() <= MAX_TEXT => {
                Test::Words(typed.clone())
            }
            _ => return Err(bad()),
        },
        FilterOp::Empty => Test::Empty,
        FilterOp::Given => Test::Given,
    };
    Ok(Filter { field: field.num, test })
}

// As a record's JSON has it. A code that no list knows finds nothing, which is true.
fn value(field: &Field, json: &Json) -> Option<Value> {
    match (field.field_type, json) {
        (FieldType::Text, Json::String(text)) if text.chars().count() <= MAX_TEXT => {
            Some(Value::Text(sohoi_domain::text::nfc(text.trim())))
        }
        (FieldType::Code | FieldType::Codes, Json::String(code)) if code.len() <= MAX_TEXT => {
            Some(Value::Code(code.clone()))
        }
        (FieldType::Date, Json::String(day)) => day.parse::<Day>().ok().map(Value::Day),
        (FieldType::Ref, Json::String(id)) => id.parse::<RecordId>().ok().map(Value::Ref),
        (FieldType::Bool, Json::Bool(yes)) => Some(Value::Bool(*yes)),
        (FieldType::Integer | FieldType::Money | FieldType::Year, Json::Number(n)) => whole(n.as_f64()?),
        (FieldType::Decimal, Json::Number(n)) => {
            whole((n.as_f64()? * 10f64.powi(i32::from(field.scale))).round())
        }
        _ => None,
    }
}

// JavaScript writes 1980 as 1980.0 where it likes.
fn whole(n: f64) -> Option<Value> {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    (n.fract() == 0.0 && n.abs() <= LARGEST).then_some(Value::Int(n as i64))
}
