//! A bulletin: what the province tells its communes, signed by the hub, numbered, and applied in that order.
//!
//! A map around a body of bytes, so that a kind that a program does not know, or a body that it cannot read,
//! is kept as it came and read by a newer one. A kind number is never given another meaning.

mod body;
mod release;
mod wire;

use minicbor::{Decode, Encode};
use sohoi_domain::Day;

pub use body::{Body, Comment, Decision, PeriodRef, Verdict};
pub use release::{of_file, to_file};

use crate::limits;
use crate::message::{Pull, PullKind};
use crate::sign::{Signature, Signer};

/// What the province says to one commune, or to all.
#[derive(Clone, Debug, PartialEq)]
pub struct Bulletin {
    /// Grows from each to the next of a hub, with gaps.
    pub number: u64,
    pub made_at_ms: i64,
    /// The one commune that it is for; none for all.
    pub scope: Option<Scope>,
    pub body: Body,
}

/// Whom a bulletin is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    pub code: String,
    /// The one version of the unit; none for every version with the code.
    pub valid_from: Option<Day>,
}

/// Why a bulletin is not one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BulletinError {
    #[error("a bulletin is larger than allowed")]
    TooLarge,
    #[error("a bulletin cannot be read")]
    Malformed,
}

impl BulletinError {
    /// One word for logs and refusals.
    pub fn reason(self) -> &'static str {
        match self {
            BulletinError::TooLarge => "too_large",
            BulletinError::Malformed => "format",
        }
    }
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct Envelope {
    #[n(0)]
    number: u64,
    #[n(1)]
    made_at_ms: i64,
    #[n(2)]
    kind: u16,
    #[cbor(n(3), with = "minicbor::bytes")]
    body: Vec<u8>,
    #[n(4)]
    unit_code: Option<String>,
    #[n(5)]
    unit_from: Option<i32>,
}

impl Bulletin {
    /// None when it is longer than a bulletin may be.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let envelope = Envelope {
            number: self.number,
            made_at_ms: self.made_at_ms,
            kind: self.body.kind(),
            body: self.body.encode()?,
            unit_code: self.scope.as_ref().map(|scope| scope.code.clone()),
            unit_from: self.scope.as_ref().and_then(|scope| scope.valid_from).map(Day::number),
        };
        let bytes = minicbor::to_vec(envelope).expect("writing to memory cannot fail");
        (bytes.len() <= limits::BULLETIN_BYTES).then_some(bytes)
    }

    /// A body that this program cannot read is no error: it is for a newer one.
    ///
    /// # Errors
    /// When what is around the body cannot be read.
    pub fn decode(bytes: &[u8]) -> Result<Bulletin, BulletinError> {
        if bytes.len() > limits::BULLETIN_BYTES {
            return Err(BulletinError::TooLarge);
        }
        let envelope: Envelope = minicbor::decode(bytes).map_err(|_| BulletinError::Malformed)?;
        let scope = match (envelope.unit_code, envelope.unit_from) {
            (None, None) => None,
            (Some(code), from) if (1..=limits::UNIT_CODE_BYTES).contains(&code.len()) => {
                Some(Scope { code, valid_from: from.map(day).transpose()? })
            }
            _ => return Err(BulletinError::Malformed),
        };
        let body = Body::decode(envelope.kind, envelope.body);
        if envelope.number == 0 || i64::try_from(envelope.number).is_err() {
            return Err(BulletinError::Malformed);
        }
        Ok(Bulletin { number: envelope.number, made_at_ms: envelope.made_at_ms, scope, body })
    }

    /// Wraps the bytes of a bulletin for the way down.
    pub fn pull(number: u64, content: Vec<u8>, signature: Signature) -> Pull {
        Pull { kind: PullKind::Bulletin as u8, number, device: 0, content, signature }
    }

    /// The hub's signature over the bytes of a bulletin.
    pub fn sign(number: u64, content: Vec<u8>, hub: &Signer) -> Pull {
        Pull::sign(PullKind::Bulletin, number, sohoi_domain::DeviceId(0), content, hub)
    }

    /// The bulletin that a message brings; its signature is the caller's to check.
    ///
    /// # Errors
    /// As [`Bulletin::decode`], or when the message has another number than its content.
    pub fn of_pull(pull: &Pull) -> Result<Bulletin, BulletinError> {
        let bulletin = Bulletin::decode(&pull.content)?;
        if bulletin.number == pull.number && pull.device == 0 {
            Ok(bulletin)
        } else {
            Err(BulletinError::Malformed)
        }
    }
}

// A unit is named by a day that can be written down.
fn day(number: i32) -> Result<Day, BulletinError> {
    Day::from_number(number).to_string().parse().map_err(|_| BulletinError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment() -> Bulletin {
        let comment = Comment {
            author: "admin".into(),
            text: "Xem lại số phụ nữ dự buổi này".into(),
            about: Some(PeriodRef { calendar: "union".into(), label: "2018-11".into() }),
            indicator: Some("TT01".into()),
            record: None,
            reply_to: None,
        };
        let scope = Scope { code: "20044".into(), valid_from: None };
        Bulletin { number: 7, made_at_ms: 5, scope: Some(scope), body: Body::Comment(comment) }
    }

    #[test]
    fn a_kind_of_a_newer_program_is_kept_byte_for_byte() {
        let newer = Bulletin { body: Body::Newer { kind: 900, bytes: vec![0xff, 1, 2] }, ..comment() };
        let bytes = newer.encode().expect("it is short");
        let read = Bulletin::decode(&bytes).expect("it is read");
        assert_eq!((read.encode(), read), (Some(bytes), newer));
    }

    #[test]
    fn a_body_that_cannot_be_read_is_for_a_newer_program_and_no_fault() {
        let odd = Bulletin { body: Body::Newer { kind: Body::COMMENT, bytes: vec![0x80] }, ..comment() };
        let read = Bulletin::decode(&odd.encode().expect("it is short"));
        assert_eq!(read, Ok(odd));
    }

    #[test]
    fn a_message_with_another_number_than_its_content_is_none() {
        let hub = Signer::new(&[1; 32]);
        let bytes = comment().encode().expect("it is short");
        assert_eq!(Bulletin::of_pull(&Bulletin::sign(7, bytes.clone(), &hub)), Ok(comment()));
        let other = Bulletin::sign(8, bytes, &hub);
        assert_eq!(Bulletin::of_pull(&other), Err(BulletinError::Malformed));
    }

    #[test]
    fn what_is_too_long_is_not_written() {
        let long =
            Bulletin { body: Body::Newer { kind: 900, bytes: vec![0; limits::BULLETIN_BYTES] }, ..comment() };
        assert_eq!(long.encode(), None);
    }
}
