//! What was done is taken back and done again, each by a change of its own; and lists that are filtered and sorted.

mod rig;

use proptest::prelude::*;
use rig::{Pc, object, pc, pull};
use serde_json::{Map, Value as Json, json};
use sohoi_app::RecordId;
use sohoi_app::conflict::Choice;
use sohoi_app::record::{BinQuery, FilterInput, FilterOp, Query, TableRow, UnitChoice};
use sohoi_app::undo::Action;

impl Pc {
    fn code(&self, list: &str, at: usize) -> String {
        self.app.catalogue().list(list).expect("a list").items[at].code.clone()
    }

    fn mediation(&self, n_cases: u32) -> Json {
        json!({"held_on": "2018-06-05", "topic": self.code("mediation_topic", 0), "n_cases": n_cases, "n_settled": 1})
    }

    fn member(&self, name: &str, birth_year: u32) -> Json {
        json!({"full_name": name, "birth_year": birth_year, "sex": "female", "joined_on": "2017-03-08",
          "status": self.code("member_status", 0), "consent_form": self.code("consent_form", 0),
          "consent_on": "2017-03-08"})
    }

    fn add(&self, kind: &str, fields: Json) -> RecordId {
        self.app.record_add(kind, &object(fields), &UnitChoice::Own, None).expect("a record").id
    }

    fn edit(&self, id: RecordId, fields: Json) {
        self.app.record_edit(id, &object(fields)).expect("an edit");
    }

    fn fields(&self, id: RecordId) -> Map<String, Json> {
        let state = self.app.record_show(id).expect("a record").record.state;
        let catalogue = self.app.catalogue();
        sohoi_domain::record::to_json(catalogue.kind_by_num(state.kind).expect("a kind"), &state.fields)
    }

    fn is_erased(&self, id: RecordId) -> bool {
        self.app.record_show(id).expect("a record").record.state.erased
    }

    fn undo(&self) -> sohoi_app::undo::Undone {
        self.app.undo(None).expect("it is undone")
    }

    fn redo(&self) -> sohoi_app::undo::Undone {
        self.app.redo(None).expect("it is done again")
    }

    fn refused(&self) -> String {
        self.app.undo(None).expect_err("it is refused").code().to_string()
    }

    fn list(&self, kind: &str, filters: Vec<(&str, FilterOp, Vec<Json>)>, sort: Option<&str>) -> Vec<String> {
        let filters =
            filters.into_iter().map(|(field, op, values)| FilterInput { field: field.into(), op, values });
        let query = Query {
            kind: Some(kind.into()),
            filters: filters.collect(),
            sort: sort.map(Into::into),
            limit: 100,
            ..Query::default()
        };
        let listed = self.app.record_list(&query).expect("a list");
        assert_eq!(listed.n_total as usize, listed.rows.len());
        listed.rows.into_iter().map(|(_, title)| title).collect()
    }

    fn is_whole(&self) {
        let verified = self.app.with_register(|register| Ok(register.verify()?)).expect("a check");
        assert!(verified.ok, "{:?}", verified.differences);
    }
}

#[test]
fn a_new_record_and_its_edits_are_undone_and_done_again_by_changes_of_their_own() {
    let pc = pc("Chị A");
    let id = pc.add("mediation", pc.mediation(20));
    let before = pc.fields(id);
    pc.edit(id, json!({"n_cases": 25, "note": "hai hộ"}));
    let after = pc.fields(id);

    let undone = pc.undo();
    assert_eq!((undone.item.action, undone.item.id, undone.left.len()), (Action::Edit, id, 0));
    assert_eq!(pc.fields(id), before);
    assert_eq!(pc.undo().item.action, Action::Add);
    assert!(pc.is_erased(id));
    assert_eq!(pc.refused(), "undo.nothing");
    pc.redo();
    assert_eq!(pc.fields(id), before);
    pc.redo();
    assert_eq!(pc.fields(id), after);
    let n_changes = pc.app.record_history(id).expect("a history").changes.len();
    assert_eq!(n_changes, 6, "each is a change: create, patch, patch, erase, restore, patch");
    pc.is_whole();
}

