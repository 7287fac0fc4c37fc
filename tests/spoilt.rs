//! The hub's disk spoils a batch that was received. Everybody else's figures go on, it is told what is missing,
//! and the PC brings it again without being asked by anybody.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use serde_json::Value;
use sohoi_domain::Catalogue;
use sohoi_hub_db::HubDb;
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_testkit::{Browser, Hub, text};
use sohoi_tests::activity;
use sohoi_tests::office::Office;
use sohoi_tests::province::{activities_at, is_whole, sign_in};

const A_LUOI: &str = "20044";
const OTHER: &str = "20056";

/// Turns some bits over in the middle of a batch where it lies in the hub's file, and gives its device.
fn spoil(hub: &Hub, unit: &str, first_seq: u64) -> String {
    let path = hub.data().join("hub.db");
    let db = SqliteHub::open(&path, Arc::new(Catalogue::embedded())).expect("the hub's file");
    let devices = db.devices().expect("a read");
    let device = devices.iter().find(|device| device.unit.code == unit).expect("it is enrolled").id;
    let batch = db.batch_at(device, first_seq).expect("a read").expect("it was received");
    // Closed, so that the file is all there is.
    drop(db);
    let mut file = fs::read(&path).expect("the hub's file");
    let part = &batch.bytes[60..100];
    let places = file.windows(part.len()).enumerate().filter(|(_, window)| *window == part);
    let places: Vec<usize> = places.map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the batch lies in the file");
    places.iter().for_each(|at| file[at + 11] ^= 0x55);
    fs::write(&path, file).expect("the spoilt file");
    device.to_string()
}

fn metrics(hub: &Hub) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", hub.port())).expect("the hub listens");
    stream
        .write_all(b"GET /metrics HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
        .expect("the hub reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the hub answers");
    answer
}

fn problems(hub: &Hub, unit: &str) -> Value {
    hub.figures(unit, "2026", "calendar")["problems"].clone()
}

#[test]
fn a_batch_that_the_hubs_disk_has_spoilt_stops_nobody_and_comes_again() {
    let mut office = Office::start("spoilt");
    let (a, other) = (office.register("a", A_LUOI), office.register("b", OTHER));
    for cli in [&a, &other] {
        cli.add("propaganda_activity", &activity("Buổi thứ nhất"));
        assert_eq!(cli.get(&["sync"])["state"], "up_to_date");
    }
    // By file, so that it is received and nobody has added it up when the disk fails.
    a.add("propaganda_activity", &activity("Buổi thứ hai"));
    let (bundle, answer) = (office.path("bundle"), office.path("answer"));
    a.get(&["bundle", "out", text(&bundle)]);
    office.hub.stop();
    office.hub.ask(&["bundle", "accept", text(&bundle), "--receipt", text(&answer)]).done();
    a.get(&["bundle", "in", text(&answer)]);
    assert_eq!(a.get(&["status"])["unsent"], 0, "its receipt is there");
    let device = spoil(&office.hub, A_LUOI, 2);
    office.hub.serve();

    other.add("propaganda_activity", &activity("Buổi thứ hai"));
    assert_eq!(other.get(&["sync"])["state"], "up_to_date");
    let hub = &office.hub;
    assert_eq!((activities_at(hub, OTHER), activities_at(hub, A_LUOI)), (2, 1), "only that batch is missing");
    is_told(hub, &device);

    a.add("propaganda_activity", &activity("Buổi thứ ba"));
    assert_eq!(a.get(&["sync"])["state"], "up_to_date");
    assert_eq!((activities_at(hub, OTHER), activities_at(hub, A_LUOI)), (2, 3));
    assert_eq!(problems(hub, "46"), Value::Null);
    assert!(metrics(hub).contains("sohoi_hub_batches_spoilt 0\n"));
    is_whole(hub);
    for cli in [&a, &other] {
        assert_eq!(cli.get(&["verify"])["ok"], true);
    }
}

// With the figures, by the command that checks, to those who run the hub, and on the province's page.
fn is_told(hub: &Hub, device: &str) {
    for unit in ["46", A_LUOI] {
        let problem = &problems(hub, unit)[0];
        let told = ["code", "device", "first_seq", "n_changes"].map(|part| problem[part].clone());
        assert_eq!(told, ["hub.batch_spoilt".into(), device.into(), 2.into(), Value::from(1)], "{problem}");
        assert_eq!(problem["unit"]["code"], A_LUOI);
    }
    assert_eq!(problems(hub, OTHER), Value::Null, "its own figures are whole");
    let verified = hub.ask(&["verify"]);
    assert_eq!(verified.code, 4, "{verified:?}");
    let found = &verified.lines[0];
    assert_eq!(found["differences"], serde_json::json!([{"what": "batch", "at": format!("{device} 2")}]));
    assert_eq!(found["problems"][0]["code"], "hub.batch_spoilt");
    assert!(metrics(hub).contains("sohoi_hub_batches_spoilt 1\n"));
    let page = Browser::open("spoilt");
    sign_in(&page, hub);
    let said = page.by_testid("lacking").text();
    assert!(said.contains("A Lưới 2") && said.contains("thiếu 1 thay đổi"), "{said}");
}
