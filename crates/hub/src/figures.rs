//! Figures of the province or of one commune, as the units were then or as they are now.

use std::collections::BTreeSet;

use sohoi_domain::catalogue::Target;
use sohoi_domain::figure::{self, Figure, Figures, Input, Mode, UnitFigures};
use sohoi_domain::unit::UnitLevel;
use sohoi_domain::{Day, Period, UnitKey};
use sohoi_hub_db::{SpoiltBatch, SumQuery};

use crate::clock;
use crate::error::HubError;
use crate::hub::Hub;

/// What is asked, as typed.
#[derive(Clone, Debug)]
pub struct Question {
    pub unit: String,
    pub period: String,
    pub calendar: String,
    /// In today's units.
    pub as_now: bool,
}

pub struct Answer {
    pub period: Period,
    pub total: Vec<Figure>,
    pub units: Vec<UnitFigures>,
    /// What these figures are without.
    pub spoilt: Vec<SpoiltBatch>,
}

/// Whose figures are asked.
enum Whose {
    Province,
    Commune(UnitKey),
}

/// Computes every indicator.
///
/// # Errors
/// `figures.unknown_calendar`, `figures.unknown_period`, `unit.unknown`.
pub fn figures(hub: &Hub, question: &Question) -> Result<Answer, HubError> {
    let calendar = hub.catalogue.calendar(&question.calendar);
    let calendar = calendar
        .ok_or_else(|| HubError::refused("figures.unknown_calendar").with("calendar", &question.calendar))?;
    let period = calendar
        .period(&question.period)
        .ok_or_else(|| HubError::refused("figures.unknown_period").with("period", &question.period))?;
    let today = clock::day(hub.now_ms());
    let mode = if question.as_now { Mode::Now(today) } else { Mode::Then };
    let whose = whose(hub, &question.unit, if question.as_now { today } else { period.last })?;
    let base_units = base_units(hub, period.last, mode, &whose);
    let units = units(hub, mode, &whose);
    let sums = hub.db.sums(&SumQuery { period, units: units.as_ref() })?;
    // After them, because what is read then may be found to be spoilt.
    let spoilt = spoilt(hub, units.as_ref())?;
    let targets = targets(hub)?;
    let found = figure::figures(&Input {
        catalogue: &hub.catalogue,
        calendar: &calendar.id,
        period,
        mode,
        base_units: &base_units,
        sums: &sums,
        targets: &targets,
        is_province: matches!(whose, Whose::Province),
    });
    hub.metrics.n_figures.add(1);
    Ok(only(whose, found, Answer { period: period.clone(), total: Vec::new(), units: Vec::new(), spoilt }))
}

fn whose(hub: &Hub, code: &str, day: Day) -> Result<Whose, HubError> {
    if code == hub.row.unit.code {
        return Ok(Whose::Province);
    }
    let unit = hub.catalogue.units.on(code, day).filter(|unit| unit.level == UnitLevel::Commune);
    unit.map(|unit| Whose::Commune(unit.key()))
        .ok_or_else(|| HubError::refused("unit.unknown").with("unit", code))
}

// A commune as now stands for every commune of the period that went into it.
fn base_units(hub: &Hub, last: Day, mode: Mode, whose: &Whose) -> Vec<UnitKey> {
    let communes = hub.catalogue.units.communes_on(last).map(|unit| unit.key());
    match (whose, mode) {
        (Whose::Province, _) => communes.collect(),
        (Whose::Commune(unit), Mode::Then) => vec![unit.clone()],
        (Whose::Commune(unit), Mode::Now(day)) => communes
            .filter(|then| hub.catalogue.units.successors_on(then, day).iter().any(|(now, _)| now == unit))
            .collect(),
    }
}

// Units whose records are asked for; all when none.
fn units(hub: &Hub, mode: Mode, whose: &Whose) -> Option<BTreeSet<UnitKey>> {
    match (whose, mode) {
        (Whose::Province, _) => None,
        (Whose::Commune(unit), Mode::Then) => Some(BTreeSet::from([unit.clone()])),
        (Whose::Commune(unit), Mode::Now(_)) => Some(hub.catalogue.units.with_predecessors(unit)),
    }
}

// A device writes for every unit that its own went into or came from.
fn spoilt(hub: &Hub, units: Option<&BTreeSet<UnitKey>>) -> Result<Vec<SpoiltBatch>, HubError> {
    let mut spoilt = hub.db.spoilt()?;
    if let Some(units) = units {
        spoilt.retain(|batch| !hub.scope(&batch.unit).is_disjoint(units));
    }
    Ok(spoilt)
}

/// The province's own stand after, and so over, those of the catalogue.
///
/// # Errors
/// Those of the database.
pub fn targets(hub: &Hub) -> Result<Vec<Target>, HubError> {
    let set = hub.db.targets()?;
    let same = |a: &Target, b: &Target| {
        (&a.indicator, &a.period, &a.calendar, &a.unit) == (&b.indicator, &b.period, &b.calendar, &b.unit)
    };
    let kept =
        hub.catalogue.targets.iter().filter(|of_catalogue| !set.iter().any(|own| same(own, of_catalogue)));
    Ok(kept.cloned().chain(set.iter().cloned()).collect())
}

// A commune that shares a predecessor with a neighbour gets its own part only.
fn only(whose: Whose, found: Figures, answer: Answer) -> Answer {
    let Whose::Commune(unit) = whose else {
        return Answer { total: found.total, units: found.units, ..answer };
    };
    let units: Vec<UnitFigures> = found.units.into_iter().filter(|figures| figures.unit == unit).collect();
    let total = units.first().map_or(found.total, |figures| figures.figures.clone());
    Answer { total, units, ..answer }
}
