//! The page may end on its own: another process draws it, and an old PC is short of memory. It is opened again where
//! it was. The register stays open in this process, and what was being typed is a draft on the disk.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sohoi_api::incident::PAGE_ENDED;
use tauri::{Manager, Url, WebviewWindow};

use crate::{fault, splash};

/// So many ends within so long: opening it again does not help.
const MOST: usize = 3;
const WITHIN: Duration = Duration::from_secs(60);
/// How often the page is asked whether it is still ours.
const ASK_EVERY: Duration = Duration::from_secs(5);
/// The splash does not outlive this, whatever became of the page.
pub const SPLASH_MOST: Duration = Duration::from_secs(60);
/// So many answers of another page in a row: one may fall into the moment in which ours is loaded anew.
const MISSES: u32 = 2;
/// Set by the page once it is there.
const IS_OURS: &str = "globalThis.sohoiIsHere === true";

struct Page {
    window: WebviewWindow,
    home: PathBuf,
    /// Where it began.
    start: Option<Url>,
    ends: Mutex<Vec<Instant>>,
    /// Answers of another page since ours was there; none before it has said so since it was last opened.
    misses: Mutex<Option<u32>>,
}

/// Opens the page again whenever it has ended, until the program does.
pub fn watch(window: WebviewWindow, home: PathBuf) -> tauri::Result<()> {
    let start = window.url().ok();
    let page = Arc::new(Page { window, home, start, ends: Mutex::default(), misses: Mutex::default() });
    hear(&page)?;
    std::thread::Builder::new().name("page".into()).spawn(move || ask(&page))?;
    Ok(())
}

/// The system says so.
#[cfg(target_os = "linux")]
fn hear(page: &Arc<Page>) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt;

    let page = Arc::clone(page);
    page.window.clone().with_webview(move |view| {
        view.inner().connect_web_process_terminated(move |_, _| page.open_again());
    })
}

/// Elsewhere the page is only asked: an engine that lost it shows a page of its own there.
#[cfg(not(target_os = "linux"))]
fn hear(_page: &Arc<Page>) -> tauri::Result<()> {
    Ok(())
}

// A clock, and no wait for something that could be told of.
#[allow(clippy::disallowed_methods)]
fn ask(page: &Arc<Page>) {
    let begun = Instant::now();
    loop {
        std::thread::sleep(ASK_EVERY);
        if begun.elapsed() > SPLASH_MOST {
            page.is_shown();
        }
        let asked = Arc::clone(page);
        let heard = move |answer: String| asked.is_told(answer == "true");
        if page.window.eval_with_callback(IS_OURS, heard).is_err() {
            // The window is closing.
            return;
        }
        tell(&page.window);
    }
}

/// What the page shows, for the tests: their driver gives up a page that was lost, and cannot see it come back.
#[cfg(debug_assertions)]
fn tell(window: &WebviewWindow) {
    const SHOWN: &str = "[location.hash, document.body.innerText, \
        ...[...document.querySelectorAll('input, textarea')].map((field) => field.value)].join('\\n')";
    let Some(file) = std::env::var_os("SOHOI_PAGE_TO") else { return };
    // A test that finds nothing in the file says so.
    let _ = window.eval_with_callback(SHOWN, move |shown| drop(std::fs::write(&file, shown)));
}

#[cfg(not(debug_assertions))]
fn tell(_window: &WebviewWindow) {}

impl Page {
    /// A page that does not answer at all may be printing or be slow, so only another page's answer counts.
    fn is_told(&self, is_ours: bool) {
        if is_ours {
            self.is_shown();
        }
        let mut misses = self.misses.lock().unwrap_or_else(PoisonError::into_inner);
        *misses = if is_ours { Some(0) } else { misses.map(|n| n + 1) };
        let is_lost = misses.is_some_and(|n| n >= MISSES);
        drop(misses);
        if is_lost {
            self.open_again();
        }
    }

    /// The page says so itself once it is painted, which a page in a window behind others may not be.
    fn is_shown(&self) {
        splash::close(self.window.app_handle());
    }

    fn open_again(&self) {
        self.is_shown();
        let incident = fault::note(&self.home, PAGE_ENDED);
        let was_ours = self.misses.lock().unwrap_or_else(PoisonError::into_inner).take().is_some();
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        ends.retain(|end| end.elapsed() < WITHIN);
        ends.push(Instant::now());
        if ends.len() > MOST || self.load(was_ours).is_err() {
            fault::end(&incident);
        }
    }

    /// A page that was lost before it had come has nothing that could be loaded once more, and is gone to anew.
    fn load(&self, was_ours: bool) -> tauri::Result<()> {
        match self.window.url().ok().or_else(|| self.start.clone()) {
            Some(address) if !was_ours => self.window.navigate(address),
            _ => self.window.reload(),
        }
    }
}
