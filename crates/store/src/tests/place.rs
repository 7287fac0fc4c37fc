use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value as Json, json};
use sohoi_domain::catalogue::{Indicator, Measure};
use sohoi_domain::figure::{Sum, Window};
use sohoi_domain::{Period, RecordId};

use super::rig::{NOW_MS, Rig, catalogue, code, fields, member_json, rig};
use crate::{Operation, RecordQuery};

const FIELDS: [&str; 2] = ["branch", "hamlet"];

fn year() -> Period {
    let catalogue = catalogue();
    catalogue.calendar("calendar").and_then(|calendar| calendar.period("2018")).expect("a period").clone()
}

fn branch(rig: &mut Rig, name: &str, hamlet: &str) -> RecordId {
    let given = json!({"name": name, "hamlet": hamlet, "founded_on": "2010-01-01", "n_women_18": 40});
    rig.add("branch", fields("branch", given))
}

fn household(rig: &mut Rig, name: &str, more: Json) -> RecordId {
    let mut given = json!({"head_name": name, "registered_on": "2018-01-05"});
    given.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    rig.add("household", fields("household", given))
}

fn assessment(household: RecordId, branch: Option<RecordId>, day: u8) -> Json {
    json!({"household": household, "branch": branch, "assessed_on": format!("2018-05-{:02}", day % 28 + 1),
        "year": 2018, "criteria_set": "v2010_2014", "review": "passed"})
}

fn mediation(branch: Option<RecordId>, day: u8) -> Json {
    json!({"held_on": format!("2018-03-{:02}", day % 28 + 1), "topic": code("mediation_topic"), "branch": branch,
        "n_cases": u32::from(day) + 1, "n_settled": 1})
}

// Two women of three are the same in every class.
fn training(branch: Option<RecordId>, n: u8) -> Json {
    let woman = |name: String| json!({"full_name": name, "birth_year": 1990, "sex": "female"});
    let trainees = ["Kăn Một".to_string(), "Kăn Hai".to_string(), format!("Kăn Số {n}")].map(woman);
    json!({"class_name": "May", "trade": code("trade"), "started_on": format!("2018-07-{:02}", n % 28 + 1),
        "role": "coordinated", "n_women_unnamed": n % 3, "branch": branch, "trainees": trainees})
}

fn value(sums: &[Sum], indicator: &Indicator) -> i64 {
    sums.iter().filter(|sum| sum.indicator == indicator.num && sum.by.is_none()).map(|sum| sum.value).sum()
}

fn listed(
    rig: &Rig,
    indicator: &Indicator,
    period: &Period,
    place: Option<(&str, &str)>,
) -> BTreeSet<RecordId> {
    let query = RecordQuery {
        indicator: Some((indicator.num, Window::of(indicator.time, period))),
        place: place.map(|(field, value)| (field.to_string(), value.to_string())),
        limit: u32::MAX,
        ..RecordQuery::default()
    };
    let (records, n_total) = rig.register.records(&query).expect("records");
    assert_eq!(records.len() as u64, n_total);
    records.into_iter().map(|record| record.state.id).collect()
}

// The codes of each dimension come to the whole, as the places do.
fn dimensions_agree(sums: &[Sum], indicator: &Indicator) {
    let all = value(sums, indicator);
    for dimension in 0..indicator.by.len() {
        let of = |sum: &&Sum| sum.by.as_ref().is_some_and(|(at, _)| *at == dimension);
        let own = sums.iter().filter(|sum| sum.indicator == indicator.num).filter(of);
        let (together, code) = (own.map(|sum| sum.value).sum::<i64>(), &indicator.code);
        let agrees = if indicator.is_distinct() { together >= all } else { together == all };
        assert!(agrees, "{code} by {}: {together} of {all}", indicator.by[dimension]);
    }
}

