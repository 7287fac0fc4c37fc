//! One JSON value a line, or words.

use std::collections::BTreeMap;
use std::io::Write as _;

use serde_json::{Value, json};

use super::words::Words;
use crate::error::HubError;
use crate::secret;

pub struct Output {
    pub is_json: bool,
    pub words: Words,
}

impl Output {
    /// Prints the value, or what `words` makes of it.
    pub fn say(&self, value: &Value, words: impl FnOnce(&Words) -> String) {
        if self.is_json {
            self.text(&value.to_string());
        } else {
            self.text(&words(&self.words));
        }
    }

    pub fn text(&self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        // A pipe that was closed ends the reader's interest, not the work.
        let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
    }

    pub fn failed(&self, error: &HubError) {
        let incident = secret::incident();
        let params: BTreeMap<&str, String> = error.params();
        if error.exit_code() == 1 || error.exit_code() == 4 {
            tracing::error!(code = error.code(), incident, error = %error, "a command failed");
        }
        let told = if self.is_json {
            json!({"error": {"code": error.code(), "params": params, "incident": incident}}).to_string()
        } else {
            self.words_for(error)
        };
        let _ = writeln!(std::io::stderr(), "{told}");
    }

    /// What a person should know of what was done; a program has it in the value.
    pub fn noted(&self, key: &str, params: &[(&str, &str)]) {
        if !self.is_json {
            let _ = writeln!(std::io::stderr(), "{}", self.words.said(key, params));
        }
    }

    /// What did not work after the command's own work was done. `key` of the words says what is to be done.
    pub fn warned(&self, key: &str, error: &HubError) {
        let incident = secret::incident();
        tracing::error!(warning = key, code = error.code(), incident, error = %error, "a command left work undone");
        let told = if self.is_json {
            let cause = json!({"code": error.code(), "params": error.params()});
            json!({"warning": {"code": key, "cause": cause, "incident": incident}}).to_string()
        } else {
            self.words.said(key, &[("fault", &self.words_for(error))])
        };
        let _ = writeln!(std::io::stderr(), "{told}");
    }

    fn words_for(&self, error: &HubError) -> String {
        let mut params: BTreeMap<&str, String> = error.params();
        if error.code() == "catalogue.breaks"
            && let Some(part) = params.get_mut("what")
        {
            *part = self.words.said(&format!("broken_{part}"), &[]);
        }
        let params: Vec<(&str, &str)> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.words.error(error.code(), &params)
    }
}

/// A line for each thing that figures are without.
pub fn problems(words: &Words, value: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let line = |problem: &Value| {
        let params = [
            ("name", text(&problem["unit"]["name"])),
            ("device", text(&problem["device"])),
            ("first_seq", text(&problem["first_seq"])),
            ("n_changes", text(&problem["n_changes"])),
        ];
        let params = params.each_ref().map(|(name, value)| (*name, value.as_str()));
        words.error(problem["code"].as_str().unwrap_or_default(), &params)
    };
    value["problems"].as_array().into_iter().flatten().map(line).collect()
}
