//! Several questions of a page in one request: on an old PC each request of its own costs the page as much as drawing
//! ten rows of a list.

use serde_json::Value;

use crate::dto::{Answered, Asked, ErrorBody};
use crate::{error, writes};

/// A page asks less than ten things at once.
pub const MOST_TOGETHER: usize = 16;

/// Answers what was asked in its order, each by `one`, so that a refusal of one is not one of the others. What writes
/// goes alone, for the host does more after it.
///
/// # Errors
/// `usage.bad_request` for more than [`MOST_TOGETHER`]; nothing was run then.
pub fn together(
    asked: Vec<Asked>,
    one: impl Fn(&str, Value) -> Result<Value, ErrorBody>,
) -> Result<Vec<Answered>, ErrorBody> {
    if asked.len() > MOST_TOGETHER {
        return Err(error::bad_request());
    }
    let answer = |Asked { command, request }| {
        let answer = if writes(&command) { Err(error::bad_request()) } else { one(&command, request) };
        answer.map_or_else(Answered::Error, Answered::Ok)
    };
    Ok(asked.into_iter().map(answer).collect())
}
