//! One device's conversation with the hub, both in this process.

mod rig;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use rig::{Rig, end, hello, unit};
use sha2::{Digest, Sha256};
use sohoi_domain::catalogue::Pack;
use sohoi_domain::{Catalogue, FieldNum, Value};
use sohoi_hub::bulletin::{self, News};
use sohoi_hub::release;
use sohoi_hub::session::Session;
use sohoi_hub_db::story::{COMMUNE_KEY, Pen, activity};
use sohoi_hub_db::{DbError, HubDb};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::batch::{self, Privacy, START, Sealed, Sealing};
use sohoi_protocol::brief::EndBrief;
use sohoi_protocol::bulletin::{Body, Comment};
use sohoi_protocol::enrol::to_hex;
use sohoi_protocol::message::{Begun, End, Hello, PullKind, Receipt, Refusal};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, KindSums, Part, Rest, SumsDigest, SyncProtocol};

impl Rig {
    fn session(&self, pen: &Pen) -> Session {
        let device = self.hub.db.device(pen.device).expect("a read").expect("a device");
        Session::new(self.hub.clone(), device)
    }

    /// What is answered to these frames, after a hello.
    fn say(&self, pen: &Pen, frames: impl IntoIterator<Item = Frame>) -> Vec<Frame> {
        let mut session = self.session(pen);
        session.on_frame(Frame::Hello(hello(pen))).expect("the database works");
        frames.into_iter().flat_map(|frame| session.on_frame(frame).expect("the database works")).collect()
    }

    fn refusal(&self, pen: &Pen, bytes: Vec<u8>) -> Refusal {
        match self.say(pen, [Frame::Batch(bytes)]).as_slice() {
            [Frame::Refused(refusal)] => refusal.clone(),
            other => panic!("{other:?}"),
        }
    }
}

fn sealed(pen: &mut Pen, n: usize) -> Sealed {
    for _ in 0..n {
        pen.create("propaganda_activity", activity("2018-05-05", 20));
    }
    pen.seal()
}

fn ack(frames: &[Frame]) -> Receipt {
    match frames.first() {
        Some(Frame::Ack(receipt)) => receipt.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_conversation_ends_with_receipts_and_counts() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (first, second) = (sealed(&mut pen, 2), sealed(&mut pen, 3));
    let frames = [
        Frame::Batch(first.bytes.clone()),
        Frame::Batch(second.bytes.clone()),
        Frame::End(end(&pen, &second)),
    ];
    let answers = rig.say(&pen, frames);
    let [Frame::Ack(one), Frame::Ack(two), Frame::Done(done)] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    let hub_key = Signer::new(&[42; 32]).public_key();
    assert!(one.is_signed_by(&hub_key) && two.is_signed_by(&hub_key));
    assert_eq!((one.first_seq, one.count, one.chain), (1, 2, first.chain));
    assert_eq!((done.next_seq, done.chain), (6, second.chain));
    assert_eq!(done.n_changes, BTreeMap::from([(pen.kind("propaganda_activity").0, 5)]));
    assert_eq!(rig.state(&pen), (6, second.chain, 2));
}

#[test]
fn a_device_that_says_what_the_hub_has_hears_no_more_of_it() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 3);
    let ends_with = |sums: Option<SumsDigest>| {
        let end = Frame::End(End { sums, ..end(&pen, &sealed) });
        match rig.say(&pen, [Frame::Batch(sealed.bytes.clone()), end]).as_slice() {
            [Frame::Ack(_), Frame::Done(done)] => done.clone(),
            other => panic!("{other:?}"),
        }
    };
    let opened = batch::open(&sealed.bytes, &START, &pen.signer.public_key()).expect("sealed here");
    let own = KindSums::of(&opened.changes, None);
    let done = ends_with(Some(own.digest()));
    assert_eq!((done.n_changes, done.digests, done.again), (BTreeMap::new(), None, None));
    let done = ends_with(Some([7; 16]));
    assert_eq!((done.sums(), &done.again), (Some(own), &None), "what the hub has, counted anew");
    assert_eq!(rig.hub.metrics.n_differences.get(), 1);
}

