//! Periods as data: a calendar is a list of rows, and a record's period follows from its date.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::day::Day;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    Month,
    Quarter,
    Half,
    Year,
}

impl PeriodKind {
    pub const ALL: [PeriodKind; 4] =
        [PeriodKind::Month, PeriodKind::Quarter, PeriodKind::Half, PeriodKind::Year];

    pub fn name(self) -> &'static str {
        match self {
            PeriodKind::Month => "month",
            PeriodKind::Quarter => "quarter",
            PeriodKind::Half => "half",
            PeriodKind::Year => "year",
        }
    }

    fn months(self) -> i16 {
        match self {
            PeriodKind::Month => 1,
            PeriodKind::Quarter => 3,
            PeriodKind::Half => 6,
            PeriodKind::Year => 12,
        }
    }

    // `2018-11`, `2018-Q4`, `2018-H2`, `2018`.
    fn label(self, year: i16, index: i16) -> String {
        match self {
            PeriodKind::Month => format!("{year}-{index:02}"),
            PeriodKind::Quarter => format!("{year}-Q{index}"),
            PeriodKind::Half => format!("{year}-H{index}"),
            PeriodKind::Year => year.to_string(),
        }
    }
}

/// One row of a calendar. Both days belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    pub kind: PeriodKind,
    pub label: String,
    pub first: Day,
    pub last: Day,
    /// Day the report is due.
    pub due: Day,
}

impl Period {
    pub fn contains(&self, day: Day) -> bool {
        self.first <= day && day <= self.last
    }

    /// Label of the same period a year before.
    pub fn label_a_year_before(&self) -> Option<String> {
        let (year, rest) = self.label.split_at_checked(4)?;
        let year: i16 = year.parse().ok()?;
        Some(format!("{:04}{rest}", year - 1))
    }
}

/// How the rows of ordinary years are made; rows written out replace them.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    pub from_year: i16,
    pub to_year: i16,
    /// Last day of a month's period; 0 for the month's own last day.
    pub month_closes_on: i8,
}

#[derive(Clone, Debug)]
pub struct Calendar {
    pub id: String,
    pub rows: Vec<Period>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarFault {
    /// The day of no row of this kind, between the first and the last day of all.
    Gap(PeriodKind, Day),
    /// The day of two rows of one kind.
    Overlap(PeriodKind, Day),
    Backwards(String),
    Twice(String),
}

impl fmt::Display for CalendarFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CalendarFault::Gap(kind, day) => write!(f, "{day} lies in no {} of the calendar", kind.name()),
            CalendarFault::Overlap(kind, day) => write!(f, "{day} lies in two rows of kind {}", kind.name()),
            CalendarFault::Backwards(label) => write!(f, "row {label} ends before it begins"),
            CalendarFault::Twice(label) => write!(f, "row {label} is there twice"),
        }
    }
}

impl Calendar {
    /// Generated rows with the written ones in the place of those of the same label.
    pub fn build(id: &str, generate: &Generate, due_after_days: i32, written: Vec<Period>) -> Calendar {
        let mut rows: BTreeMap<(PeriodKind, String), Period> = BTreeMap::new();
        for year in generate.from_year..=generate.to_year {
            for kind in PeriodKind::ALL {
                for index in 1..=12 / kind.months() {
                    let row = generated(generate, kind, year, index, due_after_days);
                    rows.insert((kind, row.label.clone()), row);
                }
            }
        }
        for row in written {
            rows.insert((row.kind, row.label.clone()), row);
        }
        let mut rows: Vec<Period> = rows.into_values().collect();
        rows.sort_by_key(|row| (row.kind, row.first));
        Calendar { id: id.to_string(), rows }
    }

    pub fn period(&self, label: &str) -> Option<&Period> {
        self.rows.iter().find(|row| row.label == label)
    }

    pub fn containing(&self, kind: PeriodKind, day: Day) -> Option<&Period> {
        let of_kind = self.rows.iter().filter(|row| row.kind == kind);
        of_kind.into_iter().find(|row| row.contains(day))
    }

    /// What breaks the rule that every day belongs to exactly one period of each kind.
    pub fn faults(&self) -> Vec<CalendarFault> {
        let mut faults = Vec::new();
        let mut labels = std::collections::BTreeSet::new();
        for row in &self.rows {
            if row.last < row.first {
                faults.push(CalendarFault::Backwards(row.label.clone()));
            }
            if !labels.insert(&row.label) {
                faults.push(CalendarFault::Twice(row.label.clone()));
            }
        }
        for kind in PeriodKind::ALL {
            let of_kind: Vec<&Period> = self.rows.iter().filter(|row| row.kind == kind).collect();
            for pair in of_kind.windows(2) {
                let expected = pair[0].last.plus(1);
                if pair[1].first > expected {
                    faults.push(CalendarFault::Gap(kind, expected));
                }
                if pair[1].first < expected {
                    faults.push(CalendarFault::Overlap(kind, pair[1].first));
                }
            }
        }
        faults
    }
}

fn generated(generate: &Generate, kind: PeriodKind, year: i16, index: i16, due_after_days: i32) -> Period {
    let months = kind.months();
    let last_month = index * months;
    let first = closing(generate, year, last_month - months).plus(1);
    let last = closing(generate, year, last_month);
    Period { kind, label: kind.label(year, index), first, last, due: last.plus(due_after_days) }
}

// Month 0 is December of the year before.
fn closing(generate: &Generate, year: i16, month: i16) -> Day {
    let (year, month) = if month == 0 { (year - 1, 12) } else { (year, month) };
    let month = i8::try_from(month).expect("months are at most 12");
    match generate.month_closes_on {
        0 if month == 12 => Day::from_ymd(year, 12, 31).expect("31 December exists"),
        0 => Day::from_ymd(year, month + 1, 1).expect("the first of a month exists").plus(-1),
        day => Day::from_ymd(year, month, day).expect("the catalogue check allows 1 to 28"),
    }
}
