use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::rig::{PIN, catalogue, create, mediation, member, new_register, open, rig};
use crate::{LEVEL, Register, StoreError};

const NAMES: [&str; 3] = ["Kăn Đoàn Thử", "Kăn", "Thử"];

fn files(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).expect("the folder").map(|entry| entry.expect("an entry").path());
    let name = |path: &Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    entries.filter(|path| path.is_file()).map(|path| (name(&path), fs::read(&path).expect("bytes"))).collect()
}

#[test]
fn no_word_of_a_typed_name_lies_readable_in_any_file() {
    let mut rig = rig();
    rig.add("member", member(NAMES[0], "2018-05-01"));
    for (name, bytes) in files(rig.home.path()) {
        for word in NAMES {
            let found = bytes.windows(word.len()).any(|part| part == word.as_bytes());
            assert!(!found, "{name} holds {word}");
        }
        assert!(!name.starts_with("register.db") || !bytes.starts_with(b"SQLite format 3"), "{name} is open");
    }
}

#[test]
fn a_first_start_that_was_cut_off_can_be_made_again() {
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path();
    let (register, _) = create(dir);
    drop(register);
    let whole = files(dir);
    // What lies there after a cut at each step before the last.
    let cuts: [&[(&str, &[u8])]; 4] = [
        &[("register.lock", b"")],
        &[("register.db.new", b"half"), ("register.db.new-wal", b"half"), ("register.db.new-journal", b"")],
        &[("register.db", &whole["register.db"])],
        &[("register.db", &whole["register.db"]), ("register.slots.new", &whole["register.slots"][..20])],
    ];
    for cut in cuts {
        let home = tempfile::tempdir().expect("a folder");
        for (name, bytes) in cut {
            fs::write(home.path().join(name), bytes).expect("a file");
        }
        assert!(matches!(open(home.path()), Err(StoreError::NoRegister)));
        assert_eq!(Register::peek(home.path(), 0).expect("a look"), None);
        let (register, _) = create(home.path());
        assert!(register.verify().expect("a check").ok);
        drop(register);
        assert!(open(home.path()).is_ok());
    }
}

#[test]
fn a_database_without_slots_is_moved_aside_and_not_deleted() {
    let home = tempfile::tempdir().expect("a folder");
    fs::write(home.path().join("register.db"), b"someone's").expect("a file");
    create(home.path());
    let kept = files(home.path()).into_iter().find(|(name, _)| name.starts_with("register.db.aside-"));
    assert_eq!(kept.map(|(_, bytes)| bytes), Some(b"someone's".to_vec()));
}

#[test]
fn an_older_program_refuses_a_newer_file_and_touches_nothing() {
    let rig = rig();
    rig.register.conn.pragma_update(None, "user_version", LEVEL + 1).expect("a newer level");
    let dir = rig.home.path().to_path_buf();
    drop(rig.register);
    let before = files(&dir);
    let error = open(&dir).err().expect("a refusal");
    assert!(matches!(error, StoreError::TooNew { found, max } if found == LEVEL + 1 && max == LEVEL));
    assert_eq!(error.code(), "store.too_new");
    assert_eq!(files(&dir), before);
}

#[test]
fn a_newer_file_that_was_cut_off_is_refused_and_its_log_stays() {
    let mut rig = rig();
    rig.register.conn.pragma_update(None, "user_version", LEVEL + 1).expect("a newer level");
    rig.add("mediation", mediation("2018-05-01", 3));
    let dir = rig.home.path().to_path_buf();
    let cut_off = files(&dir);
    drop(rig.register);
    for (name, bytes) in &cut_off {
        fs::write(dir.join(name), bytes).expect("as it was when the power went");
    }
    assert!(matches!(open(&dir), Err(StoreError::TooNew { .. })));
    // The index of the log is made anew by whoever opens it.
    let but_index = |mut files: BTreeMap<String, Vec<u8>>| {
        files.retain(|name, _| !name.ends_with("-shm"));
        files
    };
    assert_eq!(but_index(files(&dir)), but_index(cut_off));
}

#[test]
fn slots_of_a_newer_program_are_refused_and_not_touched() {
    let rig = rig();
    let path = rig.home.path().join("register.slots");
    drop(rig.register);
    let newer = fs::read_to_string(&path).expect("the slots").replace("\"format\": 1", "\"format\": 2");
    fs::write(&path, &newer).expect("newer slots");
    assert!(matches!(open(rig.home.path()), Err(StoreError::TooNew { found: 2, max: 1 })));
    assert_eq!(fs::read_to_string(&path).expect("the slots"), newer);
}

#[test]
fn a_folder_with_a_vietnamese_name_and_odd_signs_works() {
    let home = tempfile::tempdir().expect("a folder");
    let dir = home.path().join("Sổ Hội 100% #1 (bản chính)?");
    let (register, _) = create(&dir);
    drop(register);
    assert!(open(&dir).is_ok());
}

#[test]
fn a_unit_that_is_not_in_the_catalogue_is_refused() {
    let home = tempfile::tempdir().expect("a folder");
    let mut new = new_register(PIN);
    new.unit.code = "99999".into();
    assert!(matches!(Register::create(home.path(), catalogue(), new), Err(StoreError::NotValidUnit)));
}
