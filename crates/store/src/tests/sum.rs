use serde_json::json;
use sohoi_domain::figure::Sum;

use super::rig::{Rig, catalogue, code, fields, mediation, rig, unit};

fn sums(rig: &Rig, calendar: &str, period: &str) -> Vec<Sum> {
    let catalogue = catalogue();
    let period = catalogue.calendar(calendar).and_then(|c| c.period(period)).expect("a period");
    rig.register.sums(period).expect("sums")
}

// Which dimension and code, and the value there.
type Part = (Option<(usize, Option<String>)>, i64);

fn of(sums: &[Sum], indicator: &str) -> Vec<Part> {
    let num = catalogue().indicator(indicator).expect("an indicator").num;
    let found = sums.iter().filter(|sum| sum.indicator == num);
    found
        .map(|sum| {
            assert_eq!(sum.unit, unit());
            (sum.by.clone(), sum.value)
        })
        .collect()
}

#[test]
fn sums_hold_the_whole_and_every_dimension() {
    let mut rig = rig();
    rig.add("mediation", mediation("2018-05-01", 3));
    rig.add("mediation", mediation("2018-05-02", 4));
    let topic = Some(code("mediation_topic"));
    assert_eq!(of(&sums(&rig, "calendar", "2018"), "HG01"), [(None, 7), (Some((0, topic)), 7)]);
}

#[test]
fn the_day_decides_and_each_calendar_closes_on_its_own() {
    let mut rig = rig();
    for day in ["2018-11-14", "2018-11-15", "2018-12-14", "2018-12-15"] {
        rig.add("mediation", mediation(day, 1));
    }
    let whole =
        |calendar: &str, period: &str| of(&sums(&rig, calendar, period), "HG01T").first().map_or(0, |s| s.1);
    assert_eq!(["calendar", "nd09", "union"].map(|calendar| whole(calendar, "2018")), [4, 3, 1]);
    assert_eq!(["calendar", "nd09", "union"].map(|calendar| whole(calendar, "2019")), [0, 1, 3]);
}

#[test]
fn a_woman_in_two_classes_counts_once_and_the_unnamed_are_added() {
    let mut rig = rig();
    let trade = code("trade");
    for (day, unnamed) in [("2018-03-01", 2), ("2018-07-01", 5)] {
        let class = fields(
            "vocational_training",
            json!({"class_name": "May", "trade": trade, "started_on": day,
            "role": "coordinated", "n_women_unnamed": unnamed,
            "trainees": [{"full_name": "Kăn Thử", "birth_year": 1990, "sex": "female"},
                         {"full_name": format!("Khác {unnamed}"), "birth_year": 1990, "sex": "female"}]}),
        );
        rig.add("vocational_training", class);
    }
    assert_eq!(of(&sums(&rig, "calendar", "2018"), "DN01")[0], (None, 3 + 7));
    assert_eq!(of(&sums(&rig, "calendar", "2018-H1"), "DN01")[0], (None, 2 + 2));
}

#[test]
fn what_stands_counts_until_it_ends() {
    let mut rig = rig();
    let model = |ended: Option<&str>| {
        fields(
            "model",
            json!({"name": "Đội văn nghệ", "field": "van_nghe", "started_on": "2017-03-01",
            "ended_on": ended, "state": "maintained"}),
        )
    };
    let id = rig.add("model", model(None));
    let whole =
        |rig: &Rig, period: &str| of(&sums(rig, "calendar", period), "VH01").first().map_or(0, |s| s.1);
    assert_eq!(["2016", "2017", "2018", "2019"].map(|year| whole(&rig, year)), [0, 1, 1, 1]);
    rig.patch(id, model(Some("2018-02-01")));
    assert_eq!(["2016", "2017", "2018", "2019"].map(|year| whole(&rig, year)), [0, 1, 1, 0]);
    rig.erase(id, "ghi nhầm");
    assert_eq!(whole(&rig, "2017"), 0);
}
