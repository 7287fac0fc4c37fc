//! Golden messages with anything changed in them, and bytes from nowhere: each decoder refuses or reads, and
//! takes no more memory than its limits. Seeded, so that what fails fails again.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use sohoi_domain::catalogue::{Pack, Part, Published};
use sohoi_domain::{Day, DeviceId, UnitKey};
use sohoi_protocol::FrameReader;
use sohoi_protocol::arbitrary;
use sohoi_protocol::batch;
use sohoi_protocol::bulletin;
use sohoi_protocol::bundle::{BundleWriter, Label, Way};
use sohoi_protocol::bytes::{put_bytes, put_varint};
use sohoi_protocol::sign::Signer;

const DEVICE_SECRET: [u8; 32] = [0x11; 32];
const COMMUNE_KEY: [u8; 32] = [0x33; 32];

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }

    /// A few bytes changed, taken out, put in, doubled or cut off; often to a value at some edge.
    fn mutated(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + self.below(4) {
            let at = self.below(bytes.len());
            let edge = [0, 1, 0x7f, 0x80, 0xff, self.draw() as u8][self.below(6)];
            match self.below(6) {
                0 if !bytes.is_empty() => drop(bytes.remove(at)),
                1 => bytes.insert(at, edge),
                2 => bytes.truncate(at),
                3 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = edge;
                    }
                }
            }
        }
        bytes
    }

    fn random(&mut self) -> Vec<u8> {
        (0..self.below(400)).map(|_| self.draw() as u8).collect()
    }
}

fn goldens_folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/protocol/v1").join(name)
}

fn goldens(folder: &str) -> Vec<Vec<u8>> {
    let folder = goldens_folder(folder);
    let entries = std::fs::read_dir(&folder).expect("golden messages");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    paths.retain(|path| folder.ends_with("enrolment") || path.extension().is_some_and(|e| e == "bin"));
    paths.into_iter().map(|path| std::fs::read(path).expect("a golden message")).collect()
}

/// Feeds the goldens as they are, which are read, and `n` others, of which some are not.
fn feed(seed: u64, n: usize, goldens: &[Vec<u8>], decode: impl Fn(&[u8]) -> bool) {
    assert!(goldens.iter().all(|golden| decode(golden)), "a golden message is refused");
    let mut dice = Dice(seed);
    let mut n_refused = 0;
    for i in 0..n {
        let bytes = match i % 8 {
            0 => dice.random(),
            _ => {
                let at = dice.below(goldens.len());
                dice.mutated(&goldens[at])
            }
        };
        n_refused += usize::from(!decode(&bytes));
    }
    assert!(n_refused > n / 10, "{n_refused} of {n} refused: these are hardly changed at all");
}

#[test]
fn any_stream_of_frames_is_read_or_refused() {
    feed(1, 20_000, &goldens("frame"), arbitrary::frames);
}

#[test]
fn any_batch_is_read_or_refused_even_behind_a_good_signature() {
    feed(2, 2_000, &goldens("batch"), arbitrary::batch);
}

#[test]
fn any_content_of_a_batch_is_read_or_refused() {
    let sides: Vec<(u32, Vec<u8>, Vec<u8>)> = goldens("batch")
        .iter()
        .map(|bytes| {
            let (open, sealed) = batch::unpacked(bytes, &COMMUNE_KEY).expect("a golden batch");
            let sealed = if sealed.is_empty() { vec![0] } else { sealed };
            (batch::header(bytes).expect("a golden batch").count, open, sealed)
        })
        .collect();
    let mut dice = Dice(3);
    let mut n_refused = 0;
    for i in 0..6_000 {
        let (count, open, sealed) = &sides[i % sides.len()];
        assert!(i >= sides.len() || arbitrary::sides(*count, open, sealed));
        let (open, sealed) = match i % 2 {
            0 => (dice.mutated(open), sealed.clone()),
            _ => (open.clone(), dice.mutated(sealed)),
        };
        n_refused += usize::from(!arbitrary::sides(*count, &open, &sealed));
    }
    assert!(n_refused > 1_000, "{n_refused} refused");
}

#[test]
fn any_enrolment_file_is_read_or_refused() {
    feed(4, 20_000, &goldens("enrolment"), arbitrary::enrolment);
}

#[test]
fn any_bulletin_is_read_or_refused() {
    feed(5, 20_000, &goldens("bulletin"), arbitrary::bulletin);
}

#[test]
fn any_file_with_a_catalogue_is_read_or_refused() {
    let whole = Published { part: Part::Whole, version: 1, format: 1, files: Pack::embedded() };
    feed(6, 2_000, &[bulletin::to_file(&whole).expect("it fits")], arbitrary::catalogue);
}

#[test]
fn any_receipt_is_read_or_refused() {
    let ack = std::fs::read(goldens_folder("frame").join("ack.bin")).expect("a golden message");
    feed(7, 20_000, &[ack[3..].to_vec()], arbitrary::receipt);
}

