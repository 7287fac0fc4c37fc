//! One commune's register as the changes that its officer makes: every kind, in the numbers and with the
//! variety of life, the same for one seed. What bytes are measured by, and dictionaries trained on.
//!
//! The values have the types, lists and lengths of the catalogue; its rules are not asked.

mod fill;
mod text;
mod value;

use std::collections::BTreeMap;

use sohoi_domain::change::WHOLE_RECORD;
use sohoi_domain::unit::Unit;
use sohoi_domain::{
    Catalogue, Change, Day, DeviceId, FieldNum, Fields, Hlc, KindNum, Op, RecordId, UnitKey, Version, record,
};

pub use fill::fill;

use crate::Random;

/// Of a hundred records, how many are of each kind.
const SHARES: &[(&str, u64)] = &[
    ("member", 26),
    ("membership_event", 16),
    ("household", 12),
    ("household_assessment", 9),
    ("household_support", 7),
    ("propaganda_activity", 7),
    ("branch_meeting", 4),
    ("exemplar", 3),
    ("scholarship", 2),
    ("startup_support", 2),
    ("registered_work", 1),
    ("model", 1),
    ("resource_mobilisation", 1),
    ("mediation", 1),
    ("vocational_training", 1),
    ("plan_task", 1),
    ("housing_support", 1),
    ("market_linkage", 1),
    ("economic_group", 1),
    ("literacy_class", 1),
    ("gender_inspection", 1),
    ("officer_term", 1),
];

/// Key of the commune, for its pseudonyms and sealed sides.
pub const COMMUNE_KEY: [u8; 32] = [7; 32];

/// An officer at her PC, who records and mends.
pub struct Pen<'a> {
    catalogue: &'a Catalogue,
    random: Random,
    unit: UnitKey,
    /// What only this commune has: hamlets first, then firms and offices.
    places: Vec<String>,
    device: DeviceId,
    clock_ms: i64,
    next_seq: u64,
    next_n: u32,
    /// Records by kind, with what each field was last set by.
    made: BTreeMap<KindNum, Vec<RecordId>>,
    seen: BTreeMap<RecordId, (KindNum, Fields, BTreeMap<FieldNum, u64>, u64)>,
}

/// Monday 2026-01-05, half past seven at UTC+7.
pub const BEGINNING_MS: i64 = 1_767_573_000_000;

