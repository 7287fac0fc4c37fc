//! SQLite's log as a cut left it.
//!
//! SQLite reads its log up to the first frame that does not add up, which is what a cut left half written and nobody
//! was told is saved. A bit that has turned on the disk looks the same, and everything behind it would go without a
//! word.
//!
//! A bit is set right where of all that could have turned just one makes the sum right; of some there are several. A
//! sum or a salt that is wrong itself is set right where the next frame proves what it has to be. What is damaged worse
//! stays, and is told of where it was saved: a commit is on the disk before anything is written behind it, so a commit
//! was made where the next frame goes on from its sum. Frames of an abandoned transaction do not.
//!
//! The bytes are those of SQLite's file format, section 4.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::StoreError;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// What a sum is over: of the log's header, and of a frame's.
const SUMMED: usize = 24;
const SUMMED_OF_FRAME: usize = 8;
/// The lowest bit says that sums are over numbers with their high byte first.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;
/// SQLCipher's own, when the header does not say.
const PAGE: u32 = 4096;

/// What was found in a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Bytes that have to be others, by their place.
    mends: Vec<(u64, Vec<u8>)>,
    /// What cannot be read of what was saved.
    pub lost: Option<Lost>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lost {
    /// Where the log has to end, so that what is behind is not taken for a part of what is written next.
    pub len: u64,
    pub n_commits: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sum(u32, u32);

impl Sum {
    const ZERO: Sum = Sum(0, 0);

    fn over(self, bytes: &[u8], is_big: bool) -> Sum {
        let number = |four: &[u8]| {
            let four = [four[0], four[1], four[2], four[3]];
            if is_big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        bytes.chunks_exact(8).fold(self, |Sum(a, b), eight| {
            let a = a.wrapping_add(number(&eight[..4])).wrapping_add(b);
            Sum(a, b.wrapping_add(number(&eight[4..])).wrapping_add(a))
        })
    }

    fn read(bytes: &[u8]) -> Sum {
        Sum(be(&bytes[..4]), be(&bytes[4..8]))
    }

    fn write(self) -> [u8; 8] {
        let [a, b] = [self.0, self.1].map(u32::to_be_bytes);
        std::array::from_fn(|n| if n < 4 { a[n] } else { b[n - 4] })
    }
}

fn be(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

struct Log {
    is_big: bool,
    salt: [u8; 8],
}

struct Frame(Vec<u8>);

impl Frame {
    fn sum(&self, before: Sum, is_big: bool) -> Sum {
        before.over(&self.0[..SUMMED_OF_FRAME], is_big).over(&self.0[FRAME_HEADER..], is_big)
    }

    fn stored(&self) -> Sum {
        Sum::read(&self.0[16..])
    }

    fn is_of(&self, log: &Log) -> bool {
        self.0[8..16] == log.salt && be(&self.0) != 0
    }

    fn follows(&self, log: &Log, before: Sum) -> bool {
        self.is_of(log) && self.sum(before, log.is_big) == self.stored()
    }

    fn is_commit(&self) -> bool {
        be(&self.0[4..]) != 0
    }

    /// Whether it is its content that is wrong: the next frame goes on from its sum, or a bit of the sum alone would
    /// not explain it.
    fn sum_is_right(&self, log: &Log, reckoned: Sum, next: Option<&Frame>) -> bool {
        let stored = self.stored();
        let n_bits = (stored.0 ^ reckoned.0).count_ones() + (stored.1 ^ reckoned.1).count_ones();
        next.is_some_and(|next| next.follows(log, stored)) || n_bits > 1
    }

    /// The one bit that must have turned, by its byte. There is no page 0.
    fn turned(&self, before: Sum, is_big: bool) -> Option<(usize, u8)> {
        let summed = [&self.0[..SUMMED_OF_FRAME], &self.0[FRAME_HEADER..]].concat();
        let (at, bit) = turned(&summed, before, self.stored(), is_big)?;
        let page = be(&self.0) ^ if at < 4 { 1_u32 << (8 * (3 - at) + usize::from(bit)) } else { 0 };
        let at = if at < SUMMED_OF_FRAME { at } else { at - SUMMED_OF_FRAME + FRAME_HEADER };
        (page != 0).then_some((at, bit))
    }
}

/// The one bit of these bytes that makes their sum what it has to be; none where there are several. A bit adds to or
/// takes from one number, and what that does to the sum is the same whatever the rest is.
fn turned(bytes: &[u8], before: Sum, wanted: Sum, is_big: bool) -> Option<(usize, u8)> {
    let sum = before.over(bytes, is_big);
    let missing = Sum(wanted.0.wrapping_sub(sum.0), wanted.1.wrapping_sub(sum.1));
    let mut found = None;
    // How often the first and the second number of eight bytes count in the whole sum, from the last back.
    let (mut first, mut second) = (Sum(1, 1), Sum(0, 1));
    for (n, eight) in bytes.chunks_exact(8).enumerate().rev() {
        for (half, weight) in [(0, first), (4, second)] {
            for bit in 0..32_u32 {
                let byte = if is_big { 3 - bit / 8 } else { bit / 8 };
                let (at, in_byte) = (half + byte as usize, (bit % 8) as u8);
                let is_set = eight[at] >> in_byte & 1 == 1;
                let by = if is_set { (1_u32 << bit).wrapping_neg() } else { 1 << bit };
                if Sum(weight.0.wrapping_mul(by), weight.1.wrapping_mul(by)) == missing
                    && found.replace((n * 8 + at, in_byte)).is_some()
                {
                    return None;
                }
            }
        }
        (first, second) = (one_more(first), one_more(second));
    }
    found
}

// What a change of the sum before eight bytes does to the sum after them.
fn one_more(Sum(a, b): Sum) -> Sum {
    let a = a.wrapping_add(b);
    Sum(a, b.wrapping_add(a))
}

/// Looks at a log, and changes nothing.
pub(crate) fn look(path: &Path) -> Result<Found, StoreError> {
    let mut found = Found { mends: Vec::new(), lost: None };
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let len = file.get_ref().metadata()?.len();
    let known = header(&mut file, len, &mut found.mends)?;
    file.seek(SeekFrom::Start(HEADER as u64))?;
    let mut frames = Frames { file, len: FRAME_HEADER + PAGE as usize, n: 0, end: len };
    let Some((log, mut sum)) = known else {
        found.lost = lost_whole(&mut frames);
        return Ok(found);
    };
    let mut next = frames.next();
    while let Some(mut frame) = next.take() {
        let at = frames.at_last();
        next = frames.next();
        if !frame.follows(&log, sum) {
            let reckoned = frame.sum(sum, log.is_big);
            let is_proven = next.as_ref().is_some_and(|next| next.follows(&log, reckoned));
            if is_proven && be(&frame.0) != 0 {
                frame.0[8..16].copy_from_slice(&log.salt);
                frame.0[16..24].copy_from_slice(&reckoned.write());
                found.mends.push((at + 8, frame.0[8..24].to_vec()));
            } else if frame.0[8..16] == log.salt
                && frame.sum_is_right(&log, reckoned, next.as_ref())
                && let Some((byte, bit)) = frame.turned(sum, log.is_big)
            {
                frame.0[byte] ^= 1 << bit;
                found.mends.push((at + byte as u64, vec![frame.0[byte]]));
            } else {
                found.lost = lost(&log, &mut frames, frame, next, at);
                return Ok(found);
            }
        }
        sum = frame.stored();
    }
    Ok(found)
}

/// A log whose header cannot be read. The salt is that of its frames, of which the first may have gone with it.
fn lost_whole(frames: &mut Frames) -> Option<Lost> {
    let (first, second, third) = (frames.next()?, frames.next()?, frames.next());
    let salt = std::array::from_fn(|n| second.0[8 + n]);
    let log = Log { is_big: false, salt };
    let is_ours =
        third.as_ref().is_some_and(|third| third.is_of(&log) && third.follows(&log, second.stored()));
    if !is_ours && !second.follows(&log, first.stored()) {
        return None;
    }
    let is_first = first.is_of(&log) && first.is_commit() && second.follows(&log, first.stored());
    let n_first = u32::from(is_first);
    match lost(&log, frames, second, third, 0) {
        Some(lost) => Some(Lost { n_commits: lost.n_commits + n_first, ..lost }),
        None => is_first.then_some(Lost { len: 0, n_commits: 1 }),
    }
}

/// Commits from a damaged frame on, if one of them was made: the next frame goes on from its sum. Those count of which
/// it is certain that they were: the frame is of this log, and goes on from the one before it.
fn lost(log: &Log, frames: &mut Frames, damaged: Frame, next: Option<Frame>, at: u64) -> Option<Lost> {
    let (mut frame, mut next) = (Some(damaged), next);
    let mut is_certain = frame.as_ref().is_some_and(|damaged| damaged.is_of(log));
    let (mut n_commits, mut is_proven) = (0, false);
    while let Some(one) = frame {
        let goes_on = next.as_ref().is_some_and(|next| next.follows(log, one.stored()));
        if is_certain && one.is_commit() {
            n_commits += 1;
            is_proven |= goes_on;
        }
        is_certain = goes_on;
        frame = next;
        next = frames.next();
    }
    is_proven.then_some(Lost { len: at, n_commits })
}

/// A log's header, with what of it has to be another; none for a log that holds nothing.
fn header(
    file: &mut (impl Read + Seek),
    len: u64,
    mends: &mut Vec<(u64, Vec<u8>)>,
) -> Result<Option<(Log, Sum)>, StoreError> {
    let mut header = [0; HEADER];
    if len < (HEADER + FRAME_HEADER) as u64 {
        return Ok(None);
    }
    file.read_exact(&mut header)?;
    let mut first = Frame(vec![0; FRAME_HEADER + PAGE as usize]);
    let has_first = len >= (HEADER + first.0.len()) as u64 && file.read_exact(&mut first.0).is_ok();
    let stored = Sum::read(&header[SUMMED..]);
    let of = |header: &[u8; HEADER]| {
        let log = Log::of(header)?;
        let sum = Sum::ZERO.over(&header[..SUMMED], log.is_big);
        Some((log, sum))
    };
    // First the sum itself, if the first frame goes on from what it has to be.
    if let Some((log, sum)) = of(&header).filter(|(log, sum)| has_first && first.follows(log, *sum)) {
        if sum != stored {
            mends.push((SUMMED as u64, sum.write().to_vec()));
        }
        return Ok(Some((log, sum)));
    }
    for like in likely(&header, &first) {
        let Some((log, sum)) = of(&like).filter(|(_, sum)| *sum == stored) else { continue };
        if like != header {
            mends.push((0, like[..SUMMED].to_vec()));
        }
        return Ok(Some((log, sum)));
    }
    Ok(None)
}

/// Headers that this one may have been: all but one number of it is known.
fn likely(header: &[u8; HEADER], first: &Frame) -> Vec<[u8; HEADER]> {
    let mut known = *header;
    for (n, word) in [MAGIC, VERSION, PAGE].into_iter().enumerate() {
        known[n * 4..n * 4 + 4].copy_from_slice(&word.to_be_bytes());
    }
    let mut with_salt = known;
    with_salt[16..24].copy_from_slice(&first.0[8..16]);
    let mut all = vec![*header, known, with_salt];
    for bit in 0..32 {
        let mut other = known;
        other[12 + bit / 8] ^= 1 << (bit % 8);
        all.push(other);
    }
    all
}

impl Log {
    fn of(header: &[u8; HEADER]) -> Option<Log> {
        let (magic, page) = (be(header), be(&header[8..]));
        let log = Log { is_big: magic & 1 == 1, salt: std::array::from_fn(|n| header[16 + n]) };
        (magic & !1 == MAGIC && page == PAGE).then_some(log)
    }
}

struct Frames {
    file: BufReader<File>,
    len: usize,
    n: u64,
    end: u64,
}

impl Frames {
    /// None at the end, and where the disk gives nothing: SQLite tells of that if it has to read there.
    fn next(&mut self) -> Option<Frame> {
        let mut frame = vec![0; self.len];
        let is_there = HEADER as u64 + (self.n + 1) * self.len as u64 <= self.end;
        if !is_there || self.file.read_exact(&mut frame).is_err() {
            self.end = 0;
            return None;
        }
        self.n += 1;
        Some(Frame(frame))
    }

    fn at_last(&self) -> u64 {
        HEADER as u64 + (self.n - 1) * self.len as u64
    }
}

impl Found {
    pub fn n_mends(&self) -> u32 {
        u32::try_from(self.mends.len()).unwrap_or(u32::MAX)
    }

    /// Sets right what was found. Each place by itself makes the log no worse, so a cut on the way is no harm.
    pub fn mend(&self, path: &Path) -> Result<(), StoreError> {
        if self.mends.is_empty() {
            return Ok(());
        }
        let mut file = OpenOptions::new().write(true).open(path)?;
        for (at, bytes) in &self.mends {
            file.seek(SeekFrom::Start(*at))?;
            file.write_all(bytes)?;
        }
        Ok(file.sync_all()?)
    }
}

impl Lost {
    /// Ends the log before what cannot be read. All of it is kept in `aside` where there is room and the disk gives it.
    pub fn cut(self, path: &Path, aside: &Path) -> Result<(), StoreError> {
        let sync = |_| OpenOptions::new().write(true).open(aside)?.sync_all();
        if std::fs::copy(path, aside).and_then(sync).is_err() {
            // Half of it is of no use, and there may be nothing.
            let _ = std::fs::remove_file(aside);
        }
        let log = OpenOptions::new().write(true).open(path)?;
        log.set_len(self.len)?;
        Ok(log.sync_all()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_that_is_set_right_is_the_one_that_turned() {
        let bytes: Vec<u8> = (0..4104_u32).map(|n| (n * 37 + n / 9) as u8).collect();
        for is_big in [false, true] {
            let before = Sum(123_456, 987_654_321);
            let wanted = before.over(&bytes, is_big);
            assert_eq!(turned(&bytes, before, wanted, is_big), None);
            let (mut n_found, mut n_tried) = (0, 0);
            for at in (0..bytes.len()).step_by(31) {
                for bit in 0..8 {
                    let mut other = bytes.clone();
                    other[at] ^= 1 << bit;
                    let found = turned(&other, before, wanted, is_big);
                    assert!(found.is_none_or(|found| found == (at, bit)));
                    (n_found, n_tried) = (n_found + u32::from(found.is_some()), n_tried + 1);
                }
            }
            assert!(n_found * 2 > n_tried, "{n_found} of {n_tried}");
        }
    }
}
