//! What scripts and those who look after the programs rely on, beside the records themselves: how wrong usage is
//! told, what is never written over, who comes in again, and who answers in the hub's place.

use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};
use sohoi_testkit::{Answer, Cli, Hub, text};
use sohoi_tests::activity;
use tempfile::TempDir;

const KIND: &str = "propaganda_activity";

fn register(folder: &TempDir) -> Cli {
    let cli = Cli::at(folder.path().join("sổ"));
    cli.init("20044");
    cli
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

#[track_caller]
fn is_refused(answer: &Answer, exit: i32, code: &str) {
    assert_eq!((answer.code, answer.error_code().as_deref()), (exit, Some(code)), "{answer:?}");
}

#[test]
fn wrong_usage_is_told_in_json_as_well() {
    let folder = folder();
    let cli = Cli::at(folder.path().join("sổ"));
    for words in [&["figures"][..], &["nonsense"], &["conflicts", "resolve", "a", "b", "--take", "both"], &[]]
    {
        let answer = cli.ask(words);
        is_refused(&answer, 2, "usage.bad_arguments");
        assert_eq!(answer.stderr.lines().count(), 1, "{answer:?}");
    }
}

#[test]
fn one_record_may_be_written_over_several_lines() {
    let folder = folder();
    let cli = register(&folder);
    let pretty = serde_json::to_string_pretty(&activity("Buổi thứ nhất")).expect("it is JSON");
    let answer = cli.ask_with(&["record", "add", KIND, "-"], pretty.as_bytes()).done();
    assert_eq!(answer.one()["line"], 1);
    // Two of them are no record, and each of their lines is answered.
    let answer = cli.ask_with(&["record", "add", KIND, "-"], format!("{pretty}\n{pretty}").as_bytes());
    is_refused(&answer, 3, "input.not_json");
    assert_eq!(cli.get(&["status"])["records"], 1);
}

#[test]
fn a_backup_goes_where_it_is_asked_for_and_over_nothing_else() {
    let folder = folder();
    let cli = register(&folder);
    cli.add(KIND, &activity("Buổi thứ nhất"));
    let bare = |words: &[&str]| {
        let output = cli.command().args(words).current_dir(folder.path()).output();
        Answer::read(&output.expect("the program starts"))
    };
    bare(&["backup", "sao lưu.db"]).done();
    bare(&["backup", "sao lưu.db"]).done();
    assert!(folder.path().join("sao lưu.db").is_file());

    let letter = folder.path().join("thư.txt");
    fs::write(&letter, "của người khác").expect("a file can be written");
    for path in [letter.clone(), cli.home().join("register.db"), cli.home().join("register.slots")] {
        is_refused(&cli.ask(&["backup", text(&path)]), 3, "backup.exists");
    }
    assert_eq!(fs::read_to_string(&letter).expect("it is there"), "của người khác");
    assert_eq!(cli.get(&["verify"])["ok"], true);
    assert_eq!(cli.get(&["status"])["records"], 1);
}

#[test]
fn every_failure_of_a_sync_has_a_number_that_support_finds() {
    let folder = folder();
    let cli = register(&folder);
    let mut hub = Hub::start("contract-number");
    cli.enrol(&hub.address(), &hub.code("20044"));
    cli.add(KIND, &activity("Buổi thứ nhất"));
    hub.stop();
    let mut numbers = vec![incident(&cli.ask(&["sync"]), "sync.offline")];
    numbers.push(incident(&cli.ask(&["record", "get", "01F"]), "record.unknown_id"));
    let wrong = Cli::at(cli.home()).with_pin("135792");
    numbers.push(incident(&wrong.ask(&["status"]), "register.wrong_pin"));
    let noted = fs::read_to_string(cli.home().join("incidents.jsonl")).expect("failures are noted");
    for number in numbers {
        assert!(noted.contains(&number), "{number} is not in {noted}");
    }
}

#[track_caller]
fn incident(answer: &Answer, code: &str) -> String {
    let last = answer.stderr.lines().last().expect("a failure is told");
    let told: Value = serde_json::from_str(last).expect("as JSON");
    assert_eq!(told["error"]["code"], code, "{answer:?}");
    let number = told["error"]["incident"].as_str().expect("a text").to_owned();
    assert!(!number.is_empty(), "{answer:?}");
    number
}

#[test]
fn a_pc_that_was_shut_out_comes_in_again_by_a_new_code_and_by_no_older_one() {
    let folder = folder();
    let cli = register(&folder);
    let hub = Hub::start("contract-again");
    cli.enrol(&hub.address(), &hub.code("20044"));
    cli.add(KIND, &activity("Buổi thứ nhất"));
    cli.sync();
    let old = hub.code("20044");
    let device = cli.get(&["status"])["device"].as_str().expect("an id").to_owned();
    hub.ask(&["device", "revoke", &device]).done();
    cli.add(KIND, &activity("Buổi thứ hai"));
    is_refused(&cli.ask(&["sync"]), 5, "sync.revoked");
    is_refused(&cli.ask(&["enrol", "--hub", &hub.address(), "--code", &old]), 5, "sync.revoked");
    cli.enrol(&hub.address(), &hub.code("20044"));
    cli.sync();
    assert_eq!(hub.ask(&["verify"]).done().one()["records"], 2);
}

#[test]
fn a_hub_that_was_put_back_knows_whom_it_knew_then_and_tells_the_others_so() {
    let (folder, later) = (folder(), folder());
    let (first, second) = (register(&folder), register(&later));
    let mut hub = Hub::start("contract-put-back");
    first.enrol(&hub.address(), &hub.code("20044"));
    first.add(KIND, &activity("Buổi thứ nhất"));
    first.sync();
    let kept = folder.path().join("hub.db");
    let backup = ["backup", text(&kept)];
    assert!(hub.ask(&backup).done().one()["bytes"].as_u64() > Some(0), "while it serves");
    is_refused(&hub.ask(&backup), 3, "bundle.exists");
    second.enrol(&hub.address(), &hub.code("20044"));
    for cli in [&first, &second] {
        cli.add(KIND, &activity("Buổi sau"));
        cli.sync();
    }
    hub.stop();
    fs::remove_dir_all(hub.data()).expect("it is lost");
    fs::create_dir(hub.data()).expect("a new folder");
    fs::copy(&kept, hub.data().join("hub.db")).expect("the backup in its place");
    hub.serve();
    first.sync();
    is_refused(&second.ask(&["sync"]), 5, "sync.unknown_device");
    second.enrol(&hub.address(), &hub.code("20044"));
    second.sync();
    assert_eq!(hub.ask(&["verify"]).done().one()["records"], 3, "nothing is lost");
}

#[test]
fn who_answers_in_the_hubs_place_is_told_from_it() {
    let folder = folder();
    let cli = register(&folder);
    let mut hub = Hub::start("contract-portal");
    let cases = [
        (200, "text/html", "sync.not_hub"),
        (302, "text/html", "sync.not_hub"),
        (404, "text/html", "sync.not_hub"),
        (503, "text/html", "sync.offline"),
        (429, "text/html", "sync.offline"),
        (413, "text/html", "sync.refused"),
        (507, "application/problem+json", "sync.hub_full"),
    ];
    let portal = Portal::open(0);
    for (status, media_type, code) in cases {
        portal.says(status, media_type);
        let words = ["enrol", "--hub", &portal.address, "--code", "ABCD-EFGH-JKLM-NPQR"];
        is_refused(&cli.ask(&words), 5, code);
    }
    cli.enrol(&hub.address(), &hub.code("20044"));
    cli.add(KIND, &activity("Buổi thứ nhất"));
    // The network changes, and the same address leads elsewhere.
    hub.stop();
    let portal = Portal::open(hub.port());
    for (status, media_type, code) in cases {
        portal.says(status, media_type);
        is_refused(&cli.ask(&["sync"]), 5, code);
    }
    assert_eq!(cli.get(&["status"])["unsent"], 1);
}

/// Answers everything with the same page, as the network of a guest house does.
struct Portal {
    address: String,
    answer: Arc<Mutex<(u16, &'static str)>>,
}

impl Portal {
    fn open(port: u16) -> Portal {
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free");
        let address = format!("http://{}", listener.local_addr().expect("it has an address"));
        let answer = Arc::new(Mutex::new((200, "text/html")));
        let said = answer.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (status, media_type) = *said.lock().expect("nobody fails with it");
                page(stream, status, media_type);
            }
        });
        Portal { address, answer }
    }

    fn says(&self, status: u16, media_type: &'static str) {
        *self.answer.lock().expect("nobody fails with it") = (status, media_type);
    }
}

