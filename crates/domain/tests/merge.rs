//! Devices that edit one record and exchange their changes in any order: all come to the same, and nothing
//! that was written is lost.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use sohoi_domain::change::{Erasure, Ranks, RecordState, Terms, WHOLE_RECORD, Write, apply};
use sohoi_domain::{Change, Day, DeviceId, FieldNum, Hlc, KindNum, Op, RecordId, UnitKey, Value, Version};

const FIELDS: u16 = 3;
/// The last field is a state; two of its codes are as far as each other, and one is of a newer catalogue.
const STATE: FieldNum = FieldNum(FIELDS);
const STATES: [&str; 3] = ["planned", "done", "unknown"];

static RANKS: LazyLock<Ranks> = LazyLock::new(|| {
    let codes = [("planned", 0), ("done", 1), ("cancelled", 1)];
    Ranks::from([(STATE, codes.map(|(code, rank)| (code.to_string(), rank)).into())])
});

fn terms(erasure: Erasure) -> Terms<'static> {
    Terms::from(erasure).ranked(&RANKS)
}

fn value(num: FieldNum, n: i64) -> Value {
    match num {
        STATE => Value::Code(STATES.get(n as usize).map_or("cancelled", |code| code).to_string()),
        _ => Value::Int(n),
    }
}

#[derive(Clone, Debug)]
enum Step {
    // Fields get values out of few, so that two devices often agree.
    Edit { on: usize, fields: Vec<(u16, Option<i64>)>, wall_ms: i64 },
    Erase { on: usize, wall_ms: i64 },
    Restore { on: usize, wall_ms: i64 },
    Decide { on: usize, which: usize, version: usize, wall_ms: i64 },
    // Some of the changes that one device made and the other does not have.
    Pull { to: usize, from: usize, n: usize },
}

// A clock may stand in 2009, be right, or be a lifetime ahead.
fn wall() -> impl Strategy<Value = i64> {
    prop_oneof![3 => 1_000_i64..1_020, 1 => 0_i64..5, 1 => 4_000_000_i64..4_000_010]
}

fn step() -> impl Strategy<Value = Step> {
    let on = 0..4_usize;
    let value = prop_oneof![4 => (0..4_i64).prop_map(Some), 1 => Just(None)];
    let fields = prop::collection::vec((1..=FIELDS, value), 1..3);
    prop_oneof![
        5 => (on.clone(), fields, wall()).prop_map(|(on, fields, wall_ms)| Step::Edit { on, fields, wall_ms }),
        1 => (on.clone(), wall()).prop_map(|(on, wall_ms)| Step::Erase { on, wall_ms }),
        1 => (on.clone(), wall()).prop_map(|(on, wall_ms)| Step::Restore { on, wall_ms }),
        2 => (on.clone(), any::<usize>(), any::<usize>(), wall())
            .prop_map(|(on, which, version, wall_ms)| Step::Decide { on, which, version, wall_ms }),
        6 => (on.clone(), on, 1..4_usize).prop_map(|(to, from, n)| Step::Pull { to, from, n }),
    ]
}

/// A change, whose it is, and how much of each device it saw.
#[derive(Clone, Debug)]
struct Made {
    change: Change,
    device: usize,
    saw: Vec<u64>,
}

impl Made {
    fn has_seen(&self, version: Version) -> bool {
        self.saw[version.device.0 as usize] >= version.seq
    }

    fn version(&self) -> Version {
        Version { device: DeviceId(self.device as u64), seq: self.change.seq }
    }
}

#[derive(Clone, Debug, Default)]
struct Pc {
    // In the order in which they came; of each device in its own order.
    known: Vec<Made>,
    saw: Vec<u64>,
    stamp: Hlc,
}

struct Commune {
    pcs: Vec<Pc>,
    logs: Vec<Vec<Made>>,
    erasure: Erasure,
}

fn fold<'a>(changes: impl IntoIterator<Item = &'a Made>, erasure: Erasure) -> Option<RecordState> {
    fold_under(changes, terms(erasure))
}

/// Takes changes in this order, each that comes before the create after it.
fn fold_under<'a>(changes: impl IntoIterator<Item = &'a Made>, terms: Terms) -> Option<RecordState> {
    let mut state = None;
    let mut early = Vec::new();
    for made in changes {
        let device = DeviceId(made.device as u64);
        match apply(state.clone(), &made.change, device, terms) {
            Ok(after) => state = Some(after),
            Err(_) => early.push(made),
        }
    }
    early.into_iter().fold(state, |state, made| {
        state.map(|state| {
            apply(Some(state), &made.change, DeviceId(made.device as u64), terms).expect("it follows")
        })
    })
}

