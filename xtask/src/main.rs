//! The project's own commands: install, check, test, run, measure, ship.

mod bench;
mod browser;
mod command;
mod dictionary;
mod dist;
mod failure;
mod interop;
mod pages;
mod peers;
mod place;
mod process;
mod program;
mod python;
mod run;
mod setup;
mod sim;
mod test;
mod tidy;

use std::process::ExitCode;

use failure::Failure;
use place::Place;

const HELP: &str = "\
cargo xtask COMMAND

  run [--keep]     the whole product on this machine: a hub with the 2018 province as demo data
                   and the window of one commune, enrolled to it (run --help says more)
  test [FILTER]    every check there is; with FILTER only the Rust tests whose names contain it
  browser [WORDS]  builds, and tries the window's pages in Chromium; WORDS go to Playwright (`forms`,
                   `-g household`), and SOHOI_BLESS=1 accepts the pictures as they are
  setup            installs what is missing on Debian 12 or Ubuntu 24.04, and says why
  tidy             the rules of the house: arrows between crates, sizes, words, paths
  bench [NAME]     the benchmarks, or the one called NAME, or those whose names contain NAME
  bench ingest --full
                   a million changes instead of a hundred thousand
  bench peers [--sizes N,N] [--runs N] [--only NAME]
                   our sync beside PouchDB, Anki and plain JSON, over the same bad line; half an hour
  bench pages [--records N] [--periods N] [--slower N] [--runs N] [--register FOLDER]
                   the window's pages in a slowed browser, with a register of 100,000 records
  interop          the second decoder of the protocol, in Python, against the golden messages
  sample           writes the records of the sample commune that the program shows
  dictionary N     trains dictionary N of the protocol's compression
  sim [--seeds N] [--first N]
                   worlds of PCs, bad lines and power cuts; one seed is one world, the same each time
  dist windows     the three programs for Windows, tried under wine
  dist wine        only the trial, of what `dist windows` built last

Build output goes to $SOHOI_TARGET_DIR, or to ~/.cache/sohoi/target.";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[String]) -> Result<(), Failure> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let place = Place::find()?;
    match words.as_slice() {
        [] | ["--help" | "-h" | "help"] => {
            println!("{HELP}");
            Ok(())
        }
        ["browser", words @ ..] => {
            program::build_pages(&place)?;
            program::build(&place)?;
            browser::run(&place, words)
        }
        ["setup"] => setup::run(&place),
        ["tidy"] => tidy::run(&place),
        ["test"] => test::run(&place, None),
        ["test", filter] if !filter.starts_with('-') => test::run(&place, Some(filter)),
        ["run", rest @ ..] => run::run(&place, rest),
        ["bench"] => bench::run(&place, None, &[]),
        ["bench", "peers", rest @ ..] => peers::run(&place, rest),
        ["bench", "pages", rest @ ..] => pages::run(&place, rest),
        ["bench", name, options @ ..] => bench::run(&place, Some(name), options),
        ["interop"] => interop::setup(&place).and_then(|()| interop::check(&place)),
        ["sample"] => dictionary::sample(&place),
        ["dictionary", number] => dictionary::run(&place, number),
        ["sim", rest @ ..] => sim::run(&place, rest),
        ["dist", "windows"] => dist::windows(&place),
        ["dist", "wine"] => dist::wine(&place),
        other => Err(Failure::new(format!("no such command: {}\n\n{HELP}", other.join(" ")))),
    }
}