impl<'a> Pen<'a> {
    /// `seed` chooses the commune and everything in it.
    pub fn new(catalogue: &'a Catalogue, device: DeviceId, seed: u64) -> Pen<'a> {
        let on = Day::from_unix_ms(BEGINNING_MS, 420);
        let communes: Vec<&Unit> = catalogue.units.communes_on(on).collect();
        let mut random = Random::from_seed(seed);
        let unit = communes[random.below(communes.len() as u64) as usize].key();
        let places = (0..24).map(|_| text::proper(&mut random)).collect();
        Pen {
            catalogue,
            random,
            unit,
            places,
            device,
            clock_ms: BEGINNING_MS,
            next_seq: 1,
            next_n: 1,
            made: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    /// Records `n` new ones; the branches first.
    pub fn record(&mut self, n: usize) -> Vec<Change> {
        (0..n)
            .map(|_| {
                let few_branches = self.made_of("branch").len() < 8;
                let kind = if few_branches { "branch" } else { self.some_kind() };
                self.create(kind)
            })
            .collect()
    }

    /// Changes one or two fields of each of `n` records, here and there in the register.
    pub fn edit(&mut self, n: usize) -> Vec<Change> {
        (0..n).map(|_| self.patch()).collect()
    }

    /// Erases a record that is there, with the reason.
    pub fn erase(&mut self) -> Change {
        let id = self.some_record();
        let (kind, _, _, last) = self.seen.remove(&id).expect("it was recorded");
        for list in self.made.values_mut() {
            list.retain(|made| *made != id);
        }
        let mut change = self.change(id, kind, Op::Erase);
        change.replaces.insert(WHOLE_RECORD, vec![Version { device: self.device, seq: last }]);
        change.reason = Some("ghi trùng".to_owned());
        change
    }

    fn some_kind(&mut self) -> &'static str {
        let total: u64 = SHARES.iter().map(|(_, share)| share).sum();
        let mut at = self.random.below(total);
        for (kind, share) in SHARES {
            if at < *share {
                return kind;
            }
            at -= share;
        }
        unreachable!("the shares add up to their total")
    }

    fn made_of(&self, kind: &str) -> &[RecordId] {
        let num = self.catalogue.kind(kind).expect("a kind of the catalogue").num;
        self.made.get(&num).map_or(&[], Vec::as_slice)
    }

    fn some_record(&mut self) -> RecordId {
        let at = self.random.below(self.seen.len() as u64) as usize;
        *self.seen.keys().nth(at).expect("there are records")
    }

    fn create(&mut self, kind: &str) -> Change {
        let kind = self.catalogue.kind(kind).expect("a kind of the catalogue");
        let mut fields = self.fields(kind);
        record::fill_pseudonyms(kind, &mut fields, &COMMUNE_KEY);
        let id = RecordId { device: self.device, n: self.next_n };
        self.next_n += 1;
        let mut change = self.change(id, kind.num, Op::Create);
        change.unit = Some(self.unit.clone());
        let versions = fields.keys().map(|num| (*num, change.seq)).collect();
        self.made.entry(kind.num).or_default().push(id);
        self.seen.insert(id, (kind.num, fields.clone(), versions, change.seq));
        change.fields = fields.into_iter().map(|(num, value)| (num, Some(value))).collect();
        change
    }

    fn patch(&mut self) -> Change {
        let id = self.some_record();
        let (kind, mut fields, mut versions, _) = self.seen[&id].clone();
        let kind = self.catalogue.kind_by_num(kind).expect("it was recorded by it");
        let mut change = self.change(id, kind.num, Op::Patch);
        for _ in 0..1 + self.random.below(2) {
            let field = &kind.fields[self.random.below(kind.fields.len() as u64) as usize];
            let Some(value) = self.value(kind, field) else { continue };
            if let Some(seq) = versions.insert(field.num, change.seq)
                && seq != change.seq
            {
                change.replaces.insert(field.num, vec![Version { device: self.device, seq }]);
            }
            fields.insert(field.num, value.clone());
            change.fields.insert(field.num, Some(value));
        }
        self.seen.insert(id, (kind.num, fields, versions, change.seq));
        change
    }

    fn today(&self) -> Day {
        Day::from_unix_ms(self.clock_ms, 420)
    }

    // Half a minute to four minutes for each, some sixty a day, Sundays off.
    fn change(&mut self, record: RecordId, kind: KindNum, op: Op) -> Change {
        self.clock_ms += 30_000 + self.random.below(210_000) as i64;
        if self.random.below(60) == 0 {
            let days = if self.today().number() % 7 == 2 { 2 } else { 1 };
            let midnight = (self.clock_ms + 420 * 60_000).div_euclid(86_400_000) * 86_400_000;
            self.clock_ms = midnight + days * 86_400_000 + 1_800_000 + self.random.below(3_600_000) as i64;
        }
        let seq = self.next_seq;
        self.next_seq += 1;
        Change {
            seq,
            hlc: Hlc::default().tick(self.clock_ms),
            author: 1,
            record,
            kind,
            op,
            unit: None,
            fields: BTreeMap::new(),
            replaces: BTreeMap::new(),
            catalogue: self.catalogue.version,
            reason: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use sohoi_domain::{Catalogue, DeviceId};

    use super::Pen;

    #[test]
    fn one_seed_is_one_commune_and_every_kind_is_in_it() {
        let catalogue = Catalogue::embedded();
        let write = |seed| Pen::new(&catalogue, DeviceId(1), seed).record(2_000);
        assert_eq!(write(1), write(1));
        assert_ne!(write(1), write(2));
        let kinds: std::collections::BTreeSet<_> = write(1).iter().map(|change| change.kind).collect();
        assert!(kinds.len() > 20, "{} kinds", kinds.len());
    }
}
