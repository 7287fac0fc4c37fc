//! Photos, what names them, and what waits for the hub.

use std::collections::BTreeSet;

use rusqlite::{OptionalExtension, params};
use sha2::{Digest, Sha256};
use sohoi_domain::catalogue::Kind;
use sohoi_domain::change::Change;
use sohoi_domain::photo::{PhotoId, SEALED};
use sohoi_domain::{FieldNum, Fields, KindNum, Value};

use super::View;
use crate::db::{signed, unsigned};
use crate::error::{Fault, StoreError};
use crate::register::Register;
use crate::row::body::{ChangeBody, from_json};
use crate::row::{PhotoCounts, PhotoRow};

const TO_OFFER: &str = "named = 1 AND content IS NOT NULL AND kept_epoch IS NULL";

impl Register {
    /// A photo that is here, or that a record names.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn photo(&self, id: PhotoId) -> Result<Option<PhotoRow>, StoreError> {
        let sql = "SELECT content, kept_epoch IS NOT NULL FROM photo WHERE id = ?1";
        let mut find = self.conn.prepare_cached(sql)?;
        let row = find.query_row([id.0], |row| Ok(PhotoRow { content: row.get(0)?, received: row.get(1)? }));
        Ok(row.optional()?)
    }

    /// Photos that the hub has not signed for, oldest first, with their sizes.
    pub fn photos_to_offer(&self, limit: usize) -> Result<Vec<(PhotoId, u64)>, StoreError> {
        let sql = format!(
            "SELECT id, length(content) FROM photo WHERE {TO_OFFER} ORDER BY added_at_ms, id LIMIT ?1"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let rows =
            statement.query_map([limit as i64], |row| Ok((PhotoId(row.get(0)?), unsigned(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Photos that records name and that are not here, oldest first.
    pub fn photos_lacking(&self, limit: usize) -> Result<Vec<PhotoId>, StoreError> {
        let sql = "SELECT id FROM photo WHERE content IS NULL ORDER BY added_at_ms, id LIMIT ?1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([limit as i64], |row| Ok(PhotoId(row.get(0)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Photos that the hub signed for under another epoch than this one.
    pub fn has_photos_of_other_epochs(&self, hub_epoch: u64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM photo WHERE kept_epoch <> ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([signed(hub_epoch)], |row| row.get(0))?)
    }

    pub fn photo_counts(&self) -> Result<PhotoCounts, StoreError> {
        let sql = format!("SELECT COUNT(*), COALESCE(SUM(length(content)), 0) FROM photo WHERE {TO_OFFER}");
        let (unsent, bytes): (i64, i64) =
            self.conn.prepare_cached(&sql)?.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sql = "SELECT COUNT(*) FROM photo WHERE content IS NULL";
        let lacking: i64 = self.conn.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        let [unsent, unsent_bytes, lacking] = [unsent, bytes, lacking].map(unsigned);
        Ok(PhotoCounts { unsent, unsent_bytes, lacking })
    }
}

impl View<'_> {
    /// Photos that a change names.
    pub fn photos_of(&self, change: &Change) -> Vec<PhotoId> {
        self.photos_in(
            change.kind,
            change.fields.iter().filter_map(|(num, value)| Some((num, value.as_ref()?))),
        )
    }

    fn photos_in<'a>(
        &self,
        kind: KindNum,
        fields: impl Iterator<Item = (&'a FieldNum, &'a Value)>,
    ) -> Vec<PhotoId> {
        let kind = self.core.catalogue.kind_by_num(kind);
        kind.map_or(Vec::new(), |kind| self.core.catalogue.photos_named(kind, fields))
    }

    pub fn name_photo(&self, id: PhotoId, now_ms: i64) -> Result<(), StoreError> {
        let sql = "INSERT INTO photo (id, named, added_at_ms) VALUES (?1, 1, ?2)
                   ON CONFLICT (id) DO UPDATE SET named = 1 WHERE named = 0";
        self.conn.prepare_cached(sql)?.execute(params![id.0, now_ms])?;
        Ok(())
    }

    /// Photos of kinds that this catalogue was the first to know.
    pub fn name_all_photos(&self) -> Result<(), StoreError> {
        self.photos_of_log()?.into_iter().try_for_each(|id| self.name_photo(id, 0))
    }

    // By every change that an erasure has not emptied.
    fn photos_of_log(&self) -> Result<BTreeSet<PhotoId>, StoreError> {
        let mut ids = BTreeSet::new();
        let mut statement =
            self.conn.prepare_cached("SELECT body FROM change WHERE kind = ?1 AND destroyed = 0")?;
        for kind in self.core.catalogue.kinds.iter().filter(|kind| kind.photos().is_some()) {
            let mut rows = statement.query([kind.num.0])?;
            while let Some(row) = rows.next()? {
                let Ok(body) = from_json::<ChangeBody>(row.get_ref(0)?.as_str().unwrap_or_default()) else {
                    continue;
                };
                let fields = body.fields().iter().filter_map(|(num, value)| Some((num, value.as_ref()?)));
                ids.extend(self.core.catalogue.photos_named(kind, fields));
            }
        }
        Ok(ids)
    }

    /// Destroys a photo of a record whose content was destroyed, unless another change or a form has it. There are
    /// few of them and few erasures, so the log is looked through.
    pub fn forget_photo(&self, id: PhotoId) -> Result<(), StoreError> {
        let is_named = "EXISTS (SELECT 1 FROM change WHERE destroyed = 0 AND instr(body, ?2))";
        let is_drafted = "EXISTS (SELECT 1 FROM draft WHERE instr(fields, ?2))";
        let sql =
            format!("UPDATE photo SET named = 0 WHERE id = ?1 AND content IS NOT NULL AND NOT {is_named}");
        self.conn.prepare_cached(&sql)?.execute(params![id.0, id.to_string()])?;
        let sql = format!("DELETE FROM photo WHERE id = ?1 AND NOT {is_named} AND NOT {is_drafted}");
        self.conn.prepare_cached(&sql)?.execute(params![id.0, id.to_string()])?;
        Ok(())
    }

    /// Drops photos of forms that were given up.
    pub fn drop_loose_photos(&self) -> Result<(), StoreError> {
        let sql = "DELETE FROM photo WHERE named = 0 AND NOT EXISTS (
                     SELECT 1 FROM draft WHERE instr(draft.fields, lower(hex(photo.id))))";
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    pub fn has_sealed_photos(&self) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM photo WHERE substr(content, 1, 1) = ?1)";
        Ok(self.conn.prepare_cached(sql)?.query_row([[SEALED]], |row| row.get(0))?)
    }

    /// Whether the photos of a record are here or expected, and sealed where they must be.
    pub fn check_photos(&self, kind: &Kind, fields: &Fields) -> Result<(), StoreError> {
        let must_be_sealed = self.core.catalogue.seals_photos(kind);
        let sql = "SELECT EXISTS (SELECT 1 FROM photo WHERE id = ?1
                   AND (content IS NULL OR NOT ?2 OR substr(content, 1, 1) = ?3))";
        let mut find = self.conn.prepare_cached(sql)?;
        for id in self.core.catalogue.photos_named(kind, fields) {
            let is_there: bool = find.query_row(params![id.0, must_be_sealed, [SEALED]], |row| row.get(0))?;
            if !is_there {
                let path = kind.photos().map(|field| field.id.clone()).unwrap_or_default();
                return Err(StoreError::UnknownReference { path });
            }
        }
        Ok(())
    }

    /// What is wrong with photos: a code and a name for each.
    pub fn odd_photos(&self) -> Result<Vec<(&'static str, PhotoId)>, StoreError> {
        let mut odd = Vec::new();
        let mut named = self.photos_of_log()?;
        let mut statement = self.conn.prepare("SELECT id, named, content FROM photo ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let id = PhotoId(row.get(0)?);
            let content =
                row.get_ref(2)?.as_blob_or_null().map_err(|_| StoreError::Fault(Fault::StoredRow))?;
            if content.is_some_and(|content| Sha256::digest(content)[..] != id.0) {
                odd.push(("photo.differs", id));
            }
            if named.remove(&id) != row.get::<_, bool>(1)? {
                odd.push(("photo.of_no_record", id));
            }
        }
        odd.extend(named.into_iter().map(|id| ("photo.missing", id)));
        Ok(odd)
    }
}
