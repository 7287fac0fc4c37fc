//! A period as a commune hands it in: its figures as they were then, frozen under a digest.
//!
//! Submissions and answers are records of kinds that no catalogue declares. They are written once and never
//! changed, hold no personal field, and so travel, are signed, received and compared like every other change.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::calendar::Period;
use crate::catalogue::{Catalogue, Indicator, TimeKind};
use crate::change::RecordState;
use crate::day::Day;
use crate::fact::{Fact, facts};
use crate::figure::{Figure, FigureValue, Window};
use crate::id::DeviceId;
use crate::text::is_clean;
use crate::unit::UnitKey;
use crate::value::{FieldNum, Fields, KindNum, Value};

/// Kinds from this number on are the program's own; a catalogue may not have them.
pub const FIRST_OWN_KIND: u16 = 60_000;
pub const SUBMISSION: KindNum = KindNum(60_001);
pub const ANSWER: KindNum = KindNum(60_002);

/// True for kinds of the program's own, whose fields are all open.
pub fn is_own(kind: KindNum) -> bool {
    kind == SUBMISSION || kind == ANSWER
}

/// Longest note of a submission and longest answer, in bytes.
pub const NOTE_BYTES: usize = 8 * 1024;

/// A figure without its splits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    pub indicator: String,
    pub value: FigureValue,
    pub target: Option<i64>,
}

impl From<&Figure> for Frozen {
    fn from(figure: &Figure) -> Frozen {
        Frozen { indicator: figure.indicator.clone(), value: figure.value, target: figure.target }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    pub calendar: String,
    pub label: String,
    /// Days of the period as the calendar had them then.
    pub first: Day,
    pub last: Day,
    pub unit: UnitKey,
    /// Version of the catalogue that the figures were reckoned by.
    pub catalogue: u32,
    /// 1 for the first of a period, 2 for the first amendment.
    pub number: u32,
    /// By their codes.
    pub figures: Vec<Frozen>,
    pub at_ms: i64,
    /// Number of the officer on the device that submitted; her name stays in the commune.
    pub officer: u32,
    pub note: String,
    /// The newest change of each device that the figures are made of.
    pub seen: BTreeMap<DeviceId, u64>,
}

/// What a commune answers to a word of the province.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Of the word that it answers; empty, as the label, when that is of no period.
    pub calendar: String,
    pub label: String,
    /// Number of the bulletin that it answers.
    pub reply_to: u64,
    pub text: String,
    pub at_ms: i64,
}

const CALENDAR: FieldNum = FieldNum(1);
const LABEL: FieldNum = FieldNum(2);
const FIRST: FieldNum = FieldNum(3);
const LAST: FieldNum = FieldNum(4);
const CATALOGUE: FieldNum = FieldNum(5);
const NUMBER: FieldNum = FieldNum(6);
const FIGURES: FieldNum = FieldNum(7);
const AT: FieldNum = FieldNum(8);
const OFFICER: FieldNum = FieldNum(9);
const NOTE: FieldNum = FieldNum(10);
const SEEN: FieldNum = FieldNum(11);
const DIGEST: FieldNum = FieldNum(12);
const REPLY_TO: FieldNum = FieldNum(13);

// Columns of FIGURES.
const CODE: FieldNum = FieldNum(1);
const FORM: FieldNum = FieldNum(2);
const A: FieldNum = FieldNum(3);
const B: FieldNum = FieldNum(4);
const TARGET: FieldNum = FieldNum(5);
// Columns of SEEN.
const DEVICE: FieldNum = FieldNum(1);
const SEQ: FieldNum = FieldNum(2);

