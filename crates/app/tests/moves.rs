//! Who comes and goes: what counts twice is told while it is typed, and the register of members follows.

mod rig;

use rig::{Pc, add, object, pc};
use serde_json::{Value as Json, json};
use sohoi_app::record::TableRow;
use sohoi_domain::{RecordId, Value};

const KIND: &str = "membership_event";

fn member(pc: &Pc, name: &str) -> RecordId {
    add(pc, "member", json!({"full_name": name, "joined_on": "2015-03-08", "status": "active"}))
}

fn event(member: RecordId, event: &str, day: &str) -> Json {
    json!({"member": member.to_string(), "event": event, "happened_on": day})
}

fn status(pc: &Pc, member: RecordId) -> String {
    let record = pc.app.record_show(member).expect("read").record;
    let kind = pc.app.catalogue();
    let num = kind.kind("member").and_then(|kind| kind.field("status")).expect("a field").num;
    match record.state.fields.get(&num) {
        Some(Value::Code(code)) => code.clone(),
        other => panic!("{other:?}"),
    }
}

fn told(pc: &Pc, fields: Json) -> Vec<(&'static str, Option<String>)> {
    let check = pc.app.record_check(KIND, &object(fields)).expect("a check");
    let about = check.issues.into_iter().filter(|issue| issue.field.as_deref() == Some("event"));
    about.map(|issue| (issue.code.code(), issue.params.get("day").cloned())).collect()
}

#[test]
fn a_move_that_counts_twice_is_told_and_so_is_one_of_somebody_who_was_never_counted() {
    let pc = pc("Kăn Hoa");
    let lan = member(&pc, "Hồ Thị Lan");
    assert_eq!(told(&pc, event(lan, "admitted", "2018-02-05")), []);
    assert_eq!(told(&pc, event(lan, "died", "2018-05-05")), [("record.never_counted", None)]);
    add(&pc, KIND, event(lan, "opening", "2018-01-01"));
    let again = |day: &str| vec![("record.counted_already", Some(day.to_string()))];
    assert_eq!(told(&pc, event(lan, "admitted", "2018-02-05")), again("2018-01-01"));
    assert_eq!(
        told(&pc, event(lan, "admitted", "2017-02-05")),
        again("2018-01-01"),
        "the other one is later"
    );
    assert_eq!(told(&pc, event(lan, "died", "2018-05-05")), []);
    let died = add(&pc, KIND, event(lan, "died", "2018-05-05"));
    let gone = vec![("record.gone_already", Some("2018-05-05".to_string()))];
    assert_eq!(told(&pc, event(lan, "removed", "2018-06-01")), gone);
    assert_eq!(told(&pc, event(lan, "moved_in", "2018-07-01")), []);
    let edit = pc.app.record_check_edit(died, &object(event(lan, "died", "2018-05-06"))).expect("a check");
    assert!(edit.issues.iter().all(|issue| issue.field.as_deref() != Some("event")), "{:?}", edit.issues);
}

#[test]
fn the_status_of_a_member_follows_the_newest_move() {
    let pc = pc("Kăn Hoa");
    let lan = member(&pc, "Hồ Thị Lan");
    add(&pc, KIND, event(lan, "opening", "2018-01-01"));
    assert_eq!(status(&pc, lan), "active");
    let away = add(&pc, KIND, event(lan, "moved_out", "2018-05-05"));
    assert_eq!(status(&pc, lan), "left");
    add(&pc, KIND, event(lan, "admitted", "2018-02-05"));
    assert_eq!(status(&pc, lan), "left", "that was before");
    let patch = object(json!({"event": "died"}));
    let saved = pc.app.record_edit(away, &patch).expect("saved");
    let said: Vec<_> = saved.followed.iter().map(|one| (one.id, &*one.title, &*one.code)).collect();
    assert_eq!(said, [(lan, "Hồ Thị Lan", "dead")]);
    assert_eq!(status(&pc, lan), "dead");
    pc.app.undo(None).expect("undone");
    assert_eq!(status(&pc, lan), "left");
    pc.app.redo(None).expect("done again");
    assert_eq!(status(&pc, lan), "dead");

    let saved = pc.app.record_erase(away, "ghi nhầm").expect("erased");
    assert_eq!((status(&pc, lan).as_str(), saved.followed.len()), ("active", 1));
    pc.app.undo(None).expect("undone");
    assert_eq!(status(&pc, lan), "dead");
    pc.app.redo(None).expect("done again");
    assert_eq!(status(&pc, lan), "active");
    pc.app.record_restore(away).expect("restored");
    assert_eq!(status(&pc, lan), "dead");
    assert!(pc.app.verify().expect("verified").ok);
}

#[test]
fn mergers_are_followed_and_who_gave_way_is_not_another_person() {
    let pc = pc("Kăn Hoa");
    let [lan, old] = ["Hồ Thị Lan", "Hồ Thị Lan"].map(|name| member(&pc, name));
    add(&pc, KIND, event(lan, "opening", "2018-01-01"));
    let of_old = add(&pc, KIND, event(old, "admitted", "2018-03-01"));
    pc.app.record_merge(old, lan).expect("merged");
    assert_eq!(told(&pc, event(old, "admitted", "2018-04-01"))[0].0, "record.counted_already");
    let saved = pc.app.record_edit(of_old, &object(json!({"event": "died"}))).expect("saved");
    assert_eq!(saved.followed.iter().map(|one| one.id).collect::<Vec<_>>(), [lan]);
    assert_eq!(status(&pc, lan), "dead");
    assert_eq!(pc.app.record_show(lan).expect("a record").record.meta.n_conflicts, 0);
    pc.app.record_unmerge(old).expect("apart");
    assert_eq!(status(&pc, lan), "active", "her own move says so");
    pc.app.undo(None).expect("together again");
    assert_eq!(status(&pc, lan), "dead");

    // Two records of one event: which of them stays is what happened.
    let mai = member(&pc, "A Viết Mai");
    add(&pc, KIND, event(mai, "opening", "2018-01-01"));
    let [died, left] = ["died", "moved_out"].map(|code| add(&pc, KIND, event(mai, code, "2018-05-01")));
    pc.app.record_merge(died, left).expect("merged");
    assert_eq!(status(&pc, mai), "left");
    pc.app.undo(None).expect("apart");
    assert_eq!(status(&pc, mai), "left", "what was written last of one day");
}

