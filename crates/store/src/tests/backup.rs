use std::fs;

use super::rig::{NOW_MS, PIN, Rig, catalogue, mediation, new_register, open, rig};
use crate::{KEPT_BACKUPS, Register, StoreError, Unlock};

const DAY_MS: i64 = 86_400_000;

#[test]
fn a_backup_opens_by_itself_with_the_same_pin() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let path = rig.home.path().join("usb.db");
    assert_eq!(rig.register.backup_age_days(NOW_MS).expect("an age"), None);
    let never = rig.register.backup_age_days(NOW_MS + 9 * DAY_MS).expect("an age");
    assert_eq!(never, Some(9), "one that was never backed up is told of as well");
    rig.register.backup_to(&path, NOW_MS).expect("a backup");
    rig.register.backup_to(&path, NOW_MS).expect("over the earlier one");
    assert_eq!(rig.register.backup_age_days(NOW_MS + 3 * DAY_MS).expect("an age"), Some(3));

    let restored = tempfile::tempdir().expect("a folder");
    fs::copy(&path, restored.path().join("register.db")).expect("a copy");
    fs::copy(rig.home.path().join("usb.db.slots"), restored.path().join("register.slots")).expect("a copy");
    let register = Register::open(restored.path(), catalogue(), Unlock::Pin(PIN), NOW_MS).expect("it opens");
    assert!(register.record(id).expect("a read").is_some());
    assert!(register.verify().expect("a check").ok);
}

#[test]
fn slots_that_are_lost_or_damaged_come_back_with_the_pin_of_today() {
    const NEWER: &str = "864209";
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    assert!(rig.register.backup_if_due(NOW_MS).expect("a backup"));
    rig.register.set_pin(NEWER).expect("another PIN");
    let Rig { register, home, .. } = rig;
    drop(register);
    let slots = home.path().join("register.slots");
    let open = |pin| Register::open(home.path(), catalogue(), Unlock::Pin(pin), NOW_MS);
    for is_lost in [true, false] {
        if is_lost {
            fs::remove_file(&slots).expect("it is there");
        } else {
            fs::write(&slots, "{\"format\":1").expect("half of it");
        }
        assert!(Register::peek(home.path(), NOW_MS).expect("a look").is_some());
        let made = Register::create(home.path(), catalogue(), new_register(PIN));
        assert!(matches!(made, Err(StoreError::RegisterExists)));
        assert!(
            matches!(open(PIN), Err(StoreError::WrongPin { .. })),
            "the PIN before opens nothing any more"
        );
        let register = open(NEWER).expect("it opens");
        assert!(register.record(id).expect("a read").is_some());
        assert!(slots.exists());
    }
}

#[test]
fn a_bit_that_turned_in_a_wrapped_key_is_no_wrong_pin_and_does_not_reach_the_twin() {
    let rig = rig();
    let (dir, code) = (rig.home, rig.recovery);
    drop(rig.register);
    let (own, twin) = (dir.path().join("register.slots"), dir.path().join("register.slots.copy"));
    let whole = fs::read_to_string(&own).expect("the slots");
    for at in whole.match_indices("\"sealed\": \"").map(|(at, key)| at + key.len()) {
        let mut turned = whole.clone().into_bytes();
        turned[at] = if turned[at] == b'0' { b'1' } else { b'0' };
        fs::write(&own, turned).expect("damage");
        drop(open(dir.path()).expect("the right PIN opens it"));
        assert_eq!(fs::read_to_string(&own).expect("the slots"), whole, "made whole again by the twin");
        let by_code = Register::open(dir.path(), catalogue(), Unlock::Recovery(&code.to_string()), NOW_MS);
        drop(by_code.expect("so does the code on paper"));
        assert!(fs::read_to_string(&twin).expect("the twin").contains("sealed"));
    }
}

#[test]
fn slots_of_a_register_that_is_gone_are_not_taken_for_those_of_the_next_one() {
    let Rig { register, home, .. } = rig();
    drop(register);
    fs::remove_file(home.path().join("register.db")).expect("it is there");
    fs::remove_file(home.path().join("register.slots")).expect("it is there");
    assert!(Register::peek(home.path(), NOW_MS).expect("a look").is_none());
    drop(Register::create(home.path(), catalogue(), new_register("864209")).expect("another one"));
    fs::remove_file(home.path().join("register.slots")).expect("it is there");
    assert!(Register::open(home.path(), catalogue(), Unlock::Pin("864209"), NOW_MS).is_ok());
}

#[test]
fn a_backup_that_holds_what_the_register_lacks_is_not_written_over() {
    let mut rig = rig();
    let elsewhere = tempfile::tempdir().expect("a folder");
    let (old, new) = (elsewhere.path().join("cũ.db"), elsewhere.path().join("mới.db"));
    rig.add("mediation", mediation("2018-05-01", 3));
    rig.register.backup_to(&old, NOW_MS).expect("a backup");
    rig.add("mediation", mediation("2018-05-02", 4));
    rig.register.backup_to(&new, NOW_MS).expect("a newer one");
    let home = rig.home.path().to_path_buf();
    drop(rig.register);
    // The folder is put back as it was.
    for suffix in ["-wal", "-shm"] {
        let _ = fs::remove_file(home.join(format!("register.db{suffix}")));
    }
    fs::copy(&old, home.join("register.db")).expect("a copy");
    let mut register = open(&home).expect("it opens");
    assert_eq!(register.backup_to(&new, NOW_MS).expect_err("it has more").code(), "backup.exists");
    register.backup_to(&old, NOW_MS).expect("over its own");
}

