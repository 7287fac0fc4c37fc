//! Closing a period: what the list shows before it, what is frozen, and what changed since.

mod rig;

use rig::{Pc, add, object, pc};
use serde_json::{Value as Json, json};
use sohoi_app::Draft;
use sohoi_app::period::State;
use sohoi_app::record::UnitChoice;
use sohoi_domain::submission::{Amended, Answer, SUBMISSION};

const CALENDAR: &str = "nd09";
const MONTH: &str = "2018-11";

fn activity(day: &str) -> Json {
    json!({"title": "Họp chi hội", "topic": "chinh_tri_tu_tuong", "form": "hop_chi_hoi", "held_on": day,
        "n_total": 42, "n_women": 40})
}

fn closing(pc: &Pc) -> sohoi_app::period::Closing {
    pc.app.period_closing(CALENDAR, MONTH).expect("the closing")
}

fn submit(pc: &Pc) -> sohoi_app::period::PeriodState {
    pc.app.period_submit(CALENDAR, MONTH, "").expect("submitted")
}

fn draft(pc: &Pc, id: &str, fields: Json) {
    let kind = "propaganda_activity".to_string();
    let fields = object(fields);
    pc.app.draft_save(Draft { id: id.into(), kind, record: None, fields, saved_at_ms: 0 }).expect("a draft");
}

#[test]
fn the_list_names_what_the_officer_looks_at_before_she_signs() {
    let pc = pc("Kăn Hoa");
    let branch = |name: &str, founded: &str| {
        add(&pc, "branch", json!({"name": name, "hamlet": name, "founded_on": founded}))
    };
    let (heard, silent) = (branch("A Đớt", "2010-01-01"), branch("Pa Ris", "2010-01-01"));
    branch("Lập sau kỳ này", "2018-12-01");
    let mut held = activity("2018-11-02");
    held["branch"] = json!(heard);
    add(&pc, "propaganda_activity", held);
    let mut odd = activity("2018-11-03");
    odd.as_object_mut().expect("an object").retain(|id, _| !id.starts_with("n_"));
    let odd = add(&pc, "propaganda_activity", odd);
    add(&pc, "propaganda_activity", activity("2018-12-20"));
    draft(&pc, "in", json!({"held_on": "2018-11-05"}));
    draft(&pc, "when", json!({"title": "Chưa rõ ngày"}));
    draft(&pc, "later", json!({"held_on": "2018-12-20"}));

    let list = closing(&pc).checklist;
    let drafts: Vec<_> = list.drafts.first.iter().filter_map(|one| one.draft.clone()).collect();
    assert_eq!((list.drafts.n, drafts.len()), (2, 2), "one of the period, one of no day yet: {drafts:?}");
    let ids = |line: &sohoi_app::period::Line| line.first.iter().filter_map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(&list.silent_branches), [silent]);
    assert_eq!(ids(&list.warnings), [odd], "{:?}", list.warnings);
    assert_eq!((list.conflicts.n, list.alike.n, list.n_records), (0, 0, 2));
    assert_eq!(u64::from(list.n_unsent), pc.app.with_register(|r| Ok(r.unsent()?)).expect("unsent"));
}

#[test]
fn what_may_have_been_written_twice_is_named() {
    let pc = pc("Kăn Hoa");
    let twice =
        [activity("2018-11-02"), activity("2018-11-02")].map(|one| add(&pc, "propaganda_activity", one));
    add(&pc, "propaganda_activity", activity("2018-11-03"));
    let mut ids: Vec<_> = closing(&pc).checklist.alike.first.iter().filter_map(|one| one.id).collect();
    ids.sort();
    assert_eq!(ids, twice);
}

#[test]
fn a_figure_that_moved_by_more_than_half_is_named() {
    let pc = pc("Kăn Hoa");
    for day in ["2017-11-01", "2017-11-02"] {
        pc.app
            .record_add("propaganda_activity", &object(activity(day)), &UnitChoice::Own, None)
            .expect("a record of the year before");
    }
    assert!(closing(&pc).checklist.odd.contains(&"TT01".to_string()), "it fell to nothing");
    add(&pc, "propaganda_activity", activity("2018-11-01"));
    assert!(!closing(&pc).checklist.odd.contains(&"TT01".to_string()), "half is not more than half");
}

