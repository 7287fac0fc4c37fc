//! An officer without a line: a file for the province from the window, its answer back in, and everything else
//! that can be chosen instead of it. A path is typed, as to a network folder: this machine has no stick.

use std::fs;
use std::path::{Path, PathBuf};

use sohoi_testkit::{Cli, Hub, Key, PIN, Window, serious_violations, text};
use sohoi_tests::activity;
use sohoi_tests::officer::Officer;
use sohoi_tests::province::activities_at;

const A_LUOI: &str = "20044";
const OTHER: &str = "20056";

fn register(home: PathBuf, unit: &str, hub: &Hub, n_records: usize) -> Cli {
    let cli = Cli::at(home);
    cli.init(unit);
    cli.enrol(&hub.address(), &hub.code(unit));
    for n in 1..=n_records {
        cli.add("propaganda_activity", &activity(&format!("Buổi số {n}")));
    }
    cli
}

fn accept(hub: &Hub, bundle: &Path) -> PathBuf {
    let accepted = hub.ask(&["bundle", "accept", text(bundle)]).done().one();
    PathBuf::from(accepted["file"].as_str().expect("the answer is named"))
}

/// What the card can do, by keyboard.
struct Card<'w>(&'w Window);

impl Card<'_> {
    fn open(&self, way: &str) {
        Officer::at(self.0).open_files(way);
    }

    fn use_path(&self, way: &str, path: &Path) {
        Officer::at(self.0).use_path(way, path);
    }

    fn is_refused(&self, way: &str, path: &Path, sentence: &str) {
        self.use_path(way, path);
        let said = self.0.shows("[data-testid=files] [data-testid=failure]", sentence);
        assert!(said, "{} is refused with “{sentence}”", path.display());
        assert_eq!(self.0.focused(), "files-path", "the path can be typed anew");
    }

    fn is_received(&self) {
        self.0.find("[data-testid=sync-state][data-state=received]");
        assert!(self.0.shows("[data-testid=sync-result]", "Tỉnh đã nhận"), "the result is told");
    }

    fn look(&self, picture: &str) {
        self.0.screenshot(&format!("window/{picture}"));
        let faults = serious_violations(self.0);
        assert!(faults.is_empty(), "{} serious faults on {picture}", faults.len());
    }
}

#[test]
fn an_officer_without_a_line_sends_by_file_and_hears_back() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = |name: &str| folder.path().join(name);
    let mut hub = Hub::start("stick");
    let cli = register(path("sổ"), A_LUOI, &hub, 3);
    let neighbour = register(path("xã bên"), OTHER, &hub, 1);
    hub.stop();
    for name in ["usb", "usb xã bên"] {
        fs::create_dir(path(name)).expect("a folder can be made");
    }
    let others = neighbour.get(&["bundle", "out", text(&path("usb xã bên"))]);
    let others = PathBuf::from(others["file"].as_str().expect("the file is named"));

    let window = Window::open(cli.home(), "stick");
    let officer = Officer::at(&window);
    officer.unlock(PIN);
    officer.go("sync");
    let card = Card(&window);
    card.look("stick-closed");
    card.open("out");
    assert!(window.shows("[data-testid=files-none]", "Cắm USB"), "without a stick, it is asked for");
    card.look("stick-none");
    nothing_is_written_to_wrong_places(&card, &path("không có"));

    a_file_is_written(&card, &path("usb"));
    let bundle = only_file(&path("usb"));
    card.is_refused("in", &bundle, "Đây là tệp gửi lên tỉnh");

    let answer = accept(&hub, &bundle);
    wrong_answers_are_refused(&card, &answer, &accept(&hub, &others), &path("z5123908_1 (2).bin"));
    card.look("stick-refused");

    the_offered_answer_is_taken(&card);
    // Once more, under the name that a chat gives; then it is no news.
    fs::copy(&answer, path("Không tên")).expect("a file can be copied");
    card.use_path("in", &path("Không tên"));
    card.is_received();
    card.open("in");
    assert!(window.shows("[data-testid=files-answer]", "đã nhận rồi"), "it is known");
    officer.sees_records("propaganda_activity", 3);
    officer.sees_unsent(0);
    window.close();

    assert_eq!(cli.get(&["status"])["unsent"], 0);
    assert_eq!(cli.get(&["verify"])["ok"], true);
    hub.serve();
    assert_eq!(activities_at(&hub, A_LUOI), 3);
    only_the_file_was_left(&path("usb"), &answer);
}