impl Submission {
    /// SHA-256 over everything that is said, each part with its length before it, in one order.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut text = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        };
        text("sohoi submission 1");
        for part in [&self.calendar, &self.label, &self.unit.code, &self.note] {
            text(part);
        }
        let days = [self.first, self.last, self.unit.valid_from].map(|day| i64::from(day.number()));
        let numbers =
            [i64::from(self.catalogue), i64::from(self.number), self.at_ms, i64::from(self.officer)];
        days.iter().chain(&numbers).for_each(|n| text(&n.to_string()));
        for figure in &self.figures {
            let (form, a, b) = form_of(figure.value);
            text(&figure.indicator);
            text(&format!(
                "{form} {a} {b} {}",
                figure.target.map_or("-".into(), |target| target.to_string())
            ));
        }
        for (device, seq) in &self.seen {
            text(&format!("{device} {seq}"));
        }
        hash.finalize().into()
    }

    pub fn to_fields(&self) -> Fields {
        let figures = self.figures.iter().map(|figure| {
            let (form, a, b) = form_of(figure.value);
            let mut line = Fields::from([
                (CODE, Value::Code(figure.indicator.clone())),
                (FORM, Value::Int(form)),
                (A, Value::Int(a)),
            ]);
            line.extend((form != WHOLE).then_some((B, Value::Int(b))));
            line.extend(figure.target.map(|target| (TARGET, Value::Int(target))));
            line
        });
        let seen = self.seen.iter().map(|(device, seq)| {
            Fields::from([(DEVICE, Value::Code(device.to_string())), (SEQ, Value::Int(signed(*seq)))])
        });
        let mut fields = Fields::from([
            (CALENDAR, Value::Code(self.calendar.clone())),
            (LABEL, Value::Code(self.label.clone())),
            (FIRST, Value::Day(self.first)),
            (LAST, Value::Day(self.last)),
            (CATALOGUE, Value::Int(self.catalogue.into())),
            (NUMBER, Value::Int(self.number.into())),
            (FIGURES, Value::Lines(figures.collect())),
            (AT, Value::Int(self.at_ms)),
            (OFFICER, Value::Int(self.officer.into())),
            (SEEN, Value::Lines(seen.collect())),
            (DIGEST, Value::Text(hex(&self.digest()))),
        ]);
        fields.extend((!self.note.is_empty()).then(|| (NOTE, Value::Text(self.note.clone()))));
        fields
    }

    /// None for a record that is no submission, that cannot be read, or whose digest is not that of its figures.
    pub fn of(state: &RecordState) -> Option<Submission> {
        let is_one = state.kind == SUBMISSION && !state.erased;
        if is_one { Submission::of_fields(&state.unit, &state.fields) } else { None }
    }

    pub(crate) fn of_fields(unit: &UnitKey, fields: &Fields) -> Option<Submission> {
        let read = Submission {
            calendar: fields.get(&CALENDAR)?.as_code()?.to_string(),
            label: fields.get(&LABEL)?.as_code()?.to_string(),
            first: fields.get(&FIRST)?.as_day()?,
            last: fields.get(&LAST)?.as_day()?,
            unit: unit.clone(),
            catalogue: whole(fields, CATALOGUE)?,
            number: whole(fields, NUMBER)?,
            figures: fields.get(&FIGURES)?.lines().iter().map(frozen).collect::<Option<_>>()?,
            at_ms: fields.get(&AT)?.as_int()?,
            officer: whole(fields, OFFICER)?,
            note: fields.get(&NOTE).and_then(Value::as_text).unwrap_or_default().to_string(),
            seen: fields.get(&SEEN)?.lines().iter().map(seen).collect::<Option<_>>()?,
        };
        let is_whole = fields.get(&DIGEST)?.as_text()? == hex(&read.digest())
            && read.note.len() <= NOTE_BYTES
            && is_clean(&read.note, true)
            && [&read.calendar, &read.label].into_iter().all(|code| is_clean(code, false))
            && read.figures.iter().all(|figure| is_clean(&figure.indicator, false));
        is_whole.then_some(read)
    }
}

impl Answer {
    pub fn to_fields(&self) -> Fields {
        let mut fields = Fields::from([
            (AT, Value::Int(self.at_ms)),
            (NOTE, Value::Text(self.text.clone())),
            (REPLY_TO, Value::Int(signed(self.reply_to))),
        ]);
        let codes = [(CALENDAR, &self.calendar), (LABEL, &self.label)];
        let given = codes.into_iter().filter(|(_, code)| !code.is_empty());
        fields.extend(given.map(|(num, code)| (num, Value::Code(code.clone()))));
        fields
    }

    /// None for a record that is no answer, or cannot be read.
    pub fn of(state: &RecordState) -> Option<Answer> {
        let fields = &state.fields;
        let code = |num| fields.get(&num).and_then(Value::as_code).unwrap_or_default().to_string();
        let read = Answer {
            calendar: code(CALENDAR),
            label: code(LABEL),
            at_ms: fields.get(&AT)?.as_int()?,
            text: fields.get(&NOTE)?.as_text()?.to_string(),
            reply_to: whole(fields, REPLY_TO)?,
        };
        let is_whole = state.kind == ANSWER
            && !state.erased
            && read.calendar.is_empty() == read.label.is_empty()
            && read.text.len() <= NOTE_BYTES
            && is_clean(&read.text, true)
            && [&read.calendar, &read.label].into_iter().all(|code| is_clean(code, false));
        is_whole.then_some(read)
    }
}

const WHOLE: i64 = 0;
const RATIO: i64 = 1;
const GAP: i64 = 2;

fn form_of(value: FigureValue) -> (i64, i64, i64) {
    match value {
        FigureValue::Whole(n) => (WHOLE, n, 0),
        FigureValue::Ratio { a, b } => (RATIO, a, b),
        FigureValue::Gap { a, b } => (GAP, a, b),
    }
}

