//! Two PCs of one commune: paired by a code that is read out, they hold the same records; a stranger holds none.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use sohoi_testkit::{Cli, Hub, traces_in_folder};
use sohoi_tests::activity;
use sohoi_tests::province::activities_at;

/// Made up.
const MEMBERS: [&str; 2] = ["Kăn Thị Đượm", "Hồ Thị Thử"];

fn register(folder: &Path, name: &str) -> Cli {
    let cli = Cli::at(folder.join(name));
    cli.init("20044");
    cli
}

fn enrol(cli: &Cli, hub: &Hub) {
    cli.enrol(&hub.address(), &hub.code("20044"));
}

fn pair(first: &Cli, second: &Cli) {
    let code =
        first.get(&["pair", "show"])["code"].as_str().expect("a code").to_lowercase().replace('-', " ");
    let answer = second.ask_with(&["pair", "join"], code.as_bytes()).done();
    assert_eq!(answer.one()["paired"], true);
}

fn add_member(cli: &Cli, name: &str) -> String {
    cli.add(
        "member",
        &json!({"full_name": name, "birth_year": 1988, "joined_on": "2026-02-01", "status": "active"}),
    )
}

fn titles(cli: &Cli, kind: &str, field: &str) -> BTreeSet<String> {
    let records = cli.ask(&["record", "list", kind]).done().lines;
    let titles = records.iter().map(|record| {
        let id = record["id"].as_str().expect("a record has an id");
        let whole = cli.get(&["record", "get", id]);
        whole["fields"][field].as_str().unwrap_or_else(|| panic!("{field} in {whole}")).to_owned()
    });
    titles.collect()
}

#[test]
fn two_paired_pcs_hold_the_same_records() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("second-pc");
    let first = register(folder.path(), "first");
    first.add("propaganda_activity", &activity("Buổi của máy một"));
    add_member(&first, MEMBERS[0]);
    enrol(&first, &hub);
    first.sync();

    let second = register(folder.path(), "second");
    // Written before the two met: nothing in it is sealed.
    second.add("propaganda_activity", &activity("Buổi của máy hai"));
    pair(&first, &second);
    enrol(&second, &hub);
    add_member(&second, MEMBERS[1]);
    assert_eq!(second.sync()["pulled"]["batches"], 1);
    assert_eq!(first.sync()["pulled"]["batches"], 1);
    assert_eq!(first.sync()["pulled"]["batches"], 0, "what is here does not come again");

    for cli in [&first, &second] {
        let both = ["Buổi của máy hai", "Buổi của máy một"].map(str::to_owned);
        assert_eq!(titles(cli, "propaganda_activity", "title"), BTreeSet::from(both));
        assert_eq!(titles(cli, "member", "full_name"), MEMBERS.map(str::to_owned).into());
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
    // An edit of the other's record comes back.
    let records = second.ask(&["record", "list", "propaganda_activity", "--search", "máy một"]).done().lines;
    let id = records[0]["id"].as_str().expect("an id");
    second.ask_with(&["record", "edit", id, "-"], json!({"n_total": 77}).to_string().as_bytes()).done();
    second.sync();
    first.sync();
    assert_eq!(first.get(&["record", "get", id])["fields"]["n_total"], 77);

    assert_eq!(activities_at(&hub, "20044"), 2, "each is counted once");
    assert_eq!(hub.ask(&["verify"]).done().one()["ok"], true);
    for name in MEMBERS {
        assert_eq!(traces_in_folder(name, hub.data()), [""; 0]);
    }
    let code = first.get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    assert_eq!(traces_in_folder(&code, hub.data()), [""; 0], "the hub never sees the secret");
}

fn edit(cli: &Cli, id: &str, patch: &Value) {
    cli.ask_with(&["record", "edit", id, "-"], patch.to_string().as_bytes()).done();
}

// Up to date, though something waits for a person.
fn sync_to_conflicts(cli: &Cli) -> Value {
    let answer = cli.ask(&["sync"]);
    assert_eq!(answer.code, 6, "{answer:?}");
    answer.lines[0]["conflicts"].clone()
}

