//! The programs of the product and how they are built.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;

/// Builds the four programs as a developer's machine runs them.
///
/// One cargo call over the whole workspace: a call per package would choose other features for the
/// packages they share, and compile those twice.
pub fn build(place: &Place) -> Result<(), Failure> {
    let words = ["build", "--workspace", "--exclude", "xtask", "--bins"];
    command::run(command::cargo(place).args(words))
}

/// Builds the pages of the window and of the dashboard, which the programs embed.
pub fn build_pages(place: &Place) -> Result<(), Failure> {
    command::run(command::npm(place).args(["run", "build"]))
}

pub fn folder(place: &Place) -> PathBuf {
    place.target.join("debug")
}

/// Where tests put pictures and logs.
pub fn artifacts(place: &Place) -> PathBuf {
    place.target.join("artifacts")
}

/// `xvfb-run`, still without what it shall run, for tests that drive the programs in `folder`.
pub fn on_a_screen(place: &Place, folder: &Path) -> Result<Command, Failure> {
    let artifacts = artifacts(place);
    std::fs::create_dir_all(&artifacts)
        .map_err(|e| Failure::of("cannot make the folder for screenshots", &e))?;
    let mut xvfb = Command::new("xvfb-run");
    // An officer's screen. It begins anew when its last window is gone, and whoever comes just then is cut off,
    // unless it is told not to.
    xvfb.args(["-a", "-s", "-screen 0 1366x768x24 -noreset"]).current_dir(&place.root);
    xvfb.env("CARGO_TARGET_DIR", &place.target);
    xvfb.env("SOHOI_BIN_DIR", folder).env("SOHOI_ARTIFACTS", artifacts);
    command::forget_outer_cargo(&mut xvfb);
    Ok(xvfb)
}
