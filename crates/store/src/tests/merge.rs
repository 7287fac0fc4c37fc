use proptest::prelude::*;
use sohoi_domain::change::WHOLE_RECORD;
use sohoi_domain::{DeviceId, Fields, RecordId, Value};
use tempfile::TempDir;

use super::rig::{
    NOW_MS, add, branch, catalogue, fields as checked, mediation, member, member_json, new_register, unit,
};
use crate::{NewRegister, Operation, Register, StoreError, StoredRecord, Writer};

const PIN: &str = "274189";
const N: usize = 3;
// One clock is right, one lost its battery, one is far ahead.
const SKEW_MS: [i64; N] = [0, -283_000_000_000, 2_500_000_000_000];
const KINDS: [&str; 3] = ["mediation", "member", "branch"];

/// The PCs of one commune.
pub(super) struct Commune {
    pub(super) pcs: Vec<Register>,
    pub(super) made: Vec<(RecordId, usize)>,
    now_ms: i64,
    _homes: Vec<TempDir>,
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Create { on: usize, kind: usize, n: u8 },
    Patch { on: usize, at: usize, n: u8 },
    Erase { on: usize, at: usize },
    Restore { on: usize, at: usize },
    Decide { on: usize, which: usize, side: usize },
    Same { on: usize, at: usize, to: usize },
    Apart { on: usize, at: usize },
    Pull { to: usize, from: usize, n: usize },
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let (on, at) = (0..N, 0..6_usize);
    prop_oneof![
        2 => (on.clone(), 0..KINDS.len(), 0..9_u8).prop_map(|(on, kind, n)| Step::Create { on, kind, n }),
        6 => (on.clone(), at.clone(), 0..9_u8).prop_map(|(on, at, n)| Step::Patch { on, at, n }),
        1 => (on.clone(), at.clone()).prop_map(|(on, at)| Step::Erase { on, at }),
        1 => (on.clone(), at.clone()).prop_map(|(on, at)| Step::Restore { on, at }),
        2 => (on.clone(), at.clone(), at.clone()).prop_map(|(on, at, to)| Step::Same { on, at, to }),
        1 => (on.clone(), at).prop_map(|(on, at)| Step::Apart { on, at }),
        1 => (on.clone(), any::<usize>(), any::<usize>())
            .prop_map(|(on, which, side)| Step::Decide { on, which, side }),
        5 => (on.clone(), on, 1..5_usize).prop_map(|(to, from, n)| Step::Pull { to, from, n }),
    ]
}

fn fields(kind: usize, n: u8) -> Fields {
    let day = format!("2018-{:02}-{:02}", n % 3 + 1, n % 2 + 1);
    match kind {
        0 => in_programmes(mediation(&day, u32::from(n % 4) + 1), n),
        1 => {
            let mut json = member_json(&format!("Kăn Thử {}", n % 4), &day);
            json["status"] = ["active", "left", "dead"][usize::from(n % 3)].into();
            checked("member", json)
        }
        _ => branch(&format!("Chi hội {}", n % 4), &day),
    }
}

// Those of which the bit is set.
fn in_programmes(mut fields: Fields, bits: u8) -> Fields {
    let catalogue = catalogue();
    let field = catalogue.kind("mediation").and_then(|kind| kind.field("programmes")).expect("a field");
    let programmes = catalogue.list("programme").expect("a list").items.iter().zip(0..8);
    let chosen = programmes.filter(|(_, bit)| bits >> bit & 1 == 1).map(|(item, _)| item.code.clone());
    let mut chosen: Vec<String> = chosen.collect();
    chosen.sort();
    if !chosen.is_empty() {
        fields.insert(field.num, Value::Codes(chosen));
    }
    fields
}

impl Commune {
    pub(super) fn new() -> Commune {
        let homes: Vec<TempDir> = (0..N).map(|_| tempfile::tempdir().expect("a folder")).collect();
        let create = |(home, n): (&TempDir, u64)| {
            let new = NewRegister { device: DeviceId(0xfedc_0000_0000_0000 + n), ..new_register(PIN) };
            Register::create(home.path(), catalogue(), new).expect("a new register").0
        };
        let pcs = homes.iter().zip(1..).map(create).collect();
        Commune { pcs, made: Vec::new(), now_ms: NOW_MS, _homes: homes }
    }

