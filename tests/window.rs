//! An officer of A Lưới 2 with a keyboard, a power cut, no network and then one; and the province.

use std::path::Path;

use sohoi_testkit::{
    Browser, Cli, Hub, Key, Line, PIN, Window, contains, traces, traces_in_folder, unpacked,
};
use sohoi_tests::officer::Officer;
use sohoi_tests::province;

/// Made up; Kăn is a family name of the Pa Kô.
const MEMBER: &str = "Kăn Thị Đượm";
const ACTIVITY: &str = "Tuyên truyền tại thôn A Đớt";
const HALF: &str = "Ngôi nhà của chị";

#[test]
fn from_the_officers_keyboard_to_the_provinces_screen() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    let mut hub = Hub::start("window");
    let line = Line::before(hub.port());

    first_start(&home);
    records_and_draft_are_there(&home);
    let window = Window::open(&home, "window-enrolled");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.enrol(&line.address(), &hub.code("20044"));

    hub.stop();
    officer.send_and_see("offline");
    window.screenshot("window/sync-offline");
    officer.record_activity("Họp chi hội khi mất mạng", "06/02/2026");
    officer.sees_records("propaganda_activity", 2);
    officer.sees_unsent(2);

    hub.serve();
    officer.send_and_see("received");
    officer.sees_unsent(0);
    assert!(window.shows("[data-testid=sync-state]", "Tỉnh đã nhận"), "the receipt is said");
    window.screenshot("window/sync-received");
    window.close();

    let status = Cli::at(&home).get(&["status"]);
    assert_eq!(status["unsent"], 0, "{status}");
    the_province_sees_the_activity(&hub);
    the_name_stayed_in_the_commune(&hub, &line);
}

/// First start, one activity, one member, and half of a house: all by keyboard, then the power goes.
fn first_start(home: &Path) {
    let window = Window::open(home, "window-first");
    let officer = Officer::at(&window);
    officer.create_register("A Lưới 2", "Kăn Hoa", PIN);
    officer.record_activity(ACTIVITY, "05/02/2026");
    officer.record_member(MEMBER, "01/03/2020");
    officer.begin("housing_support");
    officer.half_fill(HALF);
    window.screenshot("window/half-filled");
    window.kill_app();
}

fn records_and_draft_are_there(home: &Path) {
    let window = Window::open(home, "window-after-cut");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.sees_records("propaganda_activity", 1);
    officer.sees_records("member", 1);
    assert!(window.shows("[data-testid=record-row]", MEMBER), "the member is in the list");
    officer.go("home");
    window.tab_to("draft-housing_support");
    window.press(Key::Enter);
    officer.sees_half(HALF);
    window.close();
}

fn the_province_sees_the_activity(hub: &Hub) {
    let page = Browser::open("window-province");
    province::sign_in(&page, hub);
    province::show(&page, "2026", "calendar", "now");
    let row = province::row(&page, "figures-table", "20044");
    page.screenshot("window/province");
    assert!(row.contains("A Lưới 2"), "the commune is in the table: {row}");
    let figures = hub.figures("20044", "2026", "calendar");
    let activities = figures["figures"].as_array().into_iter().flatten().find(|f| f["indicator"] == "TT01");
    let activities = activities.unwrap_or_else(|| panic!("TT01 is among {figures}"));
    assert_eq!(activities["value"], 2, "{figures}");
}

/// Positive first: without it, an empty log would prove anything.
fn the_name_stayed_in_the_commune(hub: &Hub, line: &Line) {
    let heard = line.heard();
    assert!(contains(&heard, b"/v1/sync"), "the line heard the sync");
    let inside = unpacked(&heard);
    assert!(!traces(ACTIVITY, &inside).is_empty(), "what is compressed can be looked into");
    let open_word = traces_in_folder(ACTIVITY, hub.data());
    assert!(!open_word.is_empty(), "the hub can read an open field, so the search below works");

    for word in [MEMBER, "Đượm"] {
        assert_eq!(traces_in_folder(word, hub.data()), [""; 0], "in the hub's data");
        assert_eq!(traces(word, &heard), [""; 0], "in the traffic");
        assert_eq!(traces(word, &inside), [""; 0], "in the traffic, unpacked");
        let log = std::fs::read(hub.log()).expect("the hub has a log");
        assert_eq!(traces(word, &log), [""; 0], "in the hub's log");
    }
}
