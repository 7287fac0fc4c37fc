//! The program of the province's hub; all of it is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    sohoi_hub::cli::run()
}