    fn transact<T>(
        &mut self,
        on: usize,
        f: impl FnOnce(&mut Writer) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.now_ms += 1_000;
        let now_ms = self.now_ms + SKEW_MS[on];
        self.pcs[on].transact(Operation::RecordEdit, now_ms, f).map(|done| done.output)
    }

    pub(super) fn take(&mut self, step: &Step) {
        let at = |at: usize| {
            (!self.made.is_empty()).then(|| self.made[self.made.len() - 1 - at % self.made.len()])
        };
        let done = match *step {
            Step::Create { on, kind, n } => {
                let made = self.transact(on, |w| w.create_record(KINDS[kind], unit(), fields(kind, n)));
                made.map(|id| self.made.push((id, kind)))
            }
            Step::Patch { on, at: i, n } => at(i).map_or(Ok(()), |(id, kind)| {
                self.transact(on, |w| w.patch_record(id, fields(kind, n)).map(|_| ()))
            }),
            Step::Erase { on, at: i } => {
                at(i).map_or(Ok(()), |(id, _)| self.transact(on, |w| w.erase_record(id, None)))
            }
            Step::Restore { on, at: i } => {
                at(i).map_or(Ok(()), |(id, _)| self.transact(on, |w| w.restore_record(id)))
            }
            Step::Same { on, at: i, to } => {
                let pair = at(i).zip(at(to)).filter(|((_, kind), (_, other))| kind == other);
                pair.map_or(Ok(()), |((id, _), (kept, _))| self.transact(on, |w| w.merge_records(id, kept)))
            }
            Step::Apart { on, at: i } => {
                at(i).map_or(Ok(()), |(id, _)| self.transact(on, |w| w.unmerge_record(id)))
            }
            Step::Decide { on, which, side } => self.decide(on, which, side),
            Step::Pull { to, from, n } => {
                self.pull(to, from, n);
                Ok(())
            }
        };
        // Not there yet, or erased: what an officer is told.
        assert!(matches!(done, Ok(()) | Err(StoreError::Erased | StoreError::UnknownRecord)), "{done:?}");
    }

    pub(super) fn decide(&mut self, on: usize, which: usize, side: usize) -> Result<(), StoreError> {
        let conflicts = self.pcs[on].conflicts().expect("conflicts");
        let Some(conflict) = conflicts.get(which % conflicts.len().max(1)) else { return Ok(()) };
        let sides: Vec<_> = [&conflict.shown].into_iter().chain(&conflict.waiting).collect();
        let side = sides[side % sides.len()];
        self.transact(on, |w| w.resolve_conflict(conflict.record, conflict.field, side.version))?;
        let left = self.pcs[on].conflicts_of(conflict.record).expect("conflicts");
        assert!(
            left.iter().all(|left| left.field != conflict.field),
            "{conflict:#?} decided by {side:#?} left {left:#?}"
        );
        let record = self.pcs[on].record(conflict.record).expect("a read").expect("a record");
        if conflict.field != WHOLE_RECORD {
            assert_eq!(record.state.fields.get(&conflict.field), side.value.as_ref());
        }
        Ok(())
    }

    fn pull(&mut self, to: usize, from: usize, n: usize) {
        if to == from {
            return;
        }
        let device = self.pcs[from].identity().device;
        let seen = self.pcs[to].view().last_seq_of(device).expect("a number");
        let limit = u32::try_from(n).unwrap_or(u32::MAX);
        let changes = self.pcs[from].changes_after(seen, limit).expect("changes");
        let taken = self.transact(to, |w| {
            changes.iter().try_for_each(|change| w.apply_remote(change, device).map(|is_new| assert!(is_new)))
        });
        taken.expect("another device's changes are taken");
    }

    pub(super) fn pull_all(&mut self) {
        for to in 0..N {
            (0..N).for_each(|from| self.pull(to, from, usize::MAX));
        }
    }
}

fn pair() -> Commune {
    let mut commune = Commune::new();
    commune.pcs.truncate(2);
    commune
}

fn exchange(commune: &mut Commune) {
    commune.pull(0, 1, usize::MAX);
    commune.pull(1, 0, usize::MAX);
}

fn shared(commune: &mut Commune, kind: &str, fields: Fields) -> RecordId {
    let id = add(&mut commune.pcs[0], kind, fields);
    commune.pull(1, 0, usize::MAX);
    id
}

