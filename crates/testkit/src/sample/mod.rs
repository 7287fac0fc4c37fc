//! The records of the sample commune that the program shows: written by `cargo xtask sample` into `schema/sample`,
//! the same every time. Nobody lives there.
//!
//! A day is a number of days from the day on which the sample is opened, a year likewise; `@name` is the record that
//! was called so. What stands there is saved as an officer's own records are, so every rule holds for it.

mod book;
mod household;
mod people;
mod work;

use serde_json::{Value, json};

use crate::Random;

/// Chooses everything that is in it.
const SEED: u64 = 2018;

/// The lines of `schema/sample/records.jsonl`.
pub fn lines() -> String {
    let mut sample = Sample { random: Random::from_seed(SEED), rows: vec![book::head()] };
    people::branches(&mut sample);
    household::households(&mut sample);
    people::members(&mut sample);
    people::events(&mut sample);
    household::work(&mut sample);
    work::activities(&mut sample);
    work::meetings(&mut sample);
    work::others(&mut sample);
    sample.rows.iter().map(|row| format!("{row}\n")).collect()
}

struct Sample {
    random: Random,
    rows: Vec<Value>,
}

impl Sample {
    fn add(&mut self, kind: &str, fields: Value) {
        self.rows.push(json!({ "kind": kind, "fields": fields }));
    }

    fn add_as(&mut self, name: &str, kind: &str, fields: Value) {
        self.rows.push(json!({ "as": name, "kind": kind, "fields": fields }));
    }

    fn below(&mut self, end: u64) -> u64 {
        self.random.below(end)
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_sample_that_is_shipped_is_the_one_that_is_made_here() {
        let shipped = include_str!("../../../../schema/sample/records.jsonl");
        assert!(shipped == super::lines(), "run `cargo xtask sample`");
    }
}
