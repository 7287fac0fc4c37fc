//! A hub, and a folder for the registers and files of its communes.

use std::path::PathBuf;

use sohoi_testkit::{Cli, Hub};

pub struct Office {
    folder: tempfile::TempDir,
    pub hub: Hub,
}

impl Office {
    pub fn start(name: &str) -> Office {
        Office { folder: tempfile::tempdir().expect("a temporary folder can be made"), hub: Hub::start(name) }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// An enrolled register.
    pub fn register(&self, name: &str, unit: &str) -> Cli {
        self.register_at(name, unit, &self.hub.address())
    }

    /// The same, enrolled at the address of a line before the hub.
    pub fn register_at(&self, name: &str, unit: &str, address: &str) -> Cli {
        let cli = Cli::at(self.path(name));
        cli.init(unit);
        cli.enrol(address, &self.hub.code(unit));
        cli
    }
}
