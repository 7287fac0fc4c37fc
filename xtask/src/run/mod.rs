//! The whole product on one machine: a hub with a province in it, and one commune's window.

mod commune;
mod hub;

use std::path::PathBuf;

use crate::command;
use crate::failure::Failure;
use crate::place::Place;
use crate::process::{Running, tied};
use crate::{program, setup};

const HELP: &str = "\
cargo xtask run [--keep]

Installs what is missing, builds the pages and the programs, and then
  1. makes a hub for the province of Hue on embedded SQLite and fills it with the year 2018
     of its 152 communes, made-up records whose sums are the published figures;
  2. starts it on a free port of this machine only, and prints the address of the dashboard
     and the name and password to sign in with;
  3. makes the register of the commune A Luoi 2 and enrols it to that hub;
  4. opens its window. Where there is no display, it drives the same way by the command line
     instead and prints the province's table.

--keep takes the hub and the register as the last run left them.
Ctrl-C stops everything. The demo lives beside the build output, in `demo`.";

/// Of the demo alone, which listens on this machine only and holds made-up records.
const ADMIN: &str = "admin";
const PASSWORD: &str = "demo-hue-2018";
const PIN: &str = "246813";

pub struct Demo {
    /// Where the programs are.
    programs: PathBuf,
    folder: PathBuf,
}

impl Demo {
    fn program(&self, name: &str) -> PathBuf {
        self.programs.join(name)
    }

    fn hub_data(&self) -> PathBuf {
        self.folder.join("hub")
    }

    fn hub_address(&self) -> PathBuf {
        self.folder.join("hub-address")
    }

    fn home(&self) -> PathBuf {
        self.folder.join("commune")
    }

    fn log(&self, name: &str) -> Result<std::fs::File, Failure> {
        let path = self.folder.join(name);
        std::fs::File::create(&path).map_err(|e| Failure::of(&format!("cannot write {}", path.display()), &e))
    }
}

pub fn run(place: &Place, words: &[&str]) -> Result<(), Failure> {
    let keep = match words {
        [] => false,
        ["--keep"] => true,
        _ => {
            println!("{HELP}");
            return Ok(());
        }
    };
    setup::run(place)?;
    program::build_pages(place)?;
    program::build(place)?;
    let demo = Demo { programs: program::folder(place), folder: place.beside_target("demo") };
    if !keep && demo.folder.exists() {
        std::fs::remove_dir_all(&demo.folder).map_err(|e| Failure::of("cannot clear the last demo", &e))?;
    }
    std::fs::create_dir_all(&demo.folder).map_err(|e| Failure::of("cannot make the demo's folder", &e))?;
    show(&demo)
}

fn show(demo: &Demo) -> Result<(), Failure> {
    hub::prepare(demo)?;
    let hub = hub::serve(demo)?;
    println!("\nThe province's dashboard: {}\n  name {ADMIN}, password {PASSWORD}", hub.address);
    commune::prepare(demo)?;
    println!("The register of the commune: PIN {PIN}, in {}", demo.home().display());
    if has_display() {
        println!("Opening the window. Closing it, or Ctrl-C, stops everything.");
        let mut window = tied(demo.program("sohoi-desktop"));
        window.env("SOHOI_HOME", demo.home());
        return Running::start("sohoi-desktop", &mut window)?.wait();
    }
    println!("There is no display, so the command line drives the same way.");
    commune::journey(demo)?;
    hub::print_table(demo)
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Runs one of the programs and reads the JSON values that it wrote, one a line.
fn ask(command: &mut std::process::Command) -> Result<Vec<serde_json::Value>, Failure> {
    let said = command::output(command)?;
    let values = said.lines().filter(|line| !line.trim().is_empty()).map(serde_json::from_str);
    values.collect::<Result<_, _>>().map_err(|e| Failure::of(&format!("not JSON: {said}"), &e))
}
