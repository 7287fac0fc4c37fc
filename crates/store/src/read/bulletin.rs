//! What the province said to this register, by its present hub.

use rusqlite::{OptionalExtension, Row, params};
use sohoi_domain::DeviceId;

use super::View;
use crate::db::{signed, unsigned};
use crate::error::StoreError;
use crate::register::Register;
use crate::row::BulletinRow;

impl Register {
    /// Number of the last bulletin; 0 before the first.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn bulletin_cursor(&self) -> Result<u64, StoreError> {
        self.view().bulletin_cursor()
    }

    /// Bulletins of these kinds, newest first; of every kind when none is named.
    pub fn bulletins(&self, kinds: &[u16], limit: u32) -> Result<Vec<BulletinRow>, StoreError> {
        let Some(hub) = self.view().hub_id()? else { return Ok(Vec::new()) };
        let kinds = serde_json::to_string(kinds).expect("numbers are JSON");
        let sql = include_str!("../../../../schema/device/queries/bulletins.sql");
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params![hub, kinds, limit], of_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Those that wait for a newer program, oldest first.
    pub fn bulletins_for_later(&self) -> Result<Vec<BulletinRow>, StoreError> {
        let Some(hub) = self.view().hub_id()? else { return Ok(Vec::new()) };
        let sql = include_str!("../../../../schema/device/queries/bulletins_for_later.sql");
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_map([hub], of_row)?.collect::<Result<_, _>>()?)
    }

    /// How many these are.
    pub fn n_bulletins_for_later(&self) -> Result<u32, StoreError> {
        let Some(hub) = self.view().hub_id()? else { return Ok(0) };
        let sql = "SELECT COUNT(*) FROM bulletin WHERE hub = ?1 AND applied = 0";
        Ok(self.conn.prepare_cached(sql)?.query_row([hub], |row| row.get(0))?)
    }
}

fn of_row(row: &Row) -> rusqlite::Result<BulletinRow> {
    Ok(BulletinRow {
        number: unsigned(row.get(0)?),
        kind: row.get(1)?,
        made_at_ms: row.get(2)?,
        received_at_ms: row.get(3)?,
        applied: row.get(4)?,
        content: row.get(5)?,
        signature: row.get(6)?,
    })
}

impl View<'_> {
    /// The hub as bulletins name it: the id of its key. None before enrolment.
    pub fn hub_id(&self) -> Result<Option<i64>, StoreError> {
        let mut find = self.conn.prepare_cached("SELECT hub_key FROM enrolment")?;
        let key: Option<[u8; 32]> = find.query_row([], |row| row.get(0)).optional()?;
        Ok(key.map(|key| signed(DeviceId::of_public_key(&key).0)))
    }

    pub fn bulletin_cursor(&self) -> Result<u64, StoreError> {
        let Some(hub) = self.hub_id()? else { return Ok(0) };
        let mut find =
            self.conn.prepare_cached("SELECT COALESCE(MAX(number), 0) FROM bulletin WHERE hub = ?1")?;
        Ok(unsigned(find.query_row([hub], |row| row.get(0))?))
    }
}
