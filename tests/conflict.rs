//! Two PCs wrote different numbers into one field: the card in the window asks, by keyboard, and the answer travels.

use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Cli, Hub, Key, PIN, Window, serious_violations, until};
use sohoi_tests::activity;
use sohoi_tests::officer::Officer;

fn edit(cli: &Cli, id: &str, n_total: u32) {
    cli.ask_with(&["record", "edit", id, "-"], json!({"n_total": n_total}).to_string().as_bytes()).done();
}

fn enrol(cli: &Cli, hub: &Hub) {
    cli.enrol(&hub.address(), &hub.code("20044"));
}

#[test]
fn a_conflict_is_decided_at_one_pc_and_settled_at_both() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("conflict");
    let (first, second) = (Cli::at(folder.path().join("một")), Cli::at(folder.path().join("hai")));
    first.init("20044");
    let id = first.add("propaganda_activity", &activity("Buổi của cả hai máy"));
    enrol(&first, &hub);
    first.get(&["sync"]);
    second.init("20044");
    let code = first.get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    second.ask_with(&["pair", "join"], code.as_bytes()).done();
    enrol(&second, &hub);
    second.get(&["sync"]);

    edit(&first, &id, 45);
    edit(&second, &id, 50);
    second.get(&["sync"]);
    let window = Window::open(first.home(), "conflict");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.go("sync");
    officer.send_and_see("received");
    let card = window.by_testid("conflict");
    let text = card.text();
    assert!(
        text.contains("45") && text.contains("50") && text.contains("Kăn Hoa"),
        "both values, with names: {text}"
    );
    window.screenshot("window/conflict");
    let faults = serious_violations(&window);
    assert!(faults.is_empty(), "{} serious faults on the page with a card", faults.len());

    // The newer one is shown and stands first; she keeps the other.
    window.tab_to("conflict-keep");
    window.press(Key::Tab);
    window.press(Key::Enter);
    until(Duration::from_secs(10), "the card is gone", || {
        window.find_all("[data-testid=conflict]").is_empty().then_some(())
    });
    officer.send_and_see("received");
    window.close();

    assert_eq!(second.get(&["sync"])["conflicts"], 0);
    let kept = first.get(&["record", "get", &id])["fields"]["n_total"].clone();
    assert_eq!(second.get(&["record", "get", &id])["fields"]["n_total"], kept);
    assert!([json!(45), json!(50)].contains(&kept), "{kept}");
    for cli in [&first, &second] {
        assert_eq!(cli.get(&["status"])["conflicts"], 0);
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
}