/// A folder that is gone, and one that nobody may write to, not even root.
fn nothing_is_written_to_wrong_places(card: &Card, missing: &Path) {
    card.is_refused("out", missing, "Không thấy USB, thư mục hoặc tệp này");
    assert!(!missing.exists(), "a folder that is not there does not become a file");
    card.is_refused("out", Path::new("/sys"), "Chỗ này không cho đọc hoặc ghi");
}

fn a_file_is_written(card: &Card, folder: &Path) {
    card.use_path("out", folder);
    let window = card.0;
    assert!(window.shows("[data-testid=files-written]", "3 thay đổi"), "what is in the file is told");
    assert!(window.shows("[data-testid=files-written]", "SoHoi_"), "and what it is called");
    assert!(window.shows("[data-testid=files-written]", "chưa gửi"), "and that it is not received yet");
    assert!(window.look("[data-testid=sync-state][data-state=unsent]").is_some(), "written is not received");
    card.look("stick-written");
}

/// It lies beside the file that was written. Its number is the third: those of files that could not be
/// written are passed over.
fn the_offered_answer_is_taken(card: &Card) {
    let window = card.0;
    card.open("in");
    window.tab_to("files-again");
    window.press(Key::Enter);
    assert!(window.shows("[data-testid=files-answer]", "số 3, ngày"), "the answer is offered");
    card.look("stick-offered");
    dark(window, true);
    card.look("stick-offered-dark");
    dark(window, false);
    window.tab_to("files-answer");
    window.press(Key::Enter);
    card.is_received();
    card.look("stick-received");
    assert_eq!(window.focused(), "files-in", "the keyboard is where it was");
}

fn wrong_answers_are_refused(card: &Card, answer: &Path, of_others: &Path, bad: &Path) {
    card.is_refused("in", of_others, "dành cho xã, phường khác");
    let bytes = fs::read(answer).expect("the answer is there");
    fs::write(bad, &bytes[..bytes.len() - 9]).expect("a file can be written");
    card.is_refused("in", bad, "Tệp chưa chép hết");
    let mut spoilt = bytes;
    let middle = spoilt.len() / 2;
    spoilt[middle] ^= 1;
    fs::write(bad, spoilt).expect("a file can be written");
    card.is_refused("in", bad, "Tệp bị hỏng");
    card.is_refused("in", bad.parent().expect("a folder"), "không phải tệp của Sổ Hội");
}

fn only_file(folder: &Path) -> PathBuf {
    let files: Vec<_> = fs::read_dir(folder).expect("the folder can be listed").flatten().collect();
    assert_eq!(files.len(), 1, "one file, and nothing else, is on the stick");
    files[0].path()
}

fn only_the_file_was_left(stick: &Path, answer: &Path) {
    fs::remove_file(answer).expect("the province's file is there");
    let bundle = only_file(stick);
    let name = bundle.file_name().and_then(|name| name.to_str()).expect("a name");
    let is_plain = name.is_ascii() && name.starts_with("SoHoi_A-Luoi-2_") && name.ends_with("_003.sohoi");
    assert!(is_plain, "commune, date and number, and nothing else: {name}");
}

fn dark(window: &Window, is_dark: bool) {
    let script = "document.documentElement.dataset.theme = arguments[0] ? 'dark' : 'light';";
    window.script(script, &[is_dark.into()]);
}
