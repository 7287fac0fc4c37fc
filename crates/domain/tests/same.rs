//! Links between records, made and taken back on several PCs in any order: every record has one kept one, all
//! agree on it, and without links everything is as it was.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sohoi_domain::change::same::{Difference, SAME_AS, SETTLED, Tied, differences, kept, lost_kept, shown};
use sohoi_domain::change::{Erasure, Version, apply};
use sohoi_domain::{Change, Day, DeviceId, FieldNum, Hlc, KindNum, Op, RecordId, UnitKey, Value};

const N: u32 = 5;
const NAME: FieldNum = FieldNum(1);

fn id(n: u32) -> RecordId {
    RecordId { device: DeviceId(0), n }
}

fn change(seq: u64, hlc: u64, n: u32, op: Op) -> Change {
    Change {
        seq,
        hlc: Hlc(hlc),
        author: 1,
        record: id(n),
        kind: KindNum(1),
        op,
        unit: (op == Op::Create).then(|| UnitKey { code: "20044".into(), valid_from: Day::from_number(0) }),
        fields: BTreeMap::new(),
        replaces: BTreeMap::new(),
        catalogue: 1,
        reason: None,
    }
}

// Records 1 to N; the field named by their number has it, and all have a name of their own.
fn created() -> Vec<Change> {
    let one = |n: u32| {
        let mut create = change(u64::from(n), u64::from(n), n, Op::Create);
        create.fields.insert(NAME, Some(Value::Int(i64::from(n))));
        create.fields.insert(FieldNum(10 + n as u16), Some(Value::Int(7)));
        create
    };
    (1..=N).map(one).collect()
}

fn fold<'a>(changes: impl IntoIterator<Item = &'a (Change, DeviceId)>) -> Tied {
    let mut tied = Tied::new();
    let creates = created().into_iter().map(|change| (change, DeviceId(0)));
    for (change, device) in creates.chain(changes.into_iter().cloned()) {
        let state = tied.remove(&change.record);
        let state = apply(state, &change, device, Erasure::Hides).expect("it follows");
        tied.insert(change.record, state);
    }
    tied
}

fn links(steps: &[(u64, u32, Option<u32>, u64)]) -> Vec<(Change, DeviceId)> {
    let mut seqs = BTreeMap::new();
    let of = |(device, from, to, hlc): &(u64, u32, Option<u32>, u64)| {
        let seq = seqs.entry(*device).or_insert(0);
        *seq += 1;
        let mut link = change(*seq, *hlc, *from, Op::Patch);
        link.fields.insert(SAME_AS, to.map(|to| Value::Ref(id(to))));
        (link, DeviceId(*device))
    };
    steps.iter().map(of).collect()
}

