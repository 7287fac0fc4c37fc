//! A household that two PCs of a commune each entered: found by its likeness, made one, counted once everywhere,
//! and two again when that is taken back.

use serde_json::{Value, json};
use sohoi_domain::RecordId;
use sohoi_testkit::Cli;
use sohoi_tests::office::{Office, at_the_window, listed, sync_all};
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

#[test]
fn a_household_that_two_pcs_entered_is_made_one_and_two_again_and_every_side_counts_alike() {
    let office = Office::start("merged");
    let [first, second] = office.two_pcs("20044");
    let (hub, pcs) = (&office.hub, [&first, &second]);
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
        assert_eq!((listed(cli, "household"), counted(cli)), (vec![kept.clone()], 1));
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
        let both: Vec<String> = listed(cli, "household");
        assert!(both.len() == 2 && both.contains(&kept) && both.contains(&other), "{both:?}");
        assert_eq!(counted(cli), 2);
        assert_eq!(cli.get(&["record", "get", &kept])["fields"]["hamlet"], Value::Null);
        assert_eq!(cli.get(&["record", "get", &other])["fields"]["n_persons"], 5);
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
    assert_eq!(of(&hub.figures("20044", "2026", "calendar")), 2);
    assert_eq!(links(pcs, &kept), ["let_go", "took_in"]);
    is_whole(hub);
}
