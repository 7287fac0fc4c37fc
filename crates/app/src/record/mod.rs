//! Records: what an officer writes down, finds, mends and erases.

mod bin;
mod check;
mod connected;
mod erase;
mod filter;
mod meanwhile;
mod merge;
mod moves;
mod read;
mod save;
mod table;

pub use bin::{Bin, BinQuery};
pub use check::Check;
pub(crate) use check::{For, check_in, had, here, kind_of};
pub use connected::{ConnectedKind, ConnectedTo, State};
pub(crate) use erase::{put_back, take_out};
pub use filter::{FilterInput, FilterOp};
pub use moves::Followed;
pub(crate) use moves::{Standing, uncounted};
pub(crate) use read::add_titles;
pub use read::{History, Listed, Query, Shown};
pub use save::{Saved, UnitChoice};
pub use table::{MAX_TABLE_ROWS, TableRow};
