//! What waits, what was sent and how it ended, on a real hub; and the number by which the province finds a receipt.

use std::net::TcpListener;
use std::process::Stdio;

use serde_json::json;
use sohoi_app::App;
use sohoi_app::sync::{RunOutcome, RunRow, RunWay};
use sohoi_testkit::{Cli, PIN, Running, text};
use sohoi_tests::activity;
use sohoi_tests::office::Office;

const A_LUOI: &str = "20044";

/// The register while no other program has it.
fn opened<T>(cli: &Cli, look: impl FnOnce(&App) -> T) -> T {
    let app = App::new(cli.home());
    app.unlock(PIN).expect("it opens");
    look(&app)
}

fn history(cli: &Cli) -> Vec<RunRow> {
    opened(cli, |app| app.sync_history(200).expect("a history"))
}

fn ended(runs: &[RunRow]) -> Vec<(RunWay, RunOutcome)> {
    runs.iter().map(|run| (run.way, run.outcome)).collect()
}

#[test]
fn every_sync_and_every_file_leaves_a_line_with_what_became_of_it() {
    let mut office = Office::start("history");
    let cli = office.register("sổ", A_LUOI);
    assert_eq!(history(&cli), [], "nothing was sent yet");
    for n in 1..=3 {
        cli.add("propaganda_activity", &activity(&format!("Buổi số {n}")));
    }
    office.hub.stop();
    assert_eq!(cli.ask(&["sync"]).error_code().as_deref(), Some("sync.offline"));
    office.hub.serve();
    assert_eq!(cli.sync()["state"], "up_to_date");

    cli.add("propaganda_activity", &activity("Buổi số 4"));
    let written = cli.get(&["bundle", "out", text(&office.path("tệp.sohoi"))]);
    let answer = office.hub.ask(&["bundle", "accept", text(&office.path("tệp.sohoi"))]).done().one();
    cli.get(&["bundle", "in", answer["file"].as_str().expect("a file")]);

    let runs = history(&cli);
    let wanted = [
        (RunWay::FileIn, RunOutcome::UpToDate),
        (RunWay::FileOut, RunOutcome::Written),
        (RunWay::Line, RunOutcome::UpToDate),
        (RunWay::Line, RunOutcome::Offline),
    ];
    assert_eq!(ended(&runs), wanted);
    let [by_file, file, sent, offline] = runs.as_slice() else { panic!("four lines: {runs:?}") };

    let problem = offline.problem.as_ref().expect("it says what stopped it");
    assert_eq!((problem.code.as_str(), problem.incident.len(), offline.n_unsent), ("sync.offline", 6, 3));
    let noted = opened(&cli, |app| app.incidents(50)).into_iter().any(|one| one.number == problem.incident);
    assert!(noted, "the support file has the same number");
    assert_eq!(offline.receipt, None, "nothing was signed for");

    assert_eq!((sent.n_changes_sent, sent.n_unsent, sent.n_receipts, &sent.problem), (3, 0, 1, &None));
    assert!(sent.bytes_sent > 100 && sent.bytes_received > 50, "{sent:?}");
    assert_eq!(file.bytes_sent, written["pushed"]["bytes"].as_u64().expect("a size"));
    assert_eq!((file.file.as_deref(), &file.receipt), (Some("tệp.sohoi"), &None), "written is not received");
    assert_eq!((by_file.n_changes_sent, by_file.n_receipts), (1, 1));
    the_province_finds_them(&office, [(sent, 3), (by_file, 1)]);
}

