//! The hub over a real port: streaming both ways, sign-in, figures, and what is refused before anything runs.

mod rig;

use std::time::Duration;

use rig::client::{Answer, Connection, ask};
use rig::{PASSWORD, Rig, Server, hello};
use serde_json::{Value, json};
use sohoi_hub::account;
use sohoi_hub_db::story::{Pen, activity};
use sohoi_protocol::brief::EndBrief;
use sohoi_protocol::{Frame, FrameReader, limits};

const STALL: Duration = Duration::from_secs(10);
const JSON: (&str, &str) = ("content-type", "application/json");

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(server.address, "GET", path, headers, b"")
}

fn sign_in(server: &Server, password: &str) -> Answer {
    let body = json!({"name": "admin", "password": password}).to_string();
    ask(server.address, "POST", "/v1/session", &[JSON], body.as_bytes())
}

fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").expect("a cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
    set.split(';').next().expect("a pair").to_string()
}

fn send(rig: &Rig, pen: &mut Pen) {
    let sealed = pen.seal();
    let device = rig.hub.db.device(pen.device).expect("a read").expect("a device");
    let mut session = sohoi_hub::session::Session::new(rig.hub.clone(), device);
    for frame in [Frame::Hello(hello(pen)), Frame::Batch(sealed.bytes)] {
        let answers = sohoi_protocol::SyncProtocol::on_frame(&mut session, frame).expect("an answer");
        assert!(!matches!(answers.as_slice(), [Frame::Refused(_)]), "{answers:?}");
    }
}

fn figure<'a>(figures: &'a Value, code: &str) -> &'a Value {
    let mut all = figures.as_array().expect("a list").iter();
    all.find(|figure| figure["indicator"] == code).expect("the indicator")
}

#[test]
fn a_batch_is_acknowledged_while_the_body_still_runs() {
    let rig = Rig::new();
    let (mut pen, token) = rig.town(1);
    let server = rig.serve(STALL);
    let mut connection = Connection::open(server.address);
    connection.start_sync(&token);
    connection.frame(&Frame::Hello(hello(&pen)));
    assert_eq!(connection.read_head().0, 200);
    let mut reader = FrameReader::default();
    assert!(matches!(connection.read_frame(&mut reader), Some(Frame::WelcomeBrief(_))));
    for n in 1..=3 {
        pen.create("propaganda_activity", activity("2018-05-05", n));
        let sealed = pen.seal();
        connection.frame(&Frame::Batch(sealed.bytes.clone()));
        let said = connection.read_frame(&mut reader);
        assert!(matches!(said, Some(Frame::AckBrief(_))), "{said:?}");
        // The body is open, and the batch is on disk.
        assert_eq!(rig.state(&pen).2, u64::try_from(n).expect("small"));
        if n == 3 {
            connection.frame(&Frame::EndBrief(EndBrief { sums: None }));
        }
    }
    connection.finish();
    assert!(
        matches!(connection.read_frame(&mut reader), Some(Frame::Done(_))),
        "counts, to an END without sums"
    );
    assert!(connection.read_frame(&mut reader).is_none());
}

#[test]
fn a_line_that_is_cut_keeps_what_was_acknowledged() {
    let rig = Rig::new();
    let (mut pen, token) = rig.town(1);
    let server = rig.serve(STALL);
    let mut connection = Connection::open(server.address);
    connection.start_sync(&token);
    connection.frame(&Frame::Hello(hello(&pen)));
    pen.create("propaganda_activity", activity("2018-05-05", 1));
    let first = pen.seal();
    pen.create("propaganda_activity", activity("2018-05-06", 1));
    let second = Frame::Batch(pen.seal().bytes).encode();
    connection.frame(&Frame::Batch(first.bytes));
    connection.chunk(&second[..second.len() / 2]);
    connection.read_head();
    let mut reader = FrameReader::default();
    connection.read_frame(&mut reader);
    assert!(matches!(connection.read_frame(&mut reader), Some(Frame::AckBrief(_))));
    drop(connection);
    assert_eq!(rig.state(&pen), (2, first.chain, 1));
}

