//! Times that are shown, of what was written while the PC's clock was off.

use sohoi_domain::{DeviceId, RecordId, Version};

use super::rig::{NOW_MS, Rig, mediation, rig};
use crate::Operation;

const HOUR_MS: i64 = 3_600_000;

fn times(rig: &Rig, id: RecordId) -> (Vec<i64>, i64, i64) {
    let meta = rig.register.record(id).expect("a read").expect("a record").meta;
    let history = rig.register.history(id).expect("a read");
    (history.iter().map(|stored| stored.shown_at_ms).collect(), meta.created_at_ms, meta.changed_at_ms)
}

impl Rig {
    fn add_at(&mut self, now_ms: i64) -> RecordId {
        let add = |w: &mut crate::Writer| {
            w.create_record("mediation", super::rig::unit(), mediation("2026-11-03", 4))
        };
        self.register.transact(Operation::RecordAdd, now_ms, add).expect("saved").output
    }
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
    let id = rig.add_at(NOW_MS + HOUR_MS);
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

#[test]
fn what_is_typed_while_stamps_count_on_from_one_that_lies_ahead_is_shown_when_it_was_typed() {
    let mut rig = rig();
    let first_seq = rig.register.next_seq();
    let ahead = rig.add_at(NOW_MS + HOUR_MS);
    correct(&mut rig, first_seq, -HOUR_MS, NOW_MS);
    let later_ms = NOW_MS + HOUR_MS / 2;
    let id = rig.add_at(later_ms);
    let state = rig.register.record(id).expect("a read").expect("a record").state;
    assert_eq!(state.last.1.wall_ms(), NOW_MS + HOUR_MS, "its stamp counts on");
    assert_eq!(times(&rig, id), (vec![later_ms], later_ms, later_ms));
    assert_eq!(times(&rig, ahead), (vec![NOW_MS], NOW_MS, NOW_MS));
    let edit = |w: &mut crate::Writer| w.patch_record(ahead, mediation("2026-11-03", 5));
    rig.register.transact(Operation::RecordEdit, later_ms + 2, edit).expect("saved");
    assert_eq!(times(&rig, ahead), (vec![later_ms + 2, NOW_MS], NOW_MS, later_ms + 2));
    let on_time = rig.add_at(NOW_MS + 2 * HOUR_MS);
    assert_eq!(times(&rig, on_time).1, NOW_MS + 2 * HOUR_MS, "time has caught up");
    rig.assert_clean();
}

#[test]
fn corrections_go_along_with_changes_that_are_numbered_anew_and_with_no_others() {
    let mut rig = rig();
    let kept = rig.add_at(NOW_MS + HOUR_MS);
    let last_common = rig.register.next_seq() - 1;
    let moved = rig.add_at(NOW_MS + HOUR_MS);
    correct(&mut rig, 1, -HOUR_MS, NOW_MS);
    let old = rig.register.identity().device;
    let moved =
        super::renew::renew(&mut rig, DeviceId(7), last_common).into_iter().find(|(was, _)| *was == moved);
    let moved = moved.expect("it moves").1;
    assert_eq!(times(&rig, kept), (vec![NOW_MS], NOW_MS, NOW_MS));
    assert_eq!(times(&rig, moved), (vec![NOW_MS], NOW_MS, NOW_MS));
    // The number that it had is another copy's now.
    let others = Version { device: old, seq: last_common + 1 };
    let shown = rig.register.view().shown_ms(others, NOW_MS + HOUR_MS).expect("a read");
    assert_eq!(shown, NOW_MS + HOUR_MS);
    rig.assert_clean();
}
