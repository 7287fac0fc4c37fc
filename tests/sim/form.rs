//! What an officer writes on a form.

use serde_json::{Value as Json, json};
use sohoi_domain::{Catalogue, Fields, record};
use sohoi_testkit::Random;

use super::definitions::NEW_FIELD;

/// A name that must never be found at the hub.
pub const NAME: &str = "Kăn Thị Đượm";

pub fn fields(catalogue: &Catalogue, kind: &str, json: &Json) -> Fields {
    let kind = catalogue.kind(kind).expect("a kind");
    let checked = record::check(catalogue, kind, json.as_object().expect("an object"));
    assert!(checked.is_valid(), "{:?}", checked.issues);
    checked.fields
}

pub fn code(catalogue: &Catalogue, list: &str) -> String {
    catalogue.list(list).expect("a list").items[0].code.clone()
}

pub fn something(catalogue: &Catalogue, random: &mut Random) -> (&'static str, Fields) {
    let day = format!("2026-{:02}-{:02}", 1 + random.below(12), 1 + random.below(28));
    if random.below(3) == 0 {
        let member = json!({"full_name": NAME, "birth_year": 1950 + random.below(50), "sex": "female",
            "joined_on": day, "status": code(catalogue, "member_status"),
            "consent_form": code(catalogue, "consent_form"), "consent_on": day});
        return ("member", fields(catalogue, "member", &member));
    }
    let mediation = json!({"held_on": day, "topic": code(catalogue, "mediation_topic"),
        "n_cases": 1 + random.below(50), "n_settled": 1});
    ("mediation", fields(catalogue, "mediation", &mediation))
}

pub fn edited(catalogue: &Catalogue, kind: u16, mut fields: Fields, random: &mut Random) -> Fields {
    let kind = catalogue.kinds.iter().find(|known| known.num.0 == kind).expect("a kind");
    let (field, value) = match kind.id.as_str() {
        "member" => ("birth_year", 1950 + random.below(50)),
        "branch" => ("n_women_18", 1 + random.below(50)),
        "propaganda_activity" => ("n_total", 40 + random.below(50)),
        "resource_mobilisation" => ("amount_vnd", 1_000 + random.below(50)),
        _ => ("n_cases", 1 + random.below(50)),
    };
    // What only newer definitions have.
    let field = kind.field(NEW_FIELD).filter(|_| value % 3 == 0).map_or(field, |field| &field.id);
    let num = kind.field(field).expect("a field").num;
    fields.insert(num, sohoi_domain::Value::Int(i64::try_from(value).expect("a small number")));
    fields
}
