//! The second decoder of the protocol, in Python: its environment, and holding it against the golden messages.

use std::path::PathBuf;
use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;

const REQUIREMENTS: &str = "tests/interop/requirements.txt";

fn folder(place: &Place) -> PathBuf {
    place.beside_target("interop")
}

/// Makes the environment that the decoder needs, or leaves one that has it.
pub fn setup(place: &Place) -> Result<(), Failure> {
    let wanted = std::fs::read_to_string(place.root.join(REQUIREMENTS))
        .map_err(|e| Failure::of(&format!("cannot read {REQUIREMENTS}"), &e))?;
    let folder = folder(place);
    // Written last, so that an installation that broke off is made anew.
    let done = folder.join("installed.txt");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.current_dir(&place.root).args(["install", "--quiet", "--disable-pip-version-check"]);
    command::run(pip.args(["-r", REQUIREMENTS]))?;
    std::fs::write(&done, wanted).map_err(|e| Failure::of("cannot note what was installed", &e))
}

/// Every golden message says to the second decoder what it says to ours.
pub fn check(place: &Place) -> Result<(), Failure> {
    let mut python = Command::new(folder(place).join("bin/python"));
    // No folder of compiled Python in the checkout.
    python.current_dir(&place.root).arg("-B");
    command::run(python.args(["tests/interop/decode.py", "--check", "schema/protocol/v1"]))
}