impl Commune {
    fn new(n_devices: usize, erasure: Erasure) -> Commune {
        let pc = Pc { saw: vec![0; n_devices], ..Pc::default() };
        let mut commune = Commune { pcs: vec![pc; n_devices], logs: vec![Vec::new(); n_devices], erasure };
        let mut create = commune.next(0, Op::Create, 1_000);
        create.unit = Some(UnitKey { code: "20044".into(), valid_from: Day::from_number(0) });
        create.fields = (1..FIELDS).map(|num| (FieldNum(num), Some(Value::Int(9)))).collect();
        commune.log(0, create);
        commune
    }

    fn state(&self, on: usize) -> Option<RecordState> {
        fold(&self.pcs[on].known, self.erasure)
    }

    fn next(&mut self, on: usize, op: Op, wall_ms: i64) -> Change {
        let pc = &mut self.pcs[on];
        pc.stamp = pc.stamp.tick(wall_ms);
        Change {
            seq: self.logs[on].len() as u64 + 1,
            hlc: pc.stamp,
            author: 1,
            record: RecordId { device: DeviceId(0), n: 1 },
            kind: KindNum(1),
            op,
            unit: None,
            fields: BTreeMap::new(),
            replaces: BTreeMap::new(),
            catalogue: 1,
            reason: None,
        }
    }

    fn log(&mut self, on: usize, change: Change) {
        let pc = &mut self.pcs[on];
        pc.saw[on] = change.seq;
        let made = Made { change, device: on, saw: pc.saw.clone() };
        pc.known.push(made.clone());
        self.logs[on].push(made);
    }

    fn take(&mut self, step: &Step) -> TestCaseResult {
        let n = self.pcs.len();
        match step {
            Step::Edit { on, fields, wall_ms } => self.edit(on % n, fields, *wall_ms),
            Step::Erase { on, wall_ms } => self.erase(on % n, *wall_ms),
            Step::Restore { on, wall_ms } => self.restore(on % n, *wall_ms),
            Step::Decide { on, which, version, wall_ms } => self.decide(on % n, (*which, *version), *wall_ms),
            Step::Pull { to, from, n: count } => {
                self.pull(to % n, from % n, *count);
                Ok(())
            }
        }
    }

    fn edit(&mut self, on: usize, fields: &[(u16, Option<i64>)], wall_ms: i64) -> TestCaseResult {
        let Some(before) = self.state(on).filter(|state| !state.erased) else { return Ok(()) };
        let mut change = self.next(on, Op::Patch, wall_ms);
        for (num, n) in fields {
            let num = FieldNum(*num);
            let write = Write(change.hlc, n.map(|n| value(num, n)));
            change.replaces.insert(num, before.seen_by_edit(num, &write, terms(self.erasure)));
            change.fields.insert(num, write.1);
        }
        self.log(on, change.clone());
        let after = self.state(on).expect("it was there before");
        // What she typed is what she sees, whatever any clock says.
        for (num, value) in &change.fields {
            prop_assert_eq!(after.fields.get(num), value.as_ref());
        }
        prop_assert!(!after.erased);
        Ok(())
    }

    fn erase(&mut self, on: usize, wall_ms: i64) -> TestCaseResult {
        let Some(before) = self.state(on).filter(|state| !state.erased) else { return Ok(()) };
        let mut change = self.next(on, Op::Erase, wall_ms);
        change.replaces.insert(WHOLE_RECORD, before.seen_by_erase());
        self.log(on, change);
        prop_assert!(self.state(on).is_some_and(|state| state.erased && state.conflicts().is_empty()));
        Ok(())
    }

    fn restore(&mut self, on: usize, wall_ms: i64) -> TestCaseResult {
        let hidden = |state: &RecordState| state.erased && self.erasure == Erasure::Hides;
        let Some(before) = self.state(on).filter(hidden) else { return Ok(()) };
        let mut change = self.next(on, Op::Restore, wall_ms);
        change.replaces.insert(WHOLE_RECORD, before.seen_by_restore());
        self.log(on, change);
        prop_assert!(self.state(on).is_some_and(|state| !state.erased));
        Ok(())
    }

