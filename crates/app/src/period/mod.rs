//! Periods as they are closed: what is due, what was submitted, what the province said, what changed since.

mod amendment;
mod checklist;
mod submit;

use std::collections::BTreeMap;

use sohoi_domain::figure::Figure;
use sohoi_domain::submission::{self, Amended, Answer, Frozen, SUBMISSION, Submission};
use sohoi_domain::{Day, Period, RecordId};
use sohoi_store::Register;
use sohoi_sync::bulletin::{Body, Bulletin, Verdict};

use crate::bulletin::{Listed, Said};
use crate::figure::FigureReq;
use crate::{App, AppError};

pub(crate) use amendment::Amendments;
pub(crate) use checklist::Ruled;
pub use checklist::{Checklist, Line, Named};

/// How far a period has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing was submitted.
    Draft,
    /// Signed, and not at the province yet.
    Submitted,
    /// The province has signed for it.
    Received,
    Accepted,
    Returned,
}

impl State {
    pub fn name(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Submitted => "submitted",
            State::Received => "received",
            State::Accepted => "accepted",
            State::Returned => "returned",
        }
    }
}

/// One submission with what became of it.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub submission: Submission,
    pub digest: [u8; 32],
    pub state: State,
    /// Who signed it, where the name is known here.
    pub officer: String,
}

#[derive(Clone, Debug)]
pub struct PeriodState {
    pub calendar: String,
    pub period: Period,
    pub state: State,
    /// The newest submission.
    pub digest: Option<[u8; 32]>,
    pub number: u32,
    pub submitted_at_ms: Option<i64>,
    /// From today to the day that it is due; negative when that is over.
    pub days_left: i32,
    /// Records of the period that changed since the newest submission.
    pub n_changed: u32,
}

/// A record of a submitted period that changed.
#[derive(Clone, Debug)]
pub struct ChangedRecord {
    pub id: RecordId,
    pub title: String,
    pub what: Amended,
}

/// Everything that the page of one period shows.
#[derive(Clone, Debug)]
pub struct Closing {
    pub state: PeriodState,
    pub figures: Vec<Figure>,
    pub before: Vec<Figure>,
    pub checklist: Checklist,
    /// The newest first.
    pub submissions: Vec<Submitted>,
    /// Figures that stand otherwise than in the newest submission.
    pub amended: Vec<Amendment>,
    /// The first of the records that changed since; the state has the number of all.
    pub changed: Vec<ChangedRecord>,
    /// What the province said of this period, the newest first.
    pub said: Vec<Said>,
    pub answers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Amendment {
    pub indicator: String,
    pub old: Option<f64>,
    pub new: Option<f64>,
}

/// A period that was submitted, so that a record dated in it will be an amendment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    pub calendar: String,
    pub label: String,
    pub first: Day,
    pub last: Day,
}

/// Overdue periods are told of for so long; after that they are in the list alone.
const TOLD_DAYS: i32 = 45;
/// So long before its due day a period is told of.
const AHEAD_DAYS: i32 = 20;

/// So many changed records of a period are named; all of them are counted.
const NAMED: usize = 200;

type Decisions = BTreeMap<[u8; 32], Verdict>;

impl App {
    /// Periods of a calendar in one year, each with its state.
    ///
    /// # Errors
    /// `period.unknown`.
    pub fn period_states(&self, calendar: &str, year: i16) -> Result<Vec<PeriodState>, AppError> {
        let calendar = self.calendar(calendar)?;
        let today = self.today();
        let of_year = |period: &&Period| period.label.get(..4).is_some_and(|text| text.parse() == Ok(year));
        self.with_register(|register| {
            let known = Known::of(register)?;
            let rows: Vec<Row> =
                calendar.rows.iter().filter(of_year).map(|row| (&*calendar.id, row)).collect();
            known.states(register, &mut self.amendments(), &rows, today)
        })
    }

