//! stdout for results, stderr for words and failures.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use super::Done;
use super::args::Lang;
use crate::error::HubError;
use crate::secret;

const VI: &str = include_str!("../../words/vi.toml");
const EN: &str = include_str!("../../words/en.toml");

pub struct Out {
    json: bool,
    pub lang: Lang,
    words: BTreeMap<String, String>,
}

fn parse(text: &str) -> BTreeMap<String, String> {
    let tables: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(text).expect("the embedded words are read by a test");
    let all = tables.into_iter().flat_map(|(table, words)| {
        words.into_iter().map(move |(key, word)| (format!("{table}.{key}"), word))
    });
    all.collect()
}

impl Out {
    pub fn new(json: bool, lang: Lang) -> Out {
        let words = parse(match lang {
            Lang::Vi => VI,
            Lang::En => EN,
        });
        Out { json, lang, words }
    }

    /// The word, or its key when there is none.
    pub fn word<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// One value of `--json`; nothing for people.
    pub fn value(&self, value: &Value) -> Done {
        if self.json { self.raw(&value.to_string()) } else { Ok(0) }
    }

    /// One line for people; nothing with `--json`.
    pub fn line(&self, text: &str) -> Done {
        if self.json { Ok(0) } else { self.raw(text) }
    }

    pub fn raw(&self, text: &str) -> Done {
        let mut stdout = std::io::stdout().lock();
        match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(0),
            written => written.map(|()| 0).map_err(HubError::File),
        }
    }

    pub fn failure(&self, error: &HubError) {
        let incident = secret::incident();
        if self.json {
            let body = json!({ "code": error.code(), "params": error.params(), "incident": incident });
            eprintln!("{}", json!({ "error": body }));
            return;
        }
        let key = format!("error.{}", error.code());
        let mut text = self.word(&key).to_string();
        for (name, value) in error.params() {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        eprintln!("{text}");
    }
}

/// Rows with columns as wide as their widest cell.
pub fn table(rows: &[Vec<String>]) -> Vec<String> {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..n_columns).map(|column| width(column).unwrap_or(0)).collect();
    let cell = |(i, text): (usize, &String)| format!("{text}{}", " ".repeat(widths[i] - text.chars().count()));
    let line = |row: &Vec<String>| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ");
    rows.iter().map(|row| line(row).trim_end().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_word() {
        assert_eq!(parse(VI).into_keys().collect::<Vec<_>>(), parse(EN).into_keys().collect::<Vec<_>>());
    }
}
