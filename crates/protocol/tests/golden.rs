//! Messages of version 1 as files, with what they say. `SOHOI_BLESS=1 cargo test -p sohoi-protocol --test
//! golden` writes them; once a format is released its files stay, and new ones are added beside them.

#[path = "golden/bulletin.rs"]
mod bulletin;
#[path = "golden/content.rs"]
mod content;
#[path = "golden/frames.rs"]
mod frames;
#[path = "golden/shown.rs"]
mod shown;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::{Value as Json, json};
use sohoi_domain::{Change, DeviceId};
use sohoi_protocol::FrameReader;
use sohoi_protocol::batch::{self, START, Sealing};
use sohoi_protocol::bytes::{Malformed, Reader, put_bytes, put_varint};
use sohoi_protocol::enrol::{EnrolmentFile, to_hex};
use sohoi_protocol::sign::Signer;

use content::Content;

/// Published, and of no other use.
pub const DEVICE_SECRET: [u8; 32] = [0x11; 32];
pub const HUB_SECRET: [u8; 32] = [0x22; 32];
const COMMUNE_KEY: [u8; 32] = [0x33; 32];
const SALT: [u8; 8] = [0x44; 8];

fn device() -> Signer {
    Signer::new(&DEVICE_SECRET)
}

fn device_id() -> DeviceId {
    DeviceId::of_public_key(&device().public_key())
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../schema/protocol/v1")
}

/// Compares a file, or writes it when asked to.
fn hold(name: &str, bytes: &[u8]) {
    let path = folder().join(name);
    if std::env::var_os("SOHOI_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&path, bytes).expect("the file can be written");
    }
    let found = std::fs::read(&path).unwrap_or_default();
    assert!(found == bytes, "{name} differs from what this program writes: SOHOI_BLESS=1 writes it anew");
}

fn hold_json(name: &str, content: &Json) {
    hold(name, (serde_json::to_string_pretty(content).expect("JSON") + "\n").as_bytes());
}

fn hold_batch(name: &str, bytes: &[u8]) {
    let opened =
        batch::open_with_key(bytes, &START, &device().public_key(), &COMMUNE_KEY).expect("sealed here");
    hold(&format!("batch/{name}.bin"), bytes);
    let open = batch::open(bytes, &START, &device().public_key()).expect("sealed here");
    hold_json(&format!("batch/{name}.json"), &shown::batch(&opened, &open));
}

fn seal(changes: &[Change], catalogue: &sohoi_domain::Catalogue) -> Vec<u8> {
    let with = Sealing {
        signer: &device(),
        device: device_id(),
        commune_key: &COMMUNE_KEY,
        previous: START,
        salt: SALT,
        privacy: catalogue,
    };
    let sealed = batch::seal(changes, &with);
    let opened = batch::open_with_key(&sealed.bytes, &START, &device().public_key(), &COMMUNE_KEY);
    assert_eq!(opened.expect("sealed here").changes, changes);
    sealed.bytes
}

#[test]
fn a_batch_of_every_kind_is_the_same_bytes_as_ever() {
    let catalogue = content::catalogue();
    // Kinds and fields grow; the version is that of the content, and not of the catalogue.
    let content = Content { device: device_id(), catalogue: 1 };
    for kind in &catalogue.kinds {
        hold_batch(&kind.id, &seal(&content.life_of(kind), &catalogue));
    }
    // Kinds that no catalogue has: everything is personal, and comes back whole.
    hold_batch("unknown_kinds", &seal(&content.forms(), &catalogue));
}

#[test]
fn what_stands_beyond_the_numbers_of_fields_is_the_same_bytes_as_ever() {
    let catalogue = content::catalogue();
    let content = Content { device: device_id(), catalogue: 1 };
    let kind =
        catalogue.kind("vocational_training").expect("a kind with lines, of which columns are personal");
    let bytes = seal(&content.beyond_fields(kind), &catalogue);
    hold_batch("beyond_fields", &bytes);
    let read = batch::open(&bytes, &START, &device().public_key()).expect("what the hub reads");
    let link = read.changes[2].fields.values().flatten().next();
    assert!(link.is_some_and(|link| link.as_ref_id().is_some()), "the hub must know which record is kept");
}

#[test]
fn what_a_commune_says_of_a_period_is_the_same_bytes_as_ever() {
    let content = Content { device: device_id(), catalogue: 1 };
    let bytes = seal(&content.of_period(), &content::catalogue());
    hold_batch("submission", &bytes);
    let read = batch::open(&bytes, &START, &device().public_key()).expect("what the hub reads");
    assert_eq!(read.changes, content.of_period(), "nothing of it is sealed");
}

/// Everything open, so that each form is on the side that the hub reads.
struct NothingPersonal;

impl batch::Privacy for NothingPersonal {
    fn is_personal(
        &self,
        _: sohoi_domain::KindNum,
        _: sohoi_domain::FieldNum,
        _: Option<sohoi_domain::FieldNum>,
    ) -> bool {
        false
    }
}

#[test]
fn every_form_of_column_is_in_a_file_and_a_newer_form_is_passed_over() {
    let content = Content { device: device_id(), catalogue: 1 };
    let with = Sealing {
        signer: &device(),
        device: device_id(),
        commune_key: &COMMUNE_KEY,
        previous: START,
        salt: SALT,
        privacy: &NothingPersonal,
    };
    let changes = content.forms();
    let sealed = batch::seal(&changes, &with);
    hold_batch("every_form", &sealed.bytes);
    let (open, sealed_side) = batch::unpacked(&sealed.bytes, &COMMUNE_KEY).expect("sealed here");
    assert!(sealed_side.is_empty());
    assert_eq!(forms_of(&open), (1..=17).collect(), "a form that no file has");
    let newer = with_newer_column(&open, &sealed.bytes);
    hold_batch("newer_form", &newer);
    let opened = batch::open(&newer, &START, &device().public_key()).expect("the form is passed over");
    assert_eq!(opened.changes, changes, "what stands beside it is read");
}

