//! What the program does about faults of its own: it notes them, goes on where it can, and never just vanishes.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use sohoi_api::incident::{Incident, PROGRAM_FAULT};

/// Asks a second process of this program to say that the first one ended, as the first cannot any more.
const SAY: &str = "--say-fault";
const WORDS: &str = include_str!("../words/fault.txt");

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Notes every panic; one on the main thread ends the program, which is said by a process that is well.
pub fn watch(home: PathBuf) {
    std::panic::set_hook(Box::new(move |panic| {
        let incident = noted(panic);
        if std::thread::current().name() != Some("main") {
            incident.note(&home);
            return LAST.set(incident.number);
        }
        incident.leave_for_next_start(&home);
        end(&incident);
    }));
}

// The place, not the message: a message may quote what was typed.
fn noted(panic: &PanicHookInfo) -> Incident {
    let incident = Incident::new(PROGRAM_FAULT);
    let incident = match panic.location() {
        Some(place) => incident.at(place.file(), place.line()),
        None => incident,
    };
    tracing::error!(incident = incident.number, place = incident.place, "the program failed");
    incident
}

/// Says it from a second process and ends this one. The register is as after a power cut: nothing saved is lost.
pub fn end(incident: &Incident) -> ! {
    static ENDING: AtomicBool = AtomicBool::new(false);
    // A panic while it ends would come here again.
    if !ENDING.swap(true, Ordering::SeqCst)
        && let Ok(program) = std::env::current_exe()
    {
        // Whether it can be said or not, the program ends.
        let _ = Command::new(program).arg(SAY).arg(&incident.number).spawn();
    }
    std::process::exit(101);
}

/// True when this process was started to say that another one ended, which it then has done.
pub fn has_said() -> bool {
    let mut args = std::env::args().skip(1);
    if args.next().as_deref() != Some(SAY) {
        return false;
    }
    let number: String =
        args.next().unwrap_or_default().chars().filter(char::is_ascii_alphanumeric).collect();
    let (title, text) = WORDS.split_once('\n').unwrap_or(("", WORDS));
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(title)
        .set_description(text.trim().replace("{incident}", &number))
        .show();
    true
}

/// Runs one command. A panic in it is an answer with the number under which it was noted, not the end.
pub fn caught<T>(act: impl FnOnce() -> T) -> Result<T, String> {
    // What the panic interrupted was a transaction, which is undone, so nothing half done is met again.
    catch_unwind(AssertUnwindSafe(act)).map_err(|_| LAST.take())
}

/// Faults on demand, for the tests of all this; a program that is delivered has none.
#[cfg(debug_assertions)]
pub fn try_one(wanted: &str) {
    assert!(std::env::var("SOHOI_TRY_FAULT").as_deref() != Ok(wanted), "a fault was asked for");
}

#[cfg(not(debug_assertions))]
pub fn try_one(_wanted: &str) {}

/// For the log: the folder itself names the person whose PC it is.
pub fn note(home: &Path, code: &str) -> Incident {
    let incident = Incident::new(code);
    incident.leave_for_next_start(home);
    tracing::error!(incident = incident.number, code, "the page was lost");
    incident
}
