//! The books of a commune, and a sitting over a hamlet.

mod rig;

use rig::{Pc, add, object, pc};
use serde_json::{Value as Json, json};
use sohoi_app::book::BookQuery;
use sohoi_app::record::TableRow;
use sohoi_app::{AppError, RecordId};

fn household(pc: &Pc, name: &str, hamlet: &str, class: &str) -> RecordId {
    let fields =
        json!({ "head_name": name, "hamlet": hamlet, "registered_on": "2018-02-01", "poverty_class": class });
    add(pc, "household", fields)
}

fn assessment(household: RecordId, review: &str) -> Json {
    json!({ "household": household.to_string(), "assessed_on": "2018-05-01", "year": 2018,
            "criteria_set": "v2010_2014", "review": review })
}

fn n_assessments(pc: &Pc) -> u32 {
    let query = sohoi_app::record::Query {
        kind: Some("household_assessment".into()),
        limit: 50,
        ..Default::default()
    };
    pc.app.record_list(&query).expect("a list").n_total
}

#[test]
fn a_book_is_counted_by_place_and_class_and_stands_by_given_name() {
    let pc = pc("Cán bộ Thử");
    household(&pc, "Đặng Thị Đào", "A Đớt", "poor");
    household(&pc, "Dương Thị Dung", "a đớt", "near_poor");
    household(&pc, "Hồ Thị Đan", "A Đớt", "poor");
    household(&pc, "Kăn Nghé", "Pất Đuh", "poor");
    add(
        &pc,
        "household",
        json!({ "head_name": "Kăn Xa", "hamlet": "A Đớt", "registered_on": "2018-02-01", "closed_on": "2018-03-01" }),
    );

    let all = BookQuery { kind: "household".into(), limit: 50, ..BookQuery::default() };
    let book = pc.app.book(&all).expect("a book");
    let places: Vec<_> = book.places.iter().filter(|one| one.place.field == "hamlet").collect();
    let told: Vec<_> = places.iter().map(|one| (one.place.label.as_str(), one.place.n)).collect();
    assert_eq!(told, [("A Đớt", 3), ("Pất Đuh", 1)], "two spellings are one hamlet, who left is in no book");
    let classes = places[0].tallies.iter().find(|one| one.field == "poverty_class").expect("a tally");
    assert_eq!((classes.counts["poor"], classes.counts["near_poor"]), (2, 1));

    let marks = [("poverty_class".to_owned(), "poor".to_owned())].into();
    let here = Some(("hamlet".to_owned(), places[0].place.value.clone()));
    let poor = pc.app.book(&BookQuery { place: here, marks, ..all.clone() }).expect("a book");
    let names: Vec<_> = poor.rows.iter().map(|(_, title)| title.as_str()).collect();
    assert_eq!((poor.n_total, names), (2, vec!["Hồ Thị Đan", "Đặng Thị Đào"]), "the rows behind the number");

    let wrong = [("no_such".to_owned(), String::new())].into();
    let refused = pc.app.book(&BookQuery { marks: wrong, ..all });
    assert!(matches!(refused, Err(AppError::BadRequest("marks"))));
}

