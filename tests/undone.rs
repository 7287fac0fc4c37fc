//! What an officer did at the window she takes back and does again, by keyboard only; in a field the field's own undo
//! works.

use std::time::Duration;

use sohoi_testkit::{Cli, Key, PIN, Window, serious_violations, until};
use sohoi_tests::officer::Officer;

fn waits(window: &Window, what: &str, selector: &str, text: &str) {
    until(Duration::from_secs(15), what, || window.shows(selector, text).then_some(()));
}

#[test]
fn a_record_is_undone_and_done_again_and_comes_back_from_the_bin() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    let cli = Cli::at(&home);
    cli.init("20044");
    let window = Window::open(&home, "undone");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.record_activity("Truyền thông thử", "05/03/2026");
    waits(&window, "the toast offers it", "[data-testid=toast-undo]", "Hoàn tác");

    window.press_with_control('z');
    waits(&window, "it says what was undone", "[data-testid=toast]", "Truyền thông thử");
    waits(&window, "the record is erased", "main", "Phiếu này đã xóa");
    window.press_with_control('y');
    waits(&window, "it can be edited again", "[data-testid=edit]", "Sửa");

    // In a field, the key belongs to the field.
    officer.sees_records("propaganda_activity", 1);
    window.tab_to("list-search");
    window.keys("thu");
    window.press_with_control('z');
    officer.sees_records("propaganda_activity", 1);

    // The button at the top, and the bin.
    window.tab_to("undo");
    window.press(Key::Enter);
    officer.sees_records("propaganda_activity", 0);
    officer.go("bin");
    waits(&window, "the bin says why", "[data-testid=bin-row]", "Hoàn tác");
    window.screenshot("window/bin");
    let faults = serious_violations(&window);
    assert!(faults.is_empty(), "{} serious faults at the bin", faults.len());
    window.tab_to("bin-restore");
    window.press(Key::Enter);
    until(Duration::from_secs(10), "the bin is empty", || {
        window.find_all("[data-testid=bin-row]").is_empty().then_some(())
    });
    officer.sees_records("propaganda_activity", 1);

    // Of a person, it is asked before: the content is destroyed.
    officer.record_member("Kăn Thị Nhen", "1/5/2018");
    waits(&window, "the toast offers it", "[data-testid=toast-undo]", "Hoàn tác");
    window.press_with_control('z');
    window.tab_to("undo-confirm");
    window.press(Key::Enter);
    waits(&window, "the record is erased", "main", "Phiếu này đã xóa");
    window.tab_to("redo");
    window.press(Key::Enter);
    officer.sees_records("member", 1);
    window.close();
    assert_eq!(cli.get(&["verify"])["ok"], true);
    let members = cli.ask(&["record", "list", "member"]).done();
    assert!(format!("{members:?}").contains("Kăn Thị Nhen"), "she is there again");
}
