//! What is read, the same inside a transaction and outside.

mod alike;
mod bulletin;
mod clock;
mod conflict;
mod connected;
mod erased;
pub(crate) mod list;
mod log;
pub(crate) mod meta;
mod other;
mod photo;
pub(crate) mod record;
mod run;
mod submission;

use rusqlite::{Connection, OptionalExtension};
use sohoi_domain::DeviceId;

pub use connected::Connected;
pub use erased::{ErasedQuery, ErasedRow};
pub use list::RecordQuery;
pub use log::ChainHead;
pub(crate) use log::Logged;
pub use run::UnsentRow;
pub use submission::{Past, Seen};

use crate::db::signed;
use crate::error::StoreError;
use crate::register::Core;

/// A connection with what is needed to understand its rows.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub conn: &'a Connection,
    pub core: &'a Core,
}

impl View<'_> {
    /// The short number of a device, none for one that has made nothing here.
    pub fn device_ref(&self, device: DeviceId) -> Result<Option<i64>, StoreError> {
        if device == self.core.identity.device {
            return Ok(Some(self.core.device_ref));
        }
        let mut find = self.conn.prepare_cached("SELECT ref FROM device WHERE id = ?1")?;
        Ok(find.query_row([signed(device.0)], |row| row.get(0)).optional()?)
    }
}
