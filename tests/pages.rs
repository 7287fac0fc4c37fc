//! Every page of the window: a picture of it, and nothing serious for those who cannot see well.

use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Cli, Key, PIN, Window, serious_violations, until};
use sohoi_tests::officer::Officer;

#[test]
fn every_page_of_the_window_can_be_seen_by_all() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut faults = Vec::new();

    let window = Window::open(&folder.path().join("nothing yet"), "pages-start");
    window.by_testid("unit-search");
    faults.extend(look(&window, "start"));
    window.close();

    let home = folder.path().join("sổ");
    let record = fill(&home);
    let window = Window::open(&home, "pages");
    window.by_testid("unlock-pin");
    faults.extend(look(&window, "unlock"));
    Officer::at(&window).unlock(PIN);

    let pages =
        ["home", "new", "book", "periods", "period/2026-02", "progress", "bin", "sync", "settings", "help"];
    for page in pages {
        go(&window, &format!("/{page}"));
        faults.extend(look(&window, page));
    }
    for kind in Cli::at(&home).ask(&["kinds"]).done().lines {
        let kind = kind["id"].as_str().expect("a kind has an id");
        go(&window, &format!("/kind/{kind}"));
        faults.extend(look(&window, &format!("list-{kind}")));
        go(&window, &format!("/new/{kind}"));
        window.by_testid("save");
        faults.extend(look(&window, &format!("form-{kind}")));
    }
    go(&window, &format!("/record/{record}"));
    faults.extend(look(&window, "record"));
    go(&window, &format!("/edit/{record}"));
    window.by_testid("save");
    // What is wrong is said: the page of an error is a page too.
    window.tab_to("field-n_women");
    window.press_with_control('a');
    window.keys("4000");
    window.press(Key::Tab);
    window.find("[data-testid=field-n_women][aria-invalid=true]");
    faults.extend(look(&window, "edit-wrong"));
    window.close();
    assert!(faults.is_empty(), "axe-core finds {} serious faults:\n{}", faults.len(), faults.join("\n"));
}

/// A register with a little of everything that a page can show; returns the id of a record.
fn fill(home: &std::path::Path) -> String {
    let cli = Cli::at(home);
    cli.init("20044");
    let held = |day: &str| json!({"title": "Phổ biến Chỉ thị 21-CT/TW", "topic": "chinh_tri_tu_tuong", "form": "hop_chi_hoi", "held_on": day, "n_total": 42, "n_women": 40});
    for day in ["2026-01-15", "2026-02-05", "2026-11-10", "2026-11-20"] {
        cli.add("propaganda_activity", &held(day));
    }
    let member = json!({"full_name": "Kăn Thị Đượm", "birth_year": 1988, "joined_on": "2026-11-02", "status": "active"});
    cli.add("member", &member);
    let id = cli.add("propaganda_activity", &held("2026-11-21"));
    cli.ask_with(&["record", "edit", &id, "-"], json!({"n_total": 45}).to_string().as_bytes()).done();
    id
}

fn go(window: &Window, place: &str) {
    window.script("location.hash = arguments[0];", &[place.into()]);
    // A page may load its code and its data first; then nothing on it is busy.
    until(Duration::from_secs(10), &format!("{place} is shown"), || {
        let script = "const main = document.querySelector('main'); \
            return !!main?.querySelector('h1') && !main.querySelector('[aria-busy=true], .skeleton');";
        (window.script(script, &[]) == true).then_some(())
    });
}

fn look(window: &Window, page: &str) -> Vec<String> {
    window.screenshot(&format!("pages/{page}"));
    let violations = serious_violations(window).into_iter();
    violations.map(|v| format!("  {page}: {} ({}) at {}", v.rule, v.help, v.targets.join(", "))).collect()
}
