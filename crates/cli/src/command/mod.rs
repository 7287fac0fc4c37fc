//! One file a noun of the contract.

mod bulletin;
mod conflict;
mod figures;
mod period;
mod record;
mod register;
mod sync;

use std::path::{Path, PathBuf};

use serde_json::Value;
use sohoi_api::Api;

use crate::args::{Args, Command, Pair};
use crate::fault::Fault;
use crate::out::Out;

/// Exit code of a command that did what it was asked.
pub type Done = Result<u8, Fault>;

pub fn run(args: &Args, out: &Out) -> Done {
    let home = match &args.home {
        Some(home) => home.clone(),
        None => default_home().ok_or_else(|| Fault::usage("usage.no_home"))?,
    };
    let api = Api::new(&home, Box::new(|_| {}));
    match &args.command {
        Command::Init(init) => register::init(&api, init, out),
        Command::Kinds { kind } => register::kinds(&with_its_catalogue(api, &home)?, kind.as_deref(), out),
        Command::Record(command) => {
            let api = unlocked(api)?;
            let done = record::run(&api, command, out);
            api.app().back_up_if_due();
            done
        }
        Command::Conflicts { command } => {
            let api = unlocked(api)?;
            let done = conflict::run(&api, command.as_ref(), out);
            api.app().back_up_if_due();
            done
        }
        Command::Enrol(enrol) => sync::enrol(&unlocked(api)?, enrol, out),
        Command::Sync => sync::sync(&unlocked(api)?, out),
        Command::Pair(Pair::Show) => register::pair_show(&unlocked(api)?, out),
        Command::Pair(Pair::Join { file }) => register::pair_join(&unlocked(api)?, file, out),
        Command::Bundle(bundle) => sync::bundle(&unlocked(api)?, bundle, out),
        Command::Bulletins { limit } => bulletin::list(&unlocked(api)?, *limit, out),
        Command::Status => sync::status(&unlocked(api)?, out),
        Command::Figures(figures) => figures::figures(&unlocked(api)?, figures, out),
        Command::Period(command) => {
            let api = unlocked(api)?;
            let done = period::run(&api, command, out);
            api.app().back_up_if_due();
            done
        }
        Command::Verify => register::verify(&unlocked(api)?, out),
        Command::Backup { file } => register::backup(&unlocked(api)?, file, out),
        Command::Support { folder } => register::support(&api, folder.as_deref(), out),
    }
}

/// The window's own folder, so that both see one register.
fn default_home() -> Option<PathBuf> {
    if let Some(home) = std::env::var_os("SOHOI_HOME") {
        return Some(PathBuf::from(home));
    }
    directories::ProjectDirs::from("vn", "sohoi", "SoHoi").map(|dirs| dirs.data_local_dir().to_path_buf())
}

/// The PIN from SOHOI_PIN, or from the file that SOHOI_PIN_FILE names.
fn pin() -> Result<String, Fault> {
    if let Ok(pin) = std::env::var("SOHOI_PIN") {
        return Ok(pin);
    }
    let file = std::env::var_os("SOHOI_PIN_FILE").ok_or_else(|| Fault::usage("usage.no_pin"))?;
    Ok(std::fs::read_to_string(file)?.trim_end_matches(['\r', '\n']).to_string())
}

fn unlocked(api: Api) -> Result<Api, Fault> {
    // Told before a PIN is asked for: without a register no PIN can be right.
    if let sohoi_app::register::State::Absent = api.app().state().map_err(|error| api.refused(&error))? {
        return Err(Fault::usage("register.absent"));
    }
    let pin = pin()?;
    api.app().unlock(&pin).map_err(|error| api.refused(&error))?;
    Ok(api)
}

/// The register that says which catalogue it works by, where there is one and it can be opened; otherwise the
/// program's own catalogue is what there is.
fn with_its_catalogue(api: Api, home: &Path) -> Result<Api, Fault> {
    let is_there = !matches!(api.app().state(), Ok(sohoi_app::register::State::Absent));
    if !is_there || pin().is_err() {
        return Ok(api);
    }
    match unlocked(api) {
        Err(fault) if matches!(fault.code.as_str(), "store.busy" | "store.damaged") => {
            Ok(Api::new(home, Box::new(|_| {})))
        }
        opened => opened,
    }
}

/// Runs a command of the window's list.
fn call(api: &Api, command: &str, request: Value) -> Result<Value, Fault> {
    api.call(command, request).map_err(Fault::from)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
