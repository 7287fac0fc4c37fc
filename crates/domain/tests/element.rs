//! Devices that edit one field of several things and exchange their changes in any order. What is checked here
//! must hold for every order; a case that does not is a fault of the merge, never of the case.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use sohoi_domain::change::element::{added, removed};
use sohoi_domain::change::{Erasure, RecordState, Write, apply};
use sohoi_domain::{Change, Day, DeviceId, FieldNum, Fields, Hlc, KindNum, Op, RecordId, UnitKey, Value};

const CODES: FieldNum = FieldNum(5);
const LINES: FieldNum = FieldNum(6);

#[derive(Clone, Debug)]
enum Step {
    Write { on: usize, field: FieldNum, all: BTreeSet<i64>, wall_ms: i64 },
    Pull { to: usize, from: usize, n: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let on = 0..3_usize;
    let all = prop::collection::btree_set(0..6_i64, 0..5);
    let field = prop_oneof![Just(CODES), Just(LINES)];
    prop_oneof![
        (on.clone(), field, all, 0..2_000_i64).prop_map(|(on, field, all, wall_ms)| Step::Write {
            on,
            field,
            all,
            wall_ms
        }),
        (on.clone(), on, 1..3_usize).prop_map(|(to, from, n)| Step::Pull { to, from, n }),
    ]
}

fn value(field: FieldNum, all: &BTreeSet<i64>) -> Option<Value> {
    let value = match field {
        CODES => Value::Codes(all.iter().map(|n| format!("c{n}")).collect()),
        _ => Value::Lines(all.iter().map(|n| Fields::from([(FieldNum(1), Value::Int(*n))])).collect()),
    };
    (!all.is_empty()).then_some(value)
}

fn elements(value: Option<&Value>) -> BTreeSet<i64> {
    match value {
        Some(Value::Codes(codes)) => codes.iter().filter_map(|code| code[1..].parse().ok()).collect(),
        Some(Value::Lines(lines)) => lines.iter().filter_map(|line| line[&FieldNum(1)].as_int()).collect(),
        _ => BTreeSet::new(),
    }
}

#[derive(Clone, Debug)]
struct Made {
    change: Change,
    device: DeviceId,
}

#[derive(Default)]
struct Pcs {
    known: [Vec<Made>; 3],
    saw: [[u64; 3]; 3],
    logs: [Vec<Made>; 3],
    stamp: [Hlc; 3],
}

fn fold(changes: &[Made]) -> Option<RecordState> {
    let is_create = |made: &&Made| made.change.op == Op::Create;
    let rest = changes.iter().filter(|made| !is_create(made));
    changes.iter().filter(is_create).chain(rest).fold(None, |state, made| {
        apply(state.clone(), &made.change, made.device, Erasure::Hides).ok().or(state)
    })
}

impl Pcs {
    fn log(&mut self, on: usize, op: Op, fields: BTreeMap<FieldNum, Option<Value>>, wall_ms: i64) {
        self.stamp[on] = self.stamp[on].tick(wall_ms);
        let before = fold(&self.known[on]);
        let mut change = Change {
            seq: self.logs[on].len() as u64 + 1,
            hlc: self.stamp[on],
            author: 1,
            record: RecordId { device: DeviceId(0), n: 1 },
            kind: KindNum(1),
            op,
            unit: (op == Op::Create)
                .then(|| UnitKey { code: "20044".into(), valid_from: Day::from_number(0) }),
            fields,
            replaces: BTreeMap::new(),
            catalogue: 1,
            reason: None,
        };
        if let Some(before) = before {
            for (num, value) in change.fields.clone() {
                let write = Write(change.hlc, value.clone());
                change.replaces.insert(num, before.seen_by_edit(num, &write, Erasure::Hides));
                change.fields.extend(before.elements_said(num, value.as_ref()));
            }
        }
        self.saw[on][on] = change.seq;
        let made = Made { change, device: DeviceId(on as u64) };
        self.known[on].push(made.clone());
        self.logs[on].push(made);
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Write { on, field, all, wall_ms } => {
                let Some(before) = fold(&self.known[*on]) else { return };
                let new = value(*field, all);
                if before.fields.get(field) == new.as_ref() {
                    return;
                }
                self.log(*on, Op::Patch, BTreeMap::from([(*field, new)]), *wall_ms);
            }
            Step::Pull { to, from, n } => self.pull(*to, *from, *n),
        }
    }

    fn pull(&mut self, to: usize, from: usize, n: usize) {
        let seen = self.saw[to][from] as usize;
        let new: Vec<Made> = self.logs[from].iter().skip(seen).take(n).cloned().collect();
        if to != from {
            self.saw[to][from] += new.len() as u64;
            self.known[to].extend(new);
        }
    }

