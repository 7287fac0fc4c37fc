//! A sitting over a hamlet: every household there, with what each was found to reach before.
//!
//! Which kinds can be gone through so is the catalogue's word: those with a set of criteria, an answer for each
//! criterion and a reference to what is assessed.

use std::collections::{BTreeMap, HashMap};

use sohoi_domain::catalogue::{FieldType, Kind, Nature};
use sohoi_domain::text::{Order, fold};
use sohoi_domain::{Catalogue, Day, RecordId, Value};
use sohoi_store::{Register, StoredRecord};

use crate::record::{MAX_TABLE_ROWS, kind_of};
use crate::{App, AppError};

/// Fields of what is assessed that say where it is; a kind may have fewer.
pub(crate) const PLACES: [&str; 2] = ["hamlet", "branch"];

/// Where a sitting can be held.
#[derive(Clone, Debug)]
pub struct Place {
    /// The field that says so.
    pub field: String,
    /// Spelling does not tell hamlets apart, so of a text it is the folded one; of a reference the record.
    pub value: String,
    /// As most write it; empty for those of which it is not known.
    pub label: String,
    pub n: u32,
}

/// One household, with its assessments of all years, newest first.
#[derive(Clone, Debug)]
pub struct Assessed {
    pub record: StoredRecord,
    pub title: String,
    pub assessments: Vec<StoredRecord>,
}

#[derive(Clone, Debug)]
pub struct Checklist {
    /// In the order of the Vietnamese alphabet, people by given name; at most as many as one table saves.
    pub rows: Vec<Assessed>,
    pub n_total: u32,
}

// What is assessed, and by which field of the assessment.
struct Shape<'a> {
    kind: &'a Kind,
    by: sohoi_domain::FieldNum,
    subject: &'a Kind,
}

impl App {
    /// Places of everything that can be assessed by this kind, with how much of it is still there today.
    ///
    /// # Errors
    /// `record.unknown_kind`, `usage.bad_request` for a kind that is no assessment.
    pub fn checklist_places(&self, kind: &str) -> Result<Vec<Place>, AppError> {
        let today = self.today();
        self.with_register(|register| {
            let catalogue = register.catalogue().clone();
            let shape = shape(&catalogue, kind)?;
            let subjects = all(register, shape.subject)?;
            // A place that all have left is still there: what they were found to reach can be mended.
            let is_counted = |record: &StoredRecord| !has_left(shape.subject, record, today);
            let mut places = Vec::new();
            for field in PLACES {
                places.extend(places_by(register, shape.subject, field, &subjects, &is_counted)?);
            }
            Ok(places)
        })
    }

    /// Everything to be assessed at a place.
    ///
    /// # Errors
    /// As [`App::checklist_places`].
    pub fn checklist(&self, kind: &str, field: &str, value: &str) -> Result<Checklist, AppError> {
        self.with_register(|register| {
            let catalogue = register.catalogue().clone();
            let shape = shape(&catalogue, kind)?;
            if !PLACES.contains(&field) {
                return Err(AppError::BadRequest("field"));
            }
            let mut rows = Vec::new();
            for record in all(register, shape.subject)? {
                if place_of(register, shape.subject, field, &record)?.0 == value {
                    let title = register.title(record.state.id)?;
                    rows.push(Assessed { record, title, assessments: Vec::new() });
                }
            }
            let order = Order::default();
            rows.sort_by(|a, b| {
                order.person(&a.title, &b.title).then_with(|| a.record.state.id.cmp(&b.record.state.id))
            });
            let n_total = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            rows.truncate(MAX_TABLE_ROWS);
            add_assessments(register, &shape, &mut rows)?;
            Ok(Checklist { rows, n_total })
        })
    }
}

