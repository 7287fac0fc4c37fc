//! How many bytes changes take: as batches, and as other formats would write the same fields.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Map, Value as Json, json};
use sohoi_domain::{Catalogue, Change, DeviceId, FieldNum, KindNum, Value};
use sohoi_protocol::batch::{self, Chain, START, Sealed, Sealing};
use sohoi_protocol::message::{Done, Hello, Receipt, Welcome, mark};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Frame, FromDevice, FromHub, KindSums, SyncProtocol, limits};
use sohoi_store::{BatchRow, EnrolmentRow};
use sohoi_sync::{Engine, Manner, Staged};

use crate::commune::COMMUNE_KEY;

/// Of the device that seals; published, and of no other use.
const SECRET: [u8; 32] = [5; 32];

/// A device that seals, as the register does before it connects.
pub struct Sealer<'a> {
    pub signer: Signer,
    pub chain: Chain,
    catalogue: &'a Catalogue,
}

impl<'a> Sealer<'a> {
    pub fn new(catalogue: &'a Catalogue) -> Sealer<'a> {
        Sealer { signer: Signer::new(&SECRET), chain: START, catalogue }
    }

    pub fn device(&self) -> DeviceId {
        DeviceId::of_public_key(&self.signer.public_key())
    }

    /// Cuts changes into batches and seals each.
    pub fn seal(&mut self, mut changes: &[Change]) -> Vec<Sealed> {
        let mut sealed = Vec::new();
        while !changes.is_empty() {
            let (run, rest) = changes.split_at(batch::run_length(changes));
            let with = Sealing {
                signer: &self.signer,
                device: self.device(),
                commune_key: &COMMUNE_KEY,
                previous: self.chain,
                salt: [1; 8],
                privacy: self.catalogue,
            };
            let next = batch::seal(run, &with);
            self.chain = next.chain;
            sealed.push(next);
            changes = rest;
        }
        sealed
    }
}

/// Bytes of the bodies of one request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Traffic {
    pub up: usize,
    pub down: usize,
}

/// The register's engine against what a hub answers when all goes well: one round trip.
///
/// # Panics
/// When the engine does not take the answer for the end.
pub fn conversation(sealer: &Sealer, before: (u64, Chain), batches: &[Sealed]) -> Traffic {
    let hub = Signer::new(&[1; 32]);
    let next_seq = batches.last().map_or(before.0, |last| last.first_seq + u64::from(last.count));
    let mut engine = Engine::new(staged(sealer, before, batches, &hub), Manner::Whole);
    let (mut device_says, mut hub_says) = (FromDevice::default(), FromHub::default());
    let mut up = 0;
    for frame in engine.open().expect("it opens") {
        hub_says.hear(&frame);
        up += device_says.shorten(frame).encode().len();
    }
    let welcome = Frame::Welcome(Welcome {
        protocol: limits::PROTOCOL,
        epoch: 1,
        next_seq: before.0,
        chain: before.1,
        now_ms: NOW_MS,
        max_batch_bytes: limits::BATCH_BYTES as u32,
        begun: None,
    });
    let done = Frame::Done(Done::at(next_seq, sealer.chain));
    let acks = batches.iter().map(|batch| Frame::Ack(receipt(sealer, batch).signed(&hub)));
    let mut down = 0;
    for frame in std::iter::once(welcome).chain(acks).chain([done]) {
        let frame = hub_says.shorten(frame);
        down += frame.encode().len();
        engine.on_frame(frame).expect("the engine takes it");
    }
    assert!(engine.is_done(), "one round trip is all");
    Traffic { up, down }
}

const NOW_MS: i64 = 1_790_000_000_000;

fn receipt(sealer: &Sealer, batch: &Sealed) -> Receipt {
    Receipt {
        device: sealer.device().0,
        first_seq: batch.first_seq,
        count: batch.count,
        chain: batch.chain,
        epoch: 1,
        at_ms: NOW_MS,
        signature: [0; 64],
    }
}

fn staged(sealer: &Sealer, before: (u64, Chain), batches: &[Sealed], hub: &Signer) -> Staged {
    let rows = batches.iter().map(|batch| BatchRow {
        first_seq: batch.first_seq,
        count: batch.count,
        chain: batch.chain,
        bytes: batch.bytes.clone(),
    });
    let after_each = batches.iter().map(|batch| (batch.first_seq + u64::from(batch.count), batch.chain));
    let places = [(1, START), before].into_iter().chain(after_each).collect();
    Staged {
        places,
        hello: Hello {
            protocol: limits::PROTOCOL,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            device: sealer.device().0,
            next_seq: before.0,
            mark: mark(&before.1),
            boot: 40,
            wall_ms: NOW_MS,
            monotonic_ms: 90_000,
            catalogue: sealer.catalogue.version,
            bulletin_cursor: 0,
            device_cursors: BTreeMap::new(),
            clock_cursor: None,
            epoch: None,
        },
        batches: rows.collect(),
        hub: EnrolmentRow {
            hub_url: String::new(),
            hub_key: hub.public_key(),
            token: String::new(),
            province: String::new(),
            hub_epoch: 1,
            enrolled_at_ms: 1,
        },
        peers: Vec::new(),
        commune_key: [9; 32].into(),
        renew: None,
        clock: Vec::new(),
        is_late: false,
        n_left_over: 0,
        begun: None,
        sums: Some(KindSums::default()),
        photos: Default::default(),
        roots: Vec::new(),
        signer: Signer::new(&SECRET),
        final_chain: sealer.chain,
        next_seq: batches.last().map_or(before.0, |last| last.first_seq + u64::from(last.count)),
    }
}

