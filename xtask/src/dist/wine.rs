//! The command line for Windows, tried: a register in a folder whose name is Vietnamese.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;

use crate::command::{self, on_path};
use crate::failure::Failure;
use crate::place::Place;

const ACTIVITY: &str = r#"{"title":"Phổ biến Chỉ thị 21-CT/TW","topic":"chinh_tri_tu_tuong","form":"hop_chi_hoi","held_on":"2018-11-09","n_total":42,"n_women":40}"#;

pub fn try_register(place: &Place, programs: &Path) -> Result<(), Failure> {
    let wine = Wine::prepare(place, programs)?;
    let begun = Instant::now();
    // The commune of 2018, whose records may be of 2018.
    wine.ask(&["init", "--unit", "20044", "--on", "2018-06-30", "--officer", "Kăn Thử"])?;
    fs::write(wine.folder.join("một hoạt động.json"), ACTIVITY)
        .map_err(|e| Failure::of("cannot write a record", &e))?;
    let added = wine.ask(&["record", "add", "propaganda_activity", "một hoạt động.json"])?;
    expect(added["id"].is_string(), "a record was added", &added)?;
    let listed = wine.ask(&["record", "list", "propaganda_activity"])?;
    expect(listed["id"] == added["id"], "the record is in the list", &listed)?;
    let figures = wine.ask(&["figures", "--period", "2018", "--calendar", "union", "--indicator", "TT01"])?;
    expect(figures["figures"][0]["value"].as_f64() == Some(1.0), "the figure counts it", &figures)?;
    let verified = wine.ask(&["verify"])?;
    expect(verified["ok"] == true, "the log and the projections agree", &verified)?;
    println!(
        "sohoi.exe under wine: init, record add, record list, figures, verify in {} s",
        begun.elapsed().as_secs()
    );
    Ok(())
}

fn expect(met: bool, what: &str, said: &Value) -> Result<(), Failure> {
    if met { Ok(()) } else { Err(Failure::new(format!("under wine it is not so that {what}: {said}"))) }
}

struct Wine {
    program: &'static str,
    prefix: PathBuf,
    folder: PathBuf,
}

impl Wine {
    /// A folder of its own for each try, with the program, and wine's settings beside it.
    fn prepare(place: &Place, programs: &Path) -> Result<Self, Failure> {
        let base = place.beside_target("wine");
        let folder = base.join("Sổ Hội của xã A Lưới");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|e| Failure::of("cannot clear the last try", &e))?;
        }
        fs::create_dir_all(&folder).map_err(|e| Failure::of("cannot make a folder for wine", &e))?;
        fs::copy(programs.join("sohoi.exe"), folder.join("sohoi.exe"))
            .map_err(|e| Failure::of("cannot copy sohoi.exe", &e))?;
        // Rust asks Windows for random bytes through ProcessPrng, which wine 8 does not have yet.
        let source = place.root.join("xtask/windows/bcryptprimitives.c");
        let mut mingw = Command::new("x86_64-w64-mingw32-gcc");
        mingw.args(["-shared", "-O2", "-Wall", "-Werror", "-o"]).arg(folder.join("bcryptprimitives.dll"));
        command::run(mingw.arg(source).arg("-ladvapi32"))?;
        let program = ["wine64", "wine"]
            .into_iter()
            .find(|name| on_path(&[name]).is_some())
            .unwrap_or("/usr/lib/wine/wine64");
        Ok(Self { program, prefix: base.join("prefix"), folder })
    }

    fn ask(&self, words: &[&str]) -> Result<Value, Failure> {
        let mut command = Command::new(self.program);
        command.current_dir(&self.folder).args(["sohoi.exe", "--home", "sổ", "--json"]).args(words);
        command.env("WINEPREFIX", &self.prefix).env("WINEDEBUG", "-all").env("SOHOI_PIN", "246813");
        // Without a UTF-8 locale wine cannot name the folder.
        command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
        let said = command::output(&mut command)?;
        let first = said.lines().next().unwrap_or_default();
        serde_json::from_str(first)
            .map_err(|e| Failure::of(&format!("{} said `{first}`", words.join(" ")), &e))
    }
}
