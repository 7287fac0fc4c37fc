//! A list is narrowed in parts that read as a sentence, sorted by its headings, kept by a name and opened again, by
//! keyboard only.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Cli, Key, PIN, Window, serious_violations, until};
use sohoi_tests::officer::Officer;

fn seeded(home: &Path) {
    let cli = Cli::at(home);
    cli.init("20044");
    for (name, year) in
        [("Đặng Thị Đào", 1983), ("Hồ Thị Đan", 1985), ("Dương Thị Dung", 1990), ("Kăn Ân", 1975)]
    {
        cli.add(
            "member",
            &json!({"full_name": name, "birth_year": year, "sex": "female", "joined_on": "2018-05-01",
              "status": "active", "consent_form": "van_ban", "consent_on": "2018-05-01"}),
        );
    }
}

fn sees(window: &Window, what: &str, selector: &str, texts: &[&str]) {
    until(Duration::from_secs(15), what, || {
        // At once: a list that is being read anew has other elements a moment later.
        let script = "return [...document.querySelectorAll(arguments[0])].map((one) => one.innerText);";
        let seen = window.script(script, &[selector.into()]);
        let seen: Vec<&str> = seen.as_array().into_iter().flatten().filter_map(|one| one.as_str()).collect();
        (seen.len() == texts.len() && seen.iter().zip(texts).all(|(seen, text)| seen.contains(text)))
            .then_some(())
    });
}

#[test]
fn members_of_some_years_are_found_sorted_by_given_name_and_found_again_tomorrow() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    seeded(&home);
    let window = Window::open(&home, "kept-list");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.sees_records("member", 4);

    window.tab_to("filter-add");
    window.press(Key::Enter);
    window.by_testid("filter-field");
    window.keys("nam sinh");
    window.press(Key::Enter);
    window.by_testid("filter-value-0");
    window.keys("1980");
    window.press(Key::Tab);
    window.keys("1990");
    window.press(Key::Enter);
    sees(
        &window,
        "the filter reads as a part of a sentence",
        "[data-testid=filter-chip]",
        &["năm sinh từ 1980 đến 1990"],
    );
    lists(&window, 3);
    window.tab_to("sort-title");
    window.press(Key::Enter);
    let rows = "[data-testid=record-row] th";
    sees(&window, "people stand by given name", rows, &["Dương Thị Dung", "Hồ Thị Đan", "Đặng Thị Đào"]);
    let faults = serious_violations(&window);
    assert!(faults.is_empty(), "{} serious faults at the list", faults.len());

    window.tab_to("view-keep");
    window.press(Key::Enter);
    window.by_testid("view-name");
    window.keys("Sinh 1980 den 1990");
    window.press(Key::Enter);
    sees(&window, "the list has its name", "[data-testid=view]", &["Sinh 1980 den 1990"]);
    window.screenshot("window/kept-list");
    window.kill_app();

    let window = Window::open(&home, "kept-list-again");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.sees_records("member", 4);
    window.tab_to("view");
    window.press(Key::Enter);
    sees(&window, "the kept list is as it was", rows, &["Dương Thị Dung", "Hồ Thị Đan", "Đặng Thị Đào"]);
    window.tab_to("view-remove");
    window.press(Key::Enter);
    sees(&window, "its name is gone", "[data-testid=view]", &[]);
    window.close();
}

fn lists(window: &Window, n: usize) {
    until(Duration::from_secs(15), &format!("{n} records are listed"), || {
        (window.find_all("[data-testid=record-row]").len() == n).then_some(())
    });
}
