//! Whether people who cannot see well, or have no mouse, can use a page: axe-core's opinion.

use serde_json::{Value, json};

use crate::place::checkout;
use crate::webdriver::Session;

#[derive(Debug)]
pub struct Violation {
    pub rule: String,
    pub help: String,
    /// The first elements that break it, as CSS selectors.
    pub targets: Vec<String>,
}

/// What axe-core calls serious or critical on the page that is shown.
pub fn serious_violations(page: &Session) -> Vec<Violation> {
    let path = checkout("node_modules/axe-core/axe.min.js");
    let axe = std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("axe-core is not installed, `npm ci` does it: {} ({e})", path.display()));
    // A page with a strict content policy takes no inline script element, but a driver may evaluate.
    page.script(&format!("{axe}; return typeof axe;"), &[]);
    let script = "const done = arguments[arguments.length - 1];
        axe.run(document, { resultTypes: ['violations'] })
            .then((result) => done(JSON.stringify(result.violations)), (error) => done('failed: ' + error));";
    let said = page.script_with_callback(script, &[]);
    let said = said.as_str().unwrap_or_default();
    let violations: Value =
        serde_json::from_str(said).unwrap_or_else(|_| panic!("axe-core did not run: {said}"));
    let list = violations.as_array().into_iter().flatten();
    let serious =
        list.filter(|violation| ["serious", "critical"].iter().any(|&impact| violation["impact"] == impact));
    serious.map(violation).collect()
}

fn violation(value: &Value) -> Violation {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = value["nodes"].as_array().into_iter().flatten();
    Violation {
        rule: text(&value["id"]),
        help: text(&value["help"]),
        targets: nodes.take(5).map(|node| json!(node["target"]).to_string()).collect(),
    }
}
