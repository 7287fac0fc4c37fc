//! The small window that is there before the page: it is seen while the program opens, and not after.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sohoi_testkit::{Cli, Running, Screen, is_reached, program, until};

const SPLASH: &str = "Đang mở sổ…";
const WINDOW: &str = "Sổ Hội";
const LIMIT: Duration = Duration::from_secs(60);
/// Both look at the whole screen.
static SCREEN: Mutex<()> = Mutex::new(());

#[test]
fn a_splash_is_there_before_the_window_and_gone_with_the_page() {
    let _alone = SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    Cli::at(&home).init("20044");
    let log = held(&home);
    let shown = folder.path().join("shown");
    let screen = Screen::open();
    let program = started(&home, "splash", &shown);

    until(LIMIT, "the splash is there", || screen.shows(SPLASH).then_some(()));
    assert_eq!(screen.titles(), [SPLASH], "and nothing else yet: the program waits for its log");
    assert!(
        program.processes().iter().all(|process| !process.is("WebKitWebProcess")),
        "there is no page yet"
    );

    // The program goes on once somebody reads.
    let _read = File::open(&log).expect("the log can be read");
    until(LIMIT, "the splash is gone", || (!screen.shows(SPLASH)).then_some(()));
    assert!(screen.titles().iter().any(|title| title.contains(WINDOW)), "the window is there instead");
    until(LIMIT, "the page is there", || {
        let shown: String = serde_json::from_slice(&fs::read(&shown).ok()?).ok()?;
        shown.contains("PIN").then_some(())
    });
    assert!(!screen.shows(SPLASH), "it does not come back");
}

#[test]
fn a_start_that_fails_is_told_of_and_no_splash_is_before_it() {
    let _alone = SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    // A file where the folder should be.
    let file = folder.path().join("sổ");
    fs::write(&file, "").expect("a file can be written");
    let screen = Screen::open();
    let mut program = started(&file.join("trong"), "splash-failed", &folder.path().join("shown"));
    until(LIMIT, "the failure is told", || screen.titles().iter().any(|t| t == WINDOW).then_some(()));
    assert!(is_reached(LIMIT, || program.has_ended().is_some()), "the program itself has ended");
    assert!(!screen.shows(SPLASH), "the splash went with it: {:?}", screen.titles());
}

/// Makes the program's log a pipe, at which it stops until somebody reads. It opens it before its window.
fn held(home: &Path) -> PathBuf {
    let log = home.join("sohoi.log");
    let _ = fs::remove_file(&log);
    let made = Command::new("mkfifo").arg(&log).status().expect("mkfifo is there");
    assert!(made.success(), "a pipe can be made");
    log
}

/// The program as a person starts it, without a driver; what its page shows goes to a file.
fn started(home: &Path, name: &str, shown: &Path) -> Running {
    let mut command = Running::command(program("sohoi-desktop"));
    command.env("SOHOI_HOME", home).env("SOHOI_PAGE_TO", shown);
    Running::log(&mut command, &format!("{name}.log"));
    Running::start(&mut command)
}
