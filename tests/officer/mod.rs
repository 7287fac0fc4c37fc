//! What an officer does at the window, by keyboard only.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use sohoi_testkit::{Key, Window, text, until};

/// What the register itself says while the window has it; null when it refuses.
pub fn asked(window: &Window, command: &str, request: Value) -> Value {
    let script = "const done = arguments[arguments.length - 1]; \
        window.__TAURI_INTERNALS__.invoke('api_call', { command: arguments[0], request: arguments[1] })\
        .then(done, () => done(null));";
    window.script_with_callback(script, &[command.into(), request])
}

/// The day by the register's own clock.
pub fn today(window: &Window) -> String {
    asked(window, "app_state", json!({}))["today"].as_str().expect("a day").to_owned()
}

pub struct Officer<'w> {
    window: &'w Window,
}

impl<'w> Officer<'w> {
    pub fn at(window: &'w Window) -> Self {
        Self { window }
    }

    pub fn create_register(&self, unit: &str, name: &str, pin: &str) {
        let window = self.window;
        window.tab_to("unit-search");
        window.screenshot("window/start");
        window.keys(unit);
        assert!(window.shows("[data-testid=unit-option]", unit), "{unit} is offered");
        window.press(Key::Enter);
        self.fill("officer-name", name);
        self.fill("pin", pin);
        self.fill("pin-again", pin);
        window.press(Key::Enter);
        let code = window.by_testid("recovery-code").text();
        assert!(code.chars().filter(char::is_ascii_alphanumeric).count() >= 16, "a long code, not {code}");
        window.screenshot("window/recovery");
        window.tab_to("recovery-kept");
        window.press(Key::Space);
        window.tab_to("recovery-continue");
        window.press(Key::Enter);
        window.by_testid("nav-home");
    }

    pub fn unlock(&self, pin: &str) {
        self.fill("unlock-pin", pin);
        self.window.screenshot("window/unlock");
        self.window.press(Key::Enter);
        self.window.by_testid("nav-home");
    }

    pub fn go(&self, page: &str) {
        self.window.tab_to(&format!("nav-{page}"));
        self.window.press(Key::Enter);
        let current = format!("[data-testid=\"nav-{page}\"][aria-current]");
        self.window.find(&current);
    }

    /// Opens an empty form of a kind.
    pub fn begin(&self, kind: &str) {
        self.go("new");
        self.window.tab_to(&format!("new-{kind}"));
        self.window.press(Key::Enter);
        self.window.by_testid("save");
    }

    pub fn record_activity(&self, title: &str, day: &str) {
        self.begin("propaganda_activity");
        self.fill("field-title", title);
        self.fill("field-topic", "chính trị");
        self.fill("field-form", "họp chi hội");
        self.fill("field-held_on", day);
        self.fill("field-n_total", "42");
        self.fill("field-n_women", "40");
        self.save();
    }

    pub fn record_member(&self, name: &str, joined: &str) {
        self.begin("member");
        self.fill("field-full_name", name);
        self.fill("field-birth_year", "1988");
        self.fill("field-joined_on", joined);
        self.save();
    }

    /// Types into one field of the open form, and into another one until the power goes.
    pub fn half_fill(&self, text: &str) {
        self.fill("field-note", text);
        self.fill("field-document_ref", "192/KH-UB");
    }

    pub fn sees_half(&self, text: &str) {
        let field = self.window.by_testid("field-note");
        until(Duration::from_secs(5), "the draft is in the form", || (field.value() == text).then_some(()));
    }

    /// Opens the list of a kind and waits until it has so many records.
    pub fn sees_records(&self, kind: &str, n: usize) {
        self.go(&format!("kind-{kind}"));
        until(Duration::from_secs(10), &format!("the list of {kind} has {n} records"), || {
            // The header counts as a row, and of a long list only what is near the view is drawn.
            let script = "const table = document.querySelector('[data-testid=record-table]');
                if (!location.hash.startsWith(`#/kind/${arguments[0]}`) || document.querySelector('main .skeleton')) return null;
                return table ? Number(table.getAttribute('aria-rowcount')) - 1 : 0;";
            (self.window.script(script, &[kind.into()]).as_u64() == Some(n as u64)).then_some(())
        });
    }

