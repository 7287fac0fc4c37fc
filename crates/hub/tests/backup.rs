//! Backups of a hub that goes on receiving, and what a hub that was put back to one says.

mod rig;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rig::{CATALOGUE, Rig, hello};
use sohoi_hub::session::Session;
use sohoi_hub_db::HubDb;
use sohoi_hub_db::story::{Pen, activity};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::message::Hello;
use sohoi_protocol::{Frame, SyncProtocol};

fn send(rig: &Rig, pen: &mut Pen) {
    pen.create("propaganda_activity", activity("2018-05-05", 20));
    let sealed = pen.seal();
    let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
    let mut session = Session::new(rig.hub.clone(), device);
    let hello = Hello { next_seq: sealed.first_seq, ..hello(pen) };
    session.on_frame(Frame::Hello(hello)).expect("the database works");
    let said = session.on_frame(Frame::Batch(sealed.bytes)).expect("the database works");
    assert!(matches!(said.as_slice(), [Frame::Ack(_)]), "{said:?}");
}

#[test]
fn each_backup_is_one_whole_state_of_a_hub_that_receives_meanwhile() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let device = pen.device;
    send(&rig, &mut pen);
    let (file, is_done) = (rig.folder.path().join("hub.db"), AtomicBool::new(false));
    let backups = tempfile::tempdir().expect("a folder");
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // Not for ever, should a backup fail.
            (0..5_000).take_while(|_| !is_done.load(Ordering::Relaxed)).for_each(|_| send(&rig, &mut pen));
        });
        for n in 0..5 {
            let to = backups.path().join(format!("{n}.db"));
            std::fs::File::create(&to).expect("its place");
            SqliteHub::backup(&file, &to).expect("a backup");
            let copy = SqliteHub::open(&to, Arc::clone(&CATALOGUE)).expect("a hub");
            let verified = copy.verify().expect("a replay");
            assert_eq!(verified.differences, []);
            let next_seq = copy.device(device).expect("a read").expect("a device").next_seq;
            assert_eq!(verified.n_batches, next_seq - 1, "a batch has one change");
            assert_eq!(copy.hub().expect("a hub"), rig.hub.row, "with its key");
            seen.push(next_seq);
        }
        is_done.store(true, Ordering::Relaxed);
    });
    assert!(seen.is_sorted(), "{seen:?}");
    assert!(rig.state(&pen).0 > seen[4], "it went on: {seen:?}");
}
