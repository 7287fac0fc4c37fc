//! The story that every engine must pass: one province, three PCs, a year.

mod bulletin;
mod clock;
mod pen;

use std::collections::BTreeSet;

use serde_json::json;
use sohoi_domain::catalogue::Target;
use sohoi_domain::figure::Sum;
use sohoi_domain::{Catalogue, Period, RecordId, UnitKey, Value};
use sohoi_protocol::batch::{self, Arena, Sealed};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Chain, Receipt};

pub use bulletin::publish_units;
pub use pen::{COMMUNE_KEY, Pen, unit};

use crate::*;

const HUB_SECRET: [u8; 32] = [42; 32];
const NOW_MS: i64 = 1_700_000_000_000;

/// Runs on an empty database.
///
/// # Panics
/// When the engine does not do as the trait says.
pub fn run(db: &dyn HubDb, catalogue: &Catalogue) {
    a_hub_is_made_once(db, catalogue);
    a_session_ends(db);
    guessing_gets_slower(db);
    let mut pens = devices_are_enrolled(db, catalogue);
    let activity = a_batch_is_taken_once(db, &mut pens);
    edits_and_erasures_count(db, &mut pens[0], activity);
    subjects_count_once_and_stock_stands(db, &mut pens[0]);
    nothing_is_written_for_another_commune(db, &mut pens);
    what_comes_early_waits_for_its_record(db, catalogue, &mut pens);
    targets_and_reporting(db, catalogue);
    bulletin::go_down_in_order_to_whom_they_are_for(db, catalogue);
    clock::words_go_to_the_other_devices_of_a_unit(db, &pens);
    a_revoked_device_is_out(db, &mut pens[2]);
    let verified = db.verify().expect("a replay");
    assert_eq!(verified.differences, [], "the log agrees with everything");
    assert!(verified.n_batches >= 5 && verified.n_records >= 4, "{verified:?}");
    assert_eq!(audit::broken(&db.audit().expect("the audit log")), 0);
}

fn a_hub_is_made_once(db: &dyn HubDb, catalogue: &Catalogue) {
    assert!(matches!(db.hub(), Err(DbError::NotInitialised)));
    assert!(db.ready().is_err());
    let unit = unit(catalogue, "46", "2026-01-01");
    let hub = HubRow { secret_key: HUB_SECRET, unit: unit.clone(), created_at_ms: NOW_MS };
    let admin = AccountRow {
        name: "admin".into(),
        password_hash: "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA".into(),
        unit,
        created_at_ms: NOW_MS,
    };
    db.init(&hub, &admin).expect("the first");
    assert!(matches!(db.init(&hub, &admin), Err(DbError::AlreadyInitialised)));
    assert_eq!(db.hub().expect("a hub"), hub);
    assert_eq!(db.account("admin").expect("a read"), Some(admin));
    assert_eq!(db.account("nobody").expect("a read"), None);
    db.ready().expect("ready");
}

fn a_session_ends(db: &dyn HubDb) {
    let session = |n: u8| SessionRow { token_hash: [n; 32], account: "admin".into(), expires_at_ms: 1_000 };
    db.add_session(&session(1), 0).expect("a session");
    db.add_session(&session(2), 0).expect("another");
    assert_eq!(db.session(&[1; 32], 999).expect("a read"), Some(session(1)));
    assert_eq!(db.session(&[1; 32], 1_000).expect("a read"), None, "it has expired");
    db.end_session(&[2; 32]).expect("the end");
    assert_eq!(db.session(&[2; 32], 0).expect("a read"), None);
}

fn guessing_gets_slower(db: &dyn HubDb) {
    let key = [9; 32];
    for _ in 0..SignIn::FREE {
        assert_eq!(db.try_sign_in(&key, NOW_MS).expect("a try"), SignIn::Go);
    }
    assert_eq!(db.try_sign_in(&key, NOW_MS + 400).expect("a try"), SignIn::WaitMs(600));
    assert_eq!(db.try_sign_in(&key, NOW_MS + 1_000).expect("a try"), SignIn::Go, "it has waited");
    assert_eq!(db.try_sign_in(&key, NOW_MS + 1_000).expect("a try"), SignIn::WaitMs(2_000));
    assert_eq!(db.try_sign_in(&[8; 32], NOW_MS).expect("a try"), SignIn::Go, "another name is free");
    db.signed_in(&key).expect("forgotten");
    assert_eq!(db.try_sign_in(&key, NOW_MS + 1_000).expect("a try"), SignIn::Go);
}

