//! A register that was copied to another PC, or put back from a copy: nothing is lost, nothing counts twice, and
//! each copy goes on.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sohoi_testkit::{Answer, Cli, Hub, copy_folder};
use sohoi_tests::activity;
use sohoi_tests::province::activities_at;

fn enrolled(home: &Path, hub: &Hub) -> Cli {
    let cli = Cli::at(home);
    cli.init("20044");
    cli.enrol(&hub.address(), &hub.code("20044"));
    cli
}

fn add(cli: &Cli, title: &str) -> String {
    cli.add("propaganda_activity", &activity(title))
}

fn titles(cli: &Cli) -> BTreeSet<String> {
    let records = cli.ask(&["record", "list", "propaganda_activity"]).done().lines;
    let titles: Vec<String> = records.iter().map(|record| title(cli, record)).collect();
    let distinct: BTreeSet<String> = titles.iter().cloned().collect();
    assert_eq!(distinct.len(), titles.len(), "each once: {titles:?}");
    distinct
}

fn title(cli: &Cli, record: &Value) -> String {
    let id = record["id"].as_str().expect("a record has an id");
    cli.get(&["record", "get", id])["fields"]["title"].as_str().expect("a title").to_owned()
}

fn set(titles: &[&str]) -> BTreeSet<String> {
    titles.iter().map(|title| (*title).to_owned()).collect()
}

fn all_is_well(cli: &Cli, hub: &Hub, expected: &[&str]) {
    assert_eq!(titles(cli), set(expected));
    assert_eq!(cli.get(&["verify"])["ok"], true);
    assert_eq!(cli.get(&["status"])["unsent"], 0);
    assert_eq!(activities_at(hub, "20044"), expected.len() as u64, "each counts once");
    assert_eq!(hub.ask(&["verify"]).done().one()["ok"], true);
}

#[test]
fn two_copies_of_one_register_bring_everything_once_and_go_on() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("copied");
    let first = enrolled(&folder.path().join("first"), &hub);
    let shared = add(&first, "Trước khi chép");
    first.sync();
    add(&first, "Chưa gửi khi chép");
    copy_folder(first.home(), &folder.path().join("second"));
    let second = Cli::at(folder.path().join("second"));

    // Both go on under the same numbers, and both edit what they share.
    add(&first, "Của máy một");
    add(&second, "Của máy hai");
    let branch = second.add("branch", &json!({"name": "Chi hội mới", "founded_on": "2026-01-05"}));
    for (cli, n) in [(&first, 41), (&second, 39)] {
        cli.ask_with(&["record", "edit", &shared], json!({ "n_women": n }).to_string().as_bytes()).done();
    }
    assert_eq!(first.sync()["renewed"], false, "the first that comes keeps the number");
    let device = |cli: &Cli| cli.get(&["status"])["device"].clone();
    let before = device(&second);
    let answer = second.ask(&["sync"]);
    assert_eq!(answer.code, 6, "the two edits ask for a decision: {answer:?}");
    assert_eq!(answer.lines[0]["renewed"], true, "{answer:?}");
    assert_ne!(device(&second), before);
    assert_eq!(device(&first), before);
    assert_eq!(second.ask(&["record", "get", &branch]).error_code().as_deref(), Some("record.unknown_id"));
    assert_eq!(second.ask(&["record", "list", "branch"]).done().lines.len(), 1, "it has another number now");

    assert_eq!(first.ask(&["sync"]).code, 6);
    let everything = ["Trước khi chép", "Chưa gửi khi chép", "Của máy một", "Của máy hai"];
    for cli in [&first, &second] {
        all_is_well(cli, &hub, &everything);
        let conflicts = cli.ask(&["conflicts"]).lines;
        assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    }
    second.ask(&["conflicts", "resolve", &shared, "n_women", "--take", "shown"]).done();
    add(&second, "Sau đó");
    for cli in [&second, &first, &second] {
        assert_eq!(cli.sync()["renewed"], false);
    }
    all_is_well(
        &first,
        &hub,
        &["Trước khi chép", "Chưa gửi khi chép", "Của máy một", "Của máy hai", "Sau đó"],
    );
    assert_eq!(titles(&second), titles(&first));
    // Five of its own, of which two as the device that it left.
    assert_eq!(second.get(&["status"])["receipted"], 7, "what it made as the device that it left counts too");
    let devices = hub.ask(&["device", "list"]).done().lines;
    assert_eq!(devices.iter().filter(|row| row["renews"] == before).count(), 1, "{devices:?}");
}

