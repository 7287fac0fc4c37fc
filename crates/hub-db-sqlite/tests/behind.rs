//! What was acknowledged and not projected yet: it counts in the next figures, whoever asks for them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use rusqlite::Connection;
use sohoi_domain::catalogue::Pack;
use sohoi_domain::{Catalogue, RecordId, UnitKey, Value};
use sohoi_hub_db::story::{Pen, accept, activity, unit};
use sohoi_hub_db::{
    Accepted, AccountRow, Enrolled, EnrolmentRow, HubDb, HubRow, NewDevice, SpoiltBatch, SumQuery,
};
use sohoi_hub_db_sqlite::SqliteHub;
use tempfile::TempDir;

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));

fn open(path: &Path) -> SqliteHub {
    SqliteHub::open(path, CATALOGUE.clone()).expect("the file")
}

fn enrolled(db: &SqliteHub, secret: u8, unit: &UnitKey) -> Pen<'static> {
    let pen = Pen::new(&CATALOGUE, secret, unit.clone());
    let code_hash = [secret; 32];
    let code = EnrolmentRow { code_hash, unit: unit.clone(), created_at_ms: 0, expires_at_ms: 9 };
    db.add_enrolment(&code, "cli").expect("a code");
    let new = NewDevice {
        device: pen.device,
        public_key: pen.signer.public_key(),
        unit: unit.clone(),
        token_hash: code_hash,
        card: Vec::new(),
        now_ms: 1,
    };
    assert_eq!(db.enrol(&code_hash, &new).expect("an answer"), Enrolled::Done);
    pen
}

fn town() -> UnitKey {
    unit(&CATALOGUE, "20044", "2018-06-01")
}

/// A new hub and where its file is, for as long as the folder is kept.
fn province() -> (TempDir, PathBuf, SqliteHub) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.db");
    let db = SqliteHub::create(&path, CATALOGUE.clone()).expect("a new hub");
    let unit = unit(&CATALOGUE, "46", "2026-01-01");
    // The key that the story's receipts are signed with.
    let row = HubRow { secret_key: [42; 32], unit: unit.clone(), created_at_ms: 0 };
    let password_hash = "$argon2id$".to_string();
    db.init(&row, &AccountRow { name: "a".into(), password_hash, unit, created_at_ms: 0 }).expect("made");
    (folder, path, db)
}

fn send(db: &SqliteHub, pen: &mut Pen) {
    let previous = pen.chain;
    let sealed = pen.seal();
    assert_eq!(accept(db, pen, &sealed, &previous), Accepted::Stored);
}

fn send_activities(db: &SqliteHub, pen: &mut Pen, n: usize) {
    for _ in 0..n {
        pen.create("propaganda_activity", activity("2018-05-05", 10));
    }
    send(db, pen);
}

fn people(db: &SqliteHub) -> i64 {
    let period = CATALOGUE.calendar("union").and_then(|c| c.period("2018")).expect("a period");
    let num = CATALOGUE.indicator("TT01P").expect("an indicator").num;
    let sums = db.sums(&SumQuery { period, units: None }).expect("sums");
    sums.iter().filter(|sum| sum.indicator == num && sum.by.is_none()).map(|sum| sum.value).sum()
}

fn number(path: &Path, sql: &str) -> i64 {
    let connection = Connection::open(path).expect("the file");
    connection.query_row(sql, [], |row| row.get(0)).expect("a number")
}

#[test]
fn a_batch_is_acknowledged_before_it_is_projected_and_counts_when_figures_are_asked() {
    let (_folder, path, db) = province();
    let mut pen = enrolled(&db, 1, &town());
    send_activities(&db, &mut pen, 3);
    assert_eq!(number(&path, "SELECT count(*) FROM record"), 0);
    let told = db.told(pen.device).expect("a read");
    assert_eq!(told.sums.0[&pen.kind("propaganda_activity").0].n_changes, 3);
    assert_eq!(db.reporting().expect("a read")[0].n_changes, 3);
    assert_eq!(people(&db), 30);
    assert_eq!((db.project().expect("nothing left"), people(&db)), (0, 30));
}

