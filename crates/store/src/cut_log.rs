//! SQLite's log as a cut left it.
//!
//! SQLite reads its log up to the first frame that does not add up, which is what a cut left half written and nobody
//! was told is saved. A bit that has turned on the disk looks the same, and everything behind it would go without a
//! word. Which of the two it is can be told: a commit is on the disk before anything is written behind it. So where
//! something is behind a commit, all before it was saved.
//!
//! The bytes are those of SQLite's file format, section 4. Pages are encrypted in it and prove themselves when they
//! are read, so a frame whose sum is wrong may still hold a good page: sums are set right in a log that is kept beside,
//! and whoever opens the file says whether that holds.

use std::fs::{self, File, OpenOptions};
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::error::StoreError;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The lowest bit says that sums are over numbers with their high byte first.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;
/// Bits of a salt that may have turned. Of two logs' salts half of a random number differs.
const MAX_TURNED: u32 = 3;
/// SQLCipher's own, when the header does not say.
const PAGE: u32 = 4096;

/// A log of which SQLite would pass over what was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    log: Log,
    /// The first frame that does not add up, and what is before it to go on from.
    from: u64,
    sum: Sum,
    /// One past the last frame that is of a commit.
    to: u64,
    /// Commits from there on.
    pub n_commits: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Log {
    is_big: bool,
    page: u32,
    salt: [u8; 8],
    /// False where the header itself has to be made anew.
    has_header: bool,
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

/// What is to be known of one frame.
#[derive(Clone, Copy)]
struct Seen {
    /// It belongs to this log and not to one that was carried into the file before, whose salt is another number
    /// altogether.
    is_ours: bool,
    has_salt: bool,
    is_commit: bool,
    /// Its sum is right if that of the one before it is.
    follows: bool,
}

/// None for a log that says all that it held.
pub(crate) fn look(path: &Path) -> Result<Option<Broken>, StoreError> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let len = file.get_ref().metadata()?.len();
    let Some((log, mut sum)) = Log::read(&mut file, len)? else { return Ok(None) };
    let frame_len = FRAME_HEADER as u64 + u64::from(log.page);
    let n_frames = (len - HEADER as u64) / frame_len;
    let mut frame = vec![0; FRAME_HEADER + log.page as usize];
    let (mut seen, mut broken, mut before) = (Vec::new(), None, sum);
    for n in 0..n_frames {
        file.read_exact(&mut frame)?;
        let (one, stored) = log.seen(&frame, before);
        if broken.is_none() {
            let adds_up = log.has_header && one.has_salt && one.follows;
            if adds_up { sum = stored } else { broken = Some(n) }
        }
        before = stored;
        seen.push(one);
    }
    let Some(from) = broken else { return Ok(None) };
    Ok(Broken::of(log, (from, sum), &seen))
}

impl Log {
    fn read(file: &mut (impl Read + Seek), len: u64) -> Result<Option<(Log, Sum)>, StoreError> {
        let mut header = [0; HEADER];
        if len < (HEADER + FRAME_HEADER) as u64 {
            return Ok(None);
        }
        file.read_exact(&mut header)?;
        let (magic, page) = (be(&header), be(&header[8..]));
        let is_big = magic == MAGIC | 1;
        let sum = Sum::ZERO.over(&header[..24], is_big);
        let is_page = page.is_power_of_two() && (512..=65_536).contains(&page);
        if magic & !1 == MAGIC && is_page && sum == Sum::read(&header[24..]) {
            let salt = std::array::from_fn(|n| header[16 + n]);
            return Ok(Some((Log { is_big, page, salt, has_header: true }, sum)));
        }
        // Two frames of one log have its salt, whatever the header says.
        let mut salts = [[0; 8]; 2];
        for (n, salt) in salts.iter_mut().enumerate() {
            let at = HEADER as u64 + n as u64 * (FRAME_HEADER as u64 + u64::from(PAGE)) + 8;
            if at + 8 > len {
                return Ok(None);
            }
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(salt)?;
        }
        file.seek(SeekFrom::Start(HEADER as u64))?;
        let log = Log { is_big: false, page: PAGE, salt: salts[0], has_header: false };
        let sum = Sum::ZERO.over(&log.header()[..24], false);
        Ok((salts[0] == salts[1]).then_some((log, sum)))
    }

