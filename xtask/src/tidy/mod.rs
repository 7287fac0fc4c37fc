//! The rules of the house that no compiler knows: arrows, sizes, words, paths, first lines.

mod arrow;
mod finding;
mod first_line;
mod literal;
mod machine;
mod size;
mod source;
mod tree;
mod word;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;

pub fn run(place: &Place) -> Result<(), Failure> {
    let files = tree::files(&place.root)?;
    let mut findings = Vec::new();
    for file in &files {
        findings.extend(size::check(file));
        findings.extend(word::check(file));
        findings.extend(literal::check(file));
        findings.extend(machine::check(file));
    }
    let metadata = command::cargo(place).args(["metadata", "--no-deps", "--format-version", "1"]).output();
    let metadata = metadata.map_err(|e| Failure::of("cannot start cargo metadata", &e))?;
    let metadata = serde_json::from_slice(&metadata.stdout)
        .map_err(|e| Failure::of("cargo metadata did not answer, so a Cargo.toml is wrong", &e))?;
    let packages = arrow::packages(&metadata);
    findings.extend(arrow::check(&packages));
    findings.extend(first_line::check(&place.root, &packages));

    for finding in &findings {
        println!("{finding}");
    }
    if findings.is_empty() {
        println!("tidy: {} files in {} packages, nothing to say", files.len(), packages.len());
        Ok(())
    } else {
        Err(Failure::new(format!("tidy found {} things to change", findings.len())))
    }
}
