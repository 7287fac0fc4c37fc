//! The benchmarks: which crates have some, and running them.

use crate::command;
use crate::failure::Failure;
use crate::place::Place;

pub fn run(place: &Place, name: Option<&str>) -> Result<(), Failure> {
    let metadata =
        command::output(command::cargo(place).args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata = serde_json::from_str(&metadata).map_err(|e| Failure::of("cargo metadata", &e))?;
    let measured = with_benches(&metadata);
    if measured.is_empty() {
        return Err(Failure::new("no crate has benchmarks yet"));
    }
    for (package, bench) in measured {
        let mut cargo = command::cargo(place);
        cargo.args(["bench", "-p", &package, "--bench", &bench, "--"]);
        command::run(cargo.args(name))?;
    }
    Ok(())
}

fn with_benches(metadata: &serde_json::Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        for target in package["targets"].as_array().into_iter().flatten() {
            let is_bench = target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|k| k == "bench"));
            if let (true, Some(package), Some(bench)) =
                (is_bench, package["name"].as_str(), target["name"].as_str())
            {
                found.push((package.to_owned(), bench.to_owned()));
            }
        }
    }
    found
}