// By every field, of every indicator: the places have the whole's records between them, each once; sums add up, and
// who counts once is in no place more often than in the whole.
fn agrees(rig: &Rig) {
    let (catalogue, period) = (catalogue(), year());
    let whole = rig.register.sums(&period).expect("sums");
    for field in FIELDS {
        let places = rig.register.sums_by_place(field, &period).expect("sums by place");
        for indicator in catalogue.indicators.iter().filter(|one| matches!(one.measure, Measure::Records(_)))
        {
            let code = &indicator.code;
            let parts: Vec<i64> = places.values().map(|sums| value(sums, indicator)).collect();
            let (all, together) = (value(&whole, indicator), parts.iter().sum::<i64>());
            places.values().chain([&whole]).for_each(|sums| dimensions_agree(sums, indicator));
            if indicator.is_distinct() {
                assert!(parts.iter().all(|part| *part <= all), "{code} by {field}: {parts:?} of {all}");
                assert!(together >= all, "{code} by {field}: {parts:?} of {all}");
            } else {
                assert_eq!(together, all, "{code} by {field}: {parts:?}");
            }
            // Where nothing counts there is nothing to list.
            if !whole.iter().any(|sum| sum.indicator == indicator.num) {
                continue;
            }
            let mut found = BTreeSet::new();
            for place in places.keys() {
                let there = listed(rig, indicator, &period, Some((field, place)));
                assert!(there.iter().all(|id| found.insert(*id)), "{code}: a record is at one place only");
            }
            assert_eq!(found, listed(rig, indicator, &period, None), "{code} by {field}");
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Assess(usize, Option<usize>, u8),
    Mediate(Option<usize>, u8),
    Train(Option<usize>, u8),
    Move(usize, usize),
    MergeHouseholds(usize, usize),
    MergeBranches(usize, usize),
    Erase(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let branch = || prop::option::of(0..4_usize);
    prop_oneof![
        4 => (0..6_usize, branch(), any::<u8>()).prop_map(|(of, at, n)| Step::Assess(of, at, n)),
        2 => (branch(), any::<u8>()).prop_map(|(at, n)| Step::Mediate(at, n)),
        2 => (branch(), any::<u8>()).prop_map(|(at, n)| Step::Train(at, n)),
        2 => (0..6_usize, 0..4_usize).prop_map(|(of, to)| Step::Move(of, to)),
        1 => (0..6_usize, 0..6_usize).prop_map(|(a, b)| Step::MergeHouseholds(a, b)),
        1 => (0..4_usize, 0..4_usize).prop_map(|(a, b)| Step::MergeBranches(a, b)),
        2 => (0..500_usize).prop_map(Step::Erase),
    ]
}

struct Village {
    rig: Rig,
    branches: Vec<RecordId>,
    households: Vec<RecordId>,
    made: Vec<RecordId>,
}

impl Village {
    fn settle() -> Village {
        let mut rig = rig();
        let branches: Vec<RecordId> =
            (0..4).map(|n| branch(&mut rig, &format!("Chi hội {n}"), &format!("Thôn {}", n % 3))).collect();
        let of = |n: usize| match n % 3 {
            0 => json!({"hamlet": format!("thôn {}", n % 2)}),
            1 => json!({"branch": branches[n % 4]}),
            _ => json!({}),
        };
        let households = (0..6).map(|n| household(&mut rig, &format!("Hộ {n}"), of(n))).collect();
        Village { rig, branches, households, made: Vec::new() }
    }

    fn add(&mut self, kind: &str, given: Json) {
        let id = self.rig.add(kind, fields(kind, given));
        self.made.push(id);
    }

    fn take(&mut self, step: &Step) {
        let at = |at: Option<usize>| at.map(|at| self.branches[at]);
        match *step {
            Step::Assess(of, on, n) => {
                let given = assessment(self.households[of], at(on), n);
                self.add("household_assessment", given);
            }
            Step::Mediate(on, n) => {
                let given = mediation(at(on), n);
                self.add("mediation", given);
            }
            Step::Train(on, n) => {
                let given = training(at(on), n);
                self.add("vocational_training", given);
            }
            Step::Move(of, to) => {
                let given = json!({"head_name": format!("Hộ {of}"), "registered_on": "2018-01-05",
                    "branch": self.branches[to]});
                let (id, given) = (self.households[of], fields("household", given));
                let register = &mut self.rig.register;
                register
                    .transact(Operation::RecordEdit, NOW_MS, |w| w.patch_record(id, given))
                    .expect("moved");
            }
            Step::MergeHouseholds(a, b) => self.merge(self.households[a], self.households[b]),
            Step::MergeBranches(a, b) => self.merge(self.branches[a], self.branches[b]),
            Step::Erase(n) => {
                if !self.made.is_empty() {
                    let id = self.made.swap_remove(n % self.made.len());
                    self.rig.erase(id, "ghi nhầm");
                }
            }
        }
    }

    // One that gave way already, or would go round in a circle, is refused and stays.
    fn merge(&mut self, other: RecordId, kept: RecordId) {
        let merge = |w: &mut crate::Writer| w.merge_records(other, kept);
        let _ = self.rig.register.transact(Operation::RecordMerge, NOW_MS, merge);
    }
}

#[test]
fn whatever_is_recorded_the_places_and_the_whole_agree() {
    // One register for all cases: making one costs a key derivation, and columns that are kept follow the changes.
    let village = RefCell::new(Village::settle());
    let config = ProptestConfig { cases: 15, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..12))| {
        let mut village = village.borrow_mut();
        for step in &steps {
            village.take(step);
        }
        agrees(&village.rig);
    });
    let village = village.into_inner();
    let fresh = village.rig.register.sums_by_place("hamlet", &year()).expect("sums");
    let reopened = village.rig.reopened();
    let again = reopened.register.sums_by_place("hamlet", &year()).expect("sums");
    assert_eq!(fresh, again, "what was kept is what is read");
}

#[test]
fn what_names_no_branch_is_where_it_is_about() {
    let mut rig = rig();
    let home = branch(&mut rig, "Chi hội A Đớt", "Thôn A Đớt");
    let other = branch(&mut rig, "Chi hội Pa Ris", "Pa Ris");
    let house = household(&mut rig, "Kăn Nghé", json!({"branch": home}));
    let mut given = member_json("Kăn Đượm", "2018-02-01");
    given["household"] = json!(house);
    let member = rig.add("member", fields("member", given));
    let event = json!({"member": member, "event": "admitted", "happened_on": "2018-02-01"});
    rig.add("membership_event", fields("membership_event", event));
    rig.add("household_assessment", fields("household_assessment", assessment(house, None, 1)));
    rig.add("household_assessment", fields("household_assessment", assessment(house, Some(other), 2)));
    rig.add("mediation", fields("mediation", mediation(None, 3)));

    let catalogue = catalogue();
    let of = |field: &str, indicator: &str| -> BTreeMap<String, i64> {
        let indicator = catalogue.indicator(indicator).expect("an indicator");
        let sums = rig.register.sums_by_place(field, &year()).expect("sums");
        let values = sums.iter().map(|(place, sums)| (place.clone(), value(sums, indicator)));
        values.filter(|(_, value)| *value != 0).collect()
    };
    let (home, other) = (home.to_string(), other.to_string());
    let places = |given: &[(&str, i64)]| -> BTreeMap<String, i64> {
        given.iter().map(|(place, n)| ((*place).to_string(), *n)).collect()
    };
    assert_eq!(of("branch", "HV01"), places(&[(&home, 1)]), "by the member's household");
    assert_eq!(
        of("branch", "GD01"),
        places(&[(&home, 1), (&other, 1)]),
        "one household, found at two places"
    );
    assert_eq!(of("hamlet", "GD01"), places(&[("thon a dot", 1)]), "by the household's branch");
    assert_eq!(of("hamlet", "HG01"), places(&[("", 4)]), "of the whole commune");
    assert_eq!(of("branch", "HV03B"), places(&[(&home, 40), (&other, 40)]), "a branch is at itself");
    let counts = rig.register.records_by_place("branch", &year()).expect("counts");
    assert_eq!((counts.get(&home), counts.get(&other), counts.get("")), (Some(&4), Some(&1), Some(&1)));
    let spelled = rig.register.spellings("hamlet").expect("spellings");
    assert_eq!(spelled.get("thon a dot").map(String::as_str), Some("Thôn A Đớt"));
}
