use serde_json::json;
use sohoi_domain::{Fields, RecordId};

use super::rig::{Rig, fields, member, member_json, rig};
use crate::unindexed::MAX_FRESH;

fn alike(rig: &Rig, kind: &str, typed: &Fields, except: Option<RecordId>) -> Vec<RecordId> {
    let found = rig.register.alike(kind, typed, except).expect("an answer");
    found.into_iter().map(|record| record.state.id).collect()
}

fn meeting(title: &str, day: &str) -> Fields {
    fields("branch_meeting", json!({"title": title, "held_on": day, "n_attending": 4}))
}

#[test]
fn a_member_typed_again_in_other_letters_is_told_of_whether_or_not_the_index_has_her_yet() {
    let mut rig = rig();
    let first = rig.add("member", member("Kăn Thị Hoà", "2018-05-01"));
    rig.add("member", member("Kăn Thị Hoà Bình", "2018-05-01"));
    let again = member("kan thi hoa", "2018-09-01");
    assert_eq!(alike(&rig, "member", &again, None), [first]);
    assert_eq!(alike(&rig, "member", &again, Some(first)), []);
    for n in 0..MAX_FRESH + 1 {
        rig.add("member", member(&format!("Hồ Thử {n}"), "2018-05-01"));
    }
    assert_eq!(alike(&rig, "member", &again, None), [first]);

    // Renamed, she is found by her new name and not by the old one.
    rig.patch(first, member("Kăn Thị Huệ", "2018-05-01"));
    assert_eq!(alike(&rig, "member", &again, None), []);
    assert_eq!(alike(&rig, "member", &member("kăn thị huệ", "2018-05-01"), None), [first]);
}

#[test]
fn another_year_of_birth_is_another_woman_and_none_is_no_difference() {
    let mut rig = rig();
    let first = rig.add("member", member("Kăn Thử", "2018-05-01"));
    let typed = |year: Option<i64>| {
        let mut json = member_json("Kăn Thử", "2018-05-01");
        json["birth_year"] = json!(year);
        fields("member", json)
    };
    assert_eq!(alike(&rig, "member", &typed(None), None), [first]);
    assert_eq!(alike(&rig, "member", &typed(Some(1991)), None), []);
}

#[test]
fn an_event_is_the_same_on_the_same_day_alone_and_an_erased_one_is_not_told_of() {
    let mut rig = rig();
    let first = rig.add("branch_meeting", meeting("Họp quý 2", "2018-05-03"));
    assert_eq!(alike(&rig, "branch_meeting", &meeting("HOP QUY 2", "2018-05-03"), None), [first]);
    assert_eq!(alike(&rig, "branch_meeting", &meeting("Họp quý 2", "2018-05-04"), None), []);
    assert_eq!(alike(&rig, "branch_meeting", &meeting("Họp quý 3", "2018-05-03"), None), []);
    rig.erase(first, "ghi nhầm");
    assert_eq!(alike(&rig, "branch_meeting", &meeting("Họp quý 2", "2018-05-03"), None), []);
    assert!(rig.register.alike("no_such_kind", &Fields::new(), None).is_err());
}

#[test]
fn the_question_goes_through_an_index_and_never_over_the_table() {
    let rig = rig();
    let plan = |sql: &str| -> String {
        let mut statement = rig.register.conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).expect("a plan");
        let rows = statement.query_map([], |row| row.get::<_, String>(3)).expect("rows");
        rows.collect::<Result<Vec<_>, _>>().expect("texts").join("\n")
    };
    let by_day =
        plan("SELECT id FROM record WHERE hidden = 0 AND day = 1 AND kind = 2 ORDER BY id DESC LIMIT 9");
    assert!(by_day.contains("SEARCH record USING") && by_day.contains("record_by_day"), "{by_day}");
}
