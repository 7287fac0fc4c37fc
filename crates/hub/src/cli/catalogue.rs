//! `catalogue publish` and `catalogue pack`: definitions for the whole province.

use std::fs;
use std::path::Path;

use serde_json::json;
use sohoi_domain::catalogue::{FORMAT, Pack, Part, Published};
use sohoi_hub_db::DbError;
use sohoi_protocol::bulletin::{of_file, to_file};
use sohoi_protocol::limits;

use super::output::Output;
use crate::bulletin::CLI;
use crate::error::HubError;
use crate::hub::Hub;
use crate::release;

pub fn publish(hub: &Hub, data: &Path, from: &Path, output: &Output) -> Result<(), HubError> {
    let pack = read(from)?;
    let published = release::publish(hub, &pack, CLI)?;
    let version = published.version;
    let value = json!({"bulletin": published.number, "version": version, "part": published.part.name(),
        "digest": pack.digest()});
    output.say(&value, |words| words.said("catalogue_published", &[("version", &version.to_string())]));
    // Goes over to it here, where somebody waits for it: figures are made anew. A hub that runs does so as well,
    // and may have been quicker. Whatever comes of that, what was published is on its way to the communes.
    match go_over(data) {
        Ok(()) | Err(HubError::Db(DbError::Busy)) => {}
        Err(error) => output.warned("catalogue_not_projected", &error),
    }
    Ok(())
}

fn go_over(data: &Path) -> Result<(), HubError> {
    let hub = super::open(data)?;
    while hub.db.project()? > 0 {}
    Ok(())
}

pub fn pack(folder: &Path, out: &Path, output: &Output) -> Result<(), HubError> {
    let files = of_folder(folder)?;
    let version = release::load(&files)?.version;
    let digest = files.digest();
    let whole = Published { part: Part::Whole, version, format: FORMAT, files };
    let bytes = to_file(&whole).ok_or_else(|| HubError::refused("bulletin.too_large"))?;
    fs::write(out, &bytes).map_err(HubError::File)?;
    let file = out.display().to_string();
    let value = json!({"file": file, "version": version, "digest": digest, "bytes": bytes.len()});
    output.say(&value, |words| {
        words.said("catalogue_packed", &[("version", &version.to_string()), ("file", &file)])
    });
    Ok(())
}

// A file that `pack` wrote, or the folder itself.
fn read(from: &Path) -> Result<Pack, HubError> {
    if from.is_dir() {
        return of_folder(from);
    }
    let bad = || HubError::refused("usage.bad_file");
    if fs::metadata(from).map_err(HubError::File)?.len() > limits::BULLETIN_BYTES as u64 {
        return Err(bad());
    }
    let bytes = fs::read(from).map_err(HubError::File)?;
    of_file(&bytes).map(|release| release.files).ok_or_else(bad)
}

fn of_folder(folder: &Path) -> Result<Pack, HubError> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    Ok(Pack::new(files))
}

// As deep as a catalogue is, and no further: the folder may be any.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) -> Result<(), HubError> {
    for entry in fs::read_dir(folder).map_err(HubError::File)? {
        let path = entry.map_err(HubError::File)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_string();
        if path.is_dir() && prefix.is_empty() {
            collect(&path, &format!("{name}/"), files)?;
        } else if name.ends_with(".toml") {
            let is_large = path.metadata().map_err(HubError::File)?.len() > limits::CATALOGUE_BYTES as u64;
            if is_large || files.len() >= limits::CATALOGUE_FILES {
                return Err(HubError::refused("bulletin.too_large"));
            }
            let bytes = fs::read(&path).map_err(HubError::File)?;
            let text = String::from_utf8(bytes).map_err(|_| HubError::refused("usage.bad_file"))?;
            files.push((format!("{prefix}{name}"), text.replace("\r\n", "\n")));
        }
    }
    Ok(())
}
