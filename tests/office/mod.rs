//! A hub, and a folder for the registers and files of its communes.

use std::path::PathBuf;

use sohoi_app::App;
use sohoi_testkit::{Cli, Hub, PIN};

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

    /// Two PCs of one commune, paired and enrolled.
    pub fn two_pcs(&self, unit: &str) -> [Cli; 2] {
        let pcs = ["first", "second"].map(|name| Cli::at(self.path(name)));
        pcs.iter().for_each(|cli| {
            cli.init(unit);
        });
        let code = pcs[0].get(&["pair", "show"])["code"].as_str().expect("a code").to_owned();
        pcs[1].ask_with(&["pair", "join"], code.as_bytes()).done();
        pcs.iter().for_each(|cli| cli.enrol(&self.hub.address(), &self.hub.code(unit)));
        pcs
    }
}

/// Each hears of the other. That something waits for a person is no fault of the line.
pub fn sync_all(pcs: [&Cli; 2]) {
    for cli in [pcs[0], pcs[1], pcs[0]] {
        let answer = cli.ask(&["sync"]);
        assert!(matches!(answer.code, 0 | 6), "{answer:?}");
    }
}

/// Records of a kind that are listed.
pub fn listed(cli: &Cli, kind: &str) -> Vec<String> {
    let lines = cli.ask(&["record", "list", kind]).done().lines;
    lines.iter().map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
}

/// What the window does and no command.
pub fn at_the_window<T>(cli: &Cli, act: impl FnOnce(&App) -> T) -> T {
    let app = App::new(cli.home());
    app.unlock(PIN).expect("it opens");
    act(&app)
}
