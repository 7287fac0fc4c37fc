//! Figures by branch at the window, by keyboard: the numbers are those that the command line has of the whole, each
//! opens its records, and the branch that nothing was recorded of is told.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sohoi_app::App;
use sohoi_app::figure::{ByPlace, FigureReq};
use sohoi_app::record::Query;
use sohoi_app::register::NewRegisterReq;
use sohoi_domain::catalogue::{Indicator, Measure};
use sohoi_domain::figure::Figure;
use sohoi_domain::{Catalogue, DeviceId};
use sohoi_testkit::commune::{Pen, fill};
use sohoi_testkit::{Cli, Key, PIN, Window, serious_violations, until};
use sohoi_tests::activity;
use sohoi_tests::officer::Officer;

const BRANCHES: [(&str, usize); 4] =
    [("Chi hội A Đớt", 3), ("Chi hội Pa Ris", 2), ("Chi hội Ta Vai", 0), ("Chi hội Hợp Thành", 1)];
/// Of the whole commune.
const N_COMMON: usize = 2;

fn settle(cli: &Cli) -> Vec<String> {
    let branch = |name: &str| {
        let hamlet = name.replace("Chi hội", "Thôn");
        cli.add(
            "branch",
            &json!({"name": name, "hamlet": hamlet, "founded_on": "2010-01-01", "n_women_18": 60}),
        )
    };
    let ids: Vec<String> = BRANCHES.iter().map(|(name, _)| branch(name)).collect();
    let mut lines = Vec::new();
    for (id, (name, n)) in ids.iter().zip(BRANCHES) {
        for at in 0..n {
            let mut record = activity(&format!("Buổi {at} của {name}"));
            record["branch"] = json!(id);
            lines.push(record.to_string());
        }
    }
    lines.extend((0..N_COMMON).map(|at| activity(&format!("Buổi {at} của xã")).to_string()));
    cli.ask_with(&["record", "add", "propaganda_activity", "-"], lines.join("\n").as_bytes()).done();
    ids
}

fn cells(window: &Window) -> Vec<String> {
    window.find_all("[data-testid=matrix-TT01] td").iter().map(|cell| cell.text()).collect()
}

fn look(window: &Window, name: &str) {
    for theme in ["light", "dark"] {
        window.script("document.documentElement.dataset.theme = arguments[0];", &[theme.into()]);
        window.screenshot(&format!("by-branch/{name}-{theme}"));
        let faults = serious_violations(window);
        assert!(faults.is_empty(), "{} serious faults on {name} ({theme}): {faults:?}", faults.len());
    }
    window.script("document.documentElement.dataset.theme = 'light';", &[]);
}

fn is_at(window: &Window, page: &str) {
    until(Duration::from_secs(10), &format!("the page {page}"), || {
        window.fragment().starts_with(page).then_some(())
    });
}

#[test]
fn every_number_of_a_branch_opens_its_records_and_a_silent_branch_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let cli = Cli::at(folder.path().join("sổ"));
    cli.init("20044");
    settle(&cli);
    let whole = cli.get(&["figures", "--period", "2026", "--indicator", "TT01"]);
    let n_all = BRANCHES.iter().map(|(_, n)| n).sum::<usize>() + N_COMMON;
    assert_eq!(whole["figures"][0]["value"].as_f64(), Some(n_all as f64));

    let window = Window::open(cli.home(), "by-branch");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    // The year of its records, whichever it is today.
    window.script("location.hash = '/progress?period=2026';", &[]);
    window.by_testid("figures-table");
    window.tab_to("view-");
    window.press(Key::Right);
    window.by_testid("matrix");
    assert!(
        window.shows("[data-testid=silent-places]", "1 trong 4 chi hội không có phiếu nào trong kỳ: Ta Vai")
    );
    // By name: A Đớt, Hợp Thành, Pa Ris, Ta Vai, and last what no branch is given of.
    until(Duration::from_secs(10), "the branches", || (cells(&window).len() == 6).then_some(()));
    assert_eq!(cells(&window), [&n_all.to_string(), "3", "1", "2", "–", "2"]);
    look(&window, "matrix");

    window.tab_to("cell-TT01");
    window.press(Key::Enter);
    is_at(&window, "/behind/TT01");
    assert!(window.shows("[data-testid=part]", "Chi hội: Chi hội A Đớt"));
    until(Duration::from_secs(10), "its three records", || {
        (window.find_all("[data-testid=record-row]").len() == 3).then_some(())
    });
    window.script("history.back();", &[]);
    is_at(&window, "/progress");

    window.by_testid("matrix");
    window.tab_to("place-head");
    window.press(Key::Enter);
    assert!(window.shows("[data-testid=place-name]", "Chi hội A Đớt"), "every indicator of one branch");
    assert!(window.shows("[data-testid=figure-TT01]", "3"));
    look(&window, "branch");

    window.script("location.hash = '/progress?period=2026&indicator=TT01';", &[]);
    window.by_testid("part-table");
    assert!(window.shows("[data-testid=part-row]", "Chi hội A Đớt"));
    assert!(window.shows("[data-testid=part-sum]", "đúng bằng dòng cuối"));
    let silent = window.find_all("[data-testid=part-row]");
    let silent: Vec<String> =
        silent.iter().map(|row| row.text()).filter(|text| text.contains("Ta Vai")).collect();
    assert!(silent.len() == 1 && silent[0].contains("chưa có phiếu"), "{silent:?}");
    look(&window, "parts");
    window.close();
    assert_eq!(cli.get(&["verify"])["ok"], Value::Bool(true));
}

