//! Two PCs with a wrong clock: one of 2009, whose battery is empty, and one that is an hour ahead. What they write is
//! shown at its true time on the third PC of the commune, too.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sohoi_testkit::{Cli, Hub, PIN, Running, program, until};
use sohoi_tests::activity;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const IN_2009_MS: i64 = 1_230_800_000_000;

/// Loaded before the C library: a program under it believes that it is some seconds later or earlier.
const OTHER_TIME: &str = "
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t which, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, which, time);
    const char *off = getenv(\"OTHER_TIME_S\");
    if (result == 0 && which == CLOCK_REALTIME && off) time->tv_sec += atol(off);
    return result;
}
";

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    i64::try_from(since.as_millis()).expect("a clock before the year 292 million")
}

fn other_time(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("other_time.c"), folder.join("other_time.so"));
    fs::write(&source, OTHER_TIME).expect("a file");
    let made = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    assert!(made.expect("a C compiler, as SQLite needs one").success());
    library
}

/// The window's commands in one process, as when an officer has it open.
struct Open {
    port: u16,
    _program: Running,
}

impl Open {
    fn with_clock(cli: &Cli, library: &Path, off_ms: i64) -> Open {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let mut command = Running::command(program("sohoi-dev-host"));
        command.arg("--home").arg(cli.home()).args(["--port", &port.to_string()]);
        command.env("LD_PRELOAD", library).env("OTHER_TIME_S", (off_ms / 1_000).to_string());
        let open = Open { port, _program: Running::start(&mut command) };
        until(Duration::from_secs(20), "the commands can be reached", || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        open.call("register_unlock", &json!({ "pin": PIN }));
        open
    }

    fn call(&self, command: &str, request: &Value) -> Value {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        let body = request.to_string();
        let head = format!(
            "POST /api/{command} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).expect("it hears");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        assert!(head.starts_with("HTTP/1.1 200"), "{command}: {answer}");
        serde_json::from_str(body).expect("JSON")
    }

    fn add(&self, title: &str) -> String {
        let request =
            json!({ "id": null, "kind": "propaganda_activity", "fields": activity(title), "draft_id": null });
        let saved = self.call("record_save", &request);
        saved["id"].as_str().unwrap_or_else(|| panic!("{saved}")).to_owned()
    }

    fn sync(&self) {
        let report = self.call("sync_start", &json!({}));
        assert_eq!(report["outcome"], "up_to_date", "{report}");
    }
}

fn register(folder: &Path, name: &str) -> Cli {
    let cli = Cli::at(folder.join(name));
    cli.init("20044");
    cli
}

fn pair(first: &Cli, second: &Cli) {
    let code = first.get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    second.ask_with(&["pair", "join"], code.as_bytes()).done();
}

// The moments of a record's changes, newest first.
fn moments(cli: &Cli, id: &str) -> Vec<i64> {
    cli.ask(&["record", "history", id]).done().lines.iter().map(moment).collect()
}

fn moment(change: &Value) -> i64 {
    change["at_ms"].as_f64().unwrap_or_else(|| panic!("{change}")) as i64
}

#[test]
fn what_pcs_with_a_wrong_clock_write_is_shown_at_its_time_on_every_pc() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let library = other_time(folder.path());
    let hub = Hub::start("wrong-clock");
    let right = register(folder.path(), "right");
    right.enrol(&hub.address(), &hub.code("20044"));
    let begin_ms = now_ms();
    let mut written = Vec::new();
    for (name, off_ms) in [("of-2009", IN_2009_MS - begin_ms), ("ahead", HOUR_MS)] {
        let cli = register(folder.path(), name);
        pair(&right, &cli);
        cli.enrol(&hub.address(), &hub.code("20044"));
        let open = Open::with_clock(&cli, &library, off_ms);
        let id = open.add(name);
        let stamped_ms = moment(&open.call("record_history", &json!({ "id": id }))["changes"][0]);
        assert!((stamped_ms - now_ms()).abs() > HOUR_MS - MINUTE_MS, "{name} stamps wrong: {stamped_ms}");
        open.sync();
        written.push((id, cli));
    }
    right.sync();
    let id = &written[1].0;
    right.ask_with(&["record", "edit", id, "-"], json!({"n_total": 78}).to_string().as_bytes()).done();
    right.sync();
    let (_, of_2009) = &written[0];
    of_2009.sync();
    let near = begin_ms - MINUTE_MS..=now_ms() + MINUTE_MS;
    for (id, own) in &written {
        for cli in [&right, own, of_2009] {
            let shown = moments(cli, id);
            assert!(
                !shown.is_empty() && shown.iter().all(|at_ms| near.contains(at_ms)),
                "{shown:?} {near:?}"
            );
        }
        assert_eq!(right.get(&["record", "get", id])["fields"]["held_on"], activity("")["held_on"]);
    }
    // The edit counts on from a stamp that lies an hour ahead, and stays the newer of the two.
    assert_eq!(of_2009.get(&["record", "get", id])["fields"]["n_total"], 78);
    for cli in [&right, of_2009] {
        let shown = moments(cli, id);
        assert!(shown.len() == 2 && shown[0] >= shown[1], "{shown:?}");
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
}
