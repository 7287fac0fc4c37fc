//! Communes without a line: their batches on a stick, the hub's answers back, and everything that happens to
//! files on the way.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sohoi_testkit::{Answer, Cli, Hub, copy_folder, program, text};
use sohoi_tests::activity;
use sohoi_tests::office::Office;
use sohoi_tests::province::{activities_at, is_whole};

const A_LUOI: &str = "20044";
const OTHER: &str = "20056";

/// An enrolled register with one record.
fn register(office: &Office, name: &str, unit: &str) -> Cli {
    let cli = office.register(name, unit);
    cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
    cli
}

/// The hub as it is now, to be brought back later.
fn backup(office: &mut Office, name: &str) -> Hub {
    office.hub.stop();
    let data = office.path(name);
    copy_folder(office.hub.data(), &data);
    office.hub.serve();
    Hub::over(program("sohoi-hub"), data)
}

fn out(cli: &Cli, file: &Path) -> Value {
    cli.get(&["bundle", "out", text(file)])
}

fn accept(hub: &Hub, bundle: &Path, answer: &Path) -> Answer {
    hub.ask(&["bundle", "accept", text(bundle), "--receipt", text(answer)])
}

fn take(cli: &Cli, answer: &Path) -> Answer {
    cli.ask(&["bundle", "in", text(answer)])
}

fn unsent(cli: &Cli) -> i64 {
    cli.get(&["status"])["unsent"].as_i64().expect("a count")
}

#[track_caller]
fn is_refused(answer: &Answer, exit: i32, code: &str) {
    assert_eq!((answer.code, answer.error_code().as_deref()), (exit, Some(code)), "{answer:?}");
}

