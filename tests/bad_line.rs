//! A sync over a line as communes have it: slow, far, losing segments, and cut in the middle.

use std::path::Path;
use std::time::Duration;

use sohoi_testkit::{Cli, Hub, Line, Shape};
use sohoi_tests::activities;
use sohoi_tests::province::{activities_at, is_whole};

/// Three batches.
const N_RECORDS: u64 = 8_400;
const N_CUTS: u64 = 5;

fn enrolled(folder: &Path, hub: &Hub, line: &Line) -> Cli {
    let cli = Cli::at(folder.join("sổ"));
    cli.init("20044");
    cli.enrol(&line.address(), &hub.code("20044"));
    cli.ask_with(&["record", "add", "propaganda_activity", "-"], activities(N_RECORDS, 64).as_bytes()).done();
    cli
}

fn is_all_there_once(cli: &Cli, hub: &Hub) {
    assert_eq!(
        (cli.get(&["status"])["unsent"].as_u64(), activities_at(hub, "20044")),
        (Some(0), N_RECORDS),
        "all of it, once"
    );
    is_whole(hub);
}

#[test]
fn everything_gets_through_a_bad_line_once() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("bad-line");
    let shape = Shape { bits_per_second: 256_000, round_trip: Duration::from_millis(600), loss_percent: 3 };
    let line = Line::shaped(hub.port(), shape);
    let cli = enrolled(folder.path(), &hub, &line);
    let before = line.n_bytes().0;

    // The first is in the middle of the first batch.
    line.cut_after(&(0..N_CUTS).map(|n| 1_500 + 15_000 * n).collect::<Vec<_>>());
    let synced = cli.get(&["sync"]);
    assert_eq!(line.n_cuts_left(), 0, "every cut was met");
    assert_eq!(synced["pushed"]["changes"].as_u64(), Some(N_RECORDS), "every change is counted: {synced}");
    assert!(synced["round_trips"].as_u64() > Some(N_CUTS), "{synced}");
    is_all_there_once(&cli, &hub);

    // After a cut it asks for the place; what was under way then is all that is sent again.
    let sent = line.n_bytes().0 - before;
    let whole = whole_first_sync(&hub);
    assert!(sent < whole + N_CUTS * 2 * 32_000, "{sent} bytes for {whole} with {N_CUTS} cuts");
    println!("{sent} bytes instead of {whole}");
}

/// What was on its way when a line is cut is all that is sent again, in the middle of a batch too.
#[test]
fn after_a_cut_at_half_of_a_first_sync_a_twentieth_is_sent_again_at_most() {
    const UNIT: &str = "20044";
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("half-line");
    let whole = whole_first_sync(&hub);
    let shape = Shape { bits_per_second: 256_000, round_trip: Duration::from_millis(100), loss_percent: 0 };
    for part in [3, 6] {
        let line = Line::shaped(hub.port(), shape);
        let cli = Cli::at(folder.path().join(format!("sổ {part}")));
        cli.init(UNIT);
        cli.enrol(&line.address(), &hub.code(UNIT));
        cli.ask_with(&["record", "add", "propaganda_activity", "-"], activities(N_RECORDS, 64).as_bytes())
            .done();
        let before = line.n_arrived();
        line.cut_on_arrival(whole * part / 10);
        assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
        let again = (line.n_arrived() - before).saturating_sub(whole);
        assert!(again * 20 <= whole, "{again} bytes of {whole} were sent again after a cut at {part}0 %");
        println!("cut at {part}0 %: {again} of {whole} bytes again");
    }
    is_whole(&hub);
}

/// She presses once, and need not press again before it is told that the line gives nothing.
#[test]
fn a_line_that_gives_nothing_is_given_up_after_some_tries() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("dead-line");
    let line = Line::before(hub.port());
    let cli = enrolled(folder.path(), &hub, &line);
    let n_tries = 6;
    line.cut_after(&(1..=n_tries + 1).collect::<Vec<_>>());
    let answer = cli.ask(&["sync"]);
    assert_eq!((answer.code, answer.error_code().as_deref()), (5, Some("sync.offline")), "{answer:?}");
    assert_eq!((line.n_cuts_left(), cli.get(&["status"])["unsent"].as_u64()), (1, Some(N_RECORDS)));
    line.cut_after(&[]);
    assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    is_all_there_once(&cli, &hub);
}

/// Bytes of the same records over a good line.
fn whole_first_sync(hub: &Hub) -> u64 {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let line = Line::before(hub.port());
    let cli = Cli::at(folder.path().join("sổ"));
    cli.init("20056");
    cli.enrol(&line.address(), &hub.code("20056"));
    cli.ask_with(&["record", "add", "propaganda_activity", "-"], activities(N_RECORDS, 64).as_bytes()).done();
    let before = line.n_bytes().0;
    let synced = cli.get(&["sync"]);
    assert_eq!((&synced["state"], &synced["round_trips"]), (&"up_to_date".into(), &1.into()), "{synced}");
    line.n_bytes().0 - before
}

/// A proxy that hands a request on only when it has ended would make a long upload all or nothing.
#[test]
fn a_proxy_that_holds_requests_back_is_noticed_and_gets_few_batches_at_a_time() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("held-line");
    let line = Line::holding_requests(hub.port());
    let cli = enrolled(folder.path(), &hub, &line);
    let synced = cli.get(&["sync"]);
    assert_eq!(synced["state"], "up_to_date", "{synced}");
    let batches = synced["pushed"]["batches"].as_i64().expect("a count");
    // One that asks what arrived, one with one batch, and one with two.
    assert_eq!((batches, synced["round_trips"].as_i64()), (3, Some(3)), "{synced}");
    is_all_there_once(&cli, &hub);
}
