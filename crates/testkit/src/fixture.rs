//! One good record of each kind, and what breaks each of its rules.

use serde_json::Value;

const RECORDS: &str = include_str!("../fixtures/records.toml");

pub struct Fixture {
    pub kind: String,
    good: Value,
    /// A rule's id, and the fields that break it.
    breaks: Vec<(String, Value)>,
}

/// The records that a fixture may refer to.
pub struct References<'r> {
    pub household: &'r str,
    pub member: &'r str,
}

/// The fixtures of all kinds, in the order of their ids.
pub fn fixtures() -> Vec<Fixture> {
    let file: Value = toml::from_str(RECORDS).expect("the fixtures are TOML");
    let kinds = file["kind"].as_array().expect("the fixtures are a list of kinds");
    kinds.iter().map(fixture).collect()
}

fn fixture(value: &Value) -> Fixture {
    let breaks = value["breaks"].as_object().into_iter().flatten();
    Fixture {
        kind: value["id"].as_str().expect("a fixture names its kind").to_owned(),
        good: value["good"].clone(),
        breaks: breaks.map(|(rule, fields)| (rule.clone(), fields.clone())).collect(),
    }
}

impl Fixture {
    pub fn good(&self, references: &References) -> Value {
        filled(self.good.clone(), references)
    }

    /// For each rule its id and a record that breaks it and nothing else.
    pub fn broken(&self, references: &References) -> Vec<(String, Value)> {
        let broken = self.breaks.iter().map(|(rule, fields)| {
            let mut record = self.good(references);
            for (id, value) in fields.as_object().expect("what breaks a rule is fields") {
                record[id] = value.clone();
            }
            (rule.clone(), record)
        });
        broken.collect()
    }
}

fn filled(mut record: Value, references: &References) -> Value {
    for value in record.as_object_mut().expect("a record is fields").values_mut() {
        match value.as_str() {
            Some("$household") => *value = references.household.into(),
            Some("$member") => *value = references.member.into(),
            _ => {}
        }
    }
    record
}

#[cfg(test)]
mod tests {
    use sohoi_domain::catalogue::Catalogue;
    use sohoi_domain::record::check;

    use super::{References, fixtures};

    const ANYBODY: &str = "00000000-0000-8000-8000-000000000001";

    #[test]
    fn a_good_record_is_valid_and_a_broken_one_breaks_one_rule() {
        let catalogue = Catalogue::embedded();
        let references = References { household: ANYBODY, member: ANYBODY };
        let errors = |kind: &str, record: &serde_json::Value| {
            let kind = catalogue.kind(kind).expect("the kind is in the catalogue");
            let checked = check(&catalogue, kind, record.as_object().expect("a record is fields"));
            let errors = checked.issues.into_iter().filter(sohoi_domain::record::Issue::is_error);
            errors
                .map(|issue| issue.params.get("rule").cloned().unwrap_or(format!("{issue:?}")))
                .collect::<Vec<_>>()
        };
        let is_rule = |error: &String| !error.starts_with("Issue");
        for fixture in fixtures() {
            assert_eq!(errors(&fixture.kind, &fixture.good(&references)), [""; 0], "{}", fixture.kind);
            for (rule, record) in fixture.broken(&references) {
                let mut errors = errors(&fixture.kind, &record);
                // Beside the rule, a fault of one field may be told at that field.
                errors.retain(is_rule);
                assert_eq!(errors, [rule.as_str()], "{}", fixture.kind);
            }
        }
    }
}
