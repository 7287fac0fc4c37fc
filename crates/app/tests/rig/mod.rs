//! Registers of one commune, as an officer's actions make them.
#![allow(dead_code, reason = "each test file uses a part of the rig")]

use serde_json::{Map, Value as Json};
use sohoi_app::record::UnitChoice;
use sohoi_app::register::NewRegisterReq;
use sohoi_app::{App, RecordId};
use sohoi_store::{Operation, Writer};
use tempfile::TempDir;

pub const PIN: &str = "274189";

pub struct Pc {
    pub app: App,
    pub home: TempDir,
}

pub fn pc(officer: &str) -> Pc {
    let home = tempfile::tempdir().expect("a folder");
    let app = App::new(home.path());
    let req = NewRegisterReq {
        unit_code: "20044".into(),
        on: Some("2018-06-01".parse().expect("a day")),
        officer: officer.into(),
        pin: PIN.into(),
    };
    app.register_create(&req).expect("a register");
    Pc { app, home }
}

pub fn object(json: Json) -> Map<String, Json> {
    json.as_object().expect("an object").clone()
}

pub fn add(pc: &Pc, kind: &str, fields: Json) -> RecordId {
    pc.app.record_add(kind, &object(fields), &UnitChoice::Own, None).expect("a record").id
}

/// As a sync will: all that one made, in its order, to the other.
pub fn pull(to: &Pc, from: &Pc) {
    let (device, changes) = from
        .app
        .with_register(|register| Ok((register.identity().device, register.changes_after(0, 10_000)?)))
        .expect("changes");
    to.app
        .with_register(|register| {
            let take = |writer: &mut Writer| {
                changes.iter().try_for_each(|change| writer.apply_remote(change, device).map(|_| ()))
            };
            Ok(register.transact(Operation::RemoteApply, 1_530_000_000_000, take)?)
        })
        .expect("they are taken");
}
