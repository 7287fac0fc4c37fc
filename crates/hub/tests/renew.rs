//! A device that goes on for another: only who holds both keys makes one, and asking again changes nothing.

mod rig;

use rig::{Rig, hello, unit};
use sha2::{Digest, Sha256};
use sohoi_hub::device;
use sohoi_hub::session::Session;
use sohoi_hub_db::DeviceRow;
use sohoi_hub_db::story::{Pen, activity};
use sohoi_protocol::enrol::{RenewReq, renewed_token, to_hex};
use sohoi_protocol::{Frame, SyncProtocol};

const TOWN: &str = "20044";

fn request(old: &Pen, new: &Pen) -> RenewReq {
    RenewReq::sign(&old.signer, &new.signer, &renewed_token(&[9; 32]), &[0xaa])
}

fn row(rig: &Rig, pen: &Pen) -> DeviceRow {
    rig.hub.db.device(pen.device).expect("a read").expect("a device")
}

#[test]
fn the_new_device_has_the_units_scope_and_its_own_token_and_may_ask_twice() {
    let rig = Rig::new();
    let (old, _) = rig.town(1);
    let new = Pen::new(&rig::CATALOGUE, 2, unit(TOWN, "2018-01-01"));
    for _ in 0..2 {
        let res = device::renew(&rig.hub, &row(&rig, &old), &request(&old, &new)).expect("taken in");
        assert_eq!(res.device, new.device.to_string());
    }
    let taken_in = row(&rig, &new);
    assert_eq!((taken_in.renews, &taken_in.unit), (Some(old.device), &row(&rig, &old).unit));
    let by_token = rig.hub.db.device_of_token(&Sha256::digest(renewed_token(&[9; 32])).into());
    assert_eq!(by_token.expect("a read").map(|row| row.id), Some(new.device));
    let devices = rig.hub.db.devices().expect("a read");
    assert_eq!(devices.len(), 2, "{devices:?}");
}

#[test]
fn without_both_keys_or_for_a_device_that_is_another_nothing_is_taken_in() {
    let rig = Rig::new();
    let (old, _) = rig.town(1);
    let new = Pen::new(&rig::CATALOGUE, 2, old.unit.clone());
    let good = request(&old, &new);
    let (neighbour, _) = rig.enrolled(3, unit("20047", "2018-01-01"));
    let spoilt = [
        RenewReq { signature: good.old_signature.clone(), ..good.clone() },
        RenewReq { old_signature: good.signature.clone(), ..good.clone() },
        RenewReq { token_hash: "00".repeat(32), ..good.clone() },
        RenewReq { public_key: to_hex(&old.signer.public_key()), ..good.clone() },
        RenewReq { device: old.device.to_string(), ..good.clone() },
        RenewReq { card: "aa".repeat(3_000), ..good.clone() },
        // It is a device of another commune already.
        request(&old, &neighbour),
    ];
    for req in spoilt {
        let error = device::renew(&rig.hub, &row(&rig, &old), &req).expect_err("refused");
        assert_eq!(error.code(), "sync.refused", "{req:?}");
    }
    assert_eq!(rig.hub.db.devices().expect("a read").len(), 2);
    assert_eq!(row(&rig, &neighbour).renews, None);
}

#[test]
fn a_commune_goes_on_as_another_device_so_often_a_day_and_asking_again_is_free() {
    let rig = Rig::new();
    let (old, _) = rig.town(1);
    let goes_on = |secret: u8| {
        let new = Pen::new(&rig::CATALOGUE, secret, old.unit.clone());
        let token = renewed_token(&[secret; 32]);
        device::renew(&rig.hub, &row(&rig, &old), &RenewReq::sign(&old.signer, &new.signer, &token, &[]))
    };
    for secret in 2..18 {
        goes_on(secret).expect("taken in");
    }
    let error = goes_on(18).expect_err("the seventeenth");
    assert_eq!((error.code(), error.status()), ("enrol.too_many", 429));
    goes_on(17).expect("its answer may have been lost");
}

#[test]
fn a_device_hears_its_own_batches_only_when_it_names_itself() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    pen.create("propaganda_activity", activity("2018-05-05", 20));
    let first = pen.seal();
    let converse = |names_itself: bool| {
        let mut session = Session::new(rig.hub.clone(), row(&rig, &pen));
        let mut hello = hello(&pen);
        if names_itself {
            hello.device_cursors.insert(pen.device.0, 1);
        }
        let frames =
            [Frame::Hello(hello), Frame::Batch(first.bytes.clone()), Frame::End(rig::end(&pen, &first))];
        let answers =
            frames.into_iter().flat_map(|frame| session.on_frame(frame).expect("the database works"));
        answers.filter(|frame| matches!(frame, Frame::Pull(_))).collect::<Vec<_>>()
    };
    assert_eq!(converse(false), []);
    match converse(true).as_slice() {
        [Frame::Pull(pull)] => assert_eq!((pull.device, &pull.content), (pen.device.0, &first.bytes)),
        other => panic!("{other:?}"),
    }
}
