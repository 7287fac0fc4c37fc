use serde_json::json;
use sohoi_domain::{Fields, RecordId};

use super::rig::{NOW_MS, Rig, branch, catalogue, code, fields, member_json, rig};
use crate::Operation;

fn connected(rig: &Rig, id: RecordId, kind: &str) -> Vec<RecordId> {
    let num = catalogue().kind(kind).expect("a kind").num;
    let of = rig.register.connected(id).expect("a read");
    let records = rig.register.connected_records(&of, num, 0, 50).expect("a page");
    let n = of.kinds().find(|(kind, _)| *kind == num).map_or(0, |(_, n)| n);
    assert_eq!(records.len(), n, "the count is the count of what is shown");
    records.into_iter().map(|record| record.state.id).collect()
}

fn member_of(name: &str, day: &str, branch: RecordId) -> Fields {
    let mut json = member_json(name, day);
    json["branch"] = json!(branch.to_string());
    fields("member", json)
}

#[test]
fn what_refers_to_a_record_is_found_newest_first_until_it_refers_elsewhere_or_is_erased() {
    let mut rig = rig();
    let here = rig.add("branch", branch("Chi hội Một", "2017-01-01"));
    let there = rig.add("branch", branch("Chi hội Hai", "2017-01-01"));
    let old = rig.add("member", member_of("Hồ Thị Đan", "2018-01-05", here));
    let new = rig.add("member", member_of("Kăn Nghé", "2018-06-05", here));
    let moved = rig.add("member", member_of("Đặng Thị Đào", "2018-03-05", here));
    let left = rig.add("member", member_of("Dương Thị Dung", "2018-04-05", here));
    assert_eq!(connected(&rig, here, "member"), [new, left, moved, old]);
    assert_eq!(connected(&rig, here, "household"), []);

    rig.patch(moved, member_of("Đặng Thị Đào", "2018-03-05", there));
    rig.erase(left, "ghi nhầm");
    assert_eq!(connected(&rig, here, "member"), [new, old]);
    assert_eq!(connected(&rig, there, "member"), [moved]);
    let of = rig.register.connected(here).expect("a read");
    let num = catalogue().kind("member").expect("a kind").num;
    let page = rig.register.connected_records(&of, num, 1, 50).expect("a page");
    assert_eq!(page.iter().map(|record| record.state.id).collect::<Vec<_>>(), [old]);
}

#[test]
fn a_record_that_stands_for_another_shows_what_refers_to_both() {
    let mut rig = rig();
    let household =
        |name: &str| fields("household", json!({"head_name": name, "registered_on": "2018-02-01"}));
    let [kept, other] = ["Hồ Thử", "Hồ Thứ"].map(|name| rig.add("household", household(name)));
    let help = |id: RecordId, day: &str| {
        let support = json!({"household": id.to_string(), "supported_on": day,
                             "support_type": code("household_support_type")});
        fields("household_support", support)
    };
    let own = rig.add("household_support", help(kept, "2018-05-01"));
    let theirs = rig.add("household_support", help(other, "2018-07-01"));
    assert_eq!(connected(&rig, kept, "household_support"), [own]);
    let merged = rig.register.transact(Operation::RecordMerge, NOW_MS, |w| w.merge_records(other, kept));
    merged.expect("one thing");
    assert_eq!(connected(&rig, kept, "household_support"), [theirs, own]);
    let parted = rig.register.transact(Operation::RecordMerge, NOW_MS, |w| w.unmerge_record(other));
    parted.expect("two again");
    assert_eq!(connected(&rig, kept, "household_support"), [own]);
}

#[test]
fn a_record_that_gave_way_is_told_of_once_as_the_one_that_is_shown() {
    let mut rig = rig();
    let here = rig.add("branch", branch("Chi hội Một", "2017-01-01"));
    let kept = rig.add("member", member_of("Hồ Thị Đan", "2018-01-05", here));
    let same = rig.add("member", member_of("Hồ Thị Đan", "2018-01-06", here));
    let merged = rig.register.transact(Operation::RecordMerge, NOW_MS, |w| w.merge_records(same, kept));
    merged.expect("one person");
    assert_eq!(connected(&rig, here, "member"), [kept]);
}
