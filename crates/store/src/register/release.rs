//! Which catalogue the register works with: the program's own, or a newer one that the province published.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::Connection;
use sohoi_domain::catalogue::{Composed, Pack, Part, Published, compose};
use sohoi_domain::{Catalogue, UnitKey};

use super::Register;
use crate::error::StoreError;
use crate::project;
use crate::row::body::from_json;

impl Register {
    /// Something newer than this program can read was published; the register works with what it had.
    pub fn is_behind_catalogue(&self) -> bool {
        self.is_behind
    }

    /// Goes over to what was published since the register was opened: facts, index and days are made anew in
    /// one transaction. True when there was something.
    ///
    /// # Errors
    /// What the database says; the register works on with the catalogue that it had.
    pub fn follow_releases(&mut self) -> Result<bool, StoreError> {
        let composed = composed(&self.conn, &self.built_in, &self.core.unit)?;
        self.is_behind = composed.is_behind;
        if composed.catalogue.digest == self.core.catalogue.digest {
            return Ok(false);
        }
        let before = std::mem::replace(&mut self.core.catalogue, composed.catalogue);
        match project::refresh(&mut self.conn, &self.core) {
            Ok(()) => {
                self.finder.get_mut().forget();
                Ok(true)
            }
            Err(error) => {
                self.core.catalogue = before;
                Err(error)
            }
        }
    }
}

/// `built_in` is of [`Pack::embedded`].
pub(super) fn composed(
    conn: &Connection,
    built_in: &Arc<Catalogue>,
    unit: &UnitKey,
) -> Result<Composed, StoreError> {
    let sql = "SELECT part, version, format, files FROM catalogue_release WHERE version > ?1";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([built_in.version])?;
    let mut published = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(part) = Part::of_name(&row.get::<_, String>(0)?) else { continue };
        let files: BTreeMap<String, String> = from_json(&row.get::<_, String>(3)?)?;
        let files = Pack::new(files.into_iter().collect());
        published.push(Published { part, version: row.get(1)?, format: row.get(2)?, files });
    }
    // Nothing published, as for most of the time: then the built-in files need not be looked at.
    let pack = if published.is_empty() { Pack::new(Vec::new()) } else { Pack::embedded() };
    Ok(compose(built_in, pack, &published, Some(unit)))
}
