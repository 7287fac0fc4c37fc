//! Each crate says on its first line what it is; the licences that it names are in the checkout.

use std::fs;
use std::path::Path;

use super::arrow::Package;
use super::finding::Finding;

const LICENCES: &[&str] = &["LICENSE-APACHE", "LICENSE-MIT"];

pub fn check(root: &Path, packages: &[Package]) -> Vec<Finding> {
    let missing = LICENCES.iter().filter(|name| !root.join(name).is_file());
    let mut findings: Vec<Finding> = missing.map(|name| Finding::of(name, "is missing")).collect();
    for path in packages.iter().flat_map(|package| &package.roots) {
        let text = fs::read_to_string(path).unwrap_or_default();
        if !opens_with_a_sentence(&text) {
            let shown = Path::new(path).strip_prefix(root).unwrap_or(Path::new(path)).display().to_string();
            findings.push(Finding::at(
                &shown,
                1,
                "starts without `//! ` and a sentence that says what it is",
            ));
        }
    }
    findings
}

fn opens_with_a_sentence(text: &str) -> bool {
    text.lines()
        .next()
        .and_then(|line| line.strip_prefix("//! "))
        .is_some_and(|sentence| sentence.contains(' '))
}

#[cfg(test)]
mod tests {
    use super::{check, opens_with_a_sentence};

    #[test]
    fn a_crate_that_does_not_introduce_itself_is_found() {
        assert!(opens_with_a_sentence("//! The rules of the house.\n"));
        assert!(!opens_with_a_sentence("use std::fs;\n"));
        assert!(!opens_with_a_sentence(""));
    }

    #[test]
    fn missing_licences_are_found() {
        let nowhere = std::path::Path::new("no/such/folder");
        let found: Vec<String> = check(nowhere, &[]).iter().map(ToString::to_string).collect();
        assert_eq!(found, ["LICENSE-APACHE: is missing", "LICENSE-MIT: is missing"]);
    }
}
