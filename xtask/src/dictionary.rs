//! What is made of generated communes: a dictionary of the compression, and the sample that the program shows.

use crate::command;
use crate::failure::Failure;
use crate::place::Place;

/// Writes the dictionary of this number. One that was released is never written again: batches need it.
pub fn run(place: &Place, number: &str) -> Result<(), Failure> {
    if number.parse::<u32>().ok().filter(|number| (1..10_000).contains(number)).is_none() {
        return Err(Failure::new("a dictionary has a number from 1 to 9999"));
    }
    let words = ["run", "-p", "sohoi-testkit", "--bin", "sohoi-dictionary", "--"];
    command::run(command::cargo(place).args(words).args(["schema/protocol/dictionary", number]))
}

/// Writes the sample's records; a test compares what is there with what this would write.
pub fn sample(place: &Place) -> Result<(), Failure> {
    let words = ["run", "-p", "sohoi-testkit", "--bin", "sohoi-sample", "--", "schema/sample/records.jsonl"];
    command::run(command::cargo(place).args(words))
}