    fn decide(&mut self, on: usize, (which, version): (usize, usize), wall_ms: i64) -> TestCaseResult {
        let Some(before) = self.state(on) else { return Ok(()) };
        let conflicts = before.conflicts();
        let Some(conflict) = conflicts.get(which % conflicts.len().max(1)) else { return Ok(()) };
        let choices: Vec<Version> = [conflict.shown].into_iter().chain(conflict.waiting.clone()).collect();
        let choice = choices[version % choices.len()];
        let num = conflict.field;
        let change = if num != WHOLE_RECORD {
            let mut change = self.next(on, Op::Patch, wall_ms);
            let value = before.value_of(num, choice);
            prop_assert!(value.is_some());
            change.fields.insert(num, value.flatten().cloned());
            change.replaces.insert(num, before.seen_by_decision(num));
            change
        } else if before.erased || choice != conflict.shown {
            let mut change = self.next(on, Op::Erase, wall_ms);
            change.replaces.insert(WHOLE_RECORD, before.seen_by_erase());
            change
        } else {
            let mut change = self.next(on, Op::Restore, wall_ms);
            change.replaces.insert(WHOLE_RECORD, before.seen_by_restore());
            change
        };
        let value = change.fields.get(&num).cloned();
        self.log(on, change);
        let after = self.state(on).expect("it was there before");
        prop_assert!(after.conflicts().iter().all(|left| left.field != num));
        if let Some(value) = value {
            prop_assert_eq!(after.fields.get(&num), value.as_ref());
        }
        Ok(())
    }

    fn pull(&mut self, to: usize, from: usize, n: usize) {
        if to == from {
            return;
        }
        let seen = self.pcs[to].saw[from] as usize;
        let new: Vec<Made> = self.logs[from].iter().skip(seen).take(n).cloned().collect();
        let pc = &mut self.pcs[to];
        pc.saw[from] += new.len() as u64;
        pc.known.extend(new);
    }

    fn all(&self) -> Vec<Made> {
        self.logs.concat()
    }
}

// Every written value shows, waits, or was written over by somebody who had seen it.
fn assert_nothing_is_lost(all: &[Made], state: &RecordState) -> TestCaseResult {
    for made in all.iter().filter(|made| matches!(made.change.op, Op::Create | Op::Patch)) {
        for (num, value) in &made.change.fields {
            let version = made.version();
            let writes = all.iter().filter(|other| other.change.fields.contains_key(num));
            let mut over = writes.filter(|other| other.version() != version && other.has_seen(version));
            match state.value_of(*num, version) {
                None => prop_assert!(over.any(|_| true), "{version:?} of {num:?} is lost"),
                Some(kept) => {
                    prop_assert_eq!(kept, value.as_ref());
                    let shows = state.fields.get(num) == value.as_ref();
                    let waits = state
                        .conflicts()
                        .iter()
                        .any(|conflict| conflict.field == *num && conflict.waiting.contains(&version));
                    prop_assert!(shows || waits || state.erased, "{version:?} of {num:?} is not told");
                }
            }
        }
    }
    Ok(())
}

// Of the states that nobody wrote over none is further on than the one that shows, whatever the clocks say.
fn assert_furthest_shows(all: &[Made], state: &RecordState) -> TestCaseResult {
    let rank = |value: Option<&Value>| RANKS[&STATE].get(value?.as_code()?).copied();
    let shown = rank(state.fields.get(&STATE));
    for made in all.iter().filter(|made| made.change.fields.contains_key(&STATE)) {
        if let Some(value) = state.value_of(STATE, made.version()) {
            prop_assert!(rank(value) <= shown, "{value:?} stands behind {:?}", state.fields.get(&STATE));
        }
    }
    Ok(())
}

// An erase hides what it, or an erase that it saw, had seen; an edit that none of them saw keeps the record.
fn assert_erased_as_seen(all: &[Made], state: &RecordState) -> TestCaseResult {
    let is = |op: Op| move |made: &&Made| made.change.op == op;
    let later = |made: &Made| {
        let by = |other: &&Made| matches!(other.change.op, Op::Erase | Op::Restore);
        all.iter().filter(by).any(|other| other.version() != made.version() && other.has_seen(made.version()))
    };
    let live: Vec<&Made> = all.iter().filter(is(Op::Erase)).filter(|made| !later(made)).collect();
    let edits: Vec<&Made> = all.iter().filter(|made| made.change.op != Op::Erase).collect();
    let direct = |edit: &Made| live.iter().any(|erase| erase.has_seen(edit.version()));
    let through = |edit: &Made| {
        let seen = all.iter().filter(is(Op::Erase)).filter(|erase| direct(erase));
        direct(edit) || seen.into_iter().any(|erase| erase.has_seen(edit.version()))
    };
    if live.is_empty() || edits.iter().any(|edit| !through(edit)) {
        prop_assert!(!state.erased);
    }
    if !live.is_empty() && edits.iter().all(|edit| direct(edit)) {
        prop_assert!(state.erased);
    }
    let asks = state.conflicts().iter().any(|conflict| conflict.field == WHOLE_RECORD);
    prop_assert_eq!(asks, !live.is_empty() && !state.erased);
    Ok(())
}