#[test]
fn a_new_action_ends_what_could_be_done_again_and_the_lock_ends_all() {
    let pc = pc("Chị A");
    let id = pc.add("mediation", pc.mediation(20));
    pc.edit(id, json!({"n_cases": 25}));
    pc.undo();
    pc.edit(id, json!({"n_cases": 30}));
    assert_eq!(pc.app.redo(None).expect_err("nothing").code(), "undo.nothing");
    let newest = pc.app.undo_state().expect("a state").undo.expect("an edit");
    assert_eq!(pc.app.undo(Some(newest.n - 1)).expect_err("another one").code(), "undo.nothing");
    pc.app.lock();
    pc.app.unlock(rig::PIN).expect("it opens");
    assert!(pc.app.undo_state().expect("a state").undo.is_none());
}

#[test]
fn a_field_that_changed_meanwhile_is_left_and_told() {
    let (one, other) = (pc("Chị A"), pc("Chị A"));
    let id = one.add("mediation", one.mediation(20));
    one.edit(id, json!({"n_cases": 25, "note": "hai hộ"}));
    pull(&other, &one);
    other.edit(id, json!({"n_cases": 27}));
    pull(&one, &other);

    let undone = one.undo();
    assert_eq!(undone.left, ["n_cases"]);
    assert_eq!((&one.fields(id)["n_cases"], one.fields(id).get("note")), (&json!(27), None));
    // The record is no longer as it was made, so it stays.
    assert_eq!(one.refused(), "undo.changed");
    assert!(!one.is_erased(id));
    assert_eq!(one.refused(), "undo.nothing", "what cannot be undone does not stand in the way for ever");
}

#[test]
fn a_personal_record_is_made_anew_and_those_that_refer_to_it_follow() {
    let pc = pc("Chị A");
    let household = pc.add("household", json!({"head_name": "Hồ Thị Đan", "registered_on": "2018-06-01"}));
    let member = pc.add("member", {
        let mut fields = object(pc.member("Kăn Nhen", 1985));
        fields.insert("household".into(), json!(household.to_string()));
        Json::Object(fields)
    });
    let before = pc.fields(member);
    assert!(pc.app.undo_state().expect("a state").undo.expect("an action").is_final);
    pc.undo();
    pc.undo();
    assert!(pc.app.record_show(household).expect("a record").record.meta.destroyed);
    pc.redo();
    let again = pc.redo().item;
    assert_eq!(again.title, "Kăn Nhen");
    let newest = pc.app.undo_state().expect("a state").undo.expect("an action").id;
    let mut fields = pc.fields(newest);
    let kept = fields["household"].as_str().expect("a reference").parse().expect("an id");
    assert_eq!(pc.fields(kept)["head_name"], "Hồ Thị Đan");
    fields.insert("household".into(), before["household"].clone());
    assert_eq!(fields, before);
    pc.is_whole();
}

// A table's save: the records that are changed by their ids, then new ones.
fn save(pc: &Pc, kind: &str, rows: Vec<(Option<RecordId>, Json)>) -> Vec<RecordId> {
    let rows: Vec<_> = rows.into_iter().map(|(id, fields)| TableRow { id, fields: object(fields) }).collect();
    let saved = pc.app.record_save_rows(kind, &rows, "none", None).expect("saved");
    saved.into_iter().map(|one| one.id).collect()
}

