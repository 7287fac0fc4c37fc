//! What has to be on a Debian 12 or Ubuntu 24.04 before anything can be built: said, then installed.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::SystemTime;

use crate::command::{self, on_path};
use crate::failure::Failure;
use crate::place::Place;
use crate::{browser, interop};

/// A package and the reason for it, which is shown before anything is installed.
pub struct Need {
    pub package: &'static str,
    pub why: &'static str,
}

const fn need(package: &'static str, why: &'static str) -> Need {
    Need { package, why }
}

const TO_BUILD: &[Need] = &[
    need("build-essential", "compiles and links the C inside SQLCipher and zstd"),
    need("pkg-config", "finds the libraries below"),
    need("libssl-dev", "the cipher under SQLCipher"),
    need("libwebkit2gtk-4.1-dev", "the window"),
];

const TO_TEST: &[Need] = &[
    need("webkit2gtk-driver", "drives the window in tests"),
    need("xvfb", "a screen for the window where there is none"),
    need("xauth", "lets xvfb-run open that screen"),
    need("fonts-noto-core", "Vietnamese letters in the window and the screenshots"),
    need("python3-venv", "the second decoder of the protocol"),
];

const NODE_WANTED: (u32, u32) = (20, 19);

pub fn run(place: &Place) -> Result<(), Failure> {
    toolchain(place)?;
    packages(TO_BUILD.iter().chain(TO_TEST))?;
    chromium()?;
    interop::setup(place)?;
    [".", browser::FOLDER].iter().try_for_each(|folder| node_modules(place, folder))
}

/// Installs those of `needs` that dpkg does not know as installed.
pub fn packages<'a>(needs: impl Iterator<Item = &'a Need>) -> Result<(), Failure> {
    let needs: Vec<&Need> = needs.collect();
    let present = installed(&needs)?;
    let missing: Vec<&Need> = needs.into_iter().filter(|need| !present.contains(need.package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("These packages are missing:");
    for need in &missing {
        eprintln!("  {:<24} {}", need.package, need.why);
    }
    command::run(&mut as_root(&["apt-get", "update", "-q"]))?;
    let mut words = vec!["apt-get", "install", "-y", "-q", "--no-install-recommends"];
    words.extend(missing.iter().map(|need| need.package));
    command::run(&mut as_root(&words))
}

fn installed(needs: &[&Need]) -> Result<BTreeSet<String>, Failure> {
    let output = Command::new("dpkg-query")
        .args(["-W", "-f", "${db:Status-Abbrev} ${Package}\n"])
        .args(needs.iter().map(|need| need.package))
        .stderr(Stdio::null())
        .output()
        .map_err(|_| Failure::new("this machine has no dpkg: on another system than Debian or Ubuntu, install the packages that xtask/src/setup.rs lists, and run the steps of xtask/src/test.rs by hand"))?;
    Ok(installed_names(&String::from_utf8_lossy(&output.stdout)))
}

fn installed_names(listing: &str) -> BTreeSet<String> {
    let names = listing.lines().filter_map(|line| line.strip_prefix("ii "));
    names.map(|name| name.trim().to_owned()).collect()
}

fn as_root(words: &[&str]) -> Command {
    let root = rustix::process::geteuid().is_root();
    let mut command = if root { Command::new("env") } else { Command::new("sudo") };
    command.arg("DEBIAN_FRONTEND=noninteractive").args(words);
    command
}

/// Debian has a Chromium with its driver; Ubuntu's packages of that name are doors to a snap, which
/// apt cannot install in a container.
fn chromium() -> Result<(), Failure> {
    let has_driver = on_path(&["chromedriver", "chromium.chromedriver"]).is_some();
    let has_browser = on_path(&["chromium", "google-chrome", "google-chrome-stable"]).is_some();
    if has_driver && has_browser {
        return Ok(());
    }
    if is_ubuntu() {
        eprintln!(
            "The tests of the dashboard and of the pages need Chromium and chromedriver, which Ubuntu ships only as a snap: run `sudo snap install chromium`. Everything else works without them."
        );
        return Ok(());
    }
    packages(
        [
            need("chromium", "shows pages and dashboard in tests"),
            need("chromium-driver", "drives that Chromium"),
        ]
        .iter(),
    )
}

fn is_ubuntu() -> bool {
    std::fs::read_to_string("/etc/os-release").is_ok_and(|text| text.lines().any(|line| line == "ID=ubuntu"))
}

fn toolchain(place: &Place) -> Result<(), Failure> {
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        let found =
            command::cargo(place).args([tool, "--version"]).output().is_ok_and(|o| o.status.success());
        if !found {
            eprintln!("This Rust has no {component}.");
            command::run(Command::new("rustup").current_dir(&place.root).args([
                "component",
                "add",
                component,
            ]))?;
        }
    }
    let said = command::output(Command::new("node").arg("--version")).map_err(|_| {
        Failure::new("Node 20.19 or newer is needed to build the interface, and there is none")
    })?;
    match node_version(&said) {
        Some(found) if found >= NODE_WANTED => Ok(()),
        _ => Err(Failure::new(format!("Node 20.19 or newer is needed, and this is {}", said.trim()))),
    }
}

fn node_version(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.trim().strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

fn node_modules(place: &Place, folder: &str) -> Result<(), Failure> {
    let root = place.root.join(folder);
    let lock = changed_at(&root.join("package-lock.json"));
    // npm writes this file last, so its age is that of a finished installation.
    let done = changed_at(&root.join("node_modules/.package-lock.json"));
    match (lock, done) {
        (Some(lock), Some(done)) if done >= lock => Ok(()),
        (None, _) => Err(Failure::new(format!("package-lock.json is missing in {folder}"))),
        (Some(_), _) => {
            command::run(command::npm(place).args(["ci", "--no-audit", "--no-fund", "--prefix", folder]))
        }
    }
}

fn changed_at(path: &Path) -> Option<SystemTime> {
    std::fs::metadata(path).and_then(|meta| meta.modified()).ok()
}

#[cfg(test)]
mod tests {
    use super::{installed_names, node_version};

    #[test]
    fn a_removed_package_is_not_installed() {
        let names = installed_names("ii  xvfb\nrc  xauth\nun  chromium\n");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["xvfb"]);
    }

    #[test]
    fn the_version_of_node_is_read() {
        assert_eq!(node_version("v20.19.4\n"), Some((20, 19)));
        assert_eq!(node_version("twenty"), None);
    }
}