fn new_device(pen: &Pen, code: u8) -> NewDevice {
    NewDevice {
        card: Vec::new(),
        device: pen.device,
        public_key: pen.signer.public_key(),
        unit: pen.unit.clone(),
        token_hash: [code + 100; 32],
        now_ms: NOW_MS,
    }
}

// Two PCs of A Lưới town in 2018, one of the commune beside it.
fn devices_are_enrolled<'a>(db: &dyn HubDb, catalogue: &'a Catalogue) -> Vec<Pen<'a>> {
    let (town, other) = (unit(catalogue, "20044", "2018-06-01"), unit(catalogue, "20047", "2018-06-01"));
    let pens =
        [(1, &town), (2, &town), (3, &other)].map(|(secret, unit)| Pen::new(catalogue, secret, unit.clone()));
    for (code, pen) in (1_u8..).zip(&pens) {
        let enrolment = EnrolmentRow {
            code_hash: [code; 32],
            unit: pen.unit.clone(),
            created_at_ms: NOW_MS,
            expires_at_ms: NOW_MS + 1_000,
        };
        db.add_enrolment(&enrolment, "cli").expect("a code");
    }
    let enrol = |code: u8, device: &NewDevice| db.enrol(&[code; 32], device).expect("an answer");
    let first = new_device(&pens[0], 1);
    assert_eq!(enrol(77, &first), Enrolled::BadCode);
    assert_eq!(enrol(1, &NewDevice { unit: other, ..first.clone() }), Enrolled::OtherUnit);
    assert_eq!(enrol(1, &NewDevice { now_ms: NOW_MS + 1_000, ..first.clone() }), Enrolled::Expired);
    assert_eq!(enrol(1, &first), Enrolled::Done);
    assert_eq!(enrol(1, &first), Enrolled::Done, "its answer may have been lost");
    assert_eq!(enrol(1, &new_device(&pens[1], 2)), Enrolled::Expired, "used");
    for (code, pen) in (2_u8..).zip(&pens[1..]) {
        assert_eq!(enrol(code, &new_device(pen, code)), Enrolled::Done);
    }
    let found = db.device_of_token(&[101; 32]).expect("a read").expect("a device");
    assert_eq!((found.id, found.next_seq, found.chain), (pens[0].device, 1, batch::START));
    assert_eq!(db.devices().expect("a read").len(), 3);
    pens.into()
}

/// Hands a sealed batch in as the hub's session does.
///
/// # Panics
/// When it cannot be opened, or the database fails.
pub fn accept(db: &dyn HubDb, pen: &Pen, sealed: &Sealed, previous: &Chain) -> Accepted {
    let arena = Arena::default();
    let opened = batch::view(&sealed.bytes, previous, &pen.signer.public_key(), &arena).expect("sealed here");
    let receipt = Receipt {
        device: pen.device.0,
        first_seq: sealed.first_seq,
        count: sealed.count,
        chain: sealed.chain,
        epoch: 1,
        at_ms: NOW_MS,
        signature: [0; 64],
    }
    .signed(&Signer::new(&HUB_SECRET));
    db.accept_batch(&NewBatch {
        header: &opened.header,
        unit: &pen.unit,
        scope: &scope(&pen.catalogue.units, &pen.unit),
        previous,
        bytes: &sealed.bytes,
        gist: &Gist::of(pen.catalogue, opened.changes),
        receipt: &receipt,
    })
    .expect("the database works")
}

fn send(db: &dyn HubDb, pen: &mut Pen) {
    let previous = pen.chain;
    let sealed = pen.seal();
    assert_eq!(accept(db, pen, &sealed, &previous), Accepted::Stored);
}

fn period(catalogue: &Catalogue, label: &str) -> Period {
    catalogue.calendar("union").and_then(|c| c.period(label)).expect("a period").clone()
}

