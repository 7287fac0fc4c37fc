//! One small text file for whoever helps from afar: versions, sizes, counts and codes. Nothing in it is a name, a
//! title, a word that was typed, or a path, so that it can be sent by any chat.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use sohoi_domain::{Day, text};
use sohoi_store::{Counts, PhotoCounts, Register};
use sohoi_sync::{BundleError, SyncError};
use sysinfo::{DiskRefreshKind, Disks, MemoryRefreshKind, System};

use crate::incident::Incident;
use crate::register::State;
use crate::{App, AppError};

const INCIDENTS: usize = 50;
const RECEIPTS: u32 = 20;
/// Files of one day in one folder.
const NUMBERS: u32 = 99;

/// A support file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportFile {
    pub path: PathBuf,
    pub n_bytes: u64,
}

// Every field is a number, a code of the program's or the catalogue's, or a word of the system about itself. Lists of
// what may stand here are the types: no type of the store is written as a whole.
#[derive(Serialize)]
struct Report {
    what: &'static str,
    program: Program,
    pc: Pc,
    folder: Folder,
    clock: Clock,
    register: &'static str,
    unit: Option<String>,
    settings: BTreeMap<&'static str, String>,
    inside: Option<Inside>,
    incidents: Vec<Incident>,
}

#[derive(Serialize)]
struct Program {
    version: &'static str,
    register_level: u32,
    catalogue: u32,
}

#[derive(Serialize)]
struct Pc {
    system: &'static str,
    system_version: Option<String>,
    kind: &'static str,
    n_processors: usize,
    memory_mb: Option<u64>,
    memory_free_mb: Option<u64>,
    disk_free_mb: Option<u64>,
}

/// What lies in the register's folder.
#[derive(Serialize)]
struct Folder {
    bytes: BTreeMap<&'static str, u64>,
    n_backups: usize,
}

#[derive(Serialize)]
struct Clock {
    pc_day: String,
    believed_day: String,
    doubt: String,
}

/// What only an open register knows.
#[derive(Serialize)]
struct Inside {
    n_records: u64,
    n_changes: u64,
    n_conflicts: u64,
    n_drafts: usize,
    n_by_kind: BTreeMap<String, u64>,
    backup_age_days: Option<u32>,
    device: String,
    is_enrolled: bool,
    n_unsent: u64,
    n_received: u64,
    n_photos_unsent: u64,
    n_photos_lacking: u64,
    n_other_pcs: usize,
    is_behind_catalogue: bool,
    renewed_at_ms: Option<i64>,
    receipts: Vec<Receipt>,
}

#[derive(Serialize)]
struct Receipt {
    at_ms: i64,
    first_seq: u64,
    n_changes: u32,
}

impl App {
    /// Writes the support file into `folder`, or into the register's own. Works with the register locked, or without
    /// one; the register's counts are then left out.
    ///
    /// # Errors
    /// What the disk says: `bundle.disk_full`, `bundle.gone`, `bundle.read_only`.
    pub fn support_save(&self, folder: Option<&Path>) -> Result<SupportFile, AppError> {
        let refused = |error| AppError::Sync(SyncError::Bundle(BundleError::Io(error)));
        let (report, name) = self.support_report()?;
        let text = serde_json::to_string_pretty(&report).map_err(|error| refused(error.into()))?;
        let folder = folder.unwrap_or(self.home_folder());
        for number in 1..=NUMBERS {
            let end = if number == 1 { String::new() } else { format!("_{number}") };
            let path = folder.join(format!("{name}{end}.txt"));
            match OpenOptions::new().create_new(true).write(true).open(&path) {
                Ok(mut file) => {
                    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
                    if written.is_err() {
                        // Half a file would be sent as if it were one.
                        let _ = fs::remove_file(&path);
                    }
                    written.map_err(refused)?;
                    return Ok(SupportFile { path, n_bytes: text.len() as u64 });
                }
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(refused(error)),
            }
        }
        Err(refused(std::io::ErrorKind::AlreadyExists.into()))
    }

