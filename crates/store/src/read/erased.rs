//! Erased records: what the bin lists.

use rusqlite::named_params;
use sohoi_domain::text::fold_words;
use sohoi_domain::{KindNum, RecordId, Version};

use super::View;
use crate::db::change_key;
use crate::error::StoreError;
use crate::register::Register;

/// Which erased records to list. All parts narrow it.
#[derive(Clone, Debug, Default)]
pub struct ErasedQuery {
    /// Id of a kind.
    pub kind: Option<String>,
    /// Words by their beginnings, in titles, short codes and reasons, marks or none.
    pub search: Option<String>,
    pub offset: u32,
    pub limit: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasedRow {
    pub id: RecordId,
    pub kind: KindNum,
    /// As it was; empty of one whose content was destroyed.
    pub title: String,
    /// Its personal content is gone for good.
    pub destroyed: bool,
    /// The erase that stands.
    pub by: Version,
    /// Officer on that version's device.
    pub author: u32,
    pub at_ms: i64,
    pub reason: String,
}

impl Register {
    /// Erased records, what was erased last first, and how many there are in all.
    ///
    /// # Errors
    /// [`StoreError::UnknownKind`], or what the database says.
    pub fn erased(&self, query: &ErasedQuery) -> Result<(Vec<ErasedRow>, u64), StoreError> {
        let view = self.view();
        let kind = match &query.kind {
            Some(id) => Some(self.core.catalogue.kind(id).ok_or(StoreError::UnknownKind)?.num),
            None => None,
        };
        let asked = fold_words(query.search.as_deref().unwrap_or_default());
        let mut total = 0;
        let mut page = Vec::new();
        for row in view.erased_rows(kind)? {
            // What cannot be left out is only counted, so that a bin of thousands is not read for a page of it.
            let is_on_page = total >= u64::from(query.offset) && page.len() < query.limit as usize;
            if asked.is_empty() && !is_on_page {
                total += 1;
                continue;
            }
            let Some(erased) = view.erased_row(row)? else { continue };
            if !erased.matches(&asked) {
                continue;
            }
            if is_on_page {
                page.push(erased);
            }
            total += 1;
        }
        Ok((page, total))
    }
}

impl ErasedRow {
    fn matches(&self, asked: &[String]) -> bool {
        let mut words = fold_words(&self.title);
        words.extend(fold_words(&self.id.short_code()));
        words.extend(fold_words(&self.reason));
        asked.iter().all(|asked| words.iter().any(|word| word.starts_with(asked)))
    }
}

impl View<'_> {
    fn erased_rows(&self, kind: Option<KindNum>) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT id FROM record
                   WHERE erased = 1 AND (:kind IS NULL OR kind = :kind)
                   ORDER BY last_hlc DESC, id DESC";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows =
            statement.query_map(named_params! { ":kind": kind.map(|kind| kind.0) }, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn erased_row(&self, row: i64) -> Result<Option<ErasedRow>, StoreError> {
        let kept = self.kept(row)?.ok_or(StoreError::Damaged)?;
        let state = kept.row.state;
        let Some(by) = state.newest_erase() else { return Ok(None) };
        let device = self.device_ref(by.device)?.ok_or(StoreError::Damaged)?;
        let logged = self.logged(change_key(device, by.seq), 0)?.ok_or(StoreError::Damaged)?;
        let change = logged.stored.change;
        Ok(Some(ErasedRow {
            id: state.id,
            kind: state.kind,
            title: if kept.row.destroyed {
                String::new()
            } else {
                self.title_of_fields(state.kind, &state.fields)?
            },
            destroyed: kept.row.destroyed,
            by,
            author: change.author,
            at_ms: self.shown_ms(by, change.hlc.wall_ms())?,
            reason: change.reason.unwrap_or_default(),
        }))
    }
}
