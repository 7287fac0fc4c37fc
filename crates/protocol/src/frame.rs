//! Frames of `POST /v1/sync`, both ways: one byte of type, a varint with the length, content.

use minicbor::{Decode, Encode};

use crate::brief::{AckBrief, DoneBrief, EndBrief, WelcomeBrief};
use crate::bytes::{Reader, put_varint};
use crate::limits;
use crate::message::{Blob, Done, End, Hello, Kept, Photos, Pull, Receipt, Refusal, Renew, Welcome};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// → device to hub
    Hello(Hello),
    /// → a sealed batch, byte for byte
    Batch(Vec<u8>),
    /// → the rest of a batch of which the hub said in WELCOME that it has the beginning
    Rest(Rest),
    /// → which photos it has for the hub, and which it lacks
    Photos(Photos),
    /// → a photo
    Blob(Blob),
    End(End),
    /// → END right after the last batch, whose signature says the same
    EndBrief(EndBrief),
    /// → by file only, before HELLO: the device goes on for another
    Renew(Renew),
    /// ← hub to device
    Welcome(Welcome),
    /// ← WELCOME where HELLO stands at the hub's place
    WelcomeBrief(WelcomeBrief),
    Ack(Receipt),
    /// ← ACK for the batch that comes next
    AckBrief(AckBrief),
    /// Which photos the hub has, and which it would take
    Kept(Kept),
    Pull(Pull),
    Done(Done),
    /// ← DONE without a difference
    DoneBrief(DoneBrief),
    Refused(Refusal),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    #[error("a frame of type {0} is not known")]
    UnknownType(u8),
    #[error("a frame is longer than allowed")]
    TooLong,
    #[error("a frame cannot be read")]
    Malformed,
}

/// Type, and the shortest and longest length there are.
const MIN_HEAD_BYTES: usize = 2;
const MAX_HEAD_BYTES: usize = 5;
const HELLO: u8 = 1;
const BATCH: u8 = 2;
const BLOB: u8 = 3;
const END: u8 = 4;
const REST: u8 = 5;
const PHOTOS: u8 = 6;
const END_BRIEF: u8 = 7;
const RENEW: u8 = 8;
const WELCOME: u8 = 0x81;
const ACK: u8 = 0x82;
const PULL: u8 = 0x83;
const DONE: u8 = 0x84;
const REFUSED: u8 = 0x85;
const KEPT: u8 = 0x86;
const WELCOME_BRIEF: u8 = 0x87;
const ACK_BRIEF: u8 = 0x88;
const DONE_BRIEF: u8 = 0x89;

fn limit(frame_type: u8) -> Option<usize> {
    match frame_type {
        BATCH => Some(limits::BATCH_BYTES),
        REST => Some(limits::BATCH_BYTES + size_of::<u32>()),
        BLOB => Some(limits::PHOTO_BYTES + limits::AROUND_BYTES),
        PULL => Some(limits::PULL_CONTENT_BYTES + limits::MESSAGE_BYTES),
        END_BRIEF | WELCOME_BRIEF | ACK_BRIEF | DONE_BRIEF => Some(limits::BRIEF_BYTES),
        HELLO | END | PHOTOS | RENEW | WELCOME | ACK | DONE | REFUSED | KEPT => Some(limits::MESSAGE_BYTES),
        _ => None,
    }
}

