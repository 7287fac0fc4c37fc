//! The hub's own thread sums up what was taken, without anybody asking.

mod rig;

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rig::{Rig, hello};
use sohoi_domain::Catalogue;
use sohoi_domain::catalogue::Pack;
use sohoi_hub::projector::Projector;
use sohoi_hub::session::Session;
use sohoi_hub_db::HubDb;
use sohoi_hub_db::story::{Pen, activity};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::{Frame, SyncProtocol};

fn send(rig: &Rig, pen: &mut Pen) {
    let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
    let mut session = Session::new(rig.hub.clone(), device);
    pen.create("propaganda_activity", activity("2018-05-05", 20));
    let sealed = pen.seal();
    session.on_frame(Frame::Hello(hello(pen))).expect("a welcome");
    let answer = session.on_frame(Frame::Batch(sealed.bytes)).expect("an answer");
    assert!(matches!(answer[..], [Frame::Ack(_)]), "{answer:?}");
}

fn started(rig: &Rig) -> Projector {
    let db = rig.hub.db.clone();
    Projector::start(move || db.clone(), rig.hub.bell.clone()).expect("a thread")
}

fn is_soon_done(rig: &Rig) -> bool {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if rig.hub.db.n_behind().expect("a read") == 0 {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

#[test]
fn it_begins_with_what_was_left_and_goes_on_with_what_comes() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    send(&rig, &mut pen);
    assert_eq!(rig.hub.db.n_behind().expect("a read"), 1);
    let projector = started(&rig);
    assert!(is_soon_done(&rig));
    send(&rig, &mut pen);
    assert!(is_soon_done(&rig));
    drop(projector);
    assert_eq!(rig.hub.db.verify().expect("a replay").differences, []);
}

#[test]
fn it_ends_at_once_when_nothing_comes() {
    let rig = Rig::new();
    let projector = started(&rig);
    assert!(is_soon_done(&rig));
    drop(projector);
    let (mut pen, _) = rig.town(1);
    send(&rig, &mut pen);
    assert_eq!(rig.hub.db.n_behind().expect("a read"), 1, "nobody listens any more");
}

#[test]
fn it_goes_on_with_the_database_that_has_the_newer_catalogue() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let served = Arc::new(Mutex::new(rig.hub.db.clone()));
    let asked = served.clone();
    let db = move || asked.lock().expect("nobody panics").clone();
    let projector = Projector::start(db, rig.hub.bell.clone()).expect("a thread");
    send(&rig, &mut pen);
    assert!(is_soon_done(&rig));
    let files =
        Pack::embedded().files().map(|(path, text)| (path.to_string(), format!("{text}\n"))).collect();
    let newer = Arc::new(Catalogue::load(&Pack::new(files)).expect("it is as good"));
    let newer: Arc<dyn HubDb> =
        Arc::new(SqliteHub::open(&rig.folder.path().join("hub.db"), newer).expect("another process"));
    rig.hub.bell.ring();
    assert_eq!(newer.n_behind().expect("a read"), 1, "the other has nothing to do with it any more");
    *served.lock().expect("nobody panics") = newer.clone();
    rig.hub.bell.ring();
    assert!(is_soon_done(&rig));
    drop(projector);
    assert_eq!(newer.verify().expect("a replay").differences, []);
}