fn frozen(line: &Fields) -> Option<Frozen> {
    let int = |num: FieldNum| line.get(&num).and_then(Value::as_int);
    let value = match (int(FORM)?, int(A)?) {
        (WHOLE, n) => FigureValue::Whole(n),
        (RATIO, a) => FigureValue::Ratio { a, b: int(B)? },
        (GAP, a) => FigureValue::Gap { a, b: int(B)? },
        _ => return None,
    };
    Some(Frozen { indicator: line.get(&CODE)?.as_code()?.to_string(), value, target: int(TARGET) })
}

fn seen(line: &Fields) -> Option<(DeviceId, u64)> {
    let seq = u64::try_from(line.get(&SEQ)?.as_int()?).ok()?;
    Some((line.get(&DEVICE)?.as_code()?.parse().ok()?, seq))
}

fn whole<T: TryFrom<i64>>(fields: &Fields, num: FieldNum) -> Option<T> {
    T::try_from(fields.get(&num)?.as_int()?).ok()
}

// Numbers of changes and bulletins are far below that.
fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A digest as it is written and read out.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a record did to the figures of a period since they were frozen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amended {
    Added,
    Edited,
    Erased,
}

/// A state of a record with what decides in which periods it lies, reckoned once for many of them.
#[derive(Clone, Debug)]
pub struct Reaching {
    state: RecordState,
    day: Option<Day>,
    facts: Vec<Fact>,
}

impl Reaching {
    /// None for an erased state: it lies nowhere.
    pub fn of(catalogue: &Catalogue, state: RecordState) -> Option<Reaching> {
        let kind = catalogue.kind_by_num(state.kind).filter(|_| !state.erased)?;
        let day = kind.field(&kind.date_field).and_then(|field| state.fields.get(&field.num)?.as_day());
        Some(Reaching { day, facts: facts(catalogue, &state), state })
    }

    // Dated in the period, or counted in one of its figures.
    fn lies_in(&self, catalogue: &Catalogue, period: &Period) -> bool {
        self.day.is_some_and(|day| period.contains(day))
            || self.facts.iter().any(|fact| counts(catalogue, period, fact))
    }
}

/// How a record that was `before`, and is `after` now, changed a period; none when it did not.
pub fn amended(
    catalogue: &Catalogue,
    period: &Period,
    before: Option<&Reaching>,
    after: Option<&Reaching>,
) -> Option<Amended> {
    let lies_in = |one: &&Reaching| one.lies_in(catalogue, period);
    match (before.filter(lies_in), after.filter(lies_in)) {
        (None, None) => None,
        (None, Some(_)) => Some(Amended::Added),
        // Moved out of the period, or gone altogether.
        (Some(_), None) => Some(if after.is_some() { Amended::Edited } else { Amended::Erased }),
        (Some(was), Some(is)) => {
            let (was, is) = (&was.state, &is.state);
            let is_same = was.fields == is.fields && was.same_as() == is.same_as();
            (!is_same).then_some(Amended::Edited)
        }
    }
}

fn counts(catalogue: &Catalogue, period: &Period, fact: &Fact) -> bool {
    let by_num = |indicator: &&Indicator| indicator.num == fact.indicator;
    let Some(indicator) = catalogue.indicators.iter().find(by_num) else { return false };
    let window = Window::of(indicator.time, period);
    let has_begun = indicator.time != TimeKind::Flow || fact.first >= window.lo;
    has_begun && fact.first <= window.hi && fact.last >= window.lo
}

/// Figures that stand otherwise than they were frozen: the indicator, as frozen, and as it is now.
pub fn differences(
    frozen: &[Frozen],
    now: &[Frozen],
) -> Vec<(String, Option<FigureValue>, Option<FigureValue>)> {
    let value = |of: &[Frozen], code: &str| {
        of.iter().find(|figure| figure.indicator == code).map(|figure| figure.value)
    };
    let codes: std::collections::BTreeSet<&str> =
        frozen.iter().chain(now).map(|figure| figure.indicator.as_str()).collect();
    codes
        .into_iter()
        .map(|code| (code.to_string(), value(frozen, code), value(now, code)))
        .filter(|(_, old, new)| old != new)
        .collect()
}

/// Whether a figure stands out beside the same period of the year before: it fell to nothing, or moved by more
/// than half of what it was.
pub fn is_odd(value: Option<f64>, before: Option<f64>) -> bool {
    match (value, before) {
        (_, None | Some(0.0)) => false,
        (None, Some(_)) => true,
        (Some(now), Some(before)) => now == 0.0 || (now - before).abs() > before.abs() / 2.0,
    }
}