#[test]
fn a_program_that_ended_between_receipt_and_projection_goes_on_from_its_place() {
    let (_folder, path, db) = province();
    let mut pen = enrolled(&db, 1, &town());
    send_activities(&db, &mut pen, 2);
    assert_eq!(people(&db), 20);
    send_activities(&db, &mut pen, 3);
    drop(db);
    let again = open(&path);
    assert_eq!(people(&again), 50);
    assert_eq!(number(&path, "SELECT batch FROM projection"), 2);
    assert_eq!(again.verify().expect("a replay").differences, []);
}

#[test]
fn another_process_asks_for_figures_while_one_takes_batches() {
    let (_folder, path, serving) = province();
    let asking = open(&path);
    let mut pen = enrolled(&serving, 1, &town());
    for n in 1..=5 {
        send_activities(&serving, &mut pen, 1);
        assert_eq!((people(&asking), people(&serving)), (10 * n, 10 * n));
    }
    assert_eq!(asking.verify().expect("a replay").differences, []);
}

#[test]
fn several_that_project_at_once_do_nothing_twice() {
    let (_folder, path, db) = province();
    let mut pens: Vec<Pen> = (1..=4).map(|secret| enrolled(&db, secret, &town())).collect();
    std::thread::scope(|scope| {
        for pen in &mut pens {
            scope.spawn(|| (0..10).for_each(|_| send_activities(&db, pen, 5)));
        }
        for _ in 0..2 {
            scope.spawn(|| {
                let other = open(&path);
                let mut before = 0;
                for _ in 0..10 {
                    let now = people(&other);
                    assert!(now >= before, "what was counted stays counted");
                    before = now;
                    db.project().expect("it projects");
                }
            });
        }
    });
    assert_eq!(people(&db), 4 * 10 * 5 * 10);
    let verified = db.verify().expect("a replay");
    assert_eq!((verified.n_batches, verified.n_records, verified.differences), (40, 200, vec![]));
}

// The devices send at the same moment, each of them the same batch twice, and one was shut out before.
#[test]
fn batches_that_come_at_once_are_each_answered_for_themselves() {
    let (_folder, _, db) = province();
    let mut pens: Vec<Pen> = (1..=20).map(|secret| enrolled(&db, secret, &town())).collect();
    db.revoke_device(pens[0].device, 2, "cli").expect("shut out");
    let sealed: Vec<_> = pens
        .iter_mut()
        .map(|pen| {
            pen.create("propaganda_activity", activity("2018-05-05", 10));
            (pen.chain, pen.seal())
        })
        .collect();
    let start = std::sync::Barrier::new(2 * pens.len());
    let answers: Vec<(usize, Accepted)> = std::thread::scope(|scope| {
        let send = |at: usize| {
            let (pens, sealed, db, start) = (&pens, &sealed, &db, &start);
            scope.spawn(move || {
                let (previous, sealed) = &sealed[at];
                start.wait();
                (at, accept(db, &pens[at], sealed, previous))
            })
        };
        let threads: Vec<_> = (0..pens.len()).chain(0..pens.len()).map(send).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    for at in 0..pens.len() {
        let mut own: Vec<_> = answers.iter().filter(|(of, _)| *of == at).map(|(_, answer)| *answer).collect();
        own.sort_by_key(|answer| *answer != Accepted::Stored);
        let expected = match at {
            0 => [Accepted::Revoked, Accepted::Revoked],
            _ => [Accepted::Stored, Accepted::NotNext],
        };
        assert_eq!(own, expected);
    }
    let verified = db.verify().expect("a replay");
    assert_eq!((verified.n_batches, verified.differences, people(&db)), (19, vec![], 190));
}

#[test]
fn a_replay_checks_what_is_not_projected_and_compares_what_is() {
    let (_folder, path, db) = province();
    let mut pen = enrolled(&db, 1, &town());
    send_activities(&db, &mut pen, 2);
    send_activities(&db, &mut pen, 2);
    assert_eq!(people(&db), 40);
    let connection = Connection::open(&path).expect("the file");
    connection.execute_batch("UPDATE record SET erased = 1 WHERE id = 3").expect("the change");
    let verified = db.verify().expect("a replay");
    assert_eq!(verified.differences.iter().map(|d| d.what).collect::<Vec<_>>(), ["record"]);
}

/// Puts other bytes in the place of a device's first batch, behind the hub's back.
fn overwrite(path: &Path, pen: &Pen, bytes: &str) {
    let sql = format!(
        "DROP TRIGGER batch_is_never_rewritten;
         UPDATE batch SET bytes = {bytes} WHERE device = {} AND first_seq = 1;
         CREATE TRIGGER batch_is_never_rewritten BEFORE UPDATE ON batch
         BEGIN SELECT RAISE(ABORT, 'the log is not rewritten'); END;",
        pen.device.0 as i64
    );
    Connection::open(path).expect("the file").execute_batch(&sql).expect("the change");
}

const SPOILT: &str = "CAST(substr(bytes, 1, 40) || x'ff' || substr(bytes, 42) AS BLOB)";

fn differences(db: &SqliteHub) -> Vec<&'static str> {
    db.verify().expect("a replay").differences.iter().map(|d| d.what).collect()
}

fn records(path: &Path) -> String {
    let dump = "SELECT group_concat(r) FROM (
                  SELECT concat_ws('|', device, n, erased, fields, versions, merge) AS r FROM record ORDER BY device, n)";
    Connection::open(path).and_then(|c| c.query_row(dump, [], |row| row.get(0))).expect("rows")
}