fn record(register: &Register, id: RecordId) -> StoredRecord {
    register.record(id).expect("a read").expect("a record")
}

fn phoned(phone: &str) -> Fields {
    let mut json = member_json("Kăn Thử", "2018-05-01");
    json["phone"] = phone.into();
    checked("member", json)
}

fn assert_clean(commune: &Commune) {
    for register in &commune.pcs {
        assert_eq!(register.verify().expect("a check").differences, Vec::<String>::new());
    }
}

#[test]
fn what_another_pc_typed_on_the_one_that_gave_way_is_asked_about_also_after_a_decision() {
    let mut commune = pair();
    let [a, b] = [0, 1].map(|_| shared(&mut commune, "member", phoned("0123")));
    commune.transact(0, |w| w.patch_record(b, phoned("0456"))).expect("edited");
    commune.transact(0, |w| w.merge_records(a, b)).expect("merged");
    let asked = commune.pcs[0].conflicts_of(b).expect("conflicts").remove(0);
    commune.transact(0, |w| w.resolve_conflict(b, asked.field, asked.shown.version)).expect("decided");
    commune.transact(1, |w| w.patch_record(a, phoned("0789")).map(|_| ())).expect("edited");
    exchange(&mut commune);
    for register in &commune.pcs {
        let asked = register.conflicts_of(b).expect("conflicts").remove(0);
        assert_eq!(asked.shown.value, Some(Value::Text("0456".into())));
        assert_eq!(asked.waiting[0].value, Some(Value::Text("0789".into())));
    }
    assert_clean(&commune);
}

#[test]
fn a_field_that_the_kept_one_had_and_emptied_is_asked_about() {
    for takes_other in [true, false] {
        let mut commune = pair();
        let [a, b] = [0, 1].map(|_| shared(&mut commune, "member", phoned("0123")));
        commune.transact(0, |w| w.patch_record(b, member("Kăn Thử", "2018-05-01"))).expect("emptied");
        commune.transact(0, |w| w.merge_records(a, b)).expect("merged");
        let asked = commune.pcs[0].conflicts_of(b).expect("conflicts").remove(0);
        let sides = [asked.shown.value.clone(), asked.waiting[0].value.clone()];
        assert_eq!(sides, [None, Some(Value::Text("0123".into()))]);
        let side = if takes_other { &asked.waiting[0] } else { &asked.shown };
        commune.transact(0, |w| w.resolve_conflict(b, asked.field, side.version)).expect("decided");
        exchange(&mut commune);
        for register in &commune.pcs {
            assert!(register.conflicts().expect("conflicts").is_empty());
            assert_eq!(record(register, b).state.fields.get(&asked.field), side.value.as_ref());
        }
        assert_clean(&commune);
    }
}

#[test]
fn two_records_that_each_gave_way_to_the_other_part_by_one_press() {
    let mut commune = pair();
    let [a, b] = [0, 1].map(|_| shared(&mut commune, "member", phoned("0123")));
    commune.transact(1, |w| w.merge_records(a, b)).expect("merged");
    commune.transact(0, |w| w.merge_records(b, a)).expect("merged");
    exchange(&mut commune);
    let shown = |commune: &Commune, id| commune.pcs[0].shown_id(id).expect("a read");
    let kept = shown(&commune, a);
    assert_eq!(shown(&commune, b), kept);
    let other = if kept == a { b } else { a };
    commune.transact(0, |w| w.unmerge_record(other)).expect("parted");
    exchange(&mut commune);
    for id in [a, b] {
        assert_eq!(
            commune.pcs.iter().map(|pc| pc.shown_id(id).expect("a read")).collect::<Vec<_>>(),
            [id; 2]
        );
    }
    assert_clean(&commune);
}

#[test]
fn what_was_erased_with_a_record_comes_back_with_it_when_an_edit_of_it_is_kept() {
    let mut commune = pair();
    let [a, b] = [0, 1].map(|_| shared(&mut commune, "mediation", mediation("2018-05-01", 3)));
    commune.transact(0, |w| w.merge_records(a, b)).expect("merged");
    exchange(&mut commune);
    commune.transact(0, |w| w.erase_record(b, None)).expect("erased");
    commune.transact(1, |w| w.patch_record(b, in_programmes(mediation("2018-05-01", 3), 1))).expect("edited");
    exchange(&mut commune);
    assert!(record(&commune.pcs[1], a).state.erased);
    let asked = commune.pcs[1].conflicts_of(b).expect("conflicts").remove(0);
    commune.transact(1, |w| w.resolve_conflict(b, WHOLE_RECORD, asked.shown.version)).expect("kept");
    exchange(&mut commune);
    for register in &commune.pcs {
        assert_eq!([a, b].map(|id| record(register, id).state.erased), [false; 2]);
        assert_eq!(register.shown_id(a).expect("a read"), b);
    }
    assert_clean(&commune);
}