#[test]
fn what_the_province_says_comes_down_although_batches_are_wanted_again() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (mut other, _) = rig.town(2);
    let (sealed, others) = (sealed(&mut pen, 3), sealed(&mut other, 1));
    rig.say(&pen, [Frame::Batch(sealed.bytes.clone())]);
    rig.say(&other, [Frame::Batch(others.bytes.clone())]);
    publish(&rig, "Phòng Tổng hợp", "Xem lại").expect("published");
    let rig = rig.reopened(|file| spoil(file, &sealed.bytes[20..60]));
    // As whoever comes upon it does.
    rig.hub.db.recount(pen.device).expect("a count");
    let opened = batch::open(&sealed.bytes, &START, &pen.signer.public_key()).expect("sealed here");
    let sums = Some(KindSums::of(&opened.changes, None).digest());
    let hello = Hello { next_seq: 4, device_cursors: [(other.device.0, 1)].into(), ..hello(&pen) };
    let mut session = rig.session(&pen);
    session.on_frame(Frame::Hello(hello)).expect("the database works");
    let said = session.on_frame(Frame::End(End { sums, ..end(&pen, &sealed) })).expect("the database works");
    // A PC whose own copy has suffered as well can never bring it, and goes on hearing.
    let [Frame::Pull(bulletin), Frame::Pull(batch), Frame::Done(done)] = said.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!((bulletin.kind, batch.kind), (PullKind::Bulletin as u8, PullKind::Batch as u8));
    assert_eq!((batch.device, done.again.as_deref()), (other.device.0, Some([1].as_slice())));
}

#[test]
fn a_batch_whose_signature_has_suffered_is_not_brought_to_the_others() {
    let rig = Rig::new();
    let (pen, _) = rig.town(1);
    let (mut other, _) = rig.town(2);
    let others = sealed(&mut other, 1);
    rig.say(&other, [Frame::Batch(others.bytes.clone())]);
    let hello = Hello { device_cursors: [(other.device.0, 1)].into(), ..hello(&pen) };
    let n_pulled = |rig: &Rig| {
        let mut session = rig.session(&pen);
        session.on_frame(Frame::Hello(hello.clone())).expect("the database works");
        let end = End::sign(1, START, &pen.signer);
        let said = session.on_frame(Frame::End(end)).expect("the database works");
        assert!(matches!(said.last(), Some(Frame::Done(_))), "{said:?}");
        said.len() - 1
    };
    assert_eq!(n_pulled(&rig), 1);
    let signature = &others.bytes[others.bytes.len() - 64..];
    let rig = rig.reopened(|file| spoil(file, signature));
    assert_eq!(n_pulled(&rig), 0, "it would end the conversation");
    // Whose it is hears of it, though nothing that it says has suffered.
    let opened = batch::open(&others.bytes, &START, &other.signer.public_key()).expect("sealed here");
    let end = End { sums: Some(KindSums::of(&opened.changes, None).digest()), ..end(&other, &others) };
    let mut session = rig.session(&other);
    session.on_frame(Frame::Hello(Hello { next_seq: 2, ..self::hello(&other) })).expect("the database works");
    let said = session.on_frame(Frame::End(end)).expect("the database works");
    let Some(Frame::Done(done)) = said.last() else { panic!("{said:?}") };
    assert_eq!(done.again.as_deref(), Some([1].as_slice()));
}

// Some bits turned over of a part of a batch where it lies in the hub's file.
fn spoil(file: &Path, part: &[u8]) {
    let mut bytes = std::fs::read(file).expect("the hub's file");
    let places: Vec<usize> =
        (0..bytes.len() - part.len()).filter(|at| bytes[*at..].starts_with(part)).collect();
    assert!(!places.is_empty(), "the batch lies in the file");
    places.iter().for_each(|at| bytes[at + 11] ^= 0x55);
    std::fs::write(file, bytes).expect("the spoilt file");
}

fn publish(rig: &Rig, author: &str, text: &str) -> Result<(), &'static str> {
    let comment = Comment {
        author: author.to_string(),
        text: text.to_string(),
        about: None,
        indicator: None,
        record: None,
        reply_to: None,
    };
    let news = News { scope: None, topic: None, follows: None, body: Body::Comment(comment) };
    bulletin::publish(&rig.hub, &news, "cli").map(|_| ()).map_err(|error| error.code())
}

