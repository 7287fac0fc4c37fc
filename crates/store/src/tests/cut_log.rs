use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use sohoi_domain::RecordId;

use super::rig::{NOW_MS, mediation, open, rig};
use crate::cut_log::look;
use crate::{LostSaves, Register, StoreError};

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
            let path = cut.home().join("log");
            fs::write(&path, log).expect("a log");
            assert_eq!(look(&path).expect("looked at"), None, "frame {n} + {len}");
        }
    }
    // Frames behind a cut may hold what lay on the disk before.
    for n in [cut.n_frames() - 1, cut.n_frames() - 2] {
        let mut log = cut.log.clone();
        log[HEADER + n * FRAME..].fill(0);
        let register = cut.with_log(&log).expect("it opens");
        assert_eq!((register.lost_saves().expect("a read"), register.mended_saves()), (None, 0));
    }
    let register = cut.with_log(&cut.log).expect("it opens");
    assert_eq!((cut.n_there(&register), register.mended_saves()), (N as usize, 0));
}

#[test]
fn a_wrong_sum_or_header_loses_nothing() {
    let cut = cut(N);
    let half = HEADER + cut.n_frames() / 2 * FRAME;
    // Magic number, page size, salt and sum of the header; salt and sum of a frame; the first frame's sum.
    for at in [3, 10, 17, 26, half + 9, half + 17, HEADER + 20] {
        let register =
            cut.with_log(&flipped(&cut.log, at, 3)).unwrap_or_else(|error| panic!("{at}: {error}"));
        assert_eq!(cut.n_there(&register), N as usize, "{at}");
        assert!(register.mended_saves() > 0 && register.lost_saves().expect("a read").is_none(), "{at}");
        assert!(register.verify().expect("a check").ok, "{at}");
        assert!(cut.aside().is_empty(), "{at}");
    }
}

#[test]
fn a_bit_that_turned_in_any_frame_is_told_or_loses_nothing() {
    let cut = cut(N);
    let (mut outcomes, n_frames) = (BTreeSet::new(), cut.n_frames());
    for n in 0..n_frames {
        let places = [0, 3, 7, 13, 22, 24 + n % 4000, 24 + 4090];
        for at in [places[n % 7], places[(n + 3) % 7]] {
            let log = flipped(&cut.log, HEADER + n * FRAME + at, (n % 8) as u8);
            let register = match cut.with_log(&log) {
                Ok(register) => register,
                Err(error) => {
                    assert_eq!(error.code(), "store.damaged", "{n} + {at}");
                    outcomes.insert("damaged");
                    continue;
                }
            };
            let n_there = cut.n_there(&register);
            let lost = register.lost_saves().expect("a read");
            // The last save cannot be told from one that was never made.
            assert!(
                n_there + 1 >= N as usize || lost.is_some(),
                "{n} + {at}: {n_there} of {N} and nothing said"
            );
            assert!(register.verify().expect("a check").ok, "{n} + {at}");
            if let Some(LostSaves { n: n_lost, found_at_ms }) = lost {
                assert_eq!(found_at_ms, NOW_MS);
                assert!(
                    n_lost as usize >= N as usize - n_there,
                    "{n} + {at}: {n_lost} told, {n_there} there"
                );
                assert_eq!(cut.aside(), [log], "{n} + {at}");
            }
            outcomes.insert(match lost {
                Some(_) => "lost",
                None if register.mended_saves() > 0 => "mended",
                None => "whole",
            });
        }
    }
    assert!(outcomes.is_superset(&["lost", "mended"].into()), "{outcomes:?}");
}

#[test]
fn lost_saves_are_told_until_somebody_has_seen_it_and_a_cut_in_the_middle_of_mending_begins_anew() {
    let cut = cut(N);
    let lost_from = |n: usize| flipped(&cut.log, HEADER + n * FRAME + 300, 1);
    let lost = (0..cut.n_frames()).map(lost_from).find(|log| {
        let register = cut.with_log(log);
        register.is_ok_and(|register| register.lost_saves().expect("a read").is_some())
    });
    let log = lost.expect("a frame whose page no other has");
    let told = cut.with_log(&log).expect("it opens").lost_saves().expect("a read");
    let mut register = open(cut.home()).expect("it opens again");
    assert_eq!(register.lost_saves().expect("a read"), told);
    register.forget_lost_saves().expect("seen");
    drop(register);
    assert_eq!(open(cut.home()).expect("it opens").lost_saves().expect("a read"), None);

    // Half set right, with the log as it was beside it.
    drop(cut.with_log(&cut.log));
    for (name, bytes) in &cut.files {
        fs::write(cut.home().join(name), bytes).expect("a file");
    }
    fs::write(cut.home().join("register.db-wal.kept"), &log).expect("a log");
    fs::write(cut.home().join("register.db-wal"), flipped(&log, HEADER + 18, 1)).expect("a log");
    let register = open(cut.home()).expect("it opens");
    assert_eq!(register.lost_saves().expect("a read"), told);
    assert_eq!(cut.aside(), std::slice::from_ref(&log));

    // Of another log, which must not take this one's place.
    drop(cut.with_log(&cut.log));
    for (name, bytes) in &cut.files {
        fs::write(cut.home().join(name), bytes).expect("a file");
    }
    fs::write(cut.home().join("register.db-wal"), &cut.log).expect("a log");
    let other = &log[..log.len() - FRAME];
    fs::write(cut.home().join("register.db-wal.kept"), other).expect("a log");
    let register = open(cut.home()).expect("it opens");
    assert_eq!((cut.n_there(&register), register.lost_saves().expect("a read")), (N as usize, None));
    assert_eq!(cut.aside(), [other.to_vec()]);
}
