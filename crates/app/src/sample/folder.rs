//! Where the sample lies, and how its folder is emptied: nothing that is not the sample's is ever touched.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf, absolute};

use crate::AppError;

/// Says what the folder is, to whoever looks into it, and to the program before it empties it.
const MARK: &str = "XEM-THU.txt";
const SAYS: &str = include_str!("../../../../schema/sample/folder.txt");

/// Beside the register's folder, never in it: `…/sohoi` has `…/sohoi-xem-thu`.
pub fn sample_home(home: &Path) -> PathBuf {
    let home = absolute(home).unwrap_or_else(|_| home.to_path_buf());
    let Some(name) = home.file_name() else {
        // A whole drive has nothing beside it.
        return std::env::temp_dir().join("sohoi-xem-thu");
    };
    let mut beside = OsString::from(name);
    beside.push("-xem-thu");
    home.with_file_name(beside)
}

/// Leaves an empty folder that says what it is.
///
/// # Errors
/// `sample.folder_taken` for a folder of somebody else's, which stays as it is; or what the disk says.
pub(super) fn clear(folder: &Path) -> Result<(), AppError> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
        Ok(found) if !found.is_dir() => return Err(AppError::SampleFolderTaken),
        Ok(_) => empty(folder)?,
    }
    fs::create_dir_all(folder)?;
    Ok(fs::write(folder.join(MARK), SAYS)?)
}

fn empty(folder: &Path) -> Result<(), AppError> {
    // Whatever it says: another release may say it otherwise, and a power cut may have left it empty.
    let is_ours = fs::symlink_metadata(folder.join(MARK)).is_ok_and(|mark| mark.is_file());
    let entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    if !is_ours && !entries.is_empty() {
        return Err(AppError::SampleFolderTaken);
    }
    // The mark last: a folder that was emptied half way is still known.
    for entry in entries.iter().filter(|entry| entry.file_name() != MARK) {
        // What a link leads to is not ours.
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_lies_beside_the_register_and_never_in_it() {
        for home in ["/srv/hội/sổ", "sổ", "/srv/sổ/", "./sổ"] {
            let (home, sample) = (absolute(home).expect("a path"), sample_home(Path::new(home)));
            assert_eq!(sample.parent(), home.parent(), "{}", sample.display());
            assert!(!sample.starts_with(&home) && !home.starts_with(&sample), "{}", sample.display());
        }
        assert!(sample_home(Path::new("/")).starts_with(std::env::temp_dir()));
    }

    #[test]
    fn a_folder_of_somebody_elses_is_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let theirs = folder.path().join("Ảnh của tôi.jpg");
        fs::write(&theirs, b"1").expect("a file");
        assert_eq!(clear(folder.path()).expect_err("it is not ours").code(), "sample.folder_taken");
        assert_eq!(fs::read(&theirs).expect("it is there"), b"1");
    }

    #[test]
    fn an_empty_folder_becomes_the_samples_and_is_emptied_again() {
        let folder = tempfile::tempdir().expect("a folder");
        clear(folder.path()).expect("it is empty");
        fs::create_dir(folder.path().join("backups")).expect("a folder");
        fs::write(folder.path().join("backups/1"), b"1").expect("a file");
        fs::write(folder.path().join(MARK), "").expect("the power was cut");
        clear(folder.path()).expect("it is ours");
        let left: Vec<_> = fs::read_dir(folder.path()).expect("it is there").flatten().collect();
        assert_eq!(left.iter().map(fs::DirEntry::file_name).collect::<Vec<_>>(), [MARK]);
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_leads_to_stays() {
        let (folder, other) =
            (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::write(other.path().join("phiếu"), b"1").expect("a file");
        clear(folder.path()).expect("it is empty");
        std::os::unix::fs::symlink(other.path(), folder.path().join("ra ngoài")).expect("a link");
        clear(folder.path()).expect("it is ours");
        assert!(other.path().join("phiếu").exists());
        assert!(!folder.path().join("ra ngoài").exists());
    }
}
