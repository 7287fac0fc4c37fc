//! What no honest program says, and how the hub answers: batches that are whole and signed and mean harm.

mod rig;

use rig::{Rig, hello, unit};
use sha2::{Digest, Sha256};
use sohoi_domain::value::MAX_WHOLE;
use sohoi_domain::{KindNum, Value};
use sohoi_hub::session::Session;
use sohoi_hub_db::story::{Pen, activity};
use sohoi_protocol::batch::START;
use sohoi_protocol::{Frame, SyncProtocol};

fn answer(rig: &Rig, pen: &Pen, bytes: Vec<u8>) -> Frame {
    let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
    let mut session = Session::new(rig.hub.clone(), device);
    session.on_frame(Frame::Hello(hello(pen))).expect("the database works");
    let said = session.on_frame(Frame::Batch(bytes)).expect("the database works");
    said.into_iter().next_back().expect("an answer")
}

fn reason(rig: &Rig, pen: &Pen, bytes: Vec<u8>) -> String {
    match answer(rig, pen, bytes) {
        Frame::Refused(refusal) => {
            assert_eq!(refusal.code, "sync.batch_refused");
            refusal.reason
        }
        other => panic!("{other:?}"),
    }
}

// By hand, as docs/protocol.md describes it: the first batch of a device, one change, its open side as it is.
fn by_hand(pen: &Pen, open: &[u8]) -> Vec<u8> {
    let length = u8::try_from(open.len()).expect("short");
    // A frame of zstd without its first four bytes: one segment, its length, one last block that is not compressed.
    let block = (u32::from(length) << 3 | 1).to_le_bytes();
    let frame = [&[0x20, length][..], &block[..3], open].concat();
    let packed = [&varint(open.len())[..], &frame].concat();
    let mut batch = [&[1][..], &pen.device.0.to_be_bytes(), &[1, 1, 1, 0, 0, 0]].concat();
    batch.extend([&varint(packed.len())[..], &packed, &[0]].concat());
    let chain = Sha256::new().chain_update(START).chain_update(&batch).finalize();
    batch.extend(pen.signer.sign(b"sohoi batch 1", &[&chain]));
    batch
}

fn varint(number: usize) -> Vec<u8> {
    let number = u16::try_from(number).expect("short");
    match u8::try_from(number) {
        Ok(byte) if byte < 0x80 => vec![byte],
        _ => vec![number as u8 | 0x80, u8::try_from(number >> 7).expect("short")],
    }
}

/// The example of docs/protocol.md before its columns: a create of kind 1 in 20044 of 2018-01-01.
const ROWS: [u8; 29] = [
    0x00, // no other devices
    0x01, 0x05, 0x32, 0x30, 0x30, 0x34, 0x34, 0xf8, 0x91, 0x02, // one unit
    0x01, 0x00, 0x01, 0x01, 0x01, 0x00, // operation, kind, record
    0x04, 0xe8, 0x07, 0x00, 0x00, 0x02, 0x00, 0x00, // wall, counter
    0x01, 0x01, 0x01, 0x01, // author, unit
];
/// Kind 1, field 9, form 1: 25.
const COLUMN: [u8; 6] = [0x01, 0x09, 0x01, 0x02, 0x00, 0x32];
/// Kind 0, field 0, form 7: one text of one letter.
const REASON: [u8; 7] = [0x00, 0x00, 0x07, 0x03, 0x00, 0x01, b'x'];

#[test]
fn why_a_record_was_erased_is_not_told_in_the_open() {
    let rig = Rig::new();
    let (pen, _) = rig.enrolled(1, unit("20044", "2018-01-01"));
    let told = [&ROWS[..], &[2], &COLUMN, &REASON].concat();
    assert_eq!(reason(&rig, &pen, by_hand(&pen, &told)), "privacy");
    assert_eq!(rig.state(&pen).0, 1);
    let untold = [&ROWS[..], &[1], &COLUMN].concat();
    let said = answer(&rig, &pen, by_hand(&pen, &untold));
    assert!(matches!(said, Frame::Ack(_)), "{said:?}");
}

#[test]
fn a_device_makes_no_records_under_the_numbers_of_another_of_its_commune() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (other, _) = rig.town(2);
    pen.create("propaganda_activity", activity("2018-05-05", 20));
    pen.pending[0].record.device = other.device;
    let sealed = pen.seal();
    assert_eq!(reason(&rig, &pen, sealed.bytes), "format");
    assert_eq!(rig.state(&pen).0, 1);
}

#[test]
fn a_record_of_another_communes_pc_is_not_changed() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (mut other, _) = rig.enrolled(2, unit("20047", "2018-06-01"));
    let record = other.create("propaganda_activity", activity("2018-05-05", 20));
    pen.erase(record, "propaganda_activity", 1);
    let sealed = pen.seal();
    assert_eq!(reason(&rig, &pen, sealed.bytes), "unit");
    assert_eq!(rig.state(&pen).0, 1);
}

#[test]
fn numbers_that_no_sum_could_hold_are_refused() {
    let rig = Rig::new();
    let n_total =
        rig::CATALOGUE.kind("propaganda_activity").and_then(|k| k.field("n_total")).expect("a field").num;
    for (number, is_taken) in
        [(i64::MAX, false), (i64::MIN, false), (MAX_WHOLE + 1, false), (MAX_WHOLE, true)]
    {
        let (mut pen, _) = rig.town(1);
        pen.create("propaganda_activity", activity("2018-05-05", 1));
        pen.pending[0].fields.insert(n_total, Some(Value::Int(number)));
        let bytes = pen.seal().bytes;
        if is_taken {
            let said = answer(&rig, &pen, bytes);
            assert!(matches!(said, Frame::Ack(_)), "{said:?}");
        } else {
            assert_eq!(reason(&rig, &pen, bytes), "format", "{number}");
        }
    }
}

#[test]
fn a_change_of_no_kind_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    pen.create("propaganda_activity", activity("2018-05-05", 1));
    pen.pending[0].kind = KindNum(0);
    let bytes = pen.seal().bytes;
    assert_eq!(reason(&rig, &pen, bytes), "format");
}
