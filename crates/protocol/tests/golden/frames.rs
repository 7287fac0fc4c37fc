//! One frame of every type.

use std::collections::BTreeMap;

use sohoi_domain::photo::{Photo, PhotoId, Place};
use sohoi_protocol::batch::{self, START};
use sohoi_protocol::brief::{AckBrief, DoneBrief, EndBrief, WelcomeBrief};
use sohoi_protocol::clock::{ClockRun, ClockRuns, ClockWord, ClockWords};
use sohoi_protocol::enrol::RenewReq;
use sohoi_protocol::message::{
    Begun, Blob, Done, End, Hello, Kept, Photos, Pull, Receipt, Refusal, Renew, Welcome,
};
use sohoi_protocol::photo;
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, KindSum, KindSums, Rest};

use super::{COMMUNE_KEY, HUB_SECRET, device, device_id};

const CHAIN: [u8; 32] = [0x55; 32];
const NOW_MS: i64 = 1_768_000_000_000;

pub fn of_every_type(batch: &[u8]) -> Vec<(&'static str, Frame)> {
    let device = device();
    let hub = Signer::new(&HUB_SECRET);
    let receipt = Receipt {
        device: device_id().0,
        first_seq: 1,
        count: 60,
        chain: CHAIN,
        epoch: 2,
        at_ms: NOW_MS,
        signature: [0; 64],
    };
    vec![
        ("hello", Frame::Hello(hello())),
        ("batch", Frame::Batch(batch.to_vec())),
        ("rest", Frame::Rest(Rest { from: 100, bytes: batch[100..].to_vec() })),
        ("photos", Frame::Photos(Photos { offered: ids(2), wanted: ids(1) })),
        ("blob", Frame::Blob(Blob::of(photo::open_content(&picture())))),
        ("blob_sealed", Frame::Blob(Blob::of(photo::sealed_content(&picture(), &COMMUNE_KEY)))),
        ("end", Frame::End(End::sign(61, CHAIN, &device))),
        ("end_brief", Frame::EndBrief(EndBrief { sums: None })),
        ("end_brief_sums", Frame::EndBrief(EndBrief { sums: Some([0x99; 16]) })),
        ("end_sums", Frame::End(End { sums: Some([0x99; 16]), ..End::sign(61, CHAIN, &device) })),
        ("end_clock", Frame::End(End { clock: Some(clock()), ..End::sign(61, CHAIN, &device) })),
        ("hello_epoch", Frame::Hello(Hello { epoch: Some(2), ..hello() })),
        ("hello_clock", Frame::Hello(Hello { clock_cursor: Some(1_768_000_000), ..hello() })),
        ("pull_clock", Frame::Pull(clock_words().pull(&hub))),
        ("renew", Frame::Renew(renew())),
        ("welcome", Frame::Welcome(welcome())),
        ("welcome_begun", Frame::Welcome(Welcome { begun: Some(Begun::of(&batch[..100])), ..welcome() })),
        ("welcome_brief", Frame::WelcomeBrief(WelcomeBrief { epoch: 2, now_ms: NOW_MS })),
        ("ack", Frame::Ack(receipt.signed(&hub))),
        ("ack_brief", Frame::AckBrief(ack_brief(batch, &hub))),
        ("kept", Frame::Kept(kept().signed(&hub))),
        (
            "pull",
            Frame::Pull(Pull { kind: 1, number: 5, device: 7, content: vec![0, 255], signature: [0x77; 64] }),
        ),
        ("done", Frame::Done(done())),
        ("done_brief", Frame::DoneBrief(DoneBrief { more: false })),
        ("done_brief_more", Frame::DoneBrief(DoneBrief { more: true })),
        ("done_clock", Frame::Done(Done { clock_number: Some(1_768_000_000), ..done() })),
        ("done_sums", Frame::Done(Done { again: Some(vec![1, 501]), ..done().with_sums(&sums()) })),
        ("refused", Frame::Refused(Refusal::new("sync.batch_refused", "order").with("next_seq", 61))),
    ]
}

fn clock() -> ClockRuns {
    let run = ClockRun { first_seq: 11, last_seq: 40, offset_ms: -3_600_000, told_at_ms: Some(NOW_MS) };
    let counted_on = ClockRun { first_seq: 41, last_seq: 41, offset_ms: -1_500_000, told_at_ms: None };
    ClockRuns(vec![counted_on, run])
}

fn clock_words() -> ClockWords {
    let words = clock().0.into_iter().map(|run| ClockWord { device: device_id().0, run });
    ClockWords { number: 1_768_000_000, words: words.collect() }
}

fn renew() -> Renew {
    let request = RenewReq::sign(&device(), &Signer::new(&[0x44; 32]), "token", &[1, 2, 3]);
    Renew { old: device_id().0, request }
}

// Of the very batch, so that whoever has heard HELLO, BATCH and WELCOME can verify it.
fn ack_brief(bytes: &[u8], hub: &Signer) -> AckBrief {
    let receipt = Receipt {
        device: device_id().0,
        first_seq: 1,
        count: batch::header(bytes).expect("sealed here").count,
        chain: batch::chain_of(bytes, &START),
        epoch: 2,
        at_ms: NOW_MS + 7,
        signature: [0; 64],
    };
    AckBrief { after_ms: 7, signature: receipt.signed(hub).signature }
}

fn ids(n: u8) -> Vec<PhotoId> {
    (0..n).map(|n| PhotoId([0x60 + n; 32])).collect()
}

fn picture() -> Photo {
    let place = Place::new(1_612_345, -10_721_000);
    Photo { jpeg: b"\xff\xd8 a picture \xff\xd9".to_vec(), width: 1_600, height: 900, place }
}

fn kept() -> Kept {
    Kept {
        kept: ids(1),
        lacking: ids(2)[1..].to_vec(),
        device: device_id().0,
        epoch: 2,
        at_ms: NOW_MS + 3,
        signature: [0; 64],
    }
}

fn done() -> Done {
    Done { more: true, ..Done::at(61, CHAIN) }
}

fn sums() -> KindSums {
    let sum = |n_changes, byte| KindSum { n_changes, digest: [byte; 32] };
    KindSums(BTreeMap::from([(1, sum(12, 0xaa)), (17, sum(300, 0xbb)), (40_000, sum(1 << 40, 0xcc))]))
}

fn hello() -> Hello {
    Hello {
        protocol: 1,
        program: "0.1.0".into(),
        device: device_id().0,
        next_seq: 1,
        mark: [0; 8],
        boot: 3,
        wall_ms: -5,
        monotonic_ms: 90_000,
        catalogue: 1,
        bulletin_cursor: 0,
        device_cursors: BTreeMap::from([(7, 1), (u64::MAX, 1 << 33)]),
        clock_cursor: None,
        epoch: None,
    }
}

fn welcome() -> Welcome {
    Welcome {
        protocol: 1,
        epoch: 2,
        next_seq: 1,
        chain: [0; 32],
        now_ms: NOW_MS,
        max_batch_bytes: 1 << 20,
        begun: None,
    }
}
