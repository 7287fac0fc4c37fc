//! One page under control.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::Refusal;
use super::element::Element;
use super::http::Driver;
use super::key::Key;
use crate::place::artifact;
use crate::wait::{is_reached, until};

/// How long a page may take to show what was asked for.
const PATIENCE: Duration = Duration::from_secs(15);
const START: Duration = Duration::from_secs(20);

pub struct Session {
    driver: Driver,
    path: String,
    n_keys: AtomicUsize,
}

impl Session {
    /// Waits for the driver on `port`, then opens a session with it.
    pub fn open(port: u16, capabilities: &Value) -> Self {
        let driver = Driver::at(port);
        until(START, "the driver answers", || driver.is_ready().then_some(()));
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let made = driver.call("POST", "/session", Some(&wanted));
        let made = made.unwrap_or_else(|refusal| panic!("the driver opens no session: {refusal:?}"));
        let id = made["sessionId"].as_str().expect("a session has an id");
        Self { path: format!("/session/{id}"), driver, n_keys: AtomicUsize::new(0) }
    }

    pub fn close(&self) {
        // A session whose program was killed cannot be closed, and need not be.
        let _ = self.driver.call("DELETE", &self.path, None);
    }

    pub(super) fn call(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, Refusal> {
        self.driver.call(method, &format!("{}{path}", self.path), body)
    }

    pub fn goto(&self, url: &str) {
        self.call("POST", "/url", Some(&json!({ "url": url }))).expect("the page opens");
    }

    /// The element that `css` selects, waited for.
    pub fn find(&self, css: &str) -> Element<'_> {
        until(PATIENCE, &format!("the page shows {css}"), || self.look(css))
    }

    /// The element that the page's author marked for tests, waited for.
    pub fn by_testid(&self, id: &str) -> Element<'_> {
        self.find(&marked(id))
    }

    /// Waits for one of several marks; returns which.
    pub fn first_of<'m>(&self, ids: &[&'m str]) -> &'m str {
        until(PATIENCE, &format!("the page shows one of {ids:?}"), || {
            ids.iter().copied().find(|id| self.look(&marked(id)).is_some())
        })
    }

    pub fn find_all(&self, css: &str) -> Vec<Element<'_>> {
        let found = self.call("POST", "/elements", Some(&selector(css))).expect("the page can be searched");
        found.as_array().into_iter().flatten().filter_map(|value| Element::of(self, value)).collect()
    }

    /// The element now, if it is there.
    pub fn look(&self, css: &str) -> Option<Element<'_>> {
        let found = self.call("POST", "/element", Some(&selector(css))).ok()?;
        Element::of(self, &found)
    }

    /// Whether an element's text comes to contain `text`.
    pub fn shows(&self, css: &str, text: &str) -> bool {
        is_reached(PATIENCE, || {
            let script = "const e = document.querySelector(arguments[0]); return e ? e.innerText : null;";
            let said = self.call("POST", "/execute/sync", Some(&json!({ "script": script, "args": [css] })));
            said.is_ok_and(|said| said.as_str().is_some_and(|said| said.contains(text)))
        })
    }

    pub fn script(&self, script: &str, args: &[Value]) -> Value {
        let body = json!({ "script": script, "args": args });
        self.call("POST", "/execute/sync", Some(&body)).unwrap_or_else(|e| panic!("the script fails: {e:?}"))
    }

    /// A script whose last argument is the function to call with its result.
    pub fn script_with_callback(&self, script: &str, args: &[Value]) -> Value {
        let body = json!({ "script": script, "args": args });
        self.call("POST", "/execute/async", Some(&body)).unwrap_or_else(|e| panic!("the script fails: {e:?}"))
    }

    /// Keys that were pressed; one with Control counts once.
    pub fn n_keys(&self) -> usize {
        self.n_keys.load(Ordering::Relaxed)
    }

    fn count(&self, n: usize) {
        self.n_keys.fetch_add(n, Ordering::Relaxed);
    }

    /// Types on the keyboard, to whatever has the focus.
    pub fn keys(&self, text: &str) {
        self.count(text.chars().count());
        let strokes = text.chars().flat_map(|c| [stroke("keyDown", c), stroke("keyUp", c)]);
        self.perform(strokes.collect());
    }

    pub fn press(&self, key: Key) {
        self.count(1);
        self.perform(vec![stroke("keyDown", key.code()), stroke("keyUp", key.code())]);
    }

    /// Presses a key while Control is held.
    pub fn press_with_control(&self, key: char) {
        self.count(1);
        self.perform(vec![
            stroke("keyDown", Key::Control.code()),
            stroke("keyDown", key),
            stroke("keyUp", key),
            stroke("keyUp", Key::Control.code()),
        ]);
    }

    /// Makes the window so large, as far as the screen allows.
    pub fn resize(&self, width: u32, height: u32) {
        let rect = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.call("POST", "/window/rect", Some(&rect)).expect("the window can be resized");
    }

    /// What follows `#` in the page's address.
    pub fn fragment(&self) -> String {
        let said = self.script("return location.hash;", &[]);
        said.as_str().unwrap_or_default().trim_start_matches('#').to_owned()
    }

    /// Presses Tab until the element with that mark has the focus, as an officer without a mouse does.
    pub fn tab_to(&self, id: &str) {
        self.find(&marked(id));
        for _ in 0..200 {
            if self.focused() == id {
                return;
            }
            self.press(Key::Tab);
        }
        panic!("two hundred Tabs do not reach {id}; the focus is on {}", self.focused());
    }

    /// The mark of the focused element, or of the nearest one around it.
    pub fn focused(&self) -> String {
        let script =
            "const e = document.activeElement?.closest('[data-testid]'); return e ? e.dataset.testid : '';";
        self.script(script, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Saves what the page looks like; `name` may have folders in it.
    pub fn screenshot(&self, name: &str) {
        // What was changed a moment ago is drawn with the next frame, and surely with the one after.
        let drawn = "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
        self.script_with_callback(drawn, &[]);
        // Drawn by the processor, a page is pictured with its next change, and one at rest has none: a dot that nobody
        // sees changes until the picture is there.
        let stir = "const dot = document.createElement('i'); \
            dot.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px'; \
            document.body.append(dot); let n = 0; \
            const turn = setInterval(() => (dot.style.background = `rgb(0 0 0 / ${n++ % 2}%)`), 30); \
            globalThis.sohoiStill = () => { clearInterval(turn); dot.remove(); };";
        self.script(stir, &[]);
        let picture = self.call("GET", "/screenshot", None).expect("the page can be pictured");
        self.script("globalThis.sohoiStill();", &[]);
        let bytes = from_base64(picture.as_str().unwrap_or_default());
        std::fs::write(artifact(&format!("{name}.png")), bytes).expect("a picture can be written");
    }

    fn perform(&self, actions: Vec<Value>) {
        let body = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": actions }] });
        self.call("POST", "/actions", Some(&body)).expect("the keyboard works");
    }
}

fn marked(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}

fn selector(css: &str) -> Value {
    json!({ "using": "css selector", "value": css })
}

fn stroke(kind: &str, key: char) -> Value {
    json!({ "type": kind, "value": key.to_string() })
}

fn from_base64(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut held, mut n_bits) = (0_u32, 0);
    for byte in text.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => continue,
        };
        held = (held << 6) | u32::from(digit);
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            bytes.push(u8::try_from((held >> n_bits) & 0xFF).expect("eight bits fit"));
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::from_base64;

    #[test]
    fn base64_is_read() {
        assert_eq!(from_base64("U+G7lSBI4buZaQ=="), "Sổ Hội".as_bytes());
    }
}
