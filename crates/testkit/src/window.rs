//! The window: the real desktop program, under WebKit's driver.

use std::ops::Deref;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::json;

use crate::hub::free_port;
use crate::place::program;
use crate::process::{Process, Running};
use crate::wait::is_reached;
use crate::webdriver::Session;

/// One window at a time: two would take the keyboard from each other.
static SCREEN: Mutex<()> = Mutex::new(());

const OURS: &str = "sohoi-desktop";

pub struct Window {
    session: Session,
    program: String,
    driver: Running,
    _screen: MutexGuard<'static, ()>,
}

impl Window {
    /// Opens the window of the register in `home`; `name` is that of its log.
    pub fn open(home: &Path, name: &str) -> Self {
        Self::start(OURS, home, name, None)
    }

    /// The same of another program that shows a page, beside which ours is measured.
    pub fn of_other(binary: &str, home: &Path, name: &str) -> Self {
        Self::start(binary, home, name, None)
    }

    fn start(binary: &str, home: &Path, name: &str, variable: Option<(&str, &str)>) -> Self {
        let screen = SCREEN.lock().unwrap_or_else(PoisonError::into_inner);
        let port = free_port();
        let mut command = Running::command("WebKitWebDriver");
        command.arg(format!("--port={port}"));
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("SOHOI_HOME", home);
        // The test says which language it reads, not the person who runs it.
        command.env("LC_ALL", "C.UTF-8").env_remove("LANG").env_remove("LANGUAGE");
        command.envs(variable);
        Running::log(&mut command, &format!("{name}-window.log"));
        let driver = Running::start(&mut command);
        let binary = program(binary);
        let session =
            Session::open(port, &json!({ "webkitgtk:browserOptions": { "binary": binary, "args": [] } }));
        // The officers' screens; without a window manager nobody maximises the window.
        session.resize(1366, 768);
        let program = binary.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self { session, program, driver, _screen: screen }
    }

    /// The same with one more variable in the program's environment.
    pub fn open_with(home: &Path, name: &str, variable: (&str, &str)) -> Self {
        Self::start(OURS, home, name, Some(variable))
    }

    /// Kills the program, its helpers and the driver in one moment, as a power cut does.
    pub fn kill_app(mut self) {
        self.driver.cut();
    }

    /// The driver, the program, and WebKit's helpers.
    pub fn processes(&self) -> Vec<Process> {
        self.driver.processes()
    }

    /// When the program was started, in milliseconds since 1970.
    pub fn started_ms(&self) -> u128 {
        let starts = self.processes().into_iter().filter(|process| process.is(&self.program));
        starts.map(|process| process.started_ms()).min().expect("the window's process is there")
    }

    /// Closes the window as a person does, and waits until the program has let go of its register.
    pub fn close(self) {
        self.session.close();
        let has_ended = || !self.processes().iter().any(|process| process.is(&self.program));
        assert!(is_reached(Duration::from_secs(20), has_ended), "the program ends when its window is closed");
    }
}

impl Deref for Window {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}
