//! A household that reached a set of criteria in an earlier year is not counted as one more without a word.

mod rig;

use rig::{Pc, add, object, pc};
use serde_json::{Value as Json, json};
use sohoi_domain::RecordId;
use sohoi_domain::record::IssueCode;

fn assessment(household: RecordId, year: i32, review: &str) -> Json {
    json!({"household": household.to_string(), "assessed_on": format!("{year}-11-20"), "year": year,
        "criteria_set": "v2010_2014", "review": review})
}

fn told(pc: &Pc, fields: Json) -> Vec<(Option<String>, String)> {
    let check = pc.app.record_check("household_assessment", &object(fields)).expect("a check");
    let about = check.issues.into_iter().filter(|issue| issue.code == IssueCode::ReachedBefore);
    about.map(|issue| (issue.field, issue.params["year"].to_string())).collect()
}

#[test]
fn what_was_reached_before_is_told_while_it_is_typed() {
    let pc = pc("Kăn Hoa");
    let head = json!({"head_name": "Hồ Thị Đào", "hamlet": "A Đớt", "registered_on": "2016-01-01"});
    let household = add(&pc, "household", head);
    assert_eq!(told(&pc, assessment(household, 2017, "passed")), []);
    add(&pc, "household_assessment", assessment(household, 2016, "failed"));
    assert_eq!(told(&pc, assessment(household, 2017, "passed")), [], "it had not reached it");
    add(&pc, "household_assessment", assessment(household, 2017, "passed"));
    let year = |fields| {
        told(&pc, fields)
            .into_iter()
            .map(|(field, year)| (field.unwrap_or_default(), year))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        year(assessment(household, 2018, "passed")),
        [("passed_before".to_string(), "2017".to_string())]
    );
    assert_eq!(year(assessment(household, 2018, "failed")), []);
    assert_eq!(year(assessment(household, 2016, "passed")), [], "that was later");
    let mut marked = assessment(household, 2018, "passed");
    marked["passed_before"] = json!(true);
    assert_eq!(year(marked), []);
}
