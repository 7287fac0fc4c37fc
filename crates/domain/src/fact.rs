//! What one record contributes to each indicator. Kept at write time, so that a figure is a sum.

use crate::catalogue::{Catalogue, Count, Indicator, Kind, Measure, Path, RecordMeasure};
use crate::change::RecordState;
use crate::day::Day;
use crate::rule::{Rule, RuleInput};
use crate::value::{Fields, Value};

/// Most fields an indicator can be split by.
pub const MAX_DIMENSIONS: usize = 4;

/// One number for one indicator, from `first` to `last`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Number of the indicator.
    pub indicator: u16,
    pub first: Day,
    /// The same day for what happened once, [`Day::MAX`] for what has not ended.
    pub last: Day,
    /// Person or thing that is counted once however often it appears; 0 when values are added.
    pub subject: u64,
    pub value: i64,
    /// Codes in the order of the indicator's `by`.
    pub dimensions: [Option<String>; MAX_DIMENSIONS],
}

/// All facts of a record; none when it is erased, or its day is missing.
pub fn facts(catalogue: &Catalogue, state: &RecordState) -> Vec<Fact> {
    let Some(kind) = catalogue.kind_by_num(state.kind).filter(|_| !state.erased) else { return Vec::new() };
    facts_of(catalogue, kind, &state.fields)
}

/// Those of what a record says, stored or not.
pub fn facts_of(catalogue: &Catalogue, kind: &Kind, fields: &Fields) -> Vec<Fact> {
    let mut facts = Vec::new();
    for indicator in &catalogue.indicators {
        if let Measure::Records(measure) = &indicator.measure
            && measure.kind == kind.num
        {
            facts.extend(Source { indicator, measure, kind, fields }.facts());
        }
    }
    facts
}

struct Source<'a> {
    indicator: &'a Indicator,
    measure: &'a RecordMeasure,
    kind: &'a Kind,
    fields: &'a Fields,
}

impl Source<'_> {
    fn facts(&self) -> Vec<Fact> {
        let Some(first) = self.fields.get(&self.measure.day).and_then(Value::as_day) else {
            return Vec::new();
        };
        if !self.measure.when.as_ref().is_none_or(|rule| self.holds(rule)) {
            return Vec::new();
        }
        let last = match self.indicator.time {
            crate::catalogue::TimeKind::Flow => first,
            _ => self.until(),
        };
        let fact = |line: Option<&Fields>, subject: u64, value: i64| Fact {
            indicator: self.indicator.num,
            first,
            last,
            subject,
            value,
            dimensions: self.dimensions(line),
        };
        match &self.measure.count {
            Count::Records => vec![fact(None, 0, 1)],
            Count::Sum(path) => self
                .values(*path)
                .into_iter()
                .filter_map(|(line, value)| Some(fact(line, 0, value.as_int()?)))
                .filter(|fact| fact.value != 0)
                .collect(),
            Count::Distinct { subject, plus } => {
                let persons = self.values(*subject).into_iter().filter_map(|(line, value)| {
                    let subject = match value {
                        Value::Ref(id) => id.subject(),
                        Value::Pseudonym(n) => *n,
                        _ => return None,
                    };
                    Some(fact(line, subject, 1))
                });
                let unnamed = plus
                    .iter()
                    .flat_map(|path| self.values(*path))
                    .filter_map(|(line, value)| Some(fact(line, 0, value.as_int().filter(|n| *n != 0)?)));
                persons.chain(unnamed).collect()
            }
            Count::Net { plus, minus } => match (self.holds(plus), self.holds(minus)) {
                (true, false) => vec![fact(None, 0, 1)],
                (false, true) => vec![fact(None, 0, -1)],
                _ => Vec::new(),
            },
        }
    }

    fn holds(&self, rule: &Rule) -> bool {
        rule.holds(&self.input()).unwrap_or(false)
    }

    fn input(&self) -> RuleInput<'_> {
        RuleInput::new(self.kind, self.fields)
    }

    fn until(&self) -> Day {
        let until = self.measure.until.and_then(|num| self.fields.get(&num));
        until.and_then(Value::as_day).unwrap_or(Day::MAX)
    }

    // Values at a path: one, or one a line that meets the line's condition.
    fn values(&self, path: Path) -> Vec<(Option<&Fields>, &Value)> {
        let Some(column) = path.column else {
            return self.fields.get(&path.field).map(|value| (None, value)).into_iter().collect();
        };
        let lines = self.fields.get(&path.field).map_or(&[][..], Value::lines);
        let field = self.kind.field_by_num(path.field);
        lines
            .iter()
            .filter(|line| match (&self.measure.line_when, field) {
                (Some(rule), Some(field)) => rule.holds_for_line(&self.input(), field, line).unwrap_or(false),
                _ => true,
            })
            .filter_map(|line| Some((Some(line), line.get(&column)?)))
            .collect()
    }

    fn dimensions(&self, line: Option<&Fields>) -> [Option<String>; MAX_DIMENSIONS] {
        let mut codes = [const { None }; MAX_DIMENSIONS];
        for (code, path) in codes.iter_mut().zip(&self.measure.by) {
            let value = match path.column {
                None => self.fields.get(&path.field),
                Some(column) => line.and_then(|line| line.get(&column)),
            };
            *code = match value {
                Some(Value::Code(code)) => Some(code.clone()),
                Some(Value::Bool(yes)) => Some(if *yes { "yes" } else { "no" }.to_string()),
                _ => None,
            };
        }
        codes
    }
}
