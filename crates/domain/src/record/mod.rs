//! From what was typed to a valid record, and back to what is shown.

mod check;
mod json;
mod pseudonym;

use std::collections::BTreeMap;

pub use check::{Checked, check, references};
pub use json::{to_json, value_to_json};
pub use pseudonym::fill_pseudonyms;

use crate::catalogue::{RuleLevel, Words};

/// Text of a line without its own bound.
pub const MAX_TEXT: usize = 200;
/// Long text without its own bound.
pub const MAX_LONG_TEXT: usize = 4_000;
/// Rows of one lines field.
pub const MAX_LINES: usize = 500;
/// Codes of one field that takes several.
pub const MAX_CODES: usize = 50;

/// One thing that is wrong, or odd, about a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Issue {
    /// Field id, or `lines_field.row.column` with rows from 0.
    pub field: Option<String>,
    pub level: RuleLevel,
    pub code: IssueCode,
    pub params: BTreeMap<&'static str, String>,
    /// The sentence of a catalogue rule.
    pub message: Option<Words>,
}

macro_rules! issue_codes {
    ($($variant:ident = $code:literal),+ $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum IssueCode { $($variant),+ }

        impl IssueCode {
            pub const ALL: &[IssueCode] = &[$(IssueCode::$variant),+];

            pub fn code(self) -> &'static str {
                match self { $(IssueCode::$variant => $code),+ }
            }
        }
    };
}

issue_codes! {
    Required = "record.required",
    WrongType = "record.wrong_type",
    TooLong = "record.too_long",
    OutOfRange = "record.out_of_range",
    UnknownCode = "record.unknown_code",
    UnknownField = "record.unknown_field",
    BadDate = "record.bad_date",
    BadNumber = "record.bad_number",
    UnknownReference = "record.unknown_reference",
    UnitNotValid = "record.unit_not_valid",
    ControlCharacter = "record.control_character",
    UnknownCriterion = "record.unknown_criterion",
    RepeatedCriterion = "record.repeated_criterion",
    DayAhead = "record.day_ahead",
    YearAhead = "record.year_ahead",
    ReachedBefore = "record.reached_before",
    CountedAlready = "record.counted_already",
    GoneAlready = "record.gone_already",
    NeverCounted = "record.never_counted",
    Rule = "record.rule",
}

impl Issue {
    pub fn error(field: &str, code: IssueCode) -> Issue {
        Issue {
            field: Some(field.to_string()),
            level: RuleLevel::Error,
            code,
            params: BTreeMap::new(),
            message: None,
        }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Issue {
        self.params.insert(name, value.to_string());
        self
    }

    pub fn is_error(&self) -> bool {
        self.level == RuleLevel::Error
    }
}
