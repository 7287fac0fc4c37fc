use serde_json::json;
use sohoi_domain::change::same::is_field;
use sohoi_domain::{Fields, RecordId, Value};

use super::rig::{NOW_MS, Rig, catalogue, code, fields, member, member_json, rig};
use crate::{Operation, RecordQuery, StoreError};

fn merge(rig: &mut Rig, other: RecordId, kept: RecordId) -> Result<(), StoreError> {
    let done = rig.register.transact(Operation::RecordMerge, NOW_MS, |w| w.merge_records(other, kept));
    done.map(|done| done.output)
}

fn unmerge(rig: &mut Rig, id: RecordId) {
    rig.register.transact(Operation::RecordMerge, NOW_MS, |w| w.unmerge_record(id)).expect("taken back");
}

fn shown(rig: &Rig, id: RecordId) -> Fields {
    rig.register.record(id).expect("a read").expect("a record").state.fields
}

fn listed(rig: &Rig, search: Option<&str>) -> Vec<RecordId> {
    let query = RecordQuery { search: search.map(str::to_string), limit: 50, ..RecordQuery::default() };
    let (records, total) = rig.register.records(&query).expect("a list");
    assert_eq!(records.len() as u64, total);
    records.into_iter().map(|record| record.state.id).collect()
}

fn value(rig: &Rig, id: RecordId, field: &str) -> Option<Value> {
    let num = catalogue().kind("member").and_then(|kind| kind.field(field)).expect("a field").num;
    shown(rig, id).remove(&num)
}

fn with(name: &str, more: serde_json::Value) -> Fields {
    let mut json = member_json(name, "2018-05-01");
    json.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    fields("member", json)
}

fn facts(rig: &Rig) -> Vec<String> {
    let sql = "SELECT printf('%d %d %d %d', record, indicator, subject, value) FROM fact ORDER BY 1";
    let mut statement = rig.register.conn.prepare(sql).expect("facts");
    statement.query_map([], |row| row.get(0)).and_then(Iterator::collect).expect("facts")
}

#[test]
fn one_record_shows_for_two_with_what_the_other_adds_until_it_is_taken_back() {
    let mut rig = rig();
    let kept = rig.add("member", with("Kăn Thị Hoà", json!({"phone": "0123"})));
    let other = rig.add("member", with("Kăn Thị Hoà", json!({"card_number": "7", "phone": "0456"})));
    let before = (shown(&rig, kept), shown(&rig, other), facts(&rig), listed(&rig, None));

    merge(&mut rig, other, kept).expect("merged");
    rig.assert_clean();
    for search in [None, Some("hoa")] {
        assert_eq!(listed(&rig, search), [kept]);
    }
    assert_eq!(rig.register.counts().expect("counts").records, 1);
    assert_eq!(value(&rig, kept, "card_number"), Some(Value::Text("7".into())));
    assert_eq!(value(&rig, kept, "phone"), Some(Value::Text("0123".into())));
    assert_eq!(rig.register.shown_id(other).expect("a read"), kept);
    assert_eq!(rig.register.given_way(kept).expect("a read"), [other]);
    let asked = rig.register.conflicts().expect("conflicts");
    assert_eq!((asked.len(), asked[0].record, asked[0].waiting.len()), (1, kept, 1));

    unmerge(&mut rig, other);
    rig.assert_clean();
    assert_eq!((shown(&rig, kept), shown(&rig, other), facts(&rig), listed(&rig, None)), before);
    assert!(rig.register.conflicts().expect("conflicts").is_empty());
}

#[test]
fn a_difference_is_settled_for_either_value_and_the_records_keep_theirs() {
    for takes_other in [false, true] {
        let mut rig = rig();
        let kept = rig.add("member", with("Kăn Thử", json!({"phone": "0123"})));
        let other = rig.add("member", with("Kăn Thử", json!({"phone": "0456"})));
        merge(&mut rig, other, kept).expect("merged");
        let asked = rig.register.conflicts_of(kept).expect("conflicts").remove(0);
        let side = if takes_other { &asked.waiting[0] } else { &asked.shown };
        rig.register
            .transact(Operation::ConflictResolve, NOW_MS, |w| {
                w.resolve_conflict(kept, asked.field, side.version)
            })
            .expect("decided");
        assert!(rig.register.conflicts().expect("conflicts").is_empty());
        assert_eq!(shown(&rig, kept).get(&asked.field), side.value.as_ref());
        assert_eq!(value(&rig, other, "phone"), Some(Value::Text("0456".into())));
        rig.assert_clean();
    }
}