    /// Waits until so many rows of the list on the screen say that the province does not have them.
    pub fn sees_unsent(&self, n: usize) {
        until(Duration::from_secs(10), &format!("{n} rows are marked as unsent"), || {
            (self.window.find_all("[data-testid=record-row] .dot").len() == n).then_some(())
        });
    }

    pub fn enrol(&self, hub: &str, code: &str) {
        self.go("sync");
        self.fill("enrol-hub", hub);
        self.fill("enrol-code", code);
        self.window.press(Key::Enter);
        let is_enrolled = "[data-testid=sync-state]:not([data-state=not_enrolled])";
        until(Duration::from_secs(40), "it is enrolled", || self.window.look(is_enrolled));
    }

    /// Presses the button in the top bar and waits for what it says.
    pub fn send_and_see(&self, state: &str) {
        self.window.tab_to("sync-button");
        self.window.press(Key::Enter);
        self.state(state);
    }

    fn state(&self, state: &str) {
        let wanted = format!("[data-testid=sync-state][data-state={state}]");
        until(Duration::from_secs(40), &format!("the button says {state}"), || self.window.look(&wanted));
    }

    pub fn press(&self, id: &str) {
        self.window.tab_to(id);
        self.window.press(Key::Enter);
    }

    /// Today as it is typed.
    pub fn today(&self) -> String {
        let today = today(self.window);
        let parts: Vec<&str> = today.split('-').rev().collect();
        parts.join("/")
    }

    /// The month of the Union's calendar that today lies in, with which the page of periods opens.
    pub fn month(&self) -> String {
        let periods = asked(self.window, "period_list", json!({ "calendar": "union" }));
        periods["current"]["month"].as_str().expect("today lies in a month").to_owned()
    }

    pub fn open_period(&self, month: &str) {
        self.go("periods");
        self.window.by_testid("periods-table");
        self.press(&format!("period-{month}"));
        self.window.by_testid("closing");
    }

    pub fn sees_period(&self, state: &str) {
        let wanted = format!("[data-testid=closing] [data-testid=period-state][data-state={state}]");
        until(Duration::from_secs(40), &format!("the period is {state}"), || self.window.look(&wanted));
    }

    /// Opens one of the two ways of files on the page of sending: `out` or `in`.
    pub fn open_files(&self, way: &str) {
        let id = format!("files-{way}");
        self.window.tab_to(&id);
        let open = format!("[data-testid={id}][aria-expanded=true]");
        if self.window.look(&open).is_none() {
            self.window.press(Key::Enter);
            self.window.find(&open);
        }
        self.window.find("[data-testid=files] ul:not([aria-busy])");
    }

    /// Types where a file is, or is to be.
    pub fn use_path(&self, way: &str, path: &Path) {
        self.open_files(way);
        self.fill("files-path", text(path));
        self.window.press(Key::Enter);
    }

    fn fill(&self, id: &str, text: &str) {
        self.window.tab_to(id);
        // A date begins with today; what is typed replaces it.
        self.window.press_with_control('a');
        self.window.keys(text);
        let field = self.window.by_testid(id);
        until(Duration::from_secs(5), &format!("{id} holds what was typed"), || {
            (field.value() == text).then_some(())
        });
    }

    fn save(&self) {
        self.window.tab_to("save");
        self.window.press(Key::Enter);
        // The page of the saved record: it is on the disk.
        until(Duration::from_secs(10), "the record is saved", || {
            self.window.fragment().starts_with("/record/").then_some(())
        });
        self.window.by_testid("toast");
    }
}
