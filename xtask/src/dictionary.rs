//! Training a dictionary of the compression, on generated communes.

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
