//! Figures of a period from sums of facts: by unit as then or as now, ratios, gaps and targets.

use std::collections::BTreeMap;

use crate::calendar::Period;
use crate::catalogue::{Catalogue, Indicator, Measure, Target, TimeKind};
use crate::day::Day;
use crate::unit::{Share, UnitKey, apportion};

/// Facts that count: those with `first <= hi` and `last >= lo`, and for a flow also `first >= lo`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub lo: Day,
    pub hi: Day,
    pub is_flow: bool,
}

impl Window {
    pub fn of(time: TimeKind, period: &Period) -> Window {
        let (lo, hi) = match time {
            TimeKind::Flow | TimeKind::StockActive => (period.first, period.last),
            TimeKind::StockEnd => (period.last, period.last),
        };
        Window { lo, hi, is_flow: time == TimeKind::Flow }
    }
}

/// The facts of one indicator in one unit as then: added, or subjects counted once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sum {
    pub unit: UnitKey,
    /// Number of the indicator.
    pub indicator: u16,
    /// Which of the indicator's dimensions, and the code in it; none for the whole.
    pub by: Option<(usize, Option<String>)>,
    pub value: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Each record in the unit that it was made for.
    Then,
    /// In the units of this day, through the lineage.
    Now(Day),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureValue {
    Whole(i64),
    /// 100 × a / b.
    Ratio {
        a: i64,
        b: i64,
    },
    /// a − b.
    Gap {
        a: i64,
        b: i64,
    },
}

impl FigureValue {
    /// None when there is nothing to divide by.
    pub fn number(self) -> Option<f64> {
        match self {
            FigureValue::Whole(n) => Some(n as f64),
            FigureValue::Ratio { b: 0, .. } => None,
            FigureValue::Ratio { a, b } => Some(100.0 * a as f64 / b as f64),
            FigureValue::Gap { a, b } => Some(a.saturating_sub(b) as f64),
        }
    }