fn page(mut stream: TcpStream, status: u16, media_type: &str) {
    let mut heard = [0; 8192];
    // Whatever it is.
    let _ = stream.read(&mut heard);
    let text = if media_type.ends_with("json") {
        json!({"code": "storage.full"}).to_string()
    } else {
        "<html>Mời đăng nhập</html>".to_owned()
    };
    let n = text.len();
    let head = format!("HTTP/1.1 {status} X\r\ncontent-type: {media_type}\r\ncontent-length: {n}\r\n");
    let _ = stream.write_all(format!("{head}connection: close\r\n\r\n{text}").as_bytes());
    let _ = stream.shutdown(Shutdown::Write);
}

#[test]
fn a_hub_is_alone_on_its_folder_and_says_in_a_document_what_it_refuses() {
    let hub = Hub::start("contract-alone");
    is_refused(&hub.ask(&["serve", "--listen", "127.0.0.1:0"]), 3, "hub.running");
    let asked = format!("DELETE /healthz HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", hub.address());
    let mut stream = TcpStream::connect(("127.0.0.1", hub.port())).expect("the hub listens");
    stream.write_all(asked.as_bytes()).expect("it takes it");
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("it answers");
    assert!(said.starts_with("HTTP/1.1 405") && said.contains("application/problem+json"), "{said}");
    assert!(said.contains("usage.method_not_allowed"), "{said}");
}

