//! Photos at the hub: only those that a batch names, only as they are named, sealed where they must be.

mod rig;

use std::sync::Arc;
use std::time::Duration;

use rig::client::Connection;
use rig::{Rig, Server, hello, unit};
use serde_json::json;
use sohoi_domain::RecordId;
use sohoi_domain::photo::{Photo, PhotoId};
use sohoi_hub::session::Session;
use sohoi_hub_db::story::{COMMUNE_KEY, Pen, activity};
use sohoi_protocol::message::{Blob, Hello, Kept, Photos, Pull, PullKind, mark};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, FrameReader, SyncProtocol, limits, photo};

fn picture(n: u8) -> Photo {
    Photo { jpeg: vec![n; 900], width: 30, height: 20, place: None }
}

fn open(n: u8) -> Blob {
    Blob::of(photo::open_content(&picture(n)))
}

fn sealed(n: u8) -> Blob {
    Blob::of(photo::sealed_content(&picture(n), &COMMUNE_KEY))
}

fn id(blob: &Blob) -> PhotoId {
    PhotoId(blob.hash)
}

fn activity_with(pen: &mut Pen, photos: &[&Blob]) -> RecordId {
    let mut typed = activity("2018-07-03", 20);
    typed["photos"] = photos.iter().map(|blob| id(blob).to_string()).collect();
    pen.create("propaganda_activity", typed)
}

// Somebody gave it.
fn mobilised_with(pen: &mut Pen, photos: &[&Blob]) -> RecordId {
    let code = |list: &str| rig::CATALOGUE.list(list).expect("a list").items[0].code.clone();
    let photos: Vec<String> = photos.iter().map(|blob| id(blob).to_string()).collect();
    let typed = json!({"mobilised_on": "2018-07-03", "source": code("funding_source"),
        "form": code("resource_form"), "purpose": code("resource_purpose"), "photos": photos});
    pen.create("resource_mobilisation", typed)
}

/// Goes on saying frames in one conversation.
struct Line(Session);

impl Line {
    fn with(rig: &Rig, pen: &Pen) -> Line {
        let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
        let mut session = Session::new(Arc::clone(&rig.hub), device);
        session.on_frame(Frame::Hello(hello(pen))).expect("the database works");
        Line(session)
    }

    fn say(&mut self, frame: Frame) -> Vec<Frame> {
        self.0.on_frame(frame).expect("the database works")
    }

    fn batch(&mut self, pen: &mut Pen) {
        let answers = self.say(Frame::Batch(pen.seal().bytes));
        assert!(matches!(answers.as_slice(), [Frame::Ack(_)]), "{answers:?}");
    }

    fn kept(&mut self, frame: Frame) -> Kept {
        match self.say(frame).as_slice() {
            [Frame::Kept(kept)] => {
                assert!(kept.is_signed_by(&Signer::new(&[42; 32]).public_key()));
                kept.clone()
            }
            other => panic!("{other:?}"),
        }
    }

    fn reason(&mut self, frame: Frame) -> String {
        match self.say(frame).as_slice() {
            [Frame::Refused(refusal)] => {
                assert_eq!(refusal.code, "sync.refused");
                refusal.reason.clone()
            }
            other => panic!("{other:?}"),
        }
    }

    fn wanted(&mut self, ids: &[PhotoId]) -> Vec<Pull> {
        let photos = Photos { offered: Vec::new(), wanted: ids.to_vec() };
        let pull = |frame| match frame {
            Frame::Pull(pull) => pull,
            other => panic!("{other:?}"),
        };
        self.say(Frame::Photos(photos)).into_iter().skip(1).map(pull).collect()
    }
}

fn offer(blobs: &[&Blob]) -> Frame {
    Frame::Photos(Photos { offered: blobs.iter().map(|blob| id(blob)).collect(), wanted: Vec::new() })
}

fn assert_clean(rig: &Rig) {
    assert_eq!(rig.hub.db.verify().expect("a replay").differences, []);
}

