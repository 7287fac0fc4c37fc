//! Batches come back as they were sealed, and any other bytes are refused.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sohoi_domain::{
    Change, Day, DeviceId, FieldNum, Fields, Hlc, KindNum, Op, RecordId, UnitKey, Value, Version,
};
use sohoi_protocol::batch::{self, BatchError, Privacy, START, Sealed, Sealing};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::sum::KindSums;

const COMMUNE_KEY: [u8; 32] = [9; 32];
const PERSONAL: FieldNum = FieldNum(3);
const LINES: FieldNum = FieldNum(9);

/// Field 3, and column 3 of lines, are personal.
struct Odd;

impl Privacy for Odd {
    fn is_personal(&self, _: KindNum, field: FieldNum, column: Option<FieldNum>) -> bool {
        field == PERSONAL || column == Some(PERSONAL)
    }
}

fn seal(changes: &[Change]) -> (Sealed, [u8; 32]) {
    let signer = Signer::new(&[5; 32]);
    let device = DeviceId::of_public_key(&signer.public_key());
    let with = Sealing {
        signer: &signer,
        device,
        commune_key: &COMMUNE_KEY,
        previous: START,
        salt: [1; 8],
        privacy: &Odd,
    };
    (batch::seal(changes, &with), signer.public_key())
}

fn own_device() -> DeviceId {
    DeviceId::of_public_key(&Signer::new(&[5; 32]).public_key())
}

fn without_personal(changes: &[Change]) -> Vec<Change> {
    let mut changes = changes.to_vec();
    for change in &mut changes {
        change.reason = None;
        change.replaces.remove(&PERSONAL);
        change.fields.remove(&PERSONAL);
        for value in change.fields.values_mut().flatten() {
            if let Value::Lines(lines) = value {
                lines.iter_mut().for_each(|line| {
                    line.remove(&PERSONAL);
                });
            }
        }
    }
    changes
}

fn any_scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Int),
        (-25_567_i32..84_005).prop_map(|n| Value::Day(Day::from_number(n))),
        any::<bool>().prop_map(Value::Bool),
        "[a-z_]{1,12}".prop_map(Value::Code),
        proptest::collection::vec("[a-z_]{1,6}", 0..4).prop_map(Value::Codes),
        "\\PC{0,20}".prop_map(Value::Text),
        "[0-9]{1,12}".prop_map(Value::Text),
        (any::<u64>(), 1_u32..).prop_map(|(d, n)| Value::Ref(RecordId { device: DeviceId(d), n })),
        any::<u64>().prop_map(Value::Pseudonym),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let line = proptest::collection::btree_map((1_u16..5).prop_map(FieldNum), any_scalar(), 0..4);
    let lines = proptest::collection::vec(line, 0..5).prop_map(|lines: Vec<Fields>| Value::Lines(lines));
    prop_oneof![6 => any_scalar(), 1 => lines]
}

fn any_change() -> impl Strategy<Value = Change> {
    let num = || prop_oneof![(1_u16..8).prop_map(FieldNum), Just(LINES)];
    let version = (any::<u64>(), 0_u64..1 << 40).prop_map(|(d, seq)| Version { device: DeviceId(d), seq });
    (
        (0_u64..1 << 47, 0_u64..0x1_0000, any::<u32>(), 1_u16..4, 0_usize..4),
        (any::<bool>(), any::<u64>(), 1_u32..),
        proptest::collection::btree_map(num(), proptest::option::weighted(0.9, any_value()), 0..6),
        proptest::collection::btree_map(num(), proptest::collection::vec(version, 1..4), 0..4),
        proptest::option::of("\\PC{1,10}"),
    )
        .prop_map(|((wall, counter, author, kind, op), (own, device, n), fields, replaces, reason)| {
            let op = [Op::Create, Op::Patch, Op::Erase, Op::Restore][op];
            let has_fields = matches!(op, Op::Create | Op::Patch);
            Change {
                seq: 0,
                hlc: Hlc(wall << 16 | counter),
                author,
                record: RecordId { device: if own { own_device() } else { DeviceId(device) }, n },
                kind: KindNum(kind),
                op,
                unit: (op == Op::Create)
                    .then(|| UnitKey { code: format!("2004{kind}"), valid_from: Day::from_number(17_532) }),
                fields: if has_fields { fields } else { BTreeMap::new() },
                replaces: if op == Op::Create { BTreeMap::new() } else { replaces },
                catalogue: 1,
                reason: if op == Op::Erase { reason } else { None },
            }
        })
}