#[test]
fn a_line_that_stands_still_is_given_up() {
    let rig = Rig::new();
    let (pen, token) = rig.town(1);
    let server = rig.serve(Duration::from_millis(200));
    let mut connection = Connection::open(server.address);
    connection.start_sync(&token);
    connection.frame(&Frame::Hello(hello(&pen)));
    connection.read_head();
    let mut reader = FrameReader::default();
    connection.read_frame(&mut reader);
    let Some(Frame::Refused(refusal)) = connection.read_frame(&mut reader) else { panic!("no refusal") };
    assert_eq!(refusal.code, "sync.stalled");
}

#[test]
fn a_refusal_arrives_though_the_device_goes_on_sending() {
    let rig = Rig::new();
    let (mut pen, token) = rig.town(1);
    let server = rig.serve(STALL);
    pen.create("propaganda_activity", activity("2018-05-05", 1));
    let mut bad = pen.seal().bytes;
    let last = bad.len() - 1;
    bad[last] ^= 1;
    let mut body = Frame::Hello(hello(&pen)).encode();
    body.extend(Frame::Batch(bad).encode());
    (0..20).for_each(|_| body.extend(Frame::Batch(vec![0; 500_000]).encode()));
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-sohoi")];
    let answer = ask(server.address, "POST", "/v1/sync", &headers, &body);
    let mut reader = FrameReader::default();
    reader.push(&answer.body);
    assert!(matches!(reader.next_frame(), Ok(Some(Frame::WelcomeBrief(_)))));
    let Ok(Some(Frame::Refused(refusal))) = reader.next_frame() else { panic!("no refusal") };
    assert_eq!(refusal.reason, "signature");
    assert_eq!(rig.state(&pen).0, 1);
}

#[test]
fn bytes_that_are_no_frames_are_refused() {
    let rig = Rig::new();
    let (pen, token) = rig.town(1);
    let server = rig.serve(STALL);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-sohoi")];
    let too_long = [2, 0xff, 0xff, 0xff, 0xff];
    let cut = &Frame::Hello(hello(&pen)).encode()[..9];
    for (body, reason) in [(&b"GET / no frames"[..], "frame_type"), (&too_long, "too_large"), (cut, "format")]
    {
        let answer = ask(server.address, "POST", "/v1/sync", &headers, body);
        let mut reader = FrameReader::default();
        reader.push(&answer.body);
        let Ok(Some(Frame::Refused(refusal))) = reader.next_frame() else { panic!("no refusal") };
        assert_eq!(refusal.reason, reason);
    }
}

#[test]
fn another_password_ends_the_sessions_of_the_old_one_and_its_waiting() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    let session = cookie(&sign_in(&server, PASSWORD));
    let own = || get(&server, "/v1/session", &[("cookie", session.as_str())]);
    assert_eq!(own().status, 200);
    while sign_in(&server, "sai-mat-khau-2018").status != 429 {}
    account::set_password(&rig.hub, "admin", "mot-mat-khau-moi-2026", "cli").expect("set");
    assert_eq!((own().status, own().code().as_str()), (401, "auth.required"));
    assert_eq!(sign_in(&server, "mot-mat-khau-moi-2026").status, 200);
    assert_eq!(sign_in(&server, PASSWORD).code(), "auth.bad_password");
}

