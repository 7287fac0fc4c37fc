//! The device's side of a sync believes nothing that its hub has not signed.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::DeviceId;
use sohoi_protocol::batch::START;
use sohoi_protocol::brief::{AckBrief, DoneBrief, WelcomeBrief};
use sohoi_protocol::bulletin::{Body, Bulletin};
use sohoi_protocol::message::{Done, Hello, Pull, PullKind, Receipt, Refusal, Welcome};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, SyncProtocol, limits};
use sohoi_store::{BatchRow, EnrolmentRow, PeerRow};
use sohoi_sync::{
    Cancel, Carrier, Engine, Event, Manner, Naming, Pulled, Staged, SyncError, Traffic, write_bundle,
};

const DEVICE: u64 = 7;

fn hub() -> Signer {
    Signer::new(&[1; 32])
}

fn batch(first_seq: u64, chain: u8) -> BatchRow {
    BatchRow { first_seq, count: 10, chain: [chain; 32], bytes: vec![chain; 40] }
}

/// Two batches of ten changes each, from number 11 on.
fn engine() -> Engine {
    Engine::new(staged(), Manner::Ahead)
}

fn staged() -> Staged {
    Staged {
        hello: Hello {
            protocol: limits::PROTOCOL,
            program: String::new(),
            device: DEVICE,
            next_seq: 11,
            mark: [0; 8],
            boot: 1,
            wall_ms: 1,
            monotonic_ms: 1,
            catalogue: 1,
            bulletin_cursor: 0,
            device_cursors: BTreeMap::new(),
            clock_cursor: None,
            epoch: None,
        },
        batches: vec![batch(11, 1), batch(21, 2)],
        hub: EnrolmentRow {
            hub_url: String::new(),
            hub_key: hub().public_key(),
            token: String::new(),
            province: String::new(),
            hub_epoch: 1,
            enrolled_at_ms: 1,
        },
        roots: Vec::new(),
        signer: Signer::new(&[2; 32]),
        peers: Vec::new(),
        commune_key: [9; 32].into(),
        final_chain: [2; 32],
        next_seq: 31,
        places: (0..20).map(|n| (11 + 10 * n, [n as u8; 32])).chain([(1, [0; 32]), (5, [0; 32])]).collect(),
        n_left_over: 0,
        renew: None,
        clock: Vec::new(),
        is_late: false,
        begun: None,
        sums: None,
        photos: Default::default(),
    }
}

fn receipt(first_seq: u64, chain: u8) -> Receipt {
    Receipt {
        device: DEVICE,
        first_seq,
        count: 10,
        chain: [chain; 32],
        epoch: 1,
        at_ms: 5,
        signature: [0; 64],
    }
}

fn ack(receipt: Receipt) -> Frame {
    Frame::Ack(receipt.signed(&hub()))
}

fn done(next_seq: u64, chain: u8) -> Frame {
    Frame::Done(Done::at(next_seq, [chain; 32]))
}

#[test]
fn everything_goes_out_at_once_and_is_done_when_all_is_signed_for() {
    let mut engine = engine();
    let frames = engine.open().expect("it opens");
    let kinds: Vec<&str> = frames
        .iter()
        .map(|frame| match frame {
            Frame::Hello(_) => "hello",
            Frame::Batch(_) => "batch",
            Frame::End(_) => "end",
            _ => "other",
        })
        .collect();
    assert_eq!(kinds, ["hello", "batch", "batch", "end"]);
    for frame in [ack(receipt(11, 1)), ack(receipt(21, 2)), done(31, 2)] {
        engine.on_frame(frame).expect("it goes on");
    }
    assert_eq!(engine.take_confirmed().len(), 2);
    assert_eq!(engine.outcome().map(|o| (o.n_batches, o.n_changes)), Some((2, 20)));
}

#[test]
fn the_hubs_time_is_that_of_its_first_answer_and_goes_on_from_there() {
    let started = std::time::Instant::now();
    let mut engine = engine();
    engine.open().expect("it opens");
    // DONE was written down before what came down ahead of it, and says how late it was then.
    let frames = [welcome(11, 0), ack(receipt(11, 1)), ack(receipt(21, 2)), done(31, 2)];
    for frame in frames {
        engine.on_frame(frame).expect("it goes on");
    }
    let time = engine.outcome().and_then(|outcome| outcome.hub_time).expect("a time");
    assert_eq!(time.at_ms(started), 5, "and not that of DONE");
    let later = std::time::Instant::now() + std::time::Duration::from_secs(420);
    assert!(time.at_ms(later) >= 420_005);
}

