//! What the province said, and what follows from it, in one transaction.

use std::collections::BTreeMap;

use rusqlite::{named_params, params};
use sohoi_domain::catalogue::{Published, Target};

use super::Writer;
use crate::db::signed;
use crate::error::StoreError;
use crate::row::body::to_json;
use crate::row::{BulletinEffect, BulletinRow};

impl Writer<'_> {
    /// Keeps a bulletin of the register's hub and does what it says; false for one that is not after the last,
    /// of which nothing is written.
    ///
    /// # Errors
    /// What the database says.
    pub fn take_bulletin(&mut self, row: &BulletinRow, effect: &BulletinEffect) -> Result<bool, StoreError> {
        if row.number <= self.view().bulletin_cursor()? {
            return Ok(false);
        }
        let Some(hub) = self.view().hub_id()? else { return Ok(false) };
        let sql = include_str!("../../../../schema/device/queries/bulletin_insert.sql");
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":hub": hub,
            ":number": signed(row.number),
            ":kind": row.kind,
            ":made_at_ms": row.made_at_ms,
            ":received_at_ms": row.received_at_ms,
            ":applied": *effect != BulletinEffect::Later,
            ":content": row.content,
            ":signature": row.signature,
        })?;
        self.follow_bulletin(effect)?;
        Ok(true)
    }

    /// Makes everything anew that follows from bulletins: for a program that can read more of them than the
    /// one that they came to. `all` are those of the register, oldest first.
    ///
    /// # Errors
    /// What the database says.
    pub fn follow_bulletins_anew(&mut self, all: &[(u64, BulletinEffect)]) -> Result<(), StoreError> {
        self.conn.execute_batch("DELETE FROM target; DELETE FROM catalogue_release")?;
        let Some(hub) = self.view().hub_id()? else { return Ok(()) };
        for (number, effect) in all {
            self.follow_bulletin(effect)?;
            let sql = "UPDATE bulletin SET applied = ?3 WHERE hub = ?1 AND number = ?2";
            let applied = *effect != BulletinEffect::Later;
            self.conn.prepare_cached(sql)?.execute(params![hub, signed(*number), applied])?;
        }
        Ok(())
    }

    fn follow_bulletin(&mut self, effect: &BulletinEffect) -> Result<(), StoreError> {
        match effect {
            BulletinEffect::None | BulletinEffect::Later => Ok(()),
            BulletinEffect::Targets { unit, targets } => self.replace_targets(unit.as_deref(), targets),
            BulletinEffect::Release(release) => self.keep_release(release),
        }
    }

    // It is worked with from the next look at the releases on, which cannot be in the middle of a transaction.
    fn keep_release(&mut self, release: &Published) -> Result<(), StoreError> {
        let files: BTreeMap<&str, &str> = release.files.files().collect();
        let sql = include_str!("../../../../schema/device/queries/release_set.sql");
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":part": release.part.name(),
            ":version": release.version,
            ":format": release.format,
            ":files": to_json(&files),
        })?;
        Ok(())
    }

    fn replace_targets(&mut self, unit: Option<&str>, targets: &[Target]) -> Result<(), StoreError> {
        self.conn.prepare_cached("DELETE FROM target WHERE unit IS ?1")?.execute([unit])?;
        let sql = include_str!("../../../../schema/device/queries/target_insert.sql");
        let mut insert = self.conn.prepare_cached(sql)?;
        for target in targets {
            insert.execute(named_params! {
                ":indicator": target.indicator,
                ":calendar": target.calendar,
                ":period": target.period,
                ":source": target.source,
                ":unit": unit,
                ":per_unit": target.per_unit,
                ":total": target.total,
            })?;
        }
        Ok(())
    }
}
