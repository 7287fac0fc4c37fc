//! Sums from rollups are those that the facts themselves add up to, for any period.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use serde_json::json;
use sohoi_domain::catalogue::{Measure, TimeKind};
use sohoi_domain::change::{RecordState, Terms, apply};
use sohoi_domain::fact::facts;
use sohoi_domain::figure::Window;
use sohoi_domain::{Catalogue, Change, Day, DeviceId, Period, PeriodKind, RecordId, Value};
use sohoi_hub_db::story::{Pen, accept, activity, unit};
use sohoi_hub_db::{Accepted, AccountRow, Enrolled, EnrolmentRow, HubDb, HubRow, NewDevice, SumQuery};
use sohoi_hub_db_sqlite::SqliteHub;

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));

type Sums = BTreeMap<(u16, Option<(usize, Option<String>)>), i64>;

#[derive(Clone, Debug)]
enum Step {
    Activity(i32, i64),
    Model(i32, Option<i32>, bool),
    Class(i32, u8),
    Patch(usize, i64),
    Erase(usize),
}

fn day(number: i32) -> String {
    Day::from_number(17_500 + number).to_string()
}

fn any_step() -> impl Strategy<Value = Step> {
    let days = 0_i32..500;
    prop_oneof![
        3 => (days.clone(), 0_i64..50).prop_map(|(day, n)| Step::Activity(day, n)),
        2 => (days.clone(), proptest::option::of(0_i32..200), any::<bool>()).prop_map(|(d, e, a)| Step::Model(d, e, a)),
        2 => (days, 0_u8..3).prop_map(|(day, who)| Step::Class(day, who)),
        1 => (any::<prop::sample::Index>(), 0_i64..50).prop_map(|(at, n)| Step::Patch(at.index(64), n)),
        1 => any::<prop::sample::Index>().prop_map(|at| Step::Erase(at.index(64))),
    ]
}

fn write(pen: &mut Pen, step: &Step, made: &mut Vec<(RecordId, u64)>) {
    match *step {
        Step::Activity(on, n) => {
            let id = pen.create("propaganda_activity", activity(&day(on), n));
            made.push((id, pen.pending.last().expect("written").seq));
        }
        Step::Model(from, lasts, art) => {
            let until = lasts.map(|days| day(from + days));
            let field = if art { "van_nghe" } else { "cong_dong" };
            pen.create(
                "model",
                json!({"name": "Mô hình", "field": field, "started_on": day(from), "ended_on": until, "state": "new"}),
            );
        }
        Step::Class(on, who) => {
            let trade = pen.catalogue.list("trade").expect("a list").items[usize::from(who) % 2].code.clone();
            let who = json!([{"full_name": format!("Người {who}"), "birth_year": 1990, "sex": "female"}]);
            pen.create(
                "vocational_training",
                json!({"class_name": "May", "trade": trade, "started_on": day(on), "role": "coordinated",
                       "trainees": who, "n_women_unnamed": 2}),
            );
        }
        Step::Patch(at, n) => {
            if let Some((id, seen)) = made.get(at) {
                pen.patch(*id, "propaganda_activity", "n_total", Value::Int(n), *seen);
            }
        }
        Step::Erase(at) => {
            if let Some((id, seen)) = made.get(at) {
                pen.erase(*id, "propaganda_activity", *seen);
            }
        }
    }
}

fn hub(pen: &Pen) -> (tempfile::TempDir, SqliteHub) {
    let folder = tempfile::tempdir().expect("a folder");
    let hub = SqliteHub::create(&folder.path().join("hub.db"), CATALOGUE.clone()).expect("a new hub");
    let unit = unit(&CATALOGUE, "46", "2026-01-01");
    let row = HubRow { secret_key: [42; 32], unit: unit.clone(), created_at_ms: 0 };
    let password_hash = "$argon2id$".to_string();
    hub.init(&row, &AccountRow { name: "a".into(), password_hash, unit, created_at_ms: 0 }).expect("made");
    let code =
        EnrolmentRow { code_hash: [1; 32], unit: pen.unit.clone(), created_at_ms: 0, expires_at_ms: 9 };
    hub.add_enrolment(&code, "cli").expect("a code");
    let new = NewDevice {
        card: Vec::new(),
        device: pen.device,
        public_key: pen.signer.public_key(),
        unit: pen.unit.clone(),
        token_hash: [1; 32],
        now_ms: 1,
    };
    assert_eq!(hub.enrol(&[1; 32], &new).expect("an answer"), Enrolled::Done);
    (folder, hub)
}

// The definition of a sum, without any table.
fn plainly(changes: &[Change], device: DeviceId, period: &Period) -> Sums {
    let mut states: BTreeMap<RecordId, RecordState> = BTreeMap::new();
    for change in changes {
        let terms = Terms::of(&CATALOGUE, change.kind);
        let state = apply(states.remove(&change.record), change, device, terms).expect("in order");
        states.insert(change.record, state);
    }
    let mut sums = Sums::new();
    let mut seen = BTreeSet::new();
    for fact in states.values().flat_map(|state| facts(&CATALOGUE, state)) {
        let indicator = CATALOGUE.indicators.iter().find(|i| i.num == fact.indicator).expect("known");
        let window = Window::of(indicator.time, period);
        let flows = indicator.time != TimeKind::Flow || fact.first >= window.lo;
        if !(fact.first <= window.hi && fact.last >= window.lo && flows) {
            continue;
        }
        let Measure::Records(measure) = &indicator.measure else { unreachable!("facts are of records") };
        let dimensions = (0..measure.by.len()).map(|i| Some((i, fact.dimensions[i].clone())));
        for by in std::iter::once(None).chain(dimensions) {
            let key = (fact.indicator, by);
            let counts =
                fact.subject == 0 || !indicator.is_distinct() || seen.insert((key.clone(), fact.subject));
            if counts {
                *sums.entry(key).or_default() += fact.value;
            }
        }
    }
    sums.retain(|_, value| *value != 0);
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]
    #[test]
    fn rollups_say_what_the_facts_say(
        steps in proptest::collection::vec(any_step(), 1..40),
        cuts in proptest::collection::vec((0_i32..600, 0_i32..300), 8),
    ) {
        let mut pen = Pen::new(&CATALOGUE, 1, unit(&CATALOGUE, "20044", "2018-06-01"));
        let (_folder, hub) = hub(&pen);
        let (mut made, mut all) = (Vec::new(), Vec::new());
        for part in steps.chunks(7) {
            part.iter().for_each(|step| write(&mut pen, step, &mut made));
            if !pen.pending.is_empty() {
                all.extend(pen.pending.clone());
                let previous = pen.chain;
                let sealed = pen.seal();
                prop_assert_eq!(accept(&hub, &pen, &sealed, &previous), Accepted::Stored);
            }
        }
        for (first, length) in cuts {
            let (first, last) = (Day::from_number(17_450 + first), Day::from_number(17_450 + first + length));
            let period = Period { kind: PeriodKind::Year, label: String::new(), first, last, due: last };
            let found: Sums = hub
                .sums(&SumQuery { period: &period, units: None })
                .expect("sums")
                .into_iter()
                .filter(|sum| sum.value != 0)
                .map(|sum| ((sum.indicator, sum.by), sum.value))
                .collect();
            prop_assert_eq!(found, plainly(&all, pen.device, &period), "from {} to {}", first, last);
        }
        prop_assert_eq!(hub.verify().expect("a replay").differences, []);
    }
}
