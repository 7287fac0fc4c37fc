//! What was answered is on the disk, whenever the power goes.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sohoi_testkit::{Cli, Random, Running, artifact};

/// Two registers side by side, because a round waits for the key derivation most of its time.
const N_REGISTERS: u64 = 2;
const ROUNDS_EACH: usize = 100;
const LINES_A_ROUND: u64 = 30;

/// The longest wait for a moment to kill: from the start of the program, or from its first answer.
const START_MS: u64 = 900;
const WORK_MS: u64 = 120;

static N_PRINTED: AtomicUsize = AtomicUsize::new(0);

#[test]
fn two_hundred_kills_lose_no_record_that_was_answered() {
    let begun = Instant::now();
    let workers: Vec<_> =
        (0..N_REGISTERS).map(|seed| thread::spawn(move || kill_again_and_again(seed))).collect();
    for worker in workers {
        worker.join().expect("a register loses nothing");
    }
    let n_printed = N_PRINTED.load(Ordering::Relaxed);
    println!("200 kills, {n_printed} answered records, {} s", begun.elapsed().as_secs());
    // Else the kills all came before the first record, and nothing was tried.
    assert!(n_printed > 500, "only {n_printed} records were answered in 200 rounds");
}

fn kill_again_and_again(seed: u64) {
    // Not a temporary folder: a register that lost something is there to be looked at.
    let home = artifact(&format!("durability/register-{seed}"));
    let _ = fs::remove_dir_all(&home);
    let cli = Cli::at(&home);
    cli.init("20044");
    let mut random = Random::from_seed(seed);
    let mut answered = BTreeSet::new();
    for round in 0..ROUNDS_EACH {
        let printed = add_until_killed(&cli, &mut random);
        N_PRINTED.fetch_add(printed.len(), Ordering::Relaxed);
        answered.extend(printed);
        check(&cli, &answered, &format!("register {seed}, round {round}"));
    }
    fs::remove_dir_all(&home).expect("a register that lost nothing can go");
}

fn check(cli: &Cli, answered: &BTreeSet<String>, when: &str) {
    let verified = cli.ask(&["verify"]);
    assert_eq!(verified.code, 0, "{when}: {verified:?}");
    let verified = verified.one();
    assert_eq!(verified["ok"], true, "{when}: {verified}");
    let listed = cli.ask(&["record", "list", "propaganda_activity", "--limit", "1000000"]).done();
    let listed: BTreeSet<&str> = listed.lines.iter().filter_map(|record| record["id"].as_str()).collect();
    let lost: Vec<_> = answered.iter().filter(|id| !listed.contains(id.as_str())).collect();
    assert!(lost.is_empty(), "{when}: answered and lost: {lost:?}");
}

/// Feeds records, kills at a moment of `random`'s choice, returns the ids that came out before.
fn add_until_killed(cli: &Cli, random: &mut Random) -> Vec<String> {
    let mut command = cli.command_in_group();
    command.args(["record", "add", "propaganda_activity", "-"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut running = Running::start(&mut command);
    let mut stdin = running.child().stdin.take().expect("stdin is a pipe");
    let stdout = running.child().stdout.take().expect("stdout is a pipe");

    let base = random.draw();
    // Ends when the reader is killed.
    let writer = thread::spawn(move || {
        (0..LINES_A_ROUND).try_for_each(|n| writeln!(stdin, "{}", record(base.wrapping_add(n))))
    });
    let (tell, told) = mpsc::channel();
    let reader = thread::spawn(move || read_ids(BufReader::new(stdout), &tell));

    // Half of the kills come at any time after the start, half while records are being written.
    let from_start = random.below(2) == 0;
    let wait_ms = random.below(if from_start { START_MS } else { WORK_MS });
    if !from_start {
        let _ = told.recv_timeout(Duration::from_secs(20));
    }
    pause(Duration::from_millis(wait_ms));
    running.cut();
    let _ = writer.join().expect("the writer does not panic");
    reader.join().expect("the reader does not panic")
}

/// Reads whole lines only: half of one was cut off and promised nothing.
fn read_ids(mut stdout: impl BufRead, tell: &mpsc::Sender<()>) -> Vec<String> {
    let mut ids = Vec::new();
    loop {
        let mut line = String::new();
        let read = stdout.read_line(&mut line);
        if !matches!(read, Ok(1..)) || !line.ends_with('\n') {
            return ids;
        }
        let answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        let id = answer["id"].as_str().unwrap_or_else(|| panic!("a good record was refused: {answer}"));
        ids.push(id.to_owned());
        let _ = tell.send(());
    }
}

fn record(n: u64) -> Value {
    json!({
        "title": format!("Buổi tuyên truyền số {n}"),
        "topic": "chinh_tri_tu_tuong",
        "form": "hop_chi_hoi",
        "held_on": format!("2026-{:02}-{:02}", n % 12 + 1, n % 28 + 1),
        "n_total": n % 100,
    })
}

// The moment of a power cut is nobody's event.
#[allow(clippy::disallowed_methods)]
fn pause(time: Duration) {
    thread::sleep(time);
}