#[test]
fn what_can_be_refused_before_the_body_is_a_problem_document() {
    let rig = Rig::new();
    let (pen, token) = rig.town(1);
    let server = rig.serve(STALL);
    let frames = ("content-type", "application/x-sohoi");
    let bearer = format!("Bearer {token}");
    let own = ("authorization", bearer.as_str());
    let sync = |headers: &[(&str, &str)], body: &[u8]| {
        let answer = ask(server.address, "POST", "/v1/sync", headers, body);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        (answer.status, answer.code())
    };
    assert_eq!(sync(&[frames], b""), (401, "auth.required".into()));
    let unknown = "00".repeat(32);
    for (token, code) in [
        ("00", "auth.required"),
        // The alphabet for addresses, which is another one.
        ("AP8A_wD_AP8A_wD_AP8A_wD_AP8A_wD_AP8A_wD_AP8", "auth.required"),
        ("AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8A/wD/AP8", "sync.unknown_device"),
        (unknown.as_str(), "sync.unknown_device"),
    ] {
        let bearer = format!("Bearer {token}");
        assert_eq!(sync(&[frames, ("authorization", &bearer)], b""), (401, code.into()), "{token}");
    }
    assert_eq!(sync(&[own], b""), (415, "usage.wrong_content_type".into()));
    let mut connection = Connection::open(server.address);
    let length = (limits::REQUEST_BYTES + 1).to_string();
    connection.head("POST", "/v1/sync", &[frames, own, ("content-length", &length)]);
    let answer = connection.answer();
    assert_eq!((answer.status, answer.code()), (413, "usage.too_large".into()));
    assert!(rig.hub.db.revoke_device(pen.device, 0, "cli").expect("revoked"));
    assert_eq!(sync(&[frames, own], b""), (401, "sync.revoked".into()));
    let large = vec![b' '; 70_000];
    let answer = ask(server.address, "POST", "/v1/enrol", &[JSON], &large);
    assert_eq!((answer.status, answer.code()), (413, "usage.too_large".into()));
}

#[test]
fn a_device_enrols_over_http() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    let pen = Pen::new(&rig::CATALOGUE, 5, rig::unit("20044", "2026-01-01"));
    let code = sohoi_hub::device::invite(&rig.hub, &pen.unit, "", Vec::new(), "cli").expect("a file").code;
    let enrol = |code: &str| {
        let body = serde_json::to_vec(&rig::request(&pen, code)).expect("JSON");
        ask(server.address, "POST", "/v1/enrol", &[JSON], &body)
    };
    let refused = enrol("AAAAA-AAAAA");
    assert_eq!((refused.status, refused.code()), (422, "enrol.bad_code".into()));
    let res = enrol(&code);
    assert_eq!((res.status, res.json()["unit_name"].as_str()), (200, Some("Xã A Lưới 2")));
    let answer = ask(server.address, "POST", "/v1/enrol", &[JSON], b"{\"code\": 5}");
    assert_eq!((answer.status, answer.code()), (400, "usage.bad_request".into()));
}

#[test]
fn only_who_has_signed_in_reads_and_only_until_signing_out() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    for path in ["catalogue", "periods?calendar=union", "figures?period=2018", "reporting", "session"] {
        let answer = get(&server, &format!("/v1/{path}"), &[]);
        assert_eq!((answer.status, answer.code()), (401, "auth.required".into()), "{path}");
    }
    assert_eq!(sign_in(&server, "another password").code(), "auth.bad_password");
    let signed_in = sign_in(&server, PASSWORD);
    assert_eq!(signed_in.json(), json!({"name": "admin", "unit": "46"}));
    let cookie = cookie(&signed_in);
    let own = [("cookie", cookie.as_str())];
    assert_eq!(get(&server, "/v1/session", &own).json(), json!({"name": "admin", "unit": "46"}));
    let foreign = [own[0], ("origin", "http://evil.example")];
    let answer = ask(server.address, "DELETE", "/v1/session", &foreign, b"");
    assert_eq!((answer.status, answer.code()), (403, "auth.other_origin".into()));
    assert_eq!(ask(server.address, "DELETE", "/v1/session", &own, b"").status, 204);
    assert_eq!(get(&server, "/v1/session", &own).status, 401);
}

