//! What stamps of a PC whose clock was wrong are off: told to the hub at the end of a sync, and by it to the other
//! PCs of the commune. For the times that are shown; stamps and their order stay.

use minicbor::decode::{Decoder, Error};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};
use sohoi_domain::DeviceId;

use crate::limits;
use crate::message::{Pull, PullKind};
use crate::sign::Signer;

/// A run of one device's changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClockRun {
    #[n(0)]
    pub first_seq: u64,
    #[n(1)]
    pub last_seq: u64,
    /// To be added to the time of its stamps.
    #[n(2)]
    pub offset_ms: i64,
    /// By the hub's clock: nothing of it was written later. None when the device has reckoned it without the hub.
    #[n(3)]
    pub told_at_ms: Option<i64>,
}

impl ClockRun {
    /// False for what no reader takes.
    pub fn is_sound(&self) -> bool {
        let is_run = 0 < self.first_seq && self.first_seq <= self.last_seq;
        let is_time = |ms: i64| ms.unsigned_abs() <= limits::CLOCK_MS;
        is_run
            && i64::try_from(self.last_seq).is_ok()
            && is_time(self.offset_ms)
            && self.told_at_ms.is_none_or(is_time)
    }
}

/// One run, and whose it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct ClockWord {
    #[n(0)]
    pub device: u64,
    #[n(1)]
    pub run: ClockRun,
}

/// The content of a [`Pull`] of kind [`PullKind::Clock`]: what devices of the unit have told since another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockWords {
    /// Of the last word in it; the device asks from there on next time.
    pub number: u64,
    pub words: Vec<ClockWord>,
}

impl ClockWords {
    pub fn pull(&self, hub: &Signer) -> Pull {
        let content = minicbor::to_vec(&self.words).expect("writing to memory cannot fail");
        Pull::sign(PullKind::Clock, self.number, DeviceId(0), content, hub)
    }

    /// None for what is no list of sound runs, or one that is too long.
    pub fn of_pull(pull: &Pull) -> Option<ClockWords> {
        let mut decoder = Decoder::new(&pull.content);
        let words = list(&mut decoder, limits::CLOCK_WORDS).ok()?;
        let is_all = decoder.position() == pull.content.len();
        let is_sound = words.iter().all(|word: &ClockWord| word.run.is_sound());
        let is_number = pull.number > 0 && i64::try_from(pull.number).is_ok();
        (is_all && is_sound && is_number).then_some(ClockWords { number: pull.number, words })
    }
}

fn list<'b, T: Decode<'b, ()>>(d: &mut Decoder<'b>, most: usize) -> Result<Vec<T>, Error> {
    let too_long = || Error::message("no list of runs");
    let n = d.array()?.and_then(|n| usize::try_from(n).ok()).filter(|n| *n <= most).ok_or_else(too_long)?;
    (0..n).map(|_| d.decode()).collect()
}

/// The runs that END tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockRuns(pub Vec<ClockRun>);

impl<C> Encode<C> for ClockRuns {
    fn encode<W: Write>(&self, e: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        self.0.encode(e, context)
    }
}

impl<'b, C> Decode<'b, C> for ClockRuns {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<ClockRuns, Error> {
        let runs: Vec<ClockRun> = list(d, limits::CLOCK_RUNS)?;
        if runs.iter().all(ClockRun::is_sound) { Ok(ClockRuns(runs)) } else { Err(Error::message("no run")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::End;

    const RUN: ClockRun = ClockRun { first_seq: 3, last_seq: 9, offset_ms: -3_600_000, told_at_ms: Some(7) };

    #[test]
    fn runs_come_back_from_end_and_those_that_are_none_are_refused() {
        let signer = Signer::new(&[1; 32]);
        let end = |clock: Option<Vec<ClockRun>>| End {
            clock: clock.map(ClockRuns),
            ..End::sign(10, [2; 32], &signer)
        };
        let read = |end: &End| minicbor::decode::<End>(&minicbor::to_vec(end).expect("bytes"));
        for good in
            [None, Some(vec![RUN; limits::CLOCK_RUNS]), Some(vec![ClockRun { told_at_ms: None, ..RUN }])]
        {
            let end = end(good);
            assert_eq!(read(&end).expect("sound"), end);
        }
        let bad = [
            ClockRun { first_seq: 0, ..RUN },
            ClockRun { last_seq: 2, ..RUN },
            ClockRun { last_seq: u64::MAX, ..RUN },
            ClockRun { offset_ms: i64::MIN, ..RUN },
            ClockRun { told_at_ms: Some(i64::MAX), ..RUN },
        ];
        for run in bad {
            assert!(read(&end(Some(vec![run]))).is_err(), "{run:?}");
        }
        assert!(read(&end(Some(vec![RUN; limits::CLOCK_RUNS + 1]))).is_err());
    }

    #[test]
    fn words_come_back_from_a_pull_and_nothing_else_does() {
        let hub = Signer::new(&[1; 32]);
        let words = ClockWords { number: 4, words: vec![ClockWord { device: 5, run: RUN }] };
        let pull = words.pull(&hub);
        assert!(pull.is_signed_by(&hub.public_key()));
        assert_eq!(ClockWords::of_pull(&pull), Some(words.clone()));
        for n in 0..pull.content.len() {
            let cut = Pull { content: pull.content[..n].to_vec(), ..pull.clone() };
            assert_eq!(ClockWords::of_pull(&cut), None, "cut at {n}");
        }
        let long = ClockWords { words: vec![words.words[0]; limits::CLOCK_WORDS + 1], ..words.clone() };
        assert_eq!(ClockWords::of_pull(&long.pull(&hub)), None);
        let more = Pull { content: [pull.content.clone(), vec![0]].concat(), ..pull };
        assert_eq!(ClockWords::of_pull(&more), None);
        // A length that would take all memory.
        let huge = Pull { content: vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], ..more };
        assert_eq!(ClockWords::of_pull(&huge), None);
    }
}