/// Where the columns of an open side begin: after devices, units and seven runs.
fn before_columns(open: &[u8]) -> usize {
    let mut reader = Reader::new(open);
    let mut walk = || -> Result<(), Malformed> {
        let devices = reader.count(4_000)?;
        reader.take(8 * devices)?;
        for _ in 0..reader.count(4_000)? {
            reader.bytes(16)?;
            reader.signed()?;
        }
        (0..7).try_for_each(|_| reader.bytes(1 << 20).map(drop))
    };
    walk().expect("written here");
    open.len() - reader.rest().len()
}

/// The forms of an open side's columns.
fn forms_of(open: &[u8]) -> BTreeSet<u8> {
    let mut reader = Reader::new(&open[before_columns(open)..]);
    let n_columns = reader.varint().expect("written here");
    let mut form = || -> Result<u8, Malformed> {
        reader.varint()?;
        reader.varint()?;
        let form = reader.u8()?;
        reader.bytes(1 << 20)?;
        Ok(form)
    };
    (0..n_columns).map(|_| form().expect("written here")).collect()
}

/// The same batch with one more column, of a form that no program writes yet, and without a dictionary.
fn with_newer_column(open: &[u8], batch: &[u8]) -> Vec<u8> {
    let (rows, section) = open.split_at(before_columns(open));
    let mut columns = Reader::new(section);
    let n_columns = columns.varint().expect("written here");
    let mut more = rows.to_vec();
    put_varint(&mut more, n_columns + 1);
    more.extend_from_slice(columns.rest());
    for number in [40_000, 77] {
        put_varint(&mut more, number);
    }
    more.push(200);
    put_bytes(&mut more, b"what a newer program says");

    let header = batch::header(batch).expect("sealed here");
    let mut bytes = vec![1];
    bytes.extend(header.device.0.to_be_bytes());
    let base = header.base_hlc.0;
    for number in [1, header.count.into(), 1, base >> 16, base & 0xffff, 0] {
        put_varint(&mut bytes, number);
    }
    let mut packed = Vec::new();
    put_varint(&mut packed, more.len() as u64);
    // Without what every frame of zstd begins with.
    packed.extend(&zstd::bulk::compress(&more, 19).expect("compresses")[4..]);
    [packed, Vec::new()].iter().for_each(|part| put_bytes(&mut bytes, part));
    let chain = batch::chain_of(&[bytes.as_slice(), &[0; 64]].concat(), &START);
    bytes.extend(device().sign(b"sohoi batch 1", &[&chain]));
    bytes
}

#[test]
fn a_dictionary_that_is_not_known_is_refused_by_its_reason() {
    let content = Content { device: device_id(), catalogue: 1 };
    let mut bytes = seal(&content.forms()[..1], &content::catalogue());
    // The last byte of the header, which follows on the format, the device and five numbers.
    let mut reader = Reader::new(&bytes[9..]);
    for _ in 0..5 {
        reader.varint().expect("a number");
    }
    let at = bytes.len() - reader.rest().len();
    bytes[at] = 0x17;
    let refused = batch::header(&bytes).expect_err("nobody has dictionary 23");
    assert_eq!((refused.reason(), refused), ("dictionary", batch::BatchError::UnknownDictionary(23)));
}

#[test]
fn every_frame_is_the_same_bytes_as_ever() {
    let signed = seal(&Content { device: device_id(), catalogue: 1 }.forms()[..1], &content::catalogue());
    let frames = frames::of_every_type(&signed);
    let mut stream = Vec::new();
    for (name, frame) in &frames {
        let bytes = frame.encode();
        hold(&format!("frame/{name}.bin"), &bytes);
        hold_json(&format!("frame/{name}.json"), &json!([shown::frame(frame)]));
        stream.extend(bytes);
    }
    hold("frame/stream.bin", &stream);
    hold_json("frame/stream.json", &frames.iter().map(|(_, frame)| shown::frame(frame)).collect());
    let mut reader = FrameReader::default();
    reader.push(&stream);
    for (name, frame) in frames {
        assert_eq!(reader.next_frame(), Ok(Some(frame)), "{name}");
    }
}

#[test]
fn an_enrolment_file_and_the_keys_are_there() {
    let file = EnrolmentFile {
        format: "sohoi-enrolment".into(),
        version: 1,
        hub_url: "https://hub.example".into(),
        hub_key: to_hex(&Signer::new(&HUB_SECRET).public_key()),
        unit_code: "20044".into(),
        unit_valid_from: "2025-07-01".into(),
        unit_name: "Xã A Lưới 2".into(),
        code: "7Q3XK-2M9AB".into(),
        expires_at_ms: 1_768_000_000_000,
        roots: vec!["-----BEGIN CERTIFICATE-----\n".into()],
    };
    let written = serde_json::to_value(&file).expect("JSON");
    hold_json("enrolment/file.json", &written);
    let read: EnrolmentFile = serde_json::from_value(written).expect("it reads what it wrote");
    assert_eq!(read, file);
    hold_json(
        "keys.json",
        &json!({
            "device_public_key": to_hex(&device().public_key()),
            "device_secret_key": to_hex(&DEVICE_SECRET),
            "hub_public_key": to_hex(&Signer::new(&HUB_SECRET).public_key()),
            "hub_secret_key": to_hex(&HUB_SECRET),
            "commune_key": to_hex(&COMMUNE_KEY),
        }),
    );
}