    fn run(steps: &[Step], first: &BTreeSet<i64>) -> Pcs {
        let mut pcs = Pcs::default();
        let fields = [CODES, LINES].map(|field| (field, value(field, first)));
        pcs.log(0, Op::Create, fields.into_iter().filter(|(_, value)| value.is_some()).collect(), 1_000);
        steps.iter().for_each(|step| pcs.take(step));
        pcs
    }

    fn all(&self) -> Vec<Made> {
        self.logs.concat()
    }
}

fn is_there(all: &[Made], field: FieldNum, element: i64) -> bool {
    let has =
        |made: &Made, num| elements(made.change.fields.get(&num).and_then(Option::as_ref)).contains(&element);
    let adds = |made: &Made| match made.change.op {
        Op::Create => has(made, field),
        _ => has(made, added(field)),
    };
    // Whoever edits beside a card did not decide about the list that waits there.
    let replaced = |later: &Made, device: DeviceId| {
        let own = (later.device == device).then(|| later.change.seq - 1);
        let is_earlier = |made: &&Made| made.device == later.device && made.change.seq <= later.change.seq;
        let earlier = all.iter().filter(is_earlier);
        let said = earlier.filter_map(|made| made.change.replaces.get(&field)).flatten();
        said.filter(|version| version.device == device).map(|version| version.seq).chain(own).max()
    };
    let has_seen = |later: &Made, made: &Made| replaced(later, made.device) >= Some(made.change.seq);
    let without = |made: &Made| {
        made.change.op == Op::Patch && made.change.fields.contains_key(&field) && !has(made, field)
    };
    all.iter()
        .filter(|made| adds(made))
        .any(|made| !all.iter().any(|other| without(other) && has_seen(other, made)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_order_an_element_is_there_when_nobody_who_saw_it_added_took_it_away(
        first in prop::collection::btree_set(0..6_i64, 0..4),
        steps in prop::collection::vec(step(), 0..30),
        order in prop::collection::vec(any::<prop::sample::Index>(), 90),
    ) {
        let pcs = Pcs::run(&steps, &first);
        let all = pcs.all();
        let state = fold(&all).expect("it was created");
        let mut shuffled = all.clone();
        for (i, index) in (0..shuffled.len()).zip(&order) {
            let other = index.index(shuffled.len());
            shuffled.swap(i, other);
        }
        shuffled.extend(all.iter().take(3).cloned());
        let other = fold(&shuffled).expect("it was created");
        prop_assert_eq!(&other, &state);

        let asked: Vec<FieldNum> = state.conflicts().iter().map(|conflict| conflict.field).collect();
        prop_assert!(!asked.contains(&CODES));
        for field in [CODES, LINES] {
            let shown = elements(state.fields.get(&field));
            let expected: BTreeSet<i64> = (0..6).filter(|n| is_there(&all, field, *n)).collect();
            if !asked.contains(&field) {
                prop_assert_eq!(shown, expected, "field {}", field.0);
                continue;
            }
            // Nothing is lost: what does not show is in one of the lists that wait.
            let sides = state.conflicts().into_iter().find(|one| one.field == field).expect("it asks");
            let told = sides.waiting.iter().filter_map(|version| state.value_of(field, *version).flatten());
            let told: BTreeSet<i64> = told.flat_map(|value| elements(Some(value))).chain(shown).collect();
            prop_assert!(expected.is_subset(&told), "{expected:?} of {told:?}");
        }
    }
}

fn two_at_once(field: FieldNum, one: &[i64], other: &[i64]) -> RecordState {
    let write =
        |on, all: &[i64]| Step::Write { on, field, all: all.iter().copied().collect(), wall_ms: 1_500 };
    let pull = Step::Pull { to: 1, from: 0, n: 9 };
    let pcs = Pcs::run(&[pull, write(0, one), write(1, other)], &BTreeSet::from([1, 2]));
    fold(&pcs.all()).expect("it was created")
}

#[test]
fn two_pcs_that_each_add_another_keep_both_and_ask_nothing() {
    for field in [CODES, LINES] {
        let state = two_at_once(field, &[1, 2, 3], &[1, 2, 4]);
        assert_eq!(elements(state.fields.get(&field)), BTreeSet::from([1, 2, 3, 4]));
        assert!(state.conflicts().is_empty());
    }
}

#[test]
fn one_takes_a_line_away_while_another_changes_another() {
    let state = two_at_once(LINES, &[2], &[1, 5]);
    assert_eq!(elements(state.fields.get(&LINES)), BTreeSet::from([5]));
    assert!(state.conflicts().is_empty());
}

#[test]
fn a_line_that_both_changed_is_asked_about() {
    let state = two_at_once(LINES, &[1, 3], &[1, 4]);
    assert_eq!(state.conflicts().len(), 1);
    assert_eq!(elements(state.fields.get(&LINES)).len(), 2);
}

#[test]
fn what_a_change_tells_stands_beyond_the_numbers_of_fields() {
    assert_eq!((added(CODES), removed(CODES)), (FieldNum(261), FieldNum(517)));
}
