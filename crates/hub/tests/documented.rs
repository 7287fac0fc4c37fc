//! The examples of docs/protocol.md are what the program makes.

use serde_json::json;
use sohoi_domain::{Catalogue, Value, record};

const PROTOCOL: &str = include_str!("../../../docs/protocol.md");

fn pseudonym(typed: serde_json::Value) -> u64 {
    let catalogue = Catalogue::embedded();
    let kind = catalogue.kind("startup_support").expect("a kind");
    let field = |id: &str| kind.field(id).expect("a field").num;
    let typed = typed.as_object().expect("an object");
    let mut fields = record::check(&catalogue, kind, typed).fields;
    let key: [u8; 32] = std::array::from_fn(|at| u8::try_from(at).expect("small"));
    record::fill_pseudonyms(kind, &mut fields, &key);
    match fields.get(&field("person")) {
        Some(Value::Pseudonym(number)) => *number,
        other => panic!("{other:?}"),
    }
}

fn bytes(number: u64) -> String {
    let bytes: Vec<String> = number.to_be_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

#[test]
fn the_pseudonyms_of_the_page_are_those_of_the_program() {
    let with_year = pseudonym(json!({"full_name": "Thử  Một", "birth_year": 1984}));
    assert_eq!(with_year, pseudonym(json!({"full_name": " THỬ MỘT", "birth_year": 1984})));
    let without = pseudonym(json!({"full_name": "Thử Một"}));
    for (written, number) in [
        (format!("{}                                      the pseudonym", bytes(with_year)), with_year),
        (format!("the pseudonym `{}`", bytes(without)), without),
    ] {
        assert!(PROTOCOL.contains(&written), "{number:016x}");
    }
}