#[test]
fn a_receipt_that_is_not_the_hubs_or_not_for_the_next_batch_confirms_nothing() {
    let forged = receipt(11, 1).signed(&Signer::new(&[3; 32]));
    let unsigned = receipt(11, 1);
    let other_device = Receipt { device: 8, ..receipt(11, 1) };
    let other_count = Receipt { count: 9, ..receipt(11, 1) };
    for (what, frame) in [
        ("another key", Frame::Ack(forged)),
        ("no signature", Frame::Ack(unsigned)),
        ("another device", ack(other_device)),
        ("another count", ack(other_count)),
        ("another chain", ack(receipt(11, 9))),
        ("a batch that was skipped", ack(receipt(21, 2))),
        ("a batch that is not there", ack(receipt(41, 1))),
    ] {
        let mut engine = engine();
        assert!(matches!(engine.on_frame(frame), Err(SyncError::BadReceipt)), "{what}");
        assert!(engine.take_confirmed().is_empty() && !engine.is_done(), "{what}");
    }
}

#[test]
fn the_answer_for_another_copy_of_the_register_is_told_from_a_forged_one() {
    let taken = |frame| {
        let mut engine = Engine::new(Staged { is_late: true, ..staged() }, Manner::Whole);
        engine.on_frame(welcome(11, 0)).expect("the place is common");
        let ended = engine.on_frame(frame);
        assert!(engine.take_confirmed().is_empty());
        ended
    };
    for receipt in [receipt(11, 9), receipt(41, 1), Receipt { count: 9, ..receipt(11, 1) }] {
        assert!(matches!(taken(ack(receipt)), Err(SyncError::OtherCopy)));
    }
    let forged = receipt(11, 9).signed(&Signer::new(&[3; 32]));
    assert!(matches!(taken(Frame::Ack(forged)), Err(SyncError::BadReceipt)));
    let other_device = ack(Receipt { device: 8, ..receipt(11, 1) });
    assert!(matches!(taken(other_device), Err(SyncError::BadReceipt)));
}

#[test]
fn what_the_hub_can_no_longer_read_goes_out_once_more_before_what_is_new() {
    let mut staged = staged();
    staged.batches.insert(0, batch(1, 0));
    let mut engine = Engine::new(staged, Manner::Again);
    let frames = engine.open().expect("it opens");
    assert!(
        matches!(&frames[..], [Frame::Hello(hello), Frame::Batch(_), Frame::Batch(_), Frame::Batch(_), Frame::End(_)] if hello.next_seq == 11)
    );
    for frame in [welcome(11, 0), ack(receipt(1, 0)), ack(receipt(11, 1)), ack(receipt(21, 2)), done(31, 2)] {
        assert_eq!(engine.on_frame(frame).expect("it goes on"), []);
    }
    assert_eq!(engine.take_confirmed().len(), 2, "of the old one there is a receipt");
    assert!(engine.is_done());
}

#[test]
fn a_hub_that_lost_what_it_signed_for_is_offered_it_again() {
    let answer = engine().on_frame(welcome(5, 0));
    assert!(matches!(answer, Err(SyncError::NeedOlder { next_seq: 5 })));
}

