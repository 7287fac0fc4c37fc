//! `backup`: the hub in one file, while it serves.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::Path;

use serde_json::json;
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::bundle::BundleError;

use super::output::Output;
use crate::error::HubError;

pub fn backup(data: &Path, to: &Path, output: &Output) -> Result<(), HubError> {
    claim(to)?;
    let done = SqliteHub::backup(&super::database(data), to).map_err(HubError::from);
    let n_bytes = done.and_then(|()| Ok(fs::metadata(to).map_err(HubError::File)?.len()));
    if n_bytes.is_err() {
        // It was made here, and is empty.
        let _ = fs::remove_file(to);
    }
    let n_bytes = n_bytes?;
    let file = to.display().to_string();
    output.say(&json!({"file": file, "bytes": n_bytes}), |words| words.said("backed_up", &[("file", &file)]));
    Ok(())
}

// Nobody else's file is written over, also when two begin at once. What lies in it is for whoever runs the hub alone.
fn claim(to: &Path) -> Result<(), HubError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(to) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(HubError::Bundle(BundleError::Exists)),
        Err(error) => Err(HubError::File(error)),
    }
}
