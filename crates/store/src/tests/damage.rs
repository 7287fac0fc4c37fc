use std::fs;

use super::rig::{NOW_MS, PIN, catalogue, mediation, open, rig};
use crate::{Register, StoreError, Unlock};

#[test]
fn a_damaged_file_is_told_and_left_as_it_is() {
    let rig = rig();
    let path = rig.home.path().join("register.db");
    drop(rig.register);
    let mut bytes = fs::read(&path).expect("the file");
    bytes[100] ^= 1;
    fs::write(&path, &bytes).expect("a flipped bit");
    assert!(matches!(open(rig.home.path()), Err(StoreError::Damaged)));
    assert_eq!(fs::read(&path).expect("the file"), bytes);
}

#[test]
fn a_flipped_bit_in_any_page_is_found() {
    let mut rig = rig();
    for n in 0..20 {
        rig.add("mediation", mediation("2018-05-01", 3 + n));
    }
    let path = rig.home.path().join("register.db");
    drop(rig.register);
    let whole = fs::read(&path).expect("the file");
    for page in [1, 7, whole.len() / 4096 - 1] {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 2000] ^= 4;
        fs::write(&path, &bytes).expect("a flipped bit");
        // Opening reads only some pages; the check reads all.
        match open(rig.home.path()) {
            Err(error) => assert_eq!(error.code(), "store.damaged", "page {page}"),
            Ok(register) => match register.verify() {
                Ok(verified) => assert!(!verified.ok, "page {page}"),
                Err(error) => assert_eq!(error.code(), "store.damaged", "page {page}"),
            },
        }
    }
}

/// The power can go while the log is copied into the file: then the file has its new first page, which
/// counts pages that are not there yet.
#[test]
fn a_register_cut_off_in_the_middle_of_a_checkpoint_opens_with_all_that_was_saved() {
    let mut rig = rig();
    let dir = rig.home.path().to_path_buf();
    let [database, log] = ["register.db", "register.db-wal"].map(|name| dir.join(name));
    let ids: Vec<_> = (0..40).map(|n| rig.add("mediation", mediation("2018-05-01", 3 + n))).collect();
    let [file_before, log_before] = [&database, &log].map(|path| fs::read(path).expect("a file"));
    drop(rig.register);
    let file_after = fs::read(&database).expect("the file after its checkpoint");
    assert!(file_after.len() > file_before.len() && !log_before.is_empty());

    for n_pages in [1, 2, 5, file_before.len() / 4096] {
        let n_bytes = n_pages * 4096;
        let half = [&file_after[..n_bytes], &file_before[n_bytes..]].concat();
        fs::write(&database, &half).expect("half a checkpoint");
        fs::write(&log, &log_before).expect("its log");
        let register = open(&dir).unwrap_or_else(|error| panic!("{n_pages} pages copied: {error}"));
        for id in &ids {
            assert!(register.record(*id).expect("a read").is_some(), "{n_pages} pages copied");
        }
        assert!(register.verify().expect("a check").ok);
    }
}

#[test]
fn a_lost_database_is_damage_and_not_a_first_start() {
    let rig = rig();
    let dir = rig.home.path().to_path_buf();
    drop(rig.register);
    fs::remove_file(dir.join("register.db")).expect("it goes");
    assert!(matches!(open(&dir), Err(StoreError::Damaged)));
}

#[test]
fn moving_aside_keeps_every_byte_and_makes_room_for_a_backup() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let dir = rig.home.path().to_path_buf();
    let backup = dir.join("copy.db");
    rig.register.backup_to(&backup, NOW_MS).expect("a backup");
    assert!(matches!(Register::move_aside(&dir, NOW_MS), Err(StoreError::Busy)));
    drop(rig.register);
    let path = dir.join("register.db");
    let bytes = fs::read(&path).expect("the file");
    let aside = [0, 1].map(|_| {
        fs::write(&path, &bytes).expect("a file");
        Register::move_aside(&dir, NOW_MS).expect("another name")
    });
    assert_ne!(aside[0], aside[1]);
    assert!(aside.iter().all(|path| fs::read(path).expect("the file") == bytes));
    assert!(!path.exists());
    fs::copy(&backup, &path).expect("the backup in its place");
    let register = Register::open(&dir, catalogue(), Unlock::Pin(PIN), NOW_MS).expect("the backup opens");
    assert!(register.record(id).expect("a read").is_some());
}