fn any_run() -> impl Strategy<Value = Vec<Change>> {
    (1_u64..1 << 40, proptest::collection::vec(any_change(), 1..20)).prop_map(|(first, mut changes)| {
        for (i, change) in changes.iter_mut().enumerate() {
            change.seq = first + i as u64;
        }
        changes
    })
}

// Lines that hold only personal columns leave empty lines in the open side, as they should; an empty list of
// lines is a value too.
proptest! {
    #[test]
    fn a_batch_comes_back_whole_with_the_key_and_without_names_without(changes in any_run()) {
        let (sealed, public_key) = seal(&changes);
        let opened = batch::open(&sealed.bytes, &START, &public_key).expect("sealed here");
        prop_assert_eq!(opened.chain, sealed.chain);
        prop_assert_eq!(&opened.changes, &without_personal(&changes));
        let whole = batch::open_with_key(&sealed.bytes, &START, &public_key, &COMMUNE_KEY).expect("sealed here");
        prop_assert_eq!(&whole.changes, &changes);
    }

    #[test]
    fn device_and_hub_come_to_the_same_sums_in_whatever_portions(changes in any_run(), at: prop::sample::Index) {
        let (sealed, public_key) = seal(&changes);
        let opened = batch::open(&sealed.bytes, &START, &public_key).expect("sealed here").changes;
        let own = KindSums::of(&changes, Some(&Odd));
        prop_assert_eq!(&own, &KindSums::of(&opened, None));
        let (before, after) = opened.split_at(at.index(opened.len()));
        let mut sums = KindSums::of(after, None);
        sums.add(&KindSums::of(before, None));
        prop_assert_eq!(sums.digest(), own.digest());
    }

    #[test]
    fn a_change_that_the_hub_reads_otherwise_has_another_sum(changes in any_run(), at: prop::sample::Index) {
        let mut other = changes.clone();
        let change = &mut other[at.index(changes.len())];
        let kind = change.kind.0;
        change.fields.insert(FieldNum(77), Some(Value::Int(change.fields.len() as i64)));
        let sums = KindSums::of(&changes, Some(&Odd));
        let kinds = sums.differing(&KindSums::of(&other, Some(&Odd)));
        prop_assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [kind]);
    }

    #[test]
    fn any_bytes_are_refused_without_a_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Some(first) = bytes.first_mut() {
            *first = 1;
        }
        prop_assert!(batch::open(&bytes, &START, &[3; 32]).is_err());
    }

    #[test]
    fn the_decoders_survive_any_content_behind_a_good_signature(changes in any_run(), at: prop::sample::Index, byte: u8) {
        // As a device with a good key and bad intentions would send it.
        let (sealed, _) = seal(&changes);
        let mut bytes = sealed.bytes;
        let n = bytes.len() - 64;
        bytes[at.index(n)] = byte;
        let signer = Signer::new(&[5; 32]);
        let chain = batch::chain_of(&bytes, &START);
        let signature = signer.sign(b"sohoi batch 1", &[&chain]);
        bytes.truncate(n);
        bytes.extend(signature);
        let _ = batch::open_with_key(&bytes, &START, &signer.public_key(), &COMMUNE_KEY);
    }
}

