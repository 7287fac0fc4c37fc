//! A commune's PC in a few lines: writes changes and seals them as the real one does.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use sohoi_domain::change::WHOLE_RECORD;
use sohoi_domain::{
    Catalogue, Change, Day, DeviceId, FieldNum, Hlc, KindNum, Op, RecordId, UnitKey, Value, Version, record,
};
use sohoi_protocol::batch::{self, Chain, START, Sealed, Sealing};
use sohoi_protocol::sign::Signer;

/// Key of the commune; the same on each of its PCs.
pub const COMMUNE_KEY: [u8; 32] = [7; 32];

pub struct Pen<'a> {
    pub catalogue: &'a Catalogue,
    pub signer: Signer,
    pub device: DeviceId,
    pub unit: UnitKey,
    pub chain: Chain,
    pub pending: Vec<Change>,
    next_seq: u64,
    next_n: u32,
    clock: Hlc,
}

/// The version of a unit on a day.
pub fn unit(catalogue: &Catalogue, code: &str, on: &str) -> UnitKey {
    let day: Day = on.parse().expect("a day");
    catalogue.units.on(code, day).expect("a unit of that day").key()
}

impl<'a> Pen<'a> {
    /// `secret` tells one device from another.
    pub fn new(catalogue: &'a Catalogue, secret: u8, unit: UnitKey) -> Pen<'a> {
        let signer = Signer::new(&[secret; 32]);
        let device = DeviceId::of_public_key(&signer.public_key());
        Pen {
            catalogue,
            signer,
            device,
            unit,
            chain: START,
            pending: Vec::new(),
            next_seq: 1,
            next_n: 1,
            clock: Hlc(1 << 40),
        }
    }

    /// The next change, to be filled and put into `pending`.
    pub fn change(&mut self, record: RecordId, kind: KindNum, op: Op) -> Change {
        self.clock = Hlc(self.clock.0 + 1);
        let seq = self.next_seq;
        self.next_seq += 1;
        Change {
            seq,
            hlc: self.clock,
            author: 1,
            record,
            kind,
            op,
            unit: (op == Op::Create).then(|| self.unit.clone()),
            fields: BTreeMap::new(),
            replaces: BTreeMap::new(),
            catalogue: self.catalogue.version,
            reason: None,
        }
    }

    /// Number of a kind.
    pub fn kind(&self, id: &str) -> KindNum {
        self.catalogue.kind(id).expect("a kind").num
    }

    /// Makes a record from what an officer would type.
    pub fn create(&mut self, kind: &str, typed: Json) -> RecordId {
        let kind = self.catalogue.kind(kind).expect("a kind");
        let checked = record::check(self.catalogue, kind, typed.as_object().expect("an object"));
        assert!(checked.is_valid(), "{:?}", checked.issues);
        let mut fields = checked.fields;
        record::fill_pseudonyms(kind, &mut fields, &COMMUNE_KEY);
        let id = RecordId { device: self.device, n: self.next_n };
        self.next_n += 1;
        let mut change = self.change(id, kind.num, Op::Create);
        change.fields = fields.into_iter().map(|(num, value)| (num, Some(value))).collect();
        self.pending.push(change);
        id
    }

    /// Sets one field, having seen the value that change `seen` of this device gave it.
    pub fn patch(&mut self, record: RecordId, kind: &str, field: &str, value: Value, seen: u64) {
        let kind = self.catalogue.kind(kind).expect("a kind");
        let num: FieldNum = kind.field(field).expect("a field").num;
        let mut change = self.change(record, kind.num, Op::Patch);
        change.fields.insert(num, Some(value));
        change.replaces.insert(num, vec![Version { device: record.device, seq: seen }]);
        self.pending.push(change);
    }

    pub fn erase(&mut self, record: RecordId, kind: &str, last: u64) {
        let mut change = self.change(record, self.kind(kind), Op::Erase);
        change.replaces.insert(WHOLE_RECORD, vec![Version { device: self.device, seq: last }]);
        self.pending.push(change);
    }

    /// Seals everything that was written since the last batch.
    pub fn seal(&mut self) -> Sealed {
        let changes = std::mem::take(&mut self.pending);
        let sealed = batch::seal(
            &changes,
            &Sealing {
                signer: &self.signer,
                device: self.device,
                commune_key: &COMMUNE_KEY,
                previous: self.chain,
                salt: [3; 8],
                privacy: self.catalogue,
            },
        );
        self.chain = sealed.chain;
        sealed
    }
}
