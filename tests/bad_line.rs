//! A sync over a line as communes have it: slow, far, losing segments, and cut in the middle.

use std::time::Duration;

use sohoi_testkit::{Cli, Hub, Line, Random, Shape};
use sohoi_tests::activity;

const N_RECORDS: i64 = 600;
const N_CUTS: u64 = 4;

#[test]
fn everything_gets_through_a_bad_line_once() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("bad-line");
    let shape = Shape { bits_per_second: 64_000, round_trip: Duration::from_millis(600), loss_percent: 3 };
    let line = Line::shaped(hub.port(), shape);
    let cli = Cli::at(folder.path().join("sổ"));
    cli.init("20044");
    cli.get(&["enrol", "--hub", &line.address(), "--code", &hub.code("20044")]);
    let records = records();
    cli.ask_with(&["record", "add", "propaganda_activity", "-"], records.as_bytes()).done();

    // The first is in the middle of the first batch.
    let cuts: Vec<u64> = (0..N_CUTS).map(|n| 1_500 + 5_000 * n).collect();
    line.cut_after(&cuts);
    let mut n_tries = 0;
    let mut unsent = N_RECORDS;
    loop {
        let answer = cli.ask(&["sync"]);
        n_tries += 1;
        let left = cli.get(&["status"])["unsent"].as_i64().expect("a count");
        assert!(left <= unsent, "what was confirmed stays confirmed: {left} after {unsent}");
        unsent = left;
        let at_hub = at_hub(&hub);
        assert!(N_RECORDS - unsent <= at_hub, "{unsent} unsent, {at_hub} at the hub");
        if answer.code == 0 {
            break;
        }
        assert_eq!((answer.code, answer.error_code().as_deref()), (5, Some("sync.offline")), "{answer:?}");
        assert!(n_tries <= 2 * N_CUTS, "it never gets through");
    }
    assert_eq!((unsent, at_hub(&hub)), (0, N_RECORDS), "all of it, once");
    assert_eq!(hub.ask(&["verify"]).done().one()["ok"], true);
    println!("{n_tries} tries, {:?} bytes there and back", line.n_bytes());
}

/// As unlike each other as those that officers write.
fn records() -> String {
    const WORDS: [&str; 12] = [
        "tuyên truyền",
        "pháp luật",
        "gia đình",
        "hạnh phúc",
        "vay vốn",
        "chăn nuôi",
        "thôn",
        "bản",
        "sinh hoạt",
        "sức khỏe",
        "trẻ em",
        "vệ sinh",
    ];
    let mut dice = Random::from_seed(64);
    let mut lines = Vec::new();
    for _ in 0..N_RECORDS {
        let words: Vec<&str> = (0..4).map(|_| WORDS[dice.below(12) as usize]).collect();
        let mut record = activity(&format!("{} {}", words.join(" "), dice.below(100_000)));
        record["held_on"] = format!("2026-{:02}-{:02}", 1 + dice.below(10), 1 + dice.below(28)).into();
        let n_women = 5 + dice.below(60);
        record["n_women"] = n_women.into();
        record["n_total"] = (n_women + dice.below(20)).into();
        lines.push(record.to_string());
    }
    lines.join("\n")
}

fn at_hub(hub: &Hub) -> i64 {
    let figures = hub.figures("20044", "2026", "calendar");
    let count = figures["figures"].as_array().into_iter().flatten().find(|f| f["indicator"] == "TT01");
    count.and_then(|figure| figure["value"].as_i64()).unwrap_or(0)
}
