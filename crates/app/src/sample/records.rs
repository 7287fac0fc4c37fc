//! What is in the sample: `schema/sample/records.jsonl`, saved as an officer's own records are.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use sohoi_domain::catalogue::{CriteriaSet, Field, FieldType, Kind};
use sohoi_domain::{Catalogue, Day, RecordId};

use crate::draft::Draft;
use crate::record::{MAX_TABLE_ROWS, TableRow};
use crate::{App, AppError};

const LINES: &str = include_str!("../../../../schema/sample/records.jsonl");

type Fields = Map<String, Json>;

pub(super) struct Records {
    pub head: Head,
    rows: Vec<Row>,
}

/// Whose it is, what it aims at, and what lies half written.
#[derive(Deserialize)]
pub(super) struct Head {
    pub unit: String,
    pub parent: String,
    pub officer: String,
    pub targets: BTreeMap<String, i64>,
    draft: DraftRow,
}

#[derive(Deserialize)]
struct DraftRow {
    kind: String,
    fields: Fields,
}

#[derive(Deserialize)]
struct Row {
    /// What others refer to it by.
    #[serde(rename = "as")]
    name: Option<String>,
    kind: String,
    fields: Fields,
}

impl Records {
    pub fn shipped() -> Records {
        let mut lines = LINES.lines();
        let head = lines.next().and_then(|line| serde_json::from_str(line).ok());
        let rows = lines.map(|line| serde_json::from_str(line).expect("a test reads every line"));
        Records { head: head.expect("a test reads the first line"), rows: rows.collect() }
    }

    /// Of what it was made of, and by which program: another one may show more.
    pub fn digest(&self) -> String {
        let mut digest = format!("{}-", env!("CARGO_PKG_VERSION"));
        let sum = LINES.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        write!(digest, "{sum:016x}").expect("a string grows");
        digest
    }

    /// Saves everything, kind after kind, and begins a form.
    ///
    /// # Errors
    /// What the disk says; a test saves all of it on many days.
    pub fn save(&self, app: &App) -> Result<(), AppError> {
        let (catalogue, today) = (app.catalogue(), app.today());
        let mut names: BTreeMap<&str, RecordId> = BTreeMap::new();
        for of_kind in self.rows.chunk_by(|a, b| a.kind == b.kind) {
            for rows in of_kind.chunks(MAX_TABLE_ROWS) {
                let kind = &rows[0].kind;
                let meant = Meant { catalogue: &catalogue, today, names: &names };
                let table: Vec<TableRow> = rows
                    .iter()
                    .map(|row| Ok(TableRow { id: None, fields: meant.fields(kind, &row.fields)? }))
                    .collect::<Result<_, AppError>>()?;
                let saved = app.record_save_rows(kind, &table, KEPT_DRAFT, None)?;
                let named = rows.iter().zip(&saved);
                names.extend(named.filter_map(|(row, saved)| Some((row.name.as_deref()?, saved.id))));
            }
        }
        let DraftRow { kind, fields } = &self.head.draft;
        let fields = Meant { catalogue: &catalogue, today, names: &names }.fields(kind, fields)?;
        let id = format!("new-{kind}");
        app.draft_save(Draft { id, kind: kind.clone(), record: None, fields, saved_at_ms: 0 })?;
        Ok(())
    }
}

/// A save of a table ends its draft; the sample has none.
const KEPT_DRAFT: &str = "sample";

/// From what the file says to what an officer would have typed on this day.
struct Meant<'a> {
    catalogue: &'a Catalogue,
    today: Day,
    names: &'a BTreeMap<&'a str, RecordId>,
}

impl Meant<'_> {
    fn fields(&self, kind: &str, fields: &Fields) -> Result<Fields, AppError> {
        let kind = self.catalogue.kind(kind).ok_or(AppError::UnknownKind)?;
        let mut meant: Fields =
            fields.iter().map(|(id, value)| (id.clone(), self.value(kind.field(id), value))).collect();
        self.fill_criteria(kind, &mut meant);
        Ok(meant)
    }

    fn value(&self, field: Option<&Field>, value: &Json) -> Json {
        match (field.map(|field| field.field_type), value) {
            (Some(FieldType::Date), Json::Number(days)) => {
                let days = days.as_i64().and_then(|days| i32::try_from(days).ok()).unwrap_or(0);
                self.today.plus(days).to_string().into()
            }
            // A year of the calendar stays what it is.
            (Some(FieldType::Year), Json::Number(years)) => match years.as_i64() {
                Some(years @ -9..=0) => (i64::from(self.today.year()) + years).into(),
                _ => value.clone(),
            },
            (Some(FieldType::Ref), Json::String(name)) => {
                let id = name.strip_prefix('@').and_then(|name| self.names.get(name));
                id.map_or(Json::Null, |id| id.to_string().into())
            }
            _ => value.clone(),
        }
    }

    // Criteria change by law; an assessment goes by those of its day.
    fn fill_criteria(&self, kind: &Kind, fields: &mut Fields) {
        if fields.get("criteria_set").and_then(Json::as_str) != Some("@default") {
            return;
        }
        let day = fields.get(&kind.date_field).and_then(Json::as_str).and_then(|day| day.parse().ok());
        let Some(set) = day.and_then(|day| self.criteria_of(day)) else { return };
        let has_passed = fields.get("answers").and_then(Json::as_str) == Some("@pass");
        let answers = set.criteria.iter().enumerate().map(|(n, criterion)| {
            let answer = if has_passed || n != 1 { "pass" } else { "fail" };
            json!({ "criterion": criterion, "answer": answer })
        });
        let answers = answers.collect();
        fields.insert("criteria_set".into(), set.id.clone().into());
        fields.insert("answers".into(), Json::Array(answers));
    }

    fn criteria_of(&self, day: Day) -> Option<&CriteriaSet> {
        let holds = |set: &&CriteriaSet| {
            set.default && set.valid_from <= day && set.valid_to.is_none_or(|last| day <= last)
        };
        self.catalogue.criteria_sets.iter().find(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        let records = Records::shipped();
        assert!(records.rows.len() > 200, "{} records", records.rows.len());
        assert!(!records.head.targets.is_empty());
    }
}
