//! One thing to change, where it is, and why.

use std::fmt;

#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub file: String,
    /// Counted from one; zero when the whole file is meant.
    pub line: usize,
    pub sentence: String,
}

impl Finding {
    pub fn at(file: &str, line: usize, sentence: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, sentence: sentence.into() }
    }

    pub fn of(file: &str, sentence: impl Into<String>) -> Self {
        Self::at(file, 0, sentence)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.sentence),
            line => write!(f, "{}:{line}: {}", self.file, self.sentence),
        }
    }
}
