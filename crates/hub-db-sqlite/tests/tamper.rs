//! Whatever is changed behind the hub's back, a replay of the log finds it.

use std::sync::Arc;

use rusqlite::Connection;
use sohoi_domain::Catalogue;
use sohoi_hub_db::{HubDb, story};
use sohoi_hub_db_sqlite::SqliteHub;

fn differences_after(sql: &str) -> Vec<&'static str> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.db");
    let catalogue = Arc::new(Catalogue::embedded());
    story::run(&SqliteHub::create(&path, catalogue.clone()).expect("a new hub"), &catalogue);
    let connection = Connection::open(&path).expect("the file");
    connection.execute_batch(sql).expect("the change");
    drop(connection);
    let hub = SqliteHub::open(&path, catalogue).expect("the file");
    let mut found: Vec<&str> = hub.verify().expect("a replay").differences.iter().map(|d| d.what).collect();
    found.dedup();
    found
}

#[test]
fn a_changed_record_is_found() {
    assert_eq!(differences_after("UPDATE record SET fields = '{}' WHERE id = 1"), ["record"]);
}

#[test]
fn a_missing_fact_is_found() {
    assert_eq!(differences_after("DELETE FROM fact WHERE value = 50"), ["fact"]);
}

#[test]
fn a_changed_sum_is_found() {
    assert_eq!(differences_after("UPDATE rollup SET value = value + 1 WHERE value = 50"), ["sum"]);
}

#[test]
fn a_device_moved_on_is_found() {
    assert_eq!(differences_after("UPDATE device SET next_seq = next_seq + 1 WHERE next_seq > 1"), ["device"]);
}

#[test]
fn a_changed_batch_is_found() {
    let sql = "DROP TRIGGER batch_is_never_rewritten;
               UPDATE batch SET bytes = CAST(substr(bytes, 1, 40) || x'ff' || substr(bytes, 42) AS BLOB) WHERE id = 1";
    assert!(differences_after(sql).contains(&"batch"));
}

#[test]
fn a_changed_audit_entry_is_found() {
    let sql = "DROP TRIGGER audit_is_never_rewritten; UPDATE audit SET actor = 'nobody' WHERE id = 2";
    assert_eq!(differences_after(sql), ["audit"]);
}

#[test]
fn the_log_and_the_audit_are_not_rewritten_by_accident() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.db");
    let catalogue = Arc::new(Catalogue::embedded());
    story::run(&SqliteHub::create(&path, catalogue.clone()).expect("a new hub"), &catalogue);
    let connection = Connection::open(&path).expect("the file");
    for sql in [
        "DELETE FROM batch",
        "UPDATE batch SET n_changes = 1",
        "DELETE FROM audit",
        "UPDATE audit SET actor = ''",
    ] {
        assert!(connection.execute(sql, []).is_err(), "{sql}");
    }
}