#[test]
fn a_batch_that_suffered_before_it_was_projected_is_stepped_over_and_follows_when_it_comes_again() {
    let (_folder, path, db) = province();
    let (mut pen, mut other) = (enrolled(&db, 1, &town()), enrolled(&db, 2, &town()));
    let early = pen.create("propaganda_activity", activity("2018-05-05", 10));
    send(&db, &mut pen);
    let bytes = db.batch_at(pen.device, 1).expect("a read").expect("a batch").bytes;
    overwrite(&path, &pen, SPOILT);
    pen.patch(early, "propaganda_activity", "n_total", Value::Int(11), 1);
    pen.create("propaganda_activity", activity("2018-06-06", 100));
    send(&db, &mut pen);
    send_activities(&db, &mut other, 3);

    assert_eq!(people(&db), 130, "only what was in it is missing, and the edit of it waits");
    let spoilt = SpoiltBatch { device: pen.device, unit: town(), first_seq: 1, n_changes: 1 };
    assert_eq!((db.spoilt().expect("a read"), db.n_behind().expect("a read")), (vec![spoilt], 0));
    assert_eq!(number(&path, "SELECT count(*) FROM held_change WHERE reason = 'unknown'"), 1);
    assert_eq!(differences(&db), ["batch"], "what is stepped over is missing on both sides");
    // So the device's next sync ends with a difference, and the hub asks for it.
    let kind = pen.kind("propaganda_activity").0;
    assert_eq!(db.told(pen.device).expect("a read").sums.0[&kind].n_changes, 2);
    assert_eq!(db.recount(pen.device).expect("a count").damaged, [1]);

    assert!(db.mend_batch(pen.device, 1, &bytes).expect("a write"));
    assert_eq!((db.n_behind().expect("a read"), people(&db)), (1, 141));
    assert_eq!((db.spoilt().expect("a read"), db.n_behind().expect("a read")), (vec![], 0));
    db.recount(pen.device).expect("a count");
    assert_eq!(differences(&db), [""; 0]);
    let out_of_turn = records(&path);
    drop(db);
    let sql = "UPDATE projection SET catalogue_digest = 'another'";
    Connection::open(&path).expect("the file").execute_batch(sql).expect("the change");
    let db = open(&path);
    assert_eq!((people(&db), records(&path)), (141, out_of_turn), "as if it had come in its turn");
}

#[test]
fn a_batch_that_suffered_after_it_was_projected_is_missed_when_the_projections_are_made_anew() {
    let (_folder, path, db) = province();
    let (mut pen, mut other) = (enrolled(&db, 1, &town()), enrolled(&db, 2, &town()));
    send_activities(&db, &mut pen, 2);
    send_activities(&db, &mut other, 3);
    assert_eq!(people(&db), 50);
    let bytes = db.batch_at(pen.device, 1).expect("a read").expect("a batch").bytes;
    overwrite(&path, &pen, SPOILT);
    assert_eq!((people(&db), db.spoilt().expect("a read")), (50, vec![]));
    drop(db);
    let sql = "UPDATE projection SET catalogue_digest = 'another'";
    Connection::open(&path).expect("the file").execute_batch(sql).expect("the change");
    let db = open(&path);
    assert_eq!((people(&db), db.spoilt().expect("a read").len()), (30, 1));

    // The disk can be read again, and nobody has brought anything.
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    overwrite(&path, &pen, &format!("x'{hex}'"));
    assert_eq!(people(&db), 30);
    drop(db);
    let db = open(&path);
    assert_eq!((people(&db), db.spoilt().expect("a read").len()), (50, 0));
}