#[test]
fn an_edit_survives_the_erase_of_another_pc_until_somebody_decides_and_the_decision_travels() {
    for keep in [true, false] {
        let mut commune = pair();
        let id = shared(&mut commune, "mediation", mediation("2018-05-01", 3));
        commune.transact(0, |w| w.erase_record(id, Some("ghi nhầm".into()))).expect("erased");
        commune.transact(1, |w| w.patch_record(id, mediation("2018-05-01", 5))).expect("edited");
        exchange(&mut commune);
        for register in &commune.pcs {
            let conflicts = register.conflicts_of(id).expect("conflicts");
            assert_eq!((record(register, id).state.erased, conflicts.len()), (false, 1));
            assert_eq!((conflicts[0].field, register.conflict_count().expect("a count")), (WHOLE_RECORD, 1));
        }
        let conflict = commune.pcs[0].conflicts_of(id).expect("conflicts").remove(0);
        let choice = if keep { conflict.shown.version } else { conflict.waiting[0].version };
        commune.transact(0, |w| w.resolve_conflict(id, WHOLE_RECORD, choice)).expect("decided");
        exchange(&mut commune);
        for register in &commune.pcs {
            assert_eq!(record(register, id).state.erased, !keep);
            assert!(register.conflicts().expect("conflicts").is_empty());
        }
        let reason = commune.pcs[1].history(id).expect("a history")[0].change.reason.clone();
        assert_eq!(reason.as_deref(), (!keep).then_some("ghi nhầm"));
        let gone = commune.transact(1, |w| w.resolve_conflict(id, WHOLE_RECORD, choice));
        assert!(matches!(gone, Err(StoreError::NoConflict)));
        assert_clean(&commune);
    }
}

#[test]
fn an_erased_member_stays_erased_everywhere_and_whoever_edited_her_meanwhile_is_told() {
    let mut commune = pair();
    let id = shared(&mut commune, "member", member("Kăn Thử", "2018-05-01"));
    commune.transact(0, |w| w.erase_record(id, Some("xin thôi".into()))).expect("erased");
    commune.transact(1, |w| w.patch_record(id, member("Kăn Muộn", "2018-05-01"))).expect("edited");
    exchange(&mut commune);
    for register in &commune.pcs {
        let record = record(register, id);
        assert!(record.meta.destroyed && record.state.erased && record.state.fields.is_empty());
        let history = register.history(id).expect("a history");
        assert!(history.iter().all(|stored| stored.destroyed && stored.change.fields.is_empty()));
        let conflicts = register.conflicts_of(id).expect("conflicts");
        assert!(conflicts[0].destroyed && conflicts[0].waiting[0].value.is_none());
    }
    let conflict = commune.pcs[1].conflicts_of(id).expect("conflicts").remove(0);
    let back = conflict.waiting[0].version;
    let refused = commune.transact(1, |w| w.resolve_conflict(id, WHOLE_RECORD, back));
    assert!(matches!(refused, Err(StoreError::Erased)));
    let stays = conflict.shown.version;
    commune.transact(1, |w| w.resolve_conflict(id, WHOLE_RECORD, stays)).expect("acknowledged");
    exchange(&mut commune);
    for register in &commune.pcs {
        assert_eq!(register.conflict_count().expect("a count"), 0);
    }
    assert_clean(&commune);
}

#[test]
fn names_do_not_wait_in_the_log_for_a_record_that_was_erased_before_it_arrived() {
    let mut commune = Commune::new();
    let id = shared(&mut commune, "member", member("Kăn Thử", "2018-05-01"));
    commune.transact(1, |w| w.patch_record(id, member("Kăn Sớm", "2018-05-01"))).expect("edited");
    commune.pull(2, 1, usize::MAX);
    assert!(commune.pcs[2].record(id).expect("a read").is_none());
    assert_eq!(commune.pcs[2].history(id).expect("a history").len(), 1);
    commune.transact(1, |w| w.erase_record(id, None)).expect("erased");
    commune.pull(2, 1, usize::MAX);
    let waiting = commune.pcs[2].history(id).expect("a history");
    assert!(waiting.iter().all(|stored| stored.destroyed && stored.change.fields.is_empty()));
    assert_clean(&commune);
    commune.pull_all();
    assert!(commune.pcs.iter().all(|register| record(register, id).meta.destroyed));
    assert_clean(&commune);
}

