//! What is said in brief on the line: a frame leaves out what the other side of the same conversation knows.
//!
//! Nothing is verified less for it. The device puts a receipt together out of its own batch and WELCOME, and holds
//! the hub's signature against that; the hub has checked the signature of the batch that END follows on.

use crate::batch;
use crate::bytes::{Malformed, Reader, put_varint, zigzag};
use crate::frame::{Frame, FrameError};
use crate::limits;
use crate::message::{Done, Hello, Receipt, Welcome, mark};
use crate::sign::Signature;
use crate::sum::SumsDigest;

/// END after the last batch of this conversation: place, chain and signature are that batch's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndBrief {
    pub sums: Option<SumsDigest>,
}

/// WELCOME where the hub's place is HELLO's, protocol and size of batches are what HELLO's side expects, and nothing
/// has been begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WelcomeBrief {
    pub epoch: u64,
    pub now_ms: i64,
}

/// The receipt for the first batch that has none yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AckBrief {
    /// Since the time of WELCOME, whose epoch it is.
    pub after_ms: i64,
    pub signature: Signature,
}

/// DONE at END's place, when the hub counts as the device does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DoneBrief {
    pub more: bool,
}

type Decoded<T> = Result<T, FrameError>;

fn malformed(_: Malformed) -> FrameError {
    FrameError::Malformed
}

impl EndBrief {
    pub(crate) fn encode(&self) -> Vec<u8> {
        self.sums.map_or_else(Vec::new, |sums| sums.to_vec())
    }

    pub(crate) fn decode(content: &[u8]) -> Decoded<EndBrief> {
        let sums = if content.is_empty() { None } else { Some(content) };
        let sums = sums.map(|sums| sums.try_into().map_err(|_| FrameError::Malformed)).transpose()?;
        Ok(EndBrief { sums })
    }
}

impl WelcomeBrief {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_varint(&mut out, self.epoch);
        put_varint(&mut out, zigzag(self.now_ms));
        out
    }

    pub(crate) fn decode(content: &[u8]) -> Decoded<WelcomeBrief> {
        let mut reader = Reader::new(content);
        let epoch = reader.varint().map_err(malformed)?;
        let now_ms = reader.signed().map_err(malformed)?;
        reader.finish().map_err(malformed)?;
        Ok(WelcomeBrief { epoch, now_ms })
    }

    /// All of it, as an answer to this HELLO at this place.
    pub fn whole(&self, hello: &Hello, chain: batch::Chain) -> Welcome {
        Welcome {
            protocol: hello.protocol,
            epoch: self.epoch,
            next_seq: hello.next_seq,
            chain,
            now_ms: self.now_ms,
            max_batch_bytes: limits::BATCH_BYTES as u32,
            begun: None,
        }
    }
}

impl AckBrief {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = self.signature.to_vec();
        put_varint(&mut out, zigzag(self.after_ms));
        out
    }

    pub(crate) fn decode(content: &[u8]) -> Decoded<AckBrief> {
        let mut reader = Reader::new(content);
        let signature = reader.array().map_err(malformed)?;
        let after_ms = reader.signed().map_err(malformed)?;
        reader.finish().map_err(malformed)?;
        Ok(AckBrief { after_ms, signature })
    }
}

impl DoneBrief {
    pub(crate) fn encode(&self) -> Vec<u8> {
        if self.more { vec![1] } else { Vec::new() }
    }

    pub(crate) fn decode(content: &[u8]) -> Decoded<DoneBrief> {
        match content {
            [] => Ok(DoneBrief { more: false }),
            [1] => Ok(DoneBrief { more: true }),
            _ => Err(FrameError::Malformed),
        }
    }
}

/// Shortens what a device says in one conversation.
#[derive(Debug, Default)]
pub struct FromDevice {
    /// First change after the last batch, once one went out whole.
    next_seq: Option<u64>,
}

impl FromDevice {
    pub fn shorten(&mut self, frame: Frame) -> Frame {
        match &frame {
            Frame::Batch(bytes) => {
                let header = batch::header(bytes).ok();
                self.next_seq = header.map(|header| header.first_seq + u64::from(header.count));
            }
            Frame::Rest(_) => self.next_seq = None,
            Frame::End(end) if self.next_seq == Some(end.next_seq) && end.clock.is_none() => {
                return Frame::EndBrief(EndBrief { sums: end.sums });
            }
            _ => {}
        }
        frame
    }
}

/// Shortens what a hub says in one conversation.
#[derive(Debug, Default)]
pub struct FromHub {
    hello: Option<Hello>,
    /// Epoch and time of WELCOME.
    said: Option<(u64, i64)>,
    /// First change that no receipt of this conversation covers.
    next_seq: u64,
}

impl FromHub {
    /// What the device said: HELLO counts.
    pub fn hear(&mut self, frame: &Frame) {
        if let (Frame::Hello(hello), None) = (frame, &self.hello) {
            self.next_seq = hello.next_seq;
            self.hello = Some(hello.clone());
        }
    }

