use serde_json::json;
use sohoi_domain::figure::Window;
use sohoi_domain::{Day, RecordId};

use super::rig::{Rig, branch, catalogue, code, fields, mediation, member, rig};
use crate::RecordQuery;
use crate::unindexed::MAX_FRESH;

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn found(rig: &Rig, query: &RecordQuery) -> (Vec<RecordId>, u64) {
    let (records, total) = rig.register.records(query).expect("a list");
    (records.into_iter().map(|record| record.state.id).collect(), total)
}

fn search(rig: &Rig, text: &str) -> Vec<RecordId> {
    let query = RecordQuery { search: Some(text.into()), limit: 500, ..RecordQuery::default() };
    let (ids, total) = found(rig, &query);
    assert_eq!(ids.len() as u64, total);
    ids
}

#[test]
fn a_name_is_found_without_its_marks_by_the_beginning_of_every_word() {
    let mut rig = rig();
    let dao = rig.add("member", member("Đặng Thị Đào", "2018-05-01"));
    let kan = rig.add("member", member("Kăn Thử", "2018-06-01"));
    for text in ["dang thi dao", "ĐẶNG", "dao dang", "da da", "đặng thị", "Dặng", "1990 dao"] {
        assert!(search(&rig, text).contains(&dao), "{text}");
    }
    assert_eq!(search(&rig, "kan thu"), [kan]);
    assert_eq!(search(&rig, "1990"), [kan, dao]);
    assert_eq!(search(&rig, &dao.short_code()), [dao]);
    for text in ["ang", "dao kan", "1991", "\" OR *", "k17"] {
        assert!(search(&rig, text).is_empty(), "{text}");
    }
}

#[test]
fn a_record_is_found_from_its_save_on_whether_its_words_are_in_the_index_or_not() {
    let mut rig = rig();
    for n in 1..=2 * u64::try_from(MAX_FRESH).expect("a number") + 3 {
        let id = rig.add("branch", branch(&format!("Chi hội Số{n}x"), "2018-05-01"));
        assert_eq!(search(&rig, &format!("so{n}x")), [id]);
        assert_eq!(search(&rig, "chi hoi").len() as u64, n);
    }
    let rig = rig.reopened();
    for n in [1, MAX_FRESH, MAX_FRESH + 1, 2 * MAX_FRESH + 3] {
        assert_eq!(search(&rig, &format!("số{n}x")).len(), 1, "{n}");
    }
    rig.assert_clean();
}

#[test]
fn those_with_the_marks_that_were_typed_come_first() {
    let mut rig = rig();
    let first = rig.add("branch", branch("Chi hội Huế", "2017-01-01"));
    let second = rig.add("branch", branch("Chi hội Huệ", "2018-01-01"));
    let third = rig.add("branch", branch("Chi hội Huê", "2018-02-01"));
    assert_eq!(search(&rig, "hue"), [third, second, first]);
    assert_eq!(search(&rig, "huế"), [first, third, second]);
    assert_eq!(
        search(&rig, "hue\u{323}\u{302}".replace("e\u{323}\u{302}", "ệ").as_str()),
        [second, third, first]
    );
    // A page that begins among the others goes on where the exact ones ended.
    let page = |offset| {
        let query = RecordQuery { search: Some("huế".into()), offset, limit: 1, ..RecordQuery::default() };
        found(&rig, &query)
    };
    assert_eq!(
        [page(0), page(1), page(2), page(3)],
        [(vec![first], 3), (vec![third], 3), (vec![second], 3), (vec![], 3)]
    );
}

#[test]
fn an_edited_record_is_found_by_its_new_words_only() {
    let mut rig = rig();
    let id = rig.add("branch", branch("Chi hội Aaa", "2017-01-01"));
    rig.patch(id, branch("Chi hội Bbb", "2017-01-02"));
    assert_eq!((search(&rig, "aaa").len(), search(&rig, "bbb")), (0, vec![id]));
}

