//! A household that two PCs of a commune each entered: found by its likeness, made one, counted once everywhere,
//! and two again when that is taken back.

use serde_json::{Value, json};
use sohoi_app::App;
use sohoi_domain::RecordId;
use sohoi_testkit::{Cli, Hub, PIN};
use sohoi_tests::province::is_whole;

/// Made up.
const HEAD: &str = "Hồ Thị Thử";

fn household(n_persons: u32, hamlet: Option<&str>) -> Value {
    json!({"head_name": HEAD, "head_birth_year": 1971, "registered_on": "2026-02-01", "n_persons": n_persons,
           "hamlet": hamlet})
}

fn support(cli: &Cli, household: &str) {
    let support = json!({"household": household, "supported_on": "2026-03-05", "support_type": "vay_von",
                         "recognised_on": "2026-06-20", "class_before": "poor", "class_after": "average"});
    cli.add("household_support", &support);
}

// The window does it: there is no command for it.
fn at_the_window<T>(cli: &Cli, act: impl FnOnce(&App) -> T) -> T {
    let app = App::new(cli.home());
    app.unlock(PIN).expect("it opens");
    act(&app)
}

fn id(text: &str) -> RecordId {
    text.parse().expect("an id")
}

fn of(figures: &Value) -> i64 {
    let figure = figures["figures"].as_array().into_iter().flatten().find(|one| one["indicator"] == "GN01");
    figure.and_then(|figure| figure["value"].as_i64()).unwrap_or(0)
}

fn counted(cli: &Cli) -> i64 {
    of(&cli.get(&["figures", "--period", "2026", "--calendar", "calendar", "--indicator", "GN01"]))
}

fn households(cli: &Cli) -> Vec<String> {
    let lines = cli.ask(&["record", "list", "household"]).done().lines;
    lines.iter().map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
}

// What the history of a record says of it and others, newest first; the same on both PCs.
fn links(pcs: [&Cli; 2], id: &str) -> Vec<String> {
    let of = |cli: &Cli| -> Vec<String> {
        let changes = cli.ask(&["record", "history", id]).done().lines;
        let links = changes.iter().flat_map(|change| change["links"].as_array().cloned().unwrap_or_default());
        links.map(|link| link["how"].as_str().expect("how").to_owned()).collect()
    };
    let [first, second] = pcs.map(of);
    assert_eq!(first, second);
    first
}

// Also when something waits for a person, which is no fault of the line.
fn sync_all(pcs: [&Cli; 2]) {
    for cli in [pcs[0], pcs[1], pcs[0]] {
        let answer = cli.ask(&["sync"]);
        assert!(matches!(answer.code, 0 | 6), "{answer:?}");
    }
}

#[test]
fn a_household_that_two_pcs_entered_is_made_one_and_two_again_and_every_side_counts_alike() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("merged");
    let [first, second] = ["first", "second"].map(|name| Cli::at(folder.path().join(name)));
    let pcs = [&first, &second];
    pcs.iter().for_each(|cli| {
        cli.init("20044");
    });
    let code = first.get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    second.ask_with(&["pair", "join"], code.as_bytes()).done();
    pcs.iter().for_each(|cli| cli.enrol(&hub.address(), &hub.code("20044")));
    let kept = first.add("household", &household(4, None));
    support(&first, &kept);
    let other = second.add("household", &household(5, Some("Thôn 3")));
    support(&second, &other);
    sync_all(pcs);
    assert_eq!([counted(&first), counted(&second), of(&hub.figures("20044", "2026", "calendar"))], [2; 3]);

    at_the_window(&first, |app| {
        let typed = json!({"head_name": "ho thi thu", "registered_on": "2026-09-01"});
        let check = app.record_check("household", typed.as_object().expect("an object")).expect("a check");
        assert_eq!(check.alike.len(), 2, "both are told of while she types");
        app.record_merge(id(&other), id(&kept)).expect("merged");
    });
    sync_all(pcs);
    for cli in pcs {
        assert_eq!((households(cli), counted(cli)), (vec![kept.clone()], 1));
        let whole = cli.get(&["record", "get", &kept]);
        assert_eq!(
            (&whole["fields"]["n_persons"], &whole["fields"]["hamlet"]),
            (&json!(4), &json!("Thôn 3"))
        );
        let asked = cli.ask(&["conflicts"]).lines;
        assert_eq!((asked.len(), &asked[0]["field"]), (1, &json!("n_persons")));
    }
    assert_eq!(of(&hub.figures("20044", "2026", "calendar")), 1);

    assert_eq!(links(pcs, &kept), ["took_in"], "the kept one's history tells of it");
    assert_eq!(links(pcs, &other), ["gave_way"]);
    second.ask(&["conflicts", "resolve", &kept, "n_persons", "--take", "waiting"]).done();
    sync_all(pcs);
    for cli in pcs {
        assert_eq!(cli.get(&["record", "get", &kept])["fields"]["n_persons"], 5);
        assert_eq!(cli.ask(&["conflicts"]).done().lines.len(), 0);
    }

    at_the_window(&second, |app| app.record_unmerge(id(&other)).map(drop)).expect("taken back");
    sync_all(pcs);
    for cli in pcs {
        let both: Vec<String> = households(cli);
        assert!(both.len() == 2 && both.contains(&kept) && both.contains(&other), "{both:?}");
        assert_eq!(counted(cli), 2);
        assert_eq!(cli.get(&["record", "get", &kept])["fields"]["hamlet"], Value::Null);
        assert_eq!(cli.get(&["record", "get", &other])["fields"]["n_persons"], 5);
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
    assert_eq!(of(&hub.figures("20044", "2026", "calendar")), 2);
    assert_eq!(links(pcs, &kept), ["let_go", "took_in"]);
    is_whole(&hub);
}
