//! What the province says from its pages: who may, what is refused, and that it is published once.

mod rig;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use rig::client::{Answer, ask};
use rig::{CATALOGUE, PASSWORD, Rig, Server, unit};
use serde_json::{Value, json};
use sohoi_hub::account;
use sohoi_hub_db::{HubDb, HubRow};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::bulletin::{Body, Bulletin, Verdict};
use sohoi_protocol::limits;
use sohoi_protocol::message::Pull;

const STALL: Duration = Duration::from_secs(10);
const JSON: (&str, &str) = ("content-type", "application/json");
const MESSAGES: &str = "/v1/messages?unit=20044&valid_from=2025-07-01";

struct Page {
    server: Server,
    cookie: String,
}

impl Page {
    fn signed_in(rig: &Rig, name: &str) -> Page {
        let server = rig.serve(STALL);
        let body = json!({"name": name, "password": PASSWORD}).to_string();
        let answer = ask(server.address, "POST", "/v1/session", &[JSON], body.as_bytes());
        let cookie = answer.header("set-cookie").and_then(|set| set.split(';').next());
        Page { cookie: cookie.expect("a session").to_string(), server }
    }

    fn post(&self, path: &str, body: &Value, more: &[(&str, &str)]) -> Answer {
        let headers = [&[JSON, ("cookie", self.cookie.as_str())], more].concat();
        ask(self.server.address, "POST", path, &headers, body.to_string().as_bytes())
    }

    fn messages(&self) -> Vec<Value> {
        let answer = ask(self.server.address, "GET", MESSAGES, &[("cookie", &self.cookie)], b"");
        answer.json()["messages"].as_array().expect("a list").clone()
    }
}

fn comment(text: &str) -> Value {
    json!({"unit": "20044", "valid_from": "2025-07-01", "calendar": "union", "period": "2026-02",
        "indicator": "TT01", "text": text})
}

fn decision(verdict: &str, note: &str) -> Value {
    json!({"unit": "20044", "valid_from": "2025-07-01", "calendar": "union", "period": "2026-Q1",
        "verdict": verdict, "note": note})
}

/// What a register of the commune would hear.
fn published(rig: &Rig) -> Vec<Pull> {
    let units = BTreeSet::from([unit("20044", "2026-01-01")]);
    rig.hub.db.bulletins(0, &units, 1 << 20).expect("a read").0
}

#[test]
fn a_comment_and_a_decision_are_published_as_signed_bulletins_and_noted_under_the_account() {
    let rig = Rig::new();
    let page = Page::signed_in(&rig, "admin");
    let said = page.post("/v1/comments", &comment(" Xem la\u{323}i số người dự.\r\nHai buổi? \n"), &[]);
    assert_eq!(said.status, 200);
    assert_eq!(page.post("/v1/decisions", &decision("returned", "Thiếu tháng hai"), &[]).status, 200);
    assert_eq!(page.post("/v1/decisions", &decision("accepted", ""), &[]).status, 200);

    let pulls = published(&rig);
    let key = rig.hub.signer.public_key();
    assert!(pulls.iter().all(|pull| pull.is_signed_by(&key)));
    let told: Vec<Bulletin> = pulls.iter().map(|pull| Bulletin::of_pull(pull).expect("it is read")).collect();
    let [first, returned, accepted] = &told[..] else { panic!("{told:?}") };
    let Body::Comment(first_said) = &first.body else { panic!("{first:?}") };
    assert_eq!(said.json()["bulletin"], first.number);
    assert_eq!(first_said.text, "Xem lại số người dự.\nHai buổi?");
    assert_eq!((first_said.author.as_str(), first_said.indicator.as_deref()), ("admin", Some("TT01")));
    let verdict = |told: &Bulletin| match &told.body {
        Body::Decision(said) => (said.verdict, said.note.clone()),
        other => panic!("{other:?}"),
    };
    assert_eq!(verdict(returned), (Verdict::Returned, "Thiếu tháng hai".to_string()));
    assert_eq!(verdict(accepted), (Verdict::Accepted, String::new()));

    let noted = rig.hub.db.audit().expect("a read");
    let by_admin =
        noted.iter().filter(|row| row.entry.action == "bulletin.published" && row.entry.actor == "admin");
    assert_eq!(by_admin.count(), 3);
    assert!(rig.hub.db.verify().expect("a replay").differences.is_empty());

    let shown = page.messages();
    let kinds: Vec<&Value> = shown.iter().map(|message| &message["kind"]).collect();
    assert_eq!(kinds, ["accepted", "returned", "comment"], "the newest first");
    let about = ["calendar", "period", "indicator", "text"].map(|key| shown[2][key].clone());
    assert_eq!(
        about,
        [json!("union"), json!("2026-02"), json!("TT01"), json!("Xem lại số người dự.\nHai buổi?")]
    );
    assert_eq!(shown[2]["to"], json!({"code": "20044", "valid_from": "2025-07-01", "name": "Xã A Lưới 2"}));
}

