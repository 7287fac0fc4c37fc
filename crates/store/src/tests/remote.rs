use sohoi_domain::change::{Change, WHOLE_RECORD};
use sohoi_domain::{DeviceId, FieldNum, Hlc, Op, RecordId, Value, Version};

use super::rig::{NOW_MS, Rig, catalogue, mediation, member, rig, unit};
use crate::{Operation, StoreError};

const OTHER: DeviceId = DeviceId(0x0000_0000_dead_beef);

fn apply(rig: &mut Rig, change: &Change, device: DeviceId) -> Result<bool, StoreError> {
    let done = rig.register.transact(Operation::RemoteApply, NOW_MS, |w| w.apply_remote(change, device));
    done.map(|done| done.output)
}

fn n_cases() -> FieldNum {
    catalogue().kind("mediation").and_then(|kind| Some(kind.field("n_cases")?.num)).expect("a field")
}

fn change(seq: u64, after_ms: i64, record: RecordId, kind: &str, op: Op) -> Change {
    Change {
        seq,
        hlc: Hlc(0).tick(NOW_MS + after_ms),
        author: 1,
        record,
        kind: catalogue().kind(kind).expect("a kind").num,
        op,
        unit: None,
        fields: Default::default(),
        replaces: Default::default(),
        catalogue: 1,
        reason: None,
    }
}

fn created_elsewhere(seq: u64, n: u32) -> Change {
    let mut create = change(seq, 0, RecordId { device: OTHER, n }, "mediation", Op::Create);
    create.unit = Some(unit());
    create.fields = mediation("2018-05-01", 3).into_iter().map(|(num, value)| (num, Some(value))).collect();
    create
}

#[test]
fn a_record_of_another_device_is_listed_and_counts_like_an_own_one() {
    let mut rig = rig();
    assert!(apply(&mut rig, &created_elsewhere(1, 1), OTHER).expect("it applies"));
    assert!(!apply(&mut rig, &created_elsewhere(1, 1), OTHER).expect("the second time nothing happens"));
    let record = rig.register.record(RecordId { device: OTHER, n: 1 }).expect("a read").expect("a record");
    assert!(record.meta.received && record.meta.author_device == OTHER);
    assert_eq!(rig.register.next_seq(), 1);
    rig.assert_clean();
}

#[test]
fn changes_out_of_order_and_own_changes_from_elsewhere_are_refused() {
    let mut rig = rig();
    let own = rig.register.identity().device;
    for (wrong, device) in [(created_elsewhere(2, 1), OTHER), (created_elsewhere(1, 1), own)] {
        assert!(matches!(apply(&mut rig, &wrong, device), Err(StoreError::Fault(_))));
    }
    assert_eq!(rig.register.counts().expect("counts").changes, 0);
}

#[test]
fn two_edits_of_one_field_keep_both_values() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let base = Version { device: id.device, seq: 1 };
    rig.patch(id, mediation("2018-05-01", 5));
    let mut theirs = change(1, 60_000, id, "mediation", Op::Patch);
    theirs.fields.insert(n_cases(), Some(Value::Int(7)));
    theirs.replaces.insert(n_cases(), vec![base]);
    apply(&mut rig, &theirs, OTHER).expect("it applies");

    let record = rig.register.record(id).expect("a read").expect("a record");
    assert_eq!(record.state.fields.get(&n_cases()), Some(&Value::Int(7)));
    assert_eq!((record.meta.n_conflicts, rig.register.conflict_count().expect("a count")), (1, 1));
    let waiting = rig.register.conflicts_of(id).expect("conflicts");
    let sides = (&waiting[0].shown.value, &waiting[0].waiting[0].value);
    assert_eq!((waiting[0].field, sides), (n_cases(), (&Some(Value::Int(7)), &Some(Value::Int(5)))));
    rig.assert_clean();

    // Our next change comes after what we have seen, and the card can be settled.
    rig.register
        .transact(Operation::ConflictResolve, NOW_MS, |w| {
            w.resolve_conflict(id, n_cases(), waiting[0].waiting[0].version)
        })
        .expect("it is settled");
    let record = rig.register.record(id).expect("a read").expect("a record");
    assert_eq!(record.state.fields.get(&n_cases()), Some(&Value::Int(5)));
    assert_eq!(rig.register.conflict_count().expect("a count"), 0);
    rig.reopened().assert_clean();
}

#[test]
fn an_erasure_from_elsewhere_destroys_names_here_too() {
    let mut rig = rig();
    let id = rig.add("member", member("Kăn Thử", "2018-05-01"));
    let mut erase = change(1, 60_000, id, "member", Op::Erase);
    erase.replaces.insert(WHOLE_RECORD, vec![Version { device: id.device, seq: 1 }]);
    apply(&mut rig, &erase, OTHER).expect("it applies");
    let record = rig.register.record(id).expect("a read").expect("a tombstone");
    assert!(record.meta.destroyed && record.state.fields.is_empty());
    assert!(rig.register.history(id).expect("a history").iter().all(|c| c.change.fields.is_empty()));
    rig.assert_clean();
}

#[test]
fn what_arrives_for_a_destroyed_record_is_destroyed_as_well() {
    let mut rig = rig();
    let id = rig.add("member", member("Kăn Thử", "2018-05-01"));
    rig.erase(id, "xin thôi lưu");
    let mut late = change(1, 60_000, id, "member", Op::Patch);
    let name =
        catalogue().kind("member").and_then(|kind| Some(kind.field("full_name")?.num)).expect("a field");
    late.fields.insert(name, Some(Value::Text("Kăn Muộn".into())));
    apply(&mut rig, &late, OTHER).expect("it applies");
    let history = rig.register.history(id).expect("a history");
    assert!(history.iter().all(|c| c.destroyed && c.change.fields.is_empty()));
    rig.assert_clean();
}

#[test]
fn a_clock_of_2099_elsewhere_does_not_move_ours() {
    let mut rig = rig();
    let mut far = created_elsewhere(1, 1);
    far.hlc = Hlc(0).tick(4_070_908_800_000);
    apply(&mut rig, &far, OTHER).expect("it applies");
    let mut near = created_elsewhere(2, 2);
    near.hlc = Hlc(0).tick(NOW_MS + 60_000);
    apply(&mut rig, &near, OTHER).expect("it applies");
    let mut rig = rig.reopened();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let stamp = rig.register.history(id).expect("a history")[0].change.hlc;
    assert!(stamp > near.hlc && stamp.wall_ms() == NOW_MS + 60_000);
    // Seen is seen: our edit of their record wins whatever their clock said.
    let theirs = RecordId { device: OTHER, n: 1 };
    rig.patch(theirs, mediation("2018-05-01", 8));
    let record = rig.register.record(theirs).expect("a read").expect("a record");
    assert_eq!((record.state.fields.get(&n_cases()), record.meta.n_conflicts), (Some(&Value::Int(8)), 0));
    rig.assert_clean();
}
