use std::fs;
use std::path::{Path, PathBuf};

use sohoi_domain::RecordId;

use super::rig::{NOW_MS, PIN, add, catalogue, mediation, open, rig};
use crate::cut_log::{Lost, look};
use crate::{Register, StoreError, Unlock};

/// Saves.
const N: u32 = 7;
const HEADER: usize = 32;
const FRAME: usize = 24 + 4096;

/// A register as a cut leaves it: what was saved last is only in the log.
struct Cut {
    dir: tempfile::TempDir,
    /// Names and bytes of its files.
    files: Vec<(PathBuf, Vec<u8>)>,
    log: Vec<u8>,
    /// In the order of their saves.
    ids: Vec<RecordId>,
}

fn cut(n: u32) -> Cut {
    let mut rig = rig();
    let dir = rig.home.path().to_path_buf();
    let ids = (0..n).map(|n| rig.add("mediation", mediation("2018-05-01", 3 + n))).collect();
    let names = ["register.db", "register.slots", "register.slots.copy"].map(PathBuf::from);
    let files =
        names.into_iter().map(|name| (name.clone(), fs::read(dir.join(name)).expect("a file"))).collect();
    let log = fs::read(dir.join("register.db-wal")).expect("a log");
    assert!(log.len() > HEADER + 20 * FRAME);
    Cut { dir: tempfile::tempdir().expect("a folder"), files, log, ids }
}

impl Cut {
    fn home(&self) -> &Path {
        self.dir.path()
    }

    fn with_log(&self, log: &[u8]) -> Result<Register, StoreError> {
        for left in fs::read_dir(self.home()).expect("a folder") {
            let left = left.expect("a file").path();
            if left.is_file() {
                fs::remove_file(left).expect("it goes")
            } else {
                fs::remove_dir_all(left).expect("it goes")
            }
        }
        for (name, bytes) in &self.files {
            fs::write(self.home().join(name), bytes).expect("a file");
        }
        fs::write(self.home().join("register.db-wal"), log).expect("a log");
        open(self.home())
    }

    fn looked_at(&self, log: &[u8]) -> (u32, Option<Lost>) {
        let path = self.home().join("log");
        fs::write(&path, log).expect("a log");
        let found = look(&path).expect("looked at");
        (found.n_mends(), found.lost)
    }

    /// Saves that were lost, and places that were set right.
    fn mended(&self, register: &Register) -> (u32, u32) {
        register.lost_saves().map_or((0, 0), |lost| (lost.n, lost.n_mended))
    }

    fn n_frames(&self) -> usize {
        (self.log.len() - HEADER) / FRAME
    }

    fn n_there(&self, register: &Register) -> usize {
        let is_there = |id: &&RecordId| register.record(**id).expect("a read").is_some();
        let n = self.ids.iter().filter(is_there).count();
        assert!(self.ids[..n].iter().all(|id| is_there(&id)), "what was saved first is there");
        n
    }

    fn aside(&self) -> Vec<Vec<u8>> {
        let all = fs::read_dir(self.home()).expect("a folder").map(|file| file.expect("a file").path());
        let kept = all.filter(|path| path.to_string_lossy().contains("-wal."));
        kept.map(|path| fs::read(path).expect("a file")).collect()
    }
}

fn flipped(bytes: &[u8], at: usize, bit: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1 << bit;
    bytes
}

#[test]
fn a_log_that_was_cut_anywhere_is_no_fault() {
    let cut = cut(N);
    for n in 0..cut.n_frames() {
        for len in [0, 10, 24, 2000, FRAME - 1] {
            let log = &cut.log[..HEADER + n * FRAME + len];
            assert_eq!(cut.looked_at(log), (0, None), "frame {n} + {len}");
        }
    }
    // Frames behind a cut may hold what lay on the disk before, and half of what was written.
    for n in [cut.n_frames() - 1, cut.n_frames() - 2] {
        for from in [0, 24, 3000] {
            let mut log = cut.log.clone();
            log[HEADER + n * FRAME + from..].fill(0);
            let register = cut.with_log(&log).expect("it opens");
            assert_eq!(register.lost_saves(), None);
        }
    }
    let register = cut.with_log(&cut.log).expect("it opens");
    assert_eq!((cut.n_there(&register), register.lost_saves()), (N as usize, None));
}

