//! Where the checkout is, and where the output of building it goes.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

pub struct Place {
    pub root: PathBuf,
    /// Outside the checkout, so that a second checkout on the same machine builds quickly.
    pub target: PathBuf,
}

impl Place {
    pub fn find() -> Result<Self, Failure> {
        let root = match env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from) {
            Some(xtask) => xtask.parent().map(Path::to_path_buf),
            None => above_current_folder(),
        };
        let root = root.ok_or_else(|| Failure::new("run this inside the checkout"))?;
        Ok(Self { root, target: target_folder()? })
    }

    /// The folder that keeps the compiler for another system away from `target`.
    pub fn beside_target(&self, name: &str) -> PathBuf {
        match self.target.parent() {
            Some(parent) => parent.join(name),
            None => self.target.join(name),
        }
    }
}

fn above_current_folder() -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file()).map(Path::to_path_buf)
}

fn target_folder() -> Result<PathBuf, Failure> {
    if let Some(chosen) = env::var_os("SOHOI_TARGET_DIR") {
        return std::path::absolute(PathBuf::from(chosen))
            .map_err(|e| Failure::of("cannot use SOHOI_TARGET_DIR", &e));
    }
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = cache.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    let cache = cache.ok_or_else(|| Failure::new("set SOHOI_TARGET_DIR: there is no home folder"))?;
    Ok(cache.join("sohoi/target"))
}
