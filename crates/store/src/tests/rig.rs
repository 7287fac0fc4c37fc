//! A register in a folder of its own.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde_json::{Value as Json, json};
use sohoi_domain::{Catalogue, DeviceId, Fields, RecordId, UnitKey, record};
use tempfile::TempDir;

use crate::{Costs, NewRegister, Operation, RecoveryCode, Register, StoreError, Unlock};

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));

pub const PIN: &str = "274189";
pub const NOW_MS: i64 = 1_530_000_000_000;

pub fn catalogue() -> Arc<Catalogue> {
    CATALOGUE.clone()
}

pub fn unit() -> UnitKey {
    let day = "2018-06-01".parse().expect("a day");
    catalogue().units.on("20044", day).expect("A Lưới's town in 2018").key()
}

pub fn new_register(pin: &str) -> NewRegister<'_> {
    NewRegister {
        unit: unit(),
        officer: "Cán bộ Thử".into(),
        pin,
        now_ms: NOW_MS,
        device_secret: [3; 32],
        device: DeviceId(0xfedc_ba98_7654_3210),
        costs: Costs::REAL,
    }
}

pub fn create(dir: &Path) -> (Register, RecoveryCode) {
    Register::create(dir, catalogue(), new_register(PIN)).expect("a new register")
}

pub fn open(dir: &Path) -> Result<Register, StoreError> {
    Register::open(dir, catalogue(), Unlock::Pin(PIN), NOW_MS)
}

/// A folder that goes away with the test, and a register in it.
pub struct Rig {
    // Before the folder, so that the file is closed when it goes.
    pub register: Register,
    pub recovery: RecoveryCode,
    pub home: TempDir,
}

pub fn rig() -> Rig {
    let home = tempfile::tempdir().expect("a folder");
    let (register, recovery) = create(home.path());
    Rig { register, recovery, home }
}

/// Checked fields of a kind.
pub fn fields(kind: &str, json: Json) -> Fields {
    let catalogue = catalogue();
    let kind = catalogue.kind(kind).expect("a kind");
    let checked = record::check(&catalogue, kind, json.as_object().expect("an object"));
    assert!(checked.is_valid(), "{:?}", checked.issues);
    checked.fields
}

/// First code of a list.
pub fn code(list: &str) -> String {
    catalogue().list(list).expect("a list").items[0].code.clone()
}

pub fn mediation(day: &str, n_cases: u32) -> Fields {
    fields(
        "mediation",
        json!({"held_on": day, "topic": code("mediation_topic"), "n_cases": n_cases, "n_settled": 1}),
    )
}

pub fn member(name: &str, day: &str) -> Fields {
    fields("member", member_json(name, day))
}

pub fn member_json(name: &str, day: &str) -> Json {
    json!({"full_name": name, "birth_year": 1990, "sex": "female", "joined_on": day,
      "status": code("member_status"), "consent_form": code("consent_form"), "consent_on": day})
}

pub fn branch(name: &str, day: &str) -> Fields {
    fields("branch", json!({"name": name, "founded_on": day}))
}

impl Rig {
    pub fn add(&mut self, kind: &str, fields: Fields) -> RecordId {
        add(&mut self.register, kind, fields)
    }

    pub fn patch(&mut self, id: RecordId, fields: Fields) -> usize {
        let done = self.register.transact(Operation::RecordEdit, NOW_MS, |w| w.patch_record(id, fields));
        done.expect("an edit").output.len()
    }

    pub fn erase(&mut self, id: RecordId, reason: &str) {
        let reason = Some(reason.to_string());
        self.register
            .transact(Operation::RecordErase, NOW_MS, |w| w.erase_record(id, reason))
            .expect("an erasure");
    }

    pub fn assert_clean(&self) {
        let verified = self.register.verify().expect("a check");
        assert!(verified.ok, "{:?}", verified.differences);
    }

    /// Closes the register and opens it again.
    pub fn reopened(self) -> Rig {
        let Rig { register, recovery, home } = self;
        drop(register);
        Rig { register: open(home.path()).expect("it opens"), recovery, home }
    }
}

pub fn add(register: &mut Register, kind: &str, fields: Fields) -> RecordId {
    let done = register.transact(Operation::RecordAdd, NOW_MS, |w| w.create_record(kind, unit(), fields));
    done.expect("a record").output
}
