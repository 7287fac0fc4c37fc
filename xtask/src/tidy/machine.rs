//! Nothing in the repository knows the machine or the network that it was written on.

use super::finding::Finding;
use super::tree::File;

// Spelled in two parts, so that this file passes its own check.
const HOMES: &[&str] =
    &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("C:\\Us", "ers\\")];

pub fn check(file: &File) -> Vec<Finding> {
    let mut findings = match file.path.rsplit('/').next() {
        Some("package-lock.json") => registry(file, "\"resolved\": \"http"),
        Some(".npmrc") => registry(file, "registry="),
        Some("config.toml") if file.path.contains(".cargo") => registry(file, "[source"),
        _ => Vec::new(),
    };
    for (number, line) in file.text.lines().enumerate() {
        if HOMES.iter().any(|home| names(line, home)) {
            findings.push(Finding::at(&file.path, number + 1, "a path of one machine: make it relative"));
        }
    }
    findings
}

fn registry(file: &File, mark: &str) -> Vec<Finding> {
    let lines = file.text.lines().enumerate().filter(|(_, line)| line.contains(mark));
    lines
        .map(|(number, _)| Finding::at(&file.path, number + 1, "names a registry: each machine has its own"))
        .collect()
}

/// Whether a path that starts with `home` is on the line; `a/home/b` is relative, and an address has a host.
fn names(line: &str, home: &str) -> bool {
    line.match_indices(home).any(|(at, _)| {
        line[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !(before.is_alphanumeric() || "._-~*/)}>$".contains(before)))
    })
}

#[cfg(test)]
mod tests {
    use super::{File, HOMES, check};

    fn found(path: &str, text: &str) -> Vec<usize> {
        check(&File { path: path.into(), text: text.into() }).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_home_folder_is_found_and_a_relative_folder_of_that_name_is_not() {
        let home = HOMES[1];
        assert_eq!(found("a.md", &format!("fine\nsee {home}mai/notes")), [2]);
        assert_eq!(found("a.ts", &format!("import \"./features{home}page\"")), [0_usize; 0]);
    }

    #[test]
    fn a_registry_is_found_in_a_lock_file_and_in_settings() {
        assert_eq!(found("package-lock.json", "{\n\"resolved\": \"https://a.example/b.tgz\"}"), [2]);
        assert_eq!(found("package-lock.json", "{\n\"resolved\": \"ui\"}"), [0_usize; 0]);
        assert_eq!(found(".npmrc", "registry=https://a.example"), [1]);
        assert_eq!(found(".cargo/config.toml", "[source.a]"), [1]);
    }
}
