//! What went wrong, with the exit code that scripts go by.

use serde_json::{Map, Value, json};
use sohoi_api::dto::ErrorBody;

#[derive(Debug)]
pub struct Fault {
    pub code: String,
    pub params: Map<String, Value>,
    pub incident: String,
}

impl Fault {
    pub fn usage(code: &str) -> Fault {
        Fault { code: code.to_string(), params: Map::new(), incident: String::new() }
    }

    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Fault {
        self.params.insert(name.to_string(), value.into());
        self
    }

    pub fn json(&self) -> Value {
        json!({ "code": self.code, "params": self.params, "incident": self.incident })
    }

    /// 6 done, and something is left for a person ·
    /// 1 fault · 2 wrong usage · 3 refused, nothing written · 4 storage · 5 no connection or refused there.
    pub fn exit(&self) -> u8 {
        match self.code.split('.').next() {
            _ if matches!(self.code.as_str(), "sync.renewed_by_file" | "sync.more_by_file") => 6,
            _ if self.code == "enrol.bad_address" => 2,
            _ if matches!(
                self.code.as_str(),
                "enrol.bad_file" | "enrol.other_unit" | "sync.not_enrolled"
            ) =>
            {
                3
            }
            _ if matches!(
                self.code.as_str(),
                "bundle.disk_full" | "bundle.gone" | "bundle.io" | "bundle.read_only"
            ) =>
            {
                4
            }
            Some("usage") => 2,
            Some("app") if self.code == "app.fault" => 1,
            Some(
                "register" | "record" | "unit" | "period" | "app" | "input" | "backup" | "bundle" | "sample",
            ) => 3,
            Some("store") => 4,
            Some("sync" | "enrol") => 5,
            _ => 1,
        }
    }
}

impl From<ErrorBody> for Fault {
    fn from(body: ErrorBody) -> Fault {
        Fault { code: body.code, params: body.params, incident: body.incident }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Fault {
        let code = match error.kind() {
            std::io::ErrorKind::NotFound => "input.no_file",
            std::io::ErrorKind::InvalidData => "input.not_utf8",
            _ => "store.io",
        };
        Fault::usage(code)
    }
}