#[test]
fn the_same_batch_gets_the_same_receipt_and_changes_nothing() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 2);
    let first = ack(&rig.say(&pen, [Frame::Batch(sealed.bytes.clone())]));
    let before = rig.state(&pen);
    for _ in 0..3 {
        assert_eq!(ack(&rig.say(&pen, [Frame::Batch(sealed.bytes.clone())])), first);
    }
    assert_eq!(rig.state(&pen), before);
}

#[test]
fn one_flipped_bit_anywhere_is_refused_and_nothing_is_written() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 1);
    let before = rig.state(&pen);
    for at in 0..sealed.bytes.len() {
        let mut bytes = sealed.bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        let refusal = rig.refusal(&pen, bytes);
        assert_eq!(refusal.code, "sync.batch_refused");
        // A number or device that was hit in the header is told as what it has become.
        let told = ["signature", "format", "order", "device", "dictionary"];
        assert!(told.contains(&refusal.reason.as_str()), "byte {at}: {}", refusal.reason);
    }
    assert_eq!(rig.state(&pen), before);
    ack(&rig.say(&pen, [Frame::Batch(sealed.bytes)]));
}

#[test]
fn a_damaged_copy_of_what_is_here_is_no_fork() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 1);
    ack(&rig.say(&pen, [Frame::Batch(sealed.bytes.clone())]));
    for at in 0..sealed.bytes.len() {
        let mut bytes = sealed.bytes.clone();
        bytes[at] ^= 1 << (at % 8);
        assert_ne!(rig.refusal(&pen, bytes).reason, "fork", "byte {at}");
    }
}

#[test]
fn another_history_under_the_same_numbers_is_a_fork() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let mut clone = Pen::new(&rig::CATALOGUE, 1, pen.unit.clone());
    let sealed_here = sealed(&mut pen, 1);
    ack(&rig.say(&pen, [Frame::Batch(sealed_here.bytes)]));
    let before = rig.state(&pen);
    clone.create("propaganda_activity", activity("2018-05-05", 99));
    let refusal = rig.refusal(&pen, clone.seal().bytes);
    assert_eq!((refusal.code.as_str(), refusal.reason.as_str()), ("sync.batch_refused", "fork"));
    assert_eq!(rig.state(&pen), before);
}

#[test]
fn a_gap_is_refused_with_the_number_that_is_wanted() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (first, second) = (sealed(&mut pen, 2), sealed(&mut pen, 1));
    let before = rig.state(&pen);
    let refusal = rig.refusal(&pen, second.bytes.clone());
    assert_eq!((refusal.reason.as_str(), refusal.params["next_seq"].as_str()), ("order", "1"));
    assert_eq!(rig.state(&pen), before);
    let answers = rig.say(&pen, [Frame::Batch(first.bytes), Frame::Batch(second.bytes)]);
    assert_eq!(answers.len(), 2);
}

#[test]
fn what_was_acknowledged_before_a_refusal_stays() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (first, mut second) = (sealed(&mut pen, 2), sealed(&mut pen, 1));
    let last = second.bytes.len() - 1;
    second.bytes[last] ^= 1;
    let answers = rig.say(
        &pen,
        [Frame::Batch(first.bytes), Frame::Batch(second.bytes.clone()), Frame::Batch(second.bytes)],
    );
    assert!(matches!(answers.as_slice(), [Frame::Ack(_), Frame::Refused(_)]), "{answers:?}");
    assert_eq!(rig.state(&pen), (3, first.chain, 1));
}

#[test]
fn a_batch_of_another_commune_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let before = rig.state(&pen);
    for other in [unit("20047", "2018-06-01"), unit("20065", "2018-06-01"), unit("46", "2018-06-01")] {
        pen.unit = other;
        let sealed = sealed(&mut pen, 1);
        assert_eq!(rig.refusal(&pen, sealed.bytes).reason, "unit");
        let town = unit("20044", "2018-06-01");
        pen = Pen::new(&rig::CATALOGUE, 1, town);
    }
    assert_eq!(rig.state(&pen), before);
}

#[test]
fn a_unit_that_was_not_there_on_that_day_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.enrolled(1, unit("20044", "2026-01-01"));
    let sealed = sealed(&mut pen, 1);
    assert_eq!(rig.refusal(&pen, sealed.bytes).reason, "unit", "A Lưới 2 was not there in 2018");
}