fn value(
    db: &dyn HubDb,
    catalogue: &Catalogue,
    code: &str,
    label: &str,
    units: Option<&BTreeSet<UnitKey>>,
) -> i64 {
    let num = catalogue.indicator(code).expect("an indicator").num;
    let sums: Vec<Sum> = db.sums(&SumQuery { period: &period(catalogue, label), units }).expect("sums");
    sums.iter().filter(|sum| sum.indicator == num && sum.by.is_none()).map(|sum| sum.value).sum()
}

/// A communication activity with so many people.
pub fn activity(day: &str, n_total: i64) -> serde_json::Value {
    json!({"title": "Session", "topic": "phap_luat", "form": "tap_huan", "held_on": day, "n_total": n_total})
}

fn a_batch_is_taken_once(db: &dyn HubDb, pens: &mut [Pen]) -> RecordId {
    let pen = &mut pens[0];
    let first = pen.create("propaganda_activity", activity("2018-11-14", 30));
    pen.create("propaganda_activity", activity("2018-11-15", 50));
    let previous = pen.chain;
    let sealed = pen.seal();
    assert_eq!(accept(db, pen, &sealed, &previous), Accepted::Stored);
    assert_eq!(accept(db, pen, &sealed, &previous), Accepted::NotNext);
    let stored = db.batch_at(pen.device, 1).expect("a read").expect("a batch");
    assert_eq!((&stored.bytes, stored.previous), (&sealed.bytes, previous));
    assert!(stored.receipt.is_signed_by(&Signer::new(&HUB_SECRET).public_key()));
    let device = db.device(pen.device).expect("a read").expect("a device");
    assert_eq!((device.next_seq, device.chain, device.last_received_at_ms), (3, sealed.chain, Some(NOW_MS)));
    assert_eq!(db.told(pen.device).expect("a read").sums.0[&pen.kind("propaganda_activity").0].n_changes, 2);
    let catalogue = pen.catalogue;
    assert_eq!(value(db, catalogue, "TT01", "2018", None), 1, "the 15th of November is the next year's");
    assert_eq!(value(db, catalogue, "TT01P", "2018", None), 30);
    assert_eq!(value(db, catalogue, "TT01P", "2019", None), 50);
    let other = BTreeSet::from([pens[2].unit.clone()]);
    assert_eq!(value(db, catalogue, "TT01", "2018", Some(&other)), 0);
    first
}

fn edits_and_erasures_count(db: &dyn HubDb, pen: &mut Pen, first: RecordId) {
    pen.patch(first, "propaganda_activity", "n_total", Value::Int(45), 1);
    send(db, pen);
    assert_eq!(value(db, pen.catalogue, "TT01P", "2018", None), 45);
    let by_form: Vec<(Option<String>, i64)> = db
        .sums(&SumQuery { period: &period(pen.catalogue, "2018"), units: None })
        .expect("sums")
        .into_iter()
        .filter(|sum| Some(sum.indicator) == pen.catalogue.indicator("TT01P").map(|i| i.num))
        .filter_map(|sum| sum.by.filter(|(dimension, _)| *dimension == 0).map(|(_, code)| (code, sum.value)))
        .collect();
    assert_eq!(by_form, [(Some("tap_huan".to_string()), 45)]);
    pen.erase(first, "propaganda_activity", 3);
    send(db, pen);
    assert_eq!(value(db, pen.catalogue, "TT01", "2018", None), 0);
    assert_eq!(value(db, pen.catalogue, "TT01P", "2018", None), 0);
}

fn subjects_count_once_and_stock_stands(db: &dyn HubDb, pen: &mut Pen) {
    let trade = pen.catalogue.list("trade").expect("a list").items[0].code.clone();
    for day in ["2018-03-01", "2018-07-20"] {
        pen.create(
            "vocational_training",
            json!({"class_name": "May", "trade": trade, "started_on": day, "role": "coordinated",
                   "trainees": [{"full_name": "Test Person", "birth_year": 1990, "sex": "female"}]}),
        );
    }
    pen.create(
        "model",
        json!({"name": "Troupe", "field": "van_nghe", "started_on": "2018-02-03", "ended_on": "2019-03-02",
               "state": "maintained"}),
    );
    send(db, pen);
    let value = |code, label| value(db, pen.catalogue, code, label, None);
    assert_eq!((value("DN01", "2018-03"), value("DN01", "2018-08"), value("DN01", "2018")), (1, 1, 1));
    let stands = ["2018-01", "2018-02", "2018-10", "2019-03", "2019-04"].map(|month| value("VH01", month));
    assert_eq!(stands, [0, 1, 1, 1, 0], "from its beginning to its end");
}

