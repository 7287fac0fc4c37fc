//! What is in a file comes back, and what is wrong with one is told before it is opened.

use std::io::Cursor;

use sohoi_domain::{Day, DeviceId, UnitKey};

use super::*;
use crate::frame::Frame;
use crate::message::{End, Refusal};
use crate::sign::Signer;

const HUB: [u8; 32] = [1; 32];
const DEVICE: [u8; 32] = [2; 32];

fn label(way: Way) -> Label {
    let id = |secret| DeviceId::of_public_key(&Signer::new(secret).public_key());
    Label {
        way,
        hub: id(&HUB),
        unit: UnitKey { code: "20044".into(), valid_from: Day::from_number(20_270) },
        device: id(&DEVICE),
        number: 3,
        made_on: Day::from_number(20_781),
        first_seq: 1,
        next_seq: 11,
    }
}

fn frames(way: Way) -> Vec<Frame> {
    let last = match way {
        Way::Bundle => Frame::End(End::sign(11, [7; 32], &Signer::new(&DEVICE))),
        Way::Answer => Frame::Refused(Refusal::new("sync.refused", "order")),
    };
    // Longer than a piece of age's, so that pieces end within a frame.
    vec![Frame::Batch((0..150_000_u32).map(|n| n as u8).collect()), Frame::Batch(Vec::new()), last]
}

fn file(way: Way) -> Vec<u8> {
    let (writer, reader) = match way {
        Way::Bundle => (DEVICE, HUB),
        Way::Answer => (HUB, DEVICE),
    };
    let mut out = Cursor::new(Vec::new());
    let mut bundle = BundleWriter::create(&mut out, &label(way), &Signer::new(&reader).public_key())
        .expect("memory takes it");
    frames(way).iter().for_each(|frame| bundle.frame(frame).expect("memory takes it"));
    let length = bundle.finish(&Signer::new(&writer)).expect("memory takes it");
    let bytes = out.into_inner();
    assert_eq!(length, bytes.len() as u64);
    bytes
}

fn read(bytes: &[u8], way: Way) -> Result<Vec<Frame>, BundleError> {
    let (writer, reader) = match way {
        Way::Bundle => (DEVICE, HUB),
        Way::Answer => (HUB, DEVICE),
    };
    let mut found = Vec::new();
    let mut bundle = BundleReader::open(Cursor::new(bytes), way)?;
    let (reader, writer) = (Signer::new(&reader), Signer::new(&writer).public_key());
    bundle.check(&reader, &writer)?;
    bundle.read(&reader, &writer, &mut |frame| {
        found.push(frame);
        Ok::<(), BundleError>(())
    })?;
    assert_eq!(*bundle.label(), label(way));
    Ok(found)
}

fn code(bytes: &[u8], way: Way) -> &'static str {
    read(bytes, way).expect_err("it is refused").code()
}

#[test]
fn label_and_frames_come_back_both_ways() {
    for way in [Way::Bundle, Way::Answer] {
        assert_eq!(read(&file(way), way).expect("it is whole"), frames(way));
    }
}

#[test]
fn a_wrong_file_is_told_by_its_first_bytes() {
    let bundle = file(Way::Bundle);
    assert_eq!(code(&[], Way::Bundle), "bundle.empty");
    assert_eq!(code(b"PK\x03\x04", Way::Bundle), "bundle.not_ours");
    assert_eq!(code(b"S", Way::Bundle), "bundle.truncated");
    assert_eq!(code(&file(Way::Answer), Way::Bundle), "bundle.is_answer");
    assert_eq!(code(&bundle, Way::Answer), "bundle.is_bundle");
    let mut newer = bundle.clone();
    newer[MAGIC.len()] = VERSION + 1;
    assert_eq!(code(&newer, Way::Bundle), "bundle.too_new");
    let mut huge = bundle;
    huge[MAGIC.len() + 1..MAGIC.len() + 9].copy_from_slice(&u64::MAX.to_le_bytes());
    assert_eq!(code(&huge, Way::Bundle), "bundle.too_large");
}

#[test]
fn a_file_cut_anywhere_is_called_cut() {
    let bytes = file(Way::Bundle);
    for n in (1..600).chain((600..bytes.len()).step_by(997)).chain([bytes.len() - 1]) {
        assert_eq!(code(&bytes[..n], Way::Bundle), "bundle.truncated", "the first {n} bytes");
    }
    let longer = [&bytes[..], b"x"].concat();
    assert_eq!(code(&longer, Way::Bundle), "bundle.damaged");
}

