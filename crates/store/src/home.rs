//! The folder of a register: what lies where, the lock on it, and writing a file whole or not at all.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::error::StoreError;

const LOG_ASIDE: &str = "register.db-wal.aside";
const LOG_KEPT_MS: i64 = 90 * 86_400_000;

#[derive(Clone, Debug)]
pub(crate) struct Home {
    dir: PathBuf,
}

impl Home {
    pub fn at(dir: &Path) -> Home {
        Home { dir: dir.to_path_buf() }
    }

    pub fn database(&self) -> PathBuf {
        self.dir.join("register.db")
    }

    /// A register being made; it counts only once it has its final name and its slots.
    pub fn unfinished(&self) -> PathBuf {
        self.dir.join("register.db.new")
    }

    /// SQLite's, beside the database.
    pub fn log(&self) -> PathBuf {
        with_suffix(&self.database(), "-wal")
    }

    /// What was lost, from before the log is ended until it stands in the register.
    pub fn lost_note(&self) -> PathBuf {
        self.dir.join("register.lost")
    }

    /// Where a log that could not be read to its end is kept.
    pub fn log_aside(&self, now_ms: i64) -> PathBuf {
        free_name(&self.dir, LOG_ASIDE, now_ms)
    }

    /// Removes such logs after a while: they hold what was erased since as well.
    pub fn forget_old_logs(&self, now_ms: i64) {
        for file in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = file.file_name();
            let made = name.to_str().and_then(|name| name.strip_prefix(LOG_ASIDE)?.strip_prefix('-'));
            let made_ms = made.and_then(|made| made.split('-').next()?.parse::<i64>().ok());
            if made_ms.is_some_and(|made_ms| made_ms < now_ms - LOG_KEPT_MS) {
                // The next opening tries again.
                let _ = fs::remove_file(file.path());
            }
        }
    }

    pub fn slots(&self) -> PathBuf {
        self.dir.join("register.slots")
    }

    pub fn backups(&self) -> PathBuf {
        self.dir.join("backups")
    }

    /// The same slots once more: without them the register opens for nobody, and they are one small file.
    pub fn twin_of_slots(&self) -> PathBuf {
        self.dir.join("register.slots.copy")
    }

    /// Whether the register keeps a file of its own by this name, under whatever path it goes.
    pub fn has_name_for(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let is_here = match (fs::canonicalize(&self.dir), fs::canonicalize(folder_of(path))) {
            (Ok(home), Ok(folder)) => home == folder,
            _ => false,
        };
        is_here && name.starts_with("register.")
    }

    /// Takes the folder for this program alone, until the file is dropped.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when another program has it.
    pub fn lock(&self) -> Result<File, StoreError> {
        let path = self.dir.join("register.lock");
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    pub fn create(&self) -> Result<(), StoreError> {
        Ok(fs::create_dir_all(&self.dir)?)
    }

    /// Makes renames in the folder last through a power cut.
    pub fn sync(&self) -> Result<(), StoreError> {
        sync_folder(&self.dir)
    }

    /// Gives the database, its log and what belongs to it another name. Nothing is deleted.
    pub fn move_database_aside(&self, now_ms: i64) -> Result<PathBuf, StoreError> {
        let aside = free_name(&self.dir, "register.db.aside", now_ms);
        for part in ["-wal", "-shm", ""] {
            let from = with_suffix(&self.database(), part);
            if from.exists() {
                fs::rename(from, with_suffix(&aside, part))?;
            }
        }
        self.sync()?;
        Ok(aside)
    }
}

// A second damaged file in one millisecond must not take the name of the first.
fn free_name(dir: &Path, stem: &str, now_ms: i64) -> PathBuf {
    let mut path = dir.join(format!("{stem}-{now_ms}"));
    let mut n = 1;
    while path.exists() {
        n += 1;
        path = dir.join(format!("{stem}-{now_ms}-{n}"));
    }
    path
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Writes a file under a temporary name and renames it over the old one: after a power cut there is
/// either the old file or the new one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let unfinished = with_suffix(path, ".new");
    let mut file = File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&unfinished, path)?;
    sync_folder(folder_of(path))
}

/// The folder that a file lies in; of a bare name the one that the program was started in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
pub(crate) fn sync_folder(dir: &Path) -> Result<(), StoreError> {
    Ok(File::open(dir)?.sync_all()?)
}

// Windows has no handle on a folder to flush; NTFS journals the rename.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_dir: &Path) -> Result<(), StoreError> {
    Ok(())
}
