//! The release window under Xvfb: from the start of its process to the first paint, and what it holds in memory.
//!
//! `cargo xtask bench window`. Times are of this machine, and only worth something beside each other.

use std::path::Path;
use std::time::Duration;

use sohoi_testkit::{Cli, PIN, Window, until};
use sohoi_tests::activity;
use sohoi_tests::officer::Officer;

const N_STARTS: usize = 9;

fn main() {
    let asked = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    if asked.is_some_and(|name| !"window".contains(&name)) {
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let home = folder.path().join("sổ");
    let cli = Cli::at(&home);
    cli.init("20044");
    let records = (0..2_000).map(|n| activity(&format!("Buổi thứ {n} tại thôn A Đớt")).to_string());
    let records = records.collect::<Vec<_>>().join("\n");
    cli.ask_with(&["record", "add", "propaganda_activity", "-"], records.as_bytes()).done();

    let mut paints: Vec<u128> = (0..N_STARTS).map(|_| first_paint(&home)).collect();
    paints.sort_unstable();
    println!(
        "window: start to first paint {} ms (median of {N_STARTS}), {} at best, {} at worst",
        paints[N_STARTS / 2],
        paints[0],
        paints[N_STARTS - 1]
    );

    let window = Window::open(&home, "bench-memory");
    window.by_testid("unlock-pin");
    println!("window: {} MB in memory while it asks for the PIN (shared pages in parts)", memory(&window));
    Officer::at(&window).unlock(PIN);
    println!("window: {} MB at home", memory(&window));
    Officer::at(&window).go("kind-propaganda_activity");
    window.find("[data-testid=record-row]");
    println!("window: {} MB with a list of 2,000 records open", memory(&window));
    window.close();
}

fn first_paint(home: &Path) -> u128 {
    let window = Window::open(home, "bench-start");
    let painted_ms = until(Duration::from_secs(20), "the window paints", || {
        let script = "const paint = performance.getEntriesByName('first-contentful-paint')[0]; \
            return paint ? performance.timeOrigin + paint.startTime : null;";
        window.script(script, &[]).as_f64()
    });
    let started_ms =
        window.processes().iter().filter(|p| p.is("sohoi-desktop")).map(|p| p.started_ms()).min();
    let started_ms = started_ms.expect("the window's process is there");
    window.close();
    (painted_ms as u128).saturating_sub(started_ms)
}

/// Of the program and WebKit's helpers, without the driver of the test.
#[allow(clippy::disallowed_methods)]
fn memory(window: &Window) -> u64 {
    // Let it come to rest: what is shown at first is read by a collector later.
    std::thread::sleep(Duration::from_secs(3));
    let processes = window.processes();
    let ours = processes.iter().filter(|process| !process.is("WebKitWebDriver"));
    ours.map(|process| process.memory_kb()).sum::<u64>() / 1024
}
