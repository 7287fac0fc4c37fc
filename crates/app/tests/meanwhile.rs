//! A form that was open while another PC's work came takes nothing of it back.

mod rig;

use rig::{Pc, add, object, pc, pull};
use serde_json::{Value as Json, json};
use sohoi_app::Draft;
use sohoi_app::RecordId;
use sohoi_app::record::Saved;
use sohoi_domain::record::to_json;

fn code(pc: &Pc, list: &str) -> String {
    pc.app.catalogue().list(list).expect("a list").items[0].code.clone()
}

fn event(pc: &Pc) -> RecordId {
    let fields = json!({"title": "Phổ biến Luật", "topic": code(pc, "propaganda_topic"), "form": code(pc, "propaganda_form"),
        "held_on": "2018-06-05", "n_total": 99, "n_women": 30});
    add(pc, "propaganda_activity", fields)
}

fn saved(pc: &Pc, id: RecordId, fields: Json, base: Json) -> Saved {
    pc.app.record_replace(id, &object(fields), Some(&object(base)), None).expect("it is saved")
}

fn shown(pc: &Pc, id: RecordId) -> serde_json::Map<String, Json> {
    let state = pc.app.record_show(id).expect("a record").record.state;
    to_json(pc.app.catalogue().kind_by_num(state.kind).expect("a kind"), &state.fields)
}

fn n_conflicts(pc: &Pc) -> usize {
    pc.app.conflicts().expect("a list").conflicts.len()
}

#[test]
fn what_another_pc_wrote_meanwhile_stays_and_where_both_wrote_a_person_is_asked() {
    let pcs = [pc("Chị A"), pc("Chị B")];
    let id = event(&pcs[0]);
    pull(&pcs[1], &pcs[0]);
    // She opens the form; then the other's work comes; then she saves what she changed.
    pcs[0]
        .app
        .record_edit(id, &object(json!({"n_total": 120, "title": "Phổ biến Luật, lần hai"})))
        .expect("an edit");
    pull(&pcs[1], &pcs[0]);
    saved(&pcs[1], id, json!({"n_women": 22}), json!({"n_women": 30}));
    assert_eq!((&shown(&pcs[1], id)["n_total"], &shown(&pcs[1], id)["n_women"]), (&json!(120), &json!(22)));
    assert_eq!(n_conflicts(&pcs[1]), 0, "they wrote different fields");

    saved(&pcs[1], id, json!({"n_total": 130, "n_women": 25}), json!({"n_total": 99, "n_women": 22}));
    assert_eq!(n_conflicts(&pcs[1]), 1, "she has not seen the 120");
    pull(&pcs[0], &pcs[1]);
    assert_eq!(n_conflicts(&pcs[0]), 1);
    assert_eq!(shown(&pcs[0], id), shown(&pcs[1], id));

    let same = saved(&pcs[1], id, json!({"n_women": 25}), json!({"n_women": 22}));
    assert_eq!(same.changed, [""; 0], "what both wrote alike is nothing to ask about");
}

#[test]
fn of_what_holds_several_things_both_changes_are_made_and_a_row_that_both_changed_is_asked_about() {
    let pcs = [pc("Chị A"), pc("Chị B")];
    let sources = pcs[0].app.catalogue().list("funding_source").expect("a list").items.clone();
    let row = |n: usize, amount: i64| json!({"source": sources[n].code, "amount_vnd": amount});
    let house = json!({"beneficiary": code(&pcs[0], "beneficiary"), "work": code(&pcs[0], "housing_work"),
        "handed_over_on": "2018-06-05", "funding": [row(0, 5_000_000)]});
    let id = add(&pcs[0], "housing_support", house);
    pull(&pcs[1], &pcs[0]);
    let edit =
        |pc: &Pc, rows: Json| pc.app.record_edit(id, &object(json!({"funding": rows}))).expect("an edit");
    let amounts = |pc: &Pc| {
        let rows = shown(pc, id)["funding"].as_array().expect("rows").clone();
        let mut amounts: Vec<_> = rows.iter().filter_map(|row| row["amount_vnd"].as_i64()).collect();
        amounts.sort_unstable();
        (amounts, n_conflicts(pc))
    };
    // Each adds one.
    edit(&pcs[0], json!([row(0, 5_000_000), row(1, 1_000_000)]));
    pull(&pcs[1], &pcs[0]);
    let base = json!({"funding": [row(0, 5_000_000)]});
    saved(&pcs[1], id, json!({"funding": [row(0, 5_000_000), row(2, 2_000_000)]}), base);
    pull(&pcs[0], &pcs[1]);
    let all = (vec![1_000_000, 2_000_000, 5_000_000], 0);
    assert_eq!((amounts(&pcs[0]), amounts(&pcs[1])), (all.clone(), all));

    // Both change the same one: it does not become two.
    let base = json!({"funding": shown(&pcs[1], id)["funding"]});
    let changed = |amount: i64| json!([row(0, amount), row(1, 1_000_000), row(2, 2_000_000)]);
    edit(&pcs[0], changed(6_000_000));
    pull(&pcs[1], &pcs[0]);
    saved(&pcs[1], id, json!({"funding": changed(7_000_000)}), base);
    pull(&pcs[0], &pcs[1]);
    let (rows, n_asked) = amounts(&pcs[1]);
    assert_eq!((rows.len(), n_asked), (3, 1));
    assert_eq!(amounts(&pcs[0]), (rows, n_asked), "the same on both");
}

#[test]
fn of_a_person_whose_record_was_erased_nothing_is_kept_again() {
    let pcs = [pc("Chị A"), pc("Chị B")];
    let member = json!({"full_name": "Kăn Thử", "birth_year": 1990, "sex": "female", "joined_on": "2018-06-01",
        "status": code(&pcs[0], "member_status"), "consent_form": code(&pcs[0], "consent_form"),
        "consent_on": "2018-06-01"});
    let id = add(&pcs[0], "member", member.clone());
    pull(&pcs[1], &pcs[0]);
    pcs[0].app.record_erase(id, "rút lại đồng ý").expect("erased");
    pull(&pcs[1], &pcs[0]);
    let draft = |record| Draft {
        id: "one".into(),
        kind: "member".into(),
        record,
        fields: object(member.clone()),
        saved_at_ms: 0,
    };
    let refused = pcs[1].app.draft_save(draft(Some(id))).expect_err("refused");
    assert_eq!(refused.code(), "record.destroyed");
    assert!(pcs[1].app.drafts().expect("a list").is_empty());
    let form = object(json!({"birth_year": 1991}));
    let refused = pcs[1].app.record_replace(id, &form, Some(&object(json!({"birth_year": 1990}))), None);
    assert_eq!(refused.expect_err("refused").code(), "record.destroyed");
    pcs[1].app.draft_save(draft(None)).expect("a new record is another matter");
}
