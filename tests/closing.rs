//! The first report period is closed at the window, by keyboard: signed, sent, returned, amended, accepted.

use std::fs;
use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Browser, Key, PIN, Window, serious_violations, text, until};
use sohoi_tests::office::Office;
use sohoi_tests::officer::{Officer, asked};
use sohoi_tests::province;

const A_LUOI: &str = "20044";
const ANSWER: &str = "Buổi ngày 20 có hai lớp, đã ghi lại";

struct Desk<'w> {
    window: &'w Window,
    officer: Officer<'w>,
    /// The month that today lies in, so that the page of periods opens with it.
    month: String,
}

impl Desk<'_> {
    fn look(&self, name: &str) {
        for theme in ["light", "dark"] {
            self.window.script("document.documentElement.dataset.theme = arguments[0];", &[theme.into()]);
            self.window.screenshot(&format!("closing/{name}-{theme}"));
            let faults = serious_violations(self.window);
            assert!(faults.is_empty(), "{} serious faults on {name} ({theme}): {faults:?}", faults.len());
        }
        self.window.script("document.documentElement.dataset.theme = 'light';", &[]);
    }
}

fn decide(office: &Office, verdict: &str, month: &str, note: &str) {
    let file = office.path("note.txt");
    fs::write(&file, note).expect("a file can be written");
    let words = ["period", verdict, month, "--unit", A_LUOI, "--note-file", text(&file)];
    office.hub.ask(&words).done();
}

#[test]
fn the_first_report_period_is_closed_by_keyboard() {
    let office = Office::start("closing");
    let cli = office.register("sổ", A_LUOI);
    let window = Window::open(cli.home(), "closing");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    let (month, today) = (officer.month(), officer.today());
    let desk = Desk { window: &window, officer, month };

    desk.officer.record_activity("Buổi thứ nhất", &today);
    sign_and_send(&desk);
    returned_and_answered(&desk, &office);
    amended_and_accepted(&desk, &office, &today);
    let month = desk.month.clone();
    window.close();
    the_province_reads_the_answer(&month, &office);
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

fn sign_and_send(desk: &Desk) {
    desk.officer.open_period(&desk.month);
    desk.officer.sees_period("draft");
    assert!(desk.window.shows("[data-testid=frozen-TT01]", "1"), "the figure that will be frozen");
    assert!(desk.window.shows("[data-testid=check-drafts]", "Không có phiếu viết dở"));
    desk.look("before");
    desk.window.tab_to("closing-note");
    desk.window.keys("Đủ các chi hội");
    desk.officer.press("closing-sign");
    desk.officer.press("closing-sign-confirm");
    desk.officer.sees_period("submitted");
    // The keyboard is where the next thing is.
    until(Duration::from_secs(5), "the focus is on sending", || {
        (desk.window.focused() == "closing-send").then_some(())
    });
    desk.window.press(Key::Enter);
    desk.officer.sees_period("received");
    assert!(desk.window.shows("[data-testid=submissions]", "Đủ các chi hội"));
}

fn returned_and_answered(desk: &Desk, office: &Office) {
    decide(office, "return", &desk.month, "Buổi ngày 20 ghi hai lần?");
    desk.officer.send_and_see("received");
    desk.officer.sees_period("returned");
    desk.officer.go("home");
    desk.window.by_testid(&format!("returned-{}", desk.month));
    desk.look("home");
    desk.officer.open_period(&desk.month);
    let number = asked(desk.window, "bulletin_list", json!({ "words_only": true, "limit": 1 }));
    let number = number["bulletins"][0]["number"].as_u64().expect("a number");
    desk.officer.press(&format!("answer-{number}"));
    desk.window.tab_to("answer-text");
    desk.window.keys(ANSWER);
    desk.officer.press("answer-save");
    assert!(desk.window.shows("[data-testid=answer]", ANSWER), "the answer stands under the word");
    desk.look("returned");
}

fn amended_and_accepted(desk: &Desk, office: &Office, today: &str) {
    desk.officer.begin("propaganda_activity");
    assert!(
        desk.window.shows("[data-testid=amends]", "sẽ vào báo cáo bổ sung"),
        "the form says that it is an amendment"
    );
    desk.officer.record_activity("Buổi thứ hai", today);
    desk.officer.open_period(&desk.month);
    let row = desk.window.by_testid("amended-TT01").text();
    assert!(row.contains('1') && row.contains('2') && row.contains("+1"), "old and new: {row}");
    assert!(desk.window.shows("[data-testid=amendment]", "Buổi thứ hai"), "and the record behind");
    desk.look("amended");
    desk.officer.press("closing-sign");
    desk.officer.press("closing-sign-confirm");
    desk.officer.sees_period("submitted");
    desk.officer.send_and_see("received");
    desk.officer.sees_period("received");
    let heard = office.hub.ask(&["period", "list", "--unit", A_LUOI]).done().lines;
    assert_eq!((&heard[0]["number"], &heard[0]["differences"]), (&2.into(), &json!([])), "{heard:?}");
    decide(office, "accept", &desk.month, "Được");
    desk.officer.send_and_see("received");
    desk.officer.sees_period("accepted");
    desk.window.by_testid("closing-done");
    desk.look("accepted");
}

fn the_province_reads_the_answer(month: &str, office: &Office) {
    let page = Browser::open("closing-province");
    province::sign_in(&page, &office.hub);
    let address = format!("#/commune/{A_LUOI}@2025-07-01?period={month}&calendar=union");
    page.script("location.hash = arguments[0];", &[address.into()]);
    assert!(page.shows("[data-testid=answer]", ANSWER), "the answer reached the province");
    assert!(page.shows("[data-testid=submitted]", "Số đã chốt khớp"), "signed and received are the same");
    page.screenshot("closing/province");
    let faults = serious_violations(&page);
    assert!(faults.is_empty(), "{} serious faults on the province's page: {faults:?}", faults.len());
}
