//! A first sync and a later one over a line of 64 kbit/s, a second there and back, three segments in a hundred
//! lost: `cargo xtask bench line`. The delays are the rig's; what is measured is how little there is to send.

use std::path::Path;
use std::time::{Duration, Instant};

use sohoi_testkit::{Cli, Hub, Line, Shape};
use sohoi_tests::activities;

const N_FIRST: u64 = 10_000;
const N_LATER: u64 = 50;
const N_CUTS: u64 = 20;

fn main() {
    let asked = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    if asked.is_some_and(|name| !"line".contains(&name)) {
        return;
    }
    let hub = Hub::start("bench-line");
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let shape = Shape { bits_per_second: 64_000, round_trip: Duration::from_secs(1), loss_percent: 3 };

    let line = Line::shaped(hub.port(), shape);
    let cli = register(folder.path(), &hub, &line, "20044");
    add(&cli, N_FIRST, 1);
    measure("first sync of 10,000 records", &cli, &line);
    add(&cli, N_LATER, 2);
    measure("50 records more", &cli, &line);
    measure("nothing to send", &cli, &line);

    let line = Line::shaped(hub.port(), shape);
    let cli = register(folder.path(), &hub, &line, "20056");
    add(&cli, N_FIRST, 1);
    line.cut_after(&(0..N_CUTS).map(|n| 2_000 + 12_000 * n).collect::<Vec<_>>());
    measure("first sync of 10,000 records with 20 cuts", &cli, &line);
    println!("line: {} cuts were not reached", line.n_cuts_left());
}

fn register(folder: &Path, hub: &Hub, line: &Line, unit: &str) -> Cli {
    let cli = Cli::at(folder.join(unit));
    cli.init(unit);
    cli.enrol(&line.address(), &hub.code(unit));
    cli
}

fn add(cli: &Cli, n: u64, seed: u64) {
    cli.ask_with(&["record", "add", "propaganda_activity", "-"], activities(n, seed).as_bytes()).done();
}

fn measure(what: &str, cli: &Cli, line: &Line) {
    let (up, down) = line.n_bytes();
    let begun = Instant::now();
    let mut n_tries = 1;
    while cli.ask(&["sync"]).code != 0 {
        n_tries += 1;
        assert!(n_tries < 100, "it never gets through");
    }
    let took = begun.elapsed().as_secs_f64();
    let (up, down) = (line.n_bytes().0 - up, line.n_bytes().1 - down);
    println!("line: {what}: {took:.1} s, {n_tries} tries, {up} bytes up, {down} down, with HTTP");
}