#[test]
fn ages_are_counted_in_bands_and_apart_by_sub_group() {
    let pc = pc("Cán bộ Thử");
    let year = i64::from(pc.app.today().year());
    let member = |age: Option<i64>, subgroup: Option<&str>| {
        let fields = json!({ "full_name": "Kăn Thử", "birth_year": age.map(|age| year - age), "subgroup": subgroup,
            "joined_on": "2018-02-01", "status": "active" });
        add(&pc, "member", fields);
    };
    for (age, subgroup) in [(31, "27-2"), (39, "27-2"), (35, "25-0"), (40, "27-2")] {
        member(Some(age), Some(subgroup));
    }
    member(Some(44), None);
    member(None, Some("25-0"));
    let query = |by: Option<&str>| BookQuery {
        kind: "member".into(),
        ages_by: by.map(Into::into),
        limit: 50,
        ..BookQuery::default()
    };
    let ages = pc.app.book(&query(Some("subgroup"))).expect("a book").ages;
    let told: Vec<_> = ages.iter().map(|(from, of)| (*from, of.n, of.by.clone())).collect();
    let by = |given: &[(&str, u32)]| given.iter().map(|(code, n)| ((*code).to_owned(), *n)).collect();
    let expected = vec![
        (None, 1, by(&[("25-0", 1)])),
        (Some(30), 3, by(&[("25-0", 1), ("27-2", 2)])),
        (Some(40), 2, by(&[("", 1), ("27-2", 1)])),
    ];
    assert_eq!(told, expected);
    assert!(pc.app.book(&query(None)).expect("a book").ages.values().all(|of| of.by.is_empty()));
    assert!(matches!(pc.app.book(&query(Some("nothing"))), Err(AppError::BadRequest("ages_by"))));
}

#[test]
fn a_checklist_has_the_households_of_a_hamlet_with_their_assessments_also_of_a_merged_one() {
    let pc = pc("Cán bộ Thử");
    let [kept, other] = ["Hồ Thị Đan", "Hồ Thị Đàn"].map(|name| household(&pc, name, "A Đớt", "poor"));
    household(&pc, "Kăn Nghé", "Pất Đuh", "poor");
    add(&pc, "household_assessment", assessment(other, "waiting"));
    pc.app.record_merge(other, kept).expect("one household");
    let places = pc.app.checklist_places("household_assessment").expect("places");
    let here = places.iter().find(|place| place.label == "A Đớt").expect("the hamlet");
    let list = pc.app.checklist("household_assessment", &here.field, &here.value).expect("a list");
    assert_eq!((list.rows.len(), list.rows[0].assessments.len()), (1, 1));
    assert!(matches!(pc.app.checklist_places("member"), Err(AppError::BadRequest("kind"))));
    assert!(matches!(
        pc.app.checklist("household_assessment", "note", ""),
        Err(AppError::BadRequest("field"))
    ));
}

#[test]
fn rows_that_are_new_and_rows_that_change_a_record_are_saved_all_or_none() {
    let pc = pc("Cán bộ Thử");
    let [one, two] = ["Hồ Thị Đan", "Kăn Nghé"].map(|name| household(&pc, name, "A Đớt", "poor"));
    let stored = add(&pc, "household_assessment", assessment(one, "waiting"));
    let row = |id: Option<RecordId>, fields: Json| TableRow { id, fields: object(fields) };
    let edit = row(Some(stored), json!({ "review": "failed" }));
    let save = |rows: &[TableRow]| pc.app.record_save_rows("household_assessment", rows, "draft", None);

    let bad = row(None, json!({ "household": two.to_string(), "year": 2018 }));
    assert!(matches!(save(&[edit.clone(), bad]), Err(AppError::InvalidRecord(_))));
    let review = |id: RecordId| {
        let state = pc.app.record_show(id).expect("a record").record.state;
        let catalogue = pc.app.catalogue();
        let kind = catalogue.kind_by_num(state.kind).expect("a kind");
        sohoi_domain::record::to_json(kind, &state.fields)["review"].clone()
    };
    assert_eq!(
        (review(stored), n_assessments(&pc)),
        (json!("waiting"), 1),
        "a wrong row leaves the others unsaved"
    );

    let other_kind = row(Some(one), json!({ "review": "failed" }));
    assert!(matches!(save(&[other_kind]), Err(AppError::BadRequest("ids"))));
    let saved = save(&[edit, row(None, assessment(two, "failed"))]).expect("they are saved");
    assert_eq!((saved[0].id, &saved[0].changed), (stored, &vec!["review".to_owned()]));
    assert_eq!((review(stored), n_assessments(&pc)), (json!("failed"), 2));
}
