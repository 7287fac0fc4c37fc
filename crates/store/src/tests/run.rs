//! How syncs ended, and what waits.

use sohoi_domain::KindNum;

use super::rig::{NOW_MS, Rig, mediation, rig};
use crate::{
    BatchRow, KEPT_RUNS, Operation, ReceiptRow, RunOutcome, RunProblem, RunReceipt, RunRow, RunStick, RunWay,
};

fn run(n: u32) -> RunRow {
    RunRow {
        way: RunWay::Line,
        ended_at_ms: NOW_MS + i64::from(n),
        outcome: RunOutcome::Partial,
        problem: Some(RunProblem { code: "sync.stalled".into(), incident: "ABC123".into() }),
        n_changes_sent: 3,
        n_photos_sent: 1,
        bytes_sent: 4_000,
        n_batches_pulled: 2,
        n_photos_pulled: 0,
        n_bulletins: 1,
        bytes_received: 900,
        n_unsent: 5,
        file: None,
        stick: None,
        n_receipts: 1,
        receipt: Some(RunReceipt { number: "04HMAS-1-KPES".into(), at_ms: NOW_MS }),
    }
}

fn note(rig: &mut Rig, run: &RunRow) {
    rig.register.transact(Operation::SyncNote, NOW_MS, |writer| writer.note_run(run)).expect("it is noted");
}

#[test]
fn what_is_noted_of_a_sync_comes_back_as_it_was_the_newest_first() {
    let mut rig = rig();
    let written = RunRow {
        way: RunWay::FileOut,
        outcome: RunOutcome::Written,
        problem: None,
        receipt: None,
        file: Some("SoHoi.sohoi".into()),
        stick: Some(RunStick { name: "HỘI PHỤ NỮ".into(), letter: Some("E:".into()) }),
        ..run(2)
    };
    note(&mut rig, &run(1));
    note(&mut rig, &written);
    assert_eq!(rig.register.runs(9).expect("a history"), [written.clone(), run(1)]);
    assert_eq!(rig.register.runs(1).expect("a history"), [written]);
}

#[test]
fn a_history_of_before_sticks_were_named_is_kept_and_goes_on() {
    let mut rig = rig();
    note(&mut rig, &run(1));
    let of_the_level_before = "
        ALTER TABLE sync_run DROP COLUMN stick_letter;
        ALTER TABLE sync_run DROP COLUMN stick_name;
        DELETE FROM migration WHERE number > 7;
        PRAGMA user_version = 7;";
    rig.register.conn.execute_batch(of_the_level_before).expect("an older register");
    let mut rig = rig.reopened();
    assert_eq!(rig.register.runs(9).expect("a history"), [run(1)]);
    let nameless = RunRow { stick: Some(RunStick { name: String::new(), letter: None }), ..run(2) };
    note(&mut rig, &nameless);
    assert_eq!(rig.register.runs(9).expect("a history"), [nameless, run(1)]);
}

#[test]
fn the_newest_two_hundred_are_kept() {
    let mut rig = rig();
    let n = KEPT_RUNS + 7;
    (0..n).for_each(|n| note(&mut rig, &run(n)));
    let kept = rig.register.runs(u32::MAX).expect("a history");
    assert_eq!(kept.len(), 200);
    assert_eq!((kept[0].clone(), kept[199].clone()), (run(n - 1), run(7)));
}

#[test]
fn what_waits_is_told_by_kind_until_a_receipt_covers_it() {
    let mut rig = rig();
    let first = rig.add("mediation", mediation("2018-05-01", 1));
    rig.add("mediation", mediation("2018-05-02", 2));
    let edit = mediation("2018-05-03", 3);
    rig.register.transact(Operation::RecordEdit, NOW_MS, |w| w.patch_record(first, edit)).expect("an edit");
    let kind = rig.register.catalogue().kind("mediation").expect("a kind").num;
    let told = |rig: &Rig| -> Vec<(KindNum, u64, u64, u64)> {
        let rows = rig.register.unsent_by_kind().expect("counts");
        rows.into_iter().map(|row| (row.kind, row.n_new, row.n_edited, row.n_erased)).collect()
    };
    assert_eq!(told(&rig), [(kind, 2, 1, 0)]);

    let batch = BatchRow { first_seq: 1, count: 2, chain: [1; 32], bytes: vec![0; 70] };
    rig.register.transact(Operation::BatchSeal, NOW_MS, |w| w.store_batch(&batch)).expect("a batch");
    assert_eq!((told(&rig), rig.register.unsent_batch_bytes().expect("bytes")), (vec![(kind, 2, 1, 0)], 70));
    let receipt = ReceiptRow {
        first_seq: 1,
        count: 2,
        chain: [1; 32],
        hub_epoch: 1,
        at_ms: NOW_MS,
        signature: vec![9; 64],
    };
    rig.register.transact(Operation::ReceiptStore, NOW_MS, |w| w.store_receipt(&receipt)).expect("a receipt");
    assert_eq!((told(&rig), rig.register.unsent_batch_bytes().expect("bytes")), (vec![(kind, 0, 1, 0)], 0));
    let (number, kept) = rig.register.numbered_receipts(1).expect("receipts").remove(0);
    assert_eq!(kept, receipt);
    assert!(number.is_of(rig.register.identity().device, &receipt.chain));
}
