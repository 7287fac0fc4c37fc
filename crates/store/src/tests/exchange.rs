//! PCs of a commune that exchange in any order end up with the same, by property.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sohoi_domain::{RecordId, Value};

use super::merge::{Commune, Step, step};
use crate::{ConflictRow, RecordQuery, Register, StoredChange, StoredRecord};

/// All that two PCs of a commune must agree on.
#[derive(Debug, PartialEq)]
struct Seen {
    records: BTreeMap<RecordId, StoredRecord>,
    conflicts: BTreeMap<(RecordId, u16), ConflictRow>,
    facts: BTreeSet<(RecordId, String)>,
    found: BTreeMap<String, BTreeSet<RecordId>>,
    history: BTreeMap<RecordId, BTreeSet<String>>,
}

fn seen(register: &Register, made: &[(RecordId, usize)]) -> Seen {
    let mut records: BTreeMap<RecordId, StoredRecord> = BTreeMap::new();
    let mut history = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for (id, _) in made {
        let kept = register.view().kept_by_id(*id).expect("a read").expect("it has arrived");
        ids.insert(kept.id, *id);
        let mut record = register.record(*id).expect("a read").expect("it has arrived");
        record.meta.received = true;
        records.insert(*id, record);
        let step =
            |stored: StoredChange| format!("{} {:?} {}", stored.device, stored.change, stored.destroyed);
        history.insert(*id, register.history(*id).expect("a history").into_iter().map(step).collect());
    }
    let conflicts = register.conflicts().expect("conflicts");
    let mut statement = register
        .conn
        .prepare("SELECT record, printf('%d %d %d %d', indicator, first, last, value) FROM fact")
        .expect("facts");
    let facts = statement
        .query_map([], |row| Ok((ids[&row.get::<_, i64>(0)?], row.get(1)?)))
        .and_then(Iterator::collect)
        .expect("facts of these records");
    let find = |word: &str| {
        let query = RecordQuery { search: Some(word.into()), limit: 10_000, ..RecordQuery::default() };
        let (rows, _) = register.records(&query).expect("a search");
        (word.to_string(), rows.into_iter().map(|row| row.state.id).collect())
    };
    Seen {
        records,
        conflicts: conflicts.into_iter().map(|row| ((row.record, row.field.0), row)).collect(),
        facts,
        found: ["thu 1", "thu", "chi hoi 2", "1990"].into_iter().map(find).collect(),
        history,
    }
}

#[test]
fn who_decided_is_not_asked_again_for_what_a_record_that_gave_way_says() {
    let mut commune = Commune::new();
    let steps = [
        Step::Create { on: 0, kind: 2, n: 6 },
        Step::Pull { to: 1, from: 0, n: 9 },
        Step::Patch { on: 0, at: 0, n: 3 },
        Step::Patch { on: 1, at: 0, n: 9 },
        Step::Create { on: 0, kind: 2, n: 3 },
        Step::Pull { to: 0, from: 1, n: 9 },
        // It says what the other one shows, so there is nothing to ask about it.
        Step::Same { on: 0, at: 0, to: 1 },
    ];
    steps.iter().for_each(|step| commune.take(step));
    let asked = commune.pcs[0].conflicts().expect("conflicts");
    let [question] = &asked[..] else { panic!("one question: {asked:?}") };
    assert_eq!(question.shown.value, Some(Value::Text("Chi hội 3".into())));
    commune.decide(0, 0, 1).expect("a decision");
    commune.pull_all();
    for pc in &commune.pcs {
        assert_eq!(pc.conflicts().expect("conflicts"), []);
    }
}

#[test]
fn registers_that_exchange_in_any_order_become_equal_and_stay_clean() {
    // The same registers for all cases: making one costs a key derivation.
    let commune = std::cell::RefCell::new(Commune::new());
    let n_asked = std::cell::Cell::new(0);
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..40))| {
        let mut commune = commune.borrow_mut();
        steps.iter().for_each(|step| commune.take(step));
        for register in &commune.pcs {
            let verified = register.verify().expect("a check");
            prop_assert!(verified.ok, "{:?}", verified.differences);
        }
        commune.pull_all();
        let first = seen(&commune.pcs[0], &commune.made);
        n_asked.set(n_asked.get() + first.conflicts.len());
        for register in &commune.pcs[1..] {
            prop_assert_eq!(&seen(register, &commune.made), &first);
        }
        for register in &commune.pcs {
            let verified = register.verify().expect("a check");
            prop_assert!(verified.ok, "{:?}", verified.differences);
        }
    });
    assert!(n_asked.get() > 0, "some of it must have been in conflict");
}
