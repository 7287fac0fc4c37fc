//! What the province says goes down in order, to whom it is for, and the newest of a topic alone.

use std::collections::BTreeSet;

use sohoi_domain::catalogue::{FORMAT, Pack, Part, Published};
use sohoi_domain::{Catalogue, UnitKey};
use sohoi_protocol::bulletin::{Body, Bulletin, Scope};
use sohoi_protocol::sign::Signer;

use super::{HUB_SECRET, NOW_MS, unit};
use crate::{HubDb, NewBulletin};

const ROOM: usize = 1 << 20;

fn publish(db: &dyn HubDb, kind: u16, scope: Option<&Scope>, topic: Option<&str>, at_ms: i64) -> u64 {
    publish_body(db, &Body::Newer { kind, bytes: vec![0; 100] }, scope, topic, at_ms)
}

/// Publishes units as those of a catalogue of this version; nobody here works with them.
pub fn publish_units(db: &dyn HubDb, version: u32) -> u64 {
    let files = Pack::new(vec![("units.toml".into(), "# none".into())]);
    let release = Published { part: Part::Units, version, format: FORMAT, files };
    publish_body(db, &Body::Release(release), None, None, NOW_MS)
}

fn publish_body(db: &dyn HubDb, body: &Body, scope: Option<&Scope>, topic: Option<&str>, at_ms: i64) -> u64 {
    let kind = body.kind();
    let write = |number| {
        let bulletin = Bulletin { number, made_at_ms: at_ms, scope: scope.cloned(), body: body.clone() };
        let content = bulletin.encode().expect("it is short");
        Bulletin::sign(number, content, &Signer::new(&HUB_SECRET))
    };
    db.publish(&NewBulletin { kind, scope, topic, follows: None, at_ms, actor: "cli" }, &write)
        .expect("published")
}

pub fn go_down_in_order_to_whom_they_are_for(db: &dyn HubDb, catalogue: &Catalogue) {
    let (town, other) = (unit(catalogue, "20044", "2018-06-01"), unit(catalogue, "20047", "2018-06-01"));
    let now = unit(catalogue, "20044", "2026-01-01");
    let every = Scope { code: town.code.clone(), valid_from: None };
    let one = Scope { code: town.code.clone(), valid_from: Some(town.valid_from) };
    let first = publish(db, 900, None, Some("a"), NOW_MS);
    let later = publish(db, 901, None, None, NOW_MS - 7);
    assert!(first > 0 && later > first, "a clock that was set back changes no order");
    let to_every = publish(db, 902, Some(&every), Some("a"), NOW_MS);
    let to_one = publish(db, 903, Some(&one), None, NOW_MS);
    let numbers = |unit: &UnitKey, after, room| {
        let units = BTreeSet::from([unit.clone()]);
        let (found, more) = db.bulletins(after, &units, room).expect("a read");
        let key = Signer::new(&HUB_SECRET).public_key();
        assert!(found.iter().all(|pull| pull.is_signed_by(&key) && Bulletin::of_pull(pull).is_ok()));
        (found.iter().map(|pull| pull.number).collect::<Vec<_>>(), more)
    };
    assert_eq!(numbers(&town, 0, ROOM), (vec![first, later, to_every, to_one], false));
    assert_eq!(numbers(&now, 0, ROOM), (vec![first, later, to_every], false), "another version of the unit");
    assert_eq!(numbers(&other, 0, ROOM), (vec![first, later], false));
    assert_eq!(numbers(&town, later, ROOM), (vec![to_every, to_one], false));
    assert_eq!(numbers(&town, u64::MAX, ROOM), (vec![], false));
    assert!(numbers(&town, 0, 300).1, "what does not fit waits");
    let again = publish(db, 900, None, Some("a"), NOW_MS);
    assert_eq!(numbers(&other, 0, ROOM), (vec![later, again], false), "the newest of a topic says it all");
    assert_eq!(numbers(&town, to_one, ROOM), (vec![again], false));
    assert_eq!(db.newest_release().expect("a read"), 0);
    let release = publish_units(db, catalogue.version);
    assert_eq!(db.newest_release().expect("a read"), release);
    let comment = publish(db, Body::COMMENT, Some(&one), None, NOW_MS);
    let decision = publish(db, Body::DECISION, None, None, NOW_MS);
    let words = |unit: &UnitKey, limit| {
        let found = db.words_said(&BTreeSet::from([unit.clone()]), limit).expect("a read");
        found.iter().map(|pull| pull.number).collect::<Vec<_>>()
    };
    assert_eq!((words(&town, 9), words(&town, 1)), (vec![decision, comment], vec![decision]));
    assert_eq!(words(&now, 9), [decision], "what was said to another version of the unit");
    let newest = |topic, scope| db.bulletin_of(topic, scope).expect("a read").map(|pull| pull.number);
    assert_eq!(newest("a", None), Some(again));
    assert_eq!(newest("a", Some(&every)), Some(to_every));
    assert_eq!((newest("a", Some(&one)), newest("b", None)), (None, None));
}