impl Frame {
    pub fn encode(&self) -> Vec<u8> {
        let (frame_type, content) = match self {
            Frame::Hello(message) => (HELLO, cbor(message)),
            Frame::Batch(bytes) => (BATCH, bytes.clone()),
            Frame::Rest(rest) => (REST, [rest.from.to_le_bytes().as_slice(), &rest.bytes].concat()),
            Frame::Photos(message) => (PHOTOS, cbor(message)),
            Frame::Blob(message) => (BLOB, cbor(message)),
            Frame::End(message) => (END, cbor(message)),
            Frame::EndBrief(brief) => (END_BRIEF, brief.encode()),
            Frame::Renew(message) => (RENEW, cbor(message)),
            Frame::Welcome(message) => (WELCOME, cbor(message)),
            Frame::WelcomeBrief(brief) => (WELCOME_BRIEF, brief.encode()),
            Frame::Ack(message) => (ACK, cbor(message)),
            Frame::AckBrief(brief) => (ACK_BRIEF, brief.encode()),
            Frame::Kept(message) => (KEPT, cbor(message)),
            Frame::Pull(message) => (PULL, cbor(message)),
            Frame::Done(message) => (DONE, cbor(message)),
            Frame::DoneBrief(brief) => (DONE_BRIEF, brief.encode()),
            Frame::Refused(message) => (REFUSED, cbor(message)),
        };
        let mut out = Vec::with_capacity(MAX_HEAD_BYTES + content.len());
        out.push(frame_type);
        put_varint(&mut out, content.len() as u64);
        out.extend_from_slice(&content);
        out
    }

    /// Bytes of a frame with a batch, or any other content, of that length.
    pub fn batch_length(n_bytes: usize) -> usize {
        let mut length = Vec::with_capacity(MAX_HEAD_BYTES);
        put_varint(&mut length, n_bytes as u64);
        1 + length.len() + n_bytes
    }

    fn decode(frame_type: u8, content: &[u8]) -> Result<Frame, FrameError> {
        Ok(match frame_type {
            HELLO => Frame::Hello(from_cbor(content)?),
            BATCH => Frame::Batch(content.to_vec()),
            REST => {
                let (from, bytes) = content.split_first_chunk().ok_or(FrameError::Malformed)?;
                Frame::Rest(Rest { from: u32::from_le_bytes(*from), bytes: bytes.to_vec() })
            }
            PHOTOS => Frame::Photos(from_cbor(content)?),
            BLOB => Frame::Blob(from_cbor(content)?),
            END => Frame::End(from_cbor(content)?),
            END_BRIEF => Frame::EndBrief(EndBrief::decode(content)?),
            RENEW => Frame::Renew(from_cbor(content)?),
            WELCOME => Frame::Welcome(from_cbor(content)?),
            WELCOME_BRIEF => Frame::WelcomeBrief(WelcomeBrief::decode(content)?),
            ACK => Frame::Ack(from_cbor(content)?),
            ACK_BRIEF => Frame::AckBrief(AckBrief::decode(content)?),
            KEPT => Frame::Kept(from_cbor(content)?),
            PULL => Frame::Pull(from_cbor(content)?),
            DONE => Frame::Done(from_cbor(content)?),
            DONE_BRIEF => Frame::DoneBrief(DoneBrief::decode(content)?),
            REFUSED => Frame::Refused(from_cbor(content)?),
            other => return Err(FrameError::UnknownType(other)),
        })
    }
}

fn cbor<T: Encode<()>>(message: &T) -> Vec<u8> {
    minicbor::to_vec(message).expect("writing to memory cannot fail")
}

fn from_cbor<'a, T: Decode<'a, ()>>(content: &'a [u8]) -> Result<T, FrameError> {
    minicbor::decode(content).map_err(|_| FrameError::Malformed)
}

/// What follows on the first bytes of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rest {
    /// How many came before, as WELCOME said.
    pub from: u32,
    pub bytes: Vec<u8>,
}

/// What has come of a BATCH or REST frame that is not whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// As of [`Rest`]; 0 for a batch from its beginning.
    pub from: u32,
    pub content: &'a [u8],
}

/// Type and length of a frame, and what has come after them.
struct Head<'a> {
    frame_type: u8,
    length: usize,
    rest: &'a [u8],
}

impl Head<'_> {
    /// None until all of it has come.
    fn of(pending: &[u8]) -> Result<Option<Head<'_>>, FrameError> {
        let Some((&frame_type, rest)) = pending.split_first() else { return Ok(None) };
        let max = limit(frame_type).ok_or(FrameError::UnknownType(frame_type))?;
        let longest = rest.len().min(MAX_HEAD_BYTES - 1);
        if rest[..longest].iter().all(|byte| byte & 0x80 != 0) {
            return if longest == MAX_HEAD_BYTES - 1 { Err(FrameError::TooLong) } else { Ok(None) };
        }
        let mut reader = Reader::new(rest);
        let length = reader.varint().map_err(|_| FrameError::Malformed)?;
        let length =
            usize::try_from(length).ok().filter(|length| *length <= max).ok_or(FrameError::TooLong)?;
        Ok(Some(Head { frame_type, length, rest: reader.rest() }))
    }
}