fn erasure() -> impl Strategy<Value = Erasure> {
    prop_oneof![2 => Just(Erasure::Hides), 1 => Just(Erasure::Destroys)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changes_in_any_order_and_number_give_one_record_and_lose_nothing(
        n_devices in 1..=4_usize,
        erasure in erasure(),
        steps in prop::collection::vec(step(), 0..40),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..60),
        seed in any::<u64>(),
    ) {
        let mut commune = Commune::new(n_devices, erasure);
        for step in &steps {
            commune.take(step)?;
        }
        let all = commune.all();
        let reference = fold(&all, erasure).expect("it was created");

        // Every change once in some order, with some of them again in between.
        let mut shuffled = all.clone();
        let mut dice = seed;
        for i in (1..shuffled.len()).rev() {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(i, (dice >> 33) as usize % (i + 1));
        }
        for index in &order {
            let again = index.get(&all).clone();
            shuffled.insert(index.index(shuffled.len() + 1), again);
        }
        let other = fold(&shuffled, erasure).expect("it was created");
        prop_assert_eq!(&other, &reference);
        prop_assert_eq!(other.conflicts(), reference.conflicts());
        // Taken in under terms without ranks, and shown under these afterwards: a newer catalogue came.
        let unranked = fold_under(&shuffled, erasure.into()).expect("it was created");
        prop_assert_eq!(&unranked.under(terms(erasure)), &reference);

        if erasure == Erasure::Hides {
            assert_nothing_is_lost(&all, &reference)?;
            assert_furthest_shows(&all, &reference)?;
            assert_erased_as_seen(&all, &reference)?;
        } else if all.iter().any(|made| made.change.op == Op::Erase) {
            prop_assert!(reference.erased && reference.fields.is_empty());
        }
    }

    #[test]
    fn devices_that_have_everything_hold_the_same_record(
        n_devices in 2..=4_usize,
        erasure in erasure(),
        steps in prop::collection::vec(step(), 0..40),
    ) {
        let mut commune = Commune::new(n_devices, erasure);
        for step in &steps {
            commune.take(step)?;
        }
        for to in 0..n_devices {
            (0..n_devices).for_each(|from| commune.pull(to, from, usize::MAX));
        }
        let first = commune.state(0);
        for on in 1..n_devices {
            prop_assert_eq!(&commune.state(on), &first);
        }
    }
}

#[test]
fn an_erase_that_has_only_heard_of_another_hides_no_edit_that_was_before_that_one() {
    let edit = vec![(1, Some(0))];
    let steps = [
        Step::Pull { to: 2, from: 0, n: 1 },
        Step::Edit { on: 2, fields: edit, wall_ms: 1_000 },
        Step::Pull { to: 3, from: 0, n: 1 },
        Step::Erase { on: 2, wall_ms: 1_000 },
        Step::Pull { to: 0, from: 2, n: 2 },
        Step::Restore { on: 0, wall_ms: 1_000 },
        // The restore names the erase; neither that nor the edit has come to this one.
        Step::Pull { to: 3, from: 0, n: 1 },
        Step::Erase { on: 3, wall_ms: 1_000 },
    ];
    let mut commune = Commune::new(4, Erasure::Hides);
    steps.iter().for_each(|step| commune.take(step).expect("it holds on each device"));
    let state = fold(&commune.all(), Erasure::Hides).expect("it was created");
    assert_erased_as_seen(&commune.all(), &state).expect("the edit keeps the record");
    assert!(!state.erased);
    assert_eq!(state.conflicts().len(), 1);
}

#[test]
fn of_two_states_that_did_not_see_each_other_the_one_that_is_further_on_shows_and_the_other_waits() {
    let state = |n: i64, wall_ms: i64, on: usize| Step::Edit { on, fields: vec![(FIELDS, Some(n))], wall_ms };
    let mut commune = Commune::new(3, Erasure::Hides);
    let pull = |to: usize, from: usize| Step::Pull { to, from, n: 9 };
    // Done by a clock of long ago, planned by one that is ahead.
    let steps = [pull(1, 0), state(1, 3, 0), state(0, 4_000_000, 1), pull(1, 0)];
    steps.iter().for_each(|step| commune.take(step).expect("it holds on each device"));
    let both = commune.state(1).expect("it was created");
    assert_eq!(both.fields.get(&STATE), Some(&value(STATE, 1)));
    let asked = both.conflicts();
    assert_eq!(asked.len(), 1);
    assert_eq!(both.value_of(STATE, asked[0].waiting[0]), Some(Some(&value(STATE, 0))));
    // Whoever has seen it may take it back, and that stands.
    let steps = [state(0, 5, 1), pull(0, 1)];
    steps.iter().for_each(|step| commune.take(step).expect("it holds on each device"));
    assert_eq!(commune.state(0), commune.state(1));
    assert_eq!(commune.state(0).and_then(|state| state.fields.get(&STATE).cloned()), Some(value(STATE, 0)));
}
