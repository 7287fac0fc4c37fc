//! Decoded content as JSON, in the words of docs/protocol.md.

use serde_json::{Map, Value as Json, json};
use sohoi_domain::photo::PhotoId;
use sohoi_domain::{Change, Fields, Op, Value, Version};
use sohoi_protocol::Frame;
use sohoi_protocol::batch::Opened;
use sohoi_protocol::clock::ClockRun;
use sohoi_protocol::enrol::to_hex;
use sohoi_protocol::message::{Hello, KindDigest};
use sohoi_protocol::{KindSum, KindSums};

use super::COMMUNE_KEY;

/// `open` is what the hub has of it.
pub fn batch(opened: &Opened, open: &Opened) -> Json {
    let header = &opened.header;
    let sums = KindSums::of(&open.changes, None);
    let sum = |(kind, sum): (&u16, &KindSum)| {
        (kind.to_string(), json!({ "n_changes": sum.n_changes, "digest": to_hex(&sum.digest) }))
    };
    json!({
        "device": header.device.to_string(),
        "first_seq": header.first_seq,
        "count": header.count,
        "catalogue": header.catalogue,
        "base_stamp": header.base_hlc.0,
        "dictionary": header.dictionary,
        "chain": to_hex(&opened.chain),
        "sums": sums.0.iter().map(sum).collect::<Map<_, _>>(),
        "sums_digest": to_hex(&sums.digest()),
        "changes": opened.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Json {
    let op = match change.op {
        Op::Create => "create",
        Op::Patch => "patch",
        Op::Erase => "erase",
        Op::Restore => "restore",
    };
    let fields =
        change.fields.iter().map(|(num, v)| (num.0.to_string(), v.as_ref().map_or(Json::Null, value)));
    let version = |version: &Version| json!({ "device": version.device.to_string(), "seq": version.seq });
    let replaces = change
        .replaces
        .iter()
        .map(|(num, versions)| (num.0.to_string(), versions.iter().map(version).collect::<Json>()));
    json!({
        "seq": change.seq,
        "stamp": change.hlc.0,
        "author": change.author,
        "record": change.record.to_string(),
        "kind": change.kind.0,
        "op": op,
        "unit": change.unit.as_ref().map(ToString::to_string),
        "fields": fields.collect::<Map<_, _>>(),
        "replaces": replaces.collect::<Map<_, _>>(),
        "reason": change.reason,
    })
}

fn value(value: &Value) -> Json {
    match value {
        Value::Int(n) => json!({ "integer": n }),
        Value::Day(day) => json!({ "day": day.to_string() }),
        Value::Bool(b) => json!({ "boolean": b }),
        Value::Code(code) => json!({ "code": code }),
        Value::Codes(codes) => json!({ "codes": codes }),
        Value::Text(text) => json!({ "text": text }),
        Value::Ref(id) => json!({ "reference": id.to_string() }),
        Value::Pseudonym(n) => json!({ "pseudonym": format!("{n:016x}") }),
        Value::Lines(lines) => json!({ "lines": lines.iter().map(line).collect::<Vec<_>>() }),
    }
}

fn line(line: &Fields) -> Json {
    Json::Object(line.iter().map(|(num, v)| (num.0.to_string(), value(v))).collect())
}

fn ids(ids: &[PhotoId]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn photo(content: &[u8]) -> Json {
    let read = sohoi_protocol::photo::read(content, &COMMUNE_KEY).expect("a photo");
    let place = read.place.map(|place| json!({ "latitude": place.latitude, "longitude": place.longitude }));
    json!({ "sealed": sohoi_protocol::photo::is_sealed(content), "jpeg": to_hex(&read.jpeg),
        "width": read.width, "height": read.height, "place": place })
}

pub fn frame(frame: &Frame) -> Json {
    match frame {
        Frame::Hello(m) => hello(m),
        Frame::Batch(bytes) => json!({ "frame": "BATCH", "batch": to_hex(bytes) }),
        Frame::Rest(m) => json!({ "frame": "REST", "from": m.from, "content": to_hex(&m.bytes) }),
        Frame::Photos(m) => {
            json!({ "frame": "PHOTOS", "offered": ids(&m.offered), "wanted": ids(&m.wanted) })
        }
        Frame::Kept(m) => json!({ "frame": "KEPT", "kept": ids(&m.kept), "lacking": ids(&m.lacking),
            "device": m.device, "epoch": m.epoch, "at_ms": m.at_ms, "signature": to_hex(&m.signature) }),
        Frame::Blob(m) => json!({ "frame": "BLOB", "hash": to_hex(&m.hash), "photo": photo(&m.content) }),
        Frame::End(m) => {
            let mut shown = json!({ "frame": "END", "next_seq": m.next_seq, "chain": to_hex(&m.chain),
                "signature": to_hex(&m.signature) });
            if let Some(sums) = &m.sums {
                shown["sums"] = json!(to_hex(sums));
            }
            if let Some(clock) = &m.clock {
                shown["clock"] = clock.0.iter().map(run).collect();
            }
            shown
        }
        Frame::Renew(m) => json!({ "frame": "RENEW", "old": m.old, "request": m.request }),
        Frame::Welcome(m) => {
            let mut shown = json!({ "frame": "WELCOME", "protocol": m.protocol, "epoch": m.epoch,
                "next_seq": m.next_seq, "chain": to_hex(&m.chain), "now_ms": m.now_ms,
                "max_batch_bytes": m.max_batch_bytes });
            if let Some(begun) = &m.begun {
                shown["begun"] = json!({ "n_bytes": begun.n_bytes, "hash": to_hex(&begun.hash) });
            }
            shown
        }
        Frame::Ack(m) => json!({ "frame": "ACK", "device": m.device, "first_seq": m.first_seq,
            "count": m.count, "chain": to_hex(&m.chain), "epoch": m.epoch, "at_ms": m.at_ms,
            "signature": to_hex(&m.signature) }),
        Frame::Pull(m) => json!({ "frame": "PULL", "kind": m.kind, "number": m.number, "device": m.device,
            "content": to_hex(&m.content), "signature": to_hex(&m.signature) }),
        Frame::Done(m) => {
            let mut shown = json!({ "frame": "DONE", "next_seq": m.next_seq,
                "chain": to_hex(&m.chain), "n_changes": m.n_changes, "more": m.more });
            if let Some(digests) = &m.digests {
                let of = |(kind, digest): (&u16, &KindDigest)| (kind.to_string(), json!(to_hex(&digest.0)));
                shown["digests"] = Json::Object(digests.iter().map(of).collect());
            }
            if let Some(again) = &m.again {
                shown["again"] = json!(again);
            }
            shown
        }
        Frame::EndBrief(_) | Frame::WelcomeBrief(_) | Frame::AckBrief(_) | Frame::DoneBrief(_) => {
            brief(frame)
        }
        Frame::Refused(m) => {
            json!({ "frame": "REFUSED", "code": m.code, "reason": m.reason, "params": m.params })
        }
    }
}

fn hello(m: &Hello) -> Json {
    let mut shown = json!({ "frame": "HELLO", "protocol": m.protocol, "program": m.program,
    "device": m.device, "next_seq": m.next_seq, "mark": to_hex(&m.mark), "boot": m.boot,
    "wall_ms": m.wall_ms, "monotonic_ms": m.monotonic_ms, "catalogue": m.catalogue,
    "bulletin_cursor": m.bulletin_cursor, "device_cursors": m.device_cursors });
    if let Some(cursor) = m.clock_cursor {
        shown["clock_cursor"] = json!(cursor);
    }
    shown
}

fn run(run: &ClockRun) -> Json {
    json!([run.first_seq, run.last_seq, run.offset_ms, run.told_at_ms])
}

fn brief(frame: &Frame) -> Json {
    match frame {
        Frame::EndBrief(m) => match m.sums {
            Some(sums) => json!({ "frame": "END in brief", "sums": to_hex(&sums) }),
            None => json!({ "frame": "END in brief" }),
        },
        Frame::WelcomeBrief(m) => {
            json!({ "frame": "WELCOME in brief", "epoch": m.epoch, "now_ms": m.now_ms })
        }
        Frame::AckBrief(m) => json!({ "frame": "ACK in brief", "after_ms": m.after_ms,
            "signature": to_hex(&m.signature) }),
        Frame::DoneBrief(m) => json!({ "frame": "DONE in brief", "more": m.more }),
        _ => unreachable!("only what is said in brief comes here"),
    }
}