#[test]
fn a_button_that_is_pressed_again_for_want_of_an_answer_says_it_once() {
    let rig = Rig::new();
    let page = Page::signed_in(&rig, "admin");
    let number =
        |path, body: &Value| page.post(path, body, &[]).json()["bulletin"].as_u64().expect("a number");
    let first = number("/v1/comments", &comment("Xem lại"));
    assert_eq!(number("/v1/comments", &comment("Xem lại")), first);
    let accepted = number("/v1/decisions", &decision("accepted", ""));
    assert_eq!(number("/v1/decisions", &decision("accepted", "")), accepted);
    // What came to be said anew since then is said.
    let returned = number("/v1/decisions", &decision("returned", "Thiếu"));
    let again = number("/v1/decisions", &decision("accepted", ""));
    assert!(first < accepted && accepted < returned && returned < again);
    assert!(number("/v1/comments", &comment("Xem lại")) > again);
    assert_eq!(published(&rig).len(), 5);
}

#[test]
fn what_cannot_be_said_is_refused_with_a_code_and_publishes_nothing() {
    let rig = Rig::new();
    let page = Page::signed_in(&rig, "admin");
    let with = |mut body: Value, key: &str, value: Value| {
        body[key] = value;
        body
    };
    let long = "dài ".repeat(limits::NOTE_BYTES / 4);
    for (body, code) in [
        (comment(" \n "), "bulletin.invalid"),
        (comment("a\u{7}b"), "bulletin.invalid"),
        (comment(&long), "bulletin.too_large"),
        (with(comment("a"), "unit", json!("46")), "unit.unknown"),
        (with(comment("a"), "valid_from", json!("2025-07-02")), "unit.unknown"),
        (with(comment("a"), "valid_from", json!("hôm qua")), "unit.unknown"),
        (with(comment("a"), "calendar", json!("none")), "figures.unknown_calendar"),
        (with(comment("a"), "period", json!("2026-13")), "figures.unknown_period"),
        (with(comment("a"), "indicator", json!("ZZ99")), "target.unknown_indicator"),
        (with(comment("a"), "text", Value::Null), "usage.bad_request"),
    ] {
        let answer = page.post("/v1/comments", &body, &[]);
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
    }
    for (body, code) in [
        (decision("forgotten", ""), "usage.bad_request"),
        (decision("returned", &long), "bulletin.too_large"),
        (with(decision("accepted", ""), "period", json!("2026-13")), "figures.unknown_period"),
        (with(decision("accepted", ""), "unit", json!("99999")), "unit.unknown"),
    ] {
        let answer = page.post("/v1/decisions", &body, &[]);
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{body}");
    }
    let huge = page.post("/v1/comments", &comment(&"a".repeat(70_000)), &[]);
    assert_eq!((huge.status, huge.code().as_str()), (413, "usage.too_large"));
    let form = [("content-type", "text/plain"), ("cookie", page.cookie.as_str())];
    let sent = ask(page.server.address, "POST", "/v1/comments", &form, comment("a").to_string().as_bytes());
    assert_eq!((sent.status, sent.code().as_str()), (415, "usage.wrong_content_type"));
    assert_eq!((published(&rig).len(), page.messages().len()), (0, 0));
}

#[test]
fn nobody_speaks_for_the_province_without_its_session_or_from_another_site() {
    let rig = Rig::new();
    let page = Page::signed_in(&rig, "admin");
    for (path, body) in [("/v1/comments", comment("a")), ("/v1/decisions", decision("accepted", ""))] {
        for foreign in [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")] {
            let answer = page.post(path, &body, &[foreign]);
            assert_eq!((answer.status, answer.code().as_str()), (403, "auth.other_origin"), "{foreign:?}");
        }
        let unknown = ask(page.server.address, "POST", path, &[JSON], body.to_string().as_bytes());
        assert_eq!((unknown.status, unknown.code().as_str()), (401, "auth.required"));
        let own =
            page.post(path, &body, &[("origin", "http://hub.example"), ("sec-fetch-site", "same-origin")]);
        assert_eq!(own.status, 200);
    }
    let unknown = ask(page.server.address, "GET", MESSAGES, &[], b"");
    assert_eq!((unknown.status, unknown.code().as_str()), (401, "auth.required"));
    assert_eq!(published(&rig).len(), 2);
}

/// A hub whose only account is a commune's.
fn of_a_commune() -> Rig {
    let mut rig = Rig::new();
    let path = rig.folder.path().join("commune.db");
    let db = SqliteHub::create(&path, CATALOGUE.clone()).expect("a new hub");
    let row = HubRow { secret_key: [42; 32], unit: unit("46", "2026-01-01"), created_at_ms: 0 };
    let own = account::new_account("xa", PASSWORD, &unit("20044", "2026-01-01"), 0).expect("an account");
    db.init(&row, &own).expect("made");
    rig.hub = Arc::new(
        sohoi_hub::Hub::new(Arc::new(db), CATALOGUE.clone(), sohoi_hub::clock::system).expect("a hub"),
    );
    rig
}

#[test]
fn a_commune_account_reads_what_was_said_to_it_and_does_not_speak_for_the_province() {
    let rig = of_a_commune();
    let page = Page::signed_in(&rig, "xa");
    assert_eq!(page.messages().len(), 0);
    let other = "/v1/messages?unit=20047&valid_from=2025-07-01";
    let other = ask(page.server.address, "GET", other, &[("cookie", &page.cookie)], b"");
    assert_eq!((other.status, other.code().as_str()), (403, "auth.out_of_scope"));
    for (path, body) in [("/v1/comments", comment("a")), ("/v1/decisions", decision("accepted", ""))] {
        let answer = page.post(path, &body, &[]);
        assert_eq!((answer.status, answer.code().as_str()), (403, "auth.out_of_scope"));
    }
    assert_eq!(published(&rig).len(), 0);
}
