//! Where files can go to without a line: sticks that are plugged in, and the province's answers on them.

use std::fs;
use std::path::{Path, PathBuf};

use sohoi_domain::Day;
use sohoi_store::RunStick;
use sohoi_sync::{Addressee, Answer, SyncError};
use sysinfo::{DiskRefreshKind, Disks};

use crate::{App, AppError};

/// Entries of one folder that are looked at, on a stick that holds somebody's music.
const ENTRIES: usize = 5_000;
/// Folders of a stick that are looked into, one level deep.
const FOLDERS: usize = 100;
/// Files that are opened.
const FILES: usize = 500;
/// Answers that are offered.
const ANSWERS: usize = 20;
/// Every file of ours begins with this, until a chat renames it.
const NAME_START: &str = "sohoi_";

/// A drive that can be taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stick {
    /// As its owner called it; may be empty.
    pub name: String,
    /// `E:`, where drives have letters.
    pub letter: Option<String>,
    pub path: PathBuf,
    pub n_bytes_free: u64,
}

/// An answer of the hub to a bundle of this register, by its label: nothing of it was verified yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerFile {
    pub path: PathBuf,
    /// Running number of the bundle that it answers.
    pub number: u32,
    /// The hub's day.
    pub made_on: Day,
    /// The register has receipts for all of the bundle.
    pub is_known: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    pub sticks: Vec<Stick>,
    /// Those that bring something new first, then by number, highest first.
    pub answers: Vec<AnswerFile>,
}

impl App {
    /// Looks at the sticks, and into `folder` too. A file that cannot be read is no answer.
    ///
    /// # Errors
    /// `app.not_open`.
    pub fn bundle_places(&self, folder: Option<&Path>) -> Result<Places, AppError> {
        self.must_be_real()?;
        // The register is free meanwhile: a slow stick must not keep the officer from writing.
        let sticks = sticks();
        let mut roots: Vec<&Path> = sticks.iter().map(|stick| stick.path.as_path()).collect();
        roots.extend(folder.filter(|folder| !sticks.iter().any(|stick| folder.starts_with(&stick.path))));
        let files: Vec<PathBuf> = roots.into_iter().flat_map(ours_in).take(FILES).collect();
        let addressee = self.with_register(|register| Ok((Addressee::of(register)?, register.receipted()?)));
        let (addressee, receipted) = match addressee {
            // Nobody answers a register that has no hub.
            Err(AppError::Sync(SyncError::NotEnrolled)) => return Ok(Places { sticks, answers: Vec::new() }),
            other => other?,
        };
        let answers = answers(&files, &addressee, receipted);
        Ok(Places { sticks, answers })
    }
}

/// The stick that a file is on; none in a folder of this PC or of the network.
pub(super) fn stick_of(file: &Path) -> Option<RunStick> {
    // Drives are told by whole paths, and a program's file may be called from where it stands.
    let file = std::path::absolute(file).ok()?;
    under(&file, sticks())
}

fn under(file: &Path, sticks: Vec<Stick>) -> Option<RunStick> {
    let on = sticks.into_iter().filter(|stick| file.starts_with(&stick.path));
    // One may be put into a folder of another.
    let on = on.max_by_key(|stick| stick.path.components().count())?;
    Some(RunStick { name: on.name, letter: on.letter })
}

fn sticks() -> Vec<Stick> {
    // A system that does not tell its drives offers none; a folder can still be chosen.
    let Ok(disks) = Disks::new_with_refreshed_list_specifics(DiskRefreshKind::nothing().with_storage())
    else {
        return Vec::new();
    };
    let removable = disks.iter().filter(|disk| disk.is_removable());
    let mut sticks: Vec<Stick> = removable.map(stick).collect();
    sticks.sort_by(|a, b| a.path.cmp(&b.path));
    sticks.dedup_by(|a, b| a.path == b.path);
    sticks
}