fn catalogue_that_adds_up_women() -> Arc<Catalogue> {
    let pack = Pack::embedded();
    let change = |text: &str| text.replace("propaganda_activity.n_total", "propaganda_activity.n_women");
    let files = pack.files().map(|(path, text)| (path.to_string(), change(text))).collect();
    Arc::new(Catalogue::load(&Pack::new(files)).expect("it is as good"))
}

#[test]
fn what_was_taken_before_another_catalogue_is_projected_by_it_and_by_nobody_else() {
    let (_folder, path, db) = province();
    let mut pen = enrolled(&db, 1, &town());
    send_activities(&db, &mut pen, 2);
    assert_eq!(people(&db), 20);
    send_activities(&db, &mut pen, 3);
    let newer = SqliteHub::open(&path, catalogue_that_adds_up_women()).expect("another process");
    let period = CATALOGUE.calendar("union").and_then(|c| c.period("2018")).expect("a period");
    let refused = [db.sums(&SumQuery { period, units: None }).err(), db.project().err(), db.verify().err()];
    for error in refused {
        assert_eq!(error.map(|error| error.code()), Some("storage.other_catalogue"));
    }
    assert_eq!((newer.n_behind().expect("a read"), people(&newer)), (2, 0), "nobody counted the women");
    assert_eq!(number(&path, "SELECT count(*) FROM record"), 5);
    assert_eq!(newer.verify().expect("a replay").differences, []);
}

// A merged commune made it for a commune beside, under a number of its own.
#[test]
fn a_change_of_a_record_of_a_commune_out_of_reach_is_kept_aside_and_changes_nothing() {
    let (_folder, path, db) = province();
    let mut merged = enrolled(&db, 1, &unit(&CATALOGUE, "20044", "2026-01-01"));
    merged.unit = unit(&CATALOGUE, "20065", "2018-06-01");
    let theirs = merged.create("propaganda_activity", activity("2018-05-05", 10));
    merged.unit = unit(&CATALOGUE, "20044", "2026-01-01");
    send(&db, &mut merged);
    let mut pen = enrolled(&db, 2, &town());
    pen.patch(theirs, "propaganda_activity", "n_total", Value::Int(99), 1);
    send(&db, &mut pen);
    assert_eq!(people(&db), 10);
    assert_eq!(number(&path, "SELECT count(*) FROM held_change WHERE reason = 'other_unit'"), 1);
    assert_eq!(db.verify().expect("a replay").differences, []);
}

#[test]
fn edits_in_runs_of_any_length_give_the_same_rows() {
    let (_folder, path, db) = province();
    let (mut first, mut second) = (enrolled(&db, 1, &town()), enrolled(&db, 2, &town()));
    let early = RecordId { device: first.device, n: 1 };
    second.patch(early, "propaganda_activity", "n_total", Value::Int(12), 1);
    send(&db, &mut second);
    let record = first.create("propaganda_activity", activity("2018-06-06", 10));
    first.patch(record, "propaganda_activity", "n_total", Value::Int(11), 1);
    first.erase(record, "propaganda_activity", 2);
    send(&db, &mut first);
    first.create("propaganda_activity", activity("2018-06-07", 5));
    send(&db, &mut first);
    assert_eq!(people(&db), 16, "an edit that the erase did not see survives it");
    let in_one_run = records(&path);
    drop(db);
    let sql = "UPDATE projection SET catalogue_digest = 'another'";
    Connection::open(&path).expect("the file").execute_batch(sql).expect("the change");
    let db = open(&path);
    assert_eq!(number(&path, "SELECT count(*) FROM record"), 0);
    while db.project().expect("it projects") > 0 {}
    assert_eq!((records(&path), people(&db)), (in_one_run, 16));
    assert_eq!(db.verify().expect("a replay").differences, []);
}