#[test]
fn the_newest_day_comes_first_and_pages_do_not_overlap() {
    let mut rig = rig();
    let ids: Vec<RecordId> = ["2018-05-03", "2018-05-01", "2018-05-03", "2018-05-02", "1950-01-01"]
        .iter()
        .map(|day| rig.add("mediation", mediation(day, 3)))
        .collect();
    let page = |offset, limit| found(&rig, &RecordQuery { offset, limit, ..RecordQuery::default() });
    assert_eq!(page(0, 9), (vec![ids[2], ids[0], ids[3], ids[1], ids[4]], 5));
    assert_eq!(
        (page(0, 2).0, page(2, 2).0, page(4, 2).0),
        (vec![ids[2], ids[0]], vec![ids[3], ids[1]], vec![ids[4]])
    );
}

#[test]
fn lists_narrow_by_kind_and_days_with_and_without_a_search() {
    let mut rig = rig();
    let early = rig.add("branch", branch("Chi hội Một", "2017-11-14"));
    let late = rig.add("branch", branch("Chi hội Một", "2017-11-15"));
    let other = rig.add("member", member("Một Thử", "2017-11-15"));
    for search in [None, Some("mot".to_string())] {
        let query = |kind: Option<&str>, days| RecordQuery {
            kind: kind.map(str::to_string),
            search: search.clone(),
            days,
            limit: 9,
            ..RecordQuery::default()
        };
        let one_day = Some((day("2017-11-15"), day("2017-11-15")));
        assert_eq!(found(&rig, &query(Some("branch"), None)), (vec![late, early], 2));
        assert_eq!(found(&rig, &query(None, one_day)), (vec![other, late], 2));
        assert_eq!(found(&rig, &query(Some("branch"), one_day)), (vec![late], 1));
    }
    let unknown = RecordQuery { kind: Some("nope".into()), ..RecordQuery::default() };
    assert_eq!(rig.register.records(&unknown).err().map(|e| e.code()), Some("record.unknown_kind"));
}

#[test]
fn a_number_opens_the_records_behind_it() {
    let mut rig = rig();
    let inside = rig.add("mediation", mediation("2018-05-01", 3));
    rig.add("mediation", mediation("2019-05-01", 3));
    rig.add("branch", branch("Chi hội", "2018-05-01"));
    let catalogue = catalogue();
    let indicator = catalogue.indicator("HG01").expect("an indicator");
    let period = catalogue.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
    let window = Window::of(indicator.time, period);
    let query = RecordQuery { indicator: Some((indicator.num, window)), limit: 9, ..RecordQuery::default() };
    assert_eq!(found(&rig, &query), (vec![inside], 1));
}

#[test]
fn a_part_of_a_number_opens_the_records_behind_that_part() {
    let mut rig = rig();
    let catalogue = catalogue();
    let topics = &catalogue.list("mediation_topic").expect("a list").items;
    let of = |topic: &str| {
        let json = json!({"held_on": "2018-05-01", "topic": topic, "n_cases": 2, "n_settled": 1,
                         "note": "ranh giới ruộng"});
        fields("mediation", json)
    };
    let family = rig.add("mediation", of(&topics[0].code));
    let land = rig.add("mediation", of(&topics[2].code));
    let indicator = catalogue.indicator("HG01").expect("an indicator");
    let period = catalogue.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
    let window = Window::of(indicator.time, period);
    let part = |code: Option<&str>, search: Option<&str>| RecordQuery {
        indicator: Some((indicator.num, window)),
        part: Some((0, code.map(str::to_owned))),
        search: search.map(str::to_owned),
        limit: 9,
        ..RecordQuery::default()
    };
    assert_eq!(found(&rig, &part(Some(&topics[0].code), None)), (vec![family], 1));
    assert_eq!(found(&rig, &part(Some(&topics[2].code), None)), (vec![land], 1));
    assert_eq!(found(&rig, &part(None, None)), (vec![], 0), "none is without a topic");
    assert_eq!(found(&rig, &part(Some(&topics[2].code), Some("ruong"))), (vec![land], 1));
    assert_eq!(found(&rig, &part(Some(&topics[1].code), Some("ruong"))), (vec![], 0));
}

#[test]
fn counts_by_kind_leave_out_what_lies_outside_the_days() {
    let mut rig = rig();
    rig.add("mediation", mediation("2018-05-01", 3));
    rig.add("mediation", mediation("2018-05-31", 3));
    rig.add("mediation", mediation("2018-06-01", 3));
    rig.add("branch", branch("Chi hội", "2018-05-02"));
    let mut counts = rig.register.kind_counts(day("2018-05-01"), day("2018-05-31")).expect("counts");
    counts.sort();
    assert_eq!(counts, [("branch".to_string(), 1), ("mediation".to_string(), 2)]);
}

