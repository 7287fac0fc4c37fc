//! Two PCs of a commune that did not know of each other: what an officer sees and decides.

mod rig;

use rig::{Pc, add, object, pc, pull};
use serde_json::{Value as Json, json};
use sohoi_app::conflict::{Choice, WHOLE};
use sohoi_app::record::UnitChoice;
use sohoi_app::{AppError, Missing, RecordId};

fn exchange(pcs: &[Pc; 2]) {
    pull(&pcs[0], &pcs[1]);
    pull(&pcs[1], &pcs[0]);
}

fn code(pc: &Pc, list: &str) -> String {
    pc.app.catalogue().list(list).expect("a list").items[0].code.clone()
}

fn value(pc: &Pc, id: RecordId, field: &str) -> Json {
    let state = pc.app.record_show(id).expect("a record").record.state;
    let catalogue = pc.app.catalogue();
    let kind = catalogue.kind_by_num(state.kind).expect("a kind");
    sohoi_domain::record::to_json(kind, &state.fields).get(field).cloned().unwrap_or_default()
}

#[test]
fn an_officer_sees_both_values_and_her_choice_is_that_of_both_pcs() {
    let pcs = [pc("Chị A"), pc("Chị B")];
    let id = add(
        &pcs[0],
        "mediation",
        json!({"held_on": "2018-06-05", "topic": code(&pcs[0], "mediation_topic"), "n_cases": 20, "n_settled": 1}),
    );
    pull(&pcs[1], &pcs[0]);
    pcs[0].app.record_edit(id, &object(json!({"n_cases": 25}))).expect("an edit");
    pcs[1].app.record_edit(id, &object(json!({"n_cases": 27}))).expect("an edit");
    exchange(&pcs);

    let found = pcs[0].app.conflicts().expect("conflicts");
    let conflict = &found.conflicts[0];
    assert_eq!((found.conflicts.len(), conflict.row.record), (1, id));
    let names: Vec<&str> = conflict.authors.values().map(String::as_str).collect();
    assert_eq!(names, ["Chị A"], "the other's name is on her PC");
    assert_eq!(value(&pcs[0], id, "n_cases"), value(&pcs[1], id, "n_cases"));
    let waits = if value(&pcs[0], id, "n_cases") == 25 { 27 } else { 25 };
    assert_eq!(pcs[0].app.status().expect("a status").n_conflicts, 1);

    pcs[0].app.conflict_resolve(id, "n_cases", Choice::Waiting).expect("decided");
    exchange(&pcs);
    for pc in &pcs {
        assert_eq!(value(pc, id, "n_cases"), waits);
        assert_eq!(pc.app.status().expect("a status").n_conflicts, 0);
        let again = pc.app.conflict_resolve(id, "n_cases", Choice::Shown);
        assert!(matches!(again, Err(AppError::NoConflict)));
    }
}

#[test]
fn a_reference_to_a_record_that_another_pc_erased_is_flagged_and_the_rest_can_be_mended() {
    let pcs = [pc("Chị A"), pc("Chị B")];
    let member = add(
        &pcs[0],
        "member",
        json!({"full_name": "Kăn Thử", "birth_year": 1990, "sex": "female", "joined_on": "2018-06-01",
               "status": code(&pcs[0], "member_status"), "consent_form": code(&pcs[0], "consent_form"),
               "consent_on": "2018-06-01"}),
    );
    pull(&pcs[1], &pcs[0]);
    let event = add(
        &pcs[0],
        "membership_event",
        json!({"member": member.to_string(), "event": "opening", "happened_on": "2018-06-02"}),
    );
    pcs[1].app.record_erase(member, "xin thôi lưu").expect("erased");
    exchange(&pcs);
    for pc in &pcs {
        let shown = pc.app.record_show(event).expect("a record");
        let flagged: Vec<_> = shown.missing.iter().map(|m| (m.path.as_str(), m.id, m.why)).collect();
        assert_eq!(flagged, [("member", member, Missing::Erased)]);
    }
    pcs[0].app.record_edit(event, &object(json!({"happened_on": "2018-06-03"}))).expect("the rest is mended");
    let other = json!({"member": member.to_string(), "event": "opening", "happened_on": "2018-06-02"});
    let refused = pcs[0].app.record_add("membership_event", &object(other), &UnitChoice::Own, None);
    assert!(matches!(refused, Err(AppError::InvalidRecord(_))), "a new one may not refer to it");
}

#[test]
fn an_erase_that_met_an_edit_is_asked_about_under_the_record_itself() {
    let pcs = [pc("Chị A"), pc("Chị B")];
    let id = add(
        &pcs[0],
        "mediation",
        json!({"held_on": "2018-06-05", "topic": code(&pcs[0], "mediation_topic"), "n_cases": 20, "n_settled": 1}),
    );
    pull(&pcs[1], &pcs[0]);
    pcs[0].app.record_erase(id, "ghi nhầm").expect("erased");
    pcs[1].app.record_edit(id, &object(json!({"n_cases": 27}))).expect("an edit");
    exchange(&pcs);
    assert!(!pcs[0].app.record_show(id).expect("a record").record.state.erased);
    pcs[1].app.conflict_resolve(id, WHOLE, Choice::Waiting).expect("it shall go");
    exchange(&pcs);
    for pc in &pcs {
        assert!(pc.app.record_show(id).expect("a record").record.state.erased);
        assert!(pc.app.conflicts().expect("conflicts").conflicts.is_empty());
    }
}
