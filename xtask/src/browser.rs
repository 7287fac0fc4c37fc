//! The window's pages in a real browser, over the dev host: `tests/browser`.

use crate::command;
use crate::failure::Failure;
use crate::place::Place;
use crate::program;

pub const FOLDER: &str = "tests/browser";

/// Types of the tests themselves.
pub fn check(place: &Place) -> Result<(), Failure> {
    command::run(command::npm(place).args(["run", "check", "--prefix", FOLDER]))
}

/// Runs what `words` choose, or all, with the programs that were built last.
pub fn run(place: &Place, words: &[&str]) -> Result<(), Failure> {
    let mut npm = command::npm(place);
    npm.args(["test", "--prefix", FOLDER, "--"]).args(words);
    npm.env("SOHOI_BIN_DIR", program::folder(place)).env("SOHOI_ARTIFACTS", program::artifacts(place));
    command::run(&mut npm)
}