#[test]
fn a_title_follows_references_and_names_codes() {
    let mut rig = rig();
    let woman = rig.add("member", member("Kăn Thử", "2018-05-01"));
    let event = fields(
        "membership_event",
        json!({"member": woman.to_string(), "event": code("membership_event"), "happened_on": "2018-05-01"}),
    );
    let event = rig.add("membership_event", event);
    let label = catalogue().list("membership_event").expect("a list").items[0].label.vi.clone();
    assert_eq!(rig.register.title(event).expect("a title"), format!("Kăn Thử · {label}"));
    rig.erase(woman, "xin thôi lưu");
    assert_eq!(rig.register.title(woman).expect("a title"), woman.short_code());
}

#[test]
fn those_with_the_words_that_were_typed_come_before_those_that_only_begin_so() {
    let mut rig = rig();
    let lan = rig.add("member", member("Hồ Thị Lan", "2018-05-01"));
    let lanh = rig.add("member", member("Hồ Thị Lanh", "2018-06-01"));
    for is_indexed in [false, true] {
        if is_indexed {
            for n in 0..=MAX_FRESH {
                rig.add("branch", branch(&format!("Chi hội {n}"), "2018-05-01"));
            }
        }
        assert_eq!(search(&rig, "lan"), [lan, lanh]);
        assert_eq!(search(&rig, "thi la"), [lanh, lan]);
        assert_eq!(search(&rig, "lanh"), [lanh]);
    }
}

#[test]
fn who_is_at_a_place_is_found_by_its_name() {
    let mut rig = rig();
    let at = |hamlet: &str| json!({"name": format!("Chi hội {hamlet}"), "hamlet": hamlet, "founded_on": "2010-01-01"});
    let dot = rig.add("branch", fields("branch", at("A Đớt")));
    let huor = rig.add("branch", fields("branch", at("A Hươr")));
    let of = |name: &str, branch: RecordId| {
        fields(
            "member",
            json!({"full_name": name, "birth_year": 1990, "joined_on": "2018-05-01", "status": "active",
            "branch": branch.to_string()}),
        )
    };
    let lan = rig.add("member", of("Hồ Thị Lan", dot));
    let other_lan = rig.add("member", of("Kăn Lan", huor));
    let house = json!({"head_name": "Lê Văn Lanh", "hamlet": "a đớt ", "registered_on": "2016-01-01"});
    let house = rig.add("household", fields("household", house));
    let event = json!({"member": lan.to_string(), "event": "opening", "happened_on": "2018-05-02"});
    let event = rig.add("membership_event", fields("membership_event", event));

    let of_lan = search(&rig, "lan a dot");
    assert!(of_lan.contains(&lan) && of_lan.contains(&house) && !of_lan.contains(&other_lan), "{of_lan:?}");
    assert_eq!(search(&rig, "lan"), search(&rig, "LAN "), "no place is named");
    assert_eq!(search(&rig, "Lan A Hươr"), [other_lan]);
    assert_eq!(search(&rig, "lan chi hoi a huor"), [other_lan]);
    let there: std::collections::BTreeSet<_> = search(&rig, "a dot").into_iter().collect();
    assert_eq!(there, [dot, lan, house].into(), "who and what is registered there, and no event");
    assert_eq!(
        search(&rig, "a dot")[..2].iter().filter(|id| [dot, house].contains(id)).count(),
        2,
        "its own words first"
    );
    let query = RecordQuery {
        kind: Some("membership_event".into()),
        search: Some("a dot".into()),
        limit: 9,
        ..RecordQuery::default()
    };
    assert_eq!(found(&rig, &query), (vec![event], 1));
    let one = RecordQuery { search: Some("a dot".into()), limit: 1, offset: 2, ..RecordQuery::default() };
    assert_eq!(found(&rig, &one), (vec![lan], 3));

    // A branch that is renamed is found by its new name at once.
    rig.patch(huor, fields("branch", at("Hồng Bắc")));
    assert_eq!(search(&rig, "lan hong bac"), [other_lan]);
    assert_eq!(search(&rig, "lan a huor"), []);
}
