//! Times that are shown, of what was written while the PC's clock was off.

use sohoi_domain::{DeviceId, RecordId, Version};

use super::rig::{NOW_MS, Rig, mediation, rig};
use crate::{ClockRow, Operation};

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
    rig.register.transact(Operation::RecordEdit, later_ms + 120_000, edit).expect("saved");
    assert_eq!(times(&rig, ahead), (vec![later_ms + 120_000, NOW_MS], NOW_MS, later_ms + 120_000));
    // Times are shown to the minute: what follows at once needs no row of its own.
    let soon = rig.add_at(later_ms + 121_500);
    assert_eq!(times(&rig, soon).1, later_ms + 120_000);
    let on_time = rig.add_at(NOW_MS + 2 * HOUR_MS);
    assert_eq!(times(&rig, on_time).1, NOW_MS + 2 * HOUR_MS, "time has caught up");
    rig.assert_clean();
}

#[test]
fn of_many_saves_after_a_clock_that_was_far_ahead_each_is_shown_when_it_was_typed() {
    let mut rig = rig();
    let first_seq = rig.register.next_seq();
    rig.add_at(NOW_MS + 1_000 * HOUR_MS);
    let at = |n: i64| NOW_MS + n * HOUR_MS;
    let saved: Vec<RecordId> = (1..=30).map(|n| rig.add_at(at(n))).collect();
    for (n, id) in (1..).zip(&saved) {
        assert_eq!(times(&rig, *id), (vec![at(n)], at(n), at(n)), "{n}");
    }
    // Also once the hub has heard of them.
    let to_tell = rig.register.clock_to_tell(200).expect("a read");
    assert_eq!(to_tell.len(), saved.len());
    let mark = |writer: &mut crate::Writer| writer.clock_was_told(&to_tell, (1, Some(7), Some(at(31))));
    rig.register.transact(Operation::HubTimeNote, at(31), mark).expect("written");
    for (n, id) in (1..).zip(&saved) {
        assert_eq!(times(&rig, *id).1, at(n), "{n}");
    }
    // One word of the hub for all of them adds to what each has by itself.
    correct(&mut rig, first_seq, -HOUR_MS, at(1_000));
    for (n, id) in (0..).zip(&saved) {
        assert_eq!(times(&rig, *id).1, at(n), "{n}");
    }
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

fn take(rig: &mut Rig, number: u64, words: &[(DeviceId, ClockRow)]) {
    let take = |writer: &mut crate::Writer| writer.take_clock(number, words);
    rig.register.transact(Operation::HubTimeNote, NOW_MS, take).expect("written");
}

fn told(rig: &mut Rig, rows: &[ClockRow], epoch: u64) {
    let mark = |writer: &mut crate::Writer| writer.clock_was_told(rows, (epoch, None, None));
    rig.register.transact(Operation::HubTimeNote, NOW_MS, mark).expect("written");
}

#[test]
fn what_stamps_are_off_is_told_once_to_each_state_of_the_hub() {
    let mut rig = rig();
    rig.add_at(NOW_MS + HOUR_MS);
    correct(&mut rig, 1, -HOUR_MS, NOW_MS);
    let counted_on = rig.add_at(NOW_MS + HOUR_MS / 2);
    let to_tell = rig.register.clock_to_tell(10).expect("a read");
    let [counted, run] = to_tell.as_slice() else { panic!("{to_tell:?}") };
    assert_eq!((run.first_seq, run.last_seq, run.offset_ms, run.told_at_ms), (1, 1, -HOUR_MS, Some(NOW_MS)));
    assert_eq!((counted.first_seq, counted.offset_ms, counted.told_at_ms), (2, -HOUR_MS / 2, None));
    told(&mut rig, &to_tell, 1);
    assert_eq!(rig.register.clock_to_tell(10).expect("a read"), []);
    assert!(!rig.register.has_clock_of_other_epochs(1).expect("a read"));
    assert!(rig.register.has_clock_of_other_epochs(2).expect("a read"));
    // Its number for it is one that this PC has heard: a hub that no longer has it is seen through.
    let by = (1, Some(1_768_000_000), None);
    let mark = |writer: &mut crate::Writer| writer.clock_was_told(&to_tell, by);
    rig.register.transact(Operation::HubTimeNote, NOW_MS, mark).expect("written");
    assert_eq!(rig.register.clock_cursor().expect("a read"), Some(1_768_000_000));
    // It was restored from a backup.
    told(&mut rig, &[], 2);
    assert_eq!(rig.register.clock_to_tell(10).expect("a read"), to_tell);
    assert_eq!(times(&rig, counted_on).1, NOW_MS + HOUR_MS / 2);
}

#[test]
fn a_run_that_has_grown_is_told_anew_and_a_minute_is_not_worth_a_word() {
    let mut rig = rig();
    let ahead = rig.add_at(NOW_MS + HOUR_MS);
    told(&mut rig, &[], 1);
    let edit = |rig: &mut Rig, now_ms, n| {
        let edit = |w: &mut crate::Writer| w.patch_record(ahead, mediation("2026-11-03", n));
        rig.register.transact(Operation::RecordEdit, now_ms, edit).expect("saved");
    };
    edit(&mut rig, NOW_MS + HOUR_MS - 90_000, 5);
    assert_eq!(rig.register.clock_to_tell(10).expect("a read"), [], "a minute and a half");
    // Two in one transaction are one run.
    edit(&mut rig, NOW_MS, 6);
    let first = rig.register.clock_to_tell(10).expect("a read");
    told(&mut rig, &first, 1);
    let stamp = rig.register.record(ahead).expect("a read").expect("a record").state.last.1;
    edit(&mut rig, stamp.wall_ms() + first[0].offset_ms, 7);
    let grown = rig.register.clock_to_tell(10).expect("a read");
    assert_eq!(grown.len(), 1);
    assert!(grown[0].last_seq > first[0].last_seq, "{first:?} {grown:?}");
}

#[test]
fn another_pcs_times_are_put_right_by_the_hubs_word_and_a_later_word_takes_its_place() {
    let mut rig = rig();
    let other = DeviceId(77);
    let run = ClockRow { first_seq: 3, last_seq: 5, offset_ms: -HOUR_MS, told_at_ms: Some(NOW_MS) };
    let shown = |rig: &Rig, device, seq| {
        let change = Version { device, seq };
        rig.register.view().shown_ms(change, NOW_MS + HOUR_MS - 1).expect("a read")
    };
    assert_eq!(rig.register.clock_cursor().expect("a read"), None);
    let own = rig.register.identity().device;
    take(&mut rig, 9, &[(other, run), (own, run)]);
    assert_eq!(rig.register.clock_cursor().expect("a read"), Some(9));
    assert_eq!((shown(&rig, other, 2), shown(&rig, other, 3)), (NOW_MS + HOUR_MS - 1, NOW_MS - 1));
    assert_eq!(shown(&rig, own, 3), NOW_MS + HOUR_MS - 1, "of its own it knows better");
    assert_eq!(rig.register.clock_to_tell(10).expect("a read"), [], "others tell theirs");
    // Heard again, and grown.
    take(&mut rig, 9, &[(other, run)]);
    take(&mut rig, 10, &[(other, ClockRow { last_seq: 6, ..run })]);
    // A file that was on its way for long.
    take(&mut rig, 9, &[(other, run)]);
    assert_eq!((shown(&rig, other, 5), shown(&rig, other, 6)), (NOW_MS - 1, NOW_MS - 1));
    rig.assert_clean();
}

#[test]
fn a_pc_that_goes_on_as_another_hears_all_words_again_and_adds_none_up() {
    let mut rig = rig();
    let kept = rig.add_at(NOW_MS + HOUR_MS);
    let last_common = rig.register.next_seq() - 1;
    correct(&mut rig, 1, -HOUR_MS, NOW_MS);
    let old = rig.register.identity().device;
    let run = ClockRow { first_seq: 1, last_seq: 1, offset_ms: -HOUR_MS, told_at_ms: Some(NOW_MS) };
    take(&mut rig, 9, &[(DeviceId(77), run)]);
    rig.add_at(NOW_MS);
    super::renew::renew(&mut rig, DeviceId(7), last_common);
    assert_eq!(rig.register.clock_cursor().expect("a read"), None);
    take(&mut rig, 12, &[(old, run), (DeviceId(77), run)]);
    assert_eq!(times(&rig, kept), (vec![NOW_MS], NOW_MS, NOW_MS));
    let shown =
        rig.register.view().shown_ms(Version { device: DeviceId(77), seq: 1 }, NOW_MS).expect("a read");
    assert_eq!(shown, NOW_MS - HOUR_MS);
}
