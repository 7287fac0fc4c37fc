//! Copies of a register, each with its slots so that it opens by itself.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::db::{self, signed};
use crate::error::StoreError;
use crate::home::{Home, folder_of, sync_folder, with_suffix};
use crate::read::meta;
use crate::register::Register;
use crate::slot::{DataKey, Slots};

/// Backups in the register's own folder.
pub const KEPT_BACKUPS: usize = 7;
const DAY_MS: i64 = 86_400_000;
/// What the names of daily backups begin with, before the time.
const NAME: &str = "register-";
const SLOTS_SUFFIX: &str = ".slots";
/// So long that nobody has a file of that name.
const UNFINISHED_SUFFIX: &str = ".unfinished-backup";

impl Register {
    /// Copies the register to a file, with its slots beside it under the same name and `.slots`, and checks
    /// that the copy is whole. Only an earlier backup of this register is written over.
    ///
    /// # Errors
    /// [`StoreError::FileExists`] when something else is there, [`StoreError::Damaged`] when the copy is not
    /// whole, or what the disk says; the file of an earlier backup is left as it was then.
    pub fn backup_to(&mut self, path: &Path, now_ms: i64) -> Result<(), StoreError> {
        if !self.may_write(path) {
            return Err(StoreError::FileExists);
        }
        copy(&self.conn, self.slots(), &self.data_key, path)?;
        match self.note_backup(now_ms) {
            // The copy is on another disk, and whole; that is what she asked for.
            Err(StoreError::DiskFull) => Ok(()),
            noted => noted,
        }
    }

    fn note_backup(&self, now_ms: i64) -> Result<(), StoreError> {
        let last = self.written()?;
        meta::set(&self.conn, meta::BACKUP_AT_MS, &now_ms)?;
        meta::set(&self.conn, meta::BACKUP_WRITTEN, &last)
    }

    /// Backs up into the register's own folder when something was written since the last backup and that is a
    /// day old, and keeps the newest seven. True when one was made.
    ///
    /// # Errors
    /// As for [`Register::backup_to`].
    pub fn backup_if_due(&mut self, now_ms: i64) -> Result<bool, StoreError> {
        let at_ms: Option<i64> = meta::get(&self.conn, meta::BACKUP_AT_MS)?;
        let saved: i64 = meta::get(&self.conn, meta::BACKUP_WRITTEN)?.unwrap_or(0);
        // A clock set back counts as a day: better one backup too many.
        let is_old = at_ms.is_none_or(|at_ms| !(0..DAY_MS).contains(&(now_ms - at_ms)));
        if !is_old || self.written()? == saved {
            return Ok(false);
        }
        let folder = self.home.backups();
        fs::create_dir_all(&folder)?;
        let made = folder.join(name_at(now_ms));
        self.backup_to(&made, now_ms)?;
        rotate(&folder, &made, &self.slots().register, now_ms)?;
        Ok(true)
    }

    // A file of the register's own is no place for a copy of it, whether it is there at the moment or not.
    fn may_write(&self, path: &Path) -> bool {
        let is_free = |path: &Path| fs::symlink_metadata(path).is_err();
        let slots = with_suffix(path, SLOTS_SUFFIX);
        if self.home.has_name_for(path) {
            return false;
        }
        // Slots alone may be left of a backup that was cut off.
        let are_ours =
            || matches!(Slots::read(&slots), Ok(Some(found)) if found.register == self.slots().register);
        if is_free(path) {
            return is_free(&slots) || are_ours();
        }
        // A backup that holds what this register lacks may be the only copy of it.
        let is_older = || {
            let there = db::heads(&db::open_to_look(path, &self.data_key)?)?;
            let here = db::heads(&self.conn)?;
            Ok::<_, StoreError>(
                there.iter().all(|(device, seq)| here.get(device).is_some_and(|own| own >= seq)),
            )
        };
        path.is_file() && are_ours() && is_older().unwrap_or(false)
    }

