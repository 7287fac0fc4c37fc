//! One function a command.

mod book;
mod bulletin;
mod checklist;
mod conflict;
mod connected;
mod figure;
mod period;
mod photo;
mod record;
mod register;
mod sample;
mod support;
mod sync;
mod table;
mod undo;

pub use book::*;
pub use bulletin::*;
pub use checklist::*;
pub use conflict::*;
pub use connected::*;
pub use figure::*;
pub use period::*;
pub use photo::*;
pub use record::*;
pub use register::*;
pub use sample::*;
pub use support::*;
pub use sync::*;
pub use table::*;
pub use undo::*;

use std::path::Path;

use sohoi_app::AppError;

pub type Answer<T> = Result<T, AppError>;

// Counts of one commune are far below four thousand million.
fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
