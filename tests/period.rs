//! A commune closes a period: frozen, signed, sent, accepted or returned, and amended.

use std::fs;

use serde_json::{Value, json};
use sohoi_testkit::{Cli, text};
use sohoi_tests::activity;
use sohoi_tests::office::Office;

const A_LUOI: &str = "20044";
/// Today lies in it or after it; the activities of the tests are dated in February.
const MONTH: &str = "2026-02";

fn submit(cli: &Cli, note: &str) -> Value {
    cli.get(&["period", "submit", MONTH, "--note", note])
}

/// The state of the month as the register lists it.
fn listed(cli: &Cli) -> Value {
    let lines = cli.ask(&["period", "list"]).done().lines;
    lines.into_iter().find(|line| line["period"] == MONTH).expect("the month is listed")
}

fn state(cli: &Cli) -> String {
    listed(cli)["state"].as_str().expect("a state").to_owned()
}

/// What the hub has of the commune, the newest first.
fn heard(office: &Office) -> Vec<Value> {
    office.hub.ask(&["period", "list", "--unit", A_LUOI]).done().lines
}

fn decide(office: &Office, verdict: &str, note: &str) -> Value {
    let file = office.path("note.txt");
    fs::write(&file, note).expect("a file can be written");
    let words = ["period", verdict, MONTH, "--unit", A_LUOI, "--note-file", text(&file)];
    office.hub.ask(&words).done().one()
}

fn figure<'a>(submission: &'a Value, code: &str) -> &'a Value {
    let figures = submission["figures"].as_array().expect("figures");
    figures.iter().find(|figure| figure["indicator"] == code).expect("the figure")
}

#[test]
fn a_period_is_signed_offline_sent_looked_at_and_accepted() {
    let office = Office::start("period-accepted");
    let cli = office.register("one", A_LUOI);
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    assert_eq!((state(&cli).as_str(), &listed(&cli)["digest"]), ("draft", &Value::Null));

    let signed = submit(&cli, "Đủ các chi hội");
    assert_eq!((&signed["period"], &signed["state"]), (&MONTH.into(), &"submitted".into()), "{signed}");
    assert_eq!(signed["digest"].as_str().map(str::len), Some(64));
    let again = submit(&cli, "Đủ các chi hội");
    assert_eq!((&again["digest"], &again["number"]), (&signed["digest"], &1.into()), "pressed twice");
    assert_eq!(heard(&office).len(), 0, "nothing went without a sync");

    cli.sync();
    assert_eq!((state(&cli).as_str(), &listed(&cli)["digest"]), ("received", &signed["digest"]));
    let [one] = &heard(&office)[..] else { panic!("{:?}", heard(&office)) };
    assert_eq!((&one["digest"], &one["state"]), (&signed["digest"], &"received".into()));
    assert_eq!(one["differences"], json!([]), "the hub reckons the same from the records: {one}");
    assert_eq!((&figure(one, "TT01")["value"], &one["note"]), (&1.into(), &"Đủ các chi hội".into()));
    assert!(!one.to_string().contains("Kăn Hoa"), "the officer's name stays in the commune");

    let decided = decide(&office, "accept", "Tốt");
    assert_eq!(decided["digest"], signed["digest"]);
    assert_eq!(state(&cli), "received", "she has not heard yet");
    cli.sync();
    assert_eq!(state(&cli), "accepted");
    assert_eq!(heard(&office)[0]["state"], "accepted");
    assert_eq!(cli.get(&["verify"])["ok"], true);
    assert_eq!(office.hub.ask(&["verify"]).done().one()["ok"], true);
}