#[test]
fn the_hub_says_what_it_has_and_takes_what_a_batch_names() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (first, second, stranger) = (open(1), open(2), open(3));
    activity_with(&mut pen, &[&first, &second]);
    let mut line = Line::with(&rig, &pen);
    line.batch(&mut pen);
    let all = [&first, &second, &stranger];
    let kept = line.kept(offer(&all));
    assert_eq!((kept.kept, kept.lacking), (vec![], vec![id(&first), id(&second)]));
    assert_eq!(line.kept(Frame::Blob(first.clone())).kept, [id(&first)]);
    assert_eq!(line.kept(Frame::Blob(first.clone())).kept, [id(&first)], "twice is once");
    let passed_over = line.kept(Frame::Blob(stranger.clone()));
    assert_eq!((passed_over.kept, passed_over.lacking), (vec![], vec![]));
    // The line is cut here; the next conversation goes on with the second.
    let kept = Line::with(&rig, &pen).kept(offer(&all));
    assert_eq!((kept.kept, kept.lacking), (vec![id(&first)], vec![id(&second)]));
    assert_clean(&rig);
}

#[test]
fn a_photo_that_is_not_what_its_name_says_ends_the_conversation() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let named = open(1);
    activity_with(&mut pen, &[&named]);
    Line::with(&rig, &pen).batch(&mut pen);
    let other = Blob { hash: named.hash, content: open(2).content };
    let long = Blob::of(vec![1; limits::PHOTO_BYTES + 1]);
    for (blob, reason) in [(other, "photo_hash"), (long, "photo_too_large")] {
        assert_eq!(Line::with(&rig, &pen).reason(Frame::Blob(blob)), reason);
    }
    assert_eq!(Line::with(&rig, &pen).kept(offer(&[&named])).lacking, [id(&named)], "nothing was kept");
}

#[test]
fn a_photo_about_people_that_anybody_could_read_is_refused() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (readable, closed) = (open(1), sealed(1));
    mobilised_with(&mut pen, &[&readable, &closed]);
    Line::with(&rig, &pen).batch(&mut pen);
    assert_eq!(Line::with(&rig, &pen).reason(Frame::Blob(readable)), "photo_privacy");
    assert_eq!(Line::with(&rig, &pen).kept(Frame::Blob(closed.clone())).kept, [id(&closed)]);
    assert_clean(&rig);
}

#[test]
fn photos_stay_in_their_unit() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (beside, _) = rig.town(2);
    let (other, _) = rig.enrolled(3, unit("20047", "2018-06-01"));
    let blob = open(1);
    activity_with(&mut pen, &[&blob]);
    let mut line = Line::with(&rig, &pen);
    line.batch(&mut pen);
    line.kept(Frame::Blob(blob.clone()));
    let pulls = Line::with(&rig, &beside).wanted(&[id(&blob), PhotoId([9; 32])]);
    let [pull] = pulls.as_slice() else { panic!("{pulls:?}") };
    assert_eq!((pull.kind, &pull.content), (PullKind::Photo as u8, &blob.content));
    assert!(pull.is_signed_by(&Signer::new(&[42; 32]).public_key()));
    let mut line = Line::with(&rig, &other);
    assert_eq!(line.wanted(&[id(&blob)]), []);
    let kept = line.kept(offer(&[&blob]));
    assert_eq!((kept.kept, kept.lacking), (vec![], vec![]), "it is not told of either");
    assert_eq!(line.kept(Frame::Blob(blob)).kept, []);
    assert_clean(&rig);
}

#[test]
fn erasing_a_record_about_people_takes_its_photos_from_the_hub() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let (only, both) = (sealed(1), sealed(2));
    let record = mobilised_with(&mut pen, &[&only, &both]);
    mobilised_with(&mut pen, &[&both]);
    let mut line = Line::with(&rig, &pen);
    line.batch(&mut pen);
    line.kept(Frame::Blob(only.clone()));
    line.kept(Frame::Blob(both.clone()));
    pen.erase(record, "resource_mobilisation", 1);
    line.batch(&mut pen);
    let kept = line.kept(offer(&[&only, &both]));
    assert_eq!((kept.kept, kept.lacking), (vec![id(&both)], vec![]));
    assert_eq!(line.kept(Frame::Blob(only)).kept, [], "it does not come back");
    assert_clean(&rig);
}

