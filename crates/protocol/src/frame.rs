//! Frames of `POST /v1/sync`, both ways: one byte of type, four of length (little end first), content.

use minicbor::{Decode, Encode};

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
    /// → by file only, before HELLO: the device goes on for another
    Renew(Renew),
    /// ← hub to device
    Welcome(Welcome),
    Ack(Receipt),
    /// Which photos the hub has, and which it would take
    Kept(Kept),
    Pull(Pull),
    Done(Done),
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

/// Type and length.
const HEADER_BYTES: usize = 5;
const HELLO: u8 = 1;
const BATCH: u8 = 2;
const BLOB: u8 = 3;
const END: u8 = 4;
const REST: u8 = 5;
const PHOTOS: u8 = 6;
const RENEW: u8 = 7;
const WELCOME: u8 = 0x81;
const ACK: u8 = 0x82;
const PULL: u8 = 0x83;
const DONE: u8 = 0x84;
const REFUSED: u8 = 0x85;
const KEPT: u8 = 0x86;

fn limit(frame_type: u8) -> Option<usize> {
    match frame_type {
        BATCH => Some(limits::BATCH_BYTES),
        REST => Some(limits::BATCH_BYTES + size_of::<u32>()),
        BLOB => Some(limits::PHOTO_BYTES + limits::AROUND_BYTES),
        PULL => Some(limits::PULL_CONTENT_BYTES + limits::MESSAGE_BYTES),
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
            Frame::Renew(message) => (RENEW, cbor(message)),
            Frame::Welcome(message) => (WELCOME, cbor(message)),
            Frame::Ack(message) => (ACK, cbor(message)),
            Frame::Kept(message) => (KEPT, cbor(message)),
            Frame::Pull(message) => (PULL, cbor(message)),
            Frame::Done(message) => (DONE, cbor(message)),
            Frame::Refused(message) => (REFUSED, cbor(message)),
        };
        let mut out = Vec::with_capacity(Frame::batch_length(content.len()));
        out.push(frame_type);
        out.extend_from_slice(&(content.len() as u32).to_le_bytes());
        out.extend_from_slice(&content);
        out
    }

    /// Bytes of a frame with a batch, or any other content, of that length.
    pub fn batch_length(n_bytes: usize) -> usize {
        HEADER_BYTES + n_bytes
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
            RENEW => Frame::Renew(from_cbor(content)?),
            WELCOME => Frame::Welcome(from_cbor(content)?),
            ACK => Frame::Ack(from_cbor(content)?),
            KEPT => Frame::Kept(from_cbor(content)?),
            PULL => Frame::Pull(from_cbor(content)?),
            DONE => Frame::Done(from_cbor(content)?),
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
        let Some((head, rest)) = pending.split_at_checked(HEADER_BYTES) else { return Ok(None) };
        let max = limit(head[0]).ok_or(FrameError::UnknownType(head[0]))?;
        let length = u32::from_le_bytes([head[1], head[2], head[3], head[4]]) as usize;
        if length > max {
            return Err(FrameError::TooLong);
        }
        let Some(content) = rest.get(..length) else { return Ok(None) };
        let frame = Frame::decode(head[0], content)?;
        self.start += HEADER_BYTES + length;
        Ok(Some(frame))
    }

    /// The batch that is on its way; none when it is something else, or nothing.
    pub fn part(&self) -> Option<Part<'_>> {
        let (head, content) = self.pending[self.start..].split_at_checked(HEADER_BYTES)?;
        match head[0] {
            BATCH => Some(Part { from: 0, content }),
            REST => {
                let (from, content) = content.split_first_chunk()?;
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
        reader.push(&Frame::Rest(Rest { from: 20, bytes: vec![7; 300] }).encode()[..100]);
        assert_eq!(reader.next_frame(), Ok(Some(Frame::Batch(vec![8; 20]))));
        assert_eq!(reader.next_frame(), Ok(None));
        assert_eq!(reader.part(), Some(Part { from: 20, content: &[7; 91] }));
        assert!(!reader.is_clean());
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_its_content() {
        let mut reader = FrameReader::default();
        reader.push(&[BATCH, 0xff, 0xff, 0xff, 0x7f]);
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
