//! A commune made one record of two: the province counts a household once, and twice when that is taken back.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde_json::json;
use sohoi_domain::change::same::SAME_AS;
use sohoi_domain::unit::UnitLevel;
use sohoi_domain::{Catalogue, Op, RecordId, Value, Version};
use sohoi_hub_db::story::{Pen, accept, unit};
use sohoi_hub_db::{Accepted, AccountRow, Enrolled, EnrolmentRow, HubDb, HubRow, NewDevice, SumQuery};
use sohoi_hub_db_sqlite::SqliteHub;

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));

fn hub(path: &Path, pens: &[&Pen]) -> SqliteHub {
    let hub = SqliteHub::create(path, CATALOGUE.clone()).expect("a new hub");
    let province = unit(&CATALOGUE, "46", "2026-01-01");
    let row = HubRow { secret_key: [42; 32], unit: province.clone(), created_at_ms: 0 };
    let password_hash = "$argon2id$".to_string();
    let account = AccountRow { name: "a".into(), password_hash, unit: province, created_at_ms: 0 };
    hub.init(&row, &account).expect("made");
    for (n, pen) in (1_u8..).zip(pens) {
        let code =
            EnrolmentRow { code_hash: [n; 32], unit: pen.unit.clone(), created_at_ms: 0, expires_at_ms: 9 };
        hub.add_enrolment(&code, "cli").expect("a code");
        let new = NewDevice {
            device: pen.device,
            public_key: pen.signer.public_key(),
            unit: pen.unit.clone(),
            token_hash: [n; 32],
            card: Vec::new(),
            now_ms: 1,
        };
        assert_eq!(hub.enrol(&[n; 32], &new).expect("an answer"), Enrolled::Done);
    }
    hub
}

fn send(hub: &SqliteHub, pen: &mut Pen) {
    let previous = pen.chain;
    let sealed = pen.seal();
    assert_eq!(accept(hub, pen, &sealed, &previous), Accepted::Stored);
}

// Number of the change that says so.
fn link(pen: &mut Pen, from: RecordId, to: Option<RecordId>, seen: &[Version]) -> Version {
    link_of("household", pen, (from, to), seen)
}

fn link_of(kind: &str, pen: &mut Pen, (from, to): (RecordId, Option<RecordId>), seen: &[Version]) -> Version {
    let mut change = pen.change(from, pen.kind(kind), Op::Patch);
    change.fields.insert(SAME_AS, to.map(Value::Ref));
    if !seen.is_empty() {
        change.replaces.insert(SAME_AS, seen.to_vec());
    }
    let version = Version { device: pen.device, seq: change.seq };
    pen.pending.push(change);
    version
}

fn household(pen: &mut Pen) -> RecordId {
    pen.create("household", json!({"head_name": "Test Person", "registered_on": "2018-02-01"}))
}

fn supported_household(pen: &mut Pen) -> RecordId {
    let household = household(pen);
    support(pen, household);
    household
}

fn support(pen: &mut Pen, household: RecordId) {
    let support = CATALOGUE.list("household_support_type").expect("a list").items[0].code.clone();
    pen.create(
        "household_support",
        json!({"household": household.to_string(), "supported_on": "2018-06-05", "support_type": support,
               "recognised_on": "2018-06-20", "class_before": "poor", "class_after": "average"}),
    );
}

fn counted(hub: &SqliteHub) -> i64 {
    figure(hub, "GN01")
}

fn figure(hub: &SqliteHub, code: &str) -> i64 {
    let period = CATALOGUE.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
    let indicator = CATALOGUE.indicator(code).expect("an indicator").num;
    let sums = hub.sums(&SumQuery { period, units: None }).expect("sums");
    sums.iter().filter(|sum| sum.indicator == indicator && sum.by.is_none()).map(|sum| sum.value).sum()
}

fn assert_whole(hub: &SqliteHub) {
    assert_eq!(hub.verify().expect("a replay").differences, vec![]);
}

#[test]
fn a_household_entered_twice_counts_once_when_merged_and_twice_when_that_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pen = Pen::new(&CATALOGUE, 1, unit(&CATALOGUE, "20044", "2018-06-01"));
    let hub = hub(&folder.path().join("hub.db"), &[&pen]);
    let (kept, other) = (supported_household(&mut pen), supported_household(&mut pen));
    send(&hub, &mut pen);
    assert_eq!(counted(&hub), 2);
    link(&mut pen, other, Some(kept), &[]);
    send(&hub, &mut pen);
    assert_eq!(counted(&hub), 1);
    assert_whole(&hub);
    link(&mut pen, other, None, &[]);
    send(&hub, &mut pen);
    assert_eq!(counted(&hub), 2);
    assert_whole(&hub);
}

