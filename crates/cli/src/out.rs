//! stdout for results, stderr for words and failures.

use std::io::Write;

use serde_json::{Value, json};

use crate::args::Lang;
use crate::fault::Fault;
use crate::words::Words;

pub struct Out {
    pub json: bool,
    pub lang: Lang,
    words: Words,
}

impl Out {
    pub fn new(json: bool, lang: Lang) -> Out {
        Out { json, lang, words: Words::new(lang) }
    }

    pub fn word<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key)
    }

    /// One value of `--json`. Written through at once: a script may be waiting for this line.
    pub fn value(&self, value: &Value) -> Result<(), Fault> {
        let mut value = value.clone();
        whole_numbers(&mut value);
        write(&value.to_string())
    }

    /// One line for people; nothing with `--json`.
    pub fn line(&self, text: &str) -> Result<(), Fault> {
        if self.json {
            return Ok(());
        }
        write(text)
    }

    /// The catalogue's word in the chosen language.
    pub fn pick<'a>(&self, words: &'a Value) -> &'a str {
        let key = if self.lang == Lang::Vi { "vi" } else { "en" };
        words.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    pub fn sentence(&self, fault: &Fault) -> String {
        let mut key = format!("error.{}", fault.code);
        if fault.params.get("wait_s").and_then(Value::as_u64) == Some(0) {
            key += ".now";
        }
        let mut text = self.words.get(&key).to_string();
        for (name, value) in &fault.params {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_string);
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        text
    }

    pub fn fault(&self, fault: &Fault) {
        if self.json {
            eprintln!("{}", json!({ "error": fault.json() }));
        } else if fault.incident.is_empty() {
            eprintln!("{}", self.sentence(fault));
        } else {
            eprintln!("{} ({} {})", self.sentence(fault), self.words.get("say.incident"), fault.incident);
        }
    }
}

// The window's numbers are all floating; scripts expect `1` where a thing is counted.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Number(number) if !number.is_i64() && !number.is_u64() => {
            // Whole up to here in a double.
            let whole = number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15);
            if let Some(whole) = whole {
                *value = json!(whole as i64);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(whole_numbers),
        Value::Object(values) => values.values_mut().for_each(whole_numbers),
        _ => {}
    }
}

fn write(line: &str) -> Result<(), Fault> {
    let mut stdout = std::io::stdout().lock();
    match writeln!(stdout, "{line}").and_then(|()| stdout.flush()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(Fault::from),
    }
}

/// Rows with columns as wide as their widest cell.
pub fn table(rows: &[Vec<String>]) -> Vec<String> {
    let n_columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..n_columns).map(|column| width(column).unwrap_or(0)).collect();
    let cell =
        |(i, text): (usize, &String)| format!("{text}{}", " ".repeat(widths[i] - text.chars().count()));
    rows.iter()
        .map(|row| row.iter().enumerate().map(cell).collect::<Vec<_>>().join("  ").trim_end().to_string())
        .collect()
}
