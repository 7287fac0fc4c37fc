//! Running other programs: in the checkout, with one build folder, saying what is run.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use crate::failure::Failure;
use crate::place::Place;

/// A cargo of the checkout's own toolchain.
pub fn cargo(place: &Place) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
    forget_outer_cargo(&mut cargo);
    cargo
}

pub fn npm(place: &Place) -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(&place.root);
    npm
}

/// Removes what `cargo run` told xtask about xtask: a build that sees it is not the build that a
/// plain `cargo build` makes, and everything would be compiled twice.
pub fn forget_outer_cargo(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let about_xtask = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_", "CARGO_PRIMARY_"];
        if text == "CARGO" || text == "LD_LIBRARY_PATH" || about_xtask.iter().any(|p| text.starts_with(p)) {
            command.env_remove(name);
        }
    }
}

/// Runs to the end, its output going where ours goes.
pub fn run(command: &mut Command) -> Result<(), Failure> {
    let line = shown(command);
    eprintln!("$ {line}");
    let status = command.status().map_err(|e| Failure::of(&format!("cannot start {line}"), &e))?;
    if status.success() { Ok(()) } else { Err(Failure::new(format!("{line} failed ({status})"))) }
}

/// Runs to the end and returns what it wrote to stdout.
pub fn output(command: &mut Command) -> Result<String, Failure> {
    let line = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| Failure::of(&format!("cannot start {line}"), &e))?;
    if !output.status.success() {
        return Err(Failure::new(format!("{line} failed ({})", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|e| Failure::of(&format!("{line} wrote no text"), &e))
}

/// The first of `names` that is a program on the path.
pub fn on_path<'a>(names: &[&'a str]) -> Option<&'a str> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    names.iter().copied().find(|name| folders.iter().any(|folder| folder.join(name).is_file()))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
