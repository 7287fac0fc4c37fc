//! What the window's pages cost on a slow processor with 100,000 records: building and running `bench/pages`.

use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;
use crate::program;

const FOLDER: &str = "bench/pages";

/// `words` go to the run; the tables are kept with the artifacts.
pub fn run(place: &Place, words: &[&str]) -> Result<(), Failure> {
    program::build_pages(place)?;
    let build = [
        "build",
        "--release",
        "-p",
        "sohoi-dev-host",
        "-p",
        "sohoi-testkit",
        "--bin",
        "sohoi-dev-host",
        "--bin",
        "sohoi-records",
    ];
    command::run(command::cargo(place).args(build))?;
    command::run(command::npm(place).args(["ci", "--prefix", FOLDER]))?;
    let artifacts = program::artifacts(place);
    std::fs::create_dir_all(&artifacts)
        .map_err(|e| Failure::of("cannot make the folder for the tables", &e))?;
    let tables = artifacts.join("pages.md");
    let mut node = Command::new("node");
    node.current_dir(&place.root).arg("bench/pages/run.mjs").arg("--out").arg(&tables).args(words);
    node.env("SOHOI_BIN_DIR", place.target.join("release"));
    command::run(&mut node)?;
    println!("{}", tables.display());
    Ok(())
}