#[test]
fn what_one_save_made_and_changed_is_one_step_back_and_again() {
    let pc = pc("Chị A");
    let old: Vec<_> = [20, 21].map(|n| pc.add("mediation", pc.mediation(n))).into();
    let before: Vec<_> = old.iter().map(|id| pc.fields(*id)).collect();
    let edit = |n: u32| json!({"n_cases": n});
    let rows = vec![
        (Some(old[0]), edit(30)),
        (None, pc.mediation(1)),
        (Some(old[1]), edit(31)),
        (None, pc.mediation(2)),
    ];
    let saved = save(&pc, "mediation", rows);
    let newest = pc.app.undo_state().expect("a state").undo.expect("an action");
    assert_eq!((newest.action, newest.n_records, newest.n_edited), (Action::Rows, 4, 2));
    let seqs = |pc: &Pc| pc.app.with_register(|register| Ok(register.counts()?.changes)).expect("counts");
    let n_before = seqs(&pc);

    let undone = pc.undo();
    assert_eq!((undone.item.n, undone.left.len(), undone.n_left), (newest.n, 0, 0));
    assert_eq!(seqs(&pc) - n_before, 4, "a change of its own for each");
    assert_eq!(old.iter().map(|id| pc.fields(*id)).collect::<Vec<_>>(), before);
    assert!(pc.is_erased(saved[1]) && pc.is_erased(saved[3]));
    let next = pc.app.undo_state().expect("a state").undo.expect("the one before");
    assert_eq!((next.action, next.id), (Action::Add, old[1]), "the whole save is one step");

    pc.redo();
    assert_eq!([30, 31].map(|n| json!(n)), [0, 1].map(|at| pc.fields(old[at])["n_cases"].clone()));
    assert!(!pc.is_erased(saved[1]) && !pc.is_erased(saved[3]));
    pc.undo();
    pc.is_whole();
}

#[test]
fn of_one_save_what_changed_meanwhile_is_left_and_the_rest_goes_back() {
    let (one, other) = (pc("Chị A"), pc("Chị A"));
    let old = [20, 21].map(|n| one.add("mediation", one.mediation(n)));
    let rows = vec![
        (Some(old[0]), json!({"n_cases": 30, "note": "hai hộ"})),
        (Some(old[1]), json!({"n_cases": 31})),
        (None, one.mediation(1)),
        (None, one.mediation(2)),
    ];
    let saved = save(&one, "mediation", rows);
    pull(&other, &one);
    other.edit(old[0], json!({"n_cases": 32}));
    other.edit(old[1], json!({"n_cases": 33}));
    other.edit(saved[2], json!({"n_cases": 3}));
    pull(&one, &other);

    let undone = one.undo();
    assert_eq!((undone.left.as_slice(), undone.n_left), (["n_cases".to_string()].as_slice(), 2));
    assert_eq!((&one.fields(old[0])["n_cases"], one.fields(old[0]).get("note")), (&json!(32), None));
    assert_eq!(one.fields(old[1])["n_cases"], 33);
    assert!(!one.is_erased(saved[2]) && one.is_erased(saved[3]));
    one.is_whole();
}

#[test]
fn a_sitting_over_households_goes_back_and_comes_again_with_its_notes() {
    let pc = pc("Chị A");
    let house = |name: &str| pc.add("household", json!({"head_name": name, "registered_on": "2018-01-05"}));
    let houses = ["Hồ Thị Đan", "Kăn Nghé", "Kăn Đượm"].map(house);
    let assessment = |at: usize, review: &str| {
        json!({"household": houses[at], "assessed_on": "2018-05-02", "year": 2018, "criteria_set": "v2010_2014",
            "review": review, "answers": [{"criterion": "k1", "answer": "fail", "note": "nhà dột"}]})
    };
    let first = pc.add("household_assessment", assessment(0, "waiting"));
    let before = pc.fields(first);
    let rows = vec![
        (Some(first), json!({"review": "failed"})),
        (None, assessment(1, "failed")),
        (None, assessment(2, "failed")),
    ];
    let saved = save(&pc, "household_assessment", rows);
    let content = pc.fields(saved[2]);
    let newest = pc.app.undo_state().expect("a state").undo.expect("an action");
    assert_eq!((newest.n_records, newest.n_edited, newest.is_final), (3, 1, true));
    pc.undo();
    assert_eq!(pc.fields(first), before);
    assert!(pc.app.record_show(saved[2]).expect("a record").record.meta.destroyed);
    pc.redo();
    assert_eq!(pc.fields(first)["review"], "failed");
    let listed = pc.list("household_assessment", vec![("review", FilterOp::Is, vec![json!("failed")])], None);
    assert_eq!(listed.len(), 3);
    let query = Query { kind: Some("household_assessment".into()), limit: 9, ..Query::default() };
    let rows = pc.app.record_list(&query).expect("a list").rows;
    let again: Vec<_> = rows.iter().map(|(record, _)| pc.fields(record.state.id)).collect();
    assert!(again.contains(&content), "with the note that was destroyed: {again:?}");
    pc.undo();
    pc.is_whole();
}