#[test]
fn a_backup_writes_over_nothing_but_an_earlier_one() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let elsewhere = tempfile::tempdir().expect("a folder");
    let report = elsewhere.path().join("báo cáo.txt");
    fs::write(&report, "của người khác").expect("a file of somebody's");
    fs::write(elsewhere.path().join("sao lưu.db.slots"), "của người khác").expect("another");
    let home = rig.home.path().to_path_buf();
    fs::create_dir(home.join("backups")).expect("a folder");
    let taken = [
        report.clone(),
        elsewhere.path().join("sao lưu.db"),
        elsewhere.path().to_path_buf(),
        home.join("register.db"),
        home.join("register.db-journal"),
        home.join("register.slots"),
        home.join("backups/../register.db"),
    ];
    for path in &taken {
        let refused = rig.register.backup_to(path, NOW_MS).expect_err("something is there");
        assert_eq!(refused.code(), "backup.exists", "{}", path.display());
    }
    assert_eq!(fs::read_to_string(&report).expect("a read"), "của người khác");
    let entries = fs::read_dir(elsewhere.path()).expect("the folder");
    assert_eq!(entries.count(), 2, "nothing was left beside them");
    let rig = rig.reopened();
    assert!(rig.register.record(id).expect("a read").is_some());
    rig.assert_clean();
}

#[test]
fn a_backup_of_another_register_is_not_written_over() {
    let elsewhere = tempfile::tempdir().expect("a folder");
    let path = elsewhere.path().join("sao lưu.db");
    rig().register.backup_to(&path, NOW_MS).expect("a backup");
    let before = fs::read(&path).expect("a read");
    let refused = rig().register.backup_to(&path, NOW_MS).expect_err("it is another's");
    assert_eq!(refused.code(), "backup.exists");
    assert_eq!(fs::read(&path).expect("a read"), before);
}

#[test]
fn a_backup_is_made_at_most_once_a_day_and_only_after_a_write_and_seven_are_kept() {
    let mut rig = rig();
    assert!(!rig.register.backup_if_due(NOW_MS).expect("nothing was written"));
    for day in 0..10 {
        rig.add("mediation", mediation("2018-05-01", 3));
        let now_ms = NOW_MS + day * DAY_MS;
        assert!(rig.register.backup_if_due(now_ms).expect("a backup"));
        rig.add("mediation", mediation("2018-05-01", 3));
        assert!(!rig.register.backup_if_due(now_ms + DAY_MS / 2).expect("the same day"));
    }
    let names = || {
        let entries = fs::read_dir(rig.home.path().join("backups")).expect("the folder");
        entries
            .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
            .collect::<Vec<_>>()
    };
    assert_eq!(names().iter().filter(|name| name.ends_with(".db")).count(), KEPT_BACKUPS);
    assert_eq!(names().len(), 2 * KEPT_BACKUPS, "each with its slots and nothing else: {:?}", names());
}

#[test]
fn after_a_clock_that_was_ahead_the_new_backups_stay() {
    let mut rig = rig();
    let ahead = NOW_MS + 1_500 * DAY_MS;
    let mut made = Vec::new();
    for now_ms in (0..9).map(|day| ahead + day * DAY_MS).chain((0..9).map(|day| NOW_MS + day * DAY_MS)) {
        rig.add("mediation", mediation("2018-05-01", 3));
        assert!(rig.register.backup_if_due(now_ms).expect("a backup"));
        let file = rig.home.path().join(format!("backups/register-{now_ms:015}.db"));
        assert!(file.exists(), "the one that was just made is there");
        made.push(file);
    }
    let (left, gone) = made[made.len() - KEPT_BACKUPS..].iter().partition::<Vec<_>, _>(|file| file.exists());
    assert_eq!((left.len(), gone.len()), (KEPT_BACKUPS, 0), "{gone:?}");
}

#[test]
fn the_backups_of_another_register_that_had_the_folder_are_left() {
    let (mut rig, other) = (rig(), rig_of_another());
    let folder = rig.home.path().join("backups");
    fs::create_dir_all(&folder).expect("a folder");
    for file in &other {
        fs::copy(file, folder.join(file.file_name().expect("a name"))).expect("a copy");
    }
    for day in 0..10 {
        rig.add("mediation", mediation("2018-05-01", 3));
        assert!(rig.register.backup_if_due(NOW_MS + day * DAY_MS).expect("a backup"));
    }
    assert!(other.iter().all(|file| folder.join(file.file_name().expect("a name")).exists()));
}

fn rig_of_another() -> Vec<std::path::PathBuf> {
    let mut other = rig();
    other.add("mediation", mediation("2018-05-01", 3));
    assert!(other.register.backup_if_due(NOW_MS - DAY_MS).expect("a backup"));
    let folder = other.home.keep().join("backups");
    fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect()
}

#[test]
fn a_file_is_backed_up_before_it_is_brought_to_a_newer_level() {
    let rig = rig();
    rig.register.conn.pragma_update(None, "user_version", 0).expect("an older level");
    let dir = rig.home.path().to_path_buf();
    drop(rig.register);
    // This level cannot really be migrated from: its tables are there. The file must come out as it was.
    assert!(super::rig::open(&dir).is_err());
    assert!(dir.join("backups/before-migration-from-0000.db").exists());
    assert!(dir.join("backups/before-migration-from-0000.db.slots").exists());
}