#[test]
fn guessing_is_throttled_even_with_the_right_password() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    let mut throttled = None;
    for _ in 0..8 {
        let answer = sign_in(&server, "a wrong password");
        if answer.status == 429 {
            throttled = Some(answer);
        }
    }
    let answer = throttled.expect("after some failures");
    assert_eq!(answer.code(), "auth.throttled");
    assert!(answer.header("retry-after").is_some());
    assert_eq!(sign_in(&server, PASSWORD).status, 429);
}

#[test]
fn figures_are_by_unit_then_and_now_with_targets() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    let (mut town, _) = rig.town(1);
    let (mut other, _) = rig.enrolled(2, rig::unit("20065", "2018-06-01"));
    for (pen, n) in [(&mut town, 3), (&mut other, 2)] {
        (0..n).for_each(|_| {
            pen.create("propaganda_activity", activity("2018-11-14", 20));
        });
        pen.create("propaganda_activity", activity("2018-11-15", 20));
        send(&rig, pen);
    }
    let basic = [("authorization", "Basic YWRtaW46bW90LW1hdC1raGF1LWRhaS0yMDE4")];
    let ask =
        |query: &str| get(&server, &format!("/v1/figures?calendar=union&period=2018&{query}"), &basic).json();
    let then = ask("unit=46&as=then&by_unit=true");
    assert_eq!(then["period"]["last"], "2018-11-14");
    assert_eq!(figure(&then["figures"], "TT01")["value"], 5);
    assert_eq!(figure(&then["figures"], "TT01")["by"]["form"]["tap_huan"], 5);
    assert_eq!(figure(&then["figures"], "TT02")["parts"], json!({"a": 2, "b": 152}));
    assert_eq!(then["units"].as_array().map(Vec::len), Some(152));
    let now = ask("unit=46&as=now&by_unit=true");
    assert_eq!(now["units"].as_array().map(Vec::len), Some(40));
    let a_luoi_2 = now["units"].as_array().into_iter().flatten().find(|unit| unit["code"] == "20044");
    let a_luoi_2 = a_luoi_2.expect("A Lưới 2");
    let merged = figure(&a_luoi_2["figures"], "TT01");
    assert_eq!((merged["value"].as_i64(), a_luoi_2["name"].as_str()), (Some(5), Some("Xã A Lưới 2")));
    let alone = ask("unit=20044&as=now");
    assert_eq!(figure(&alone["figures"], "TT01"), merged, "a commune sees what the province sees of it");
    assert_eq!(figure(&ask("unit=20044&as=then")["figures"], "TT01")["value"], 3);
    for (query, code) in [
        ("calendar=union&period=2018-13", "figures.unknown_period"),
        ("calendar=none&period=2018", "figures.unknown_calendar"),
        ("calendar=union&period=2018&unit=99999", "unit.unknown"),
        ("calendar=union", "usage.bad_request"),
    ] {
        let answer = get(&server, &format!("/v1/figures?{query}"), &basic);
        assert_eq!((answer.status, answer.code().as_str()), (400, code), "{query}");
    }
}

#[test]
fn the_dashboard_learns_catalogue_periods_and_who_reported() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    let (mut town, _) = rig.town(1);
    town.create("propaganda_activity", activity("2018-11-14", 20));
    send(&rig, &mut town);
    let cookie = cookie(&sign_in(&server, PASSWORD));
    let own = [("cookie", cookie.as_str())];
    let catalogue = get(&server, "/v1/catalogue", &own).json();
    let shown = catalogue["indicators"].as_array().expect("a list");
    let tt01 = shown.iter().find(|indicator| indicator["code"] == "TT01").expect("shown");
    assert_eq!(
        (tt01["kind"].as_str(), tt01["by"][0]["list"].as_str()),
        (Some("propaganda_activity"), Some("propaganda_form"))
    );
    assert!(shown.iter().all(|indicator| indicator["code"] != "TT02A"), "parts of a ratio are not shown");
    let periods = get(&server, "/v1/periods?calendar=union", &own).json();
    assert!(
        periods["current"]["month"].is_string()
            && periods["periods"].as_array().is_some_and(|p| p.len() > 100)
    );
    let reporting = get(&server, "/v1/reporting", &own).json();
    let units = reporting["units"].as_array().expect("a list");
    assert_eq!(units.len(), 41, "40 communes of today, and one of 2018 that sent");
    let town = units.iter().find(|unit| unit["n_devices"] == 1).expect("it sent");
    assert_eq!((town["valid_from"].as_str(), town["n_changes"].as_i64()), (Some("2018-01-01"), Some(1)));
    assert!(town["last_received_at_ms"].is_i64());
}

