use sohoi_domain::Op;

use super::rig::{NOW_MS, Rig, mediation, rig};
use crate::{BatchRow, ChainHead, EnrolmentRow, Operation, ReceiptRow, StoreError};

fn batch(first_seq: u64, count: u32) -> BatchRow {
    BatchRow {
        first_seq,
        count,
        chain: [u8::try_from(first_seq).expect("a small number"); 32],
        bytes: vec![1, 2],
    }
}

fn receipt(of: &BatchRow) -> ReceiptRow {
    ReceiptRow {
        first_seq: of.first_seq,
        count: of.count,
        chain: of.chain,
        hub_epoch: u64::MAX,
        at_ms: NOW_MS + i64::from(of.count),
        signature: vec![9; 64],
    }
}

fn seal(rig: &mut Rig, batch: &BatchRow) -> Result<(), StoreError> {
    rig.register.transact(Operation::BatchSeal, NOW_MS, |w| w.store_batch(batch)).map(|_| ())
}

fn receive(rig: &mut Rig, receipt: &ReceiptRow) -> Result<(), StoreError> {
    rig.register.transact(Operation::ReceiptStore, NOW_MS, |w| w.store_receipt(receipt)).map(|_| ())
}

fn rig_with(n: u32) -> Rig {
    let mut rig = rig();
    for n in 0..n {
        rig.add("mediation", mediation("2018-05-01", 1 + n));
    }
    rig
}

#[test]
fn a_record_is_received_only_when_a_receipt_covers_its_last_change() {
    let mut rig = rig_with(4);
    let (one, two) = (batch(1, 3), batch(4, 1));
    seal(&mut rig, &one).expect("a batch");
    seal(&mut rig, &two).expect("a batch");
    let first = rig.register.history(sohoi_domain::RecordId { device: rig.register.identity().device, n: 1 });
    let id = first.expect("a history")[0].change.record;
    assert_eq!(
        (rig.register.unsent().expect("a number"), rig.register.receipted().expect("a number")),
        (4, 0)
    );
    // A later receipt alone covers nothing: the one before may still be lost.
    receive(&mut rig, &receipt(&two)).expect("a receipt");
    assert_eq!(rig.register.receipted().expect("a number"), 0);
    receive(&mut rig, &receipt(&one)).expect("a receipt");
    assert_eq!(
        (rig.register.unsent().expect("a number"), rig.register.receipted().expect("a number")),
        (0, 4)
    );
    let received = |rig: &Rig| rig.register.record(id).expect("a read").expect("a record").meta.received;
    assert!(received(&rig));
    rig.patch(id, mediation("2018-05-02", 9));
    assert!(!received(&rig));
    let history = rig.register.history(id).expect("a history");
    assert_eq!(
        history.iter().map(|c| (c.change.op, c.received)).collect::<Vec<_>>(),
        [(Op::Patch, false), (Op::Create, true)]
    );
    rig.assert_clean();
}

#[test]
fn a_batch_follows_on_the_last_and_holds_only_logged_changes() {
    let mut rig = rig_with(3);
    for wrong in [batch(2, 1), batch(1, 0), batch(1, 4)] {
        assert!(matches!(seal(&mut rig, &wrong), Err(StoreError::Fault(_))), "{wrong:?}");
    }
    seal(&mut rig, &batch(1, 2)).expect("a batch");
    assert!(seal(&mut rig, &batch(1, 2)).is_err());
    assert_eq!(rig.register.chain_head().expect("a head"), ChainHead { next_seq: 3, chain: [1; 32] });
    assert_eq!(rig.register.batches_after(0).expect("batches"), [batch(1, 2)]);
    assert_eq!(rig.register.batches_after(1).expect("batches"), []);
    let unsealed = rig.register.changes_after(2, 10).expect("changes");
    assert_eq!(unsealed.iter().map(|c| c.seq).collect::<Vec<_>>(), [3]);
}

#[test]
fn a_receipt_for_other_bytes_is_refused_and_twice_the_same_is_once() {
    let mut rig = rig_with(2);
    seal(&mut rig, &batch(1, 2)).expect("a batch");
    let right = receipt(&batch(1, 2));
    for wrong in [ReceiptRow { chain: [7; 32], ..right.clone() }, ReceiptRow { count: 1, ..right.clone() }] {
        assert_eq!(receive(&mut rig, &wrong).err().map(|e| e.code()), Some("app.fault"));
    }
    assert_eq!(rig.register.last_receipt().expect("a read"), None);
    receive(&mut rig, &right).expect("a receipt");
    receive(&mut rig, &right).expect("again");
    assert_eq!(rig.register.receipts(5).expect("a read"), [right]);
}

#[test]
fn a_hub_restored_from_a_backup_is_offered_again_what_it_lost() {
    let mut rig = rig_with(3);
    for of in [batch(1, 1), batch(2, 2)] {
        seal(&mut rig, &of).expect("a batch");
        receive(&mut rig, &receipt(&of)).expect("a receipt");
    }
    rig.register.transact(Operation::ReceiptStore, NOW_MS, |w| w.offer_again(2)).expect("it is offered");
    assert_eq!(
        (rig.register.receipted().expect("a number"), rig.register.unsent().expect("a number")),
        (1, 2)
    );
    assert_eq!(rig.register.receipts(5).expect("a read").len(), 2);
}

#[test]
fn a_new_enrolment_takes_the_place_of_the_old() {
    let mut rig = rig();
    assert_eq!(rig.register.enrolment().expect("a read"), None);
    let mut row = EnrolmentRow {
        hub_url: "https://hub.example".into(),
        hub_key: [5; 32],
        token: "token".into(),
        province: "46".into(),
        hub_epoch: u64::MAX,
        enrolled_at_ms: NOW_MS,
    };
    for epoch in [1, 2] {
        row.hub_epoch = epoch;
        rig.register.transact(Operation::Enrol, NOW_MS, |w| w.set_enrolment(&row)).expect("an enrolment");
    }
    assert_eq!(rig.reopened().register.enrolment().expect("a read"), Some(row));
}

#[test]
fn what_one_hub_has_received_another_one_has_not() {
    let mut rig = rig_with(2);
    seal(&mut rig, &batch(1, 2)).expect("a batch");
    receive(&mut rig, &receipt(&batch(1, 2))).expect("a receipt");
    let enrol = |rig: &mut Rig, hub: u8| {
        let row = EnrolmentRow {
            hub_url: "https://hub.example".into(),
            hub_key: [hub; 32],
            token: "token".into(),
            province: "46".into(),
            hub_epoch: 1,
            enrolled_at_ms: NOW_MS,
        };
        rig.register.transact(Operation::Enrol, NOW_MS, |w| w.set_enrolment(&row)).expect("an enrolment");
        rig.register.unsent().expect("a number")
    };
    assert_eq!(enrol(&mut rig, 5), 2);
    receive(&mut rig, &receipt(&batch(1, 2))).expect("its own receipt");
    assert_eq!((enrol(&mut rig, 5), enrol(&mut rig, 6)), (0, 2), "the same once more, and another");
}
