//! The log beside the register: codes, incidents and causes; never what was typed.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::Mutex;

/// Past this size the log starts anew; one older piece is kept.
const MAX_BYTES: u64 = 1 << 20;

pub fn start(home: &Path) -> io::Result<()> {
    let file = open(home)?;
    // Set already only when two windows were started in one process, which one log serves.
    let _ = tracing_subscriber::fmt()
        .with_ansi(false)
        .with_target(false)
        .with_max_level(tracing::Level::INFO)
        .with_writer(Mutex::new(file))
        .try_init();
    Ok(())
}

fn open(home: &Path) -> io::Result<File> {
    let path = home.join("sohoi.log");
    if std::fs::metadata(&path).is_ok_and(|data| data.len() > MAX_BYTES) {
        std::fs::rename(&path, home.join("sohoi.log.old"))?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}
