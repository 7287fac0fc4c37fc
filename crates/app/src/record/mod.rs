//! Records: what an officer writes down, finds, mends and erases.

mod bin;
mod check;
mod connected;
mod erase;
mod filter;
mod meanwhile;
mod merge;
mod read;
mod save;
mod table;

pub use bin::{Bin, BinQuery};
pub use check::Check;
pub(crate) use check::{For, check_in, had, here, kind_of};
pub use connected::{ConnectedKind, ConnectedTo, State};
pub use filter::{FilterInput, FilterOp};
pub(crate) use read::add_titles;
pub use read::{History, Listed, Query, Shown};
pub use save::{Saved, UnitChoice};
pub use table::{MAX_TABLE_ROWS, TableRow};