fn one() -> Vec<Change> {
    vec![Change {
        seq: 1,
        hlc: Hlc(5 << 16),
        author: 1,
        record: RecordId { device: own_device(), n: 1 },
        kind: KindNum(1),
        op: Op::Create,
        unit: Some(UnitKey { code: "20044".into(), valid_from: Day::from_number(20_270) }),
        fields: BTreeMap::from([
            (PERSONAL, Some(Value::Text("Kăn Đa".into()))),
            (FieldNum(1), Some(Value::Int(25))),
        ]),
        replaces: BTreeMap::new(),
        catalogue: 1,
        reason: None,
    }]
}

#[test]
fn one_changed_bit_anywhere_is_refused() {
    let (sealed, public_key) = seal(&one());
    assert!(batch::is_whole(&sealed.bytes, (&START, &sealed.chain), &public_key));
    for at in 0..sealed.bytes.len() {
        for bit in 0..8 {
            let mut bytes = sealed.bytes.clone();
            bytes[at] ^= 1 << bit;
            assert!(batch::open(&bytes, &START, &public_key).is_err(), "byte {at}, bit {bit}");
            assert!(!batch::is_whole(&bytes, (&START, &sealed.chain), &public_key), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_batch_fits_one_place_one_device_and_one_commune() {
    let (sealed, public_key) = seal(&one());
    let other_device = Signer::new(&[6; 32]).public_key();
    assert_eq!(batch::open(&sealed.bytes, &START, &other_device), Err(BatchError::Signature));
    assert_eq!(batch::open(&sealed.bytes, &[1; 32], &public_key), Err(BatchError::Signature));
    assert_eq!(batch::open_with_key(&sealed.bytes, &START, &public_key, &[8; 32]), Err(BatchError::Key));
}

#[test]
fn a_truncated_batch_is_refused_at_every_length() {
    let (sealed, public_key) = seal(&one());
    for n in 0..sealed.bytes.len() {
        assert!(batch::open(&sealed.bytes[..n], &START, &public_key).is_err(), "{n} bytes");
    }
}

#[test]
fn a_section_that_would_unpack_to_gigabytes_is_refused() {
    let mut bytes = vec![1];
    // Device, first change, count, catalogue, base stamp in two numbers, dictionary.
    bytes.extend([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0]);
    let mut put = |part: &[u8]| sohoi_protocol::bytes::put_bytes(&mut bytes, part);
    let mut bomb = Vec::new();
    sohoi_protocol::bytes::put_varint(&mut bomb, 4 << 30);
    bomb.extend(&zstd::bulk::compress(&vec![0; 1 << 20], 19).expect("compresses")[4..]);
    put(&bomb);
    put(&[]);
    bytes.extend([0; 64]);
    let signer = Signer::new(&[5; 32]);
    let chain = batch::chain_of(&bytes, &START);
    bytes.truncate(bytes.len() - 64);
    bytes.extend(signer.sign(b"sohoi batch 1", &[&chain]));
    assert!(matches!(batch::open(&bytes, &START, &signer.public_key()), Err(BatchError::Malformed(_))));
}

#[test]
fn the_open_side_that_the_document_shows_is_what_is_written() {
    let mut changes = one();
    changes[0].unit = Some(UnitKey { code: "20044".into(), valid_from: Day::from_number(17_532) });
    changes[0].fields = BTreeMap::from([(FieldNum(9), Some(Value::Int(25)))]);
    let (open, sealed) = batch::unpacked(&seal(&changes).0.bytes, &COMMUNE_KEY).expect("sealed here");
    let shown = "00 01 05 3230303434 f89102 0100 0101 0100 04e8070000 020000 0101 0101 01 01 09 01 02 0032";
    assert_eq!(sohoi_protocol::enrol::to_hex(&open), shown.replace(' ', ""));
    assert!(sealed.is_empty());
}

#[test]
fn kinds_and_fields_of_a_newer_catalogue_come_back_whole_and_only_to_the_commune() {
    let catalogue = sohoi_domain::Catalogue::embedded();
    let known = catalogue.kinds[0].num;
    let mut changes = one();
    changes[0].kind = known;
    changes[0].fields = BTreeMap::from([
        (FieldNum(60_000), Some(Value::Codes(vec!["mai".into(), "sau".into()]))),
        (FieldNum(60_001), Some(Value::Lines(vec![Fields::from([(FieldNum(1), Value::Int(4))])]))),
    ]);
    changes.push(Change { seq: 2, kind: KindNum(60_000), ..changes[0].clone() });
    let signer = Signer::new(&[5; 32]);
    let with = Sealing {
        signer: &signer,
        device: own_device(),
        commune_key: &COMMUNE_KEY,
        previous: START,
        salt: [1; 8],
        privacy: &catalogue,
    };
    let sealed = batch::seal(&changes, &with);
    let open = batch::open(&sealed.bytes, &START, &signer.public_key()).expect("sealed here");
    assert!(open.changes.iter().all(|change| change.fields.is_empty()), "what is unknown counts as personal");
    let whole = batch::open_with_key(&sealed.bytes, &START, &signer.public_key(), &COMMUNE_KEY);
    assert_eq!(whole.expect("sealed here").changes, changes);
}

#[test]
fn a_run_of_what_compresses_least_still_fits_a_batch() {
    let mut dice = 1_u64;
    let mut draw = || {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        dice ^ (dice >> 29)
    };
    let changes: Vec<Change> = (1..=4_000)
        .map(|seq| {
            let fields = (1..40).map(|num| (FieldNum(num), Some(Value::Int(draw() as i64)))).collect();
            let version = |num| (FieldNum(num), vec![Version { device: DeviceId(num.into()), seq: draw() }]);
            let replaces = (1..40).map(version).collect();
            Change { seq, op: Op::Patch, unit: None, fields, replaces, ..one().remove(0) }
        })
        .collect();
    let n = batch::run_length(&changes);
    let (sealed, _) = seal(&changes[..n]);
    assert!(
        n > 100 && sealed.bytes.len() <= sohoi_protocol::limits::BATCH_BYTES,
        "{n}: {}",
        sealed.bytes.len()
    );
}

#[test]
fn more_different_codes_or_devices_than_one_batch_takes_go_into_several_and_all_come_back() {
    let field = FieldNum(7);
    // As notes of what was decided about merged records, and names of photos: each of them there once.
    let codes = |seq: u64| Value::Codes((0..3).map(|n| format!("{n} {seq:016x} 1")).collect());
    let in_lines = |seq: u64| {
        let line = |n: u64| Fields::from([(field, Value::Code(format!("{n}-{seq}")))]);
        Value::Lines((0..3).map(line).collect())
    };
    let devices = |seq: u64| {
        let id = |n: u64| Value::Ref(RecordId { device: DeviceId(seq * 9 + n), n: 1 });
        Value::Lines((1..4).map(|n| Fields::from([(field, id(n))])).collect())
    };
    for value in [&codes as &dyn Fn(u64) -> Value, &in_lines, &devices] {
        let change = |seq: u64| Change {
            seq,
            op: Op::Patch,
            unit: None,
            fields: BTreeMap::from([(field, Some(value(seq)))]),
            replaces: BTreeMap::new(),
            ..one().remove(0)
        };
        let changes: Vec<Change> = (1..=2_000).map(change).collect();
        let mut rest = &changes[..];
        let mut n_batches = 0;
        while !rest.is_empty() {
            let (run, left) = rest.split_at(batch::run_length(rest));
            let (sealed, key) = seal(run);
            let open = batch::open_with_key(&sealed.bytes, &START, &key, &COMMUNE_KEY);
            assert_eq!(open.expect("every reader takes it").changes, run);
            (rest, n_batches) = (left, n_batches + 1);
        }
        assert_eq!(n_batches, 2, "and no more than are needed");
    }
}
