//! A list of sixty persons out of Excel becomes sixty records, by keyboard; a power cut in between loses no row.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Cli, Key, PIN, Window, serious_violations, until};
use sohoi_tests::officer::{Officer, asked};

const N: usize = 60;

/// As Excel puts a selection on the clipboard; one year of birth cannot be read.
fn list() -> String {
    let mut rows = vec!["STT\tHọ và tên\tNăm sinh\tDân tộc\tNgày vào Hội\tTình trạng".to_owned()];
    for n in 0..N {
        let year = if n == 7 { "không rõ".to_owned() } else { (1960 + n % 40).to_string() };
        rows.push(format!("{}\tKăn Thị Số {}\t{year}\tTà Ôi\t5/{}/2019\t", n + 1, n + 1, 1 + n % 12));
    }
    rows.join("\r\n")
}

/// Puts a text on the clipboard as a person does: selected somewhere else, and Ctrl+C.
fn copy(window: &Window, text: &str) {
    let script = "const area = document.createElement('textarea'); area.id = 'elsewhere'; \
        area.value = arguments[0]; document.body.append(area); area.focus(); area.select();";
    window.script(script, &[text.into()]);
    // A page that has just come takes the caret once it is laid out.
    let stays = "const area = document.getElementById('elsewhere'); area.n = document.activeElement === area ? (area.n ?? 0) + 1 : 0; \
        area.focus(); area.select(); return area.n > 4;";
    until(Duration::from_secs(10), "the text keeps the caret", || {
        (window.script(stays, &[]) == true).then_some(())
    });
    window.press_with_control('c');
    window.script("document.getElementById('elsewhere').remove();", &[]);
}

fn sees(window: &Window, what: &str, selector: &str, n: usize) {
    until(Duration::from_secs(20), what, || (window.find_all(selector).len() == n).then_some(()));
}

#[test]
fn sixty_rows_are_pasted_mended_and_saved_and_none_is_lost() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    let cli = Cli::at(&home);
    cli.init("20044");

    let window = Window::open(&home, "table");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    copy(&window, &list());
    officer.go("kind-member");
    window.tab_to("table-member");
    window.press(Key::Enter);
    window.by_testid("cell-0-full_name");
    let is_here = "return document.activeElement.closest('[role=grid]') !== null;";
    until(Duration::from_secs(10), "the caret is in the rows", || {
        (window.script(is_here, &[]) == true).then_some(())
    });
    window.press_with_control('v');
    sees(&window, "the list is in the table", "[data-testid=table-row]", N + 1);
    let year = "return document.querySelector('[data-testid=cell-1-birth_year]').textContent.trim();";
    assert_eq!(window.script(year, &[]), "1961", "the heading says which column is the year");
    window.screenshot("window/table");
    let faults = serious_violations(&window);
    assert!(faults.is_empty(), "serious faults at the table: {faults:?}");
    // The draft is written after a pause in typing.
    until(Duration::from_secs(10), "the table is a draft", || {
        (asked(&window, "draft_list", json!({}))["drafts"].as_array().map(Vec::len) == Some(1)).then_some(())
    });
    window.kill_app();

    let window = Window::open(&home, "table-again");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    window.tab_to("draft-member");
    window.press(Key::Enter);
    sees(&window, "all rows are there after the cut", "[data-testid=table-row]", N + 1);
    // No row says what a member's status is: above the table it is said once for all, here anew.
    window.tab_to("common-status");
    window.keys("dang sinh hoat");
    window.press(Key::Tab);
    window.press_with_control('s');
    window.by_testid("table-wrong");
    assert_eq!(n_members(&window), 0, "nothing is saved while a row is wrong");
    // Hundreds of cells lie between the caret and the button: one key leads out.
    window.press(Key::Escape);
    window.tab_to("table-save-some");
    window.press(Key::Enter);
    sees(&window, "one row is left, and an empty one", "[data-testid=table-row]", 2);
    assert_eq!(n_members(&window), N as u64 - 1);
    window.kill_app();

    the_rest_is_mended(&home);
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

fn the_rest_is_mended(home: &Path) {
    let window = Window::open(home, "table-rest");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    window.tab_to("draft-member");
    window.press(Key::Enter);
    sees(&window, "the row that was wrong is still there", "[data-testid=table-row]", 2);
    window.tab_to("cell-0-birth_year");
    window.press_with_control('a');
    window.keys("1968");
    window.press_with_control('s');
    sees(&window, "the table is empty", "[data-testid=table-row]", 1);
    assert_eq!(n_members(&window), N as u64);
    officer.sees_records("member", 60);
    window.close();
}

fn n_members(window: &Window) -> u64 {
    let none = json!({ "search": null, "period": null, "calendar": null, "indicator": null });
    let mut request = json!({ "kind": "member", "offset": 0, "limit": 1 });
    request.as_object_mut().expect("a map").extend(none.as_object().expect("a map").clone());
    asked(window, "record_list", request)["n_total"].as_u64().expect("a number")
}