#[test]
fn three_become_one_whatever_is_merged_first_and_an_edit_of_it_is_an_edit_of_the_kept_one() {
    let mut rig = rig();
    let [a, b, c] = ["1", "2", "3"].map(|n| rig.add("member", with("Kăn Thử", json!({"note": n}))));
    merge(&mut rig, c, b).expect("merged");
    merge(&mut rig, c, a).expect("b gives way, for it stands for c");
    assert_eq!([a, b, c].map(|id| rig.register.shown_id(id).expect("a read")), [a; 3]);
    merge(&mut rig, a, c).expect("they are one already");
    assert_eq!(rig.register.shown_id(a).expect("a read"), a);
    rig.patch(a, with("Kăn Thử", json!({"note": "1", "phone": "9"})));
    assert_eq!(rig.register.conflicts().expect("conflicts").len(), 1, "the note, as before");
    rig.patch(a, with("Kăn Thứ", json!({"note": "9", "phone": "9"})));
    assert!(rig.register.conflicts().expect("conflicts").is_empty(), "an edit of what shows decides");
    rig.patch(a, with("Kăn Thứ", json!({"note": "9", "phone": "8"})));
    let edited = rig.register.history(a).expect("a history");
    assert_eq!(edited[0].change.fields.keys().filter(|num| is_field(**num)).count(), 1);
    unmerge(&mut rig, b);
    assert_eq!([b, c].map(|id| rig.register.shown_id(id).expect("a read")), [b; 2]);
    rig.assert_clean();
    rig.reopened().assert_clean();
}

#[test]
fn whoever_is_erased_is_erased_with_all_that_was_merged_into_her() {
    let mut rig = rig();
    let kept = rig.add("member", member("Kăn Thử", "2018-05-01"));
    let other = rig.add("member", member("Kăn Thứ", "2018-05-01"));
    merge(&mut rig, other, kept).expect("merged");
    rig.erase(kept, "xin thôi");
    for id in [kept, other] {
        assert!(rig.register.record(id).expect("a read").expect("a record").meta.destroyed);
    }
    assert_eq!(listed(&rig, None), []);
    rig.assert_clean();
}

#[test]
fn records_of_two_kinds_are_never_one() {
    let mut rig = rig();
    let one = rig.add("member", member("Kăn Thử", "2018-05-01"));
    let other = rig.add("branch", super::rig::branch("Chi hội", "2018-05-01"));
    assert!(matches!(merge(&mut rig, one, other), Err(StoreError::UnknownReference { .. })));
}

#[test]
fn a_household_that_was_entered_twice_is_supported_once_and_twice_again_when_taken_apart() {
    let mut rig = rig();
    let household =
        |name: &str| fields("household", json!({"head_name": name, "registered_on": "2018-02-01"}));
    let [kept, other] = ["Hồ Thử", "Hồ Thứ"].map(|name| rig.add("household", household(name)));
    for id in [kept, other] {
        let support = json!({"household": id.to_string(), "supported_on": "2018-05-01",
                             "support_type": code("household_support_type"), "recognised_on": "2018-06-01",
                             "class_before": "poor", "class_after": "average"});
        rig.add("household_support", fields("household_support", support));
    }
    let catalogue = catalogue();
    let period = catalogue.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
    let distinct: Vec<u16> = catalogue.indicators.iter().filter(|i| i.is_distinct()).map(|i| i.num).collect();
    let supported = |rig: &Rig| -> i64 {
        let sums = rig.register.sums(period).expect("sums");
        sums.iter()
            .filter(|sum| distinct.contains(&sum.indicator) && sum.by.is_none())
            .map(|sum| sum.value)
            .sum()
    };
    let n = supported(&rig);
    assert!(n > 0 && n % 2 == 0, "each counts in as many indicators as the other: {n}");
    merge(&mut rig, other, kept).expect("merged");
    assert_eq!(supported(&rig), n / 2);
    unmerge(&mut rig, other);
    assert_eq!(supported(&rig), n);
}

// Of the records that links in this one's history tell of: which, whether it gave way, and the words of the log.
fn told(rig: &Rig, id: RecordId) -> Vec<(RecordId, RecordId, bool)> {
    let links = rig.register.links(id).expect("links");
    for (link, stored) in &links {
        assert_eq!((stored.change.record, stored.change.seq), (link.record, link.by.seq));
    }
    links.into_iter().map(|(link, _)| (link.record, link.kept, link.is_made)).collect()
}