/// Records of a commune as life makes them, made by the generator.
const N_GENERATED: usize = 600;
const SEED: u64 = 46;

fn generated(home: &Path) -> App {
    let catalogue = Catalogue::embedded();
    let first = Pen::new(&catalogue, DeviceId(1), SEED).record(1).remove(0);
    let unit_code = first.unit.expect("a new record has a unit").code;
    let app = App::new(home);
    let req = NewRegisterReq { unit_code, on: None, officer: "Cán bộ Hội".into(), pin: PIN.into() };
    let device = app.register_create(&req).expect("the register is made").device;
    let made = Pen::new(&catalogue, device, SEED).record(N_GENERATED);
    app.with_register(|register| {
        fill(register, &made);
        Ok(())
    })
    .expect("the register is open");
    app
}

fn number(list: &[Figure], code: &str) -> Option<f64> {
    list.iter().find(|one| one.indicator == code).and_then(|one| one.value.number())
}

// Of one indicator the places against the whole, and the records behind each; how many parts were not nought.
fn holds(app: &App, found: &ByPlace, (field, period): (&str, &str), indicator: &Indicator) -> usize {
    let code = indicator.code.as_str();
    let whole = number(&found.figures, code).unwrap_or(0.0);
    let parts: Vec<f64> = found.places.iter().filter_map(|place| number(&place.figures, code)).collect();
    let (sum, most) = (parts.iter().sum::<f64>(), parts.iter().copied().fold(0.0, f64::max));
    match &indicator.measure {
        Measure::Records(_) if indicator.is_distinct() => {
            assert!(most <= whole && whole <= sum, "{code}: {parts:?} of {whole}")
        }
        Measure::Records(_) => assert_eq!(sum, whole, "{code}: {parts:?}"),
        Measure::Gap(..) => assert_eq!(sum, whole, "{code}: {parts:?}"),
        Measure::Ratio(..) | Measure::ReportingUnits(_) | Measure::BaseUnits => return 0,
    }
    let records = |place: Option<String>| {
        let query = Query {
            indicator: Some(code.into()),
            period: Some(("calendar".into(), period.into())),
            place: place.map(|value| (field.into(), value)),
            limit: 1,
            ..Query::default()
        };
        app.record_list(&query).expect("a list").n_total
    };
    let behind: u32 = found.places.iter().map(|place| records(Some(place.place.value.clone()))).sum();
    assert_eq!(behind, records(None), "{code}: the records are at one place each");
    parts.iter().filter(|part| **part != 0.0).count()
}

#[test]
fn of_a_communes_own_records_the_parts_and_the_whole_agree_for_every_indicator() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let app = generated(folder.path());
    let catalogue = app.catalogue();
    for (field, at_least) in [("branch", 60), ("hamlet", 60)] {
        let mut n_parts = 0;
        for period in ["2026", "2026-H1", "2026-02"] {
            let req = FigureReq {
                calendar: "calendar".into(),
                period: period.into(),
                as_now: true,
                indicators: Vec::new(),
                place: None,
            };
            let found = app.figures_by_place(&req, field).expect("figures");
            assert_eq!(found.figures, app.figures(&req).expect("figures").figures, "the store's own");
            let shown = catalogue.indicators.iter().filter(|one| one.shown);
            n_parts += shown.map(|one| holds(&app, &found, (field, period), one)).sum::<usize>();
        }
        assert!(n_parts > at_least, "only {n_parts} numbers by {field}: the test says nothing");
    }
}
