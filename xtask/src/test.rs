//! Every check there is, in the order in which a mistake is cheapest to find.

use std::time::{Duration, Instant};

use crate::command::{self, cargo, npm};
use crate::failure::Failure;
use crate::place::Place;
use crate::{browser, interop, program, setup, tidy};

type Step = fn(&Place, Option<&str>) -> Result<(), Failure>;

struct Stage {
    name: &'static str,
    /// Whether `cargo xtask test FILTER` needs it: a filter asks for some Rust tests, not for all checks.
    filtered: bool,
    step: Step,
}

const STAGES: &[Stage] = &[
    Stage { name: "setup", filtered: true, step: |place, _| setup::run(place) },
    Stage { name: "tidy", filtered: false, step: |place, _| tidy::run(place) },
    Stage {
        name: "format",
        filtered: false,
        step: |place, _| command::run(cargo(place).args(["fmt", "--all", "--check"])),
    },
    Stage {
        name: "pages: types",
        filtered: false,
        step: |place, _| {
            command::run(npm(place).args(["run", "check"]))?;
            browser::check(place)
        },
    },
    Stage { name: "pages: tests", filtered: false, step: |place, _| command::run(npm(place).args(["test"])) },
    Stage { name: "pages: build", filtered: true, step: |place, _| program::build_pages(place) },
    Stage { name: "clippy", filtered: false, step: |place, _| clippy(place) },
    Stage { name: "second decoder", filtered: false, step: |place, _| interop::check(place) },
    Stage { name: "Rust tests", filtered: true, step: rust_tests },
    Stage { name: "programs", filtered: true, step: |place, _| program::build(place) },
    Stage { name: "pages: browser", filtered: false, step: |place, _| browser::run(place, &[]) },
    Stage { name: "journeys", filtered: true, step: journeys },
];

pub fn run(place: &Place, filter: Option<&str>) -> Result<(), Failure> {
    let begun = Instant::now();
    let mut lines = Vec::new();
    let mut failure = None;
    for stage in STAGES.iter().filter(|stage| filter.is_none() || stage.filtered) {
        if failure.is_some() {
            lines.push(format!("  {:<14} not reached", stage.name));
            continue;
        }
        println!("== {} ==", stage.name);
        let started = Instant::now();
        let outcome = (stage.step)(place, filter);
        let word = if outcome.is_ok() { "ok" } else { "FAILED" };
        lines.push(format!("  {:<14} {word} in {}", stage.name, shown(started.elapsed())));
        failure = outcome.err();
    }
    println!("\ncargo xtask test, {}:\n{}", shown(begun.elapsed()), lines.join("\n"));
    failure.map_or(Ok(()), Err)
}

fn clippy(place: &Place) -> Result<(), Failure> {
    command::run(cargo(place).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn rust_tests(place: &Place, filter: Option<&str>) -> Result<(), Failure> {
    command::run(cargo(place).args(["test", "--workspace", "--exclude", "sohoi-tests"]).args(filter))
}

/// The tests that drive the real programs, on a screen of their own.
fn journeys(place: &Place, filter: Option<&str>) -> Result<(), Failure> {
    let mut xvfb = program::on_a_screen(place, &program::folder(place))?;
    // One that fails is no reason not to learn of the others: they take ten minutes.
    command::run(xvfb.args(["cargo", "test", "-p", "sohoi-tests", "--no-fail-fast"]).args(filter))?;
    println!("screenshots and logs: {}", program::artifacts(place).display());
    Ok(())
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds < 60 {
        format!("{:.1} s", time.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}