#[test]
fn an_erasure_that_destroyed_is_final_and_leaves_nothing_on_the_stack() {
    let pc = pc("Chị A");
    let other = pc.add("mediation", pc.mediation(20));
    let member = pc.add("member", pc.member("Kăn Nhen", 1985));
    pc.edit(member, json!({"full_name": "Kăn Thị Nhen"}));
    pc.app.record_erase(member, "ghi nhầm").expect("an erasure");
    let newest = pc.app.undo_state().expect("a state").undo.expect("the mediation");
    assert_eq!((newest.action, newest.id), (Action::Add, other));
}

#[test]
fn erasures_restorations_mergers_and_their_undoing_go_back_and_forth() {
    let pc = pc("Chị A");
    let id = pc.add("mediation", pc.mediation(20));
    pc.app.record_erase(id, "ghi nhầm").expect("an erasure");
    assert_eq!(pc.undo().item.action, Action::Erase);
    assert!(!pc.is_erased(id));
    pc.redo();
    let bin = pc.app.record_bin(&BinQuery { limit: 10, ..BinQuery::default() }).expect("a bin");
    assert_eq!(
        (bin.n_total, bin.rows[0].0.reason.as_str(), bin.rows[0].1.as_str()),
        (1, "ghi nhầm", "Chị A")
    );
    pc.app.record_restore(id).expect("it is restored");
    assert_eq!(pc.undo().item.action, Action::Restore);
    assert!(pc.is_erased(id));

    let [one, other] = ["Kăn Nhen", "Kăn Nhên"].map(|name| pc.add("member", pc.member(name, 1985)));
    let before = pc.fields(one);
    pc.app.record_merge(other, one).expect("they are one");
    assert_eq!(pc.undo().item.action, Action::Merge);
    assert_eq!(pc.list("member", vec![], None).len(), 2);
    pc.redo();
    assert_eq!(pc.list("member", vec![], None), ["Kăn Nhen"]);
    pc.app.record_unmerge(other).expect("they are two");
    assert_eq!(pc.undo().item.action, Action::Unmerge);
    assert_eq!(pc.list("member", vec![], None).len(), 1);
    pc.undo();
    assert_eq!((pc.list("member", vec![], None).len(), pc.fields(one)), (2, before));
    pc.is_whole();
}

#[test]
fn a_decision_that_is_undone_shows_what_showed_before_on_both_pcs() {
    let (one, other) = (pc("Chị A"), pc("Chị A"));
    let id = one.add("mediation", one.mediation(20));
    pull(&other, &one);
    one.edit(id, json!({"n_cases": 25}));
    other.edit(id, json!({"n_cases": 27}));
    pull(&one, &other);
    let before = one.fields(id)["n_cases"].clone();
    one.app.conflict_resolve(id, "n_cases", Choice::Waiting).expect("a decision");
    let chosen = one.fields(id)["n_cases"].clone();
    assert_ne!(chosen, before);

    assert_eq!(one.undo().item.action, Action::Decide);
    assert_eq!(one.fields(id)["n_cases"], before);
    pull(&other, &one);
    assert_eq!(other.fields(id)["n_cases"], before);
    one.redo();
    assert_eq!(one.fields(id)["n_cases"], chosen);
    one.is_whole();
    other.is_whole();
}