#[test]
fn two_communes_send_by_stick_and_hear_back() {
    let office = Office::start("bundle");
    let stick = office.path("stick");
    fs::create_dir(&stick).expect("a folder can be made");
    for (name, unit) in [("a", A_LUOI), ("b", OTHER)] {
        let cli = register(&office, name, unit);
        let made = out(&cli, &stick);
        assert_eq!((&made["state"], &made["number"]), (&"partial".into(), &1.into()), "{made}");
        assert_eq!(unsent(&cli), 1, "written is not received");
        let bundle = PathBuf::from(made["file"].as_str().expect("the file is named"));
        let called = bundle.file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(
            called.starts_with("SoHoi_") && called.ends_with("_001.sohoi") && called.is_ascii(),
            "{called}"
        );

        let accepted = office.hub.ask(&["bundle", "accept", text(&bundle)]).done().one();
        assert_eq!(accepted["pushed"]["changes"], 1, "{accepted}");
        let answer = PathBuf::from(accepted["file"].as_str().expect("the answer is named"));
        assert_eq!(answer.parent(), Some(stick.as_path()), "it lies beside the bundle");
        assert!(text(&answer).ends_with("_001_bien-nhan.sohoi"), "{answer:?}");
        let taken = take(&cli, &answer).done().one();
        assert_eq!((&taken["state"], &taken["receipts"]), (&"up_to_date".into(), &1.into()), "{taken}");
        assert_eq!(unsent(&cli), 0);
        assert_eq!(activities_at(&office.hub, unit), 1);

        // Once more, under the names that a chat gives.
        let renamed = office.path("z5123908_1 (2).bin");
        fs::copy(&bundle, &renamed).expect("a file can be copied");
        let again = office.path("Không tên");
        let accepted = accept(&office.hub, &renamed, &again).done().one();
        assert_eq!((&accepted["replayed"], &accepted["receipts"]), (&1.into(), &1.into()), "{accepted}");
        take(&cli, &again).done();
        take(&cli, &answer).done();
        assert_eq!(activities_at(&office.hub, unit), 1, "nothing counts twice");
        assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
    is_whole(&office.hub);
}

#[test]
fn files_and_the_line_cross_and_nothing_counts_twice() {
    let office = Office::start("bundle-crossing");
    let cli = register(&office, "a", A_LUOI);
    let path = |name: &str| office.path(name);
    out(&cli, &path("1"));
    assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    cli.add("propaganda_activity", &activity("Buổi thứ hai"));
    assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    let accepted = accept(&office.hub, &path("1"), &path("1 back")).done().one();
    assert_eq!(accepted["state"], "up_to_date", "the line was quicker: {accepted}");

    for (n, title) in [("2", "Buổi thứ ba"), ("3", "Buổi thứ tư")] {
        cli.add("propaganda_activity", &activity(title));
        out(&cli, &path(n));
    }
    // The later one holds all of the earlier one, which comes after it and finds everything there.
    accept(&office.hub, &path("3"), &path("3 back")).done();
    accept(&office.hub, &path("2"), &path("2 back")).done();
    take(&cli, &path("1 back")).done();
    assert_eq!(unsent(&cli), 2, "the first answer is for the first bundle");
    take(&cli, &path("2 back")).done();
    assert_eq!(unsent(&cli), 1);
    take(&cli, &path("3 back")).done();
    assert_eq!(unsent(&cli), 0);
    assert_eq!(activities_at(&office.hub, A_LUOI), 4);
    assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    is_whole(&office.hub);
}

#[test]
fn a_file_is_taken_while_the_line_brings_the_same() {
    let office = Office::start("bundle-race");
    let cli = register(&office, "a", A_LUOI);
    let (bundle, answer) = (office.path("bundle"), office.path("answer"));
    for round in 2..=6 {
        cli.add("propaganda_activity", &activity("Buổi kế tiếp"));
        out(&cli, &bundle);
        std::thread::scope(|scope| {
            let accepted = scope.spawn(|| accept(&office.hub, &bundle, &answer));
            assert_eq!(cli.get(&["sync"])["state"], "up_to_date", "round {round}");
            accepted.join().expect("the office does not panic").done();
        });
        take(&cli, &answer).done();
        assert_eq!((unsent(&cli), activities_at(&office.hub, A_LUOI)), (0, round));
    }
    is_whole(&office.hub);
    assert_eq!(cli.get(&["verify"])["ok"], true);
}

#[test]
fn a_bundle_that_builds_on_a_missing_one_waits_for_it() {
    let mut office = Office::start("bundle-order");
    let cli = register(&office, "a", A_LUOI);
    let restored = backup(&mut office, "restored");
    let emptied = backup(&mut office, "emptied");
    let path = |name: &str| office.path(name);
    out(&cli, &path("1"));
    accept(&office.hub, &path("1"), &path("1 back")).done();
    take(&cli, &path("1 back")).done();
    cli.add("propaganda_activity", &activity("Buổi thứ hai"));
    out(&cli, &path("2"));

    let early = accept(&restored, &path("2"), &path("2 early"));
    is_refused(&early, 3, "bundle.missing");
    let error: Value = serde_json::from_str(early.stderr.lines().last().expect("a line")).expect("JSON");
    assert_eq!(
        (&error["error"]["params"]["first"], &error["error"]["params"]["last"]),
        (&"1".into(), &"1".into())
    );
    assert_eq!(activities_at(&restored, A_LUOI), 0);
    accept(&restored, &path("1"), &path("1 later")).done();
    accept(&restored, &path("2"), &path("2 later")).done();
    assert_eq!(activities_at(&restored, A_LUOI), 2);
    is_whole(&restored);

    // Nobody has the first file any more: the answer asks the register for it.
    is_refused(&accept(&emptied, &path("2"), &path("2 asks")), 3, "bundle.missing");
    is_refused(&take(&cli, &path("2 asks")), 5, "sync.send_again");
    assert_eq!(unsent(&cli), 2);
    out(&cli, &path("3"));
    accept(&emptied, &path("3"), &path("3 back")).done();
    take(&cli, &path("3 back")).done();
    assert_eq!((unsent(&cli), activities_at(&emptied, A_LUOI)), (0, 2));
    // What the hub lacked once is past.
    take(&cli, &path("2 asks")).done();
    assert_eq!(unsent(&cli), 0);
    is_whole(&emptied);
}

/// A tenth of the file and more: every kind of place in it is cut or flipped once.
fn spoilt(bytes: &[u8], n: usize) -> Vec<Vec<u8>> {
    let step = bytes.len() / n;
    let cut = (0..bytes.len()).step_by(step).map(|at| bytes[..at].to_vec());
    let flipped = (0..bytes.len()).step_by(step).map(|at| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 0x20;
        bytes
    });
    cut.chain(flipped).collect()
}