    pub fn shorten(&mut self, frame: Frame) -> Frame {
        match &frame {
            Frame::Welcome(welcome) => {
                self.said = Some((welcome.epoch, welcome.now_ms));
                self.welcome(welcome).map_or(frame, Frame::WelcomeBrief)
            }
            Frame::Ack(receipt) => self.ack(receipt).map_or(frame, Frame::AckBrief),
            Frame::Done(done) => match done {
                Done { digests: None, again: None, clock_number: None, more, n_changes, .. }
                    if n_changes.is_empty() =>
                {
                    Frame::DoneBrief(DoneBrief { more: *more })
                }
                _ => frame,
            },
            _ => frame,
        }
    }

    fn welcome(&self, welcome: &Welcome) -> Option<WelcomeBrief> {
        let hello = self.hello.as_ref()?;
        let brief = WelcomeBrief { epoch: welcome.epoch, now_ms: welcome.now_ms };
        let is_whole = brief.whole(hello, welcome.chain) == *welcome && mark(&welcome.chain) == hello.mark;
        is_whole.then_some(brief)
    }

    fn ack(&mut self, receipt: &Receipt) -> Option<AckBrief> {
        let (epoch, now_ms) = self.said?;
        if receipt.first_seq != self.next_seq {
            return None;
        }
        self.next_seq += u64::from(receipt.count);
        let after_ms = receipt.at_ms.checked_sub(now_ms)?;
        (receipt.epoch == epoch).then_some(AckBrief { after_ms, signature: receipt.signature })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::message::End;
    use crate::sign::Signer;

    const CHAIN: [u8; 32] = [9; 32];

    fn hello() -> Frame {
        Frame::Hello(Hello {
            protocol: limits::PROTOCOL,
            program: String::new(),
            device: 7,
            next_seq: 11,
            mark: mark(&CHAIN),
            boot: 1,
            wall_ms: 1,
            monotonic_ms: 1,
            catalogue: 1,
            bulletin_cursor: 0,
            device_cursors: BTreeMap::new(),
            clock_cursor: None,
            epoch: None,
        })
    }

    fn welcome(next_seq: u64, chain: [u8; 32]) -> Frame {
        let (protocol, max_batch_bytes) = (limits::PROTOCOL, limits::BATCH_BYTES as u32);
        Frame::Welcome(Welcome {
            protocol,
            epoch: 2,
            next_seq,
            chain,
            now_ms: 50,
            max_batch_bytes,
            begun: None,
        })
    }

    fn receipt(first_seq: u64, epoch: u64) -> Frame {
        let signature = [3; 64];
        Frame::Ack(Receipt { device: 7, first_seq, count: 5, chain: [4; 32], epoch, at_ms: 53, signature })
    }

    #[test]
    fn welcome_is_brief_only_where_both_stand() {
        for (frame, is_brief) in
            [(welcome(11, CHAIN), true), (welcome(12, CHAIN), false), (welcome(11, [8; 32]), false)]
        {
            let mut hub = FromHub::default();
            hub.hear(&hello());
            let said = hub.shorten(frame.clone());
            let brief = Frame::WelcomeBrief(WelcomeBrief { epoch: 2, now_ms: 50 });
            assert_eq!(said, if is_brief { brief } else { frame });
        }
    }

    #[test]
    fn a_receipt_is_brief_for_the_next_batch_in_this_epoch_and_no_other() {
        let mut hub = FromHub::default();
        hub.hear(&hello());
        assert_eq!(hub.shorten(receipt(11, 2)), receipt(11, 2), "before WELCOME");
        hub.shorten(welcome(11, CHAIN));
        assert_eq!(hub.shorten(receipt(6, 2)), receipt(6, 2), "of an earlier batch");
        let brief = Frame::AckBrief(AckBrief { after_ms: 3, signature: [3; 64] });
        assert_eq!(hub.shorten(receipt(11, 2)), brief);
        assert_eq!(hub.shorten(receipt(16, 1)), receipt(16, 1), "of an epoch before");
        assert_eq!(hub.shorten(receipt(21, 2)), brief);
    }

    #[test]
    fn done_is_brief_when_it_has_nothing_to_say() {
        let mut hub = FromHub::default();
        let done = Done { more: true, ..Done::at(11, CHAIN) };
        assert_eq!(hub.shorten(Frame::Done(done.clone())), Frame::DoneBrief(DoneBrief { more: true }));
        let numbered = Frame::Done(Done { clock_number: Some(5), ..done.clone() });
        assert_eq!(hub.shorten(numbered.clone()), numbered);
        let again = Frame::Done(Done { again: Some(vec![1]), ..done });
        assert_eq!(hub.shorten(again.clone()), again);
    }

    #[test]
    fn end_needs_its_own_signature_unless_a_whole_batch_went_before_it() {
        let end = Frame::End(End::sign(11, CHAIN, &Signer::new(&[5; 32])));
        let mut device = FromDevice::default();
        assert_eq!(device.shorten(end.clone()), end);
        device.next_seq = Some(12);
        assert_eq!(device.shorten(end.clone()), end, "the batch ends elsewhere");
        device.next_seq = Some(11);
        assert_eq!(device.shorten(end.clone()), Frame::EndBrief(EndBrief { sums: None }));
        device.shorten(Frame::Rest(crate::Rest { from: 3, bytes: vec![1] }));
        assert_eq!(device.shorten(end.clone()), end);
    }
}
