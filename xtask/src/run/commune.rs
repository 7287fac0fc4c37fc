//! The demo's commune: its register, tied to the hub, and an officer's way without a window.

use std::process::Command;

use super::{Demo, PIN, ask, hub};
use crate::failure::Failure;

const UNIT: &str = "20044";

const ACTIVITY: &str = r#"{"title":"Phổ biến Chỉ thị 21-CT/TW","topic":"chinh_tri_tu_tuong","form":"hop_chi_hoi","held_on":"2026-11-09","n_total":42,"n_women":40}"#;

pub fn prepare(demo: &Demo) -> Result<(), Failure> {
    if demo.home().exists() {
        return Ok(());
    }
    ask(register(demo).args(["init", "--unit", UNIT, "--officer", "Cán bộ Hội"]))?;
    let file = hub::enrol(demo, UNIT)?;
    ask(register(demo).arg("enrol").arg(file))?;
    Ok(())
}

/// Records, sends, and shows what the register says about itself.
pub fn journey(demo: &Demo) -> Result<(), Failure> {
    let file = demo.folder.join("activity.json");
    std::fs::write(&file, ACTIVITY).map_err(|e| Failure::of("cannot write the record to add", &e))?;
    for added in ask(register(demo).args(["record", "add", "propaganda_activity"]).arg(&file))? {
        println!("recorded  {added}");
    }
    for sent in ask(register(demo).arg("sync"))? {
        println!("sent      {sent}");
    }
    for status in ask(register(demo).arg("status"))? {
        println!("register  {status}");
    }
    Ok(())
}

fn register(demo: &Demo) -> Command {
    let mut command = Command::new(demo.program("sohoi"));
    command.arg("--home").arg(demo.home()).arg("--json").env("SOHOI_PIN", PIN);
    command
}
