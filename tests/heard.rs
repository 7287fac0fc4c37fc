//! What comes from elsewhere, at the window: the province's words and targets, a register that was copied, and two
//! records of one household.

use std::fs;
use std::time::Duration;

use serde_json::json;
use sohoi_testkit::{Browser, Cli, Key, PIN, Window, copy_folder, serious_violations, text, until};
use sohoi_tests::activity;
use sohoi_tests::office::Office;
use sohoi_tests::officer::Officer;
use sohoi_tests::province::{self, activities_at, is_whole};

const A_LUOI: &str = "20044";

/// A picture in light and in dark; nothing serious for those who cannot see well.
fn look(window: &Window, name: &str) {
    for theme in ["light", "dark"] {
        window.script("document.documentElement.dataset.theme = arguments[0];", &[theme.into()]);
        window.screenshot(&format!("heard/{name}-{theme}"));
        let faults = serious_violations(window);
        assert!(faults.is_empty(), "{} serious faults on {name} ({theme}): {faults:?}", faults.len());
    }
    window.script("document.documentElement.dataset.theme = 'light';", &[]);
}

fn write(office: &Office, name: &str, content: &str) -> String {
    let path = office.path(name);
    fs::write(&path, content).expect("a file can be written");
    text(&path).to_owned()
}