/// Cuts a stream of bytes into frames. Holds at most one frame beyond what was asked for.
#[derive(Default)]
pub struct FrameReader {
    pending: Vec<u8>,
    start: usize,
}

impl FrameReader {
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start > 0 {
            self.pending.drain(..self.start);
            self.start = 0;
        }
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole frame, or none until more bytes come.
    ///
    /// # Errors
    /// A type that is not known or a length beyond the limit, before its content has arrived.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, FrameError> {
        let pending = &self.pending[self.start..];
        let Some(head) = Head::of(pending)? else { return Ok(None) };
        let Some(content) = head.rest.get(..head.length) else { return Ok(None) };
        let frame = Frame::decode(head.frame_type, content)?;
        self.start += pending.len() - head.rest.len() + head.length;
        Ok(Some(frame))
    }

    /// Bytes that the next frame lacks at least; none of the one after it.
    ///
    /// # Errors
    /// As [`FrameReader::next_frame`].
    pub fn n_missing(&self) -> Result<usize, FrameError> {
        let pending = &self.pending[self.start..];
        Ok(match Head::of(pending)? {
            Some(head) => head.length.saturating_sub(head.rest.len()),
            None if pending.is_empty() => MIN_HEAD_BYTES,
            None => 1,
        })
    }

    /// The batch that is on its way; none when it is something else, or nothing.
    pub fn part(&self) -> Option<Part<'_>> {
        let head = Head::of(&self.pending[self.start..]).ok()??;
        match head.frame_type {
            BATCH => Some(Part { from: 0, content: head.rest }),
            REST => {
                let (from, content) = head.rest.split_first_chunk()?;
                Some(Part { from: u32::from_le_bytes(*from), content })
            }
            _ => None,
        }
    }

    /// True when the stream ended between frames.
    pub fn is_clean(&self) -> bool {
        self.start == self.pending.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_back_whatever_pieces_they_arrive_in() {
        let frames = [
            Frame::Batch(vec![7; 300]),
            Frame::Refused(Refusal::new("sync.refused", "unit").with("unit", 3)),
        ];
        let stream: Vec<u8> = frames.iter().flat_map(Frame::encode).collect();
        for size in [1, 3, 5, 64, stream.len()] {
            let mut reader = FrameReader::default();
            let mut found = Vec::new();
            for piece in stream.chunks(size) {
                reader.push(piece);
                while let Some(frame) = reader.next_frame().expect("well formed") {
                    found.push(frame);
                }
            }
            assert_eq!(found, frames, "in pieces of {size}");
            assert!(reader.is_clean());
        }
    }

    #[test]
    fn the_part_of_a_batch_that_has_come_can_be_looked_at() {
        let mut reader = FrameReader::default();
        reader.push(&Frame::Batch(vec![8; 20]).encode());
        // Three bytes of head and four of `from`.
        reader.push(&Frame::Rest(Rest { from: 20, bytes: vec![7; 300] }).encode()[..98]);
        assert_eq!(reader.next_frame(), Ok(Some(Frame::Batch(vec![8; 20]))));
        assert_eq!(reader.next_frame(), Ok(None));
        assert_eq!(reader.part(), Some(Part { from: 20, content: &[7; 91] }));
        assert!(!reader.is_clean());
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_its_content() {
        let mut reader = FrameReader::default();
        reader.push(&[BATCH, 0x81, 0x80, 0x40]);
        assert_eq!(reader.next_frame(), Err(FrameError::TooLong));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_refused_or_read_without_a_panic(bytes: Vec<u8>) {
            let mut reader = FrameReader::default();
            reader.push(&bytes);
            while let Ok(Some(_)) = reader.next_frame() {}
        }
    }
}
