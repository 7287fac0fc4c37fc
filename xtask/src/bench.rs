//! The benchmarks: which crates have some, and running them.

use crate::command;
use crate::failure::Failure;
use crate::place::Place;
use crate::program;

/// The package whose benches drive the programs instead of linking their code.
const JOURNEYS: &str = "sohoi-tests";

pub fn run(place: &Place, name: Option<&str>, options: &[&str]) -> Result<(), Failure> {
    let metadata =
        command::output(command::cargo(place).args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata = serde_json::from_str(&metadata).map_err(|e| Failure::of("cargo metadata", &e))?;
    let (measured, name) = chosen(with_benches(&metadata), name);
    if measured.is_empty() {
        return Err(Failure::new("no crate has benchmarks yet"));
    }
    for (package, bench) in measured {
        if package == JOURNEYS {
            of_programs(place, &bench, name)?;
            continue;
        }
        let mut cargo = command::cargo(place);
        cargo.args(["bench", "-p", &package, "--bench", &bench, "--"]);
        command::run(cargo.args(name).args(options))?;
    }
    Ok(())
}

/// The bench of that very name as a whole, or all of them with the name for a filter.
fn chosen(all: Vec<(String, String)>, name: Option<&str>) -> (Vec<(String, String)>, Option<&str>) {
    let named: Vec<_> = all.iter().filter(|(_, bench)| Some(bench.as_str()) == name).cloned().collect();
    if named.is_empty() { (all, name) } else { (named, None) }
}

/// Benches that start the programs as they are shipped, on a screen of their own.
fn of_programs(place: &Place, bench: &str, name: Option<&str>) -> Result<(), Failure> {
    if name.is_some_and(|name| !bench.contains(name)) {
        return Ok(());
    }
    program::build_pages(place)?;
    let mut cargo = command::cargo(place);
    cargo.args(["build", "--release", "-p", "sohoi-desktop", "-p", "sohoi-cli", "-p", "sohoi-hub", "--bins"]);
    // Beside the window, one with nothing in it.
    cargo.args(["--example", "bare-window", "--features", "sohoi-desktop/bare-window"]);
    command::run(&mut cargo)?;
    let words = ["cargo", "bench", "-p", JOURNEYS, "--bench", bench, "--profile", "dev"];
    command::run(program::on_a_screen(place, &place.target.join("release"))?.args(words))
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

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn the_name_of_a_bench_chooses_it_and_another_filters_them_all() {
        let all = || ["store", "sync"].map(|bench| ("a".to_owned(), bench.to_owned())).to_vec();
        assert_eq!(chosen(all(), Some("sync")), (vec![all()[1].clone()], None));
        assert_eq!(chosen(all(), Some("unlock")), (all(), Some("unlock")));
        assert_eq!(chosen(all(), None), (all(), None));
    }
}