#[test]
fn rows_beside_each_other_are_told_of_each_other() {
    let pc = pc("Kăn Hoa");
    let [lan, mai] = ["Hồ Thị Lan", "A Viết Mai"].map(|name| member(&pc, name));
    let row = |fields: Json| TableRow { id: None, fields: object(fields) };
    let rows = [
        row(event(lan, "opening", "2018-01-01")),
        row(event(mai, "admitted", "2018-01-05")),
        row(event(lan, "admitted", "2018-02-01")),
        row(event(mai, "died", "2018-03-01")),
    ];
    let checks = pc.app.record_check_rows(KIND, &rows).expect("checks");
    let told = |check: &sohoi_app::record::Check| {
        let about = check.issues.iter().filter(|issue| issue.field.as_deref() == Some("event"));
        about.map(|issue| issue.code.code()).collect::<Vec<_>>()
    };
    let all: Vec<_> = checks.iter().map(told).collect();
    let twice = vec!["record.counted_already"];
    assert_eq!(all, [twice.clone(), vec![], twice, vec![]]);
}

#[test]
fn an_undo_of_a_move_that_somebody_else_has_worked_on_leaves_its_status() {
    let (one, other) = (pc("Kăn Hoa"), pc("Hồ Thị Nga"));
    let lan = member(&one, "Hồ Thị Lan");
    add(&one, KIND, event(lan, "opening", "2018-01-01"));
    let died = add(&one, KIND, event(lan, "died", "2018-05-01"));
    rig::pull(&other, &one);
    other.app.record_edit(died, &object(json!({"note": "theo giấy báo tử"}))).expect("saved");
    rig::pull(&one, &other);
    drop(one.app.undo(None));
    assert!(!one.app.record_show(died).expect("a record").record.state.erased);
    assert_eq!(status(&one, lan), "dead");
}

#[test]
fn a_status_that_was_given_by_hand_stays() {
    let pc = pc("Kăn Hoa");
    let lan = member(&pc, "Hồ Thị Lan");
    pc.app.record_edit(lan, &object(json!({"status": "left"}))).expect("saved");
    let saved = add(&pc, KIND, event(lan, "opening", "2018-01-01"));
    assert_eq!(status(&pc, lan), "left", "{saved:?}");
    add(&pc, KIND, event(lan, "died", "2018-05-05"));
    assert_eq!(status(&pc, lan), "left", "somebody said otherwise, and is asked about nothing");
}

#[test]
fn rows_of_a_table_are_followed_in_one_step() {
    let pc = pc("Kăn Hoa");
    let names = ["Hồ Thị Lan", "Kăn Nghĩa", "A Viết Mai"];
    let members = names.map(|name| member(&pc, name));
    for one in members {
        add(&pc, KIND, event(one, "opening", "2018-01-01"));
    }
    let row = |fields: Json| TableRow { id: None, fields: object(fields) };
    let rows = [
        row(event(members[0], "moved_out", "2018-03-01")),
        row(event(members[0], "moved_in", "2018-04-01")),
        row(event(members[1], "removed", "2018-03-01")),
        row(event(members[2], "moved_out", "2018-03-01")),
        row(event(members[2], "died", "2018-04-01")),
    ];
    let saved = pc.app.record_save_rows(KIND, &rows, "draft", None).expect("saved");
    assert_eq!(members.map(|one| status(&pc, one)), ["active", "left", "dead"]);
    let followed: Vec<_> = saved.iter().map(|one| one.followed.len()).collect();
    assert_eq!(followed, [0, 0, 1, 0, 1], "each is told once");
    let item = pc.app.undo(None).expect("undone").item;
    assert_eq!((item.n_records, item.n_edited), (5, 0));
    assert_eq!(members.map(|one| status(&pc, one)), ["active", "active", "active"]);
}

#[test]
fn members_who_were_never_counted_are_told_before_a_period_is_signed() {
    let pc = pc("Kăn Hoa");
    let [lan, nghia, mai] = ["Hồ Thị Lan", "Kăn Nghĩa", "A Viết Mai"].map(|name| member(&pc, name));
    let uncounted = || {
        let closing = pc.app.period_closing("nd09", "2018-05").expect("a closing");
        let line = closing.checklist.uncounted;
        (line.n, line.first.into_iter().map(|one| one.title).collect::<Vec<_>>())
    };
    assert_eq!(uncounted().0, 3);
    add(&pc, KIND, event(lan, "opening", "2018-01-01"));
    add(&pc, KIND, event(nghia, "died", "2018-01-01"));
    assert_eq!(uncounted(), (1, vec!["A Viết Mai".to_string()]), "the dead are there no more");
    let came = add(&pc, KIND, event(mai, "moved_in", "2018-03-01"));
    assert_eq!(uncounted(), (0, vec![]));
    pc.app.record_edit(came, &object(json!({"event": "moved_out"}))).expect("saved");
    pc.app.record_edit(mai, &object(json!({"status": "active"}))).expect("saved");
    assert_eq!(uncounted().0, 1, "gone, and back without a word");
}
