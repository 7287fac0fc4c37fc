//! A browser at the province: headless Chromium with a profile of its own.

use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::hub::free_port;
use crate::process::Running;
use crate::webdriver::Session;

/// No sandbox, because tests also run as root in a container; nothing that speaks to the internet.
const ARGUMENTS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--lang=vi",
    "--window-size=1366,768",
];

pub struct Browser {
    session: Session,
    _driver: Running,
    _profile: TempDir,
}

impl Browser {
    /// Opens an empty page; `name` is that of its log.
    pub fn open(name: &str) -> Self {
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let port = free_port();
        let mut command = Running::command(installed(&["chromedriver", "chromium.chromedriver"]));
        command.arg(format!("--port={port}"));
        Running::log(&mut command, &format!("{name}-browser.log"));
        let driver = Running::start(&mut command);
        let mut arguments: Vec<String> = ARGUMENTS.iter().map(|&argument| argument.to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        let binary = installed(&["chromium", "google-chrome", "google-chrome-stable"]);
        let options = json!({ "binary": binary, "args": arguments });
        let capabilities = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        Self { session: Session::open(port, &capabilities), _driver: driver, _profile: profile }
    }
}

impl Deref for Browser {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Chromium writes its profile until it is told to end, and the folder is removed after this.
        self.session.close();
    }
}

fn installed(names: &[&str]) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push(Path::new("/snap/bin").to_path_buf());
    let places = names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let mut found = places.filter(|path| path.is_file());
    found.next().unwrap_or_else(|| panic!("none of {names:?} is installed: `cargo xtask setup` does it"))
}