#[test]
fn a_spoilt_file_is_refused_whole_and_its_better_copy_is_taken() {
    let office = Office::start("bundle-spoilt");
    let cli = register(&office, "a", A_LUOI);
    let (bundle, answer, bad) = (office.path("1"), office.path("1 back"), office.path("bad"));
    out(&cli, &bundle);
    let last_byte = |bytes: &[u8]| bytes[..bytes.len() - 1].to_vec();
    let bytes = fs::read(&bundle).expect("the bundle is there");
    let mut versions = spoilt(&bytes, 40);
    versions.push(last_byte(&bytes));
    for (i, version) in versions.iter().enumerate() {
        fs::write(&bad, version).expect("a file can be written");
        let refused = accept(&office.hub, &bad, &answer);
        assert_eq!(refused.code, 3, "{i}: {refused:?}");
        let code = refused.error_code().unwrap_or_default();
        assert!(code.starts_with("bundle."), "{i}: {refused:?}");
        assert!(!answer.exists(), "{i}: no answer to it");
    }
    assert_eq!(activities_at(&office.hub, A_LUOI), 0);
    accept(&office.hub, &bundle, &answer).done();
    assert_eq!(activities_at(&office.hub, A_LUOI), 1);

    let bytes = fs::read(&answer).expect("the answer is there");
    let mut versions = spoilt(&bytes, 8);
    versions.push(last_byte(&bytes));
    for (i, version) in versions.iter().enumerate() {
        fs::write(&bad, version).expect("a file can be written");
        let refused = take(&cli, &bad);
        assert_eq!(refused.code, 3, "{i}: {refused:?}");
        assert!(refused.error_code().unwrap_or_default().starts_with("bundle."), "{i}: {refused:?}");
    }
    assert_eq!(unsent(&cli), 1);
    take(&cli, &answer).done();
    assert_eq!(unsent(&cli), 0);
    is_whole(&office.hub);
}

#[test]
fn files_for_others_are_refused_with_what_is_wrong() {
    let mut office = Office::start("bundle-others");
    let before = backup(&mut office, "before");
    let cli = register(&office, "a", A_LUOI);
    let path = |name: &str| office.path(name);
    out(&cli, &path("1"));
    accept(&office.hub, &path("1"), &path("1 back")).done();

    let neighbour = register(&office, "neighbour", OTHER);
    let colleague = register(&office, "colleague", A_LUOI);
    is_refused(&take(&neighbour, &path("1 back")), 3, "bundle.other_unit");
    is_refused(&take(&colleague, &path("1 back")), 3, "bundle.other_device");
    is_refused(&take(&cli, &path("1")), 3, "bundle.is_bundle");
    is_refused(&take(&cli, &path("nothing there")), 3, "input.no_file");
    is_refused(&accept(&office.hub, &path("1 back"), &path("x")), 3, "bundle.is_answer");
    fs::write(path("empty"), b"").expect("a file can be written");
    is_refused(&accept(&office.hub, &path("empty"), &path("x")), 3, "bundle.empty");
    is_refused(&accept(&office.hub, &office.hub.enrolment(OTHER), &path("x")), 3, "bundle.not_ours");

    let elsewhere = Hub::prepare("bundle-elsewhere");
    is_refused(&accept(&elsewhere, &path("1"), &path("x")), 3, "bundle.other_hub");
    is_refused(&accept(&before, &path("1"), &path("x")), 3, "bundle.unknown_device");
    let device = cli.get(&["status"])["device"].as_str().expect("an id").to_owned();
    office.hub.ask(&["device", "revoke", &device]).done();
    is_refused(&accept(&office.hub, &path("1"), &path("x")), 3, "sync.revoked");
    assert!(!path("x").exists(), "none of them got an answer");

    // What was received before stays received, and an answer from then is still good.
    take(&cli, &path("1 back")).done();
    assert_eq!((unsent(&cli), unsent(&neighbour), unsent(&colleague)), (0, 1, 1));
    assert_eq!(activities_at(&office.hub, A_LUOI), 1);
    is_whole(&office.hub);
}

