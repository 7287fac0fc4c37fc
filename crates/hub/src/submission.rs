//! Periods that communes submitted, held against the hub's own figures, and what the province decided.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::figure::{self, FigureValue, Input, Mode};
use sohoi_domain::submission::{ANSWER, Answer, Frozen, SUBMISSION, Submission, differences, hex};
use sohoi_domain::{DeviceId, Period, UnitKey};
use sohoi_hub_db::SumQuery;
use sohoi_protocol::bulletin::{Body, Bulletin, PeriodRef, Verdict};

use crate::error::HubError;
use crate::figures;
use crate::hub::Hub;

/// A submission as the hub has it.
pub struct Heard {
    pub submission: Submission,
    pub digest: [u8; 32],
    pub device: DeviceId,
    /// The province's newest word on it.
    pub verdict: Option<Verdict>,
    /// Figures that stand otherwise here now: the indicator, as submitted, and here. None for all but the newest of
    /// a period, and when the catalogue no longer has the period.
    pub differences: Option<Vec<Difference>>,
}

pub struct Difference {
    pub indicator: String,
    pub submitted: Option<FigureValue>,
    pub here: Option<FigureValue>,
}

impl Heard {
    pub fn state(&self) -> &'static str {
        match self.verdict {
            None => "received",
            Some(Verdict::Accepted) => "accepted",
            Some(Verdict::Returned) => "returned",
        }
    }
}

/// What the registers of a unit submitted, the newest first. One whose digest is not that of what it says is none.
///
/// # Errors
/// Those of the database; `hub.behind`.
pub fn of_unit(hub: &Hub, unit: &UnitKey) -> Result<Vec<Heard>, HubError> {
    let verdicts = verdicts(hub, unit)?;
    let records = hub.db.own_records(SUBMISSION, unit)?;
    let read = records.iter().filter_map(|state| Some((state.id.device, Submission::of(state)?)));
    let mut heard: Vec<Heard> = read
        .map(|(device, submission)| {
            let digest = submission.digest();
            let verdict = verdicts.get(&digest).copied();
            Heard { submission, digest, device, verdict, differences: None }
        })
        .collect();
    heard.sort_by_key(|one| std::cmp::Reverse((one.submission.at_ms, one.submission.number, one.digest)));
    let mut told = BTreeSet::new();
    for place in by_number(&heard) {
        let one = &heard[place].submission;
        if told.insert((one.calendar.clone(), one.label.clone())) {
            heard[place].differences = against_own(hub, one)?;
        }
    }
    Ok(heard)
}

// The places, the newest of each period first.
fn by_number(heard: &[Heard]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..heard.len()).collect();
    let key = |one: &Heard| (one.submission.number, one.submission.at_ms, one.digest);
    places.sort_by_key(|place| std::cmp::Reverse(key(&heard[*place])));
    places
}

/// The newest submission of a period of a unit.
///
/// # Errors
/// Those of [`of_unit`].
pub fn newest(hub: &Hub, unit: &UnitKey, period: &PeriodRef) -> Result<Option<[u8; 32]>, HubError> {
    let records = hub.db.own_records(SUBMISSION, unit)?;
    let read = records.iter().filter_map(Submission::of);
    let of_period = read.filter(|one| (&one.calendar, &one.label) == (&period.calendar, &period.label));
    let keys = of_period.map(|one| (one.number, one.at_ms, one.digest()));
    Ok(keys.max().map(|(_, _, digest)| digest))
}

/// A digest that the province names must be of a submission of this period.
///
/// # Errors
/// `period.unknown_submission`.
pub fn named(hub: &Hub, unit: &UnitKey, period: &PeriodRef, typed: &str) -> Result<[u8; 32], HubError> {
    let records = hub.db.own_records(SUBMISSION, unit)?;
    let read = records.iter().filter_map(Submission::of);
    let of_period = read.filter(|one| (&one.calendar, &one.label) == (&period.calendar, &period.label));
    let found = of_period.map(|one| one.digest()).find(|digest| hex(digest) == typed);
    found.ok_or_else(|| HubError::refused("period.unknown_submission").with("digest", typed))
}

/// What the registers of a unit answered, the newest first.
///
/// # Errors
/// Those of the database; `hub.behind`.
pub fn answers(hub: &Hub, unit: &UnitKey) -> Result<Vec<Answer>, HubError> {
    let records = hub.db.own_records(ANSWER, unit)?;
    let mut answers: Vec<Answer> = records.iter().filter_map(Answer::of).collect();
    answers.sort_by_key(|answer| std::cmp::Reverse(answer.at_ms));
    Ok(answers)
}

fn verdicts(hub: &Hub, unit: &UnitKey) -> Result<BTreeMap<[u8; 32], Verdict>, HubError> {
    let mut verdicts = BTreeMap::new();
    for told in hub.db.words_said(&hub.scope(unit), u32::MAX)?.iter().map(Bulletin::of_pull) {
        if let Ok(Bulletin { body: Body::Decision(decision), .. }) = told
            && let Some(digest) = decision.digest
        {
            verdicts.entry(digest).or_insert(decision.verdict);
        }
    }
    Ok(verdicts)
}

// As the register reckons it: its own unit with those that it grew out of, as the units were then, by the days
// that were submitted.
fn against_own(hub: &Hub, submission: &Submission) -> Result<Option<Vec<Difference>>, HubError> {
    let calendar = hub.catalogue.calendar(&submission.calendar);
    let Some(row) = calendar.and_then(|calendar| calendar.period(&submission.label)) else { return Ok(None) };
    let period = Period { first: submission.first, last: submission.last, ..row.clone() };
    let units = &hub.catalogue.units;
    let mine = units.with_predecessors(&submission.unit);
    let stood = |key: &&UnitKey| units.get(key).is_some_and(|unit| unit.is_valid_on(period.last));
    let base_units: Vec<UnitKey> = mine.iter().filter(stood).cloned().collect();
    let sums = hub.db.sums(&SumQuery { period: &period, units: Some(&mine) })?;
    // While something of the commune cannot be read, a difference would be the hub's.
    if hub.db.spoilt()?.iter().any(|spoilt| mine.contains(&spoilt.unit)) {
        return Ok(None);
    }
    let found = figure::figures(&Input {
        catalogue: &hub.catalogue,
        calendar: &submission.calendar,
        period: &period,
        mode: Mode::Then,
        base_units: &base_units,
        sums: &sums,
        targets: &figures::targets(hub)?,
        is_province: false,
    });
    // What another catalogue shows beside or without is no difference of the figures.
    let was_asked = |figure: &&figure::Figure| {
        submission.figures.iter().any(|frozen| frozen.indicator == figure.indicator)
    };
    let here: Vec<Frozen> = found.total.iter().filter(was_asked).map(Frozen::from).collect();
    let differences = differences(&submission.figures, &here).into_iter();
    let differences =
        differences.map(|(indicator, submitted, here)| Difference { indicator, submitted, here });
    Ok(Some(differences.collect()))
}
