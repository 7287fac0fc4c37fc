//! Counting persons without naming them.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::catalogue::{Field, FieldType, Kind};
use crate::value::{Fields, Value};

/// Sets every pseudonym from the personal values it stands for.
///
/// The key is the commune's own, so the province cannot try names, and the same person gives the same
/// number in every kind and on every PC of the commune. Letters count with their marks: Hoa and Hòa are
/// two women.
pub fn fill_pseudonyms(kind: &Kind, fields: &mut Fields, key: &[u8; 32]) {
    fill(&kind.fields, fields, key);
    for field in kind.fields.iter().filter(|f| f.field_type == FieldType::Lines) {
        if let Some(Value::Lines(lines)) = fields.get_mut(&field.num) {
            for line in lines {
                fill(&field.columns, line, key);
            }
        }
    }
}

fn fill(level: &[Field], fields: &mut Fields, key: &[u8; 32]) {
    for field in level.iter().filter(|f| f.field_type == FieldType::Pseudonym) {
        let values: Vec<Option<&Value>> = field
            .of
            .iter()
            .map(|id| level.iter().find(|f| f.id == *id).and_then(|f| fields.get(&f.num)))
            .collect();
        // Without the first value, the name, there is nobody to stand for.
        let pseudonym = values.first().copied().flatten().is_some().then(|| hash(&values, key));
        match pseudonym {
            Some(n) => fields.insert(field.num, Value::Pseudonym(n)),
            None => fields.remove(&field.num),
        };
    }
}

fn hash(values: &[Option<&Value>], key: &[u8; 32]) -> u64 {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length of key fits");
    for value in values {
        let text = match value {
            Some(Value::Text(text)) => text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
            Some(Value::Int(n)) => n.to_string(),
            Some(Value::Day(day)) => day.to_string(),
            _ => String::new(),
        };
        mac.update(&(text.len() as u64).to_be_bytes());
        mac.update(text.as_bytes());
    }
    let bytes = mac.finalize().into_bytes();
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    u64::from_be_bytes(first).max(1)
}