#[test]
fn what_is_frozen_stays_and_what_changed_since_is_listed_with_its_records() {
    let pc = pc("Kăn Hoa");
    let first = add(&pc, "propaganda_activity", activity("2018-11-02"));
    let gone = add(&pc, "propaganda_activity", activity("2018-11-03"));
    let moved = add(&pc, "propaganda_activity", activity("2018-11-04"));
    let signed = submit(&pc);
    assert_eq!((signed.state, signed.number, signed.n_changed), (State::Submitted, 1, 0));
    assert_eq!(submit(&pc).digest, signed.digest, "nothing changed, so it is the same one");

    let added = add(&pc, "propaganda_activity", activity("2018-11-05"));
    add(&pc, "propaganda_activity", activity("2018-11-20"));
    pc.app.record_edit(first, &object(json!({"n_women": 41}))).expect("edited");
    pc.app.record_edit(moved, &object(json!({"held_on": "2018-11-25"}))).expect("moved");
    pc.app.record_erase(gone, "nhập hai lần").expect("erased");
    let found = closing(&pc);
    let mut changed: Vec<_> = found.changed.iter().map(|one| (one.id.n, one.what)).collect();
    changed.sort_by_key(|one| one.0);
    let expected = [
        (first.n, Amended::Edited),
        (gone.n, Amended::Erased),
        (moved.n, Amended::Edited),
        (added.n, Amended::Added),
    ];
    assert_eq!(changed, expected);
    let of = found.amended.iter().find(|one| one.indicator == "TT01").expect("it is amended");
    assert_eq!((of.old, of.new), (Some(3.0), Some(2.0)));
    let frozen = &found.submissions[0].submission.figures;
    let frozen = frozen.iter().find(|one| one.indicator == "TT01").expect("it is frozen");
    assert_eq!(frozen.value.number(), Some(3.0));

    let second = submit(&pc);
    assert_eq!((second.number, second.n_changed), (2, 0));
    assert!(closing(&pc).amended.is_empty());
    let numbers: Vec<u32> = closing(&pc).submissions.iter().map(|one| one.submission.number).collect();
    assert_eq!(numbers, [2, 1], "both are kept");
    let verified = pc.app.verify().expect("verified");
    assert!(verified.ok, "{:?}", verified.differences);
}

#[test]
fn submissions_and_answers_are_no_records_to_read_and_hold_nothing_personal() {
    let pc = pc("Kăn Hoa");
    add(
        &pc,
        "member",
        json!({"full_name": "Kăn Thị Đượm", "birth_year": 1988, "joined_on": "2018-11-02", "status": "active"}),
    );
    submit(&pc);
    let answer = |text: &str| Answer {
        calendar: CALENDAR.into(),
        label: MONTH.into(),
        reply_to: 7,
        text: text.into(),
        at_ms: 0,
    };
    pc.app.word_answer(answer("Đã xem lại")).expect("answered");
    pc.app.word_answer(answer("Đã xem lại")).expect("pressed twice");
    assert!(pc.app.word_answer(answer("  ")).is_err());
    assert_eq!(closing(&pc).answers.len(), 1);
    let listed = pc.app.record_list(&sohoi_app::record::Query { limit: 100, ..Default::default() });
    assert_eq!(listed.expect("a list").n_total, 1);
    let (records, text) = pc
        .app
        .with_register(|register| {
            Ok((register.counts()?.records, format!("{:?}", register.own_records(SUBMISSION)?)))
        })
        .expect("read");
    assert_eq!(records, 1);
    assert!(!text.contains("Đượm") && !text.contains("Kăn Hoa"), "numbers alone");
    assert_eq!(pc.app.periods_closed().expect("closed").len(), 1);
}