    /// What is due now, the most pressing first: returned periods of every calendar that was used, and those of
    /// the register's own calendar that end or ended near today and were not submitted.
    ///
    /// # Errors
    /// What the register says.
    pub fn periods_due(&self) -> Result<Vec<PeriodState>, AppError> {
        let today = self.today();
        let own = self.settings().calendar;
        let catalogue = self.catalogue();
        self.with_register(|register| {
            let known = Known::of(register)?;
            let is_near = |calendar: &str, days_left: i32| {
                calendar == own && (-TOLD_DAYS..=AHEAD_DAYS).contains(&days_left)
            };
            let all = catalogue.calendars.iter();
            let all = all.flat_map(|calendar| calendar.rows.iter().map(|row| (&*calendar.id, row)));
            let rows: Vec<Row> = all
                .filter(|(calendar, row)| {
                    is_near(calendar, row.due.number() - today.number()) || known.has(calendar, &row.label)
                })
                .collect();
            let mut due = known.states(register, &mut self.amendments(), &rows, today)?;
            due.retain(|one| match one.state {
                State::Returned => true,
                State::Draft => is_near(&one.calendar, one.days_left),
                State::Submitted | State::Received | State::Accepted => one.n_changed > 0,
            });
            let rank = |one: &PeriodState| (one.state != State::Returned, one.days_left);
            due.sort_by_key(rank);
            Ok(due)
        })
    }

    /// Every period that was submitted in any calendar, and those that are due: what the command line lists.
    ///
    /// # Errors
    /// `period.unknown`.
    pub fn periods_listed(&self, calendar: &str) -> Result<Vec<PeriodState>, AppError> {
        let calendar = self.calendar(calendar)?;
        let today = self.today();
        self.with_register(|register| {
            let known = Known::of(register)?;
            let is_listed = |row: &&Period| {
                let has_begun = row.first <= today && row.due.number() + 366 >= today.number();
                has_begun || known.has(&calendar.id, &row.label)
            };
            let rows: Vec<Row> =
                calendar.rows.iter().filter(is_listed).map(|row| (&*calendar.id, row)).collect();
            known.states(register, &mut self.amendments(), &rows, today)
        })
    }

    /// Periods that were submitted.
    ///
    /// # Errors
    /// What the register says.
    pub fn periods_closed(&self) -> Result<Vec<Closed>, AppError> {
        self.with_register(|register| {
            let mut closed: Vec<Closed> = Vec::new();
            for of in Known::of(register)?.submissions {
                let one = of.submission;
                let (calendar, label) = (one.calendar, one.label);
                closed.retain(|other| (&other.calendar, &other.label) != (&calendar, &label));
                closed.push(Closed { calendar, label, first: one.first, last: one.last });
            }
            Ok(closed)
        })
    }

    /// # Errors
    /// `period.unknown`, or what the register says.
    pub fn period_closing(&self, calendar: &str, label: &str) -> Result<Closing, AppError> {
        let row = self.period(calendar, label)?;
        let calendar = self.calendar(calendar)?;
        let found = self.figures(&figures_of(&calendar.id, label))?;
        let said = self.bulletins(Listed::Words, 500)?;
        let is_about = |said: &Said| {
            said.period.as_ref().is_some_and(|about| about.calendar == calendar.id && about.label == label)
        };
        let today = self.today();
        self.with_register(|register| {
            let known = Known::of(register)?;
            let mut amendments_of = self.amendments();
            let state = known.state(register, &mut amendments_of, (&calendar.id, &row), today)?;
            let mut submissions: Vec<Submitted> = known.of_period(&calendar.id, label).cloned().collect();
            submissions.reverse();
            let now: Vec<Frozen> = found.figures.iter().map(Frozen::from).collect();
            let newest = submissions.first();
            let amended =
                newest.map(|newest| amendments(&newest.submission.figures, &now)).unwrap_or_default();
            let changed =
                newest.map(|newest| changed(register, amendments_of.of(newest, &row))).transpose()?;
            Ok(Closing {
                checklist: checklist::of(register, &mut self.ruled(), &row, (&found.figures, &found.before))?,
                state,
                figures: found.figures,
                before: found.before,
                submissions,
                amended,
                changed: changed.unwrap_or_default(),
                said: said.into_iter().filter(is_about).collect(),
                answers: submit::answers(register, &calendar.id, label)?,
            })
        })
    }
}

fn figures_of(calendar: &str, label: &str) -> FigureReq {
    let (calendar, period) = (calendar.to_string(), label.to_string());
    FigureReq { calendar, period, as_now: false, indicators: Vec::new() }
}

