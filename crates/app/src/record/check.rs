use serde_json::{Map, Value as Json};
use sohoi_domain::catalogue::Kind;
use sohoi_domain::record::{self, Issue, IssueCode};
use sohoi_domain::{Fields, RecordId, UnitKey};
use sohoi_store::Register;

use crate::{App, AppError};

/// A record as typed, read and judged.
#[derive(Clone, Debug)]
pub struct Check {
    pub fields: Fields,
    pub issues: Vec<Issue>,
    pub hidden: Vec<String>,
}

impl App {
    pub(crate) fn kind(&self, id: &str) -> Result<&Kind, AppError> {
        self.catalogue.kind(id).ok_or(AppError::UnknownKind)
    }

    /// What is wrong, or odd, about a record that is being typed. Nothing is written.
    pub fn record_check(&self, kind: &str, input: &Map<String, Json>) -> Result<Check, AppError> {
        let kind = self.kind(kind)?;
        self.with_register(|register| {
            let unit = register.unit().clone();
            check_in(self, register, kind, input, &unit)
        })
    }
}

impl App {
    /// As [`App::record_check`], for the unit that a stored record was made for.
    pub fn record_check_edit(&self, id: RecordId, input: &Map<String, Json>) -> Result<Check, AppError> {
        self.with_register(|register| {
            let current = register.record(id)?.ok_or(AppError::UnknownRecord)?;
            let kind = self.catalogue.kind_by_num(current.state.kind).ok_or(AppError::UnknownKind)?;
            check_in(self, register, kind, input, &current.state.unit)
        })
    }
}

/// Checks against the catalogue, then what only this register knows: references and the unit's days.
pub(crate) fn check_in(
    app: &App,
    register: &Register,
    kind: &Kind,
    input: &Map<String, Json>,
    unit: &UnitKey,
) -> Result<Check, AppError> {
    let mut checked = record::check(&app.catalogue, kind, input);
    for missing in register.missing_references(&kind.id, &checked.fields)? {
        checked.issues.push(Issue::error(&missing.path, IssueCode::UnknownReference));
    }
    // A register keeps what its predecessors did under their own keys, not under today's.
    let valid = !kind.is_bound_to_unit_days()
        || checked.day.is_none_or(|day| app.catalogue.units.stands_on(unit, day));
    if !valid {
        checked.issues.push(Issue::error(&kind.date_field, IssueCode::UnitNotValid).with("unit", &unit.code));
    }
    Ok(Check { fields: checked.fields, issues: checked.issues, hidden: checked.hidden })
}
