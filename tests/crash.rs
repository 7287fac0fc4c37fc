//! What breaks off in the middle: the page, a command, the whole program. Nothing typed is lost, and nobody is left
//! in front of a window that has vanished without a word.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sohoi_testkit::{
    Cli, Key, PIN, Process, Running, Screen, Window, is_reached, program, text, traces, until,
};
use sohoi_tests::officer::{Officer, asked};

const HALF: &str = "Ngôi nhà của chị";
/// Made up.
const MEMBER: &str = "Kăn Thị Đượm";
const OFFICER: &str = "Kăn Hoa";

#[test]
fn a_page_that_is_lost_comes_back_with_what_was_being_typed() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    Cli::at(&home).init("20044");
    let shown = folder.path().join("shown");
    let shown_to = ("SOHOI_PAGE_TO", shown.to_str().expect("temporary folders have plain names"));
    let window = Window::open_with(&home, "crash-page", shown_to);
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.begin("housing_support");
    officer.half_fill(HALF);
    until(Duration::from_secs(10), "what was typed is a draft", || {
        (asked(&window, "draft_list", json!({}))["drafts"].as_array().map(Vec::len) == Some(1)).then_some(())
    });
    let lost = drawing(&window);
    let _ = fs::remove_file(&shown);
    lost.kill();

    // No PIN is asked for, no page is looked for: the form is there, with the text in it. The driver's session ended
    // with the page, so the window itself tells what it shows.
    let said: String = until(Duration::from_secs(40), "the form is there again, with what was typed", || {
        let shown: String = serde_json::from_slice(&fs::read(&shown).ok()?).ok()?;
        (shown.contains(HALF) && shown.contains("192/KH-UB")).then_some(shown)
    });
    assert!(said.starts_with("#/new/housing_support"), "it is where it was: {said}");
    let noted = fs::read_to_string(home.join("fault.json")).expect("it was noted");
    let noted: Value = serde_json::from_str(&noted).expect("it is JSON");
    assert_eq!(noted["code"], "app.page_ended");
    assert!(said.contains(noted["number"].as_str().expect("a number")), "{noted} is in: {said}");
    window.kill_app();
}

#[test]
fn something_else_in_the_pages_place_is_noticed_too() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    Cli::at(&home).init("20044");
    let window = Window::open(&home, "crash-other");
    window.by_testid("unlock-pin");
    // Ours when it is asked the first time, and somebody else's from then on.
    let script =
        "let n_asked = 0; Object.defineProperty(globalThis, 'sohoiIsHere', { get: () => n_asked++ === 0 });";
    window.script(script, &[]);
    until(Duration::from_secs(60), "another page is not left standing", || {
        window.look("[data-testid=fault]")
    });
    assert_eq!(window.script("return globalThis.sohoiIsHere;", &[]), true, "it is a new page");
    window.by_testid("unlock-pin");
    window.close();
}

#[test]
fn a_fault_in_a_command_is_an_answer_with_a_number() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    Cli::at(&home).init("20044");
    let window = Window::open_with(&home, "crash-command", ("SOHOI_TRY_FAULT", "register_verify"));
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.go("settings");
    window.tab_to("verify");
    window.press(Key::Enter);
    let said = window.by_testid("failure").text();
    window.screenshot("window/fault-in-a-command");
    let noted = fs::read_to_string(home.join("incidents.jsonl")).expect("the fault was noted");
    let noted: Value = serde_json::from_str(noted.lines().last().expect("a line")).expect("a line is JSON");
    assert_eq!(noted["code"], "app.fault");
    assert_eq!(noted["place"].as_str().map(|place| place.starts_with("src-tauri/src/fault.rs:")), Some(true));
    assert!(said.contains(noted["number"].as_str().expect("a number")), "{noted} is in: {said}");
    // The program goes on.
    officer.record_activity("Họp chi hội sau sự cố", "05/02/2026");
    window.close();
}