    // Grows with every write that a backup is for: own changes, and whatever the audit tells.
    fn written(&self) -> Result<i64, StoreError> {
        let audited: i64 =
            self.conn.query_row("SELECT COALESCE(MAX(id), 0) FROM audit", [], |row| row.get(0))?;
        Ok(audited + signed(self.next.seq - 1))
    }

    /// Whole days since the last backup, or since the register was made when there was none; none on its first day.
    ///
    /// # Errors
    /// What the database says.
    pub fn backup_age_days(&self, now_ms: i64) -> Result<Option<u32>, StoreError> {
        let at_ms: Option<i64> = meta::get(&self.conn, meta::BACKUP_AT_MS)?;
        let days = |since_ms: i64| u32::try_from((now_ms - since_ms).max(0) / DAY_MS).unwrap_or(u32::MAX);
        if at_ms.is_some() {
            return Ok(at_ms.map(days));
        }
        let made_at_ms: Option<i64> =
            self.conn.query_row("SELECT MIN(applied_at_ms) FROM migration", [], |row| row.get(0))?;
        Ok(made_at_ms.map(days).filter(|days| *days > 0))
    }
}

/// Copies the file as it is before it is brought to another level.
pub(crate) fn before_migration(
    home: &Home,
    conn: &Connection,
    slots: &Slots,
    key: &DataKey,
    level: u32,
) -> Result<(), StoreError> {
    let folder = home.backups();
    fs::create_dir_all(&folder)?;
    copy(conn, slots, key, &folder.join(format!("before-migration-from-{level:04}.db")))
}

fn copy(conn: &Connection, slots: &Slots, key: &DataKey, path: &Path) -> Result<(), StoreError> {
    let unfinished = with_suffix(path, UNFINISHED_SUFFIX);
    let copied = copy_by_way_of(&unfinished, conn, slots, key, path);
    if copied.is_err() {
        // What cannot be removed now is removed before the next one.
        let _ = remove(&unfinished);
    }
    copied
}

fn remove(unfinished: &Path) -> Result<(), StoreError> {
    for suffix in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(with_suffix(unfinished, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn copy_by_way_of(
    unfinished: &Path,
    conn: &Connection,
    slots: &Slots,
    key: &DataKey,
    path: &Path,
) -> Result<(), StoreError> {
    remove(unfinished)?;
    let mut target = db::create_copy(unfinished, key)?;
    {
        let backup = Backup::new(conn, &mut target)?;
        match backup.step(-1)? {
            StepResult::Done => {}
            _ => return Err(StoreError::Busy),
        }
    }
    target.close().map_err(|(_, error)| error)?;
    File::options().write(true).open(unfinished)?.sync_all()?;
    let look = db::open_to_look(unfinished, key)?;
    if !db::is_whole(&look)? {
        return Err(StoreError::Damaged);
    }
    drop(look);
    slots.without_tries().write(&with_suffix(path, SLOTS_SUFFIX))?;
    fs::rename(unfinished, path)?;
    sync_folder(folder_of(path))
}

fn name_at(now_ms: i64) -> String {
    format!("{NAME}{now_ms:015}.db")
}

/// Takes the oldest away, never the one that was just made, and none of another register that had this folder.
fn rotate(folder: &Path, made: &Path, register: &str, now_ms: i64) -> Result<(), StoreError> {
    let is_ours = |path: &Path| {
        let slots = Slots::read(&with_suffix(path, SLOTS_SUFFIX));
        matches!(slots, Ok(Some(slots)) if slots.register == register)
    };
    let mut others: Vec<(i64, PathBuf)> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?;
            let at_ms = name.strip_prefix(NAME)?.strip_suffix(".db")?.parse().ok()?;
            (path != made && is_ours(&path)).then_some((at_ms, path))
        })
        .collect();
    // One of a day that has not come was made while the clock was ahead: it is older than what is made now.
    others.sort_by_key(|(at_ms, _)| (*at_ms <= now_ms, *at_ms));
    let n_old = others.len().saturating_sub(KEPT_BACKUPS - 1);
    for (_, path) in &others[..n_old] {
        fs::remove_file(path)?;
        let _ = fs::remove_file(with_suffix(path, SLOTS_SUFFIX));
    }
    Ok(())
}
