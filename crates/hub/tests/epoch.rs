//! A hub that was put back to a backup: who tells it, and what proves nothing.

mod rig;

use rig::{Rig, hello};
use sohoi_hub::bulletin::{self, News};
use sohoi_hub::session::Session;
use sohoi_protocol::bulletin::{Body, Comment};
use sohoi_protocol::message::Hello;
use sohoi_protocol::{Frame, SyncProtocol};

#[test]
fn a_device_that_has_heard_more_than_the_hub_has_said_begins_another_epoch_once() {
    let rig = Rig::new();
    let (pen, _) = rig.town(1);
    let said = |hello: Hello| {
        let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
        let mut session = Session::new(rig.hub.clone(), device);
        session.on_frame(Frame::Hello(hello)).expect("the database works")
    };
    let epoch_heard = |hello: Hello| match said(hello).as_slice() {
        [Frame::Welcome(welcome)] => welcome.epoch,
        other => panic!("{other:?}"),
    };
    let refused = |hello: Hello| match said(hello).as_slice() {
        [Frame::Refused(refusal)] => (refusal.code.clone(), refusal.reason.clone()),
        other => panic!("{other:?}"),
    };
    let at = |epoch: u64| Hello { epoch: Some(epoch), ..hello(&pen) };
    let now_s = u64::try_from(rig.hub.now_ms() / 1_000).expect("after 1970");
    assert_eq!(epoch_heard(at(1)), 1);
    assert_eq!(epoch_heard(Hello { next_seq: 5, ..hello(&pen) }), 1, "of an epoch that nobody names");
    // It has a receipt that this hub did not give, as far as it knows.
    let second = epoch_heard(Hello { next_seq: 5, ..at(1) });
    assert!(second >= now_s, "a moment, so that no number comes twice");
    assert_eq!(epoch_heard(Hello { next_seq: 5, ..at(1) }), second, "another one tells the same");
    let heard = |epoch: u64| Hello {
        bulletin_cursor: 1_768_000_000_000,
        clock_cursor: Some(1_768_000_000),
        ..at(epoch)
    };
    let third = epoch_heard(heard(second));
    assert!(third > second);
    assert_eq!(epoch_heard(heard(third)), third, "it says the same numbers for good");
    // Another PC heard a later one, and comes by for the first time since.
    let later = |epoch: u64| Hello { bulletin_cursor: 1_768_000_000_009, ..at(epoch) };
    assert_eq!((epoch_heard(later(1)), epoch_heard(later(third))), (third, third));
    assert_eq!(epoch_heard(Hello { bulletin_cursor: i64::MAX as u64, ..at(third) }), third, "never said");
    // Put back to what it was before it was put back.
    assert_eq!(epoch_heard(at(third + 60)), third + 61);
    assert_eq!(rig.hub.db.standing().expect("a read").epoch, third + 61);
    let beyond = Hello { next_seq: 1_000_002, ..at(third + 61) };
    assert_eq!(refused(beyond), ("sync.refused".to_string(), "sequence".to_string()));
    assert_eq!(refused(Hello { next_seq: u64::MAX, ..at(third + 61) }).1, "sequence");
    assert_eq!(rig.hub.db.standing().expect("a read").epoch, third + 61, "it begins nothing");
    assert_eq!(epoch_heard(at(u64::MAX)), third + 61, "nobody is shut out for what was never said");
    let comment = Comment {
        author: "Phòng Tổng hợp".to_string(),
        text: "Xem lại".to_string(),
        about: None,
        indicator: None,
        record: None,
        reply_to: None,
    };
    let news = News { scope: None, topic: None, follows: None, body: Body::Comment(comment) };
    bulletin::publish(&rig.hub, &news, "cli").expect("published");
    assert!(rig.hub.db.standing().expect("a read").bulletin > 1_768_000_000_009);
}
