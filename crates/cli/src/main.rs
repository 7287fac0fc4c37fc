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

use clap::Parser;

fn main() -> ExitCode {
    // Clap ends the program itself for --help and wrong usage, with 0 and 2 as the contract says.
    let args = args::Args::parse();
    let out = out::Out::new(args.json, args.lang);
    match command::run(&args, &out) {
        Ok(code) => ExitCode::from(code),
        Err(fault) => {
            out.fault(&fault);
            ExitCode::from(fault.exit())
        }
    }
}
