//! `sohoi`: one commune's register without a window, for scripts, tests and IT staff.
//!
//! The contract that scripts rely on: with `--json` stdout carries one JSON value a line and nothing else,
//! and a failure ends stderr with `{"error":{…}}`.

mod args;
mod command;
mod fault;
mod out;
mod words;

use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::ErrorKind;

/// Wrong usage.
const USAGE: u8 = 2;

fn main() -> ExitCode {
    let matches = args::command(&words::Words::new(lang_asked())).try_get_matches();
    let args = match matches.and_then(|matches| args::Args::from_arg_matches(&matches)) {
        Ok(args) => args,
        Err(error) => return misuse(&error),
    };
    let out = out::Out::new(args.json, args.lang);
    match command::run(&args, &out) {
        Ok(code) => ExitCode::from(code),
        Err(fault) => {
            out.fault(&fault);
            ExitCode::from(fault.exit())
        }
    }
}

// The language must be known before the arguments are read, because their help is in it.
fn lang_asked() -> args::Lang {
    let words: Vec<_> = std::env::args_os().collect();
    let is_english =
        words.windows(2).any(|pair| pair == ["--lang", "en"]) || words.iter().any(|word| word == "--lang=en");
    if is_english { args::Lang::En } else { args::Lang::Vi }
}

// Help that was asked for, too, comes as an error.
fn misuse(error: &clap::Error) -> ExitCode {
    let is_json = std::env::args_os().any(|word| word == "--json");
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // Nobody reads any more: nothing to be done about it.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        _ if is_json => {
            out::Out::new(true, args::Lang::Vi).fault(&fault::Fault::usage("usage.bad_arguments"))
        }
        _ => {
            let _ = error.print();
        }
    }
    ExitCode::from(USAGE)
}