#[test]
fn the_bin_lists_the_newest_first_and_of_destroyed_ones_nothing() {
    let pc = pc("Chị A");
    let open = pc.add("mediation", pc.mediation(20));
    let secret = pc.add("member", pc.member("Kăn Nhen", 1985));
    pc.app.record_erase(open, "ghi nhầm").expect("an erasure");
    pc.app.record_erase(secret, "xin rút").expect("an erasure");
    let bin = |kind: Option<&str>, search: Option<&str>| {
        let query =
            BinQuery { kind: kind.map(Into::into), search: search.map(Into::into), limit: 10, offset: 0 };
        let rows = pc.app.record_bin(&query).expect("a bin").rows;
        rows.into_iter().map(|(row, _)| (row.id, row.title.is_empty())).collect::<Vec<_>>()
    };
    assert_eq!(bin(None, None), [(secret, true), (open, false)]);
    assert_eq!(bin(Some("mediation"), None), [(open, false)]);
    assert_eq!(bin(None, Some("NHAM")), [(open, false)]);
    assert_eq!(bin(None, Some(&secret.short_code())), [(secret, true)]);
}

#[test]
fn lists_are_filtered_and_people_stand_by_their_given_names() {
    let pc = pc("Chị A");
    let branch = pc.add("branch", json!({"name": "A Hươr", "founded_on": "2010-01-01"}));
    let people = [("Đặng Thị Đào", 1979), ("Hồ Thị Đan", 1985), ("Dương Thị Dung", 1990), ("Kăn Ân", 1991)];
    let ids = people.map(|(name, year)| pc.add("member", pc.member(name, year)));
    let by_name = ["Kăn Ân", "Dương Thị Dung", "Hồ Thị Đan", "Đặng Thị Đào"];
    assert_eq!(pc.list("member", vec![], Some("title")), by_name);
    pc.edit(ids[1], json!({"branch": branch.to_string()}));
    let of_branch = ("branch", FilterOp::Is, vec![json!(branch.to_string())]);
    let born = ("birth_year", FilterOp::Between, vec![json!(1980), json!(1990)]);
    assert_eq!(pc.list("member", vec![of_branch.clone()], None), ["Hồ Thị Đan"]);
    assert_eq!(pc.list("member", vec![born.clone()], Some("-birth_year")), ["Dương Thị Dung", "Hồ Thị Đan"]);
    assert_eq!(pc.list("member", vec![of_branch, born], None), ["Hồ Thị Đan"]);
    assert_eq!(pc.list("member", vec![("branch", FilterOp::Empty, vec![])], Some("title")).len(), 3);
    assert_eq!(
        pc.list("member", vec![("full_name", FilterOp::Has, vec![json!("dan")])], Some("title")),
        ["Hồ Thị Đan", "Đặng Thị Đào"]
    );
    let open = ("birth_year", FilterOp::Between, vec![json!(1990), Json::Null]);
    assert_eq!(pc.list("member", vec![open], Some("birth_year")), ["Dương Thị Dung", "Kăn Ân"]);

    // What is kept in memory follows what is written.
    let new = pc.add("member", pc.member("Hồ Thị Bưởi", 1986));
    assert_eq!(pc.list("member", vec![], Some("title"))[1], "Hồ Thị Bưởi");
    pc.edit(new, json!({"full_name": "Hồ Thị Yến"}));
    assert_eq!(pc.list("member", vec![], Some("-title"))[0], "Hồ Thị Yến");
    pc.edit(new, json!({"full_name": "Kăn Yến Hồng", "given_name": "Yến"}));
    assert_eq!(pc.list("member", vec![], Some("-title"))[0], "Kăn Yến Hồng");
    pc.edit(branch, json!({"name": "Z"}));
    assert_eq!(pc.list("member", vec![], Some("branch"))[0], "Hồ Thị Đan");
    pc.app.record_merge(new, ids[3]).expect("they are one");
    assert_eq!(pc.list("member", vec![], Some("title")).len(), 4);
    pc.undo();
    assert_eq!(pc.list("member", vec![], Some("title")).len(), 5);
    let asked = Query {
        kind: Some("member".into()),
        filters: vec![FilterInput { field: "note".into(), op: FilterOp::Is, values: vec![json!("x")] }],
        ..Query::default()
    };
    assert_eq!(pc.app.record_list(&asked).expect_err("no such filter").code(), "usage.bad_request");
}

