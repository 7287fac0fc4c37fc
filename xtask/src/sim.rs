//! More worlds of the simulator than the tests run, or one of them again.

use crate::command;
use crate::failure::Failure;
use crate::place::Place;

const USAGE: &str = "sim takes --seeds N and --first N";

/// `--seeds N` worlds from the seed `--first N` on; a failing one is run again with `--first SEED --seeds 1`.
pub fn run(place: &Place, words: &[&str]) -> Result<(), Failure> {
    let mut cargo = command::cargo(place);
    // Thousands of worlds are worth an optimised build.
    cargo.args(["test", "--release", "-p", "sohoi-tests", "--test", "simulator", "--", "--nocapture"]);
    for pair in words.chunks(2) {
        let (name, number) = match pair {
            ["--seeds", number] => ("SOHOI_SIM_SEEDS", number),
            ["--first", number] => ("SOHOI_SIM_FIRST", number),
            _ => return Err(Failure::new(USAGE)),
        };
        number.parse::<u64>().map_err(|e| Failure::of(USAGE, &e))?;
        cargo.env(name, number);
    }
    command::run(&mut cargo)
}
