//! The recovery code: somebody has to have it, and another one can be made.

mod rig;

use rig::{PIN, pc};

#[test]
fn a_code_that_nobody_wrote_down_is_missed_until_somebody_has() {
    let pc = pc("Cán bộ Thử");
    assert!(pc.app.recovery_is_missing(), "the power may have gone before it was written down");
    pc.app.lock();
    assert!(!pc.app.recovery_is_missing(), "nothing is told of a register that is locked");
    pc.app.unlock(PIN).expect("it opens");
    assert!(pc.app.recovery_is_missing());
    pc.app.recovery_kept().expect("it is noted");
    assert!(!pc.app.recovery_is_missing());
}

#[test]
fn a_new_code_opens_the_register_and_the_one_before_does_not() {
    let pc = pc("Cán bộ Thử");
    pc.app.recovery_kept().expect("it is noted");
    let refused = pc.app.recovery_new("135792").expect_err("another's PIN");
    assert_eq!(refused.code(), "register.wrong_pin");
    assert!(!pc.app.recovery_is_missing(), "the code that is on paper still opens it");
    let first = pc.app.recovery_new(PIN).expect("a code").recovery_code;
    assert!(pc.app.recovery_is_missing());
    let second = pc.app.recovery_new(PIN).expect("another").recovery_code;
    pc.app.lock();
    let refused = pc.app.recover(&first, PIN).expect_err("it opens nothing any more");
    assert_eq!(refused.code(), "register.wrong_recovery_code");
    pc.app.recover(&second, "864209").expect("it opens");
    pc.app.lock();
    pc.app.unlock("864209").expect("with the new PIN");
}
