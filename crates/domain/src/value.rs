//! Values of fields, keyed by the stable numbers that the catalogue gives them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::id::RecordId;

/// Stable number of a record kind on the wire and in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KindNum(pub u16);

/// Stable number of a field within its kind, or of a column within its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldNum(pub u16);

/// Fields that have a value; an absent one is not in the map.
pub type Fields = BTreeMap<FieldNum, Value>;

/// What one field holds.
///
/// The catalogue says what an `Int` counts: people, đồng, a year, or the last digits of a decimal
/// (12,50 m² with two digits is 1250).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "i")]
    Int(i64),
    #[serde(rename = "d")]
    Day(Day),
    #[serde(rename = "b")]
    Bool(bool),
    #[serde(rename = "c")]
    Code(String),
    #[serde(rename = "m")]
    Codes(Vec<String>),
    #[serde(rename = "r")]
    Ref(RecordId),
    #[serde(rename = "l")]
    Lines(Vec<Fields>),
    /// Keyed hash that stands for a person without naming her.
    #[serde(rename = "p")]
    Pseudonym(u64),
}

/// The largest whole number of a field, either way: a commune's whole log of them still adds up.
pub const MAX_WHOLE: i64 = 1_000_000_000_000_000;

impl Value {
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }

    pub fn as_day(&self) -> Option<Day> {
        match self {
            Value::Day(day) => Some(*day),
            _ => None,
        }
    }

    pub fn as_code(&self) -> Option<&str> {
        match self {
            Value::Code(code) => Some(code),
            _ => None,
        }
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_ref_id(&self) -> Option<RecordId> {
        match self {
            Value::Ref(id) => Some(*id),
            _ => None,
        }
    }

    pub fn lines(&self) -> &[Fields] {
        match self {
            Value::Lines(lines) => lines,
            _ => &[],
        }
    }
}