#[test]
fn an_enrolment_file_is_for_a_commune_at_an_address_and_goes_over_nothing_else() {
    let folder = folder();
    let hub = Hub::start("contract-file");
    let letter = folder.path().join("thư.txt");
    fs::write(&letter, "của người khác").expect("a file can be written");
    let to = |path: &Path| hub.ask(&["enrol", "--unit", "20044", "--out", text(path)]);
    is_refused(&to(&letter), 3, "bundle.exists");
    assert_eq!(fs::read_to_string(&letter).expect("it is there"), "của người khác");
    is_refused(&to(&folder.path().join("không có/ghi danh.json")), 4, "storage.file");
    to(&folder.path().join("ghi danh.json")).done();
    to(&folder.path().join("ghi danh.json")).done();
    let own = folder.path().join("ghi danh.json");
    is_refused(&hub.ask(&["enrol", "--unit", "20056", "--out", text(&own)]), 3, "bundle.exists");
    is_refused(&hub.ask(&["enrol", "--unit", "46"]), 3, "unit.unknown");
    for url in ["htp:/x y", "hub.example", "ftp://hub.example"] {
        is_refused(&hub.ask(&["enrol", "--unit", "20044", "--url", url]), 2, "usage.bad_url");
    }
}

#[test]
fn the_kinds_are_asked_for_without_a_pin_and_with_the_right_one() {
    let folder = folder();
    let cli = register(&folder);
    assert_eq!(cli.ask(&["kinds"]).done().lines.len(), 24);
    let output = cli.command().args(["kinds"]).env_remove("SOHOI_PIN").output();
    let locked = Answer::read(&output.expect("the program starts"));
    assert_eq!(locked.done().lines.len(), 24, "without a PIN it is the program's own");
    is_refused(&Cli::at(cli.home()).with_pin("135792").ask(&["kinds"]), 3, "register.wrong_pin");
}