#[test]
fn a_merged_commune_may_send_what_its_predecessors_did_and_a_predecessor_goes_on_under_it() {
    let rig = Rig::new();
    let (mut merged, _) = rig.enrolled(1, unit("20044", "2026-01-01"));
    merged.unit = unit("20065", "2018-06-01");
    let old = sealed(&mut merged, 1);
    ack(&rig.say(&merged, [Frame::Batch(old.bytes)]));
    let (mut town, _) = rig.town(2);
    town.unit = unit("20044", "2026-01-01");
    town.create("propaganda_activity", activity("2026-02-02", 20));
    let new = town.seal();
    ack(&rig.say(&town, [Frame::Batch(new.bytes)]));
}

#[test]
fn a_batch_signed_by_another_key_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    pen.signer = Signer::new(&[9; 32]);
    let sealed = sealed(&mut pen, 1);
    assert_eq!(rig.refusal(&pen, sealed.bytes).reason, "signature");
}

/// Seals nothing, as a program with a fault would.
struct Careless;

impl Privacy for Careless {
    fn is_personal(&self, _: sohoi_domain::KindNum, _: FieldNum, _: Option<FieldNum>) -> bool {
        false
    }
}

fn seal_carelessly(pen: &mut Pen) -> Vec<u8> {
    let changes = std::mem::take(&mut pen.pending);
    let with = Sealing {
        signer: &pen.signer,
        device: pen.device,
        commune_key: &COMMUNE_KEY,
        previous: START,
        salt: [3; 8],
        privacy: &Careless,
    };
    batch::seal(&changes, &with).bytes
}

#[test]
fn a_name_in_the_open_is_refused_and_kept_nowhere() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    pen.create("exemplar", rig_exemplar());
    let kind = rig::CATALOGUE.kind("member").expect("a kind");
    let personal = kind.fields.iter().find(|field| field.is_personal()).expect("a personal field").num;
    let change = pen.pending.last_mut().expect("just written");
    change.kind = kind.num;
    change.fields = BTreeMap::from([(personal, Some(Value::Text("Kăn Thử Đặng".into())))]);
    let bytes = seal_carelessly(&mut pen);
    assert_eq!(rig.refusal(&pen, bytes).reason, "privacy");
    assert_eq!(rig.state(&pen).0, 1);
}

fn rig_exemplar() -> serde_json::Value {
    let first = |list: &str| rig::CATALOGUE.list(list).expect("a list").items[0].code.clone();
    serde_json::json!({"subject": first("exemplar_subject"), "name": "Thử", "field": first("exemplar_field"),
        "stage": first("exemplar_stage"), "recognised_on": "2018-05-05"})
}

#[test]
fn wrong_types_and_days_that_do_not_exist_are_refused() {
    let rig = Rig::new();
    let held_on =
        rig::CATALOGUE.kind("propaganda_activity").and_then(|k| k.field("held_on")).expect("a field").num;
    let day = |n: i32| Value::Day(sohoi_domain::Day::from_number(n));
    for value in [Value::Text("2018-05-05".into()), Value::Int(5), day(i32::MAX), day(i32::MIN), day(90_000)]
    {
        let (mut pen, _) = rig.town(1);
        pen.create("propaganda_activity", activity("2018-05-05", 1));
        pen.pending[0].fields.insert(held_on, Some(value.clone()));
        let bytes = seal_carelessly(&mut pen);
        assert_eq!(rig.refusal(&pen, bytes).reason, "format", "{value:?}");
    }
}

#[test]
fn what_a_newer_catalogue_knows_is_kept() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    pen.create("propaganda_activity", activity("2018-05-05", 1));
    pen.create("propaganda_activity", activity("2018-05-05", 1));
    for change in &mut pen.pending {
        change.catalogue = rig::CATALOGUE.version + 1;
        change.fields.insert(FieldNum(999), Some(Value::Code("moi".into())));
    }
    pen.pending[1].kind = sohoi_domain::KindNum(999);
    let bytes = seal_carelessly(&mut pen);
    ack(&rig.say(&pen, [Frame::Batch(bytes)]));
    assert_eq!(rig.state(&pen).2, 1);
}

