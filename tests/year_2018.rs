//! The whole province: 152 registers of 2018 sync into one hub, and its figures are the published ones.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde_json::Value;
use sohoi_app::record::Query;
use sohoi_domain::{Catalogue, Day};
use sohoi_testkit::Hub;
use sohoi_testkit::province::{self, CommunePlan, PUBLISHED, value_of};

type Figures = BTreeMap<String, Value>;

fn by_code(figures: &Value) -> Figures {
    let list = figures.as_array().expect("figures are a list");
    list.iter()
        .map(|figure| (figure["indicator"].as_str().expect("a code").to_string(), figure.clone()))
        .collect()
}

fn number(figures: &Figures, code: &str) -> i64 {
    figures[code]["value"].as_f64().unwrap_or_else(|| panic!("{code} has a value: {}", figures[code])) as i64
}

/// Two communes at a time, as there are two cores; each has a register and a key of its own.
fn record_and_send_all(plans: &[CommunePlan], folder: &Path, enrolments: &[PathBuf]) {
    let next = Mutex::new(0..plans.len());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let Some(i) = next.lock().expect("no commune panics alone").next() else { return };
                    let app = province::record_and_send(
                        &plans[i],
                        &folder.join(&plans[i].unit.code),
                        &enrolments[i],
                    );
                    if plans[i].unit.code == province::COOPERATIVE_UNIT {
                        the_co_operative_is_the_one_of_a_luoi(&app);
                    }
                }
            });
        }
    });
}

fn the_co_operative_is_the_one_of_a_luoi(app: &sohoi_app::App) {
    let listed = app.record_list(&Query {
        period: Some(("union".into(), "2018".into())),
        indicator: Some("HT02".into()),
        limit: 10,
        ..Query::default()
    });
    let titles: Vec<String> =
        listed.expect("the list is read").rows.into_iter().map(|(_, title)| title).collect();
    assert_eq!(titles, [province::COOPERATIVE_NAME]);
    let verified = app.verify().expect("the register can be checked");
    assert!(verified.ok, "{:?}", verified.differences);
}

#[test]
fn the_hub_shows_the_published_figures_of_2018() {
    let catalogue = Catalogue::embedded();
    let plans = province::plan_2018(&catalogue);
    assert_eq!(plans.len(), 152);
    let hub = Hub::start("year-2018");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let enrolments: Vec<PathBuf> =
        plans.iter().map(|plan| hub.enrolment_on(&plan.unit.code, Some(province::DAY_OF_UNITS))).collect();
    record_and_send_all(&plans, folder.path(), &enrolments);

    each_commune_and_the_total_as_then(&hub, &plans);
    the_same_totals_in_the_40_units_of_today(&hub, &catalogue, &plans);
    let verified = hub.ask(&["verify"]).done().one();
    assert_eq!(verified["ok"], true, "{verified}");
    let names = sohoi_testkit::traces_in_folder("A Viết Thị Mẫu", hub.data());
    assert!(names.is_empty(), "no name reaches the hub: {names:?}");
}

fn ask(hub: &Hub, mode: &str) -> Value {
    let words =
        ["figures", "--unit", "46", "--period", "2018", "--calendar", "union", "--as", mode, "--by-unit"];
    hub.ask(&words).done().one()
}

fn each_commune_and_the_total_as_then(hub: &Hub, plans: &[CommunePlan]) {
    let answer = ask(hub, "then");
    assert_eq!(
        (&answer["period"]["first"], &answer["period"]["last"]),
        (&"2017-12-15".into(), &"2018-11-14".into())
    );
    let units = answer["units"].as_array().expect("units are a list");
    assert_eq!(units.len(), 152);
    let codes: std::collections::BTreeSet<&str> =
        plans.iter().flat_map(|p| p.expected.keys().copied()).collect();
    let mut n_compared = 0;
    for unit in units {
        let plan = plans.iter().find(|p| unit["code"] == *p.unit.code).expect("a commune of 2018");
        let figures = by_code(&unit["figures"]);
        for code in codes.iter().filter(|code| figures.contains_key(**code)) {
            assert_eq!(number(&figures, code), value_of(plan, code), "{code} in {}", plan.unit.name);
            n_compared += 1;
        }
    }
    assert!(n_compared > 152 * 20, "{n_compared} figures were compared");
    let total = by_code(&answer["figures"]);
    for (code, published) in PUBLISHED {
        assert_eq!(number(&total, code), *published, "{code} of the province");
    }
    assert_eq!(number(&total, "TT02"), 100);
    assert_eq!((&total["TT02"]["parts"]["a"], &total["TT02"]["parts"]["b"]), (&152.into(), &152.into()));
    let value = number(&total, "NH02");
    assert!((1_390_000_000..1_400_000_000).contains(&value), "{value} is just under 1.4 billion");
    assert_eq!(total["GN01"]["target"], 152, "one a commune");
}

fn the_same_totals_in_the_40_units_of_today(hub: &Hub, catalogue: &Catalogue, plans: &[CommunePlan]) {
    let answer = ask(hub, "now");
    let units = answer["units"].as_array().expect("units are a list");
    assert_eq!(units.len(), 40);
    let total = by_code(&answer["figures"]);
    for (code, published) in PUBLISHED {
        assert_eq!(number(&total, code), *published, "{code} of the province in today's units");
    }
    let today: Day = "2026-01-01".parse().expect("a day");
    for code in ["20056", "20044", "20071", "20101", "20050"] {
        let now = catalogue.units.on(code, today).expect("a commune of today");
        let predecessors = catalogue.units.with_predecessors(&now.key());
        let theirs: Vec<&CommunePlan> =
            plans.iter().filter(|p| predecessors.contains(&p.unit.key())).collect();
        let unit = units.iter().find(|unit| unit["code"] == code).expect("a unit of today");
        let figures = by_code(&unit["figures"]);
        for (indicator, _) in PUBLISHED {
            let sum: i64 = theirs.iter().map(|plan| value_of(plan, indicator)).sum();
            assert_eq!(number(&figures, indicator), sum, "{indicator} in {}", now.name);
        }
    }
}