#[test]
fn a_sync_that_the_power_cut_off_has_its_line_at_the_next_start() {
    let mut office = Office::start("history-cut");
    let cli = office.register("sổ", A_LUOI);
    cli.add("propaganda_activity", &activity("Buổi số 1"));
    office.hub.stop();
    // Whoever comes is let in, and never hears anything.
    let silent = TcpListener::bind(("127.0.0.1", office.hub.port())).expect("the hub has left its port");
    let mut command = cli.command_in_group();
    command.arg("sync").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut running = Running::start(&mut command);
    let _line = silent.accept().expect("it connects");
    running.cut();
    drop(silent);

    let runs = history(&cli);
    let [cut] = runs.as_slice() else { panic!("one line: {runs:?}") };
    let problem = cut.problem.as_ref().expect("it says what stopped it");
    assert_eq!(
        (cut.way, cut.outcome, problem.code.as_str()),
        (RunWay::Line, RunOutcome::Partial, "sync.cut_off")
    );
    assert_eq!((cut.n_changes_sent, cut.n_unsent, &cut.receipt), (0, 1, &None));
    assert_eq!(history(&cli).len(), 1, "told once");
    office.hub.serve();
    assert_eq!(cli.sync()["state"], "up_to_date");
    assert_eq!(
        ended(&history(&cli)),
        [(RunWay::Line, RunOutcome::UpToDate), (RunWay::Line, RunOutcome::Partial)]
    );
}

fn the_province_finds_them(office: &Office, runs: [(&RunRow, u64); 2]) {
    for (run, n_changes) in runs {
        let receipt = run.receipt.as_ref().expect("it brought one");
        // As it is read out over the phone.
        let typed = receipt.number.to_lowercase().replace('-', " ");
        let found = office.hub.ask(&["receipt", &typed]).done().one();
        assert_eq!((&found["unit"]["code"], &found["n_changes"]), (&json!(A_LUOI), &json!(n_changes)));
        assert_eq!(
            (&found["number"], &found["received_at_ms"]),
            (&json!(receipt.number), &json!(receipt.at_ms))
        );
    }
    let (sent, _) = runs[0];
    let number = &sent.receipt.as_ref().expect("it brought one").number;
    let mut other = number.clone();
    // Another letter of what was signed for.
    let last = if other.pop() == Some('0') { '1' } else { '0' };
    other.push(last);
    assert_eq!(office.hub.ask(&["receipt", &other]).error_code().as_deref(), Some("receipt.unknown"));
    assert_eq!(office.hub.ask(&["receipt", "xin chào"]).error_code().as_deref(), Some("receipt.bad_number"));
}

#[test]
fn what_waits_is_told_by_kind_and_in_the_bytes_that_it_takes() {
    let office = Office::start("waiting");
    let cli = office.register("sổ", A_LUOI);
    let id = cli.add("propaganda_activity", &activity("Buổi số 1"));
    for n in 0..40 {
        cli.add(
            "mediation",
            &json!({ "held_on": "2026-02-05", "topic": "dat_dai", "n_cases": 1 + n, "n_settled": 1 }),
        );
    }
    let patch = json!({ "n_total": 45 }).to_string();
    cli.ask_with(&["record", "edit", &id, "-"], patch.as_bytes()).done();
    let weighed = opened(&cli, |app| {
        let before = app.status().expect("a status");
        let waiting = app.sync_waiting().expect("what waits");
        let again = app.sync_waiting().expect("what waits");
        assert_eq!(
            app.status().expect("a status").n_unsent,
            before.n_unsent,
            "weighing sends and seals nothing"
        );
        assert_eq!(waiting.kinds, again.kinds);
        let told: Vec<_> = waiting.kinds.iter().map(|row| (row.n_new, row.n_edited, row.n_erased)).collect();
        assert_eq!(told, [(40, 0, 0), (1, 1, 0)], "the most first");
        assert!(!waiting.weight.is_reckoned);
        waiting.weight.n_bytes
    });
    // A file seals what waits; what was weighed before is what was sealed, but for the salt.
    cli.get(&["bundle", "out", text(&office.path("tệp.sohoi"))]);
    let sealed = opened(&cli, |app| app.sync_waiting().expect("what waits").weight.n_bytes);
    assert!(sealed.abs_diff(weighed) <= 16, "{weighed} were told, {sealed} are sealed");
    cli.sync();
    let left = opened(&cli, |app| app.sync_waiting().expect("what waits"));
    assert_eq!((left.kinds.len(), left.weight.n_bytes), (0, 0));
}
