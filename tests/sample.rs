//! The sample commune at the real window, by keyboard: from the first start and from Help, the whole tour, what is
//! refused, and the way back to the register as it was.

use std::path::Path;
use std::time::Duration;

use sohoi_testkit::{Cli, Key, PIN, Window, serious_violations, until};
use sohoi_tests::activity;
use sohoi_tests::officer::Officer;

const STEPS: [&str; 8] = ["welcome", "write", "save", "find", "progress", "close", "send", "leave"];

struct Tour<'w>(&'w Window);

impl Tour<'_> {
    fn is_at(&self, step: &str) {
        let card = format!("[data-testid=tour][data-step={step}]");
        until(Duration::from_secs(30), &format!("the tour is at {step}"), || self.0.look(&card));
        until(Duration::from_secs(10), "the keyboard is at the tour", || {
            (self.0.focused() == "tour-next").then_some(())
        });
        until(Duration::from_secs(20), &format!("{step} points at a control"), || self.0.look(".ring"));
        self.covers_nothing(step);
    }

    /// The card stands in the window, and not over what it points at.
    fn covers_nothing(&self, step: &str) {
        let script = "const box = (one) => one?.getBoundingClientRect(); \
            const card = box(document.querySelector('[data-testid=tour]')), ring = box(document.querySelector('.ring')); \
            return !!card && !!ring && card.left >= 0 && card.top >= 0 && card.right <= innerWidth && card.bottom <= innerHeight \
                && !(card.left < ring.right && ring.left < card.right && card.top < ring.bottom && ring.top < card.bottom);";
        until(Duration::from_secs(10), &format!("the card of {step} covers nothing"), || {
            (self.0.script(script, &[]) == true).then_some(())
        });
    }

    fn is_gone(&self) {
        until(Duration::from_secs(10), "the tour is gone", || {
            self.0.look("[data-testid=tour]").is_none().then_some(())
        });
    }
}

fn look(window: &Window, name: &str) {
    window.screenshot(&format!("sample/{name}"));
    let faults = serious_violations(window);
    assert!(faults.is_empty(), "{} serious faults on {name}: {faults:?}", faults.len());
}

fn open_sample(window: &Window) {
    window.tab_to("sample-open");
    window.press(Key::Enter);
    until(Duration::from_secs(120), "the sample is open", || window.look("[data-testid=sample-banner]"));
    assert!(window.shows("[data-testid=sample-banner]", "không có thật"), "it says what it is");
}

#[test]
fn the_tour_leads_through_the_sample_from_the_first_start_and_back() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    let window = Window::open(&home, "sample-first");
    window.by_testid("unit-search");
    look(&window, "start");
    open_sample(&window);

    let tour = Tour(&window);
    for (n, step) in STEPS.iter().enumerate() {
        tour.is_at(step);
        look(&window, &format!("{n}-{step}"));
        if *step == "save" {
            goes_to_the_control_and_saves(&window);
        }
        if *step == "find" {
            // Left by Esc, gone on with by a key.
            window.press(Key::Escape);
            tour.is_gone();
            assert!(window.shows("[data-testid=sample-tour]", "Xem tiếp"), "it can be gone on with");
            window.press(Key::F8);
            tour.is_at(step);
        }
        window.press(Key::Enter);
    }
    tour.is_gone();
    assert!(window.shows("[data-testid=sample-tour]", "Xem lại"), "the tour is over");
    sending_is_refused(&window);

    window.press(Key::F6);
    // Made anew, it begins from the start.
    tour.is_at("welcome");
    window.press(Key::F9);
    window.by_testid("unit-search");
    assert!(window.look("[data-testid=sample-banner]").is_none(), "the sample is left");
    window.close();
    assert!(!home.join("register.db").exists(), "nothing of it is in the register's own folder");
    assert!(folder.path().join("sổ-xem-thu/register.db").exists(), "it has a folder of its own");
}

/// The step points at a real button: it saves what lies half written.
fn goes_to_the_control_and_saves(window: &Window) {
    window.tab_to("tour-target");
    window.press(Key::Enter);
    assert_eq!(window.focused(), "save", "the keyboard is at the button");
    window.press(Key::Enter);
    until(Duration::from_secs(10), "the record is saved", || {
        window.fragment().starts_with("/record/").then_some(())
    });
    assert!(window.look("[data-testid=tour]").is_some(), "the tour waits meanwhile");
    window.press(Key::F8);
    until(Duration::from_secs(10), "the keyboard is at the tour", || {
        (window.focused() == "tour-next").then_some(())
    });
}

fn sending_is_refused(window: &Window) {
    window.tab_to("sync-button");
    window.press(Key::Enter);
    assert!(window.shows("[data-testid=failure]", "Đây là sổ xem thử"), "sending is refused with a sentence");
    assert!(
        window.shows("[data-testid=waiting]", "Hoạt động tuyên truyền"),
        "what would be sent is listed by kind"
    );
    assert!(window.shows("[data-testid=history]", "Chưa có lần gửi nào"), "nothing was sent");
    look(window, "sync");
}

#[test]
fn from_help_into_the_sample_and_back_to_the_locked_register() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    let cli = Cli::at(&home);
    cli.init("20044");
    cli.add("propaganda_activity", &activity("Buổi của xã mình"));

    let window = Window::open(&home, "sample-help");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    window.script("location.hash = '#/help';", &[]);
    open_sample(&window);
    Tour(&window).is_at("welcome");
    window.press(Key::Escape);
    // The search of the sample knows nothing of the register.
    window.script("location.hash = '#/kind/propaganda_activity';", &[]);
    window.by_testid("record-row");
    assert!(!window.find("main").text().contains("Buổi của xã mình"), "the register is not in the sample");
    narrow(&window);
    window.press(Key::F9);
    window.by_testid("unlock-pin");
    assert!(window.find("main").text().contains("A Lưới 2"), "the own register asks for its PIN");
    officer.unlock(PIN);
    officer.sees_records("propaganda_activity", 1);
    window.close();
    assert_eq!(cli.get(&["verify"])["ok"], true);
    only_its_own_is_in(&home);
}

/// On half a small screen the strip and the card still fit.
fn narrow(window: &Window) {
    window.resize(683, 384);
    window.press(Key::F8);
    Tour(window).is_at("welcome");
    look(window, "narrow");
    window.press(Key::Escape);
    window.resize(1366, 768);
}

fn only_its_own_is_in(home: &Path) {
    let names = std::fs::read_dir(home).expect("it is there").flatten();
    let names: Vec<_> = names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let known = ["register", "backups", "sohoi.log", "incidents"];
    let strange: Vec<_> =
        names.iter().filter(|name| !known.iter().any(|one| name.starts_with(one))).collect();
    assert!(strange.is_empty(), "{strange:?}");
}