#[test]
fn a_code_read_over_the_phone_and_a_year_of_birth_find_a_record() {
    let pc = pc("Chị A");
    let id = pc.add("member", pc.member("Kăn Nhen", 1985));
    pc.add("member", pc.member("Hồ Thị Đan", 1990));
    let found = |search: &str| {
        let query = Query { search: Some(search.into()), limit: 10, ..Query::default() };
        pc.app.record_list(&query).expect("a list").rows.first().map(|(record, _)| record.state.id)
    };
    let code = id.short_code();
    for typed in [code.as_str(), &code.replace('-', ""), &code.to_lowercase(), "1985", "kan 1985"] {
        assert_eq!(found(typed), Some(id), "{typed}");
    }
    assert_eq!(found("nhen 1990"), None);
}

#[derive(Clone, Debug)]
enum Act {
    Add(u32),
    Edit(usize, u32),
    Erase(usize),
    Restore(usize),
    Undo,
    Redo,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (1..90u32).prop_map(Act::Add),
        (0..4usize, 1..90u32).prop_map(|(at, n)| Act::Edit(at, n)),
        (0..4usize).prop_map(Act::Erase),
        (0..4usize).prop_map(Act::Restore),
        Just(Act::Undo),
        Just(Act::Redo),
    ]
}

// All records that are not erased, as they are.
fn seen(pc: &Pc, ids: &[RecordId]) -> Vec<Option<Map<String, Json>>> {
    ids.iter().map(|id| (!pc.is_erased(*id)).then(|| pc.fields(*id))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn to_undo_all_of_any_sequence_gives_what_was_and_to_do_it_again_what_became(acts in prop::collection::vec(act(), 1..25)) {
        let pc = pc("Chị A");
        let first = pc.add("mediation", pc.mediation(3));
        let mut ids = vec![first];
        pc.app.lock();
        pc.app.unlock(rig::PIN).expect("it opens");
        let before = seen(&pc, &ids);
        for act in acts {
            let of = |at: usize| ids[at % ids.len()];
            // Some are refused, as to erase twice; then nothing is on the stack.
            match act {
                Act::Add(n) => ids.push(pc.add("mediation", pc.mediation(n))),
                Act::Edit(at, n) => drop(pc.app.record_edit(of(at), &object(json!({"n_cases": n})))),
                Act::Erase(at) => drop(pc.app.record_erase(of(at), "thử")),
                Act::Restore(at) => drop(pc.app.record_restore(of(at))),
                Act::Undo => drop(pc.app.undo(None)),
                Act::Redo => drop(pc.app.redo(None)),
            }
        }
        let after = seen(&pc, &ids);
        let mut n = 0;
        while pc.app.undo_state().expect("a state").undo.is_some() {
            pc.undo();
            n += 1;
        }
        prop_assert_eq!(&seen(&pc, &ids)[..1], &before[..]);
        prop_assert!(ids[1..].iter().all(|id| pc.is_erased(*id)));
        (0..n).for_each(|_| drop(pc.redo()));
        prop_assert_eq!(seen(&pc, &ids), after);
        pc.is_whole();
    }
}
