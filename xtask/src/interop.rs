//! The second decoder of the protocol, in Python: its environment, and holding it against the golden messages.

use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;
use crate::python;

const ENVIRONMENT: &str = "interop";

/// Makes the environment that the decoder needs, or leaves one that has it.
pub fn setup(place: &Place) -> Result<(), Failure> {
    python::environment(place, ENVIRONMENT, "tests/interop/requirements.txt")
}

/// Every golden message says to the second decoder what it says to ours.
pub fn check(place: &Place) -> Result<(), Failure> {
    let mut python = Command::new(python::interpreter(place, ENVIRONMENT));
    // No folder of compiled Python in the checkout.
    python.current_dir(&place.root).arg("-B");
    command::run(python.args(["tests/interop/decode.py", "--check", "schema/protocol/v1"]))
}
