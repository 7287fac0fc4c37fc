//! `sohoi-hub`.

use std::process::ExitCode;

fn main() -> ExitCode {
    sohoi_hub::cli::run()
}
