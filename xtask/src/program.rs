//! The programs of the product and how they are built.

use std::path::PathBuf;

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
