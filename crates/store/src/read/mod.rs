//! What is read, the same inside a transaction and outside.

pub(crate) mod list;
mod log;
pub(crate) mod meta;
mod other;
pub(crate) mod record;

use rusqlite::Connection;

pub use list::RecordQuery;
pub use log::ChainHead;

use crate::register::Core;

/// A connection with what is needed to understand its rows.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub conn: &'a Connection,
    pub core: &'a Core,
}
