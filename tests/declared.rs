//! A test file that nobody names in Cargo.toml would never run, and nobody would notice.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_file_of_tests_is_declared() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("the manifest is here");
    let manifest: toml::Table = manifest.parse().expect("the manifest is TOML");
    let declared = manifest["test"].as_array().expect("tests are declared").iter();
    let declared: BTreeSet<String> =
        declared.filter_map(|test| test["path"].as_str()).map(str::to_owned).collect();

    let files = fs::read_dir(folder).expect("the folder can be listed").flatten();
    let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
    let written: BTreeSet<String> = names.filter(|name| name.ends_with(".rs") && name != "lib.rs").collect();

    assert_eq!(declared, written, "left is what Cargo.toml declares, right is what there is");
}
