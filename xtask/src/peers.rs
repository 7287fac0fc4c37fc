//! Our sync beside those of others, over one line: building what takes part and running `bench/peers`.

use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;
use crate::{program, python};

const FOLDER: &str = "bench/peers";
const ENVIRONMENT: &str = "peers";

/// `words` go to the run; the table is kept with the artifacts.
pub fn run(place: &Place, words: &[&str]) -> Result<(), Failure> {
    program::build_pages(place)?;
    let build = ["build", "--release", "-p", "sohoi-cli", "-p", "sohoi-hub", "-p", "sohoi-testkit", "--bins"];
    command::run(command::cargo(place).args(build))?;
    python::environment(place, ENVIRONMENT, "bench/peers/requirements.txt")?;
    command::run(command::npm(place).args(["ci", "--prefix", FOLDER]))?;
    let artifacts = program::artifacts(place);
    std::fs::create_dir_all(&artifacts)
        .map_err(|e| Failure::of("cannot make the folder for the table", &e))?;
    let table = artifacts.join("peers.md");
    let mut node = Command::new("node");
    node.current_dir(&place.root).arg("bench/peers/run.mjs").arg("--out").arg(&table).args(words);
    node.env("SOHOI_BIN_DIR", place.target.join("release"));
    node.env("SOHOI_PEERS_PYTHON", python::interpreter(place, ENVIRONMENT));
    command::run(&mut node)?;
    println!("{}", table.display());
    Ok(())
}