fn shape<'a>(catalogue: &'a Catalogue, id: &str) -> Result<Shape<'a>, AppError> {
    let kind = kind_of(catalogue, id)?;
    let is_of = |list: Option<&str>, wanted: &str| list == Some(wanted);
    let has_set = kind.fields.iter().any(|field| is_of(field.list.as_deref(), "criteria_set"));
    let mut columns = kind.fields.iter().flat_map(|field| &field.columns);
    let has_answers = columns.any(|column| is_of(column.list.as_deref(), "criterion"));
    let subject = kind.fields.iter().filter(|field| field.field_type == FieldType::Ref).find_map(|field| {
        let of = catalogue.kind(field.ref_kind.as_deref()?)?;
        (of.nature == Nature::Register).then_some((field.num, of))
    });
    match subject {
        Some((by, subject)) if has_set && has_answers => Ok(Shape { kind, by, subject }),
        _ => Err(AppError::BadRequest("kind")),
    }
}

// A household that moved away or was joined with another has the day of it.
fn has_left(subject: &Kind, record: &StoredRecord, today: Day) -> bool {
    let closed_on = subject.field("closed_on").and_then(|field| record.state.fields.get(&field.num));
    matches!(closed_on, Some(Value::Day(day)) if *day <= today)
}

// Newest day first.
pub(crate) fn all(register: &Register, kind: &Kind) -> Result<Vec<StoredRecord>, AppError> {
    Ok(register.all_of_kind(&kind.id)?)
}

// The value of a place and how this record writes it.
pub(crate) fn place_of(
    register: &Register,
    subject: &Kind,
    field: &str,
    record: &StoredRecord,
) -> Result<(String, String), AppError> {
    let value = subject.field(field).and_then(|field| record.state.fields.get(&field.num));
    Ok(match value {
        Some(Value::Text(text)) => (fold(text), text.clone()),
        Some(Value::Ref(id)) => (register.shown_id(*id)?.to_string(), String::new()),
        _ => (String::new(), String::new()),
    })
}

pub(crate) fn places_by(
    register: &Register,
    subject: &Kind,
    field: &str,
    subjects: &[StoredRecord],
    is_counted: &dyn Fn(&StoredRecord) -> bool,
) -> Result<Vec<Place>, AppError> {
    if subject.field(field).is_none() {
        return Ok(Vec::new());
    }
    let mut spellings: BTreeMap<String, BTreeMap<String, u32>> = BTreeMap::new();
    let mut counts: HashMap<String, u32> = HashMap::new();
    for record in subjects {
        let (value, written) = place_of(register, subject, field, record)?;
        *counts.entry(value.clone()).or_default() += u32::from(is_counted(record));
        *spellings.entry(value).or_default().entry(written).or_default() += 1;
    }
    let mut places = Vec::new();
    for (value, written) in spellings {
        let n = counts[&value];
        let most = written.into_iter().max_by_key(|(_, n)| *n).map(|(text, _)| text).unwrap_or_default();
        let label = match value.parse::<RecordId>() {
            Ok(id) => register.title(id)?,
            Err(_) => most,
        };
        places.push(Place { field: field.to_owned(), value, label, n });
    }
    let order = Order::default();
    // Those without a place come last.
    places.sort_by(|a, b| {
        a.value.is_empty().cmp(&b.value.is_empty()).then_with(|| order.text(&a.label, &b.label))
    });
    Ok(places)
}

fn add_assessments(register: &Register, shape: &Shape, rows: &mut [Assessed]) -> Result<(), AppError> {
    let at: HashMap<RecordId, usize> =
        rows.iter().enumerate().map(|(at, row)| (row.record.state.id, at)).collect();
    for record in all(register, shape.kind)? {
        let Some(Value::Ref(of)) = record.state.fields.get(&shape.by) else { continue };
        // An assessment of a household that gave way to another is one of that one.
        let found = match at.get(of) {
            Some(at) => Some(*at),
            None => at.get(&register.shown_id(*of)?).copied(),
        };
        if let Some(row) = found {
            rows[row].assessments.push(record);
        }
    }
    Ok(())
}
