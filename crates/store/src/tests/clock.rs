//! Times that are shown, of what was written while the PC's clock was off.

use sohoi_domain::RecordId;

use super::rig::{NOW_MS, Rig, mediation, rig};
use crate::Operation;

const HOUR_MS: i64 = 3_600_000;

fn times(rig: &Rig, id: RecordId) -> (Vec<i64>, i64, i64) {
    let meta = rig.register.record(id).expect("a read").expect("a record").meta;
    let history = rig.register.history(id).expect("a read");
    (history.iter().map(|stored| stored.shown_at_ms).collect(), meta.created_at_ms, meta.changed_at_ms)
}

fn correct(rig: &mut Rig, first_seq: u64, offset_ms: i64, told_at_ms: i64) {
    let correct = |writer: &mut crate::Writer| writer.correct_times(first_seq, offset_ms, told_at_ms);
    rig.register.transact(Operation::HubTimeNote, NOW_MS, correct).expect("written");
}

#[test]
fn what_was_stamped_an_hour_ahead_is_shown_as_the_hub_tells_and_nothing_else_is() {
    let mut rig = rig();
    let before = rig.add("mediation", mediation("2026-11-02", 3));
    let first_seq = rig.register.next_seq();
    let ahead =
        |w: &mut crate::Writer| w.create_record("mediation", super::rig::unit(), mediation("2026-11-03", 4));
    let id = rig.register.transact(Operation::RecordAdd, NOW_MS + HOUR_MS, ahead).expect("saved").output;
    let state = rig.register.record(id).expect("a read").expect("a record").state;
    correct(&mut rig, first_seq, -HOUR_MS, NOW_MS + 60_000);
    assert_eq!(times(&rig, id), (vec![NOW_MS], NOW_MS, NOW_MS));
    assert_eq!(times(&rig, before), (vec![NOW_MS], NOW_MS, NOW_MS), "written before that");
    let stored = rig.register.record(id).expect("a read").expect("a record");
    assert_eq!(stored.state, state, "neither the date that was typed nor the stamp moves");
    rig.assert_clean();
}

#[test]
fn nothing_is_shown_as_later_than_the_hub_told() {
    let mut rig = rig();
    let id = rig.add("mediation", mediation("2026-11-02", 3));
    correct(&mut rig, 1, 5 * HOUR_MS, NOW_MS + HOUR_MS);
    assert_eq!(times(&rig, id).2, NOW_MS + HOUR_MS);
    let next_seq = rig.register.next_seq();
    correct(&mut rig, next_seq, HOUR_MS, NOW_MS);
    assert_eq!(times(&rig, id).2, NOW_MS + HOUR_MS, "of nothing, nothing is put right");
}
