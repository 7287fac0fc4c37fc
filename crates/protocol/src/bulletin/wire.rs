//! The maps of the small bodies. A key keeps its meaning; unknown ones are skipped.

use minicbor::{Decode, Encode};
use sohoi_domain::catalogue::Target;
use sohoi_domain::{DeviceId, RecordId};

use super::body::{Comment, Decision, PeriodRef, Verdict};
use crate::limits;

#[derive(Encode, Decode)]
#[cbor(map)]
struct TargetsWire {
    #[n(0)]
    targets: Vec<TargetWire>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct TargetWire {
    #[n(0)]
    indicator: String,
    #[n(1)]
    calendar: String,
    #[n(2)]
    period: String,
    #[n(3)]
    source: String,
    #[n(4)]
    per_unit: Option<i64>,
    #[n(5)]
    total: Option<i64>,
    #[n(6)]
    unit: Option<String>,
}

pub fn targets(targets: &[Target]) -> Option<Vec<u8>> {
    let wire = TargetsWire {
        targets: targets
            .iter()
            .map(|target| TargetWire {
                indicator: target.indicator.clone(),
                calendar: target.calendar.clone(),
                period: target.period.clone(),
                source: target.source.clone(),
                per_unit: target.per_unit,
                total: target.total,
                unit: target.unit.clone(),
            })
            .collect(),
    };
    wire.targets.iter().all(TargetWire::is_sane).then_some(())?;
    (wire.targets.len() <= limits::TARGETS).then(|| bytes(wire))
}

pub fn read_targets(bytes: &[u8]) -> Option<Vec<Target>> {
    let wire: TargetsWire = minicbor::decode(bytes).ok()?;
    if wire.targets.len() > limits::TARGETS || !wire.targets.iter().all(TargetWire::is_sane) {
        return None;
    }
    let target = |wire: TargetWire| Target {
        indicator: wire.indicator,
        period: wire.period,
        calendar: wire.calendar,
        source: wire.source,
        per_unit: wire.per_unit,
        total: wire.total,
        unit: wire.unit,
    };
    Some(wire.targets.into_iter().map(target).collect())
}

impl TargetWire {
    fn is_sane(&self) -> bool {
        let words = [&self.indicator, &self.calendar, &self.period, &self.source];
        let has_one = self.per_unit.is_some() != self.total.is_some();
        has_one
            && words.iter().all(|word| is_word(word))
            && self.unit.as_ref().is_none_or(|unit| is_word(unit))
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct PeriodWire {
    #[n(0)]
    calendar: String,
    #[n(1)]
    label: String,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct RecordWire {
    #[n(0)]
    device: u64,
    #[n(1)]
    n: u32,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct CommentWire {
    #[n(0)]
    author: String,
    #[n(1)]
    text: String,
    #[n(2)]
    period: Option<PeriodWire>,
    #[n(3)]
    indicator: Option<String>,
    #[n(4)]
    record: Option<RecordWire>,
    #[n(5)]
    reply_to: Option<u64>,
}

pub fn comment(comment: &Comment) -> Option<Vec<u8>> {
    let wire = CommentWire {
        author: comment.author.clone(),
        text: comment.text.clone(),
        period: comment.about.as_ref().map(PeriodWire::of),
        indicator: comment.indicator.clone(),
        record: comment.record.map(|id| RecordWire { device: id.device.0, n: id.n }),
        reply_to: comment.reply_to,
    };
    wire.is_sane().then(|| bytes(wire))
}

pub fn read_comment(bytes: &[u8]) -> Option<Comment> {
    let wire: CommentWire = minicbor::decode(bytes).ok().filter(CommentWire::is_sane)?;
    Some(Comment {
        author: wire.author,
        text: wire.text,
        about: wire.period.map(PeriodWire::into_ref),
        indicator: wire.indicator,
        record: wire.record.map(|wire| RecordId { device: DeviceId(wire.device), n: wire.n }),
        reply_to: wire.reply_to,
    })
}

impl CommentWire {
    fn is_sane(&self) -> bool {
        is_word(&self.author)
            && is_note(&self.text)
            && self.period.as_ref().is_none_or(PeriodWire::is_sane)
            && self.indicator.as_ref().is_none_or(|code| is_word(code))
            && self.record.as_ref().is_none_or(|record| record.n > 0)
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct DecisionWire {
    #[n(0)]
    period: PeriodWire,
    #[n(1)]
    verdict: u8,
    #[n(2)]
    author: String,
    #[n(3)]
    note: String,
    #[cbor(n(4), with = "minicbor::bytes")]
    digest: Option<[u8; 32]>,
}

const ACCEPTED: u8 = 1;
const RETURNED: u8 = 2;

pub fn decision(decision: &Decision) -> Option<Vec<u8>> {
    let wire = DecisionWire {
        period: PeriodWire::of(&decision.period),
        verdict: match decision.verdict {
            Verdict::Accepted => ACCEPTED,
            Verdict::Returned => RETURNED,
        },
        author: decision.author.clone(),
        note: decision.note.clone(),
        digest: decision.digest,
    };
    wire.is_sane().then(|| bytes(wire))
}

pub fn read_decision(bytes: &[u8]) -> Option<Decision> {
    let wire: DecisionWire = minicbor::decode(bytes).ok().filter(DecisionWire::is_sane)?;
    let verdict = match wire.verdict {
        ACCEPTED => Verdict::Accepted,
        RETURNED => Verdict::Returned,
        _ => return None,
    };
    let period = wire.period.into_ref();
    Some(Decision { period, verdict, author: wire.author, note: wire.note, digest: wire.digest })
}

impl DecisionWire {
    fn is_sane(&self) -> bool {
        self.period.is_sane() && is_word(&self.author) && (self.note.is_empty() || is_note(&self.note))
    }
}

impl PeriodWire {
    fn of(period: &PeriodRef) -> PeriodWire {
        PeriodWire { calendar: period.calendar.clone(), label: period.label.clone() }
    }

    fn into_ref(self) -> PeriodRef {
        PeriodRef { calendar: self.calendar, label: self.label }
    }

    fn is_sane(&self) -> bool {
        is_word(&self.calendar) && is_word(&self.label)
    }
}

fn is_word(text: &str) -> bool {
    (1..=limits::WORD_BYTES).contains(&text.len())
}

fn is_note(text: &str) -> bool {
    (1..=limits::NOTE_BYTES).contains(&text.len())
}

fn bytes(wire: impl Encode<()>) -> Vec<u8> {
    minicbor::to_vec(wire).expect("writing to memory cannot fail")
}
