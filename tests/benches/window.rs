//! The release window under Xvfb beside a bare one of the same tauri (`bench/window`): from the start of the process to
//! the splash, the first paint and something to act on, and what it holds in memory.
//!
//! `cargo xtask bench window`. Both in one run, turn by turn: times are of this machine, and only worth something beside
//! each other.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sohoi_testkit::{Cli, PIN, Screen, Window, until};
use sohoi_tests::activity;
use sohoi_tests::officer::Officer;

const N_STARTS: usize = 9;
const N_RECORDS: usize = 2_000;
const BARE: &str = "examples/bare-window";
const SPLASH: &str = "Đang mở sổ…";
const PLUM: [u8; 3] = [0x8a, 0x2f, 0x5b];
const FIRST_PAINT: &str = "performance.getEntriesByName('first-contentful-paint')[0]";
const USABLE: &str = "performance.getEntriesByName('usable')[0]";

/// Milliseconds from the start of the process.
#[derive(Default)]
struct Starts {
    bare_paint: Vec<u128>,
    splash: Vec<u128>,
    paint: Vec<u128>,
    usable: Vec<u128>,
}

fn main() {
    let asked = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    if asked.is_some_and(|name| !"window".contains(&name)) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    let cli = Cli::at(&home);
    cli.init("20044");
    let records = (0..N_RECORDS).map(|n| activity(&format!("Buổi thứ {n} tại thôn A Đớt")).to_string());
    let records = records.collect::<Vec<_>>().join("\n");
    cli.ask_with(&["record", "add", "propaganda_activity", "-"], records.as_bytes()).done();
    times(&home);
    sizes(&home);
}

fn times(home: &Path) {
    let mut starts = Starts::default();
    for _ in 0..N_STARTS {
        start_bare(home, &mut starts);
        start_ours(home, &mut starts);
    }
    let bare = told("a bare window's first paint", starts.bare_paint);
    let splash = told("splash", starts.splash);
    told("first paint", starts.paint);
    let usable = told("something to act on", starts.usable);
    println!("window: splash after {splash} ms, the goal is 300");
    println!("window: to act on {} ms after a bare window's paint, the goal is 400", usable - bare);
}

fn start_bare(home: &Path, starts: &mut Starts) {
    let window = Window::of_other(BARE, home, "bench-bare");
    starts.bare_paint.push(since(&window, seen_ms(&window, FIRST_PAINT)));
    window.close();
}

fn start_ours(home: &Path, starts: &mut Starts) {
    let screen = Screen::open();
    let painted = std::thread::spawn(move || screen.painted_ms(SPLASH, PLUM));
    let window = Window::open(home, "bench-start");
    starts.usable.push(since(&window, seen_ms(&window, USABLE)));
    starts.paint.push(since(&window, seen_ms(&window, FIRST_PAINT)));
    starts.splash.push(since(&window, painted.join().expect("the splash was seen")));
    window.close();
}

fn seen_ms(window: &Window, entry: &str) -> u128 {
    let script =
        format!("const seen = {entry}; return seen ? performance.timeOrigin + seen.startTime : null;");
    until(Duration::from_secs(20), entry, || window.script(&script, &[]).as_f64()) as u128
}

fn since(window: &Window, then_ms: u128) -> u128 {
    then_ms.saturating_sub(window.started_ms())
}

/// Says the median of these times, and returns it.
fn told(what: &str, mut times: Vec<u128>) -> i128 {
    times.sort_unstable();
    let (median, worst) = (times[times.len() / 2], times[times.len() - 1]);
    println!(
        "window: {what} {median} ms (median of {}), {} at best, {worst} at worst",
        times.len(),
        times[0]
    );
    median as i128
}

fn sizes(home: &Path) {
    let window = Window::of_other(BARE, home, "bench-bare");
    let bare = memory(&window, "a bare window", 0);
    window.close();

    let window = Window::open(home, "bench-memory");
    window.by_testid("unlock-pin");
    memory(&window, "while it asks for the PIN", bare);
    Officer::at(&window).unlock(PIN);
    memory(&window, "at home", bare);
    Officer::at(&window).go("kind-propaganda_activity");
    window.find("[data-testid=record-row]");
    memory(&window, &format!("with a list of {N_RECORDS} records"), bare);
    window.close();
}

/// Of the program and WebKit's helpers, without the driver of the test; shared pages in parts. In MB.
#[allow(clippy::disallowed_methods)]
fn memory(window: &Window, when: &str, bare: u64) -> u64 {
    // Let it come to rest: what is shown at first is read by a collector later.
    std::thread::sleep(Duration::from_secs(3));
    let mut parts: BTreeMap<String, u64> = BTreeMap::new();
    for process in window.processes() {
        if !process.is("WebKitWebDriver") {
            *parts.entry(process.name().to_owned()).or_default() += process.memory_kb();
        }
    }
    let whole = parts.values().sum::<u64>() / 1024;
    let parts: Vec<String> = parts.iter().map(|(name, kb)| format!("{name} {}", kb / 1024)).collect();
    let beside = whole.cast_signed() - bare.cast_signed();
    let more = if bare == 0 { String::new() } else { format!(", {beside:+} beside a bare window") };
    println!("window: {whole} MB {when}{more} ({})", parts.join(", "));
    whole
}
