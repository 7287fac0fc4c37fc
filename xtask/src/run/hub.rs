//! The demo's hub: made once, filled by the demo generator, served, asked for its table.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{ADMIN, Demo, PASSWORD, ask};
use crate::command;
use crate::failure::Failure;
use crate::process::{Running, tied};

pub struct Served {
    pub address: String,
    _process: Running,
}

pub fn prepare(demo: &Demo) -> Result<(), Failure> {
    if demo.hub_data().exists() {
        return Ok(());
    }
    ask(hub(demo).args(["init", "--unit", "46", "--admin", ADMIN]))?;
    println!("Filling the hub with the year 2018 of 152 communes.");
    let mut generator = tied(demo.program("sohoi-demo"));
    generator.arg("--hub-data").arg(demo.hub_data());
    generator
        .arg("--hub")
        .arg(demo.program("sohoi-hub"))
        .arg("--home")
        .arg(demo.folder.join("communes-2018"));
    Running::start("sohoi-demo", &mut generator)?.wait()
}

pub fn serve(demo: &Demo) -> Result<Served, Failure> {
    // The commune of a kept demo is tied to the address of the first run.
    let kept = std::fs::read_to_string(demo.hub_address());
    let listen =
        kept.as_deref().ok().and_then(|address| address.strip_prefix("http://")).unwrap_or("127.0.0.1:0");
    let mut command = tied(demo.program("sohoi-hub"));
    command.arg("--data").arg(demo.hub_data()).args(["--json", "serve", "--listen", listen]);
    command.stdout(Stdio::piped()).stderr(demo.log("hub.log")?);
    let mut process = Running::start("sohoi-hub", &mut command)?;
    let stdout = process.child().stdout.take().ok_or_else(|| Failure::new("the hub has no stdout"))?;
    let mut line = String::new();
    let read = BufReader::new(stdout).read_line(&mut line);
    read.map_err(|e| Failure::of("the hub did not say where it listens", &e))?;
    let said: Value = serde_json::from_str(&line).map_err(|e| {
        Failure::of(&format!("the hub did not start, hub.log in {} says why", demo.folder.display()), &e)
    })?;
    let address = said["listening"].as_str().ok_or_else(|| Failure::new("the hub named no address"))?;
    std::fs::write(demo.hub_address(), address)
        .map_err(|e| Failure::of("cannot keep the hub's address", &e))?;
    Ok(Served { address: address.to_owned(), _process: process })
}

/// Prints the year 2018 of the province, one indicator a line.
pub fn print_table(demo: &Demo) -> Result<(), Failure> {
    println!("\nThe province in 2018:");
    let words = ["figures", "--unit", "46", "--period", "2018", "--calendar", "union"];
    let mut plain = Command::new(demo.program("sohoi-hub"));
    plain.arg("--data").arg(demo.hub_data()).args(words);
    command::run(&mut plain)
}

pub fn enrol(demo: &Demo, unit: &str) -> Result<std::path::PathBuf, Failure> {
    let file = demo.folder.join("enrolment.json");
    ask(hub(demo).args(["enrol", "--unit", unit, "--out"]).arg(&file))?;
    Ok(file)
}

fn hub(demo: &Demo) -> Command {
    let mut command = Command::new(demo.program("sohoi-hub"));
    command.arg("--data").arg(demo.hub_data()).arg("--json").env("SOHOI_HUB_PASSWORD", PASSWORD);
    command
}