#[test]
fn what_two_pcs_add_to_a_field_and_what_one_takes_away_all_happens_and_nobody_is_asked() {
    let mut commune = pair();
    let day = mediation("2018-05-01", 3);
    let id = shared(&mut commune, "mediation", in_programmes(day.clone(), 0b0011));
    commune
        .transact(0, |w| w.patch_record(id, in_programmes(day.clone(), 0b0110)).map(|_| ()))
        .expect("edited");
    commune
        .transact(1, |w| w.patch_record(id, in_programmes(day.clone(), 0b1011)).map(|_| ()))
        .expect("edited");
    exchange(&mut commune);
    for register in &commune.pcs {
        assert_eq!(record(register, id).state.fields, in_programmes(day.clone(), 0b1110));
        assert!(register.conflicts().expect("conflicts").is_empty());
    }
    // Whoever edits the sum of both has seen both.
    commune
        .transact(0, |w| w.patch_record(id, in_programmes(day.clone(), 0b0100)).map(|_| ()))
        .expect("edited");
    exchange(&mut commune);
    for register in &commune.pcs {
        assert_eq!(record(register, id).state.fields, in_programmes(day.clone(), 0b0100));
    }
    assert_clean(&commune);
}

#[test]
fn a_record_of_one_pc_stores_nothing_for_merging() {
    let mut commune = pair();
    let id = shared(&mut commune, "mediation", mediation("2018-05-01", 3));
    commune.transact(0, |w| w.patch_record(id, mediation("2018-05-02", 4))).expect("edited");
    let body = |register: &Register| -> serde_json::Value {
        let text: String =
            register.conn.query_row("SELECT body FROM record", [], |row| row.get(0)).expect("a row");
        serde_json::from_str(&text).expect("JSON")
    };
    let keys: Vec<String> = body(&commune.pcs[0]).as_object().expect("an object").keys().cloned().collect();
    assert_eq!(keys, ["f", "v"]);
    commune.pull(1, 0, usize::MAX);
    assert_eq!(body(&commune.pcs[1]), body(&commune.pcs[0]));
}

#[test]
fn a_local_change_after_one_from_a_clock_ahead_is_the_last() {
    let mut commune = pair();
    let id = shared(&mut commune, "mediation", mediation("2018-05-01", 3));
    let ahead_ms = NOW_MS + 20 * 3_600_000;
    commune.pcs[1]
        .transact(Operation::RecordEdit, ahead_ms, |w| w.patch_record(id, mediation("2018-05-01", 4)))
        .expect("an edit");
    commune.pull(0, 1, usize::MAX);
    commune.transact(0, |w| w.patch_record(id, mediation("2018-05-01", 5))).expect("an edit");
    exchange(&mut commune);
    let own = commune.pcs[0].identity().device;
    for register in &commune.pcs {
        let record = record(register, id);
        assert_eq!((record.state.last.0.device, record.meta.author_device), (own, own));
        assert!(record.state.last.1.wall_ms() >= ahead_ms);
    }
}

