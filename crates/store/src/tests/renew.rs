use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;
use sohoi_domain::change::Renumber;
use sohoi_domain::{DeviceId, Fields, RecordId, Value};
use zeroize::Zeroizing;

use super::property::{step, take};
use super::rig::{NOW_MS, Rig, branch, catalogue, fields, member, member_json, rig};
use crate::{DraftRow, EnrolmentRow, Operation, PeerRow, RecordQuery, Register, Renewal};

const SECRET: [u8; 32] = [9; 32];

fn renewal(register: &Register, device: DeviceId, last_common: u64) -> Renewal {
    Renewal {
        device,
        device_secret: Zeroizing::new(SECRET),
        last_common,
        old: PeerRow { device: register.identity().device, public_key: [1; 32], next_seq: 1, chain: [0; 32] },
        token: "another".into(),
        unasked: None,
    }
}

pub(super) fn renew(rig: &mut Rig, device: DeviceId, last_common: u64) -> Vec<(RecordId, RecordId)> {
    let renewal = renewal(&rig.register, device, last_common);
    rig.register.renew(&renewal, NOW_MS).expect("it goes on").into_iter().collect()
}

type Shown = BTreeMap<RecordId, (Fields, bool, usize)>;

fn shown(register: &Register) -> Shown {
    let of = |id: RecordId| {
        let stored = register.record(id).expect("a read").expect("it is listed");
        let n_conflicts = register.conflicts_of(id).expect("a read").len();
        (id, (stored.state.fields, stored.state.erased, n_conflicts))
    };
    register.record_ids().expect("a read").into_iter().map(of).collect()
}

fn renumbered(shown: Shown, to: &Renumber) -> Shown {
    shown.into_iter().map(|(id, what)| (to.record(id), what)).collect()
}

#[test]
fn whatever_was_written_before_and_after_a_parting_shows_as_before() {
    let rig = std::cell::RefCell::new(rig());
    let next = std::cell::Cell::new(100);
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    let steps = || prop::collection::vec(step(), 1..20);
    proptest!(config, |(before in steps(), after in steps())| {
        let (mut rig, mut made) = (rig.borrow_mut(), Vec::new());
        before.iter().for_each(|step| take(&mut rig, &mut made, step));
        let last_common = rig.register.next_seq() - 1;
        after.iter().for_each(|step| take(&mut rig, &mut made, step));

        let old = rig.register.identity().device;
        let device = DeviceId(next.replace(next.get() + 1));
        let parted = rig.register.changes_after(last_common, u32::MAX).expect("a read");
        let to = Renumber::of(old, device, last_common, &parted);
        let wanted = renumbered(shown(&rig.register), &to);
        prop_assert_eq!(renew(&mut rig, device, last_common), to.records().collect::<Vec<_>>());
        prop_assert_eq!(shown(&rig.register), wanted);
        prop_assert_eq!(rig.register.unsent().expect("a read"), parted.len() as u64);
        let verified = rig.register.verify().expect("a check");
        prop_assert!(verified.ok, "{:?}", verified.differences);
    });
    let rig = rig.into_inner().reopened();
    assert_eq!(rig.register.identity().device, DeviceId(next.get() - 1));
    rig.assert_clean();
}

#[test]
fn what_refers_to_a_record_that_moves_goes_along_and_drafts_too() {
    let mut rig = rig();
    let old = rig.add("branch", branch("Chi hội cũ", "2018-01-01"));
    let new = rig.add("branch", branch("Chi hội mới", "2018-02-01"));
    let mut of_new = member_json("Kăn Thử", "2018-03-01");
    of_new["branch"] = json!(new.to_string());
    let woman = rig.add("member", fields("member", of_new));
    let draft = DraftRow {
        id: "d".into(),
        kind: "member".into(),
        record_id: Some(woman),
        fields_json: json!({"branch": new.to_string(), "note": old.to_string()}).to_string(),
        saved_at_ms: NOW_MS,
    };
    rig.register.transact(Operation::DraftSave, NOW_MS, |w| w.save_draft(&draft)).expect("a draft");

    let moved = |n| RecordId { device: DeviceId(7), n };
    assert_eq!(renew(&mut rig, DeviceId(7), 1), [(new, moved(1)), (woman, moved(2))]);
    assert_eq!(shown(&rig.register).into_keys().collect::<Vec<_>>(), [moved(1), moved(2), old]);
    let branch =
        catalogue().kind("member").and_then(|kind| Some(kind.field("branch")?.num)).expect("a field");
    let member = rig.register.record(moved(2)).expect("a read").expect("the member");
    assert_eq!(member.state.fields[&branch], Value::Ref(moved(1)));
    let draft = rig.register.drafts().expect("a read").remove(0);
    assert_eq!(draft.record_id, Some(moved(2)));
    let fields: serde_json::Value = serde_json::from_str(&draft.fields_json).expect("JSON");
    assert_eq!(fields, json!({"branch": moved(1).to_string(), "note": old.to_string()}));
    let query = RecordQuery { search: Some("kan thu".into()), limit: 9, ..RecordQuery::default() };
    assert_eq!(rig.register.records(&query).expect("a list").1, 1);
    rig.assert_clean();
}

#[test]
fn after_a_renewal_everything_is_the_new_devices() {
    let mut rig = rig();
    let hub = EnrolmentRow {
        hub_url: "http://hub.example".into(),
        hub_key: [4; 32],
        token: "one".into(),
        province: "46".into(),
        hub_epoch: 1,
        enrolled_at_ms: NOW_MS,
    };
    rig.register.transact(Operation::Enrol, NOW_MS, |w| w.set_enrolment(&hub)).expect("enrolled");
    let old = rig.register.identity().device;
    assert_eq!(rig.register.renewed_at_ms().expect("a read"), None);
    rig.add("member", member("Kăn Thử", "2018-03-01"));
    renew(&mut rig, DeviceId(7), 1);
    assert_eq!(rig.register.identity().device, DeviceId(7));
    assert_eq!(rig.register.renewed_at_ms().expect("a read"), Some(NOW_MS));
    assert_eq!(rig.register.enrolment().expect("a read").expect("a hub").token, "another");
    assert_eq!(rig.register.unsent().expect("a read"), 0, "the hub has what there is");
    assert_eq!(rig.register.received_of_this_pc().expect("a read"), 1, "and that counts as this PC's");
    assert_eq!(rig.register.peers().expect("a read")[0].device, old);
    assert_eq!(rig.register.officer(1).expect("a read").as_deref(), Some("Cán bộ Thử"));
    let known =
        [old, DeviceId(7), DeviceId(8)].map(|device| rig.register.knows_device(device).expect("a read"));
    assert_eq!(known, [true, true, false]);

    let id = rig.add("member", member("Kăn Thử Hai", "2018-03-01"));
    assert_eq!(id, RecordId { device: DeviceId(7), n: 1 });
    let at = rig.register.changes_after(0, 9).expect("a read");
    assert_eq!((at.len(), at[0].seq), (1, 1));
    let before = rig.register.history(RecordId { device: old, n: 1 }).expect("a read");
    assert!(at[0].hlc > before[0].change.hlc, "what comes later is stamped later");
    for sql in ["DELETE FROM change", "UPDATE change SET seq = seq + 1"] {
        rig.register.conn.execute(sql, []).expect_err("the log is guarded again");
    }
    rig.reopened().assert_clean();
}
