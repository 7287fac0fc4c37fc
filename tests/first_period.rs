//! A commune's first month, by keyboard: first start, ten records, a power cut in the middle of one, and the first
//! report period closed, signed, carried to the province on a stick and accepted. Keys and time are told.

use std::fs;
use std::path::Path;
use std::time::Instant;

use serde_json::json;
use sohoi_testkit::{Cli, Hub, PIN, Window, text};
use sohoi_tests::office::Office;
use sohoi_tests::officer::Officer;

const A_LUOI: &str = "20044";
const HALF: &str = "Ngôi nhà của chị";

/// What the hands have done since the last word about it.
struct Hands {
    keys: usize,
    since: Instant,
}

impl Hands {
    fn at(window: &Window) -> Hands {
        Hands { keys: window.n_keys(), since: Instant::now() }
    }

    fn tell(&mut self, window: &Window, what: &str) {
        let seconds = self.since.elapsed().as_secs_f64();
        eprintln!("{what}: {} keys, {seconds:.1} s by the driver", window.n_keys() - self.keys);
        *self = Hands::at(window);
    }
}

#[test]
fn from_the_first_start_to_the_first_period_accepted_without_a_line() {
    let mut office = Office::start("first-period");
    let home = office.path("sổ");
    let window = Window::open(&home, "first-period");
    let mut hands = Hands::at(&window);
    let officer = Officer::at(&window);
    officer.create_register("A Lưới 2", "Kăn Hoa", PIN);
    officer.enrol(&office.hub.address(), &office.hub.code(A_LUOI));
    hands.tell(&window, "first start and enrolment");
    office.hub.stop();

    let (month, today) = (officer.month(), officer.today());
    for n in 1..=5 {
        officer.record_activity(&format!("Họp chi hội lần {n}"), &today);
        officer.record_member(&format!("Hồ Thị Thử {n}"), &today);
    }
    hands.tell(&window, "ten records");
    officer.begin("housing_support");
    officer.half_fill(HALF);
    window.kill_app();

    let window = Window::open(&home, "first-period-again");
    let officer = Officer::at(&window);
    let mut hands = Hands::at(&window);
    officer.unlock(PIN);
    goes_on_after_the_cut(&officer);
    hands.tell(&window, "back at work after the power cut");
    signs(&window, &officer, &month);
    hands.tell(&window, "the period checked and signed");
    carried(&window, &officer, &office.hub, &office.path("usb"));
    officer.open_period(&month);
    officer.sees_period("received");
    hands.tell(&window, "carried to the province and back");

    let words = ["period", "accept", &month, "--unit", A_LUOI];
    office.hub.ask(&words).done();
    carried(&window, &officer, &office.hub, &office.path("usb 2"));
    officer.open_period(&month);
    officer.sees_period("accepted");
    window.screenshot("first-period/accepted");
    window.close();
    is_the_same_on_both_sides(&Cli::at(&home), &office.hub);
}

fn goes_on_after_the_cut(officer: &Officer) {
    officer.sees_records("propaganda_activity", 5);
    officer.sees_records("member", 5);
    officer.go("home");
    officer.press("draft-housing_support");
    officer.sees_half(HALF);
}

fn signs(window: &Window, officer: &Officer, month: &str) {
    officer.open_period(month);
    officer.sees_period("draft");
    assert!(window.shows("[data-testid=frozen-TT01]", "5"), "the figure that will be frozen");
    assert!(window.shows("[data-testid=check-drafts]", "1"), "the form that was begun is told of");
    window.screenshot("first-period/checklist");
    officer.press("closing-sign");
    officer.press("closing-sign-confirm");
    officer.sees_period("submitted");
}

// Out to the stick, into the hub, and back.
fn carried(window: &Window, officer: &Officer, hub: &Hub, stick: &Path) {
    fs::create_dir(stick).expect("a folder can be made");
    officer.go("sync");
    officer.use_path("out", stick);
    window.by_testid("files-written");
    let files: Vec<_> = fs::read_dir(stick).expect("the folder can be listed").flatten().collect();
    let answer = stick.join("answer.sohoi");
    hub.ask(&["bundle", "accept", text(&files[0].path()), "--receipt", text(&answer)]).done();
    officer.use_path("in", &answer);
    window.find("[data-testid=sync-state][data-state=received]");
}

fn is_the_same_on_both_sides(cli: &Cli, hub: &Hub) {
    assert_eq!(cli.get(&["status"])["unsent"], 0);
    assert_eq!(cli.get(&["verify"])["ok"], true);
    let heard = hub.ask(&["period", "list", "--unit", A_LUOI]).done().lines;
    assert_eq!((&heard[0]["number"], &heard[0]["differences"]), (&1.into(), &json!([])), "{heard:?}");
}