fn stick(disk: &sysinfo::Disk) -> Stick {
    let path = disk.mount_point().to_path_buf();
    let shown = path.to_string_lossy();
    // A letter before the colon, so the first two bytes are whole characters.
    let letter =
        shown.as_bytes().get(1).is_some_and(|second| *second == b':').then(|| shown[..2].to_string());
    let name = match letter {
        Some(_) => disk.name().to_string_lossy().trim().to_string(),
        // Elsewhere a drive is called by the device, and the folder by the owner's name for it.
        None => path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
    };
    Stick { name, letter, n_bytes_free: disk.available_space(), path }
}

/// Files by the names that this program and the hub give, in the folder and in the folders in it.
fn ours_in(root: &Path) -> Vec<PathBuf> {
    let (mut found, folders) = listed(root);
    found.extend(folders.iter().take(FOLDERS).flat_map(|folder| listed(folder).0));
    found
}

fn listed(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    // A stick that has just been pulled out has nothing to offer.
    let entries = fs::read_dir(folder).into_iter().flatten().take(ENTRIES).flatten();
    for entry in entries {
        let Ok(kind) = entry.file_type() else { continue };
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if kind.is_dir() {
            folders.push(entry.path());
        } else if kind.is_file() && name.starts_with(NAME_START) && name.ends_with(".sohoi") {
            files.push(entry.path());
        }
    }
    (files, folders)
}

fn answers(files: &[PathBuf], addressee: &Addressee, receipted: u64) -> Vec<AnswerFile> {
    let mut answers: Vec<AnswerFile> = files
        .iter()
        // Bundles, other communes' answers and spoilt files are not offered; chosen by hand, they are refused
        // with what is wrong.
        .filter_map(|path| Some((path, Answer::label_at(path, addressee).ok()?)))
        .map(|(path, label)| AnswerFile {
            path: path.clone(),
            number: label.number,
            made_on: label.made_on,
            is_known: label.next_seq <= receipted + 1,
        })
        .collect();
    answers.sort_by(|a, b| {
        (a.is_known, std::cmp::Reverse(a.number), &a.path).cmp(&(
            b.is_known,
            std::cmp::Reverse(b.number),
            &b.path,
        ))
    });
    answers.truncate(ANSWERS);
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_on_the_stick_that_it_lies_on() {
        let stick = |name: &str, path: &str| Stick {
            name: name.into(),
            letter: None,
            path: path.into(),
            n_bytes_free: 0,
        };
        let name_of = |file: &str| {
            let sticks =
                vec![stick("KINGSTON", "/media/chi/KINGSTON"), stick("TRONG", "/media/chi/KINGSTON/trong")];
            under(Path::new(file), sticks).map(|stick| stick.name)
        };
        assert_eq!(name_of("/media/chi/KINGSTON/báo cáo/a.sohoi").as_deref(), Some("KINGSTON"));
        assert_eq!(name_of("/media/chi/KINGSTON/trong/a.sohoi").as_deref(), Some("TRONG"));
        assert_eq!(name_of("/media/chi/KINGSTON 2/a.sohoi"), None);
        assert_eq!(name_of("/chung/a.sohoi"), None);
    }

    #[test]
    fn our_files_are_found_on_a_stick_and_one_folder_down() {
        let stick = tempfile::tempdir().expect("a temporary folder can be made");
        let write = |name: &str| {
            let path = stick.path().join(name);
            fs::create_dir_all(path.parent().expect("it has a folder")).expect("folders can be made");
            fs::write(path, b"").expect("a file can be written");
        };
        let ours = ["SoHoi_A_2026-11-24_003_bien-nhan (1).sohoi", "Tinh/SOHOI_A_004.SOHOI"];
        let others = ["SoHoi.docx", "ảnh/1.jpg", "a/b/SoHoi_A_2026-11-24_005.sohoi", "tệp.sohoi"];
        ours.iter().chain(&others).for_each(|name| write(name));
        let mut found = ours_in(stick.path());
        found.sort();
        assert_eq!(found, ours.map(|name| stick.path().join(name)));
        assert!(ours_in(&stick.path().join("pulled out")).is_empty());
    }
}
