//! One element of a page.

use serde_json::{Value, json};

use super::Refusal;
use super::session::Session;

/// The name of a reference in JSON, fixed by the standard.
const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Element<'s> {
    session: &'s Session,
    id: String,
}

impl<'s> Element<'s> {
    pub(super) fn of(session: &'s Session, value: &Value) -> Option<Self> {
        value[REFERENCE].as_str().map(|id| Self { session, id: id.to_owned() })
    }

    pub fn click(&self) {
        self.post("click", &json!({})).expect("the element can be clicked");
    }

    /// Types into it, after what it holds.
    pub fn type_text(&self, text: &str) {
        self.post("value", &json!({ "text": text })).expect("the element takes text");
    }

    pub fn clear(&self) {
        self.post("clear", &json!({})).expect("the element can be cleared");
    }

    /// What a person reads on it.
    pub fn text(&self) -> String {
        let text = self.get("text").expect("the element has a text");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// What an input holds.
    pub fn value(&self) -> String {
        let value = self.get("property/value").expect("the element has a value");
        value.as_str().unwrap_or_default().to_owned()
    }

    pub fn attribute(&self, name: &str) -> Option<String> {
        let value = self.get(&format!("attribute/{name}")).expect("the element can be asked");
        value.as_str().map(str::to_owned)
    }

    pub fn is_displayed(&self) -> bool {
        self.get("displayed").is_ok_and(|value| value == true)
    }

    /// For a script's arguments.
    pub fn as_argument(&self) -> Value {
        json!({ REFERENCE: self.id })
    }

    fn get(&self, what: &str) -> Result<Value, Refusal> {
        self.session.call("GET", &format!("/element/{}/{what}", self.id), None)
    }

    fn post(&self, what: &str, body: &Value) -> Result<Value, Refusal> {
        self.session.call("POST", &format!("/element/{}/{what}", self.id), Some(body))
    }
}
