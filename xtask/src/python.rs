//! Python's environments: one beside the build for each list of libraries.

use std::path::PathBuf;
use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;

/// Makes the environment `name` with what the file `requirements` asks for, or leaves one that has it.
pub fn environment(place: &Place, name: &str, requirements: &str) -> Result<(), Failure> {
    let wanted = std::fs::read_to_string(place.root.join(requirements))
        .map_err(|e| Failure::of(&format!("cannot read {requirements}"), &e))?;
    let folder = place.beside_target(name);
    // Written last, so that an installation that broke off is made anew.
    let done = folder.join("installed.txt");
    if std::fs::read_to_string(&done).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    command::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.current_dir(&place.root).args(["install", "--quiet", "--disable-pip-version-check"]);
    command::run(pip.args(["-r", requirements]))?;
    std::fs::write(&done, wanted).map_err(|e| Failure::of("cannot note what was installed", &e))
}

/// The interpreter of an environment.
pub fn interpreter(place: &Place, name: &str) -> PathBuf {
    place.beside_target(name).join("bin/python")
}
