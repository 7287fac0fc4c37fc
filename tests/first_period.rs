//! A commune's first month, by keyboard: first start, ten records, a power cut in the middle of one, and the first
//! report period closed, signed, carried to the province on a stick and accepted. Keys and time are told.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sohoi_testkit::{Cli, Hub, Key, PIN, Window, text, until};
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

fn asked(window: &Window, command: &str, request: Value) -> Value {
    let script = "const done = arguments[arguments.length - 1]; \
        window.__TAURI_INTERNALS__.invoke('api_call', { command: arguments[0], request: arguments[1] }).then(done);";
    window.script_with_callback(script, &[command.into(), request])
}

fn press(window: &Window, id: &str) {
    window.tab_to(id);
    window.press(Key::Enter);
}

fn sees(window: &Window, state: &str) {
    let wanted = format!("[data-testid=closing] [data-testid=period-state][data-state={state}]");
    until(Duration::from_secs(40), &format!("the period is {state}"), || window.look(&wanted));
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

    let month = asked(&window, "period_list", json!({ "calendar": "union" }))["current"]["month"].clone();
    let month = month.as_str().expect("today lies in a month").to_owned();
    let today = asked(&window, "app_state", json!({}))["today"].as_str().expect("a day").to_owned();
    let parts: Vec<&str> = today.split('-').collect();
    let today = format!("{}/{}/{}", parts[2], parts[1], parts[0]);
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
    goes_on_after_the_cut(&window, &officer);
    hands.tell(&window, "back at work after the power cut");
    signs(&window, &officer, &month);
    hands.tell(&window, "the period checked and signed");
    carried(&window, &officer, &office.hub, office.path("usb"));
    open_period(&window, &officer, &month);
    sees(&window, "received");
    hands.tell(&window, "carried to the province and back");

    let words = ["period", "accept", &month, "--unit", A_LUOI];
    office.hub.ask(&words).done();
    carried(&window, &officer, &office.hub, office.path("usb 2"));
    open_period(&window, &officer, &month);
    sees(&window, "accepted");
    window.screenshot("first-period/accepted");
    window.close();
    is_the_same_on_both_sides(&Cli::at(&home), &office.hub);
}

// What was typed is there, and what she does not want any more can be thrown away.
fn goes_on_after_the_cut(window: &Window, officer: &Officer) {
    officer.sees_records("propaganda_activity", 5);
    officer.sees_records("member", 5);
    officer.go("home");
    press(window, "draft-housing_support");
    officer.sees_half(HALF);
}

fn open_period(window: &Window, officer: &Officer, month: &str) {
    officer.go("periods");
    window.by_testid("periods-table");
    press(window, &format!("period-{month}"));
    window.by_testid("closing");
}

fn signs(window: &Window, officer: &Officer, month: &str) {
    open_period(window, officer, month);
    sees(window, "draft");
    assert!(window.shows("[data-testid=frozen-TT01]", "5"), "the figure that will be frozen");
    assert!(window.shows("[data-testid=check-drafts]", "1"), "the form that was begun is told of");
    window.screenshot("first-period/checklist");
    press(window, "closing-sign");
    sees(window, "submitted");
}

// Out to the stick, into the hub, and back.
fn carried(window: &Window, officer: &Officer, hub: &Hub, stick: PathBuf) {
    fs::create_dir(&stick).expect("a folder can be made");
    officer.go("sync");
    typed_path(window, "out", &stick);
    window.by_testid("files-written");
    let files: Vec<_> = fs::read_dir(&stick).expect("the folder can be listed").flatten().collect();
    let answer = stick.join("answer.sohoi");
    hub.ask(&["bundle", "accept", text(&files[0].path()), "--receipt", text(&answer)]).done();
    typed_path(window, "in", &answer);
    window.find("[data-testid=sync-state][data-state=received]");
}

fn typed_path(window: &Window, way: &str, path: &std::path::Path) {
    let button = format!("[data-testid=files-{way}]");
    window.tab_to(&format!("files-{way}"));
    if window.look(&format!("{button}[aria-expanded=true]")).is_none() {
        window.press(Key::Enter);
    }
    window.find("[data-testid=files] ul:not([aria-busy])");
    window.tab_to("files-path");
    window.press_with_control('a');
    window.keys(text(path));
    let field = window.by_testid("files-path");
    until(Duration::from_secs(5), "the path is typed", || (field.value() == text(path)).then_some(()));
    window.press(Key::Enter);
}

fn is_the_same_on_both_sides(cli: &Cli, hub: &Hub) {
    assert_eq!(cli.get(&["status"])["unsent"], 0);
    assert_eq!(cli.get(&["verify"])["ok"], true);
    let heard = hub.ask(&["period", "list", "--unit", A_LUOI]).done().lines;
    assert_eq!((&heard[0]["number"], &heard[0]["differences"]), (&1.into(), &json!([])), "{heard:?}");
}