#[test]
fn what_the_province_said_and_set_is_at_the_window_after_one_press() {
    let office = Office::start("heard-province");
    let cli = office.register("sổ", A_LUOI);
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    let comment = write(&office, "comment.txt", "Xem lại số người dự.\nHai buổi cùng ngày?");
    let note = write(&office, "note.txt", "Thiếu số của tháng hai");
    let target = json!([{"indicator": "TT01", "period": "2026", "calendar": "union", "source": "locality", "total": 40,
        "unit": A_LUOI}]);
    let targets = write(&office, "targets.json", &target.to_string());
    let about = ["--unit", A_LUOI, "--period", "2026-02", "--indicator", "TT01"];
    office.hub.ask(&[&["comment", "add", "--text-file", &comment][..], &about].concat()).done();
    office.hub.ask(&["period", "return", "2026-Q1", "--unit", A_LUOI, "--note-file", &note]).done();
    office.hub.ask(&["target", "set", &targets]).done();

    let window = Window::open(cli.home(), "heard-province");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    assert!(
        window.shows("main", "1 / 3"),
        "the target of the catalogue stands until the province's own comes"
    );
    assert!(window.look("[data-testid=messages]").is_none(), "nothing was said yet");
    officer.go("sync");
    officer.send_and_see("received");
    assert!(
        window.shows("[data-testid=sync-result]", "Tỉnh gửi về 3 thông báo"),
        "it is told that something came"
    );
    for words in [
        "Tỉnh trả lại kỳ quý I/2026",
        "Thiếu số của tháng hai",
        "Sửa phiếu theo lời nhắn, chốt lại kỳ rồi gửi lên tỉnh",
        "Tỉnh nhắn về kỳ tháng 2/2026",
        "Xem lại số người dự.",
        "Hai buổi cùng ngày?",
    ] {
        assert!(window.shows("[data-testid=messages]", words), "{words}");
    }
    look(&window, "sync-messages");
    officer.go("home");
    assert!(window.shows("[data-testid=messages]", "Hai buổi cùng ngày?"), "it is on the first page too");
    assert!(window.shows("main", "1 / 40"), "the target is the province's");
    look(&window, "home-messages");
    officer.go("progress");
    assert!(window.shows("[data-testid=figure-TT01]", "40"), "and among the figures");
    window.close();
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

#[test]
fn a_copied_register_says_in_plain_words_what_happened_and_goes_on() {
    let office = Office::start("heard-copied");
    let first = office.register("máy một", A_LUOI);
    first.add("propaganda_activity", &activity("Trước khi chép"));
    first.sync();
    copy_folder(first.home(), &office.path("máy hai"));
    let second = Cli::at(office.path("máy hai"));
    first.add("propaganda_activity", &activity("Của máy một"));
    second.add("propaganda_activity", &activity("Của máy hai"));
    first.sync();

    let window = Window::open(second.home(), "heard-copied");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.go("sync");
    assert!(window.look("[data-testid=renewed]").is_none(), "nothing has happened yet");
    officer.send_and_see("received");
    for words in ["máy này mang số mới", "chép sang máy khác", "Phiếu tỉnh đã nhận được tải về lại"]
    {
        assert!(window.shows("[data-testid=renewed]", words), "{words}");
    }
    look(&window, "sync-renewed");
    officer.sees_records("propaganda_activity", 3);
    officer.sees_unsent(0);
    officer.record_activity("Sau khi mang số mới", "06/02/2026");
    officer.send_and_see("received");
    window.close();

    first.sync();
    for cli in [&first, &second] {
        let n = cli.ask(&["record", "list", "propaganda_activity"]).done().lines.len();
        assert_eq!((n, cli.get(&["verify"])["ok"].clone()), (4, true.into()));
    }
    assert_eq!(activities_at(&office.hub, A_LUOI), 4);
    is_whole(&office.hub);
}

#[test]
fn a_word_about_a_record_is_read_and_answered_on_its_page_and_the_answer_reaches_the_province() {
    let office = Office::start("heard-record");
    let cli = office.register("sổ", A_LUOI);
    let [asked, other] =
        ["Buổi hỏi đến", "Buổi khác"].map(|title| cli.add("propaganda_activity", &activity(title)));
    cli.sync();
    let text = write(&office, "word.txt", "Số người dự có đúng không?");
    let about = ["--unit", A_LUOI, "--record", &asked];
    office.hub.ask(&[&["comment", "add", "--text-file", &text][..], &about].concat()).done();
    cli.sync();

    let window = Window::open(cli.home(), "heard-record");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    open_record(&window, &other);
    assert!(window.look("[data-testid=words]").is_none(), "nothing was said of that one");
    open_record(&window, &asked);
    assert!(window.shows("[data-testid=words]", "Số người dự có đúng không?"));
    let button =
        "return document.querySelector('[data-testid=words] [data-testid^=answer-]').dataset.testid;";
    window.tab_to(window.script(button, &[]).as_str().expect("a button to answer by"));
    window.press(Key::Enter);
    window.tab_to("answer-text");
    window.keys("Da dem lai, dung 42 nguoi");
    window.tab_to("answer-save");
    window.press(Key::Enter);
    assert!(
        window.shows("[data-testid=answer]", "Da dem lai, dung 42 nguoi"),
        "the answer stands under the word"
    );
    look(&window, "record-answered");
    officer.send_and_see("received");
    window.close();

    let page = Browser::open("heard-record-province");
    province::sign_in(&page, &office.hub);
    page.script("location.hash = arguments[0];", &[format!("#/commune/{A_LUOI}@2025-07-01").into()]);
    assert!(page.shows("[data-testid=answer]", "Da dem lai, dung 42 nguoi"), "the province reads it");
    assert_eq!(cli.get(&["verify"])["ok"], true);
    is_whole(&office.hub);
}

fn open_record(window: &Window, id: &str) {
    window.script("location.hash = '/record/' + arguments[0];", &[id.into()]);
    window.by_testid("edit");
}

#[test]
fn two_records_of_one_household_are_made_one_by_keyboard_and_two_again() {
    let office = Office::start("heard-merged");
    let cli = office.register("sổ", A_LUOI);
    let household = |n_persons: u32, hamlet: Option<&str>| {
        json!({"head_name": "Hồ Thị Thử", "head_birth_year": 1971, "registered_on": "2026-02-01",
            "n_persons": n_persons, "hamlet": hamlet})
    };
    let kept = cli.add("household", &household(4, None));
    let other = cli.add("household", &household(5, Some("Thôn 3")));

    let window = Window::open(cli.home(), "heard-merged");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    open_record(&window, &kept);
    window.tab_to("find-same");
    window.press(Key::Enter);
    window.by_testid("choose-same");
    look(&window, "merge-choose");
    window.press(Key::Escape);
    gone(&window, "choose-same");
    assert_eq!(window.focused(), "find-same", "Escape leads back, and nothing was done");
    window.press(Key::Enter);
    window.tab_to("choose-same");
    window.press(Key::Enter);
    window.by_testid("keep-this");
    assert!(
        window.shows("dialog[open]", "Thôn 3") && window.shows("dialog[open]", "Phiếu giữ lại sẽ đứng thay")
    );
    look(&window, "merge-compare");
    window.tab_to("keep-this");
    window.press(Key::Enter);
    assert!(window.shows("[data-testid=holds]", "Đã gộp cả phiếu"), "the kept one says what it stands for");
    assert!(window.shows("[data-testid=conflict]", "Số"), "what differs is asked");
    assert!(window.shows("main", "Thôn 3"), "what it lacked comes from the other");
    look(&window, "merged");
    officer.sees_records("household", 1);

    open_record(&window, &kept);
    window.tab_to("apart");
    window.press(Key::Enter);
    gone(&window, "holds");
    gone(&window, "conflict");
    officer.sees_records("household", 2);
    window.close();

    let fields = |id: &str| cli.get(&["record", "get", id])["fields"].clone();
    assert_eq!(
        (fields(&kept)["hamlet"].clone(), fields(&other)["n_persons"].clone()),
        (json!(null), json!(5))
    );
    assert_eq!(cli.get(&["status"])["conflicts"], 0);
    assert_eq!(cli.get(&["verify"])["ok"], true);
    cli.sync();
    is_whole(&office.hub);
}

fn gone(window: &Window, id: &str) {
    let css = format!("[data-testid={id}]");
    until(Duration::from_secs(10), &format!("{id} is gone"), || window.look(&css).is_none().then_some(()));
}