#[test]
fn a_revoked_device_is_told_so_even_in_mid_conversation() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (first, second) = (sealed(&mut pen, 1), sealed(&mut pen, 1));
    let mut session = rig.session(&pen);
    session.on_frame(Frame::Hello(hello(&pen))).expect("a welcome");
    session.on_frame(Frame::Batch(first.bytes)).expect("taken");
    assert!(rig.hub.db.revoke_device(pen.device, 0, "cli").expect("revoked"));
    let answers = session.on_frame(Frame::Batch(second.bytes)).expect("an answer");
    let [Frame::Refused(refusal)] = answers.as_slice() else { panic!("{answers:?}") };
    assert_eq!(refusal.code, "sync.revoked");
    assert!(session.is_done());
    assert_eq!(rig.state(&pen).0, 2);
}

#[test]
fn a_device_that_was_shut_out_hears_nothing_of_the_others_at_the_end_either() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 1);
    let mut session = rig.session(&pen);
    session.on_frame(Frame::Hello(hello(&pen))).expect("a welcome");
    session.on_frame(Frame::Batch(sealed.bytes.clone())).expect("taken");
    assert!(rig.hub.db.revoke_device(pen.device, 0, "cli").expect("revoked"));
    let answers = session.on_frame(Frame::End(end(&pen, &sealed))).expect("an answer");
    assert!(matches!(answers.as_slice(), [Frame::Refused(refusal)] if refusal.code == "sync.revoked"));
}

#[test]
fn of_two_who_publish_at_once_the_second_is_refused_and_a_bad_name_by_its_own_code() {
    let rig = Rig::new();
    let pack = |version: u32| {
        let of = |path: &str, text: &str| match path {
            "catalogue.toml" => text.replacen("version = 1", &format!("version = {version}"), 1),
            _ => text.to_string(),
        };
        Pack::new(Pack::embedded().files().map(|(path, text)| (path.to_string(), of(path, text))).collect())
    };
    release::publish(&rig.hub, &pack(2), "cli").map(|_| ()).expect("published");
    // And a bad name is not told as a long text.
    let said = |text: &str| publish(&rig, "", text);
    assert_eq!((said("x"), said(&"x".repeat(9_000))), (Err("bulletin.invalid"), Err("bulletin.too_large")));
    // This hub has not gone over to it: to it, version 2 is still the next one.
    let error = release::publish(&rig.hub, &pack(2), "cli").map(|_| ()).expect_err("the same version twice");
    assert_eq!(error.code(), "storage.other_catalogue");
}

#[test]
fn frames_out_of_turn_end_the_conversation() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 1);
    let first = |frame: Frame| {
        let mut session = rig.session(&pen);
        let answers = session.on_frame(frame).expect("an answer");
        matches!(answers.as_slice(), [Frame::Refused(_)]) && session.is_done()
    };
    assert!(first(Frame::Batch(sealed.bytes.clone())), "before hello");
    assert!(first(Frame::End(end(&pen, &sealed))), "before hello");
    assert!(first(Frame::Refused(Refusal::new("x", "y"))), "the hub's own words");
    let mut stranger = hello(&pen);
    stranger.device ^= 1;
    assert!(first(Frame::Hello(stranger)), "not the token's device");
    let twice = rig.say(&pen, [Frame::Hello(hello(&pen))]);
    assert!(matches!(twice.as_slice(), [Frame::Refused(_)]));
}

#[test]
fn a_hello_hears_the_receipts_that_were_lost_on_the_way() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let batches = [sealed(&mut pen, 2), sealed(&mut pen, 3), sealed(&mut pen, 1)];
    let receipts: Vec<Frame> = rig.say(&pen, batches.iter().map(|sealed| Frame::Batch(sealed.bytes.clone())));
    let heard = |next_seq: u64| {
        let hello = Hello { next_seq, ..hello(&pen) };
        let mut frames = rig.session(&pen).on_frame(Frame::Hello(hello)).expect("the database works");
        assert!(matches!(frames.remove(0), Frame::Welcome(welcome) if welcome.next_seq == 7));
        frames
    };
    assert_eq!(heard(1), receipts);
    assert_eq!(heard(3), receipts[1..]);
    assert_eq!(heard(7), []);
    assert_eq!(heard(4), [], "a number in the middle of a batch is of another history");
}

