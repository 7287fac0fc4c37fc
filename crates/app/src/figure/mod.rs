//! Figures of the register for a period of a calendar.

mod place;

use sohoi_domain::catalogue::Target;
use sohoi_domain::figure::{self, Figure, Input, Mode, Sum};
use sohoi_domain::{Calendar, Catalogue, Period, UnitKey};
use sohoi_store::Register;

pub(crate) use place::{BRANCH, standing};
pub use place::{ByPlace, PlaceFigures};

use crate::checklist::PLACES;
use crate::{App, AppError};

/// Figures of a period and of the same period a year before.
#[derive(Clone, Debug)]
pub struct PeriodFigures {
    pub period: Period,
    pub unit: UnitKey,
    pub figures: Vec<Figure>,
    pub before: Vec<Figure>,
}

#[derive(Clone, Debug)]
pub struct FigureReq {
    pub calendar: String,
    pub period: String,
    /// In today's units rather than those of then.
    pub as_now: bool,
    /// All shown ones when empty.
    pub indicators: Vec<String>,
    /// Only what counts at one place: its field and its value, as [`ByPlace`] has them.
    pub place: Option<(String, String)>,
}

impl App {
    pub fn calendar(&self, id: &str) -> Result<Calendar, AppError> {
        self.catalogue().calendar(id).cloned().ok_or(AppError::UnknownCalendar)
    }

    pub fn period(&self, calendar: &str, label: &str) -> Result<Period, AppError> {
        self.calendar(calendar)?.period(label).cloned().ok_or(AppError::UnknownPeriod)
    }

    /// # Errors
    /// `period.unknown`, `usage.bad_request` for an unknown indicator.
    pub fn figures(&self, req: &FigureReq) -> Result<PeriodFigures, AppError> {
        self.with_register(|register| self.figures_in(register, req))
    }

    fn figures_in(&self, register: &Register, req: &FigureReq) -> Result<PeriodFigures, AppError> {
        let calendar = self.calendar(&req.calendar)?;
        let period = calendar.period(&req.period).ok_or(AppError::UnknownPeriod)?;
        let catalogue = register.catalogue();
        if req.indicators.iter().any(|code| catalogue.indicator(code).is_none()) {
            return Err(AppError::UnknownIndicator);
        }
        let before = period.label_a_year_before().and_then(|label| calendar.period(&label));
        let place = req.place.as_ref().map(|(field, value)| (field.as_str(), value.as_str()));
        if place.is_some_and(|(field, _)| !PLACES.contains(&field)) {
            return Err(AppError::BadRequest("place"));
        }
        let of = |register: &Register, period: &Period| match place {
            None => self.of_sums(register, req, period, &register.sums(period)?),
            Some((field, value)) => {
                let sums = register.sums_by_place(field, period)?.remove(value).unwrap_or_default();
                self.of_sums(register, req, period, &sums)
            }
        };
        let figures = of(register, period)?;
        let before = before.map(|period| of(register, period)).transpose()?.unwrap_or_default();
        Ok(PeriodFigures { period: period.clone(), unit: register.unit().clone(), figures, before })
    }

    // The register's own unit and what it grew out of count together: they are one commune's work. A place has no
    // targets, and no figure that counts units.
    fn of_sums(
        &self,
        register: &Register,
        req: &FigureReq,
        period: &Period,
        sums: &[Sum],
    ) -> Result<Vec<Figure>, AppError> {
        let catalogue = register.catalogue();
        let units = &catalogue.units;
        let mine = units.with_predecessors(register.unit());
        let valid = |key: &&UnitKey| units.get(key).is_some_and(|unit| unit.is_valid_on(period.last));
        let base_units: Vec<UnitKey> = mine.iter().filter(valid).cloned().collect();
        let targets = match &req.place {
            None => targets(catalogue, register.targets()?),
            Some(_) => Vec::new(),
        };
        let all = figure::figures(&Input {
            catalogue,
            calendar: &req.calendar,
            period,
            mode: if req.as_now { Mode::Now(self.today()) } else { Mode::Then },
            base_units: &base_units,
            sums,
            targets: &targets,
            is_province: false,
        });
        let figures = if req.as_now {
            let own = all.units.into_iter().find(|unit| unit.unit == *register.unit());
            own.map_or(all.total, |unit| unit.figures)
        } else {
            all.total
        };
        let wanted = |figure: &Figure| match catalogue.indicator(&figure.indicator) {
            Some(indicator) if req.place.is_some() && !catalogue.counts_at_places(indicator) => false,
            Some(indicator) if req.indicators.is_empty() => indicator.shown,
            _ => req.indicators.is_empty() || req.indicators.contains(&figure.indicator),
        };
        Ok(figures.into_iter().filter(wanted).collect())
    }
}

// What the province set stands over what the catalogue ships.
fn targets(catalogue: &Catalogue, set: Vec<Target>) -> Vec<Target> {
    let same = |a: &Target, b: &Target| {
        (&a.indicator, &a.period, &a.calendar, &a.unit) == (&b.indicator, &b.period, &b.calendar, &b.unit)
    };
    let kept = catalogue.targets.iter().filter(|shipped| !set.iter().any(|own| same(own, shipped))).cloned();
    kept.chain(set.iter().cloned()).collect()
}