#[test]
fn a_commune_account_sees_its_own_commune_only() {
    let rig = Rig::new();
    let viewer = sohoi_hub::account::Viewer { name: "xa".into(), unit: rig::unit("20044", "2026-01-01") };
    assert!(viewer.may_see(&rig.hub, "20044").is_ok());
    for other in ["46", "20047"] {
        assert_eq!(viewer.may_see(&rig.hub, other).expect_err("refused").code(), "auth.out_of_scope");
    }
}

#[test]
fn every_answer_tells_the_browser_what_it_may_do() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    for path in ["/", "/v1/session", "/healthz", "/no/such/page"] {
        let answer = get(&server, path, &[]);
        assert!(
            answer.header("content-security-policy").is_some_and(|csp| csp.starts_with("default-src 'self'"))
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
    }
    assert_eq!(get(&server, "/v1/session", &[]).header("cache-control"), Some("no-store"));
    assert_eq!(get(&server, "/v1/nothing", &[]).code(), "usage.not_found");
}

#[test]
fn those_who_run_it_see_that_it_is_well_and_what_it_counted() {
    let rig = Rig::new();
    let server = rig.serve(STALL);
    assert_eq!(get(&server, "/healthz", &[]).status, 204);
    assert_eq!(get(&server, "/readyz", &[]).status, 204);
    let (mut pen, token) = rig.town(1);
    pen.create("propaganda_activity", activity("2018-05-05", 1));
    let sealed = pen.seal();
    let mut body = Frame::Hello(hello(&pen)).encode();
    body.extend(Frame::Batch(sealed.bytes.clone()).encode());
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/x-sohoi")];
    assert_eq!(ask(server.address, "POST", "/v1/sync", &headers, &body).status, 200);
    let metrics = String::from_utf8(get(&server, "/metrics", &[]).body).expect("text");
    assert!(metrics.contains("sohoi_hub_batches_accepted_total 1\n"), "{metrics}");
    assert!(metrics.contains(&format!("sohoi_hub_batch_bytes_accepted_total {}\n", sealed.bytes.len())));
    let openapi = get(&server, "/openapi.json", &[]).json();
    assert_eq!(openapi["openapi"], "3.1.0");
}

#[test]
fn the_openapi_document_has_every_route_and_no_other() {
    let document: Value = serde_json::from_str(sohoi_hub::http::OPENAPI).expect("JSON");
    let mut found: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        found.extend(methods.as_object().expect("methods").keys().map(|method| format!("{method} {path}")));
    }
    found.sort();
    let mut routes = [
        "post /v1/enrol",
        "post /v1/renew",
        "post /v1/sync",
        "get /v1/session",
        "post /v1/session",
        "delete /v1/session",
        "get /v1/catalogue",
        "get /v1/periods",
        "get /v1/figures",
        "get /v1/reporting",
        "get /v1/messages",
        "get /v1/submissions",
        "post /v1/comments",
        "post /v1/decisions",
        "get /healthz",
        "get /readyz",
        "get /metrics",
        "get /openapi.json",
    ];
    routes.sort_unstable();
    assert_eq!(found, routes);
    let rig = Rig::new();
    let server = rig.serve(STALL);
    for route in routes {
        let (method, path) = route.split_once(' ').expect("two words");
        let answer = ask(server.address, &method.to_uppercase(), path, &[JSON], b"{}");
        assert!(answer.status != 404 && answer.status != 405, "{route} gives {}", answer.status);
    }
}
