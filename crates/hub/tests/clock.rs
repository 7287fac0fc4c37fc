//! Stamps of a PC with a wrong clock: what it tells of them, and the other PC of its commune hears.

mod rig;

use rig::{Rig, end, hello, unit};
use sohoi_hub::session::Session;
use sohoi_hub_db::story::{Pen, activity};
use sohoi_protocol::clock::{ClockRun, ClockRuns, ClockWord, ClockWords};
use sohoi_protocol::message::{End, Hello, Pull, PullKind};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, SyncProtocol};

const RUN: ClockRun = ClockRun { first_seq: 1, last_seq: 2, offset_ms: -3_600_000, told_at_ms: None };

fn say(rig: &Rig, pen: &Pen, hello: Hello, frames: Vec<Frame>) -> Vec<Frame> {
    let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
    let mut session = Session::new(rig.hub.clone(), device);
    session.on_frame(Frame::Hello(hello)).expect("the database works");
    frames.into_iter().flat_map(|frame| session.on_frame(frame).expect("the database works")).collect()
}

fn hears(rig: &Rig, pen: &Pen, cursor: Option<u64>) -> Option<(Pull, ClockWords)> {
    let end = End::sign(1, [0; 32], &pen.signer);
    let said = say(rig, pen, Hello { clock_cursor: cursor, ..hello(pen) }, vec![Frame::End(end)]);
    assert!(matches!(said.last(), Some(Frame::Done(_))), "{said:?}");
    said.into_iter().find_map(|frame| match frame {
        Frame::Pull(pull) if pull.kind == PullKind::Clock as u8 => {
            let words = ClockWords::of_pull(&pull).expect("words");
            Some((pull, words))
        }
        _ => None,
    })
}

#[test]
fn what_a_pc_tells_of_its_stamps_reaches_the_other_pc_of_its_commune_once() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (other, _) = rig.town(2);
    let (stranger, _) = rig.enrolled(3, unit("20047", "2018-06-01"));
    for _ in 0..2 {
        pen.create("propaganda_activity", activity("2018-05-05", 20));
    }
    let sealed = pen.seal();
    // Of what the hub does not have by END it takes no word.
    let beyond = ClockRun { first_seq: 2, last_seq: 3, ..RUN };
    let before_ms = rig.hub.now_ms();
    let told = End { clock: Some(ClockRuns(vec![RUN, beyond])), ..end(&pen, &sealed) };
    let said = say(&rig, &pen, hello(&pen), vec![Frame::Batch(sealed.bytes.clone()), Frame::End(told)]);
    let [Frame::Ack(_), Frame::Done(done)] = said.as_slice() else { panic!("{said:?}") };
    let (pull, words) = hears(&rig, &other, None).expect("it hears");
    assert_eq!(done.clock_number, Some(words.number), "who told it hears its number");
    assert!(pull.is_signed_by(&Signer::new(&[42; 32]).public_key()));
    let [ClockWord { device, run }] = words.words.as_slice() else { panic!("{words:?}") };
    assert_eq!((*device, run.first_seq, run.last_seq, run.offset_ms), (pen.device.0, 1, 2, RUN.offset_ms));
    let told_at_ms = run.told_at_ms.expect("the hub's moment");
    assert!((before_ms..=rig.hub.now_ms()).contains(&told_at_ms));
    assert_eq!(hears(&rig, &other, Some(words.number)), None);
    assert_eq!(hears(&rig, &stranger, None), None);
    assert_eq!(rig.state(&pen).0, 3);
}

#[test]
fn of_a_history_that_is_not_the_hubs_no_word_is_taken() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (other, _) = rig.town(2);
    pen.create("propaganda_activity", activity("2018-05-05", 20));
    let sealed = pen.seal();
    let bad = End { clock: Some(ClockRuns(vec![RUN])), chain: [1; 32], ..end(&pen, &sealed) };
    let said = say(&rig, &pen, hello(&pen), vec![Frame::Batch(sealed.bytes.clone()), Frame::End(bad)]);
    assert!(matches!(said.as_slice(), [Frame::Ack(_), Frame::Refused(_)]), "{said:?}");
    assert_eq!(hears(&rig, &other, None), None);
}
