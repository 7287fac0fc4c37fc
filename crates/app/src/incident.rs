//! What went wrong on this PC: numbers and codes in a small file beside the register, and the fault that has yet
//! to be told of. Never what was typed, and no path of the person whose PC it is.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::App;

/// The program ended because of a fault of its own.
pub const PROGRAM_FAULT: &str = "app.fault";
/// The part of the program that draws the window ended and was started again.
pub const PAGE_ENDED: &str = "app.page_ended";

const NOTED: &str = "incidents.jsonl";
const OLDER: &str = "incidents.old.jsonl";
const UNTOLD: &str = "fault.json";
/// Past this size the file starts anew; one older piece is kept.
const MAX_BYTES: u64 = 64 << 10;

/// A refusal or a fault that a person saw or should have seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// As it was shown.
    pub number: String,
    pub code: String,
    /// By the PC's own clock.
    pub at_ms: i64,
    pub version: String,
    /// File and line of the program, of a fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

impl Incident {
    pub fn new(code: &str) -> Incident {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Incident {
            number: number(),
            code: code.to_string(),
            at_ms: i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            version: env!("CARGO_PKG_VERSION").to_string(),
            place: None,
        }
    }

    /// Where in the program. Of a path only its end: its beginning is of whoever built the program.
    pub fn at(mut self, file: &str, line: u32) -> Incident {
        let parts: Vec<&str> = file.split(['/', '\\']).collect();
        let end = &parts[parts.len().saturating_sub(4)..];
        self.place = Some(format!("{}:{line}", end.join("/")));
        self
    }

    /// Adds it to the file in the register's folder. A disk that refuses this must not add a second failure.
    pub fn note(&self, home: &Path) {
        if let Err(error) = self.append(home) {
            tracing::warn!(kind = ?error.kind(), "an incident was not noted");
        }
    }

    fn append(&self, home: &Path) -> std::io::Result<()> {
        let path = home.join(NOTED);
        if fs::metadata(&path).is_ok_and(|data| data.len() > MAX_BYTES) {
            fs::rename(&path, home.join(OLDER))?;
        }
        let mut line = serde_json::to_string(self)?;
        line.push('\n');
        OpenOptions::new().create(true).append(true).open(path)?.write_all(line.as_bytes())
    }

    /// Notes a fault that nobody could be told of, so that the next start, or the window when it is back, says so.
    pub fn leave_for_next_start(&self, home: &Path) {
        self.note(home);
        let written = serde_json::to_vec(self).map_err(std::io::Error::from);
        if let Err(error) = written.and_then(|bytes| fs::write(home.join(UNTOLD), bytes)) {
            tracing::warn!(kind = ?error.kind(), "a fault was not left for the next start");
        }
    }
}

/// Six letters that are not misread over the phone.
pub fn number() -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let mut bytes = [0; 6];
    if getrandom::fill(&mut bytes).is_err() {
        return "------".to_string();
    }
    bytes.iter().map(|byte| LETTERS[usize::from(byte % 32)] as char).collect()
}

impl App {
    /// Notes what a person is shown, under the number that she is shown.
    pub fn incident_note(&self, number: &str, code: &str) {
        let incident = Incident { number: number.to_string(), ..Incident::new(code) };
        // Before the first register there is no folder, and nothing to support.
        if self.home_folder().is_dir() {
            incident.note(self.home_folder());
        }
    }

    /// The newest ones, newest first.
    pub fn incidents(&self, limit: usize) -> Vec<Incident> {
        let read = |name: &str| tail(&self.home_folder().join(name)).unwrap_or_default();
        let lines = [read(OLDER), read(NOTED)].concat();
        // A line that a power cut left half is no incident.
        let lines = lines.lines().rev().filter_map(|line| serde_json::from_str(line).ok());
        lines.take(limit).collect()
    }

    /// The fault that nobody was told of yet.
    pub fn untold_fault(&self) -> Option<Incident> {
        let text = tail(&self.untold()).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// The officer has read it.
    pub fn fault_told(&self) {
        // Gone already, or told once more at the next start: either is harmless.
        let _ = fs::remove_file(self.untold());
    }

    fn untold(&self) -> PathBuf {
        self.home_folder().join(UNTOLD)
    }
}

/// The end of a file, as far as it is text.
fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?;
    let n_bytes = file.metadata()?.len();
    file.seek(SeekFrom::Start(n_bytes.saturating_sub(2 * MAX_BYTES)))?;
    let mut bytes = Vec::new();
    file.take(2 * MAX_BYTES).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incidents_come_back_newest_first_and_a_half_written_one_is_left_out() {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let app = App::new(home.path());
        app.incident_note("AAAAAA", "store.busy");
        app.incident_note("BBBBBB", "sync.offline");
        let path = home.path().join(NOTED);
        let whole = fs::read_to_string(&path).expect("it was written");
        fs::write(&path, format!("{whole}{{\"number\":\"CCC")).expect("it can be written");
        let found: Vec<String> = app.incidents(10).into_iter().map(|one| one.number).collect();
        assert_eq!(found, ["BBBBBB", "AAAAAA"]);
    }

    #[test]
    fn the_file_of_incidents_does_not_grow_without_end() {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let app = App::new(home.path());
        for _ in 0..3_000 {
            app.incident_note("AAAAAA", "store.busy");
        }
        app.incident_note("BBBBBB", "sync.offline");
        let size = |name: &str| fs::metadata(home.path().join(name)).map_or(0, |data| data.len());
        assert!(size(NOTED) + size(OLDER) < 3 * MAX_BYTES, "{} and {}", size(NOTED), size(OLDER));
        assert_eq!(app.incidents(1)[0].number, "BBBBBB");
    }

    #[test]
    fn a_fault_is_told_once_and_names_no_folder_of_the_builder() {
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let app = App::new(home.path());
        assert_eq!(app.untold_fault(), None);
        let fault = Incident::new(PROGRAM_FAULT).at("C:\\Users\\hoa\\crates\\app\\src\\lib.rs", 7);
        fault.leave_for_next_start(home.path());
        assert_eq!(fault.place.as_deref(), Some("crates/app/src/lib.rs:7"));
        assert_eq!(app.untold_fault(), Some(fault.clone()));
        app.fault_told();
        assert_eq!((app.untold_fault(), app.incidents(9)), (None, vec![fault]));
    }
}