    fn support_report(&self) -> Result<(Report, String), AppError> {
        // A register that cannot be read is the very thing that help is asked for.
        let state = self.state().unwrap_or(State::Absent);
        let (register, unit) = match state {
            State::Absent => ("absent", None),
            State::Locked { unit, .. } => ("locked", unit),
            State::Open { unit } => ("open", unit),
        };
        let catalogue = self.catalogue();
        let settings = self.settings();
        let clock = self.clock();
        let report = Report {
            what: "sohoi-support-1",
            program: Program {
                version: env!("CARGO_PKG_VERSION"),
                register_level: sohoi_store::LEVEL,
                catalogue: catalogue.version,
            },
            pc: pc(self.home_folder()),
            folder: folder(self.home_folder()),
            clock: Clock {
                pc_day: clock.shown_day().to_string(),
                believed_day: self.today().to_string(),
                doubt: format!("{:?}", clock.doubt()).to_lowercase(),
            },
            register,
            unit: unit.as_ref().map(|unit| unit.key().to_string()),
            settings: BTreeMap::from([
                ("language", settings.language),
                ("calendar", settings.calendar),
                ("theme", settings.theme),
                ("text_percent", settings.text_percent.to_string()),
            ]),
            inside: self.inside()?,
            incidents: self.incidents(INCIDENTS),
        };
        Ok((report, file_name(unit.map(|unit| unit.name).as_deref(), self.today())))
    }

    fn inside(&self) -> Result<Option<Inside>, AppError> {
        let now_ms = self.now_ms();
        match self.with_register(|register| Ok(inside(register, now_ms)?)) {
            Ok(inside) => Ok(Some(inside)),
            // Locked, absent, or unreadable: the rest of the file is worth having.
            Err(_) => Ok(None),
        }
    }
}

/// `SoHoi_ho-tro_Xa-A-Luoi-2_2026-11-29`: a commune's name is no person's.
fn file_name(unit: Option<&str>, today: Day) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let unit: String = text::ascii(unit.unwrap_or("xa")).chars().map(plain).collect();
    format!("SoHoi_ho-tro_{unit}_{today}")
}

fn pc(home: &Path) -> Pc {
    let mut memory = System::new().ok();
    if let Some(memory) = memory.as_mut() {
        memory.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    }
    Pc {
        system: std::env::consts::OS,
        system_version: System::long_os_version().ok(),
        kind: std::env::consts::ARCH,
        n_processors: std::thread::available_parallelism().map_or(0, usize::from),
        memory_mb: memory.as_ref().map(|memory| memory.total_memory() >> 20),
        memory_free_mb: memory.as_ref().map(|memory| memory.available_memory() >> 20),
        disk_free_mb: disk_free_mb(home),
    }
}

/// Of the drive that the register lies on: the one whose folder is the longest beginning of its path.
fn disk_free_mb(home: &Path) -> Option<u64> {
    let home = home.canonicalize().ok()?;
    let disks = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage()).ok()?;
    // Windows puts `\\?\` before a path that was looked up.
    let shown = home.to_string_lossy();
    let plain = Path::new(shown.strip_prefix(r"\\?\").unwrap_or(&shown));
    let on = disks.iter().filter(|disk| plain.starts_with(disk.mount_point()));
    let nearest = on.max_by_key(|disk| disk.mount_point().as_os_str().len())?;
    Some(nearest.available_space() >> 20)
}

fn folder(home: &Path) -> Folder {
    let files =
        ["register.db", "register.db-wal", "register.slots", "sohoi.log", "sohoi.log.old", "incidents.jsonl"];
    let size = |name: &'static str| Some((name, fs::metadata(home.join(name)).ok()?.len()));
    let backups = fs::read_dir(home.join("backups")).into_iter().flatten().flatten();
    Folder {
        bytes: files.into_iter().filter_map(size).collect(),
        n_backups: backups.filter(|entry| entry.path().extension().is_some_and(|end| end == "db")).count(),
    }
}

fn inside(register: &Register, now_ms: i64) -> Result<Inside, sohoi_store::StoreError> {
    let Counts { records, changes } = register.counts()?;
    let PhotoCounts { unsent, lacking, .. } = register.photo_counts()?;
    let receipts = register.receipts(RECEIPTS)?.into_iter();
    Ok(Inside {
        n_records: records,
        n_changes: changes,
        n_conflicts: register.conflict_count()?,
        n_drafts: register.drafts()?.len(),
        n_by_kind: register.kind_counts(Day::from_number(i32::MIN), Day::MAX)?.into_iter().collect(),
        backup_age_days: register.backup_age_days(now_ms)?,
        device: register.identity().device.to_string(),
        is_enrolled: register.enrolment()?.is_some(),
        n_unsent: register.unsent()?,
        n_received: register.received_of_this_pc()?,
        n_photos_unsent: unsent,
        n_photos_lacking: lacking,
        n_other_pcs: register.peers()?.len(),
        is_behind_catalogue: register.is_behind_catalogue(),
        renewed_at_ms: register.renewed_at_ms()?,
        receipts: receipts
            .map(|one| Receipt { at_ms: one.at_ms, first_seq: one.first_seq, n_changes: one.count })
            .collect(),
    })
}
