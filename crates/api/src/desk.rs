//! What a window stands at: the commune's own register, or the sample in its place; never both.
//!
//! Each has an [`Api`] of its own over a folder of its own. A command is bound to one of them when it comes and ends
//! there, so that nothing that was begun on the one can write into the other. After a change the page begins anew and
//! says so (`page_begin`); until then everything is of the page before it, and is refused.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

use serde_json::{Value, json};

use crate::dto::ErrorBody;
use crate::{Api, OnProgress, error};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    Own,
    Sample,
}

pub struct Desk {
    home: PathBuf,
    own: Api,
    // Made when it is first looked at: most starts never do.
    sample: OnceLock<Api>,
    // Held while a command is bound, not while it runs.
    shown: RwLock<Shown>,
    awaits_page: AtomicBool,
}

impl Desk {
    /// Begins with the commune's own register.
    pub fn new(home: &Path, on_progress: OnProgress) -> Desk {
        Desk {
            home: home.to_path_buf(),
            own: Api::new(home, on_progress),
            sample: OnceLock::new(),
            shown: RwLock::new(Shown::Own),
            awaits_page: AtomicBool::new(false),
        }
    }

    /// Runs a command by name on the register that is shown. After another one was shown, only a page that has begun
    /// since (`page_begin`) is answered.
    ///
    /// # Errors
    /// As [`Api::call`]; `app.busy` for what a page of the other register still asks.
    pub fn call(&self, command: &str, request: Value) -> Result<Value, ErrorBody> {
        let shown = *self.shown.read().unwrap_or_else(PoisonError::into_inner);
        match command {
            "page_begin" => self.awaits_page.store(false, Ordering::SeqCst),
            _ if self.awaits_page.load(Ordering::SeqCst) => return Err(error::busy()),
            _ => {}
        }
        match (command, shown) {
            ("sample_open", Shown::Own) => self.open_sample(request),
            // A lock asks for a PIN afterwards, and the sample's is nobody's.
            ("sample_leave" | "register_lock", Shown::Sample) => self.leave_sample(),
            ("sample_reset", Shown::Sample) => self.reset_sample(request),
            (_, Shown::Sample) => self.sample().call(command, request),
            (_, Shown::Own) => self.own.call(command, request),
        }
    }

    /// Keeps the daily copy of the commune's own register; the sample needs none.
    pub fn back_up_if_due(&self) {
        self.own.app().back_up_if_due();
    }

    fn sample(&self) -> &Api {
        self.sample.get_or_init(|| Api::sample(&self.home))
    }

    fn show(&self, shown: Shown) {
        // First: what the page still asks then is for neither of the two.
        self.awaits_page.store(true, Ordering::SeqCst);
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = shown;
    }

    // The own register is closed as by its lock: whoever leaves the sample comes back to its PIN.
    fn open_sample(&self, request: Value) -> Result<Value, ErrorBody> {
        let answer = self.sample().call("sample_open", request)?;
        self.show(Shown::Sample);
        self.own.app().lock();
        Ok(answer)
    }

    // One that could not be made again is shown to nobody: it would ask for a PIN that is nobody's.
    fn reset_sample(&self, request: Value) -> Result<Value, ErrorBody> {
        let answer = self.sample().call("sample_reset", request);
        let is_open = self.sample().app().with_register(|_| Ok(())).is_ok();
        self.show(if is_open { Shown::Sample } else { Shown::Own });
        answer
    }

    fn leave_sample(&self) -> Result<Value, ErrorBody> {
        let settings = self.sample().app().settings();
        self.sample().call("sample_leave", json!({}))?;
        self.own.app().settings_until_open(settings);
        self.show(Shown::Own);
        self.own.call("app_state", json!({}))
    }
}
