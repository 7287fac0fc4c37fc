//! Somebody sits on the line: alters a byte, sends again what was sent, or gives it to another commune.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use sohoi_testkit::{Cli, Hub, Line, contains};
use sohoi_tests::activity;
use sohoi_tests::province::{activities_at, is_whole};

fn enrolled(folder: &Path, hub: &Hub, line: &Line, unit: &str) -> Cli {
    let cli = Cli::at(folder.join(unit));
    cli.init(unit);
    cli.enrol(&line.address(), &hub.code(unit));
    cli
}

/// Whatever byte of a sync is altered on its way, in HTTP's part or in ours: what the register says that
/// the province has, it has, unaltered, and nothing else.
#[test]
fn a_byte_altered_on_the_way_is_never_taken_for_what_was_written() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("tampered");
    let line = Line::before(hub.port());
    let cli = enrolled(folder.path(), &hub, &line, "20044");
    let before = line.n_bytes().0;
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    let length = line.n_bytes().0 - before;

    let mut n_saved = 1;
    let (mut n_refused, mut n_taken) = (0, 0);
    // Every byte is tried in the unit tests of a batch; here one in twenty-nine, through both programs.
    for byte in (0..length).step_by(29) {
        cli.add("propaganda_activity", &activity("Buổi kế tiếp"));
        n_saved += 1;
        line.flip(byte);
        let answer = cli.ask(&["sync"]);
        assert!(line.has_flipped(), "byte {byte} of {length} was sent");
        let unsent = cli.get(&["status"])["unsent"].as_u64().expect("a count");
        assert!([0, 5].contains(&answer.code), "byte {byte}: {answer:?}");
        if answer.code == 0 {
            assert_eq!(unsent, 0, "byte {byte}: {answer:?}");
            n_taken += 1;
        } else {
            assert!(answer.error_code().is_some(), "byte {byte} is refused without a code: {answer:?}");
            n_refused += 1;
        }
        assert!(activities_at(&hub, "20044") >= n_saved - unsent, "byte {byte}: a receipt is for something");
        // Without the altered byte it goes through, and nothing comes twice.
        assert_eq!(cli.get(&["sync"])["state"], "up_to_date", "after byte {byte}");
        assert_eq!(activities_at(&hub, "20044"), n_saved, "after byte {byte}");
    }
    assert!(n_refused > n_taken, "most of a request matters: {n_refused} refused, {n_taken} taken");
    is_whole(&hub);
    assert_eq!(cli.get(&["verify"])["ok"], true);
    let refused = std::fs::read(hub.log()).expect("the hub has a log");
    assert!(contains(&refused, b"\"reason\":\"signature\""), "some of it failed as a signature");
}

#[test]
fn what_was_sent_once_counts_once_and_for_one_commune() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("replayed");
    let line = Line::before(hub.port());
    let other_line = Line::before(hub.port());
    let cli = enrolled(folder.path(), &hub, &line, "20044");
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    let request = request_in(&line.heard_from_register());

    let answer = send(&hub, &request);
    let said = String::from_utf8_lossy(&answer);
    assert!(said.contains("200 OK"), "the same again is acknowledged again: {said}");
    assert_eq!(activities_at(&hub, "20044"), 1, "and counts once");

    let other = enrolled(folder.path(), &hub, &other_line, "20056");
    assert_eq!(other.get(&["sync"])["state"], "up_to_date");
    let token = bearer(&request_in(&other_line.heard_from_register()));
    let own = bearer(&request);
    let stolen = replace(&request, &own, &token);
    let answer = send(&hub, &stolen);
    let answer = String::from_utf8_lossy(&answer);
    assert_eq!(
        activities_at(&hub, "20056"),
        0,
        "another commune's token does not make it that commune's: {answer}"
    );
    assert_eq!(activities_at(&hub, "20044"), 1);
    is_whole(&hub);
}

/// The sync in what was heard from a register, with a body that was known when it began.
fn request_in(heard: &[u8]) -> Vec<u8> {
    let begin = find(heard, b"POST /v1/sync").expect("a sync was heard");
    let heard = &heard[begin..];
    let body = find(heard, b"\r\n\r\n").expect("a head ends") + 4;
    let head = String::from_utf8_lossy(&heard[..body]).to_lowercase();
    let (_, length) = head.split_once("content-length: ").expect("its length was told");
    let length: usize = length.lines().next().and_then(|text| text.trim().parse().ok()).expect("a number");
    heard[..body + length].to_vec()
}

fn bearer(bytes: &[u8]) -> Vec<u8> {
    let begin = find(bytes, b"Bearer ").expect("a token was heard") + b"Bearer ".len();
    let length = find(&bytes[begin..], b"\r\n").expect("the line ends");
    bytes[begin..begin + length].to_vec()
}

fn replace(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = find(bytes, old).expect("it is there");
    [&bytes[..at], new, &bytes[at + old.len()..]].concat()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn send(hub: &Hub, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", hub.port())).expect("the hub listens");
    stream.write_all(request).expect("the hub reads");
    // The line stays open both ways, as the register's does; the last chunk ends the answer.
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time can be set");
    let mut answer = Vec::new();
    let mut piece = [0; 4096];
    while !answer.ends_with(b"\r\n0\r\n\r\n") {
        match stream.read(&mut piece).expect("the hub answers") {
            0 => break,
            n => answer.extend_from_slice(&piece[..n]),
        }
    }
    answer
}