#[test]
fn what_comes_down_in_one_conversation_is_bounded() {
    let rig = Rig::new();
    let (mut pen, _) = rig.town(1);
    let blobs: Vec<Blob> = (0..22_u8)
        .map(|n| Blob::of(photo::open_content(&Photo { jpeg: vec![n; 200_000], ..picture(n) })))
        .collect();
    for few in blobs.chunks(4) {
        activity_with(&mut pen, &few.iter().collect::<Vec<_>>());
    }
    let mut line = Line::with(&rig, &pen);
    line.batch(&mut pen);
    for blob in &blobs {
        line.kept(Frame::Blob(blob.clone()));
    }
    let ids: Vec<PhotoId> = blobs.iter().map(id).collect();
    assert_eq!(line.wanted(&ids).len(), limits::PULL_BYTES / 200_021);
    assert_eq!(line.wanted(&ids).len(), 0, "asking again brings no more of them");
}

/// A device on a line that can be cut: what it says arrives as far as it was said.
struct Wire {
    connection: Connection,
    reader: FrameReader,
}

impl Wire {
    fn open(server: &Server, token: &str, frames: &[Frame]) -> Wire {
        let mut wire = Wire { connection: Connection::open(server.address), reader: FrameReader::default() };
        wire.connection.start_sync(token);
        frames.iter().for_each(|frame| wire.connection.frame(frame));
        assert_eq!(wire.connection.read_head().0, 200);
        wire
    }

    fn kept(&mut self) -> Kept {
        loop {
            match self.connection.read_frame(&mut self.reader) {
                Some(Frame::Kept(kept)) => return kept,
                Some(Frame::Refused(refusal)) => panic!("{refusal:?}"),
                Some(_) => {}
                None => panic!("the hub ended it"),
            }
        }
    }
}

#[test]
fn over_a_line_that_is_cut_at_most_one_photo_is_sent_again() {
    let rig = Rig::new();
    let server = rig.serve(Duration::from_secs(20));
    let (mut pen, token) = rig.town(1);
    let blobs: Vec<Blob> = (1..=3).map(open).collect();
    let all: Vec<&Blob> = blobs.iter().collect();
    activity_with(&mut pen, &all);
    let sealed = pen.seal();
    let (batch, end) = (Frame::Batch(sealed.bytes.clone()), Frame::End(rig::end(&pen, &sealed)));

    let mut wire = Wire::open(&server, &token, &[Frame::Hello(hello(&pen)), batch, offer(&all)]);
    assert_eq!(wire.kept().lacking.len(), 3);
    wire.connection.frame(&Frame::Blob(blobs[0].clone()));
    assert_eq!(wire.kept().kept, [id(&blobs[0])]);
    let second = Frame::Blob(blobs[1].clone()).encode();
    wire.connection.chunk(&second[..second.len() / 2]);
    drop(wire);

    let greeting = Frame::Hello(Hello { next_seq: 2, mark: mark(&sealed.chain), ..hello(&pen) });
    let mut wire = Wire::open(&server, &token, &[greeting.clone(), offer(&all)]);
    let kept = wire.kept();
    assert_eq!((kept.kept, kept.lacking), (vec![id(&blobs[0])], vec![id(&blobs[1]), id(&blobs[2])]));
    for blob in &blobs[1..] {
        wire.connection.frame(&Frame::Blob(blob.clone()));
        assert_eq!(wire.kept().kept, [id(blob)]);
    }
    drop(wire);

    let mut wire = Wire::open(&server, &token, &[greeting, offer(&all), end]);
    let kept = wire.kept();
    assert_eq!((kept.kept.len(), kept.lacking.len()), (3, 0), "nothing is sent again");
    let last = wire.connection.read_frame(&mut wire.reader);
    assert!(matches!(last, Some(Frame::Done(_))), "{last:?}");
    assert_clean(&rig);
}