#[test]
fn a_pseudonym_is_never_asked_about_and_follows_the_next_edit() {
    let mut commune = pair();
    let exemplar = |name: &str| {
        let [subject, field, stage] =
            ["exemplar_subject", "exemplar_field", "exemplar_stage"].map(super::rig::code);
        let typed = serde_json::json!({"subject": subject, "name": name, "field": field, "stage": stage,
                                       "recognised_on": "2018-05-01"});
        checked("exemplar", typed)
    };
    let id = shared(&mut commune, "exemplar", exemplar("Kăn Một"));
    commune.transact(0, |w| w.patch_record(id, exemplar("Kăn Hai"))).expect("edited");
    commune.transact(1, |w| w.patch_record(id, exemplar("Kăn Ba"))).expect("edited");
    exchange(&mut commune);
    let kind = catalogue();
    let kind = kind.kind("exemplar").expect("a kind");
    let (name, key) =
        (kind.field("name").expect("a field").num, kind.field("exemplar_key").expect("a field").num);
    let conflicts = commune.pcs[0].conflicts_of(id).expect("conflicts");
    assert_eq!(conflicts.iter().map(|conflict| conflict.field).collect::<Vec<_>>(), [name]);
    let choice = conflicts[0].waiting[0].clone();
    commune.transact(0, |w| w.resolve_conflict(id, name, choice.version)).expect("decided");
    let mut expected = Fields::from([(name, choice.value.expect("a name"))]);
    sohoi_domain::record::fill_pseudonyms(kind, &mut expected, &commune.pcs[0].identity().commune_key);
    let shown = record(&commune.pcs[0], id).state;
    assert_eq!(shown.fields.get(&key), expected.get(&key));
    assert!(matches!(shown.fields.get(&key), Some(Value::Pseudonym(_))) && shown.conflicts().is_empty());
}

// Where one PC destroys or hides the record into which another, not knowing, merges one.
fn lost(commune: &mut Commune, kind: &str, one: Fields) -> [RecordId; 2] {
    let [a, b] = [0, 1].map(|_| shared(commune, kind, one.clone()));
    commune.transact(0, |w| w.erase_record(b, Some("xin thôi".into()))).expect("erased");
    commune.transact(1, |w| w.merge_records(a, b)).expect("merged");
    exchange(commune);
    [a, b]
}

#[test]
fn a_record_that_gave_way_to_one_that_was_erased_meanwhile_is_asked_about_and_either_answer_travels() {
    for (kind, one) in [("member", phoned("0123")), ("mediation", mediation("2018-05-01", 3))] {
        for keep in [true, false] {
            let mut commune = pair();
            let [a, b] = lost(&mut commune, kind, one.clone());
            for register in &commune.pcs {
                assert!(!record(register, a).state.erased && record(register, b).state.erased);
                let asked = register.conflicts().expect("conflicts");
                assert_eq!(
                    asked.iter().map(|row| (row.record, row.field, row.lost)).collect::<Vec<_>>(),
                    [(a, WHOLE_RECORD, Some(b))]
                );
                assert_eq!(record(register, a).meta.n_conflicts, 1);
            }
            assert_clean(&commune);
            let asked = commune.pcs[0].conflicts_of(a).expect("conflicts").remove(0);
            let choice = if keep { asked.shown.version } else { asked.waiting[0].version };
            commune.transact(0, |w| w.resolve_conflict(a, WHOLE_RECORD, choice)).expect("decided");
            exchange(&mut commune);
            for register in &commune.pcs {
                assert!(register.conflicts().expect("conflicts").is_empty());
                assert_eq!(record(register, a).state.erased, !keep);
                let reason = register.history(a).expect("a history")[0].change.reason.clone();
                assert_eq!(reason.as_deref(), (!keep).then_some("xin thôi"));
            }
            let again = commune.transact(1, |w| w.resolve_conflict(a, WHOLE_RECORD, choice));
            assert!(matches!(again, Err(StoreError::NoConflict)));
            assert_clean(&commune);
        }
    }
}

#[test]
fn what_was_erased_and_comes_back_stands_for_the_one_that_gave_way_to_it_and_nobody_is_asked() {
    let mut commune = pair();
    let [a, b] = lost(&mut commune, "mediation", mediation("2018-05-01", 3));
    commune.transact(1, |w| w.restore_record(b)).expect("restored");
    exchange(&mut commune);
    for register in &commune.pcs {
        assert!(register.conflicts().expect("conflicts").is_empty());
        assert_eq!(register.shown_id(a).expect("a read"), b);
    }
    assert_clean(&commune);
}

#[test]
fn a_link_that_comes_before_the_records_of_a_pc_that_is_not_known_yet_is_told_once_they_have_come() {
    let mut commune = Commune::new();
    let [a, b] = [0, 1].map(|_| shared(&mut commune, "mediation", mediation("2018-05-01", 3)));
    commune.transact(1, |w| w.merge_records(a, b)).expect("merged");
    commune.pull(2, 1, usize::MAX);
    assert_clean(&commune);
    commune.pull_all();
    let told = commune.pcs.iter().map(|pc| pc.links(b).expect("links").len());
    assert_eq!(told.collect::<Vec<_>>(), [1; N]);
    assert_clean(&commune);
}