fn amendments(frozen: &[Frozen], now: &[Frozen]) -> Vec<Amendment> {
    let number = |value: Option<sohoi_domain::figure::FigureValue>| value.and_then(|value| value.number());
    submission::differences(frozen, now)
        .into_iter()
        .map(|(indicator, old, new)| Amendment { indicator, old: number(old), new: number(new) })
        .collect()
}

fn changed(register: &Register, all: &BTreeMap<RecordId, Amended>) -> Result<Vec<ChangedRecord>, AppError> {
    let named = all.iter().take(NAMED);
    named.map(|(id, what)| Ok(ChangedRecord { id: *id, title: register.title(*id)?, what: *what })).collect()
}

/// A period with the id of its calendar.
type Row<'a> = (&'a str, &'a Period);

/// Submissions in the order in which they came here, and what the province decided.
struct Known {
    submissions: Vec<Submitted>,
}

impl Known {
    fn of(register: &Register) -> Result<Known, AppError> {
        let decisions = decisions(register)?;
        let mut submissions = Vec::new();
        for record in register.own_records(SUBMISSION)? {
            let Some(submission) = Submission::of(&record.state) else { continue };
            let digest = submission.digest();
            let state = match (decisions.get(&digest), record.meta.received) {
                (Some(Verdict::Accepted), _) => State::Accepted,
                (Some(Verdict::Returned), _) => State::Returned,
                (None, true) => State::Received,
                (None, false) => State::Submitted,
            };
            let (device, author) = (record.meta.author_device, record.meta.author);
            let officer = register.officer_of(device, author)?.unwrap_or_default();
            submissions.push(Submitted { submission, digest, state, officer });
        }
        // Two PCs may give the same number without knowing of each other; then the later one is the newest.
        submissions.sort_by_key(|one| (one.submission.number, one.submission.at_ms, one.digest));
        Ok(Known { submissions })
    }

    fn of_period<'a>(
        &'a self,
        calendar: &'a str,
        label: &'a str,
    ) -> impl Iterator<Item = &'a Submitted> + 'a {
        let is_of =
            move |one: &&Submitted| one.submission.calendar == calendar && one.submission.label == label;
        self.submissions.iter().filter(is_of)
    }

    fn has(&self, calendar: &str, label: &str) -> bool {
        self.of_period(calendar, label).next().is_some()
    }

    fn newest(&self, (calendar, row): Row) -> Option<&Submitted> {
        let is_of =
            |one: &&Submitted| one.submission.calendar == calendar && one.submission.label == row.label;
        self.submissions.iter().rfind(is_of)
    }

    fn states(
        &self,
        register: &Register,
        amendments: &mut Amendments,
        rows: &[Row],
        today: Day,
    ) -> Result<Vec<PeriodState>, AppError> {
        let submitted: Vec<_> = rows.iter().filter_map(|of| Some((self.newest(*of)?, of.1))).collect();
        amendments.prepare(register, &submitted)?;
        let state = |(calendar, row): &Row| {
            let newest = self.newest((calendar, row));
            let n_changed = newest.map_or(0, |newest| amendments.of(newest, row).len());
            PeriodState {
                calendar: calendar.to_string(),
                period: (*row).clone(),
                state: newest.map_or(State::Draft, |newest| newest.state),
                digest: newest.map(|newest| newest.digest),
                number: newest.map_or(0, |newest| newest.submission.number),
                submitted_at_ms: newest.map(|newest| newest.submission.at_ms),
                days_left: row.due.number() - today.number(),
                n_changed: crate::small(n_changed as u64),
            }
        };
        Ok(rows.iter().map(state).collect())
    }

    fn state(
        &self,
        register: &Register,
        amendments: &mut Amendments,
        of: Row,
        today: Day,
    ) -> Result<PeriodState, AppError> {
        self.states(register, amendments, &[of], today)?.pop().ok_or(AppError::UnknownPeriod)
    }
}

// The newest word on each digest. A decision without one is of a period that nobody had submitted.
fn decisions(register: &Register) -> Result<Decisions, AppError> {
    let rows = register.bulletins(&[Body::DECISION], u32::MAX)?;
    let mut decisions = Decisions::new();
    for row in rows {
        let Ok(Bulletin { body: Body::Decision(decision), .. }) = Bulletin::decode(&row.content) else {
            continue;
        };
        if let Some(digest) = decision.digest {
            decisions.entry(digest).or_insert(decision.verdict);
        }
    }
    Ok(decisions)
}