#[test]
fn two_pcs_that_wrote_at_once_keep_both_values_until_one_of_them_chooses() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("conflict");
    let [first, second] = ["first", "second"].map(|name| register(folder.path(), name));
    pair(&first, &second);
    for cli in [&first, &second] {
        enrol(cli, &hub);
    }
    let edited = first.add("propaganda_activity", &activity("Buổi hai người ghi"));
    let mediation = json!({"held_on": "2026-03-05", "topic": "dat_dai", "n_cases": 2, "n_settled": 1});
    let erased = first.add("mediation", &mediation);
    for cli in [&first, &second] {
        cli.sync();
    }

    edit(&first, &edited, &json!({"n_total": 75}));
    first.ask(&["record", "erase", &erased, "--reason", "ghi nhầm"]).done();
    edit(&second, &edited, &json!({"n_total": 77}));
    edit(&second, &erased, &json!({"n_cases": 3}));
    first.sync();
    assert_eq!(sync_to_conflicts(&second), 2);
    assert_eq!(sync_to_conflicts(&first), 2);

    let found = [&first, &second].map(|cli| cli.ask(&["conflicts"]).done().lines);
    let about = |lines: &[Value]| -> Vec<Value> {
        let of = |line: &Value| {
            json!([line["id"], line["field"], line["shown"]["value"], line["waiting"][0]["value"]])
        };
        lines.iter().map(of).collect()
    };
    assert_eq!(about(&found[0]), about(&found[1]), "both PCs ask the same");
    let (field, whole) = match found[0][0]["field"].as_str() {
        Some("record") => (&found[0][1], &found[0][0]),
        _ => (&found[0][0], &found[0][1]),
    };
    assert_eq!((field["field"].as_str(), field["id"].as_str()), (Some("n_total"), Some(edited.as_str())));
    let mut both = [&field["shown"]["value"], &field["waiting"][0]["value"]].map(Value::as_i64);
    both.sort_unstable();
    assert_eq!(both, [Some(75), Some(77)]);
    assert_eq!((whole["about"].as_str(), whole["id"].as_str()), (Some("erase"), Some(erased.as_str())));

    let waits = field["waiting"][0]["value"].clone();
    first.get(&["conflicts", "resolve", &edited, "n_total", "--take", "waiting"]);
    second.get(&["conflicts", "resolve", &erased, "record", "--take", "shown"]);
    assert_eq!(sync_to_conflicts(&first), 1, "the other's choice has not come");
    second.sync();
    first.sync();
    for cli in [&first, &second] {
        assert_eq!(cli.ask(&["conflicts"]).done().lines, [Value::Null; 0]);
        assert_eq!(cli.get(&["record", "get", &edited])["fields"]["n_total"], waits);
        assert_eq!(cli.get(&["record", "get", &erased])["erased"], false);
        assert_eq!(cli.get(&["verify"])["ok"], true);
        let again = cli.ask(&["conflicts", "resolve", &edited, "n_total", "--take", "shown"]);
        assert_eq!((again.code, again.error_code().as_deref()), (3, Some("record.no_conflict")));
    }
    assert_eq!(hub.ask(&["verify"]).done().one()["ok"], true);
}

#[test]
fn a_pc_that_was_not_paired_is_a_stranger_to_both_sides() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("stranger");
    let first = register(folder.path(), "first");
    add_member(&first, MEMBERS[0]);
    enrol(&first, &hub);
    first.sync();
    let stranger = register(folder.path(), "stranger");
    stranger.add("propaganda_activity", &activity("Buổi của máy lạ"));
    enrol(&stranger, &hub);

    let synced = stranger.sync();
    assert_eq!((&synced["strangers"], &synced["pulled"]["batches"]), (&json!(1), &json!(0)), "{synced}");
    assert_eq!(first.sync()["strangers"], 1);
    assert_eq!(stranger.ask(&["record", "list", "member"]).done().lines.len(), 0);
    assert_eq!(activities_at(&hub, "20044"), 1, "the province counts it all the same");
}

#[test]
fn a_pc_is_paired_before_it_knows_a_person_or_its_hub_and_with_the_right_code_only() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("pairing");
    let first = register(folder.path(), "first");
    let code = first.get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    let join = |cli: &Cli, code: &str| {
        let answer = cli.ask_with(&["pair", "join"], code.as_bytes());
        assert_eq!(answer.code, 3, "{answer:?}");
        answer.error_code().expect("a code")
    };
    let fresh = register(folder.path(), "fresh");
    for wrong in ["", "khong phai ma", &code[..30], &format!("{code}0")] {
        assert_eq!(join(&fresh, wrong), "register.wrong_commune_code", "{wrong}");
    }
    let knows_a_person = register(folder.path(), "person");
    add_member(&knows_a_person, MEMBERS[0]);
    let has_met_its_hub = register(folder.path(), "hub");
    enrol(&has_met_its_hub, &hub);
    for late in [&knows_a_person, &has_met_its_hub] {
        assert_eq!(join(late, &code), "register.too_late_to_pair");
    }
    pair(&first, &fresh);
    pair(&first, &fresh);
    assert_eq!(fresh.get(&["pair", "show"])["code"], code.as_str());
}