#[test]
fn a_register_put_back_from_a_copy_gets_its_own_records_back() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("put-back");
    let home = folder.path().join("sổ");
    let cli = enrolled(&home, &hub);
    add(&cli, "Trước bản lưu");
    cli.sync();
    copy_folder(&home, &folder.path().join("bản lưu"));
    add(&cli, "Sau bản lưu");
    let member = json!({"full_name": "Kăn Thị Đượm", "birth_year": 1988, "joined_on": "2026-02-01", "status": "active"});
    cli.add("member", &member);
    cli.sync();

    fs::remove_dir_all(&home).expect("the disk died");
    copy_folder(&folder.path().join("bản lưu"), &home);
    assert_eq!(titles(&cli), set(&["Trước bản lưu"]));
    add(&cli, "Sau khi đặt lại");
    let synced = cli.sync();
    assert_eq!((&synced["renewed"], &synced["conflicts"]), (&json!(true), &json!(0)), "{synced}");
    all_is_well(&cli, &hub, &["Trước bản lưu", "Sau bản lưu", "Sau khi đặt lại"]);
    let found = cli.ask(&["record", "list", "member", "--search", "kan thi"]).done().lines;
    assert_eq!(found.len(), 1, "what was sealed comes back too");

    // And once more from the same copy, with nothing new in it.
    fs::remove_dir_all(&home).expect("the disk died again");
    copy_folder(&folder.path().join("bản lưu"), &home);
    assert_eq!(cli.sync()["renewed"], true);
    all_is_well(&cli, &hub, &["Trước bản lưu", "Sau bản lưu", "Sau khi đặt lại"]);
}

/// A PC's file to the province, and the answer into the PC.
fn round(hub: &Hub, cli: &Cli, folder: &Path, name: &str) -> Answer {
    let text = |name: String| folder.join(name).to_str().expect("a plain name").to_owned();
    let (bundle, answer) = (text(format!("{name}.sohoi")), text(format!("{name}-back.sohoi")));
    cli.get(&["bundle", "out", &bundle]);
    hub.ask(&["bundle", "accept", &bundle, "--receipt", &answer]);
    cli.ask(&["bundle", "in", &answer])
}

fn goes_on_by_file(answer: &Answer) {
    assert_eq!(
        (answer.code, answer.error_code().as_deref()),
        (6, Some("sync.renewed_by_file")),
        "{answer:?}"
    );
    assert_eq!(answer.lines[0]["renewed"], true, "{answer:?}");
}

#[test]
fn a_stolen_copy_is_shut_out_with_the_devices_that_went_on_for_it() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let hub = Hub::start("copied-revoked");
    let first = enrolled(&folder.path().join("first"), &hub);
    add(&first, "Trước khi chép");
    first.sync();
    copy_folder(first.home(), &folder.path().join("second"));
    let second = Cli::at(folder.path().join("second"));
    add(&first, "Của máy một");
    first.sync();
    add(&second, "Của máy hai");
    assert_eq!(second.sync()["renewed"], true);
    let device = |cli: &Cli| cli.get(&["status"])["device"].as_str().expect("an id").to_owned();
    let (old, new) = (device(&first), device(&second));

    let alone = hub.ask(&["device", "revoke", &old]).done().one();
    assert_eq!((&alone["successors"], &alone["revoked_successors"]), (&json!([new]), &json!([])), "{alone}");
    assert_eq!(first.ask(&["sync"]).error_code().as_deref(), Some("sync.revoked"));
    second.sync();
    // Whoever reads who is left says so of the same device.
    let all = hub.ask(&["device", "revoke", &old, "--successors"]).done().one();
    assert_eq!((&all["successors"], &all["revoked_successors"]), (&json!([]), &json!([new])), "{all}");
    assert_eq!(second.ask(&["sync"]).error_code().as_deref(), Some("sync.revoked"));
    for id in [old.as_str(), "0000000000000000"] {
        let again = hub.ask(&["device", "revoke", id, "--successors"]);
        assert_eq!((again.code, again.error_code().as_deref()), (3, Some("device.unknown")), "{again:?}");
    }
    assert_eq!(hub.ask(&["verify"]).done().one()["ok"], true);
}