#[test]
fn an_edit_after_it_makes_an_amendment_that_lists_old_and_new() {
    let office = Office::start("period-amended");
    let cli = office.register("one", A_LUOI);
    let first = cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    let signed = submit(&cli, "");
    cli.sync();
    decide(&office, "return", "Thiếu buổi ở chi hội 2");
    cli.sync();
    assert_eq!(state(&cli), "returned");

    let added = cli.add("propaganda_activity", &activity("Buổi thứ hai"));
    let mut elsewhere = activity("Buổi tháng sau");
    elsewhere["held_on"] = "2026-04-20".into();
    cli.add("propaganda_activity", &elsewhere);
    cli.ask_with(&["record", "edit", &first, "-"], br#"{"n_women": 1}"#).done();
    assert_eq!(listed(&cli)["n_changed"], 2, "{} and {added}, and none of another month", first);
    cli.sync();
    let [held] = &heard(&office)[..] else { panic!("{:?}", heard(&office)) };
    assert_eq!(held["state"], "returned");
    let differing = held["differences"].as_array().expect("a list");
    let of = differing.iter().find(|one| one["indicator"] == "TT01").expect("the hub names what differs");
    assert_eq!((&of["submitted"], &of["here"]), (&1.into(), &2.into()), "{held}");

    let amended = submit(&cli, "Báo cáo bổ sung");
    assert_eq!((&amended["number"], &amended["n_changed"]), (&2.into(), &0.into()));
    assert_ne!(amended["digest"], signed["digest"]);
    cli.sync();
    assert_eq!(state(&cli), "received", "a decision on the first says nothing of the second");
    let both = heard(&office);
    assert_eq!((&both[0]["number"], &both[0]["differences"]), (&2.into(), &json!([])), "{both:?}");
    assert_eq!((&both[1]["number"], &both[1]["state"]), (&1.into(), &"returned".into()));
    let words =
        ["period", "accept", MONTH, "--unit", A_LUOI, "--digest", signed["digest"].as_str().unwrap_or("")];
    office.hub.ask(&words).done();
    cli.sync();
    assert_eq!(state(&cli), "received", "also when the first is accepted after all");
    decide(&office, "accept", "Được");
    cli.sync();
    assert_eq!(state(&cli), "accepted");
    cli.ask(&["record", "erase", &added, "--reason", "nhập hai lần"]).done();
    assert_eq!((state(&cli).as_str(), &listed(&cli)["n_changed"]), ("accepted", &1.into()));
    assert_eq!(cli.get(&["verify"])["ok"], true);
    assert_eq!(office.hub.ask(&["verify"]).done().one()["ok"], true);
}

#[test]
fn a_submission_goes_on_a_stick_and_to_the_communes_other_pc() {
    let office = Office::start("period-stick");
    let (one, two) = (office.register("one", A_LUOI), Cli::at(office.path("two")));
    two.init(A_LUOI);
    let code = one.get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    two.ask_with(&["pair", "join", "-"], code.as_bytes()).done();
    two.enrol(&office.hub.address(), &office.hub.code(A_LUOI));
    one.add("propaganda_activity", &activity("Buổi thứ nhất"));
    let signed = submit(&one, "");
    let (bundle, answer) = (office.path("out"), office.path("back"));
    one.get(&["bundle", "out", text(&bundle)]);
    assert_eq!(state(&one), "submitted", "written is not received");
    office.hub.ask(&["bundle", "accept", text(&bundle), "--receipt", text(&answer)]).done();
    decide(&office, "accept", "Được");
    one.get(&["bundle", "in", text(&answer)]);
    assert_eq!(state(&one), "received");

    two.sync();
    assert_eq!((state(&two).as_str(), &listed(&two)["digest"]), ("accepted", &signed["digest"]));
    assert_eq!(listed(&two)["n_changed"], 0);
    two.add("propaganda_activity", &activity("Buổi của máy hai"));
    assert_eq!(listed(&two)["n_changed"], 1);
    two.sync();
    one.sync();
    assert_eq!((state(&one).as_str(), &listed(&one)["n_changed"]), ("accepted", &1.into()));
    let amended = submit(&one, "");
    assert_eq!(amended["number"], 2);
    for cli in [&one, &two] {
        cli.sync();
        assert_eq!((&listed(cli)["number"], &listed(cli)["n_changed"]), (&2.into(), &0.into()));
        assert_eq!(cli.get(&["verify"])["ok"], true);
        let records = cli.ask(&["record", "list"]).done().lines;
        assert_eq!(records.len(), 2, "a submission is no record to read: {records:?}");
    }
}

#[test]
fn what_is_no_period_and_what_is_too_long_is_refused_and_nothing_is_written() {
    let office = Office::start("period-refused");
    let cli = office.register("one", A_LUOI);
    let code = |words: &[&str]| {
        let answer = cli.ask(words);
        (answer.code, answer.error_code().unwrap_or_default())
    };
    assert_eq!(code(&["period", "submit", "2026-13"]), (3, "period.unknown".into()));
    assert_eq!(code(&["period", "submit", MONTH, "--calendar", "none"]), (3, "period.unknown".into()));
    assert_eq!(code(&["period", "submit", "2030-12"]), (3, "period.not_begun".into()));
    let long = "ế".repeat(3_000);
    assert_eq!(code(&["period", "submit", MONTH, "--note", &long]), (3, "period.note_too_long".into()));
    assert_eq!(cli.get(&["status"])["changes"], 0);
    let unknown = ["period", "accept", MONTH, "--unit", A_LUOI, "--digest", "00"];
    let answer = office.hub.ask(&unknown);
    assert_eq!((answer.code, answer.error_code().as_deref()), (3, Some("period.unknown_submission")));
    let before = office.hub.ask(&["period", "accept", MONTH, "--unit", A_LUOI]).done().one();
    assert_eq!(before["digest"], Value::Null, "a period that nobody submitted can be decided on as before");
}
