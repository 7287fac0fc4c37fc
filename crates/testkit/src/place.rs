//! Where the programs are, and where pictures and logs go.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// One of our programs, built before the tests.
pub fn program(name: &str) -> PathBuf {
    let folder = env::var_os("SOHOI_BIN_DIR").map_or_else(built_beside_this_test, PathBuf::from);
    let path = folder.join(name);
    assert!(path.is_file(), "{} is not built: `cargo xtask test` does it", path.display());
    path
}

/// A place for a screenshot or a log that a person may want to look at after the test.
///
/// `name` may have folders in it, with `/` between.
pub fn artifact(name: &str) -> PathBuf {
    let folder = env::var_os("SOHOI_ARTIFACTS").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| built_beside_this_test().join("../artifacts"));
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap_or(&folder))
        .expect("the folder for pictures and logs can be made");
    path
}

/// A path as a word of a command line.
pub fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

/// Copies a folder with everything in it, as a person does to another disk.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be listed") {
        let entry = entry.expect("the folder can be listed");
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).expect("a file can be copied");
        }
    }
}

/// A file of the checkout, as it was where the tests were built.
pub fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn built_beside_this_test() -> PathBuf {
    let test = env::current_exe().expect("a test knows its own file");
    // debug/deps/name-hash
    test.ancestors().nth(2).expect("cargo puts tests two folders deep").to_path_buf()
}