fn steps() -> impl Strategy<Value = Vec<(u64, u32, Option<u32>, u64)>> {
    let to = prop_oneof![4 => (1..=N).prop_map(Some), 1 => Just(None)];
    prop::collection::vec((1..4_u64, 1..=N, to, 100..120_u64), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn links_in_any_order_and_number_lead_to_one_kept_record_that_stands_for_itself(
        steps in steps(),
        order in prop::collection::vec(any::<prop::sample::Index>(), 12),
    ) {
        let links = links(&steps);
        let tied = fold(&links);
        let mut shuffled = links.clone();
        for (i, index) in (0..shuffled.len()).zip(&order) {
            let other = index.index(shuffled.len());
            shuffled.swap(i, other);
        }
        shuffled.extend(links.iter().take(2).cloned());
        let other = fold(&shuffled);
        for n in 1..=N {
            let root = kept(&tied, id(n));
            prop_assert_eq!(kept(&tied, root), root, "a kept record is kept itself");
            prop_assert_eq!(kept(&other, id(n)), root);
            prop_assert_eq!(shown(&other, id(n)), shown(&tied, id(n)));
            prop_assert_eq!(differences(&other, id(n)), differences(&tied, id(n)));
            // What any of them has shows on the kept one.
            let whole = shown(&tied, root).expect("it is there");
            prop_assert_eq!(whole.fields.get(&FieldNum(10 + n as u16)), Some(&Value::Int(7)));
        }
    }

    #[test]
    fn when_all_links_are_taken_back_every_record_is_as_it_was(steps in steps()) {
        let mut all = steps.clone();
        all.extend((1..=N).flat_map(|n| [(1, n, None, 500), (2, n, None, 500), (3, n, None, 500)]));
        let tied = fold(&links(&all));
        let before = fold(&[]);
        for n in 1..=N {
            prop_assert_eq!(kept(&tied, id(n)), id(n));
            let mut state = shown(&tied, id(n)).expect("it is there");
            state.fields.remove(&SAME_AS);
            prop_assert_eq!(&state.fields, &before[&id(n)].fields);
            prop_assert!(differences(&tied, id(n)).is_empty());
        }
    }
}

#[test]
fn of_two_pcs_that_each_gave_way_to_the_other_the_newest_decision_counts() {
    let tied = fold(&links(&[(1, 1, Some(2), 100), (2, 2, Some(1), 200)]));
    assert_eq!([kept(&tied, id(1)), kept(&tied, id(2))], [id(1); 2]);
    let tied = fold(&links(&[(1, 1, Some(2), 300), (2, 2, Some(1), 200)]));
    assert_eq!([kept(&tied, id(1)), kept(&tied, id(2))], [id(2); 2]);
}

#[test]
fn three_records_become_one_and_differing_values_ask_until_they_are_settled() {
    let tied = fold(&links(&[(1, 3, Some(2), 100), (1, 2, Some(1), 101)]));
    assert_eq!([1, 2, 3].map(|n| kept(&tied, id(n))), [id(1); 3]);
    let asked: Vec<(RecordId, FieldNum)> =
        differences(&tied, id(1)).into_iter().map(|one| (one.record, one.field)).collect();
    assert_eq!(asked, [(id(2), NAME), (id(3), NAME)]);

    let mut changes = links(&[(1, 3, Some(2), 100), (1, 2, Some(1), 101)]);
    for (seq, n) in [(3, 2), (4, 3)] {
        let mut settle = change(seq, 200, n, Op::Patch);
        let decided = BTreeMap::from([(NAME, tied[&id(n)].versions[&NAME].0)]);
        settle.fields.insert(SETTLED, Some(tied[&id(n)].settling(&decided)));
        changes.push((settle, DeviceId(1)));
    }
    assert_eq!(differences(&fold(&changes), id(1)), []);
    // Written elsewhere meanwhile, and with an older clock: nobody has seen it.
    let mut later = change(1, 150, 2, Op::Patch);
    later.fields.insert(NAME, Some(Value::Int(77)));
    later.replaces.insert(NAME, vec![tied[&id(2)].versions[&NAME].0]);
    changes.push((later, DeviceId(2)));
    let asked = Difference { field: NAME, record: id(2), version: Version { device: DeviceId(2), seq: 1 } };
    assert_eq!(differences(&fold(&changes), id(1)), [asked]);
}

#[test]
fn a_record_whose_kept_one_was_erased_stands_for_itself_again_and_knows_whom_it_lost() {
    let mut changes = links(&[(1, 2, Some(1), 100)]);
    let mut erase = change(1, 200, 1, Op::Erase);
    erase.replaces.insert(FieldNum(0), fold(&[])[&id(1)].seen_by_erase());
    changes.push((erase, DeviceId(2)));
    let tied = fold(&changes);
    assert_eq!(kept(&tied, id(2)), id(2));
    assert_eq!(shown(&tied, id(2)).map(|state| state.erased), Some(false));
    assert_eq!(lost_kept(&tied, id(2)).map(|lost| lost.id), Some(id(1)));
    assert!([1, 3].iter().all(|n| lost_kept(&tied, id(*n)).is_none()));
    changes.extend(links(&[(1, 2, Some(1), 100), (1, 2, None, 300)]).pop());
    assert!(lost_kept(&fold(&changes), id(2)).is_none());
}

#[test]
fn what_the_kept_one_had_and_emptied_is_not_filled_but_asked_about() {
    let mut changes = links(&[(1, 2, Some(1), 100)]);
    let mut empty = change(1, 90, 1, Op::Patch);
    empty.fields.insert(NAME, None);
    empty.replaces.insert(NAME, vec![fold(&[])[&id(1)].versions[&NAME].0]);
    changes.push((empty, DeviceId(2)));
    let tied = fold(&changes);
    assert_eq!(shown(&tied, id(1)).and_then(|state| state.fields.get(&NAME).cloned()), None);
    let version = tied[&id(2)].versions[&NAME].0;
    assert_eq!(differences(&tied, id(1)), [Difference { field: NAME, record: id(2), version }]);
}
