//! `sohoi-hub`: the province's command line.

mod args;
mod backup;
mod bundle;
mod catalogue;
mod comment;
mod enrol;
mod figures;
mod init;
mod output;
mod period;
mod receipt;
mod serve;
mod target;
mod user;
mod verify;
mod words;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::FromArgMatches;
use clap::error::ErrorKind;
use sohoi_domain::catalogue::Target;
use sohoi_domain::{Catalogue, Day};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::bulletin::Verdict;
use sohoi_protocol::limits;

use self::args::{Act, BundleAct, CatalogueAct, Cli, CommentAct, DeviceAct, PeriodAct, TargetAct, UserAct};
use self::output::Output;
use self::words::{Lang, Words};
use crate::error::HubError;
use crate::hub::Hub;
use crate::{clock, release, word};

/// What is stored is not as it was written.
const DAMAGED: u8 = 4;
const USAGE: u8 = 2;
const DATABASE: &str = "hub.db";
/// Not an argument, which other programs of the machine could read.
const PASSWORD: &str = "SOHOI_HUB_PASSWORD";

/// Reads the arguments, acts, and says how it went.
pub fn run() -> ExitCode {
    let output =
        Output { is_json: std::env::args().any(|arg| arg == "--json"), words: Words::of(lang_asked()) };
    let matches = match args::command(&output.words).try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return misuse(&output, &error),
    };
    let cli = Cli::from_arg_matches(&matches).expect("the matches are of this command");
    log_to_stderr(cli.json);
    match act(&cli, &output) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            output.failed(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

// The language must be known before the arguments are read, because their help is in it.
fn lang_asked() -> Lang {
    let args: Vec<String> = std::env::args().collect();
    let is_english =
        args.windows(2).any(|pair| pair == ["--lang", "en"]) || args.iter().any(|a| a == "--lang=en");
    if is_english { Lang::En } else { Lang::Vi }
}

fn misuse(output: &Output, error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        // Nobody reads any more: nothing to be done about it.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if output.is_json {
        output.failed(&HubError::refused("usage.bad_arguments"));
    } else {
        let _ = error.print();
    }
    ExitCode::from(USAGE)
}

fn act(cli: &Cli, output: &Output) -> Result<u8, HubError> {
    match &cli.act {
        Act::Init(args) => init::init(&cli.data, args, output)?,
        Act::Serve(args) => serve::serve(open(&cli.data)?, &cli.data, args, output)?,
        Act::Enrol(args) => enrol::enrol(&open(&cli.data)?, &cli.data, args, output)?,
        Act::Device { act: DeviceAct::List } => enrol::list(&open(&cli.data)?, output)?,
        Act::Device { act: DeviceAct::Revoke(args) } => enrol::revoke(&open(&cli.data)?, args, output)?,
        Act::Bundle { act: BundleAct::Accept(args) } => {
            return bundle::accept(open(&cli.data)?, args, output);
        }
        Act::Figures(args) => figures::figures(&open(&cli.data)?, args, output)?,
        Act::Target { act: TargetAct::Set { file } } => target::set(&open(&cli.data)?, file, output)?,
        Act::Catalogue { act: CatalogueAct::Publish { from } } => {
            catalogue::publish(&open(&cli.data)?, &cli.data, from, output)?;
        }
        Act::Catalogue { act: CatalogueAct::Pack { folder, out } } => catalogue::pack(folder, out, output)?,
        Act::Comment { act: CommentAct::Add(args) } => comment::add(&open(&cli.data)?, args, output)?,
        Act::Period { act: PeriodAct::Accept(args) } => {
            period::decide(&open(&cli.data)?, Verdict::Accepted, args, output)?;
        }
        Act::Period { act: PeriodAct::Return(args) } => {
            period::decide(&open(&cli.data)?, Verdict::Returned, args, output)?;
        }
        Act::Period { act: PeriodAct::List(args) } => period::list(&open(&cli.data)?, args, output)?,
        Act::Receipt(args) => receipt::find(&open(&cli.data)?, args, output)?,
        Act::User { act } => user(&open(&cli.data)?, act, output)?,
        Act::Backup { file } => backup::backup(&cli.data, file, output)?,
        Act::Verify => return verify::verify(&open(&cli.data)?, output),
        Act::Openapi => output.text(crate::http::OPENAPI.trim_end()),
    }
    Ok(0)
}

fn user(hub: &Hub, act: &UserAct, output: &Output) -> Result<(), HubError> {
    match act {
        UserAct::List => user::list(hub, output),
        UserAct::Add { name, unit } => user::add(hub, name, unit.as_deref(), output),
        UserAct::Password { name } => user::password(hub, name, output),
        UserAct::Remove { name } => user::remove(hub, name, output),
    }
}

fn open(data: &Path) -> Result<Hub, HubError> {
    let releases = SqliteHub::releases(&database(data))?;
    let composed = release::composed(&releases)?;
    let db = SqliteHub::open(&database(data), composed.catalogue.clone())?;
    let hub = Hub::new(Arc::new(db), composed.catalogue, clock::system)?;
    let release = releases.last().map_or(0, |pull| pull.number);
    Ok(Hub { pack: composed.pack, release, ..hub })
}

// Also of a folder in which there is no hub yet.
fn catalogue_of(data: &Path) -> Result<Arc<Catalogue>, HubError> {
    let path = database(data);
    let releases = if path.exists() { SqliteHub::releases(&path)? } else { Vec::new() };
    Ok(release::composed(&releases)?.catalogue)
}

fn database(data: &Path) -> PathBuf {
    data.join(DATABASE)
}

fn password() -> Result<String, HubError> {
    std::env::var(PASSWORD).map_err(|_| HubError::refused("usage.no_password"))
}

fn day(typed: Option<&str>, now_ms: i64) -> Result<Day, HubError> {
    match typed {
        None => Ok(clock::day(now_ms)),
        Some(text) => text.parse().map_err(|_| HubError::refused("usage.bad_date")),
    }
}

// What a person wrote for others to read.
fn note(file: &Path) -> Result<String, HubError> {
    let bad = || HubError::refused("usage.bad_file");
    if std::fs::metadata(file).map_err(HubError::File)?.len() > limits::NOTE_BYTES as u64 + 3 {
        return Err(HubError::refused("bulletin.too_large"));
    }
    let text = String::from_utf8(std::fs::read(file).map_err(HubError::File)?).map_err(|_| bad())?;
    match word::text(&text) {
        Ok(text) if !text.is_empty() => Ok(text),
        Err(error) if error.code() == "bulletin.too_large" => Err(error),
        Ok(_) | Err(_) => Err(bad()),
    }
}

// Words for people go to stdout; what happened, for those who run the hub, to stderr.
fn log_to_stderr(is_json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("SOHOI_HUB_LOG");
    let filter = filter.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only when a log is set up already, as in a test.
    let _ = if is_json {
        builder.json().flatten_event(true).try_init()
    } else {
        builder.with_ansi(std::io::stderr().is_terminal()).try_init()
    };
}

/// What the target file holds.
#[derive(serde::Deserialize)]
struct Targets {
    #[serde(default, rename = "target")]
    targets: Vec<Target>,
}