#[test]
fn an_end_over_another_history_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 1);
    ack(&rig.say(&pen, [Frame::Batch(sealed.bytes.clone())]));
    let reason = |end: End| match rig.say(&pen, [Frame::End(end)]).as_slice() {
        [Frame::Refused(refusal)] => refusal.reason.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(reason(End::sign(2, START, &pen.signer)), "chain");
    assert_eq!(reason(End::sign(7, sealed.chain, &pen.signer)), "order");
    assert_eq!(reason(End::sign(2, sealed.chain, &Signer::new(&[9; 32]))), "signature");
}

#[test]
fn an_end_in_brief_stands_after_a_batch_of_the_same_conversation_and_nowhere_else() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let sealed = sealed(&mut pen, 1);
    let brief = Frame::EndBrief(EndBrief { sums: None });
    let said = rig.say(&pen, [Frame::Batch(sealed.bytes.clone()), brief.clone()]);
    assert!(
        matches!(&said[..], [Frame::Ack(_), Frame::Done(done)] if (done.next_seq, done.chain) == (2, sealed.chain)),
        "{said:?}"
    );
    // Sent again, the batch is the hub's own, and the end holds as before.
    let said = rig.say(&pen, [Frame::Batch(sealed.bytes.clone()), brief.clone()]);
    assert!(matches!(&said[..], [Frame::Ack(_), Frame::Done(_)]), "{said:?}");
    let said = rig.say(&pen, [brief]);
    assert!(matches!(&said[..], [Frame::Refused(refusal)] if refusal.reason == "sequence"), "{said:?}");
}

#[test]
fn a_batch_that_was_cut_goes_on_where_the_device_was_told_and_nowhere_else() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    // Titles that no compression makes shorter.
    for n in 0..120_u8 {
        let mut fields = activity("2018-05-05", 20);
        fields["title"] = to_hex(&Sha256::digest([n])).into();
        pen.create("propaganda_activity", fields);
    }
    let batch = pen.seal().bytes;
    assert!(batch.len() > 3_000, "{} bytes", batch.len());
    let mut cut = rig.session(&pen);
    cut.on_frame(Frame::Hello(hello(&pen))).expect("the database works");
    cut.on_part(Part { from: 0, content: &batch[..1_500] });
    let greeted = |session: &mut Session| match session.on_frame(Frame::Hello(hello(&pen))).as_deref() {
        Ok([Frame::Welcome(welcome), ..]) => welcome.begun,
        other => panic!("{other:?}"),
    };
    let mut asks = rig.session(&pen);
    assert_eq!(greeted(&mut asks), Some(Begun::of(&batch[..1_500])));
    // The hub has not noticed yet that the line was cut.
    cut.on_part(Part { from: 0, content: &batch[..2_600] });
    let rest = |from: usize| Frame::Rest(Rest { from: from as u32, bytes: batch[from..].to_vec() });
    let mut beyond = rig.session(&pen);
    greeted(&mut beyond);
    assert!(matches!(beyond.on_frame(rest(2_700)).as_deref(), Ok([Frame::Refused(_)])));
    let mut goes_on = rig.session(&pen);
    assert_eq!(greeted(&mut goes_on), Some(Begun::of(&batch[..2_600])));
    assert!(matches!(goes_on.on_frame(rest(1_500)).as_deref(), Ok([Frame::Ack(_)])));
    let mut later = rig.session(&pen);
    assert_eq!(greeted(&mut later), None, "of what is there nothing is begun");
}

#[test]
fn a_hub_that_works_with_an_older_catalogue_than_its_database_takes_no_batch() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let batch = sealed(&mut pen, 2);
    let older = rig.state(&pen);
    let files =
        Pack::embedded().files().map(|(path, text)| (path.to_string(), format!("{text}\n"))).collect();
    let newer = Arc::new(Catalogue::load(&Pack::new(files)).expect("it is as good"));
    let other = SqliteHub::open(&rig.folder.path().join("hub.db"), newer).expect("another process");
    let mut session = rig.session(&pen);
    session.on_frame(Frame::Hello(hello(&pen))).expect("the database works");
    let answer = session.on_frame(Frame::Batch(batch.bytes));
    assert!(matches!(answer, Err(DbError::OtherCatalogue)), "{answer:?}");
    let device = other.device(pen.device).expect("a read").expect("a device");
    let verified = other.verify().expect("a replay");
    assert_eq!(verified.differences, []);
    assert_eq!((device.next_seq, device.chain, verified.n_batches), older, "nothing was written");
}