    /// Numerator and denominator, or women and men.
    pub fn parts(self) -> Option<(i64, i64)> {
        match self {
            FigureValue::Whole(_) => None,
            FigureValue::Ratio { a, b } | FigureValue::Gap { a, b } => Some((a, b)),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub indicator: String,
    pub value: FigureValue,
    pub target: Option<i64>,
    /// Path of the dimension → code (empty when not given) → value.
    pub by: BTreeMap<String, BTreeMap<String, i64>>,
}

impl Figure {
    /// 100 × value / target.
    pub fn percent(&self) -> Option<f64> {
        let target = self.target.filter(|t| *t > 0)?;
        Some(100.0 * self.value.number()? / target as f64)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct UnitFigures {
    pub unit: UnitKey,
    pub figures: Vec<Figure>,
}

/// What figures are made from.
pub struct Input<'a> {
    pub catalogue: &'a Catalogue,
    pub calendar: &'a str,
    pub period: &'a Period,
    pub mode: Mode,
    /// Base units as of the period: what shares and reporting are counted against.
    pub base_units: &'a [UnitKey],
    pub sums: &'a [Sum],
    pub targets: &'a [Target],
    /// The base units are all of the province, so its own targets apply to the total.
    pub is_province: bool,
}

/// Figures of each unit and of all together.
pub struct Figures {
    pub units: Vec<UnitFigures>,
    pub total: Vec<Figure>,
}

type Codes = BTreeMap<(usize, Option<String>), i64>;

// Numbers of one unit, before ratios.
#[derive(Clone, Default)]
struct Tally {
    whole: BTreeMap<u16, i64>,
    by: BTreeMap<u16, Codes>,
    base_units: i64,
    reporting: BTreeMap<u16, i64>,
}

// What a hostile register sent must not stop the figures of a province.
fn add(to: &mut i64, value: i64) {
    *to = to.saturating_add(value);
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        for (indicator, value) in &other.whole {
            add(self.whole.entry(*indicator).or_default(), *value);
        }
        for (indicator, codes) in &other.by {
            let own = self.by.entry(*indicator).or_default();
            for (code, value) in codes {
                add(own.entry(code.clone()).or_default(), *value);
            }
        }
        self.base_units += other.base_units;
        for (indicator, value) in &other.reporting {
            add(self.reporting.entry(*indicator).or_default(), *value);
        }
    }

    // One tally a share; whole numbers stay whole and add up.
    fn split(&self, shares: &[Share]) -> Vec<Tally> {
        if let [only] = shares
            && only.is_whole()
        {
            return vec![self.clone()];
        }
        let mut parts = vec![Tally::default(); shares.len()];
        let each = |value: i64| apportion(value, shares).into_iter().enumerate();
        for (indicator, value) in &self.whole {
            each(*value).for_each(|(i, part)| {
                parts[i].whole.insert(*indicator, part);
            });
        }
        for (indicator, codes) in &self.by {
            for (code, value) in codes {
                each(*value).for_each(|(i, part)| {
                    parts[i].by.entry(*indicator).or_default().insert(code.clone(), part);
                });
            }
        }
        each(self.base_units).for_each(|(i, part)| parts[i].base_units = part);
        for (indicator, value) in &self.reporting {
            each(*value).for_each(|(i, part)| {
                parts[i].reporting.insert(*indicator, part);
            });
        }
        parts
    }
}

/// Computes every indicator of the catalogue for each unit and for all together.
///
/// Ratios are Σa / Σb over the units, never a mean of ratios. Where a unit was split, its numbers are
/// divided by the lineage's weights so that the parts add up to the whole.
pub fn figures(input: &Input) -> Figures {
    let tallies = by_unit(input);
    let mut total = Tally::default();
    tallies.values().for_each(|tally| total.add(tally));
    let targets = |unit: Option<&UnitKey>, tally: &Tally| target_values(input, unit, tally);
    let units = tallies
        .iter()
        .map(|(unit, tally)| UnitFigures {
            unit: unit.clone(),
            figures: all(input.catalogue, tally, &targets(Some(unit), tally)),
        })
        .collect();
    let mut total_targets = targets(None, &total);
    // One commune's total is that commune.
    if let ([only], false) = (tallies.keys().collect::<Vec<_>>().as_slice(), input.is_province) {
        total_targets = targets(Some(only), &total);
    }
    Figures { units, total: all(input.catalogue, &total, &total_targets) }
}

fn by_unit(input: &Input) -> BTreeMap<UnitKey, Tally> {
    let mut then: BTreeMap<UnitKey, Tally> = BTreeMap::new();
    for unit in input.base_units {
        then.entry(unit.clone()).or_default().base_units = 1;
    }
    for sum in input.sums {
        let tally = then.entry(sum.unit.clone()).or_default();
        match &sum.by {
            None => add(tally.whole.entry(sum.indicator).or_default(), sum.value),
            Some(code) => {
                let codes = tally.by.entry(sum.indicator).or_default();
                add(codes.entry(code.clone()).or_default(), sum.value);
            }
        }
    }
    for tally in then.values_mut() {
        let reports =
            tally.whole.iter().filter(|(_, value)| **value >= 1).map(|(indicator, _)| (*indicator, 1));
        tally.reporting = reports.collect();
    }
    let Mode::Now(day) = input.mode else { return then };
    let mut now: BTreeMap<UnitKey, Tally> = BTreeMap::new();
    for (unit, tally) in then {
        let (units, shares): (Vec<UnitKey>, Vec<Share>) =
            input.catalogue.units.successors_on(&unit, day).into_iter().unzip();
        for (unit, part) in units.into_iter().zip(tally.split(&shares)) {
            now.entry(unit).or_default().add(&part);
        }
    }
    now
}

fn all(catalogue: &Catalogue, tally: &Tally, targets: &BTreeMap<String, i64>) -> Vec<Figure> {
    catalogue
        .indicators
        .iter()
        .filter_map(|indicator| {
            Some(Figure {
                indicator: indicator.code.clone(),
                value: value(catalogue, indicator, tally)?,
                target: targets.get(&indicator.code).copied(),
                by: split(indicator, tally),
            })
        })
        .collect()
}

fn value(catalogue: &Catalogue, indicator: &Indicator, tally: &Tally) -> Option<FigureValue> {
    let whole = |code: &str| -> Option<i64> {
        match value(catalogue, catalogue.indicator(code)?, tally)? {
            FigureValue::Whole(n) => Some(n),
            FigureValue::Ratio { .. } | FigureValue::Gap { .. } => None,
        }
    };
    match &indicator.measure {
        Measure::Records(_) => {
            Some(FigureValue::Whole(tally.whole.get(&indicator.num).copied().unwrap_or(0)))
        }
        Measure::Ratio(a, b) => Some(FigureValue::Ratio { a: whole(a)?, b: whole(b)? }),
        Measure::Gap(a, b) => Some(FigureValue::Gap { a: whole(a)?, b: whole(b)? }),
        Measure::ReportingUnits(of) => {
            let num = catalogue.indicator(of)?.num;
            Some(FigureValue::Whole(tally.reporting.get(&num).copied().unwrap_or(0)))
        }
        Measure::BaseUnits => Some(FigureValue::Whole(tally.base_units)),
    }
}

fn split(indicator: &Indicator, tally: &Tally) -> BTreeMap<String, BTreeMap<String, i64>> {
    let mut by: BTreeMap<String, BTreeMap<String, i64>> = BTreeMap::new();
    for ((dimension, code), value) in tally.by.get(&indicator.num).into_iter().flatten() {
        if let Some(path) = indicator.by.get(*dimension) {
            by.entry(path.clone()).or_default().insert(code.clone().unwrap_or_default(), *value);
        }
    }
    by
}

// A minimum per unit follows the units through mergers: three communes with one each owe three as one.
fn target_values(input: &Input, unit: Option<&UnitKey>, tally: &Tally) -> BTreeMap<String, i64> {
    let mut values = BTreeMap::new();
    let applies = |t: &&Target| t.period == input.period.label && t.calendar == input.calendar;
    for target in input.targets.iter().filter(applies) {
        let value = match (&target.unit, unit) {
            (Some(code), Some(unit)) => target.total.filter(|_| *code == unit.code),
            (Some(_), None) => None,
            (None, _) => match (target.per_unit, target.total) {
                (Some(each), _) => Some(each.saturating_mul(tally.base_units)),
                (None, total) => total.filter(|_| unit.is_none() && input.is_province),
            },
        };
        if let Some(value) = value {
            // A target for this very unit is set after, and over, what holds for all.
            if target.unit.is_some() || !values.contains_key(&target.indicator) {
                values.insert(target.indicator.clone(), value);
            }
        }
    }
    values
}
