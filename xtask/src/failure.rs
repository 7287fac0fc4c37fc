//! Why a command stopped, as one sentence for the person at the keyboard.

use std::fmt;

#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }

    /// Puts what was being attempted in front of what the system said.
    pub fn of(attempt: &str, cause: &dyn fmt::Display) -> Self {
        Self(format!("{attempt}: {cause}"))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
