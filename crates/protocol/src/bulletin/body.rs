//! What a bulletin can say. A new thing gets a new number; old programs keep it for later.

use sohoi_domain::RecordId;
use sohoi_domain::catalogue::{Part, Published, Target};

use super::release;
use super::wire;

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// All targets that the province has set for the bulletin's scope, in the place of those before.
    Targets(Vec<Target>),
    /// A whole catalogue, or its units or calendars alone.
    Release(Published),
    Comment(Comment),
    Decision(Decision),
    /// For a newer program: a kind that is not known here, or a body that is not read.
    Newer {
        kind: u16,
        bytes: Vec<u8>,
    },
}

/// The province says something about a period, an indicator or a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Account of the province.
    pub author: String,
    pub text: String,
    pub about: Option<PeriodRef>,
    pub indicator: Option<String>,
    pub record: Option<RecordId>,
    /// Number of the comment that this one answers.
    pub reply_to: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeriodRef {
    pub calendar: String,
    pub label: String,
}

/// The province has looked at a period of one commune.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub period: PeriodRef,
    pub verdict: Verdict,
    pub author: String,
    /// Empty when nothing was said.
    pub note: String,
    /// Digest of the submission that it is about, once there are submissions.
    pub digest: Option<[u8; 32]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Accepted,
    Returned,
}

impl Body {
    pub const TARGETS: u16 = 1;
    pub const CATALOGUE: u16 = 2;
    pub const UNITS: u16 = 3;
    pub const CALENDARS: u16 = 4;
    pub const COMMENT: u16 = 5;
    pub const DECISION: u16 = 6;

    pub fn kind(&self) -> u16 {
        match self {
            Body::Targets(_) => Body::TARGETS,
            Body::Release(release) => match release.part {
                Part::Whole => Body::CATALOGUE,
                Part::Units => Body::UNITS,
                Part::Calendars => Body::CALENDARS,
            },
            Body::Comment(_) => Body::COMMENT,
            Body::Decision(_) => Body::DECISION,
            Body::Newer { kind, .. } => *kind,
        }
    }

    /// None when a text or a list is longer than allowed.
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        match self {
            Body::Targets(targets) => wire::targets(targets),
            Body::Release(release) => release::encode(release),
            Body::Comment(comment) => wire::comment(comment),
            Body::Decision(decision) => wire::decision(decision),
            Body::Newer { bytes, .. } => Some(bytes.clone()),
        }
    }

    pub(super) fn decode(kind: u16, bytes: Vec<u8>) -> Body {
        let known = match kind {
            Body::TARGETS => wire::read_targets(&bytes).map(Body::Targets),
            Body::CATALOGUE => release::decode(Part::Whole, &bytes).map(Body::Release),
            Body::UNITS => release::decode(Part::Units, &bytes).map(Body::Release),
            Body::CALENDARS => release::decode(Part::Calendars, &bytes).map(Body::Release),
            Body::COMMENT => wire::read_comment(&bytes).map(Body::Comment),
            Body::DECISION => wire::read_decision(&bytes).map(Body::Decision),
            _ => None,
        };
        known.unwrap_or(Body::Newer { kind, bytes })
    }
}
