//! Where a file goes on a disk or a stick. The one place of this crate that touches files, because both
//! programs write them alike: whole under the final name, or not at all.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use super::{BundleError, BundleReader, Label, MAGIC};

/// Enough to tell the PCs of a commune apart.
const DEVICE_DIGITS: usize = 6;

/// `path` as it was given, or `name` in it when it is a folder.
pub fn target(path: &Path, name: &str) -> PathBuf {
    let ends_as_folder = path.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    if ends_as_folder || path.is_dir() { path.join(name) } else { path.to_path_buf() }
}

/// `path` as it was given, or the usual name in it when it is a folder; with the device's short form when the file of
/// another device has that name. Two PCs of a commune count alike, and may share a stick.
pub fn named(path: &Path, label: &Label, unit_name: &str, mark: Option<&str>) -> PathBuf {
    let file = target(path, &label.file_name(unit_name, mark));
    if file == path || !is_of_another(&file, label) {
        return file;
    }
    let device = label.device.to_string();
    let mark = format!("{} {}", mark.unwrap_or_default(), &device[..DEVICE_DIGITS]);
    target(path, &label.file_name(unit_name, Some(&mark)))
}

fn is_of_another(file: &Path, label: &Label) -> bool {
    // What cannot be read is looked at when it would be written over.
    let Ok(file) = File::open(file) else { return false };
    let reader = BundleReader::open(BufReader::new(file), label.way);
    reader.is_ok_and(|reader| reader.label().device != label.device)
}

/// Writes beside the final name, to the disk, and renames: whoever pulls out the stick finds the old file
/// or none. A file that is not ours is never written over.
///
/// # Errors
/// [`BundleError::Exists`], or what `write` and the disk say; nothing is left behind then, as far as the disk
/// still answers.
pub fn write_whole<T, E: From<BundleError>>(
    path: &Path,
    write: impl FnOnce(&File) -> Result<T, E>,
) -> Result<T, E> {
    if !may_replace(path).map_err(BundleError::Io)? {
        return Err(BundleError::Exists.into());
    }
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let done = write_beside(&beside, path, write);
    if done.is_err() {
        // The stick may be gone, and this with it.
        let _ = fs::remove_file(&beside);
    }
    done
}

fn write_beside<T, E: From<BundleError>>(
    beside: &Path,
    path: &Path,
    write: impl FnOnce(&File) -> Result<T, E>,
) -> Result<T, E> {
    let file = File::create(beside).map_err(BundleError::Io)?;
    let written = write(&file)?;
    let kept = file.sync_all();
    // Windows renames no open file.
    drop(file);
    kept.and_then(|()| fs::rename(beside, path)).and_then(|()| keep_name(path)).map_err(BundleError::Io)?;
    Ok(written)
}

fn may_replace(path: &Path) -> io::Result<bool> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let mut first = [0; MAGIC.len()];
    match file.read_exact(&mut first) {
        Ok(()) => Ok(first == MAGIC),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(file.metadata()?.len() == 0),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn keep_name(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

// Windows has no handle on a folder to flush.
#[cfg(not(unix))]
fn keep_name(_: &Path) -> io::Result<()> {
    Ok(())
}