fn nothing_is_written_for_another_commune(db: &dyn HubDb, pens: &mut [Pen]) {
    let theirs = RecordId { device: pens[0].device, n: 2 };
    let pen = &mut pens[2];
    pen.create("propaganda_activity", activity("2018-05-05", 5));
    pen.patch(theirs, "propaganda_activity", "n_total", Value::Int(1), 2);
    let previous = pen.chain;
    let sealed = pen.seal();
    assert_eq!(accept(db, pen, &sealed, &previous), Accepted::OtherUnit);
    assert_eq!(db.batch_at(pen.device, 1).expect("a read"), None);
    assert_eq!(db.device(pen.device).expect("a read").expect("a device").next_seq, 1);
    assert_eq!(value(db, pen.catalogue, "TT01", "2018", None), 0);
    *pen = Pen::new(pen.catalogue, 3, pen.unit.clone());
}

// The second PC sends its edit before the first has sent the record.
fn what_comes_early_waits_for_its_record(db: &dyn HubDb, catalogue: &Catalogue, pens: &mut [Pen]) {
    let record = pens[0].create("propaganda_activity", activity("2018-06-06", 10));
    let made = pens[0].pending.last().expect("just written").seq;
    pens[1].patch(record, "propaganda_activity", "n_total", Value::Int(12), made);
    send(db, &mut pens[1]);
    assert_eq!(value(db, catalogue, "TT01P", "2018-06", None), 0);
    send(db, &mut pens[0]);
    assert_eq!(value(db, catalogue, "TT01P", "2018-06", None), 12);
}

fn targets_and_reporting(db: &dyn HubDb, catalogue: &Catalogue) {
    let target = |total, unit: Option<&str>| Target {
        indicator: "TT01".into(),
        period: "2018".into(),
        calendar: "union".into(),
        source: "locality".into(),
        per_unit: None,
        total: Some(total),
        unit: unit.map(str::to_string),
    };
    db.set_targets(&[target(1, None), target(3, Some("20044"))], NOW_MS, "cli").expect("set");
    db.set_targets(&[target(2, None)], NOW_MS, "cli").expect("set again");
    assert_eq!(db.targets().expect("a read"), [target(2, None), target(3, Some("20044"))]);
    let town = unit(catalogue, "20044", "2018-06-01");
    let reporting = db.reporting().expect("a read");
    let of_town = reporting.iter().find(|row| row.unit == town).expect("the town reports");
    assert_eq!((of_town.n_devices, of_town.n_changes), (2, 9));
    assert_eq!(of_town.last_received_at_ms, Some(NOW_MS));
}

fn a_revoked_device_is_out(db: &dyn HubDb, pen: &mut Pen) {
    assert!(db.revoke_device(pen.device, NOW_MS, "cli").expect("revoked"));
    assert!(!db.revoke_device(pen.device, NOW_MS, "cli").expect("no more"));
    pen.create("propaganda_activity", activity("2018-05-05", 5));
    let previous = pen.chain;
    let sealed = pen.seal();
    assert_eq!(accept(db, pen, &sealed, &previous), Accepted::Revoked);
    let code = EnrolmentRow {
        code_hash: [50; 32],
        unit: pen.unit.clone(),
        created_at_ms: NOW_MS,
        expires_at_ms: NOW_MS + 1_000,
    };
    db.add_enrolment(&code, "cli").expect("a code");
    assert_eq!(db.enrol(&[50; 32], &new_device(pen, 50)).expect("an answer"), Enrolled::Revoked);
    let newer = EnrolmentRow { code_hash: [51; 32], created_at_ms: NOW_MS + 1, ..code };
    db.add_enrolment(&newer, "cli").expect("a code of after it");
    assert_eq!(db.enrol(&[51; 32], &new_device(pen, 51)).expect("an answer"), Enrolled::Done);
    assert_eq!(accept(db, pen, &sealed, &previous), Accepted::Stored);
}