#[test]
fn both_histories_tell_of_a_merger_and_of_its_undoing_also_when_the_projections_were_made_anew() {
    let mut rig = rig();
    let [a, b, c] = ["1", "2", "3"].map(|n| rig.add("member", with("Kăn Thử", json!({"note": n}))));
    merge(&mut rig, b, a).expect("merged");
    unmerge(&mut rig, b);
    merge(&mut rig, b, c).expect("merged");
    let first = [(b, a, true), (b, a, false)];
    assert_eq!(told(&rig, a), first);
    assert_eq!(told(&rig, b), [first[0], first[1], (b, c, true)]);
    assert_eq!(told(&rig, c), [(b, c, true)]);
    rig.assert_clean();
    let noted = rig.register.view().noted_links().expect("links");
    assert_eq!(noted.len(), 2);
    rig.register.view().note_all_links().expect("noted anew");
    assert_eq!(rig.register.view().noted_links().expect("links"), noted);
    // A row too few is noticed.
    rig.register.conn.execute("DELETE FROM named_kept", []).expect("spoilt");
    assert!(!rig.register.verify().expect("a check").ok);
    rig.register.view().note_all_links().expect("noted anew");
    // Who was destroyed leaves nothing behind.
    rig.erase(c, "xin thôi");
    assert_eq!(told(&rig, a), []);
    rig.assert_clean();
}

fn figure(rig: &Rig, code: &str) -> i64 {
    let catalogue = catalogue();
    let period = catalogue.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
    let num = catalogue.indicator(code).expect("an indicator").num;
    let sums = rig.register.sums(period).expect("sums");
    sums.iter().filter(|sum| sum.indicator == num && sum.by.is_none()).map(|sum| sum.value).sum()
}

fn entry(rig: &mut Rig, member: RecordId, event: &str, day: &str) -> RecordId {
    let typed = json!({"member": member.to_string(), "event": event, "happened_on": day});
    rig.add("membership_event", fields("membership_event", typed))
}

#[test]
fn a_woman_who_was_entered_and_admitted_twice_is_one_member_when_merged_and_two_when_taken_apart() {
    let mut rig = rig();
    let [kept, other] = ["1", "2"].map(|n| rig.add("member", with("Kăn Thử", json!({"note": n}))));
    let admitted = [kept, other].map(|id| entry(&mut rig, id, "admitted", "2018-05-01"));
    let moved = entry(&mut rig, other, "moved_out", "2018-09-01");
    let figures = |rig: &Rig| ["HV01", "HV02"].map(|code| figure(rig, code));
    let before = (figures(&rig), facts(&rig));
    assert_eq!(before.0, [1; 2], "two came, one went");
    merge(&mut rig, other, kept).expect("merged");
    assert_eq!(figures(&rig), [0; 2], "one came and went");
    assert_eq!(rig.register.given_way(admitted[0]).expect("a read"), [admitted[1]]);
    let asked = rig.register.conflicts().expect("conflicts");
    assert!(asked.iter().all(|row| row.record == kept), "of the events nothing is asked: {asked:?}");
    let events = |rig: &Rig| listed(rig, None).into_iter().filter(|id| *id != kept && *id != other).count();
    assert_eq!(events(&rig), 2);
    // What is told of as alike while she types speaks of the kept one by either name.
    for id in [kept, other] {
        let typed = json!({"member": id.to_string(), "event": "moved_out", "happened_on": "2018-09-01"});
        let alike = rig.register.alike("membership_event", &fields("membership_event", typed), None);
        let alike: Vec<RecordId> = alike.expect("a search").into_iter().map(|one| one.state.id).collect();
        assert_eq!(alike, [moved]);
    }
    rig.assert_clean();
    unmerge(&mut rig, other);
    assert_eq!((figures(&rig), facts(&rig)), before);
    assert_eq!(events(&rig), 3);
    rig.assert_clean();
}

#[test]
fn two_events_of_one_woman_on_one_day_stay_two_for_nobody_has_said_that_they_are_one() {
    let mut rig = rig();
    let [kept, other] = ["1", "2"].map(|n| rig.add("member", with("Kăn Thử", json!({"note": n}))));
    let own = [0, 1].map(|_| entry(&mut rig, other, "admitted", "2018-05-01"));
    merge(&mut rig, other, kept).expect("merged");
    assert!(own.iter().all(|id| rig.register.shown_id(*id).expect("a read") == *id));
    rig.assert_clean();
}
