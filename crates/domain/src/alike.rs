//! When two records look like one and the same thing written twice. The catalogue says by which fields; nothing
//! here knows a kind.

use crate::catalogue::{Field, FieldType, Kind};
use crate::day::Day;
use crate::text;
use crate::value::{Fields, Value};

/// What records that are alike are looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trace {
    /// They have this day.
    Day(Day),
    /// They have all of these words, folded.
    Words(Vec<String>),
}

/// None while a field is empty that must be equal, or when records of this kind are never taken for one.
pub fn trace(kind: &Kind, fields: &Fields) -> Option<Trace> {
    let likeness = || kind.likeness.iter().filter_map(|id| kind.field(id));
    let is_given = |field: &Field| !field.required || fields.contains_key(&field.num);
    if kind.likeness.is_empty() || !likeness().all(is_given) {
        return None;
    }
    let date = likeness().find(|field| field.id == kind.date_field);
    if let Some(day) = date.and_then(|field| fields.get(&field.num)?.as_day()) {
        return Some(Trace::Day(day));
    }
    let texts = likeness().filter(|field| field.required && is_text(field));
    let words: Vec<String> = texts.flat_map(|field| words(fields.get(&field.num))).collect();
    (!words.is_empty()).then_some(Trace::Words(words))
}

/// Text is equal when its folded words are, in any order.
pub fn is_alike(kind: &Kind, one: &Fields, other: &Fields) -> bool {
    let mut likeness = kind.likeness.iter().filter_map(|id| kind.field(id));
    !kind.likeness.is_empty()
        && likeness.all(|field| match (one.get(&field.num), other.get(&field.num)) {
            (Some(a), Some(b)) if is_text(field) => words(Some(a)) == words(Some(b)),
            (Some(a), Some(b)) => a == b,
            (None, _) | (_, None) => !field.required,
        })
}

/// What records that may be alike have in common: the fields that must be given and equal.
pub fn likeness(kind: &Kind, fields: &Fields) -> Option<Vec<String>> {
    trace(kind, fields)?;
    let required = kind.likeness.iter().filter_map(|id| kind.field(id)).filter(|field| field.required);
    let one = |field: &Field| match fields.get(&field.num) {
        given @ Some(_) if is_text(field) => words(given).join(" "),
        given => serde_json::to_string(&given).unwrap_or_default(),
    };
    Some(required.map(one).collect())
}

fn is_text(field: &Field) -> bool {
    matches!(field.field_type, FieldType::Text | FieldType::LongText)
}

fn words(value: Option<&Value>) -> Vec<String> {
    let mut words = value.and_then(Value::as_text).map_or(Vec::new(), text::fold_words);
    words.sort();
    words
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalogue::Catalogue;
    use crate::record::check;

    fn fields(kind: &Kind, catalogue: &Catalogue, typed: serde_json::Value) -> Fields {
        check(catalogue, kind, typed.as_object().expect("an object")).fields
    }

    #[test]
    fn one_name_in_other_letters_is_one_person_unless_the_year_says_no() {
        let catalogue = Catalogue::embedded();
        let kind = catalogue.kind("member").expect("a kind");
        let typed = |name: &str, year: Option<i64>| {
            fields(kind, &catalogue, json!({"full_name": name, "birth_year": year}))
        };
        let first = typed("Kăn Thị Hoà", Some(1990));
        for (name, year, is_one) in [
            ("kan thi hoa", Some(1990), true),
            ("KĂN THỊ HÒA", None, true),
            ("Kăn Thị Hoà", Some(1991), false),
            ("Kăn Thị", Some(1990), false),
        ] {
            assert_eq!(is_alike(kind, &first, &typed(name, year)), is_one, "{name} {year:?}");
        }
        let words = ["kan", "thi", "hoa"].map(String::from).to_vec();
        let Some(Trace::Words(mut found)) = trace(kind, &first) else { panic!("looked for by words") };
        found.sort();
        let mut expected = words;
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(trace(kind, &typed("", Some(1990))), None);
    }

    #[test]
    fn what_happened_on_a_day_is_looked_for_by_the_day() {
        let catalogue = Catalogue::embedded();
        let kind = catalogue.kind("branch_meeting").expect("a kind");
        let typed = |title: &str| fields(kind, &catalogue, json!({"title": title, "held_on": "2018-05-03"}));
        let day = "2018-05-03".parse().expect("a day");
        assert_eq!(trace(kind, &typed("Họp quý")), Some(Trace::Day(day)));
        assert!(is_alike(kind, &typed("Họp quý 2"), &typed("hop quy 2")));
        assert!(!is_alike(kind, &typed("Họp quý 2"), &typed("Họp quý 3")));
    }

    #[test]
    fn every_kind_says_by_what_its_records_are_alike() {
        let without: Vec<String> = Catalogue::embedded()
            .kinds
            .into_iter()
            .filter(|kind| kind.likeness.is_empty())
            .map(|kind| kind.id)
            .collect();
        assert_eq!(without, Vec::<String>::new());
    }
}