#[test]
fn a_program_that_ends_by_a_fault_says_so_and_once_more_at_the_next_start() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    Cli::at(&home).init("20044");
    let mut command = Running::command(program("sohoi-desktop"));
    command.env("SOHOI_HOME", &home).env("SOHOI_TRY_FAULT", "start");
    Running::log(&mut command, "crash-start.log");
    let screen = Screen::open();
    let mut running = Running::start(&mut command);
    let saying = until(Duration::from_secs(20), "a second process says it", || {
        let mut processes = running.processes().into_iter().map(|process| process.words());
        processes.find(|words| words.iter().any(|word| word == "--say-fault"))
    });
    let number = saying.last().expect("the number is its last word").clone();
    assert!(is_reached(Duration::from_secs(60), || running.has_ended().is_some()), "the first one has ended");
    until(Duration::from_secs(60), "the system shows it", || screen.shows("Sổ Hội").then_some(()));
    drop(running);

    let window = Window::open(&home, "crash-next");
    let said = window.by_testid("fault").text();
    window.screenshot("window/fault-at-the-next-start");
    assert!(said.contains(&number), "{number} is in: {said}");
    window.tab_to("support-save");
    window.press(Key::Enter);
    window.by_testid("support-saved");
    let saved = support_files(&home);
    assert_eq!(saved.len(), 1, "one support file: {saved:?}");
    assert!(
        saved[0].starts_with("SoHoi_ho-tro_Xa-A-Luoi-2_20"),
        "commune and day are in its name: {saved:?}"
    );
    let report = fs::read_to_string(home.join(&saved[0])).expect("the file can be read");
    assert!(report.contains(&number), "the fault is in it: {report}");
    window.tab_to("fault-told");
    window.press(Key::Enter);
    until(Duration::from_secs(5), "what was read goes away", || {
        window.find_all("[data-testid=fault]").is_empty().then_some(())
    });
    Officer::at(&window).unlock(PIN);
    assert!(window.look("[data-testid=fault]").is_none(), "it is told once");
    window.close();
}

#[test]
fn a_support_file_has_counts_and_codes_and_nothing_of_anybody() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    // As a folder of Windows has the name of the person who signs in.
    let home = folder.path().join("Nguyễn Thị Mận").join("sổ");
    let window = Window::open(&home, "crash-support");
    let officer = Officer::at(&window);
    officer.create_register("A Lưới 2", OFFICER, PIN);
    officer.record_activity("Tuyên truyền tại thôn A Đớt", "05/02/2026");
    officer.record_member(MEMBER, "01/03/2020");
    officer.begin("housing_support");
    officer.half_fill(HALF);
    // A refusal whose cause knows the folder.
    let refused = asked(&window, "bundle_in", json!({ "path": home.join("Kăn Thị Đượm.sohoi") }));
    assert_eq!(refused, Value::Null, "it is refused");
    officer.go("settings");
    window.tab_to("support-save");
    window.press(Key::Enter);
    window.by_testid("support-saved");
    window.screenshot("window/support-saved");
    window.close();

    let folder = folder.path().join("usb");
    fs::create_dir(&folder).expect("a folder can be made");
    let again = Cli::at(&home).get(&["support", text(&folder)]);
    assert!(folder.join(again["name"].as_str().expect("a name")).is_file(), "{again}");

    let saved = support_files(&home);
    let text = fs::read(home.join(&saved[0])).expect("the file can be read");
    let report: Value = serde_json::from_slice(&text).expect("the file is JSON");
    assert_eq!(report["inside"]["n_by_kind"], json!({ "member": 1, "propaganda_activity": 1 }), "{report}");
    assert_eq!((&report["inside"]["n_drafts"], &report["inside"]["n_unsent"]), (&json!(1), &json!(2)));
    let codes = report["incidents"].as_array().expect("incidents are listed").iter();
    assert!(codes.clone().any(|one| one["code"] == "sync.not_enrolled"), "the refusal is listed: {report}");
    let home = home.to_str().expect("the folder is text");
    for word in [MEMBER, "Đượm", OFFICER, "Mận", "Tuyên truyền", "A Đớt", HALF, "192/KH-UB", PIN, home]
    {
        assert_eq!(traces(word, &text), [""; 0], "{word} in the support file");
    }
}

fn support_files(home: &Path) -> Vec<String> {
    let files = fs::read_dir(home).expect("the folder can be listed").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("SoHoi_ho-tro_")).collect()
}

/// The process that draws the page.
fn drawing(window: &Window) -> Process {
    let mut processes = window.processes().into_iter();
    processes.find(|process| process.is("WebKitWebProcess")).expect("WebKit draws in a process of its own")
}
