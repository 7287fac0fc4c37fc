//! What stamps are off, for the other devices of a commune.

use sohoi_protocol::clock::{ClockRun, ClockWord};

use super::{NOW_MS, Pen};
use crate::HubDb;

const RUN: ClockRun =
    ClockRun { first_seq: 2, last_seq: 4, offset_ms: -3_600_000, told_at_ms: Some(NOW_MS - 9) };

pub fn words_go_to_the_other_devices_of_a_unit(db: &dyn HubDb, pens: &[Pen]) {
    let note = |run: ClockRun| db.note_clock(pens[0].device, &[run], NOW_MS).expect("noted");
    let after = |pen: usize, number| db.clocks_after(pens[pen].device, number, 10).expect("a read");
    assert_eq!(after(1, 0), None);
    note(RUN);
    let first = after(1, 0).expect("the other PC of the unit");
    assert_eq!(first.words, [ClockWord { device: pens[0].device.0, run: RUN }]);
    assert_eq!((after(0, 0), after(2, 0)), (None, None), "neither itself nor another commune");
    assert_eq!(after(1, first.number), None);
    // Said again, it is nothing new; nor is it when it has shrunk.
    note(RUN);
    note(ClockRun { last_seq: 3, ..RUN });
    assert_eq!(after(1, first.number), None);
    // The moment is the hub's own at the latest.
    note(ClockRun { first_seq: 7, last_seq: 7, told_at_ms: Some(NOW_MS + 1), ..RUN });
    note(ClockRun { first_seq: 8, last_seq: 8, told_at_ms: None, ..RUN });
    let grown = ClockRun { last_seq: 6, ..RUN };
    note(grown);
    let more = after(1, first.number).expect("three");
    assert!(more.number > first.number);
    let told: Vec<_> = more.words.iter().map(|word| (word.run.first_seq, word.run.told_at_ms)).collect();
    assert_eq!(told, [(7, Some(NOW_MS)), (8, Some(NOW_MS)), (2, Some(NOW_MS - 9))]);
    assert_eq!(more.words[2].run, grown);
    let limited = db.clocks_after(pens[1].device, 0, 2).expect("a read").expect("two of three");
    assert_eq!(limited.words.len(), 2);
    let rest = after(1, limited.number).expect("the third");
    assert_eq!((rest.number, rest.words.len()), (more.number, 1));
}