/// One of November 2018.
#[cfg(test)]
pub(crate) fn november() -> Submission {
    let day = |text: &str| text.parse::<Day>().expect("a day");
    Submission {
        calendar: "union".into(),
        label: "2018-11".into(),
        first: day("2018-10-15"),
        last: day("2018-11-14"),
        unit: UnitKey { code: "20044".into(), valid_from: day("2018-01-01") },
        catalogue: 7,
        number: 1,
        figures: vec![
            Frozen { indicator: "TT01".into(), value: FigureValue::Whole(4), target: Some(1) },
            Frozen { indicator: "TT02".into(), value: FigureValue::Ratio { a: 1, b: 1 }, target: None },
        ],
        at_ms: 5,
        officer: 1,
        note: "Đủ cả".into(),
        seen: BTreeMap::from([(DeviceId(9), 12)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Merge;
    use crate::change::Version;
    use crate::hlc::Hlc;
    use crate::id::RecordId;

    fn state(submission: &Submission) -> RecordState {
        let version = Version { device: DeviceId(9), seq: 13 };
        RecordState {
            id: RecordId { device: DeviceId(9), n: 1 },
            kind: SUBMISSION,
            unit: submission.unit.clone(),
            fields: submission.to_fields(),
            versions: BTreeMap::new(),
            merge: Merge::plain(version),
            erased: false,
            last: (version, Hlc(1)),
            catalogue: 7,
        }
    }

    #[test]
    fn what_was_submitted_is_read_again_as_it_was() {
        assert_eq!(Submission::of(&state(&november())), Some(november()));
    }

    #[test]
    fn an_answer_is_read_again_of_a_period_or_of_none() {
        let period = Answer {
            calendar: "union".into(),
            label: "2018-11".into(),
            reply_to: 7,
            text: "Đã sửa".into(),
            at_ms: 5,
        };
        let none = Answer { calendar: String::new(), label: String::new(), ..period.clone() };
        let half = Answer { label: String::new(), ..period.clone() };
        let read = |answer: &Answer| {
            let fields = answer.to_fields();
            Answer::of(&RecordState { kind: ANSWER, fields, ..state(&november()) })
        };
        assert_eq!([&period, &none].map(read), [Some(period.clone()), Some(none.clone())]);
        assert_eq!(read(&half), None, "a label says nothing without its calendar");
    }

    #[test]
    fn every_part_of_a_submission_is_in_its_digest() {
        let was = november().digest();
        let changes: [fn(&mut Submission); 9] = [
            |s| s.label = "2018-10".into(),
            |s| s.note = String::new(),
            |s| s.number = 2,
            |s| s.officer = 2,
            |s| s.catalogue = 8,
            |s| s.figures[0].value = FigureValue::Whole(5),
            |s| s.figures[0].target = None,
            |s| s.unit.code = "20047".into(),
            |s| s.seen = BTreeMap::from([(DeviceId(9), 11)]),
        ];
        for change in changes {
            let mut other = november();
            change(&mut other);
            assert_ne!(other.digest(), was);
        }
    }

    #[test]
    fn a_figure_that_was_altered_afterwards_makes_it_no_november() {
        let mut altered = state(&november());
        let Some(Value::Lines(lines)) = altered.fields.get_mut(&FIGURES) else { panic!("there are figures") };
        lines[0].insert(A, Value::Int(400));
        assert_eq!(Submission::of(&altered), None);
    }

    #[test]
    fn the_differences_name_what_stands_otherwise_and_what_came_or_went() {
        let frozen = november().figures;
        let mut now = frozen.clone();
        assert!(differences(&frozen, &now).is_empty());
        now[0].value = FigureValue::Whole(5);
        now.remove(1);
        let found = differences(&frozen, &now);
        let codes: Vec<&str> = found.iter().map(|(code, _, _)| code.as_str()).collect();
        assert_eq!(codes, ["TT01", "TT02"]);
        assert_eq!((found[0].1, found[0].2), (Some(FigureValue::Whole(4)), Some(FigureValue::Whole(5))));
        assert_eq!(found[1].2, None);
    }

    #[test]
    fn a_figure_is_odd_when_it_fell_to_nothing_or_moved_by_more_than_half() {
        assert!(is_odd(Some(0.0), Some(3.0)) && is_odd(None, Some(3.0)));
        assert!(is_odd(Some(16.0), Some(10.0)) && is_odd(Some(4.0), Some(10.0)));
        assert!(!is_odd(Some(15.0), Some(10.0)) && !is_odd(Some(5.0), Some(10.0)));
        assert!(!is_odd(Some(9.0), None) && !is_odd(Some(9.0), Some(0.0)));
    }
}