#[test]
fn without_a_line_a_copy_goes_on_with_two_rounds_of_the_stick() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut hub = Hub::start("copied-stick");
    let first = enrolled(&folder.path().join("first"), &hub);
    add(&first, "Trước khi chép");
    first.sync();
    add(&first, "Chưa gửi khi chép");
    copy_folder(first.home(), &folder.path().join("second"));
    let second = Cli::at(folder.path().join("second"));
    add(&first, "Của máy một");
    first.sync();
    add(&second, "Của máy hai");
    hub.stop();

    let device = |cli: &Cli| cli.get(&["status"])["device"].clone();
    let before = device(&second);
    goes_on_by_file(&round(&hub, &second, folder.path(), "1"));
    assert_ne!(device(&second), before);
    assert_eq!(second.get(&["status"])["unsent"], 1, "what both have does not go again");
    assert_eq!(titles(&second), set(&["Trước khi chép", "Chưa gửi khi chép", "Của máy hai"]));
    let late = folder.path().join("1-back.sohoi");
    let late = second.ask(&["bundle", "in", late.to_str().expect("a plain name")]);
    assert_eq!(late.error_code().as_deref(), Some("bundle.other_device"), "{late:?}");

    let answer = round(&hub, &second, folder.path(), "2").done().one();
    assert_eq!((&answer["state"], &answer["renewed"]), (&json!("up_to_date"), &json!(false)), "{answer}");
    assert_eq!(answer["receipts"], 1, "{answer}");
    round(&hub, &first, folder.path(), "3").done();
    let everything = ["Trước khi chép", "Chưa gửi khi chép", "Của máy một", "Của máy hai"];
    for cli in [&first, &second] {
        all_is_well(cli, &hub, &everything);
    }
    let devices = hub.ask(&["device", "list"]).done().lines;
    assert_eq!(devices.iter().filter(|row| row["renews"] == before).count(), 1, "{devices:?}");
    hub.serve();
    for cli in [&second, &first] {
        let synced = cli.sync();
        assert_eq!((&synced["renewed"], &synced["round_trips"]), (&json!(false), &json!(1)), "{synced}");
    }
    all_is_well(&second, &hub, &everything);
}

#[test]
fn a_register_put_back_without_a_line_gets_its_own_records_by_stick_or_by_the_line_in_between() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut hub = Hub::start("put-back-stick");
    let home = folder.path().join("sổ");
    let cli = enrolled(&home, &hub);
    add(&cli, "Trước bản lưu");
    cli.sync();
    copy_folder(&home, &folder.path().join("bản lưu"));
    add(&cli, "Sau bản lưu");
    cli.sync();
    hub.stop();
    let put_back = || {
        fs::remove_dir_all(&home).expect("the disk died");
        copy_folder(&folder.path().join("bản lưu"), &home);
    };

    // With nothing new in it, so that the hub itself sees nothing wrong.
    put_back();
    goes_on_by_file(&round(&hub, &cli, folder.path(), "1"));
    round(&hub, &cli, folder.path(), "2").done();
    all_is_well(&cli, &hub, &["Trước bản lưu", "Sau bản lưu"]);

    put_back();
    add(&cli, "Sau khi đặt lại");
    goes_on_by_file(&round(&hub, &cli, folder.path(), "3"));
    let late = folder.path().join("late.sohoi");
    let back = folder.path().join("late-back.sohoi");
    let [late, back] = [&late, &back].map(|path| path.to_str().expect("a plain name"));
    cli.get(&["bundle", "out", late]);
    // The line is there before the stick arrives.
    hub.serve();
    assert_eq!(cli.sync()["renewed"], false, "the file did that");
    all_is_well(&cli, &hub, &["Trước bản lưu", "Sau bản lưu", "Sau khi đặt lại"]);
    for _ in 0..2 {
        hub.ask(&["bundle", "accept", late, "--receipt", back]).done();
        cli.ask(&["bundle", "in", back]).done();
    }
    all_is_well(&cli, &hub, &["Trước bản lưu", "Sau bản lưu", "Sau khi đặt lại"]);
}
