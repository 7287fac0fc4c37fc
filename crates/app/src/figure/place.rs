//! Figures by branch or by hamlet: each place with its own, beside those of all together.

use std::collections::BTreeMap;

use sohoi_domain::catalogue::Kind;
use sohoi_domain::figure::{Figure, Sum};
use sohoi_domain::text::Order;
use sohoi_domain::{Period, RecordId, UnitKey, Value};
use sohoi_store::{Register, StoredRecord};

use super::FigureReq;
use crate::checklist::{PLACES, Place, all};
use crate::{App, AppError};

/// A place with its figures of a period and of the same one a year before.
#[derive(Clone, Debug)]
pub struct PlaceFigures {
    /// Counts the records dated in the period; none is a place that nothing was recorded of.
    pub place: Place,
    pub figures: Vec<Figure>,
    pub before: Vec<Figure>,
}

/// Figures of a period by place. Sums add up to the whole; persons and households that were at several places
/// count at each, and once in the whole.
#[derive(Clone, Debug)]
pub struct ByPlace {
    pub period: Period,
    pub unit: UnitKey,
    pub figures: Vec<Figure>,
    pub before: Vec<Figure>,
    /// Every place that stood in the period, and every other that something counts for, by their names; last what
    /// is of no place.
    pub places: Vec<PlaceFigures>,
}

impl App {
    /// `req.place` does not matter here.
    ///
    /// # Errors
    /// As [`App::figures`], and `usage.bad_request` for a field that is no place.
    pub fn figures_by_place(&self, req: &FigureReq, field: &str) -> Result<ByPlace, AppError> {
        if !PLACES.contains(&field) {
            return Err(AppError::BadRequest("place"));
        }
        let calendar = self.calendar(&req.calendar)?;
        // The parts and the whole of one moment: a sync may be writing.
        self.with_register(|register| {
            let whole = self.figures_in(register, &FigureReq { place: None, ..req.clone() })?;
            let before = whole.period.label_a_year_before().and_then(|label| calendar.period(&label));
            let sums = register.sums_by_place(field, &whole.period)?;
            let sums_before = before.map(|period| register.sums_by_place(field, period)).transpose()?;
            let sums_before = sums_before.unwrap_or_default();
            let counts = register.records_by_place(field, &whole.period)?;
            let mut places = named(register, field, &whole.period)?;
            for value in sums.keys().chain(sums_before.keys()).chain(counts.keys()) {
                if !places.contains_key(value) {
                    places.insert(value.clone(), label(register, value)?);
                }
            }
            let of = |period: &Period, sums: Option<&Vec<Sum>>, value: &str| {
                let req = FigureReq { place: Some((field.into(), value.into())), ..req.clone() };
                self.of_sums(register, &req, period, sums.map_or(&[], Vec::as_slice))
            };
            let mut found = Vec::with_capacity(places.len());
            for (value, label) in places {
                let figures = of(&whole.period, sums.get(&value), &value)?;
                let before = before.map(|period| of(period, sums_before.get(&value), &value)).transpose()?;
                let n = counts.get(&value).copied().unwrap_or(0);
                let place = Place { field: field.into(), value, label, n };
                found.push(PlaceFigures { place, figures, before: before.unwrap_or_default() });
            }
            let order = Order::default();
            found.sort_by(|a, b| {
                let (a, b) = (&a.place, &b.place);
                a.value.is_empty().cmp(&b.value.is_empty()).then_with(|| order.text(&a.label, &b.label))
            });
            let (period, unit) = (whole.period, whole.unit);
            Ok(ByPlace { period, unit, figures: whole.figures, before: whole.before, places: found })
        })
    }
}

// By value, with their names: the branches that stood in the period, or every hamlet that a household or branch names.
fn named(register: &Register, field: &str, period: &Period) -> Result<BTreeMap<String, String>, AppError> {
    if field != BRANCH {
        return Ok(register.spellings(field)?);
    }
    let name = |record: StoredRecord| {
        let id = record.state.id;
        Ok((id.to_string(), register.title(id)?))
    };
    standing(register, period)?.into_iter().map(name).collect()
}

pub(crate) const BRANCH: &str = "branch";

/// Branches that stood on some day of a period.
pub(crate) fn standing(register: &Register, period: &Period) -> Result<Vec<StoredRecord>, AppError> {
    let catalogue = register.catalogue().clone();
    let Some(kind) = catalogue.kind(BRANCH) else { return Ok(Vec::new()) };
    let mut branches = all(register, kind)?;
    branches.retain(|record| {
        day(kind, record, "founded_on").is_none_or(|first| first <= period.last)
            && day(kind, record, "closed_on").is_none_or(|last| last >= period.first)
    });
    Ok(branches)
}

fn day(kind: &Kind, record: &StoredRecord, id: &str) -> Option<sohoi_domain::Day> {
    record.state.fields.get(&kind.field(id)?.num).and_then(Value::as_day)
}

fn label(register: &Register, value: &str) -> Result<String, AppError> {
    match value.parse::<RecordId>() {
        Ok(id) => Ok(register.title(id)?),
        Err(_) => Ok(value.to_owned()),
    }
}
