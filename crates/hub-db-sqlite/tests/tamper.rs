//! Whatever is changed behind the hub's back, a replay of the log finds it.

use std::sync::Arc;

use rusqlite::Connection;
use sohoi_domain::{Catalogue, DeviceId};
use sohoi_hub_db::{HubDb, story};
use sohoi_hub_db_sqlite::SqliteHub;

fn hub_after(sql: &str) -> (SqliteHub, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("hub.db");
    let catalogue = Arc::new(Catalogue::embedded());
    story::run(&SqliteHub::create(&path, catalogue.clone()).expect("a new hub"), &catalogue);
    let connection = Connection::open(&path).expect("the file");
    connection.execute_batch(sql).expect("the change");
    drop(connection);
    (SqliteHub::open(&path, catalogue).expect("the file"), folder)
}

fn found_by(hub: &SqliteHub) -> Vec<&'static str> {
    let mut found: Vec<&str> = hub.verify().expect("a replay").differences.iter().map(|d| d.what).collect();
    found.dedup();
    found
}

fn differences_after(sql: &str) -> Vec<&'static str> {
    found_by(&hub_after(sql).0)
}

// The device of the log's first batch.
fn first_device(hub: &SqliteHub) -> DeviceId {
    let devices = hub.devices().expect("a read");
    devices.iter().find(|device| device.next_seq > 1).expect("somebody sent something").id
}

#[test]
fn sums_that_are_wrong_are_found_and_counted_anew() {
    let (hub, _folder) = hub_after("UPDATE device_count SET digest = zeroblob(32)");
    let device = first_device(&hub);
    let wrong = hub.told(device).expect("a read");
    assert_eq!(found_by(&hub), ["device"]);
    let recounted = hub.recount(device).expect("a count");
    assert_eq!((&recounted.told, &recounted.damaged), (&hub.told(device).expect("a read"), &vec![]));
    assert_eq!(recounted.told.next_seq, wrong.next_seq);
    assert_ne!(recounted.told.sums, wrong.sums);
    for device in hub.devices().expect("a read") {
        hub.recount(device.id).expect("a count");
    }
    assert_eq!(found_by(&hub), [""; 0]);
}

#[test]
fn a_batch_that_suffered_is_named_and_only_its_own_bytes_take_its_place() {
    let (sound, _first) = hub_after("");
    let device = first_device(&sound);
    let bytes = sound.batch_at(device, 1).expect("a read").expect("a batch").bytes;
    let sql = format!(
        "DROP TRIGGER batch_is_never_rewritten;
         UPDATE batch SET bytes = zeroblob(length(bytes)) WHERE device = {} AND first_seq = 1;
         CREATE TRIGGER batch_is_never_rewritten BEFORE UPDATE ON batch
         BEGIN SELECT RAISE(ABORT, 'the log is not rewritten'); END;",
        device.0 as i64
    );
    let (hub, folder) = hub_after(&sql);
    assert_eq!(hub.recount(device).expect("a count").damaged, [1]);
    let mut other = bytes.clone();
    *other.last_mut().expect("a batch has bytes") ^= 1;
    assert!(!hub.mend_batch(device, 1, &other).expect("a read"), "other bytes than the receipt is for");
    assert!(!sound.mend_batch(device, 1, &bytes).expect("a read"), "nothing is wrong with it");
    assert!(hub.mend_batch(device, 1, &bytes).expect("a write"));
    let recounted = hub.recount(device).expect("a count");
    assert_eq!((recounted.damaged, recounted.told), (vec![], sound.told(device).expect("a read")));
    assert_eq!(found_by(&hub), [""; 0]);
    let connection = Connection::open(folder.path().join("hub.db")).expect("the file");
    assert!(connection.execute("UPDATE batch SET n_changes = 1", []).is_err(), "the guard is back");
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
