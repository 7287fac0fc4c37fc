//! Windows, from Debian: the compiler that Debian keeps for browsers, and mingw.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;
use crate::program;
use crate::setup::{self, Need};

const TARGET: &str = "x86_64-pc-windows-gnu";
const PROGRAMS: &[&str] = &["sohoi.exe", "sohoi-hub.exe", "sohoi-desktop.exe"];

const NEEDS: &[Need] = &[
    Need { package: "rustc-web", why: "a compiler whose standard library can be built for Windows" },
    Need { package: "cargo-web", why: "the cargo of that compiler" },
    Need { package: "rust-web-src", why: "the standard library's source" },
    Need { package: "mingw-w64", why: "links programs for Windows, and compiles their C" },
    Need { package: "wine64", why: "tries the command line" },
];

/// Returns the folder with the programs and what must lie beside them.
pub fn build(place: &Place) -> Result<PathBuf, Failure> {
    setup::run(place)?;
    setup::packages(NEEDS.iter())?;
    program::build_pages(place)?;
    let target = place.beside_target("windows");
    let begun = Instant::now();
    command::run(&mut compiler(place, &target))?;
    let built = target.join(TARGET).join("release");
    let shipped = shipped(place);
    fs::create_dir_all(&shipped).map_err(|e| Failure::of("cannot make the folder to ship", &e))?;
    println!("\nbuilt for Windows in {} s:", begun.elapsed().as_secs());
    for name in PROGRAMS {
        ship(&built.join(name), &shipped)?;
    }
    ship(&loader(&built)?, &shipped)?;
    Ok(shipped)
}

pub fn shipped(place: &Place) -> PathBuf {
    place.beside_target("windows").join("ship")
}

fn compiler(place: &Place, target: &Path) -> Command {
    let mut cargo = Command::new("/usr/bin/cargo");
    command::forget_outer_cargo(&mut cargo);
    cargo.current_dir(&place.root);
    // Another compiler in the same folder would throw away everything that the first one built.
    cargo.env("CARGO_TARGET_DIR", target);
    cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTDOC", "/usr/bin/rustdoc").env("RUSTC_BOOTSTRAP", "1");
    cargo.env_remove("RUSTUP_TOOLCHAIN").env_remove("RUSTC_WRAPPER");
    cargo.args(["build", "-Z", "build-std=std,panic_abort", "--target", TARGET, "--release"]);
    cargo.args(["-p", "sohoi-cli", "-p", "sohoi-hub", "-p", "sohoi-desktop", "--bins"]);
    cargo
}

fn ship(file: &Path, folder: &Path) -> Result<(), Failure> {
    let name = file.file_name().unwrap_or_default();
    let bytes = fs::copy(file, folder.join(name))
        .map_err(|e| Failure::of(&format!("cannot copy {}", file.display()), &e))?;
    let megabytes = bytes / 100_000;
    println!("  {:<24} {}.{} MB", name.to_string_lossy(), megabytes / 10, megabytes % 10);
    Ok(())
}

/// WebView2's loader, which the window wants beside itself; the crate that wraps it carries it along.
fn loader(built: &Path) -> Result<PathBuf, Failure> {
    let outputs = fs::read_dir(built.join("build")).map_err(|e| Failure::of("nothing was built", &e))?;
    let loaders = outputs
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("webview2-com-sys-"));
    let mut loaders =
        loaders.map(|entry| entry.path().join("out/x64/WebView2Loader.dll")).filter(|path| path.is_file());
    loaders.next().ok_or_else(|| Failure::new("WebView2Loader.dll is not in the build's output"))
}