#[test]
fn a_bundle_is_written_whole_or_not_at_all() {
    let office = Office::start("bundle-whole");
    let alone = Cli::at(office.path("alone"));
    alone.init(A_LUOI);
    is_refused(&alone.ask(&["bundle", "out", text(&office.path("1"))]), 3, "sync.not_enrolled");
    let cli = register(&office, "a", A_LUOI);
    let letter = office.path("letter.doc");
    fs::write(&letter, b"a letter of the office").expect("a file can be written");
    is_refused(&cli.ask(&["bundle", "out", text(&letter)]), 3, "bundle.exists");
    assert_eq!(fs::read(&letter).expect("it is there"), b"a letter of the office");
    // A stick that was pulled out is a folder that is gone.
    let gone = office.path("stick/1.sohoi");
    is_refused(&cli.ask(&["bundle", "out", text(&gone)]), 4, "bundle.gone");
    out(&cli, &office.path("1"));
    let made = out(&cli, &office.path("1"));
    assert_eq!((&made["number"], &made["pushed"]["changes"]), (&4.into(), &1.into()), "{made}");
    let names = fs::read_dir(office.path("")).expect("the folder can be listed").flatten();
    let halves = names.filter(|entry| entry.file_name().to_string_lossy().ends_with(".part")).count();
    assert_eq!(halves, 0);
}

/// A PC's file to the province, and the answer into the PC.
fn round(office: &Office, cli: &Cli, name: &str) -> Value {
    let (bundle, answer) = (office.path(name), office.path(&format!("{name} back")));
    out(cli, &bundle);
    accept(&office.hub, &bundle, &answer).done();
    take(cli, &answer).done().one()
}

fn pair(first: &Cli, second: &Cli) {
    let code = first.get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
    second.ask_with(&["pair", "join"], code.as_bytes()).done();
}

fn titles(cli: &Cli) -> Vec<String> {
    let records = cli.ask(&["record", "list", "propaganda_activity"]).done().lines;
    let title = |record: &Value| {
        let whole = cli.get(&["record", "get", record["id"].as_str().expect("an id")]);
        whole["fields"]["title"].as_str().expect("a title").to_owned()
    };
    let mut titles: Vec<String> = records.iter().map(title).collect();
    titles.sort();
    titles
}

