use proptest::prelude::*;
use sohoi_domain::{Fields, RecordId};

use super::rig::{NOW_MS, Rig, branch, mediation, member, rig};
use crate::{Operation, RecordQuery, StoreError, project};

#[derive(Clone, Debug)]
pub(super) enum Step {
    Create(usize, u8),
    Patch(usize, u8),
    Erase(usize),
    Restore(usize),
    // Some steps that are taken back together.
    Fail(usize, u8),
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let record = 0..500_usize;
    prop_oneof![
        3 => (0..3_usize, any::<u8>()).prop_map(|(kind, n)| Step::Create(kind, n)),
        4 => (record.clone(), any::<u8>()).prop_map(|(at, n)| Step::Patch(at, n)),
        2 => record.clone().prop_map(Step::Erase),
        2 => record.prop_map(Step::Restore),
        1 => (0..3_usize, any::<u8>()).prop_map(|(kind, n)| Step::Fail(kind, n)),
    ]
}

const KINDS: [&str; 3] = ["mediation", "member", "branch"];

fn fields(kind: usize, n: u8) -> Fields {
    let day = format!("2018-{:02}-{:02}", n % 12 + 1, n % 28 + 1);
    match kind {
        0 => mediation(&day, u32::from(n) + 1),
        1 => member(&format!("Kăn Thử {n}"), &day),
        _ => branch(&format!("Chi hội {n}"), &day),
    }
}

pub(super) fn take(rig: &mut Rig, made: &mut Vec<(RecordId, usize)>, step: &Step) {
    let at = |at: usize| (!made.is_empty()).then(|| made[at % made.len()]);
    let register = &mut rig.register;
    let done = match *step {
        Step::Create(kind, n) => {
            made.push((rig.add(KINDS[kind], fields(kind, n)), kind));
            Ok(())
        }
        Step::Patch(i, n) => at(i).map_or(Ok(()), |(id, kind)| {
            register
                .transact(Operation::RecordEdit, NOW_MS, |w| w.patch_record(id, fields(kind, n)))
                .map(|_| ())
        }),
        Step::Erase(i) => at(i).map_or(Ok(()), |(id, _)| {
            register.transact(Operation::RecordErase, NOW_MS, |w| w.erase_record(id, None)).map(|_| ())
        }),
        Step::Restore(i) => at(i).map_or(Ok(()), |(id, _)| {
            register.transact(Operation::RecordRestore, NOW_MS, |w| w.restore_record(id)).map(|_| ())
        }),
        Step::Fail(kind, n) => {
            let unit = super::rig::unit();
            let failed = register.transact(Operation::RecordAdd, NOW_MS, |w| {
                let id = w.create_record(KINDS[kind], unit, fields(kind, n))?;
                w.erase_record(id, None)?;
                Err::<(), _>(StoreError::NotValidUnit)
            });
            assert!(failed.is_err());
            Ok(())
        }
    };
    assert!(matches!(done, Ok(()) | Err(StoreError::Erased)), "{done:?}");
}

#[test]
fn whatever_is_done_to_records_the_log_gives_the_same_again() {
    // One register for all cases: making one costs a key derivation.
    let rig = std::cell::RefCell::new(rig());
    let config = ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..25))| {
        let mut made = Vec::new();
        let mut rig = rig.borrow_mut();
        steps.iter().for_each(|step| take(&mut rig, &mut made, step));
        let verified = rig.register.verify().expect("a check");
        prop_assert!(verified.ok, "{:?}", verified.differences);
    });
    rig.into_inner().reopened().assert_clean();
}

// What every list and search of these words answers.
fn answers(rig: &Rig) -> Vec<(Vec<RecordId>, u64)> {
    let day = |text: &str| text.parse().expect("a day");
    let window = sohoi_domain::figure::Window { lo: day("2018-03-01"), hi: day("2018-09-30"), is_flow: true };
    let indicator = super::rig::catalogue().indicator("HG01").expect("an indicator").num;
    let narrow = |query: &RecordQuery| {
        [
            query.clone(),
            RecordQuery { kind: Some("branch".into()), ..query.clone() },
            RecordQuery { days: Some((day("2018-04-01"), day("2018-08-31"))), ..query.clone() },
            RecordQuery { indicator: Some((indicator, window)), ..query.clone() },
            RecordQuery { offset: 2, limit: 3, ..query.clone() },
        ]
    };
    let words = ["", "k", "thu 1", "Kan thử", "hội 2", "nothing"];
    let queries = words.map(|words| RecordQuery {
        search: Some(words.to_string()).filter(|words| !words.is_empty()),
        limit: 30,
        ..RecordQuery::default()
    });
    let answer = |query: RecordQuery| {
        let (records, total) = rig.register.records(&query).expect("records");
        (records.into_iter().map(|record| record.state.id).collect(), total)
    };
    queries.iter().flat_map(narrow).map(answer).collect()
}

#[test]
fn a_search_answers_as_if_the_index_had_just_been_made_of_all_records() {
    // Records of earlier cases are edited in later ones, when their words have long been indexed.
    let state = std::cell::RefCell::new((rig(), Vec::new()));
    let config = ProptestConfig { cases: 30, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..25))| {
        let (rig, made) = &mut *state.borrow_mut();
        steps.iter().for_each(|step| take(rig, made, step));
        let found = answers(rig);
        let tx = rig.register.conn.unchecked_transaction().expect("a transaction");
        project::project_all(rig.register.view()).expect("all of it anew");
        prop_assert_eq!(&answers(rig), &found);
        tx.rollback().expect("as it was before");
        prop_assert_eq!(&answers(rig), &found);
    });
    state.into_inner().0.assert_clean();
}
