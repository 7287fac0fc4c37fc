//! The UI's types are these types.

use std::path::Path;

#[test]
fn the_types_of_the_ui_are_the_types_of_the_api() {
    for (name, wanted) in sohoi_api::typescript() {
        is_there(&name, &wanted);
    }
    is_there("codes.ts", &sohoi_api::typescript_codes());
}

fn is_there(name: &str, wanted: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api").join(name);
    if std::env::var_os("SOHOI_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder can be made");
        std::fs::write(&file, wanted).expect("the file can be written");
    }
    let found = std::fs::read_to_string(&file).expect("the file is there").replace("\r\n", "\n");
    assert!(found == wanted, "ui/src/api/{name} is stale: SOHOI_BLESS=1 cargo test -p sohoi-api");
}

#[test]
fn codes_are_sorted_and_unique() {
    let mut sorted = sohoi_api::CODES.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted, sohoi_api::CODES);
}