    fn seen(&self, frame: &[u8], before: Sum) -> (Seen, Sum) {
        let stored = Sum::read(&frame[16..]);
        let sum = before.over(&frame[..8], self.is_big).over(&frame[FRAME_HEADER..], self.is_big);
        let (page, pages) = (be(frame), be(&frame[4..]));
        let n_bits: u32 = frame[8..16].iter().zip(self.salt).map(|(a, b)| (a ^ b).count_ones()).sum();
        let (is_ours, has_salt) = (n_bits <= MAX_TURNED, n_bits == 0);
        (Seen { is_ours, has_salt, is_commit: pages != 0, follows: sum == stored && page != 0 }, stored)
    }

    fn header(&self) -> [u8; HEADER] {
        let mut header = [0; HEADER];
        let magic = MAGIC | u32::from(self.is_big);
        for (n, word) in [magic, VERSION, self.page, 0].into_iter().enumerate() {
            header[n * 4..n * 4 + 4].copy_from_slice(&word.to_be_bytes());
        }
        header[16..24].copy_from_slice(&self.salt);
        let sum = Sum::ZERO.over(&header[..24], self.is_big);
        header[24..].copy_from_slice(&sum.write());
        header
    }
}

impl Broken {
    fn of(log: Log, (from, sum): (u64, Sum), seen: &[Seen]) -> Option<Broken> {
        let first = usize::try_from(from).ok()?;
        let last_ours = seen.iter().rposition(|one| one.is_ours)?;
        // The last commit that something of this log is behind.
        let proven = (first..last_ours).rev().find(|n| seen[*n].is_ours && seen[*n].is_commit)?;
        // And the one after it, if all of it is there.
        let whole = seen[proven + 1..].iter().take_while(|one| one.is_ours && one.follows).count();
        let last = (proven..=proven + whole).rev().find(|n| seen[*n].is_commit).unwrap_or(proven);
        let n_commits = seen[first..=last].iter().filter(|one| one.is_commit).count();
        Some(Broken { log, from, sum, to: last as u64 + 1, n_commits: u32::try_from(n_commits).ok()? })
    }

    /// Sets the sums of a log right, so that SQLite reads all of it.
    pub fn mend(&self, path: &Path) -> Result<(), StoreError> {
        let mut file = OpenOptions::new().read(true).write(true).open(path)?;
        if !self.log.has_header {
            file.write_all(&self.log.header())?;
        }
        let mut sum = self.sum;
        let mut frame = vec![0; FRAME_HEADER + self.log.page as usize];
        for n in self.from..self.to {
            let at = HEADER as u64 + n * frame.len() as u64;
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut frame)?;
            let is_big = self.log.is_big;
            sum = sum.over(&frame[..8], is_big).over(&frame[FRAME_HEADER..], is_big);
            frame[8..16].copy_from_slice(&self.log.salt);
            frame[16..24].copy_from_slice(&sum.write());
            file.seek(SeekFrom::Start(at))?;
            file.write_all(&frame[..FRAME_HEADER])?;
        }
        Ok(file.sync_all()?)
    }
}

/// Whether one of them is the other with its sums set right, or half of them.
pub(crate) fn is_same(kept: &Path, log: &Path) -> Result<bool, StoreError> {
    let of = |path: &Path| {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        let log = Log::read(&mut BufReader::new(file), len)?;
        Ok::<_, StoreError>((len, log.map(|(log, _)| log.salt)))
    };
    Ok(of(kept)? == of(log)?)
}

/// Copies a log and makes it last.
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::copy(from, to)?;
    Ok(OpenOptions::new().write(true).open(to)?.sync_all()?)
}