#[test]
fn a_flipped_byte_anywhere_is_refused() {
    let bytes = file(Way::Bundle);
    for at in (0..900).chain((900..bytes.len()).step_by(1_999)).chain(bytes.len() - 100..bytes.len()) {
        let mut spoilt = bytes.clone();
        spoilt[at] ^= 0x10;
        assert!(read(&spoilt, Way::Bundle).is_err(), "byte {at}");
    }
}

#[test]
fn only_the_one_it_is_for_reads_it_and_only_the_one_it_is_from_writes_it() {
    let bytes = file(Way::Bundle);
    let mut bundle = BundleReader::open(Cursor::new(&bytes), Way::Bundle).expect("it is whole");
    let (hub, device, other) = (Signer::new(&HUB), Signer::new(&DEVICE), Signer::new(&[3; 32]));
    let refused = |checked: Result<(), BundleError>| checked.expect_err("it is refused").code();
    assert_eq!(refused(bundle.check(&other, &device.public_key())), "bundle.damaged");
    assert_eq!(refused(bundle.check(&hub, &other.public_key())), "bundle.damaged");
    bundle.check(&hub, &device.public_key()).expect("it is whole");
}

#[test]
fn a_header_of_age_without_an_end_is_not_read_to_its_end() {
    let whole = file(Way::Bundle);
    let begin = HEAD_BYTES + label(Way::Bundle).encode().len();
    let mut endless = whole[..begin].to_vec();
    endless.extend_from_slice(b"age-encryption.org/v1\n");
    endless.extend(b"-> X a\n\n".iter().cycle().take(100_000));
    let n_sealed = (endless.len() - begin) as u64;
    endless[MAGIC.len() + 1..MAGIC.len() + 9].copy_from_slice(&n_sealed.to_le_bytes());
    assert_eq!(code(&endless, Way::Bundle), "bundle.damaged");
}

#[test]
fn the_name_of_a_file_is_plain() {
    let label = label(Way::Bundle);
    assert_eq!(label.file_name("Xã A Lưới 2", None), "SoHoi_A-Luoi-2_2026-11-24_003.sohoi");
    let answer = "SoHoi_Duc_2026-11-24_003_bien-nhan.sohoi";
    assert_eq!(label.file_name("Phường: Đức/..", Some("biên nhận")), answer);
    assert_eq!(label.file_name("…", None), "SoHoi_20044_2026-11-24_003.sohoi");
}

#[test]
fn two_pcs_that_count_alike_do_not_write_over_each_other() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let own = label(Way::Bundle);
    let usual = named(folder.path(), &own, "A", None);
    std::fs::write(&usual, file(Way::Bundle)).expect("a file can be written");
    assert_eq!(named(folder.path(), &own, "A", None), usual, "its own file may be replaced");
    let other = Label { device: DeviceId(0xabcd_ef01_2345_6789), ..own };
    let beside = named(folder.path(), &other, "A", None);
    assert_eq!(beside, folder.path().join("SoHoi_A_2026-11-24_003_abcdef.sohoi"));
    assert_eq!(named(&usual, &other, "A", None), usual, "a name that was chosen stands");
}

#[test]
fn a_file_is_written_whole_or_not_at_all_and_over_none_of_others() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = target(folder.path(), "a.sohoi");
    let write = |bytes: &'static [u8]| {
        write_whole(&path, |mut file| std::io::Write::write_all(&mut file, bytes).map_err(BundleError::Io))
    };
    let failed: Result<(), BundleError> = write_whole(&path, |_| Err(BundleError::TooLarge));
    assert_eq!(failed.expect_err("it failed").code(), "bundle.too_large");
    assert_eq!(std::fs::read_dir(folder.path()).expect("it is there").count(), 0);
    write(&MAGIC).expect("it is new");
    write(b"something else").expect("it is ours");
    assert_eq!(write(&MAGIC).expect_err("it is not ours").code(), "bundle.exists");
    assert_eq!(std::fs::read(&path).expect("it is there"), b"something else");
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_refused_without_a_panic(bytes: Vec<u8>, after_magic: bool) {
        let begin: &[u8] = if after_magic { b"SoHoi\r\n\x1a\x01" } else { b"" };
        proptest::prop_assert!(read(&[begin, &bytes].concat(), Way::Bundle).is_err());
    }
}