#[test]
fn a_hub_that_stands_where_this_history_never_was_has_anothers() {
    for (what, next_seq, chain) in [
        ("farther than this register ever was", 221, 21),
        ("in the middle of a batch", 17, 1),
        ("after the same number of other changes", 21, 9),
        ("before what it signed for, after other changes", 5, 3),
    ] {
        match engine().on_frame(welcome(next_seq, chain)) {
            Err(SyncError::Forked { next_seq: at, chain: over }) => {
                assert_eq!((at, over), (next_seq, [chain; 32]), "{what}");
            }
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[test]
fn a_hub_that_ends_too_early_or_counts_otherwise_is_not_believed() {
    let mut early = engine();
    early.on_frame(ack(receipt(11, 1))).expect("it goes on");
    assert!(matches!(early.on_frame(done(31, 2)), Err(SyncError::CountsDiffer)));
    for (next_seq, chain) in [(30, 2), (31, 1)] {
        let mut engine = engine();
        for frame in [ack(receipt(11, 1)), ack(receipt(21, 2))] {
            engine.on_frame(frame).expect("it goes on");
        }
        assert!(matches!(engine.on_frame(done(next_seq, chain)), Err(SyncError::CountsDiffer)));
        assert!(!engine.is_done());
    }
}

#[test]
fn a_refusal_keeps_what_was_confirmed_before() {
    let mut engine = engine();
    engine.on_frame(ack(receipt(11, 1))).expect("it goes on");
    let refusal = Frame::Refused(Refusal::new("sync.revoked", "revoked"));
    assert_eq!(engine.on_frame(refusal).map_err(|e| e.code().to_string()), Err("sync.revoked".to_string()));
    assert_eq!(engine.take_confirmed().len(), 1);
}

#[test]
fn a_frame_that_only_devices_send_is_no_answer() {
    assert!(matches!(engine().on_frame(Frame::Batch(vec![1])), Err(SyncError::Protocol)));
}

fn many(n: u64, manner: Manner) -> Engine {
    let mut staged = staged();
    staged.batches = (0..n).map(|i| batch(11 + 10 * i, 1 + i as u8)).collect();
    staged.final_chain = [n as u8; 32];
    staged.next_seq = 11 + 10 * n;
    Engine::new(staged, manner)
}

fn n_batches(frames: &[Frame]) -> usize {
    frames.iter().filter(|frame| matches!(frame, Frame::Batch(_))).count()
}

fn ends(frames: &[Frame]) -> bool {
    matches!(frames.last(), Some(Frame::End(_)))
}

fn welcome(next_seq: u64, chain: u8) -> Frame {
    Frame::Welcome(Welcome {
        protocol: limits::PROTOCOL,
        epoch: 1,
        next_seq,
        chain: [chain; 32],
        now_ms: 5,
        max_batch_bytes: 1 << 20,
        begun: None,
    })
}

#[test]
fn a_few_batches_are_ahead_of_the_receipts_and_more_when_the_line_answers() {
    let mut engine = many(12, Manner::Ahead);
    let first = engine.open().expect("it opens");
    assert_eq!((n_batches(&first), ends(&first)), (2, false));
    assert!(engine.waits_for_first_receipt());
    let (mut sent, mut ended) = (2, false);
    for n in 0..12 {
        assert!(sent - n <= 4, "{sent} sent, {n} confirmed");
        let frames = engine.on_frame(ack(receipt(11 + 10 * n as u64, 1 + n as u8))).expect("it goes on");
        sent += n_batches(&frames);
        ended |= ends(&frames);
        assert!(!engine.waits_for_first_receipt());
    }
    assert!(sent == 12 && ended);
}

#[test]
fn a_file_is_written_without_waiting() {
    let frames = many(12, Manner::Whole).open().expect("it opens");
    assert_eq!((n_batches(&frames), ends(&frames)), (12, true));
}

#[test]
fn a_file_that_is_stopped_leaves_nothing_behind() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let today: sohoi_domain::Day = "2026-11-24".parse().expect("a day");
    let unit = sohoi_domain::UnitKey { code: "20044".into(), valid_from: today };
    let naming = Naming { unit, unit_name: "A Lưới 2".into(), number: 1, today };
    let n_files = || std::fs::read_dir(folder.path()).expect("the folder can be listed").count();

    let cancel = Cancel::default();
    cancel.cancel();
    let stopped = write_bundle(staged(), &naming, folder.path(), &cancel);
    assert!(matches!(stopped, Err(SyncError::Cancelled)), "{stopped:?}");
    assert_eq!(n_files(), 0);
    let written = write_bundle(staged(), &naming, folder.path(), &Cancel::default()).expect("it is written");
    assert_eq!((written.n_changes, n_files()), (20, 1));
}

#[test]
fn a_probe_says_hello_and_hears_what_arrived() {
    let mut engine = many(5, Manner::Probe);
    let frames = engine.open().expect("it opens");
    assert!(matches!(frames.as_slice(), [Frame::Hello(_)]));
    assert!(engine.on_close().is_err(), "nobody has answered");
    for frame in [welcome(31, 2), ack(receipt(11, 1)), ack(receipt(21, 2))] {
        assert!(engine.on_frame(frame).expect("it goes on").is_empty());
    }
    assert_eq!(engine.take_confirmed().len(), 2);
    assert!(engine.on_close().is_ok());
    assert!(many(5, Manner::Ahead).on_close().is_err(), "anything else that is closed was cut");
}

#[test]
fn what_the_hub_has_already_is_not_sent_and_a_receipt_said_again_counts_once() {
    let mut engine = many(5, Manner::Ahead);
    engine.open().expect("it opens");
    let mut sent = 2;
    // It had four of them when we said hello.
    for n in 0..4 {
        sent += n_batches(&engine.on_frame(ack(receipt(11 + 10 * n, 1 + n as u8))).expect("it goes on"));
    }
    assert!(sent <= 5);
    for n in 0..3 {
        engine.on_frame(ack(receipt(11 + 10 * n, 1 + n as u8))).expect("said again for what was sent again");
    }
    assert_eq!((engine.take_confirmed().len(), engine.n_changes_confirmed()), (4, 40));
}

fn told(number: u64) -> Pull {
    let body = Body::Newer { kind: 900, bytes: vec![1, 2, 3] };
    let bulletin = Bulletin { number, made_at_ms: 5, scope: None, body };
    Bulletin::sign(number, bulletin.encode().expect("it is short"), &hub())
}

fn numbers(engine: &mut Engine) -> Vec<u64> {
    let number = |pulled| match pulled {
        Pulled::Bulletin(told) => told.bulletin.number,
        other => panic!("{other:?}"),
    };
    engine.take_pulled().into_iter().map(number).collect()
}

#[test]
fn bulletins_are_taken_in_order_and_what_was_heard_before_is_not() {
    let mut staged = staged();
    staged.hello.bulletin_cursor = 5;
    let mut engine = Engine::new(staged, Manner::Ahead);
    for number in [4, 5, 7, 6, 7, 9] {
        engine.on_frame(Frame::Pull(told(number))).expect("it goes on");
    }
    assert_eq!(numbers(&mut engine), [7, 9]);
}

#[test]
fn a_pc_whose_batch_cannot_be_read_stops_nobody_else_and_is_not_asked_for_again() {
    let peer = Signer::new(&[4; 32]).public_key();
    let device = DeviceId::of_public_key(&peer);
    let staged = || {
        let mut staged = staged();
        staged.peers = vec![PeerRow { device, public_key: peer, next_seq: 1, chain: START }];
        staged.hello.device_cursors = BTreeMap::from([(device.0, 1), (5, 9)]);
        staged
    };
    let mut engine = Engine::new(staged(), Manner::Ahead);
    engine.open().expect("it opens");
    let batch = Pull::sign(PullKind::Batch, 1, device, vec![7; 60], &hub());
    for frame in [Frame::Pull(batch.clone()), Frame::Pull(batch.clone()), Frame::Pull(told(3))] {
        engine.on_frame(frame).expect("it goes on");
    }
    assert_eq!(numbers(&mut engine), [3]);
    for frame in [ack(receipt(11, 1)), ack(receipt(21, 2)), done(31, 2)] {
        engine.on_frame(frame).expect("it goes on");
    }
    let unreadable = &engine.outcome().expect("it is over").unreadable;
    assert_eq!(unreadable, &BTreeSet::from([device.0]));
    let next = staged().without(unreadable).hello.device_cursors;
    assert_eq!(next, BTreeMap::from([(device.0, u64::MAX), (5, 9)]));
    let forged = Pull { number: 2, ..batch };
    let mut engine = Engine::new(staged(), Manner::Ahead);
    assert!(matches!(engine.on_frame(Frame::Pull(forged)), Err(SyncError::BadPull("signature"))));
}

#[test]
fn a_bulletin_with_any_bit_changed_is_refused() {
    let pull = told(7);
    let changed = |change: &dyn Fn(&mut Pull)| {
        let mut pull = pull.clone();
        change(&mut pull);
        pull
    };
    let mut altered = vec![changed(&|pull| pull.number = 8), changed(&|pull| pull.device = 1)];
    for bit in 0..8 * pull.content.len() {
        altered.push(changed(&|pull| pull.content[bit / 8] ^= 1 << (bit % 8)));
    }
    for bit in 0..8 * 64 {
        altered.push(changed(&|pull| pull.signature[bit / 8] ^= 1 << (bit % 8)));
    }
    for pull in altered {
        let mut engine = engine();
        let answer = engine.on_frame(Frame::Pull(pull));
        assert!(matches!(answer, Err(SyncError::BadBulletin("signature"))), "{answer:?}");
        assert!(engine.take_pulled().is_empty());
    }
    // Signed by the hub for one number, and saying another.
    let other = Bulletin::sign(8, pull.content, &hub());
    assert!(matches!(engine().on_frame(Frame::Pull(other)), Err(SyncError::BadBulletin("format"))));
}

mod photos {
    use sohoi_domain::photo::PhotoId;
    use sohoi_protocol::message::{Blob, Kept, PullKind};
    use sohoi_sync::StagedPhotos;

    use super::*;

    fn blob(n: u8) -> Blob {
        Blob::of(vec![1, n])
    }

    fn id(n: u8) -> PhotoId {
        PhotoId(blob(n).hash)
    }

    fn with(photos: StagedPhotos, manner: Manner) -> Engine {
        Engine::new(Staged { photos, ..staged() }, manner)
    }

    fn three() -> StagedPhotos {
        StagedPhotos {
            offered: vec![id(1), id(2), id(3)],
            wanted: vec![id(4)],
            contents: vec![blob(1), blob(2), blob(3)],
            is_unheard: false,
        }
    }

    fn kept(kept: &[PhotoId], lacking: &[PhotoId]) -> Kept {
        let (kept, lacking) = (kept.to_vec(), lacking.to_vec());
        Kept { kept, lacking, device: DEVICE, epoch: 1, at_ms: 5, signature: [0; 64] }
    }

    fn hear(engine: &mut Engine, kept: Kept) -> Vec<Frame> {
        engine.on_frame(Frame::Kept(kept.signed(&hub()))).expect("it goes on")
    }

    #[test]
    fn photos_follow_the_batches_one_by_one_and_only_those_that_the_hub_lacks() {
        let mut engine = with(three(), Manner::Ahead);
        let frames = engine.open().expect("it opens");
        let Some(Frame::Photos(asked)) = frames.last() else { panic!("{frames:?}") };
        assert_eq!((asked.offered.len(), asked.wanted.as_slice()), (3, &[id(4)][..]));
        assert!(engine.on_frame(ack(receipt(11, 1))).expect("it goes on").is_empty());
        assert_eq!(hear(&mut engine, kept(&[id(2)], &[id(1), id(3)])), [Frame::Blob(blob(1))]);
        assert!(engine.on_frame(ack(receipt(21, 2))).expect("it goes on").is_empty(), "one at a time");
        assert_eq!(hear(&mut engine, kept(&[id(1)], &[])), [Frame::Blob(blob(3))]);
        assert!(matches!(hear(&mut engine, kept(&[id(3)], &[])).as_slice(), [Frame::End(_)]));
        let said: Vec<PhotoId> = engine.take_kept().into_iter().flat_map(|kept| kept.kept).collect();
        assert_eq!(said, [id(2), id(1), id(3)]);
    }

    #[test]
    fn a_word_on_photos_that_is_not_the_hubs_or_for_another_counts_for_nothing() {
        let forged = kept(&[id(1)], &[]).signed(&Signer::new(&[3; 32]));
        let other = Kept { device: 8, ..kept(&[id(1)], &[]) }.signed(&hub());
        let changed = Kept { kept: vec![id(2)], ..kept(&[id(1)], &[]).signed(&hub()) };
        for wrong in [forged, other, changed] {
            let mut engine = with(three(), Manner::Ahead);
            engine.open().expect("it opens");
            assert!(matches!(engine.on_frame(Frame::Kept(wrong)), Err(SyncError::BadReceipt)));
            assert!(engine.take_kept().is_empty());
        }
    }

    #[test]
    fn a_file_asks_and_takes_photos_along_without_waiting_for_the_answer() {
        let frames = with(three(), Manner::Whole).open().expect("it opens");
        let kinds = frames.iter().map(|frame| match frame {
            Frame::Photos(_) => '?',
            Frame::Blob(_) => 'p',
            Frame::End(_) => 'e',
            _ => '.',
        });
        assert_eq!(kinds.collect::<String>(), "...?pppe");
    }

    #[test]
    fn a_line_that_holds_requests_back_gets_one_photo_a_request() {
        let held_back = Staged { photos: three(), batches: Vec::new(), ..staged() }.first_batches(1);
        let mut engine = Engine::new(held_back, Manner::Whole);
        let frames = engine.open().expect("it opens");
        assert!(matches!(&frames[..], [Frame::Hello(_), Frame::Blob(one), Frame::End(_)] if *one == blob(1)));
    }

    #[test]
    fn a_line_that_answers_nothing_to_a_question_counts_as_held_back() {
        let mut engine =
            Engine::new(Staged { photos: three(), batches: Vec::new(), ..staged() }, Manner::Ahead);
        engine.open().expect("it opens");
        assert!(engine.waits_for_first_receipt());
        hear(&mut engine, kept(&[], &[id(1)]));
        assert!(!engine.waits_for_first_receipt());
    }

    #[test]
    fn a_photo_comes_down_under_the_name_of_its_content_and_with_the_hubs_signature() {
        let mut engine = with(three(), Manner::Ahead);
        engine.open().expect("it opens");
        let device = sohoi_domain::DeviceId(0);
        let pull = Pull::sign(PullKind::Photo, 0, device, vec![1, 4], &hub());
        engine.on_frame(Frame::Pull(pull.clone())).expect("it is taken");
        let pulled = engine.take_pulled();
        assert!(matches!(pulled.as_slice(), [Pulled::Photo(photo)] if photo.id == id(4)));
        let forged = Pull { content: vec![1, 5], ..pull };
        assert!(matches!(engine.on_frame(Frame::Pull(forged)), Err(SyncError::BadPull("signature"))));
    }
}

#[test]
fn a_receipt_in_brief_is_put_together_from_the_devices_own_batch_and_verified_as_ever() {
    let brief = |receipt: Receipt| {
        let after_ms = receipt.at_ms - 5;
        Frame::AckBrief(AckBrief { after_ms, signature: receipt.signed(&hub()).signature })
    };
    let greeted = || {
        let mut engine = engine();
        engine.open().expect("it opens");
        engine.on_frame(Frame::WelcomeBrief(WelcomeBrief { epoch: 1, now_ms: 5 })).expect("it goes on");
        engine
    };
    let mut whole = greeted();
    for frame in [brief(receipt(11, 1)), brief(receipt(21, 2)), Frame::DoneBrief(DoneBrief { more: false })] {
        whole.on_frame(frame).expect("it goes on");
    }
    assert!(whole.is_done());
    let confirmed: Vec<Receipt> = whole.take_confirmed();
    assert_eq!(confirmed, [receipt(11, 1).signed(&hub()), receipt(21, 2).signed(&hub())]);

    let others = [
        ("the batch after the next", receipt(21, 2)),
        ("another chain", receipt(11, 7)),
        ("another count", Receipt { count: 9, ..receipt(11, 1) }),
        ("another device", Receipt { device: 8, ..receipt(11, 1) }),
        ("another epoch", Receipt { epoch: 2, ..receipt(11, 1) }),
    ];
    for (name, other) in others {
        let mut engine = greeted();
        assert!(matches!(engine.on_frame(brief(other)), Err(SyncError::BadReceipt)), "{name}");
        assert!(engine.take_confirmed().is_empty(), "{name}");
    }
    let mut unheard = engine();
    unheard.open().expect("it opens");
    assert!(matches!(unheard.on_frame(brief(receipt(11, 1))), Err(SyncError::BadReceipt)), "before WELCOME");
    let mut early = greeted();
    let done = early.on_frame(Frame::DoneBrief(DoneBrief { more: false }));
    assert!(matches!(done, Err(SyncError::CountsDiffer)), "before the receipts");
}

#[test]
fn a_try_that_is_cut_before_any_answer_tells_what_it_has_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let hub_url = format!("http://{}", listener.local_addr().expect("an address"));
    let cut = std::thread::spawn(move || {
        let (mut line, _) = listener.accept().expect("the device comes");
        let mut heard = Vec::new();
        // The last bytes of the second batch.
        while !heard.windows(40).any(|bytes| bytes == [2; 40]) {
            let mut piece = [0; 4096];
            let n = std::io::Read::read(&mut line, &mut piece).expect("it is read");
            assert!(n > 0, "the device gives up first");
            heard.extend_from_slice(&piece[..n]);
        }
    });
    let mut staged = staged();
    staged.hub.hub_url = hub_url;
    let mut told = Traffic::default();
    let mut sink = |event: Event| {
        if let Event::Progress(traffic) = event {
            told = traffic;
        }
        Ok(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let carrier = Carrier::new(&[]).expect("no certificates");
    let ended = runtime.block_on(carrier.exchange(staged, Manner::Ahead, &Cancel::default(), &mut sink));
    cut.join().expect("the line is cut");
    assert!(ended.is_err());
    assert!(told.bytes_sent > 2 * 40 && told.bytes_received == 0, "{told:?}");
}
