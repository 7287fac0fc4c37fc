//! The command line of the contract: JSON a line on stdout, words and failures on stderr.

mod args;
mod enrol;
mod figures;
mod out;
mod serve;
mod target;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use serde_json::json;
use sohoi_domain::unit::UnitLevel;
use sohoi_domain::{Catalogue, Day, UnitKey};
use sohoi_hub_db::{HubDb, HubRow};
use sohoi_hub_db_sqlite::SqliteHub;

use crate::error::HubError;
use crate::hub::Hub;
use crate::{account, clock, secret};
use args::{Args, Command, Device};
use out::Out;

/// Exit code of a command that did what it was asked.
type Done = Result<u8, HubError>;

const FILE: &str = "hub.db";

pub fn run() -> ExitCode {
    let args = Args::parse();
    let out = Out::new(args.json, args.lang);
    match command(&args, &out) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            out.failure(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn command(args: &Args, out: &Out) -> Done {
    if let Command::Openapi = args.command {
        return out.raw(crate::http::OPENAPI.trim_end());
    }
    let data = args.data.clone().ok_or_else(|| HubError::refused("usage.no_data"))?;
    if let Command::Init(init) = &args.command {
        return initialise(&data, init, out);
    }
    let hub = open(&data)?;
    match &args.command {
        Command::Serve(serve) => serve::serve(hub, serve, &data, args.json),
        Command::Enrol(enrol) => enrol::enrol(&hub, enrol, &data, out),
        Command::Device(Device::List) => enrol::devices(&hub, out),
        Command::Device(Device::Revoke { id }) => enrol::revoke(&hub, id, out),
        Command::Figures(figures) => figures::figures(&hub, figures, out),
        Command::Target(args::Target::Set { file }) => target::set(&hub, file, out),
        Command::Verify => verify(&hub, out),
        Command::Init(_) | Command::Openapi => Ok(0),
    }
}

fn open(data: &std::path::Path) -> Result<Hub, HubError> {
    let catalogue = Arc::new(Catalogue::embedded());
    let db = SqliteHub::open(&data.join(FILE), catalogue.clone())?;
    Hub::new(Arc::new(db), catalogue, clock::system)
}

fn password() -> Result<String, HubError> {
    std::env::var("SOHOI_HUB_PASSWORD").map_err(|_| HubError::refused("usage.no_password"))
}

fn day(text: Option<&String>) -> Result<Day, HubError> {
    match text {
        None => Ok(clock::day(clock::system())),
        Some(text) => text.parse().map_err(|_| HubError::refused("usage.bad_date")),
    }
}

fn unit(catalogue: &Catalogue, code: &str, day: Day, level: UnitLevel) -> Result<UnitKey, HubError> {
    let unit = catalogue.units.on(code, day).filter(|unit| unit.level == level);
    unit.map(|unit| unit.key()).ok_or_else(|| HubError::refused("unit.unknown").with("unit", code))
}

fn initialise(data: &PathBuf, init: &args::Init, out: &Out) -> Done {
    let catalogue = Arc::new(Catalogue::embedded());
    let unit = unit(&catalogue, &init.unit, day(init.on.as_ref())?, UnitLevel::Province)?;
    let now_ms = clock::system();
    // A weak password is told before anything is made.
    let admin = account::new_account(&init.admin, &password()?, &unit, now_ms)?;
    let row = HubRow { secret_key: secret::random()?, epoch: 1, unit: unit.clone(), created_at_ms: now_ms };
    std::fs::create_dir_all(data).map_err(HubError::File)?;
    let db = SqliteHub::create(&data.join(FILE), catalogue.clone())?;
    db.init(&row, &admin)?;
    let hub = Hub::new(Arc::new(db), catalogue, clock::system)?;
    let name = hub.unit_name(&unit);
    out.value(&json!({
        "hub_id": hub.id(),
        "unit": { "code": unit.code, "valid_from": unit.valid_from, "name": name },
    }))?;
    out.line(&format!("{}: {name} ({})", out.word("say.made"), hub.id()))
}

fn verify(hub: &Hub, out: &Out) -> Done {
    let found = hub.db.verify()?;
    let ok = found.differences.is_empty();
    let differences: Vec<String> = found.differences.iter().map(|d| format!("{} {}", d.what, d.at)).collect();
    out.value(&json!({
        "ok": ok,
        "batches": found.n_batches,
        "records": found.n_records,
        "differences": differences,
    }))?;
    let word = if ok { "say.verify_clean" } else { "say.verify_differs" };
    out.line(&format!("{} ({} / {})", out.word(word), found.n_batches, found.n_records))?;
    for difference in &differences {
        out.line(&format!("    {difference}"))?;
    }
    Ok(if ok { 0 } else { 4 })
}
