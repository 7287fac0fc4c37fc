//! Two records of one woman at the window, by keyboard only: the other one is searched for, since it does not look
//! alike; and when another PC has erased the kept one meanwhile, the window asks.

use std::time::Duration;

use serde_json::{Value, json};
use sohoi_testkit::{Cli, Key, PIN, Window, serious_violations, until};
use sohoi_tests::office::{Office, at_the_window, listed, sync_all};
use sohoi_tests::officer::Officer;

fn member(name: &str, birth_year: u32) -> Value {
    json!({"full_name": name, "birth_year": birth_year, "joined_on": "2026-03-01", "status": "active"})
}

fn open(window: &Window, id: &str) {
    window.script("location.hash = arguments[0];", &[json!(format!("#/record/{id}"))]);
    until(Duration::from_secs(10), "the record's page", || {
        (window.fragment() == format!("/record/{id}")).then_some(())
    });
}

fn no_serious_faults(window: &Window, on: &str) {
    let faults = serious_violations(window);
    assert!(faults.is_empty(), "{} serious faults on {on}: {faults:?}", faults.len());
}

#[test]
fn a_record_that_looks_like_no_other_is_found_by_other_words_compared_and_merged() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let cli = Cli::at(folder.path().join("register"));
    cli.init("20044");
    let kept = cli.add("member", &member("Kăn Thị Hoà", 1990));
    let other = cli.add("member", &member("Chị Hòa bán tạp hóa", 1991));
    for n in 0..3 {
        cli.add("member", &member(&format!("Kăn Khác {n}"), 1960 + n));
    }
    let window = Window::open(cli.home(), "one-of-two");
    Officer::at(&window).unlock(PIN);
    open(&window, &kept);
    window.tab_to("find-same");
    window.press(Key::Enter);
    window.tab_to("same-search");
    window.keys("tap hoa 1991");
    let found = "dialog [role=option]";
    assert!(window.shows(found, "tạp hóa"), "it is found without marks, and by the year");
    assert_eq!(window.find_all(found).len(), 1, "and nothing else is");
    window.screenshot("window/same-search");
    no_serious_faults(&window, "the dialog");
    window.press(Key::Enter);
    let compared = window.by_testid("compared").text();
    assert!(compared.contains("1990") && compared.contains("1991"), "both beside each other: {compared}");
    until(Duration::from_secs(5), "the keyboard goes on from the table", || {
        (window.focused() == "compared").then_some(())
    });
    window.screenshot("window/same-compared");
    no_serious_faults(&window, "the comparison");
    window.tab_to("keep-this");
    window.press(Key::Enter);
    window.by_testid("holds");
    let told = window.by_testid("history-link").text();
    assert!(told.contains("tạp hóa"), "the kept one's history tells of it: {told}");
    window.screenshot("window/same-merged");
    no_serious_faults(&window, "the kept record");
    open(&window, &other);
    window.by_testid("gave-way");
    assert!(window.by_testid("history-link").text().contains("Kăn Thị Hoà"));
    window.close();
    let left = listed(&cli, "member");
    assert!(left.contains(&kept) && !left.contains(&other) && left.len() == 4, "{left:?}");
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

#[test]
fn when_the_kept_one_was_erased_on_another_pc_the_window_asks_and_the_answer_travels() {
    let office = Office::start("one-of-two");
    let [first, second] = office.two_pcs("20044");
    let pcs = [&first, &second];
    let kept = first.add("member", &member("Kăn Thị Hoà", 1990));
    let other = first.add("member", &member("Kăn Thị Hoà", 1990));
    let event = json!({"member": kept, "event": "admitted", "happened_on": "2026-03-01"});
    let event = first.add("membership_event", &event);
    sync_all(pcs);
    first.ask(&["record", "erase", &kept, "--reason", "Rút lại đồng ý"]).done();
    at_the_window(&second, |app| {
        let [other, kept] = [&other, &kept].map(|id| id.parse().expect("an id"));
        app.record_merge(other, kept).expect("merged");
    });
    sync_all(pcs);
    for cli in pcs {
        let asked = cli.ask(&["conflicts"]).lines;
        assert_eq!((asked.len(), &asked[0]["about"], &asked[0]["id"]), (1, &json!("lost"), &json!(other)));
        assert_eq!(&asked[0]["lost"]["id"], &json!(kept));
    }

    let window = Window::open(first.home(), "lost");
    Officer::at(&window).unlock(PIN);
    open(&window, &event);
    assert!(window.by_testid("missing").text().contains("đã bị xóa"), "the event says that she was erased");
    window.screenshot("window/missing");
    open(&window, &other);
    window.by_testid("conflict");
    window.screenshot("window/lost");
    no_serious_faults(&window, "the page with the card");
    window.tab_to("conflict-keep");
    window.press(Key::Tab);
    window.press(Key::Enter);
    until(Duration::from_secs(10), "the card is gone", || {
        window.find_all("[data-testid=conflict]").is_empty().then_some(())
    });
    window.close();
    sync_all(pcs);
    for cli in pcs {
        assert_eq!(listed(cli, "member"), Vec::<String>::new());
        assert_eq!(cli.ask(&["conflicts"]).done().lines.len(), 0);
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
}
