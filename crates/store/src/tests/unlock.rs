use super::rig::{NOW_MS, PIN, catalogue, create, mediation, new_register, open, rig};
use crate::{Peek, Register, StoreError, Unlock};

const WRONG: &str = "981276";

#[test]
fn what_was_saved_is_there_after_opening_again() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let before = rig.register.record(id).expect("a read");
    let rig = rig.reopened();
    assert_eq!(rig.register.record(id).expect("a read"), before);
    assert_eq!(rig.register.officer(rig.register.author()).expect("a read").as_deref(), Some("Cán bộ Thử"));
    assert_eq!(rig.register.identity().device_secret[..], [3; 32]);
    rig.assert_clean();
}

#[test]
fn numbers_go_on_after_opening_again() {
    let mut rig = rig();
    let first = rig.add("mediation", mediation("2018-05-01", 3));
    let mut rig = rig.reopened();
    let second = rig.add("mediation", mediation("2018-05-01", 3));
    assert_eq!((first.n, second.n, rig.register.next_seq()), (1, 2, 3));
}

#[test]
fn a_second_first_start_is_refused() {
    let rig = rig();
    drop(rig.register);
    let again = Register::create(rig.home.path(), catalogue(), new_register(PIN));
    assert!(matches!(again, Err(StoreError::RegisterExists)));
}

#[test]
fn a_simple_or_short_pin_leaves_no_trace() {
    let home = tempfile::tempdir().expect("a folder");
    for (pin, code) in [("123456", "register.pin_too_simple"), ("2741", "register.pin_too_short")] {
        let error = Register::create(home.path(), catalogue(), new_register(pin)).err().expect("a refusal");
        assert_eq!(error.code(), code);
    }
    assert_eq!(std::fs::read_dir(home.path()).expect("the folder").count(), 0);
}

#[test]
fn two_programs_do_not_open_one_register() {
    let rig = rig();
    assert!(matches!(open(rig.home.path()), Err(StoreError::Busy)));
}

#[test]
fn wrong_pins_wait_longer_each_time_and_destroy_nothing() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2018-05-01", 3));
    let dir = rig.home.path().to_path_buf();
    drop(rig.register);
    let try_at = |pin: &str, now_ms: i64| Register::open(&dir, catalogue(), Unlock::Pin(pin), now_ms);
    let mut now_ms = NOW_MS;
    for expected in [0, 0, 5, 10, 20] {
        let error = try_at(WRONG, now_ms).err().expect("a refusal");
        assert!(matches!(error, StoreError::WrongPin { wait_s } if wait_s == expected), "{error}");
        if expected > 0 {
            // Even the right one is not tried during a wait.
            let error = try_at(PIN, now_ms + 1).err().expect("a wait");
            assert!(matches!(error, StoreError::Wait { wait_s } if wait_s == expected), "{error}");
        }
        now_ms += i64::from(expected) * 1000;
    }
    let register = try_at(PIN, now_ms).expect("the right PIN after the wait");
    assert!(register.record(id).expect("a read").is_some());
    assert_eq!(Register::peek(&dir, now_ms).expect("a look").map(|peek| peek.wait_s), Some(0));
}

#[test]
fn a_clock_set_back_by_years_does_not_lock_out_for_years() {
    let rig = rig();
    let dir = rig.home.path().to_path_buf();
    drop(rig.register);
    let try_at = |pin: &str, now_ms: i64| Register::open(&dir, catalogue(), Unlock::Pin(pin), now_ms);
    for _ in 0..3 {
        assert!(try_at(WRONG, NOW_MS).is_err());
    }
    let reset_ms = 1_230_000_000_000;
    assert!(matches!(try_at(PIN, reset_ms), Err(StoreError::Wait { wait_s: 5 })));
    assert!(try_at(PIN, reset_ms + 5_000).is_ok());
}

#[test]
fn the_recovery_code_opens_during_a_wait_and_sets_a_new_pin() {
    let rig = rig();
    let dir = rig.home.path().to_path_buf();
    drop(rig.register);
    for _ in 0..4 {
        let _ = Register::open(&dir, catalogue(), Unlock::Pin(WRONG), NOW_MS);
    }
    let typed = rig.recovery.to_string().to_lowercase().replace('-', " ");
    let mut register =
        Register::open(&dir, catalogue(), Unlock::Recovery(&typed), NOW_MS).expect("the code opens");
    assert!(matches!(register.set_pin("000000"), Err(StoreError::PinTooSimple)));
    register.set_pin(WRONG).expect("a new PIN");
    drop(register);
    assert!(matches!(open(&dir), Err(StoreError::WrongPin { wait_s: 0 })));
    assert!(Register::open(&dir, catalogue(), Unlock::Pin(WRONG), NOW_MS).is_ok());
}

#[test]
fn a_new_recovery_code_ends_the_old_one() {
    let mut rig = rig();
    let new = rig.register.set_recovery_code().expect("a new code").to_string();
    let (dir, old) = (rig.home.path().to_path_buf(), rig.recovery.to_string());
    drop(rig.register);
    for wrong in [old.as_str(), "7QK2", ""] {
        let error = Register::open(&dir, catalogue(), Unlock::Recovery(wrong), NOW_MS).err();
        assert_eq!(error.map(|e| e.code()), Some("register.wrong_recovery_code"));
    }
    assert!(Register::open(&dir, catalogue(), Unlock::Recovery(&new), NOW_MS).is_ok());
}

#[test]
fn asking_for_the_pin_again_waits_as_at_the_door() {
    let mut rig = rig();
    assert!(rig.register.check_pin(PIN, NOW_MS).is_ok());
    let answers = [0, 0, 5].map(|_| rig.register.check_pin(WRONG, NOW_MS).err().map(|e| e.code()));
    assert_eq!(answers, [Some("register.wrong_pin"); 3]);
    assert!(matches!(rig.register.check_pin(PIN, NOW_MS), Err(StoreError::Wait { wait_s: 5 })));
    let dir = rig.home.path().to_path_buf();
    drop(rig.register);
    assert!(matches!(open(&dir), Err(StoreError::Wait { wait_s: 5 })), "on disk too");
}

#[test]
fn the_lock_screen_tells_whose_register_it_is_without_a_key() {
    let home = tempfile::tempdir().expect("a folder");
    assert_eq!(Register::peek(home.path(), NOW_MS).expect("a look"), None);
    assert!(matches!(open(home.path()), Err(StoreError::NoRegister)));
    let (register, _) = create(home.path());
    let peek = Register::peek(home.path(), NOW_MS).expect("a look").expect("a register");
    let name = catalogue().units.get(register.unit()).expect("a unit").name.clone();
    assert_eq!(peek, Peek { unit: register.unit().clone(), unit_name: name, wait_s: 0 });
}

#[test]
fn a_pin_with_vietnamese_letters_is_the_same_from_every_keyboard() {
    let mut rig = rig();
    rig.register.set_pin("hội-27").expect("a new PIN");
    assert!(rig.register.check_pin("ho\u{323}\u{302}i-27", NOW_MS).is_ok());
}