#[test]
fn two_pcs_of_a_commune_hold_the_same_records_though_neither_has_a_line() {
    let mut office = Office::start("bundle-commune");
    let [first, second] = ["first", "second"].map(|name| Cli::at(office.path(name)));
    for cli in [&first, &second] {
        cli.init(A_LUOI);
    }
    pair(&first, &second);
    for cli in [&first, &second] {
        cli.enrol(&office.hub.address(), &office.hub.code(A_LUOI));
    }
    let stranger = register(&office, "stranger", A_LUOI);
    office.hub.stop();
    let member = serde_json::json!({"full_name": "Kăn Thị Đượm", "birth_year": 1988, "joined_on": "2026-02-01", "status": "active"});
    first.add("member", &member);
    first.add("propaganda_activity", &activity("Của máy một"));
    second.add("propaganda_activity", &activity("Của máy hai"));
    // One stick for both, who count alike.
    let stick = office.path("stick");
    fs::create_dir(&stick).expect("a folder can be made");
    let bundles = [&first, &second].map(|cli| out(cli, &stick)["file"].clone());
    assert_ne!(bundles[0], bundles[1]);
    let said = round(&office, &first, "1");
    assert_eq!((&said["state"], &said["pulled"]["batches"]), (&"up_to_date".into(), &0.into()), "{said}");
    // Met and read with one stick: who waited for a card first would carry it twice.
    assert_eq!(round(&office, &second, "2")["pulled"]["batches"], 1);
    assert_eq!(round(&office, &first, "3")["pulled"]["batches"], 1);
    assert_eq!(round(&office, &first, "4")["pulled"]["batches"], 0, "what is here does not come again");
    for cli in [&first, &second] {
        assert_eq!(titles(cli), ["Của máy hai", "Của máy một"]);
        let found = cli.ask(&["record", "list", "member", "--search", "kan thi"]).done().lines;
        assert_eq!(found.len(), 1, "what was sealed is read");
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
    let said = round(&office, &stranger, "5");
    assert_eq!((&said["strangers"], &said["pulled"]["batches"]), (&2.into(), &0.into()), "{said}");
    assert_eq!(stranger.ask(&["record", "list", "member"]).done().lines.len(), 0);
    is_whole(&office.hub);
}

#[test]
fn answers_with_another_pcs_changes_may_come_late_twice_and_in_any_order() {
    let mut office = Office::start("bundle-commune-order");
    let [first, second] = ["first", "second"].map(|name| Cli::at(office.path(name)));
    for cli in [&first, &second] {
        cli.init(A_LUOI);
    }
    pair(&first, &second);
    for cli in [&first, &second] {
        cli.enrol(&office.hub.address(), &office.hub.code(A_LUOI));
    }
    office.hub.stop();
    let root = office.path("");
    let path = |name: &str| root.join(name);
    let pulled = |cli: &Cli, answer: &str| {
        take(cli, &path(answer)).done().one()["pulled"]["batches"].as_i64().expect("a count")
    };
    round(&office, &second, "0");
    copy_folder(second.home(), &path("second before"));
    for n in ["1", "2", "3"] {
        first.add("propaganda_activity", &activity(&format!("Buổi {n}")));
        round(&office, &first, &format!("first {n}"));
        out(&second, &path(n));
        accept(&office.hub, &path(n), &path(&format!("{n} back"))).done();
    }
    is_refused(&take(&first, &path("3 back")), 3, "bundle.other_device");
    assert_eq!(pulled(&second, "2 back"), 2);
    assert_eq!(pulled(&second, "1 back"), 0, "it was overtaken");
    assert_eq!(pulled(&second, "3 back"), 1);
    assert_eq!(pulled(&second, "3 back"), 0, "twice");
    assert_eq!(titles(&second), ["Buổi 1", "Buổi 2", "Buổi 3"]);

    first.add("propaganda_activity", &activity("Buổi 4"));
    round(&office, &first, "first 4");
    out(&second, &path("4"));
    accept(&office.hub, &path("4"), &path("4 back")).done();
    let older = Cli::at(path("second before"));
    assert_eq!(pulled(&older, "4 back"), 0, "what comes before it is missing here");
    assert_eq!(round(&office, &older, "5")["pulled"]["batches"], 4, "all of it comes with the next");
    assert_eq!(titles(&older), ["Buổi 1", "Buổi 2", "Buổi 3", "Buổi 4"]);
    office.hub.serve();
    assert_eq!(second.sync()["pulled"]["batches"], 1, "the line brings what the file had");
    assert_eq!(pulled(&second, "4 back"), 0);
    for cli in [&first, &second, &older] {
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
    is_whole(&office.hub);
}