fn shown(value: &Value) -> Json {
    match value {
        Value::Text(text) | Value::Code(text) => json!(text),
        Value::Int(n) => json!(n),
        Value::Day(day) => json!(day.to_string()),
        Value::Bool(b) => json!(b),
        Value::Codes(codes) => json!(codes),
        Value::Ref(id) => json!(id.n),
        Value::Pseudonym(n) => json!(format!("{n:016x}")),
        Value::Lines(lines) => lines.iter().map(|line| named(line.iter())).collect(),
    }
}

fn named<'v>(values: impl Iterator<Item = (&'v FieldNum, &'v Value)>) -> Json {
    let fields = values.map(|(num, value)| (num.0.to_string(), shown(value)));
    Json::Object(fields.collect::<Map<String, Json>>())
}

/// The fields column by column: for each kind and field the values of its records, a line each and empty
/// where there is none, and for columns of lines the same below them.
pub fn columns(changes: &[Change]) -> Vec<u8> {
    let mut by_kind: BTreeMap<KindNum, Vec<BTreeMap<FieldNum, &Value>>> = BTreeMap::new();
    for change in changes {
        let fields = change.fields.iter().filter_map(|(num, value)| Some((*num, value.as_ref()?)));
        by_kind.entry(change.kind).or_default().push(fields.collect());
    }
    let mut out = Vec::new();
    by_kind.values().for_each(|rows| table(&mut out, rows));
    out
}

fn table(out: &mut Vec<u8>, rows: &[BTreeMap<FieldNum, &Value>]) {
    let nums: std::collections::BTreeSet<FieldNum> =
        rows.iter().flat_map(|row| row.keys().copied()).collect();
    for num in nums {
        let mut lines = Vec::new();
        for row in rows {
            match row.get(&num) {
                Some(Value::Lines(of_row)) => {
                    out.extend(of_row.len().to_string().as_bytes());
                    lines.extend(of_row.iter().map(|line| line.iter().map(|(n, v)| (*n, v)).collect()));
                }
                Some(Value::Codes(codes)) => out.extend(codes.join(",").as_bytes()),
                Some(value) => match shown(value) {
                    Json::String(text) => out.extend(text.as_bytes()),
                    Json::Bool(b) => out.push(if b { b'1' } else { b'0' }),
                    other => out.extend(other.to_string().as_bytes()),
                },
                None => {}
            }
            out.push(b'\n');
        }
        if !lines.is_empty() {
            table(out, &lines);
        }
    }
}

/// When each record was made and what it is: what a batch has beyond the fields.
pub fn stamps(changes: &[Change]) -> Vec<u8> {
    let mut out = Vec::new();
    for change in changes {
        out.extend(change.kind.0.to_string().as_bytes());
        out.push(b'\n');
    }
    let mut last = 0;
    for change in changes {
        out.extend((change.hlc.wall_ms() - last).to_string().as_bytes());
        out.push(b'\n');
        last = change.hlc.wall_ms();
    }
    out
}

/// One JSON object a record, a line each, with the fields by their names.
pub fn json_lines(catalogue: &Catalogue, changes: &[Change]) -> Vec<u8> {
    let mut out = Vec::new();
    for change in changes {
        let kind = catalogue.kind_by_num(change.kind).expect("a kind of the catalogue");
        let mut object = Map::new();
        object.insert("id".into(), json!(change.record.to_string()));
        object.insert("kind".into(), json!(kind.id));
        object.insert("at".into(), json!(change.hlc.wall_ms()));
        for (num, value) in &change.fields {
            let field = kind.field_by_num(*num).expect("a field of the catalogue");
            object.insert(field.id.clone(), value.as_ref().map_or(Json::Null, shown));
        }
        out.extend(Json::Object(object).to_string().as_bytes());
        out.push(b'\n');
    }
    out
}

/// Format, header, lengths, nonce, tag and signature, about: what no dictionary changes.
fn bytes_around() -> usize {
    1 + 8 + 14 + 6 + 8 + 16 + 64 + 8
}

/// Bytes of the same batches with their sides compressed without a dictionary.
pub fn without_dictionary(batches: &[Sealed]) -> usize {
    let one = |sealed: &Sealed| {
        let (open, personal) = batch::unpacked(&sealed.bytes, &COMMUNE_KEY).expect("sealed here");
        let varint = |n: usize| (usize::BITS - n.leading_zeros()).div_ceil(7).max(1) as usize;
        let around = bytes_around() + varint(open.len()) + varint(personal.len());
        let bare = zstd19(&open) + if personal.is_empty() { 0 } else { zstd19(&personal) };
        around + bare
    };
    batches.iter().map(one).sum()
}

pub fn xz9(content: &[u8]) -> usize {
    let mut writer = liblzma::write::XzEncoder::new(Vec::new(), 9);
    writer.write_all(content).expect("memory takes it");
    writer.finish().expect("memory takes it").len()
}

pub fn gzip(content: &[u8]) -> usize {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content).expect("memory takes it");
    writer.finish().expect("memory takes it").len()
}

pub fn zstd19(content: &[u8]) -> usize {
    zstd::bulk::compress(content, 19).expect("memory takes it").len()
}
