//! Facts and figures over the embedded catalogue.

use std::sync::LazyLock;

use serde_json::json;
use sohoi_domain::catalogue::Catalogue;
use sohoi_domain::change::RecordState;
use sohoi_domain::figure::{self, FigureValue, Input, Mode, Sum, Window};
use sohoi_domain::{Day, DeviceId, Hlc, RecordId, UnitKey, Version, fact, record};

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(Catalogue::embedded);
const KEY: [u8; 32] = [7; 32];

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn unit(code: &str, on: &str) -> UnitKey {
    CATALOGUE.units.on(code, day(on)).expect("a unit").key()
}

fn state(kind: &str, fields: serde_json::Value) -> RecordState {
    let kind = CATALOGUE.kind(kind).expect("a kind");
    let checked = record::check(&CATALOGUE, kind, fields.as_object().expect("an object"));
    assert!(checked.is_valid(), "{:?}", checked.issues);
    let mut fields = checked.fields;
    record::fill_pseudonyms(kind, &mut fields, &KEY);
    let version = Version { device: DeviceId(1), seq: 1 };
    RecordState {
        id: RecordId { device: DeviceId(1), n: 1 },
        kind: kind.num,
        unit: unit("20044", "2018-06-01"),
        fields,
        versions: Default::default(),
        merge: sohoi_domain::change::Merge::plain(version),
        erased: false,
        last: (version, Hlc(1)),
        catalogue: 1,
    }
}

fn facts_of(code: &str, state: &RecordState) -> Vec<sohoi_domain::Fact> {
    let num = CATALOGUE.indicator(code).expect("an indicator").num;
    fact::facts(&CATALOGUE, state).into_iter().filter(|f| f.indicator == num).collect()
}

#[test]
fn a_woman_in_two_classes_is_one_subject() {
    let class = |trainees: serde_json::Value| {
        state(
            "vocational_training",
            json!({"class_name": "May", "trade": CATALOGUE.list("trade").expect("a list").items[0].code, "started_on": "2018-03-01", "role": "coordinated", "trainees": trainees}),
        )
    };
    let first = class(json!([{"full_name": "Kăn Thử", "birth_year": 1990, "sex": "female"}]));
    let second = class(json!([{"full_name": " kăn  thử", "birth_year": 1990, "sex": "female"}]));
    let other = class(json!([{"full_name": "Kăn Thứ", "birth_year": 1990, "sex": "female"}]));
    let subject = |s: &RecordState| facts_of("DN01", s)[0].subject;
    assert_eq!(subject(&first), subject(&second));
    assert_ne!(subject(&first), subject(&other), "another tone is another name");
}

#[test]
fn the_value_of_a_house_is_the_sum_of_its_funding() {
    let house = state(
        "housing_support",
        json!({"handed_over_on": "2018-08-01", "work": "built", "beneficiary": "poor_woman",
          "funding": [{"source": CATALOGUE.list("funding_source").expect("a list").items[0].code, "amount_vnd": 30_000_000},
                      {"source": CATALOGUE.list("funding_source").expect("a list").items[1].code, "amount_vnd": 50_000_000}]}),
    );
    assert_eq!(facts_of("NH02", &house).iter().map(|f| f.value).sum::<i64>(), 80_000_000);
    assert_eq!(facts_of("NH01", &house).len(), 1);
}

#[test]
fn an_erased_record_counts_for_nothing() {
    let mut erased = state(
        "mediation",
        json!({"held_on": "2018-05-01", "topic": CATALOGUE.list("mediation_topic").map_or("khac", |l| &l.items[0].code), "n_cases": 2, "n_settled": 1}),
    );
    assert!(!fact::facts(&CATALOGUE, &erased).is_empty());
    erased.erased = true;
    assert!(fact::facts(&CATALOGUE, &erased).is_empty());
}

#[test]
fn a_model_stands_in_every_period_until_it_ends() {
    let model = state(
        "model",
        json!({"name": "Đội văn nghệ", "field": "van_nghe", "started_on": "2017-03-01", "ended_on": "2018-02-01", "state": "maintained"}),
    );
    let found = facts_of("VH01", &model);
    assert_eq!(
        found.iter().map(|f| (f.first, f.last)).collect::<Vec<_>>(),
        [(day("2017-03-01"), day("2018-02-01"))]
    );
}

fn sums(values: &[(&str, UnitKey, i64)]) -> Vec<Sum> {
    values
        .iter()
        .map(|(code, unit, value)| Sum {
            unit: unit.clone(),
            indicator: CATALOGUE.indicator(code).expect("an indicator").num,
            by: None,
            value: *value,
        })
        .collect()
}

fn compute(mode: Mode, base_units: &[UnitKey], sums: &[Sum]) -> figure::Figures {
    let period = CATALOGUE.calendar("union").and_then(|c| c.period("2018")).expect("a period");
    figure::figures(&Input {
        catalogue: &CATALOGUE,
        calendar: "union",
        period,
        mode,
        base_units,
        sums,
        targets: &CATALOGUE.targets,
        is_province: true,
    })
}

fn value_of(figures: &[figure::Figure], code: &str) -> FigureValue {
    figures.iter().find(|f| f.indicator == code).expect("a figure").value
}

#[test]
fn coverage_is_units_over_units_never_a_mean() {
    let units = [unit("20044", "2018-06-01"), unit("20047", "2018-06-01"), unit("20050", "2018-06-01")];
    let figures =
        compute(Mode::Then, &units, &sums(&[("TT01", units[0].clone(), 9), ("TT01", units[1].clone(), 1)]));
    assert_eq!(value_of(&figures.total, "TT02"), FigureValue::Ratio { a: 2, b: 3 });
    let now = compute(Mode::Now(day("2026-11-24")), &units, &sums(&[("TT01", units[0].clone(), 9)]));
    assert_eq!(value_of(&now.total, "TT02"), FigureValue::Ratio { a: 1, b: 3 });
}

#[test]
fn a_split_commune_keeps_its_total() {
    let phu_thuan = unit("19744", "2018-06-01");
    let figures = compute(
        Mode::Now(day("2022-01-01")),
        std::slice::from_ref(&phu_thuan),
        &sums(&[("TT01", phu_thuan.clone(), 101)]),
    );
    let parts: Vec<i64> = figures
        .units
        .iter()
        .map(|u| match value_of(&u.figures, "TT01") {
            FigureValue::Whole(n) => n,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(parts.iter().sum::<i64>(), 101);
    assert!(parts.contains(&61) && parts.contains(&40), "{parts:?}");
}

#[test]
fn a_minimum_per_unit_follows_a_merger() {
    let units = ["20044", "20065", "20068", "20077", "20083"].map(|code| unit(code, "2018-06-01"));
    let figures = compute(Mode::Now(day("2026-11-24")), &units, &[]);
    let target =
        |code: &str| figures.units[0].figures.iter().find(|f| f.indicator == code).and_then(|f| f.target);
    assert_eq!((figures.units.len(), target("GN01"), target("GD01")), (1, Some(5), Some(10)));
}

#[test]
fn stock_is_taken_at_the_end_and_flow_within() {
    let period = CATALOGUE.calendar("nd09").and_then(|c| c.period("2018-11")).expect("a period");
    use sohoi_domain::catalogue::TimeKind;
    let end = Window::of(TimeKind::StockEnd, period);
    assert_eq!((end.lo, end.hi), (day("2018-11-14"), day("2018-11-14")));
    let flow = Window::of(TimeKind::Flow, period);
    assert_eq!((flow.lo, flow.hi), (day("2018-10-15"), day("2018-11-14")));
}
