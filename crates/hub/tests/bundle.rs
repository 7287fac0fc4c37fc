//! A bundle and its answer, with the hub in this process.

mod rig;

use std::fs::File;
use std::path::{Path, PathBuf};

use rig::{Rig, end, hello, unit};
use sohoi_domain::{Day, DeviceId};
use sohoi_hub::HubError;
use sohoi_hub::bundle::{Answered, accept};
use sohoi_hub::session::Session;
use sohoi_hub_db::story::{Pen, activity};
use sohoi_protocol::batch::Sealed;
use sohoi_protocol::bundle::{BundleError, BundleReader, BundleWriter, Label, Way, write_whole};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, SyncProtocol};

const HUB: [u8; 32] = [42; 32];

impl Rig {
    fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a bundle of these batches as the register does.
    fn bundle(&self, pen: &Pen, name: &str, batches: &[&Sealed]) -> PathBuf {
        let hub_key = Signer::new(&HUB).public_key();
        let last = batches.last().expect("there is a batch");
        let label = Label {
            way: Way::Bundle,
            hub: DeviceId::of_public_key(&hub_key),
            unit: pen.unit.clone(),
            device: pen.device,
            number: 1,
            made_on: Day::from_number(20_000),
            first_seq: batches[0].first_seq,
            next_seq: last.first_seq + u64::from(last.count),
        };
        let batches = batches.iter().map(|batch| Frame::Batch(batch.bytes.clone()));
        let frames =
            std::iter::once(Frame::Hello(hello(pen))).chain(batches).chain([Frame::End(end(pen, last))]);
        let path = self.place(name);
        let written = write_whole(&path, |file| {
            let mut writer = BundleWriter::create(file, &label, &hub_key)?;
            frames.into_iter().try_for_each(|frame| writer.frame(&frame))?;
            writer.finish(&pen.signer)
        });
        let _: u64 = written.map_err(|error: BundleError| error.to_string()).expect("it is written");
        path
    }

    fn accept(&self, bundle: &Path) -> Result<Answered, HubError> {
        accept(&self.hub, bundle, &self.place("answer"), "receipt")
    }

    fn answer(&self, pen: &Pen) -> Vec<Frame> {
        let file = File::open(self.place("answer")).expect("there is an answer");
        let mut reader = BundleReader::open(file, Way::Answer).expect("it is one");
        let mut frames = Vec::new();
        let hub_key = Signer::new(&HUB).public_key();
        let read = reader.read(&pen.signer, &hub_key, &mut |frame| {
            frames.push(frame);
            Ok::<(), BundleError>(())
        });
        read.expect("it is whole, the hub's, and for this device");
        frames
    }
}

fn sealed(pen: &mut Pen, n: usize) -> Sealed {
    for _ in 0..n {
        pen.create("propaganda_activity", activity("2018-05-05", 20));
    }
    pen.seal()
}

#[test]
fn the_answer_bears_receipts_and_the_audit_knows_of_it() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (first, second) = (sealed(&mut pen, 2), sealed(&mut pen, 3));
    let answered = rig.accept(&rig.bundle(&pen, "bundle", &[&first, &second])).expect("it is taken");
    assert_eq!((answered.n_batches, answered.n_changes, answered.refusal), (2, 5, None));
    let frames = rig.answer(&pen);
    let [Frame::Welcome(_), Frame::Ack(one), Frame::Ack(two), Frame::Done(_)] = frames.as_slice() else {
        panic!("{frames:?}")
    };
    assert!(one.is_signed_by(&Signer::new(&HUB).public_key()) && two.chain == second.chain);
    assert_eq!(rig.state(&pen), (6, second.chain, 2));
    let audit = rig.hub.db.audit().expect("a read");
    assert!(audit.iter().any(|row| row.entry.action == "bundle.accepted"), "{audit:?}");
}

#[test]
fn what_was_taken_before_a_refusal_has_its_receipt_in_the_answer() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let first = sealed(&mut pen, 2);
    pen.unit = unit("20047", "2018-06-01");
    let elsewhere = sealed(&mut pen, 1);
    pen.unit = unit("20044", "2018-06-01");
    let bundle = rig.bundle(&pen, "bundle", &[&first, &elsewhere]);
    let answered = rig.accept(&bundle).expect("there is an answer");
    let refusal = answered.refusal.as_ref().expect("the second is refused");
    assert_eq!((answered.n_batches, refusal.reason.as_str()), (1, "unit"));
    assert!(!answered.is_early());
    let frames = rig.answer(&pen);
    assert!(matches!(frames.as_slice(), [Frame::Welcome(_), Frame::Ack(_), Frame::Refused(_)]), "{frames:?}");
    assert_eq!(rig.state(&pen), (3, first.chain, 1));
}

#[test]
fn a_file_that_was_overtaken_is_answered_and_on_the_line_the_same_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let first = sealed(&mut pen, 2);
    let old = rig.bundle(&pen, "old", &[&first]);
    let second = sealed(&mut pen, 1);
    rig.accept(&rig.bundle(&pen, "new", &[&first, &second])).expect("it is taken");
    let answered = rig.accept(&old).expect("it is answered");
    assert_eq!((answered.n_batches, answered.n_replayed, answered.refusal), (1, 1, None));

    let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
    let mut line = Session::new(rig.hub.clone(), device);
    line.on_frame(Frame::Hello(hello(&pen))).expect("the database works");
    let said = line.on_frame(Frame::End(end(&pen, &first))).expect("the database works");
    assert!(matches!(said.as_slice(), [Frame::Refused(refusal)] if refusal.reason == "order"), "{said:?}");
    assert_eq!(rig.state(&pen), (4, second.chain, 2));
}

#[test]
fn a_bundle_under_another_devices_name_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (other, _) = rig.enrolled(2, unit("20044", "2018-06-01"));
    let first = sealed(&mut pen, 1);
    let own_signer = std::mem::replace(&mut pen.signer, Signer::new(&[2; 32]));
    let signed_by_other = rig.bundle(&pen, "forged", &[&first]);
    assert_eq!(rig.accept(&signed_by_other).expect_err("it is refused").code(), "bundle.damaged");
    pen.signer = own_signer;
    let own_device = std::mem::replace(&mut pen.device, other.device);
    let named_other = rig.bundle(&pen, "forged", &[&first]);
    assert_eq!(rig.accept(&named_other).expect_err("it is refused").code(), "bundle.damaged");
    pen.device = own_device;
    assert_eq!((rig.state(&pen).0, rig.state(&other).0), (1, 1));
}
