//! Photos: added by a form, named by changes, received by the hub.

use rusqlite::params;
use sha2::{Digest, Sha256};
use sohoi_domain::change::Change;
use sohoi_domain::photo::PhotoId;

use super::Writer;
use crate::db::signed;
use crate::error::{Fault, StoreError};

impl Writer<'_> {
    /// Keeps a photo for the form that it was added to. One that is here stays as it is.
    ///
    /// # Errors
    /// [`Fault::PhotoName`] when the content has another name.
    pub fn add_photo(&mut self, id: PhotoId, content: &[u8]) -> Result<(), StoreError> {
        check_name(id, content)?;
        let sql = "INSERT INTO photo (id, named, added_at_ms, content) VALUES (?1, 0, ?2, ?3)
                   ON CONFLICT (id) DO UPDATE SET content = COALESCE(content, excluded.content)";
        self.conn.prepare_cached(sql)?.execute(params![id.0, self.now_ms, content])?;
        Ok(())
    }

    /// Keeps a photo that came down from the hub; false for one that no record here names, or that is here.
    ///
    /// # Errors
    /// [`Fault::PhotoName`] when the content has another name.
    pub fn take_photo(&mut self, id: PhotoId, content: &[u8], hub_epoch: u64) -> Result<bool, StoreError> {
        check_name(id, content)?;
        let sql = "UPDATE photo SET content = ?2, kept_epoch = ?3 WHERE id = ?1 AND content IS NULL";
        let n = self.conn.prepare_cached(sql)?.execute(params![id.0, content, signed(hub_epoch)])?;
        Ok(n > 0)
    }

    /// Marks photos as received by the hub, whose signature was checked.
    ///
    /// # Errors
    /// What the database says.
    pub fn keep_photos(&mut self, ids: &[PhotoId], hub_epoch: u64) -> Result<(), StoreError> {
        let mut mark = self.conn.prepare_cached("UPDATE photo SET kept_epoch = ?2 WHERE id = ?1")?;
        for id in ids {
            mark.execute(params![id.0, signed(hub_epoch)])?;
        }
        Ok(())
    }

    /// The hub is in this epoch. Photos that it signed for under others count as unsent again; answers how many.
    ///
    /// # Errors
    /// What the database says.
    pub fn follow_hub_epoch(&mut self, hub_epoch: u64) -> Result<usize, StoreError> {
        self.conn.execute("UPDATE enrolment SET hub_epoch = ?1", [signed(hub_epoch)])?;
        let sql = "UPDATE photo SET kept_epoch = NULL WHERE kept_epoch <> ?1";
        Ok(self.conn.prepare_cached(sql)?.execute([signed(hub_epoch)])?)
    }

    // What a change names belongs to records from now on, whether its content is here or not.
    pub(super) fn name_photos(&self, change: &Change) -> Result<(), StoreError> {
        let view = self.view();
        view.photos_of(change).into_iter().try_for_each(|id| view.name_photo(id, self.now_ms))
    }
}

fn check_name(id: PhotoId, content: &[u8]) -> Result<(), StoreError> {
    let is_its = Sha256::digest(content)[..] == id.0;
    if is_its { Ok(()) } else { Err(StoreError::Fault(Fault::PhotoName)) }
}
