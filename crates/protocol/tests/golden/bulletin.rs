//! One bulletin of every kind, with what it says. New kinds are added; what is here stays.

use serde_json::{Map, Value as Json, json};
use sohoi_domain::catalogue::{Pack, Part, Published, Target};
use sohoi_domain::{Day, DeviceId, RecordId};
use sohoi_protocol::bulletin::{Body, Bulletin, Comment, Decision, PeriodRef, Scope, Verdict};
use sohoi_protocol::enrol::to_hex;
use sohoi_protocol::{Frame, FrameReader};

use super::{HUB_SECRET, Signer, hold, hold_json, shown};

const MADE_AT_MS: i64 = 1_768_000_000_000;

#[test]
fn a_bulletin_of_every_kind_is_the_same_bytes_as_ever() {
    let hub = Signer::new(&HUB_SECRET);
    for (n, (name, scope, body)) in (1_768_000_000_000..).zip(of_every_kind()) {
        let bulletin = Bulletin { number: n, made_at_ms: MADE_AT_MS, scope, body };
        let bytes = bulletin.encode().expect("it is short");
        assert_eq!(Bulletin::decode(&bytes).as_ref(), Ok(&bulletin), "{name}");
        hold(&format!("bulletin/{name}.bin"), &bytes);
        hold_json(&format!("bulletin/{name}.json"), &said(&bulletin));
    }
    let (_, scope, body) = of_every_kind().remove(0);
    let bulletin = Bulletin { number: 5, made_at_ms: MADE_AT_MS, scope, body };
    let pull = Bulletin::sign(5, bulletin.encode().expect("it is short"), &hub);
    assert!(pull.is_signed_by(&hub.public_key()));
    let frame = Frame::Pull(pull);
    hold("frame/pull_bulletin.bin", &frame.encode());
    hold_json("frame/pull_bulletin.json", &json!([shown::frame(&frame)]));
    let mut reader = FrameReader::default();
    reader.push(&frame.encode());
    assert_eq!(reader.next_frame(), Ok(Some(frame)));
}

fn of_every_kind() -> Vec<(&'static str, Option<Scope>, Body)> {
    let commune = Scope { code: "20044".into(), valid_from: None };
    let version = Scope { valid_from: Day::from_ymd(2025, 7, 1).ok(), ..commune.clone() };
    let one_unit = [target(None, Some(-1 << 40), Some("20044"))];
    let of_all = [target(Some(1), None, None), target(None, Some(300), None)];
    let catalogue = [("catalogue.toml", "version = 7\n"), ("kinds/member.toml", "# Hội viên\n")];
    let units = [("lineage.toml", ""), ("units.toml", "units = []\n")];
    let calendars = [("calendars/union.toml", "id = \"union\"\n")];
    vec![
        ("targets_of_all", None, Body::Targets(of_all.into())),
        ("targets_of_one", Some(commune.clone()), Body::Targets(one_unit.into())),
        ("catalogue", None, Body::Release(release(Part::Whole, 1, &catalogue))),
        ("units", None, Body::Release(release(Part::Units, 1, &units))),
        ("calendars", None, Body::Release(release(Part::Calendars, 9, &calendars))),
        ("comment", Some(version.clone()), Body::Comment(comment())),
        ("comment_to_all", None, Body::Comment(plain_comment())),
        ("accepted", Some(commune), Body::Decision(accepted())),
        ("returned", Some(version), Body::Decision(returned())),
        ("newer", None, Body::Newer { kind: 40_000, bytes: vec![0xff, 0, 1] }),
    ]
}

fn period() -> PeriodRef {
    PeriodRef { calendar: "union".into(), label: "2018-Q4".into() }
}

fn target(per_unit: Option<i64>, total: Option<i64>, unit: Option<&str>) -> Target {
    Target {
        indicator: "TT01".into(),
        period: "2018".into(),
        calendar: "union".into(),
        source: "locality".into(),
        per_unit,
        total,
        unit: unit.map(str::to_string),
    }
}

fn release(part: Part, format: u32, files: &[(&str, &str)]) -> Published {
    let files = files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
    Published { part, version: 7, format, files: Pack::new(files) }
}

fn comment() -> Comment {
    Comment {
        author: "admin".into(),
        text: "Xem lại số người dự.\nHai buổi cùng ngày?".into(),
        about: Some(period()),
        indicator: Some("TT01P".into()),
        record: Some(RecordId { device: DeviceId(u64::MAX), n: 142 }),
        reply_to: Some(9),
    }
}

fn plain_comment() -> Comment {
    Comment { about: None, indicator: None, record: None, reply_to: None, ..comment() }
}

fn accepted() -> Decision {
    Decision {
        period: period(),
        verdict: Verdict::Accepted,
        author: "admin".into(),
        note: String::new(),
        digest: Some([0x88; 32]),
    }
}

fn returned() -> Decision {
    Decision { verdict: Verdict::Returned, note: "Thiếu tháng 11".into(), digest: None, ..accepted() }
}

fn said(bulletin: &Bulletin) -> Json {
    let scope = bulletin.scope.as_ref();
    json!({
        "number": bulletin.number,
        "made_at_ms": bulletin.made_at_ms,
        "unit_code": scope.map(|scope| &scope.code),
        "unit_from": scope.and_then(|scope| scope.valid_from).map(|day| day.to_string()),
        "kind": bulletin.body.kind(),
        "body": body(&bulletin.body),
    })
}

fn body(body: &Body) -> Json {
    let period = |period: &PeriodRef| json!({ "calendar": period.calendar, "label": period.label });
    match body {
        Body::Targets(targets) => targets
            .iter()
            .map(|t| {
                json!({ "indicator": t.indicator, "calendar": t.calendar, "period": t.period,
                    "source": t.source, "per_unit": t.per_unit, "total": t.total, "unit": t.unit })
            })
            .collect(),
        Body::Release(release) => {
            let files: Map<_, _> =
                release.files.files().map(|(path, text)| (path.to_string(), json!(text))).collect();
            json!({ "version": release.version, "format": release.format,
                "digest": release.files.digest(), "files": files })
        }
        Body::Comment(c) => {
            json!({ "author": c.author, "text": c.text, "period": c.about.as_ref().map(period),
            "indicator": c.indicator, "record": c.record.map(|id| id.to_string()), "reply_to": c.reply_to })
        }
        Body::Decision(d) => {
            let verdict = match d.verdict {
                Verdict::Accepted => "accepted",
                Verdict::Returned => "returned",
            };
            json!({ "period": period(&d.period), "verdict": verdict, "author": d.author, "note": d.note,
                "digest": d.digest.map(|digest| to_hex(&digest)) })
        }
        Body::Newer { bytes, .. } => json!({ "bytes": to_hex(bytes) }),
    }
}
