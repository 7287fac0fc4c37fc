//! Counts, drafts, settings, targets, officers, enrolment.

use rusqlite::{OptionalExtension, params};
use sohoi_domain::catalogue::Target;
use sohoi_domain::submission::FIRST_OWN_KIND;
use sohoi_domain::{Day, DeviceId};

use super::View;
use crate::db::{signed, unsigned};
use crate::error::StoreError;
use crate::register::Register;
use crate::row::{Counts, DraftRow, EnrolmentRow, PeerRow};

impl Register {
    /// Goes through the whole log, so not for a page that is opened often.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let records = format!("SELECT COUNT(*) FROM record WHERE hidden = 0 AND kind < {FIRST_OWN_KIND}");
        Ok(Counts { records: self.count(&records)?, changes: self.count("SELECT COUNT(*) FROM change")? })
    }

    /// Fields and records that a person must decide about.
    ///
    /// # Errors
    /// What the database says.
    pub fn conflict_count(&self) -> Result<u64, StoreError> {
        self.count("SELECT COUNT(*) FROM conflict")
    }

    fn count(&self, sql: &str) -> Result<u64, StoreError> {
        let n: i64 = self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    /// Kinds and how many records of them are dated in these days; kinds without any are left out.
    pub fn kind_counts(&self, first: Day, last: Day) -> Result<Vec<(String, u64)>, StoreError> {
        let counts = self.view().kind_counts(first, last)?;
        let named = |(num, n)| Some((self.core.catalogue.kind_by_num(num)?.id.clone(), n));
        Ok(counts.into_iter().filter_map(named).collect())
    }

    /// Drafts, newest first.
    pub fn drafts(&self) -> Result<Vec<DraftRow>, StoreError> {
        let sql = "SELECT id, kind, record, fields, saved_at_ms FROM draft ORDER BY saved_at_ms DESC, id";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            let record_id: Option<String> = row.get(2)?;
            Ok(DraftRow {
                id: row.get(0)?,
                kind: row.get(1)?,
                record_id: record_id.and_then(|id| id.parse().ok()),
                fields_json: row.get(3)?,
                saved_at_ms: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The JSON of a setting.
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.view().setting(key)
    }

    /// Targets that were set here, beside those of the catalogue.
    pub fn targets(&self) -> Result<Vec<Target>, StoreError> {
        let sql = "SELECT indicator, period, calendar, source, per_unit, total, unit FROM target ORDER BY id";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| {
            Ok(Target {
                indicator: row.get(0)?,
                period: row.get(1)?,
                calendar: row.get(2)?,
                source: row.get(3)?,
                per_unit: row.get(4)?,
                total: row.get(5)?,
                unit: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Other PCs of the commune that were met.
    pub fn peers(&self) -> Result<Vec<PeerRow>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT device, public_key, next_seq, chain FROM peer")?;
        let rows = statement.query_map([], |row| {
            Ok(PeerRow {
                device: DeviceId(unsigned(row.get(0)?)),
                public_key: row.get(1)?,
                next_seq: unsigned(row.get(2)?),
                chain: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Officers of this device, by their numbers.
    pub fn own_officers(&self) -> Result<Vec<(u32, String)>, StoreError> {
        let sql = "SELECT number, name FROM officer WHERE device = ?1 ORDER BY number";
        let mut statement = self.conn.prepare_cached(sql)?;
        let own = signed(self.core.identity.device.0);
        let rows = statement.query_map([own], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Name of an officer of this device.
    pub fn officer(&self, author: u32) -> Result<Option<String>, StoreError> {
        self.officer_of(self.core.identity.device, author)
    }

    /// Name of an officer of any device; none for one whose name is not known here.
    pub fn officer_of(&self, device: DeviceId, author: u32) -> Result<Option<String>, StoreError> {
        let sql = "SELECT name FROM officer WHERE device = ?1 AND number = ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        Ok(statement.query_row(params![signed(device.0), author], |row| row.get(0)).optional()?)
    }

    /// The hub that this register is tied to.
    pub fn enrolment(&self) -> Result<Option<EnrolmentRow>, StoreError> {
        let sql = "SELECT hub_url, hub_key, token, province, hub_epoch, enrolled_at_ms FROM enrolment";
        let mut statement = self.conn.prepare_cached(sql)?;
        let row = statement.query_row([], |row| {
            Ok(EnrolmentRow {
                hub_url: row.get(0)?,
                hub_key: row.get(1)?,
                token: row.get(2)?,
                province: row.get(3)?,
                hub_epoch: unsigned(row.get(4)?),
                enrolled_at_ms: row.get(5)?,
            })
        });
        Ok(row.optional()?)
    }

    /// Wall and monotonic clock of the newest starts, newest first.
    pub fn boots(&self, limit: u32) -> Result<Vec<(i64, i64)>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT wall_ms, monotonic_ms FROM boot ORDER BY id DESC LIMIT ?1")?;
        let rows = statement.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl View<'_> {
    pub fn setting(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT value FROM setting WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }
}
