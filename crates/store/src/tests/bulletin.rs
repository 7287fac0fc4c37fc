//! What the province said is kept and done in one step, in its order, once.

use serde_json::json;
use sohoi_domain::catalogue::{FORMAT, Pack, Part, Published, Target};
use sohoi_domain::{FieldNum, Value};

use super::rig::{NOW_MS, Rig, catalogue, mediation, rig};
use crate::{BulletinEffect, BulletinRow, EnrolmentRow, Operation};

fn enrolled(hub: u8) -> Rig {
    let mut rig = rig();
    rig.enrol(hub);
    rig
}

impl Rig {
    fn enrol(&mut self, hub: u8) {
        let enrolment = EnrolmentRow {
            hub_url: String::new(),
            hub_key: [hub; 32],
            token: String::new(),
            province: "46".into(),
            hub_epoch: 1,
            enrolled_at_ms: NOW_MS,
        };
        let done = self.register.transact(Operation::Enrol, NOW_MS, |w| w.set_enrolment(&enrolment));
        done.expect("an enrolment");
    }

    fn take(&mut self, number: u64, effect: BulletinEffect) -> bool {
        let row = BulletinRow {
            number,
            kind: 1,
            made_at_ms: NOW_MS,
            received_at_ms: NOW_MS,
            applied: effect != BulletinEffect::Later,
            content: vec![number as u8],
            signature: [7; 64],
        };
        let taken =
            self.register.transact(Operation::BulletinTake, NOW_MS, |w| w.take_bulletin(&row, &effect));
        taken.expect("a bulletin").output
    }

    fn totals(&self) -> Vec<(Option<String>, Option<i64>)> {
        let targets = self.register.targets().expect("a read");
        targets.into_iter().map(|target| (target.unit, target.total)).collect()
    }
}

fn targets(unit: Option<&str>, totals: &[i64]) -> BulletinEffect {
    let target = |total: &i64| Target {
        total: Some(*total),
        per_unit: None,
        unit: unit.map(str::to_string),
        ..catalogue().targets[0].clone()
    };
    BulletinEffect::Targets { unit: unit.map(str::to_string), targets: totals.iter().map(target).collect() }
}

#[test]
fn targets_take_the_place_of_those_for_the_same_unit_and_nothing_counts_twice() {
    let mut rig = enrolled(1);
    assert!(rig.take(5, targets(None, &[1, 2])));
    assert!(rig.take(9, targets(Some("20044"), &[3])));
    assert!(rig.take(12, targets(None, &[4])));
    let now = [(Some("20044".to_string()), Some(3)), (None, Some(4))];
    assert_eq!(rig.totals(), now);
    for number in [5, 9, 11, 12] {
        assert!(!rig.take(number, targets(None, &[99])), "{number} is not after the last");
    }
    let rig = rig.reopened();
    assert_eq!((rig.totals().as_slice(), rig.register.bulletin_cursor().expect("a read")), (&now[..], 12));
    let numbers: Vec<u64> =
        rig.register.bulletins(&[], 10).expect("a read").into_iter().map(|row| row.number).collect();
    assert_eq!(numbers, [12, 9, 5]);
    rig.assert_clean();
}

#[test]
fn another_hub_begins_its_own_numbers_and_the_targets_of_the_old_one_are_gone() {
    let mut rig = enrolled(1);
    assert!(rig.take(5, targets(None, &[1])));
    rig.enrol(1);
    assert_eq!(rig.totals().len(), 1, "the same hub again");
    rig.enrol(2);
    assert_eq!((rig.totals().len(), rig.register.bulletin_cursor().expect("a read")), (0, 0));
    assert!(rig.take(2, targets(None, &[8])));
    assert!(!super::rig::rig().take(1, targets(None, &[8])), "and nobody speaks before enrolment");
}

#[test]
fn what_waits_for_a_newer_program_is_done_by_it_without_undoing_what_came_after() {
    let mut rig = enrolled(1);
    assert!(rig.take(5, BulletinEffect::Later));
    assert!(rig.take(6, targets(None, &[6])));
    assert_eq!(rig.register.n_bulletins_for_later().expect("a read"), 1);
    let all = [(5, targets(None, &[5])), (6, targets(None, &[6]))];
    let anew = rig.register.transact(Operation::BulletinTake, NOW_MS, |w| w.follow_bulletins_anew(&all));
    anew.expect("anew");
    assert_eq!(
        (rig.totals(), rig.register.n_bulletins_for_later().expect("a read")),
        (vec![(None, Some(6))], 0)
    );
}

fn release(version: u32, changes: &[(&str, &str, &str)]) -> Published {
    let changed = |path: &str, text: &str| {
        let text = if path == "catalogue.toml" {
            text.replace("version = 1\n", &format!("version = {version}\n"))
        } else {
            text.to_string()
        };
        changes
            .iter()
            .filter(|change| change.0 == path)
            .fold(text, |text, (_, from, to)| text.replacen(from, to, 1))
    };
    let files =
        Pack::embedded().files().map(|(path, text)| (path.to_string(), changed(path, text))).collect();
    Published { part: Part::Whole, version, format: FORMAT, files: Pack::new(files) }
}

const HOURS: (&str, &str, &str) = (
    "kinds/mediation.toml",
    "[[field]]\n",
    "[[field]]\nid = \"n_hours\"\nnum = 90\ntype = \"integer\"\nlabel = { vi = \"Số giờ\", en = \"Hours\" }\n\n[[field]]\n",
);

#[test]
fn a_published_catalogue_is_worked_with_and_a_field_that_was_kept_for_it_is_seen() {
    let mut rig = enrolled(1);
    let mut fields = mediation("2018-05-01", 4);
    fields.insert(FieldNum(90), Value::Int(3));
    let id = rig.add("mediation", fields);
    let kind = |rig: &Rig| rig.register.catalogue().kind("mediation").expect("a kind").clone();
    let shown = |rig: &Rig| {
        let record = rig.register.record(id).expect("a read").expect("a record");
        sohoi_domain::record::to_json(&kind(rig), &record.state.fields).get("n_hours").cloned()
    };
    assert_eq!(shown(&rig), None);
    assert!(rig.take(3, BulletinEffect::Release(release(2, &[HOURS]))));
    assert_eq!(rig.register.catalogue().version, 1, "not in the middle of something");
    assert!(rig.register.follow_releases().expect("it follows"));
    assert!(!rig.register.follow_releases().expect("nothing new"));
    assert_eq!((rig.register.catalogue().version, shown(&rig)), (2, Some(json!(3))));
    rig.assert_clean();

    // One that cannot be read changes nothing but what is said of it.
    let broken = release(3, &[HOURS, ("kinds/branch.toml", "[kind]", "[kind]\nshape = \"round\"")]);
    assert!(rig.take(4, BulletinEffect::Release(broken)));
    assert!(!rig.register.follow_releases().expect("it stays"));
    let rig = rig.reopened();
    assert_eq!((rig.register.catalogue().version, shown(&rig)), (2, Some(json!(3))));
    assert!(rig.register.is_behind_catalogue());
    rig.assert_clean();
}
