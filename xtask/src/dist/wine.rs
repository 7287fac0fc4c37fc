//! The programs for Windows, tried: a register and a hub in a folder whose name is Vietnamese, by line and by stick,
//! and a register that is killed while it writes.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
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
    let begun = Instant::now();
    try_sync(&wine)?;
    println!(
        "sohoi.exe and sohoi-hub.exe under wine: sync, stick, kill, backup in {} s",
        begun.elapsed().as_secs()
    );
    Ok(())
}

fn try_sync(wine: &Wine) -> Result<(), Failure> {
    wine.hub(&["init", "--unit", "46", "--admin", "admin"])?;
    let hub = Serving::begin(wine)?;
    wine.hub(&["enrol", "--unit", "20044", "--out", "ghi danh.json", "--url", &hub.address])?;
    // The commune of today: a hub takes no register of a unit that is gone.
    let one = |words: &[&str]| wine.ask_at("sổ hai", words);
    one(&["init", "--unit", "20044", "--officer", "Kăn Thử"])?;
    let n_written = killed_while_it_writes(wine)?;
    let verified = one(&["verify"])?;
    let n_kept = verified["records"].as_u64().unwrap_or(0);
    expect(
        verified["ok"] == true && n_kept >= n_written,
        "what was acknowledged outlives a kill",
        &verified,
    )?;
    one(&["enrol", "ghi danh.json"])?;
    let synced = one(&["sync"])?;
    expect(synced["state"] == "up_to_date" && synced["unsent"] == 0, "the hub has it all", &synced)?;
    one(&["record", "add", "propaganda_activity", "một hoạt động.json"])?;
    let written = one(&["bundle", "out", "thẻ nhớ.sohoi"])?;
    expect(written["pushed"]["changes"] == 1, "a file holds what is new", &written)?;
    let taken = wine.hub(&["bundle", "accept", "thẻ nhớ.sohoi", "--receipt", "biên nhận.sohoi"])?;
    expect(taken["receipts"] == 1, "the hub answers by a file", &taken)?;
    let heard = one(&["bundle", "in", "biên nhận.sohoi"])?;
    expect(heard["state"] == "up_to_date", "the answer is a receipt", &heard)?;
    for _ in 0..2 {
        let copied = one(&["backup", "sao lưu.db"])?;
        expect(copied["bytes"].as_u64() > Some(0), "a backup is made, also over the one before", &copied)?;
    }
    let verified = wine.hub(&["verify"])?;
    let is_whole = verified["ok"] == true && verified["records"].as_u64() == Some(n_kept + 1);
    expect(is_whole, "the hub has every record", &verified)
}

/// Records that were acknowledged before the program was gone.
fn killed_while_it_writes(wine: &Wine) -> Result<u64, Failure> {
    let line = ACTIVITY.replace("2018-11-09", "2026-01-09");
    fs::write(wine.folder.join("nhiều dòng.jsonl"), format!("{line}\n").repeat(5_000))
        .and_then(|()| fs::write(wine.folder.join("một hoạt động.json"), &line))
        .map_err(|e| Failure::of("cannot write records", &e))?;
    let words = ["--home", "sổ hai", "--json", "record", "add", "propaganda_activity", "nhiều dòng.jsonl"];
    let mut command = wine.command("sohoi.exe");
    let mut child = command
        .args(words)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| Failure::of("cannot start wine", &e))?;
    let said = child.stdout.take().ok_or_else(|| Failure::new("wine says nothing"))?;
    let mut lines = BufReader::new(said).lines();
    let n_before = lines.by_ref().take(50).count() as u64;
    // Wine's own process is the program: nothing is told to it, as when the power goes.
    child.kill().and_then(|()| child.wait()).map_err(|e| Failure::of("cannot kill it", &e))?;
    let n_after = lines.map_while(Result::ok).filter(|line| line.contains("\"id\"")).count() as u64;
    Ok(n_before + n_after)
}

/// A hub that serves until it is dropped.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn begin(wine: &Wine) -> Result<Serving, Failure> {
        let words = ["--data", HUB, "--json", "serve", "--listen", "127.0.0.1:0"];
        let mut command = wine.command("sohoi-hub.exe");
        command.args(words).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(|e| Failure::of("cannot start the hub", &e))?;
        let said = child.stdout.take().ok_or_else(|| Failure::new("the hub says nothing"))?;
        let mut line = String::new();
        BufReader::new(said).read_line(&mut line).map_err(|e| Failure::of("the hub says nothing", &e))?;
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        let address = said["listening"].as_str().unwrap_or_default().to_string();
        Ok(Serving { child, address })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn expect(met: bool, what: &str, said: &Value) -> Result<(), Failure> {
    if met { Ok(()) } else { Err(Failure::new(format!("under wine it is not so that {what}: {said}"))) }
}

/// The hub's folder.
const HUB: &str = "dữ liệu máy chủ";

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
        for name in ["sohoi.exe", "sohoi-hub.exe"] {
            fs::copy(programs.join(name), folder.join(name))
                .map_err(|e| Failure::of(&format!("cannot copy {name}"), &e))?;
        }
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
        self.ask_at("sổ", words)
    }

    fn ask_at(&self, home: &str, words: &[&str]) -> Result<Value, Failure> {
        self.said("sohoi.exe", &["--home", home], words)
    }

    fn hub(&self, words: &[&str]) -> Result<Value, Failure> {
        self.said("sohoi-hub.exe", &["--data", HUB], words)
    }

    fn said(&self, program: &str, place: &[&str], words: &[&str]) -> Result<Value, Failure> {
        let said = command::output(self.command(program).args(place).arg("--json").args(words))?;
        let first = said.lines().next().unwrap_or_default();
        serde_json::from_str(first)
            .map_err(|e| Failure::of(&format!("{} said `{first}`", words.join(" ")), &e))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.program);
        command.current_dir(&self.folder).arg(program);
        command.env("WINEPREFIX", &self.prefix).env("WINEDEBUG", "-all");
        command.env("SOHOI_PIN", "246813").env("SOHOI_HUB_PASSWORD", "mot-mat-khau-dai-2018");
        // Without a UTF-8 locale wine cannot name the folder.
        command.env("LC_ALL", "C.UTF-8").stdin(Stdio::null());
        command
    }
}
