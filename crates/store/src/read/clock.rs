//! When something was written, as far as the hub's clock has told since. For show: no order hangs on it.

use rusqlite::{OptionalExtension, named_params};
use sohoi_domain::DeviceId;

use super::View;
use crate::db::signed;
use crate::error::StoreError;

impl View<'_> {
    /// The moment of one of a device's stamps, put right where that device was this one and its clock was off.
    pub fn shown_ms(&self, device: DeviceId, at_ms: i64) -> Result<i64, StoreError> {
        let sql = include_str!("../../../../schema/device/queries/clock_correction_of.sql");
        let mut find = self.conn.prepare_cached(sql)?;
        let params = named_params! { ":device": signed(device.0), ":at_ms": at_ms };
        Ok(find.query_row(params, |row| row.get(0)).optional()?.unwrap_or(at_ms))
    }
}
