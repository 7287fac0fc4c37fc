//! Figures by branch and by hamlet, beside those of all together and of the year before.

mod rig;

use rig::{Pc, add, pc};
use serde_json::json;
use sohoi_app::RecordId;
use sohoi_app::figure::{ByPlace, FigureReq};
use sohoi_app::record::Query;
use sohoi_domain::figure::Figure;

struct Commune {
    pc: Pc,
    home: RecordId,
}

fn activity(pc: &Pc, day: &str, branch: Option<RecordId>) {
    let fields = json!({"title": "Họp chi hội", "topic": "chinh_tri_tu_tuong", "form": "hop_chi_hoi",
        "held_on": day, "n_total": 42, "n_women": 40, "branch": branch});
    add(pc, "propaganda_activity", fields);
}

// Three branches that stand and one that is gone, with four activities of the year, one of them of no branch; one
// household that two branches found to have reached the title.
fn commune() -> Commune {
    let pc = pc("Kăn Hoa");
    let branch = |name: &str, hamlet: &str| {
        let fields = json!({"name": name, "hamlet": hamlet, "founded_on": "2010-01-01", "n_women_18": 50});
        add(&pc, "branch", fields)
    };
    let (home, other) = (branch("Chi hội A Đớt", "A Đớt"), branch("Chi hội Pa Ris", "Pa Ris"));
    let silent = branch("Chi hội Ta Vai", "Ta Vai");
    let gone = json!({"name": "Đã giải thể", "founded_on": "2010-01-01", "closed_on": "2015-01-01"});
    add(&pc, "branch", gone);
    activity(&pc, "2018-03-01", Some(home));
    activity(&pc, "2018-04-01", Some(home));
    activity(&pc, "2018-05-01", Some(other));
    activity(&pc, "2018-06-01", None);
    activity(&pc, "2017-06-01", Some(silent));
    let house = json!({"head_name": "Kăn Nghé", "registered_on": "2018-01-05", "hamlet": "a đớt"});
    let house = add(&pc, "household", house);
    let next = json!({"head_name": "Kăn Đượm", "registered_on": "2018-01-05", "hamlet": "A Đớt"});
    add(&pc, "household", next);
    for (branch, day) in [(home, "2018-05-02"), (other, "2018-05-03")] {
        let fields = json!({"household": house, "branch": branch, "assessed_on": day, "year": 2018,
            "criteria_set": "v2010_2014", "review": "passed"});
        add(&pc, "household_assessment", fields);
    }
    Commune { pc, home }
}

fn year() -> FigureReq {
    FigureReq {
        calendar: "calendar".into(),
        period: "2018".into(),
        as_now: false,
        indicators: Vec::new(),
        place: None,
    }
}

fn value(list: &[Figure], code: &str) -> Option<f64> {
    list.iter().find(|one| one.indicator == code).and_then(|one| one.value.number())
}

// By place: how many records, the value, and that of the year before.
fn told<'a>(found: &'a ByPlace, code: &str) -> Vec<(&'a str, u32, Option<f64>, Option<f64>)> {
    let of = found.places.iter().map(|one| {
        (one.place.label.as_str(), one.place.n, value(&one.figures, code), value(&one.before, code))
    });
    of.collect()
}

#[test]
fn branches_and_hamlets_stand_with_the_whole_and_those_without_a_record_are_among_them() {
    let Commune { pc, .. } = commune();
    let found = pc.app.figures_by_place(&year(), "branch").expect("figures");
    let expected = [
        ("Chi hội A Đớt", 3, Some(2.0), Some(0.0)),
        ("Chi hội Pa Ris", 2, Some(1.0), Some(0.0)),
        ("Chi hội Ta Vai", 0, Some(0.0), Some(1.0)),
        ("", 3, Some(1.0), Some(0.0)),
    ];
    assert_eq!(told(&found, "TT01"), expected, "also the branch without a record; not the one that is gone");
    let whole = pc.app.figures(&year()).expect("figures");
    assert_eq!((value(&found.figures, "TT01"), value(&whole.figures, "TT01")), (Some(4.0), Some(4.0)));
    assert_eq!(value(&found.figures, "GD01"), Some(1.0), "the household counts once in the whole");
    let at_branches: Vec<_> = told(&found, "GD01").into_iter().map(|one| one.2).collect();
    assert_eq!(at_branches, [Some(1.0), Some(1.0), Some(0.0), Some(0.0)], "and once with each branch");
    assert!(told(&found, "TT02").iter().all(|one| one.2.is_none()), "what counts units has no place");

    let hamlets = pc.app.figures_by_place(&year(), "hamlet").expect("figures");
    let named: Vec<_> = told(&hamlets, "TT01").into_iter().map(|one| (one.0, one.1)).collect();
    assert_eq!(named, [("A Đớt", 6), ("Pa Ris", 1), ("Ta Vai", 0), ("", 1)], "two spellings are one hamlet");
    assert!(pc.app.figures_by_place(&year(), "note").is_err());
}

#[test]
fn at_one_place_there_are_its_figures_and_the_records_behind_them() {
    let Commune { pc, home } = commune();
    let place = Some(("branch".to_string(), home.to_string()));
    let one = pc.app.figures(&FigureReq { place: place.clone(), ..year() }).expect("figures");
    assert_eq!(value(&one.figures, "TT01"), Some(2.0));
    let form = one.figures.iter().find(|one| one.indicator == "TT01").and_then(|one| one.by.get("form"));
    assert_eq!(form.and_then(|form| form.get("hop_chi_hoi")), Some(&2), "with its parts");
    assert!(one.figures.iter().all(|figure| figure.target.is_none()), "targets are the commune's");
    let behind = Query {
        indicator: Some("TT01".into()),
        period: Some(("calendar".into(), "2018".into())),
        place,
        limit: 50,
        ..Query::default()
    };
    assert_eq!(pc.app.record_list(&behind).expect("a list").n_total, 2);
    let elsewhere = Query { place: Some(("note".into(), String::new())), ..behind };
    assert!(pc.app.record_list(&elsewhere).is_err());
}