#[test]
fn any_file_of_either_way_is_read_or_refused() {
    let ways = [(Way::Answer, "answer", ["welcome", "done"]), (Way::Bundle, "bundle", ["hello", "end"])];
    let files = ways.map(|(way, name, frames)| {
        let path = corpus("bundle").join(name);
        // Kept, because sealing it anew gives other bytes each time.
        if std::env::var_os("SOHOI_BLESS").is_some() {
            std::fs::write(&path, file(way, frames)).expect("the corpus can be written");
        }
        std::fs::read(path).expect("a file")
    });
    feed(8, 4_000, &files, arbitrary::bundle);
}

fn file(way: Way, frames: [&str; 2]) -> Vec<u8> {
    let signer = Signer::new(&DEVICE_SECRET);
    let unit = UnitKey { code: "20044".into(), valid_from: Day::from_number(20_270) };
    let (hub, device) = (DeviceId(29), DeviceId(7));
    let made_on = Day::from_number(20_496);
    let label = Label { way, hub, unit, device, number: 7, made_on, first_seq: 8, next_seq: 61 };
    let mut out = Cursor::new(Vec::new());
    let mut writer = BundleWriter::create(&mut out, &label, &signer.public_key()).expect("a file");
    for name in frames {
        let mut reader = FrameReader::default();
        reader.push(
            &std::fs::read(goldens_folder("frame").join(name).with_extension("bin")).expect("a golden"),
        );
        writer.frame(&reader.next_frame().expect("a frame").expect("whole")).expect("it fits");
    }
    writer.finish(&signer).expect("it is written");
    out.into_inner()
}

fn corpus(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target)
}

#[test]
fn what_fuzzing_has_come_to_is_read_or_refused() {
    type Decode = fn(&[u8]) -> bool;
    let targets: [(&str, Decode); 7] = [
        ("frames", arbitrary::frames),
        ("batch", arbitrary::batch),
        ("receipt", arbitrary::receipt),
        ("bundle", arbitrary::bundle),
        ("bulletin", arbitrary::bulletin),
        ("catalogue", arbitrary::catalogue),
        ("enrolment", arbitrary::enrolment),
    ];
    for (target, decode) in targets {
        let entries = std::fs::read_dir(corpus(target)).expect("a corpus");
        let files: Vec<Vec<u8>> =
            entries.map(|entry| std::fs::read(entry.expect("a file").path()).expect("a file")).collect();
        assert!(files.len() > 5, "{target}");
        let mut dice = Dice(9);
        let n_refused = files
            .iter()
            .flat_map(|file| [file.clone(), dice.mutated(file), dice.mutated(file)])
            .filter(|bytes| !decode(bytes))
            .count();
        assert!(n_refused > 0, "{target}: nothing is refused");
    }
}

/// Four thousand changes of kind 1, all created, with this one column.
fn with_column(form: u8, content: &[u8], times: u64) -> Vec<u8> {
    const N: usize = 4_000;
    let mut open = vec![0, 0];
    put_bytes(&mut open, &[0; N]);
    put_bytes(&mut open, &[1; N]);
    put_bytes(&mut open, &[0; N]);
    put_bytes(&mut open, &[1, 0, 0]);
    put_bytes(&mut open, &[0, 0]);
    (0..2).for_each(|_| put_bytes(&mut open, &[0; N]));
    put_varint(&mut open, times);
    for field in 1..=times {
        put_varint(&mut open, 1);
        put_varint(&mut open, field);
        open.push(form);
        put_bytes(&mut open, content);
    }
    open
}

#[test]
fn little_that_unpacks_to_much_is_refused_before_the_memory_is_spent() {
    // Constant numbers cost two bytes for all rows together; 500 columns of them come to two million values.
    let constant = [0, 2, 0];
    assert!(arbitrary::sides(4_000, &with_column(14, &constant, 5), &[0]));
    assert!(!arbitrary::sides(4_000, &with_column(14, &constant, 501), &[0]));
    // Fifty codes in each row, of a code as long as allowed.
    let mut codes = vec![0, 1, 64];
    codes.extend([b'x'; 64]);
    (0..4_000).for_each(|_| {
        codes.push(50);
        codes.extend([0; 50]);
    });
    assert!(arbitrary::sides(4_000, &with_column(6, &codes, 1), &[0]));
    assert!(!arbitrary::sides(4_000, &with_column(6, &codes, 10), &[0]));
    // A million empty lines in each of a thousand rows.
    let mut lines = vec![0];
    (0..4_000).for_each(|_| put_varint(&mut lines, 1 << 20));
    lines.push(0);
    assert!(!arbitrary::sides(4_000, &with_column(11, &lines, 1), &[0]));
    most_held_is_below(1_000);
}

/// Beyond what the process held at its most, where the system tells.
fn most_held_is_below(megabytes: u64) {
    let Ok(status) = std::fs::read_to_string("/proc/self/status") else { return };
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it says so");
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().expect("a number");
    assert!(kilobytes < megabytes << 10, "{kilobytes} kB at the most");
    println!("{kilobytes} kB at the most");
}