#[test]
fn two_pcs_that_merge_both_ways_in_whatever_order_make_one_and_another_communes_record_is_left_alone() {
    for turn in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let town = || unit(&CATALOGUE, "20044", "2018-06-01");
        let mut pens = [1, 2].map(|secret| Pen::new(&CATALOGUE, secret, town()));
        let reach = sohoi_hub_db::scope(&CATALOGUE.units, &town());
        let stranger = CATALOGUE.units.iter().find(|unit| {
            let stands = unit.is_valid_on("2018-06-05".parse().expect("a day"));
            stands && unit.level == UnitLevel::Commune && !reach.contains(&unit.key())
        });
        let mut far = Pen::new(&CATALOGUE, 3, stranger.expect("another commune").key());
        let hub = hub(&folder.path().join("hub.db"), &[&pens[0], &pens[1], &far]);
        let made = [supported_household(&mut pens[0]), supported_household(&mut pens[1])];
        let theirs = supported_household(&mut far);
        pens.iter_mut().for_each(|pen| send(&hub, pen));
        send(&hub, &mut far);
        link(&mut pens[0], made[0], Some(made[1]), &[]);
        link(&mut pens[1], made[1], Some(made[0]), &[]);
        if turn {
            pens.iter_mut().rev().for_each(|pen| send(&hub, pen));
        } else {
            pens.iter_mut().for_each(|pen| send(&hub, pen));
        }
        assert_eq!(counted(&hub), 2, "one of this commune and the other's");
        link(&mut pens[0], made[0], Some(theirs), &[]);
        send(&hub, &mut pens[0]);
        assert_eq!(counted(&hub), 2);
        assert_whole(&hub);
    }
}

#[test]
fn a_household_that_two_communes_of_one_merger_entered_counts_once_when_the_merged_commune_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let merged = unit(&CATALOGUE, "20044", "2026-01-01");
    let stands = |unit: &&sohoi_domain::unit::Unit| unit.is_valid_on("2018-06-05".parse().expect("a day"));
    let before = CATALOGUE.units.with_predecessors(&merged);
    let siblings = before.iter().filter_map(|key| CATALOGUE.units.get(key)).filter(stands);
    let mut pens: Vec<Pen> =
        siblings.take(2).zip(1..).map(|(unit, secret)| Pen::new(&CATALOGUE, secret, unit.key())).collect();
    let [one, other] = &mut pens[..] else { panic!("a merger has two at least") };
    let hub = hub(&folder.path().join("hub.db"), &[one, other]);
    let (kept, gives_way) = (supported_household(one), household(other));
    send(&hub, other);
    support(one, gives_way);
    send(&hub, one);
    assert_eq!(counted(&hub), 2);
    link(other, gives_way, Some(kept), &[]);
    send(&hub, other);
    assert_eq!(counted(&hub), 1);
    assert_whole(&hub);
}

#[test]
fn a_woman_who_was_admitted_twice_is_one_member_once_both_pairs_are_one_and_two_when_that_is_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut pen = Pen::new(&CATALOGUE, 1, unit(&CATALOGUE, "20044", "2018-06-01"));
    let hub = hub(&folder.path().join("hub.db"), &[&pen]);
    let member = json!({"full_name": "Test Person", "joined_on": "2018-06-05", "status": "active"});
    let pairs = [0, 1].map(|_| {
        let member = pen.create("member", member.clone());
        let event = json!({"member": member.to_string(), "event": "admitted", "happened_on": "2018-06-05"});
        (member, pen.create("membership_event", event))
    });
    send(&hub, &mut pen);
    let members = |hub: &SqliteHub| ["HV01", "HV02"].map(|code| figure(hub, code));
    assert_eq!(members(&hub), [2; 2]);
    let [(kept, first), (other, second)] = pairs;
    let links = [("member", other, kept), ("membership_event", second, first)];
    let seen = links.map(|(kind, from, to)| link_of(kind, &mut pen, (from, Some(to)), &[]));
    send(&hub, &mut pen);
    assert_eq!(members(&hub), [1; 2]);
    assert_whole(&hub);
    for ((kind, from, _), seen) in links.into_iter().zip(seen) {
        link_of(kind, &mut pen, (from, None), &[seen]);
    }
    send(&hub, &mut pen);
    assert_eq!(members(&hub), [2; 2]);
    assert_whole(&hub);
}