#[test]
fn a_single_bit_is_set_right_or_told_wherever_it_turned() {
    let cut = cut(N);
    let header = [0, 3, 5, 10, 13, 17, 22, 26, 31];
    for at in header {
        let log = flipped(&cut.log, at, 3);
        let register = cut.with_log(&log).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!((cut.n_there(&register), cut.mended(&register)), (N as usize, (0, 1)), "{at}");
    }
    let (mut n_mended, mut n_lost) = (0, 0);
    for n in 0..cut.n_frames() {
        let places = [0, 3, 7, 11, 13, 17, 22, 24 + n % 4000, 24 + 4090];
        for at in [places[n % 9], places[(n + 4) % 9]] {
            // Of the last frame only a sum proves what it was, and nothing proves its sum or salt.
            if n + 1 == cut.n_frames() && (8..24).contains(&at) {
                continue;
            }
            let log = flipped(&cut.log, HEADER + n * FRAME + at, (n % 8) as u8);
            let register = cut.with_log(&log).unwrap_or_else(|error| panic!("{n} + {at}: {error}"));
            assert!(register.verify().expect("a check").ok, "{n} + {at}");
            let n_there = cut.n_there(&register);
            match cut.mended(&register) {
                (0, 1) => {
                    assert_eq!((n_there, cut.aside().len()), (N as usize, 0), "{n} + {at}");
                    n_mended += 1;
                }
                // Nothing is behind the last save.
                (0, 0) => assert!(n_there + 1 >= N as usize, "{n} + {at}: {n_there} there and nothing said"),
                (lost, _) => {
                    assert!(n_there + lost as usize + 2 >= N as usize, "{n} + {at}: {n_there}, {lost} told");
                    assert_eq!(cut.aside(), [log], "{n} + {at}");
                    n_lost += 1;
                }
            }
        }
    }
    assert!(n_mended > n_lost && n_lost > 0, "{n_mended} set right, {n_lost} told");
}

#[test]
fn a_block_that_the_disk_lost_is_told_with_the_saves_behind_it() {
    let cut = cut(N);
    let n_frames = cut.n_frames();
    let mut n_told = 0;
    for block in (0..cut.log.len() / 4096).step_by(3) {
        let mut log = cut.log.clone();
        log[block * 4096..(block + 1) * 4096].fill(0);
        let register = match cut.with_log(&log) {
            Ok(register) => register,
            Err(error) => panic!("{block}: {error}"),
        };
        let n_there = cut.n_there(&register);
        // What nothing is behind may be a save that was never finished, and the block the end of the one before it.
        let is_last = block * 4096 > HEADER + (n_frames - 9) * FRAME;
        let Some(lost) = register.lost_saves() else {
            assert!(
                is_last && n_there + 2 >= N as usize,
                "{block} of {n_frames}: {n_there} there and nothing said"
            );
            continue;
        };
        n_told += 1;
        assert!(
            // A block takes two frames at most, and those that were commits are not counted, nor is the last one.
            lost.n > 0 && lost.n as usize + n_there + 3 >= N as usize && lost.n_mended == 0,
            "{block}: {lost:?}, {n_there}"
        );
        assert_eq!(lost.found_at_ms, NOW_MS);
        assert!(register.verify().expect("a check").ok, "{block}");
        assert_eq!(cut.aside(), [log], "{block}");
    }
    assert!(n_told > 5);
}

/// What is behind the fault must not be taken for a part of what is written after it.
#[test]
fn saves_after_a_loss_are_there_after_the_next_cut() {
    let cut = cut(N);
    let mut log = cut.log.clone();
    let middle = HEADER + cut.n_frames() / 2 * FRAME;
    log[middle + 100..middle + 200].fill(7);
    let mut register = cut.with_log(&log).expect("it opens");
    let n_there = cut.n_there(&register);
    assert!(n_there < N as usize && register.lost_saves().is_some());
    let kind = mediation("2018-06-01", 5);
    let ids: Vec<_> = (0..2).map(|_| add(&mut register, "mediation", kind.clone())).collect();
    let files = ["register.db", "register.db-wal"].map(|name| cut.home().join(name));
    let bytes = files.each_ref().map(|path| fs::read(path).expect("a file"));
    drop(register);
    for (path, bytes) in files.iter().zip(&bytes) {
        fs::write(path, bytes).expect("as a cut leaves it");
    }
    let register = open(cut.home()).expect("it opens");
    assert!(ids.iter().all(|id| register.record(*id).expect("a read").is_some()));
    // They have the numbers of those that were lost.
    assert_eq!(cut.n_there(&register), n_there + 2);
    assert!(register.verify().expect("a check").ok);
}

#[test]
fn what_was_found_is_told_until_somebody_has_seen_it_and_the_log_is_kept_for_a_while() {
    let cut = cut(N);
    let mut log = cut.log.clone();
    let middle = HEADER + cut.n_frames() / 2 * FRAME;
    log[middle + 100..middle + 200].fill(7);
    let told = cut.with_log(&log).expect("it opens").lost_saves();
    assert!(told.is_some_and(|told| told.n > 0));
    let mut register = open(cut.home()).expect("it opens again");
    assert_eq!(register.lost_saves(), told);
    register.forget_lost_saves().expect("seen");
    drop(register);
    assert_eq!(open(cut.home()).expect("it opens").lost_saves(), None);
    assert_eq!(cut.aside(), [log]);
    let later = NOW_MS + 91 * 86_400_000;
    drop(Register::open(cut.home(), catalogue(), Unlock::Pin(PIN), later).expect("it opens"));
    assert!(cut.aside().is_empty());
}
