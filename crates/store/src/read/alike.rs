//! Records that look like one that is being typed. Asked while she types, so it reads an index and a few records,
//! never all.

use rusqlite::params;
use sohoi_domain::alike::{Trace, is_alike, trace};
use sohoi_domain::catalogue::Kind;
use sohoi_domain::{Day, Fields, KindNum, RecordId};

use super::View;
use crate::error::StoreError;
use crate::register::Register;
use crate::row::StoredRecord;
use crate::search::{self, Words};

/// So many are told of.
const MAX_TOLD: usize = 5;
/// So many with the same day, or the same words, are read and compared, the newest first.
const MAX_READ: u32 = 200;

impl Register {
    /// Records that the catalogue takes for the same as these fields, newest day first, but for `except`.
    ///
    /// # Errors
    /// [`StoreError::UnknownKind`], or what the database says.
    pub fn alike(
        &self,
        kind: &str,
        fields: &Fields,
        except: Option<RecordId>,
    ) -> Result<Vec<StoredRecord>, StoreError> {
        let kind = self.core.catalogue.kind(kind).ok_or(StoreError::UnknownKind)?;
        let Some(trace) = trace(kind, fields) else { return Ok(Vec::new()) };
        let view = self.view();
        let receipted = view.receipted()?;
        let fields = view.with_shown_references(kind, fields)?;
        let mut found = Vec::new();
        for id in view.trace(kind, &trace)? {
            let Some(kept) = view.kept(id)? else { continue };
            let state = &kept.row.state;
            if Some(state.id) == except || state.kind != kind.num {
                continue;
            }
            if is_alike(kind, &fields, &view.with_shown_references(kind, &state.fields)?) {
                found.push(view.stored(kept, receipted)?);
            }
            if found.len() == MAX_TOLD {
                break;
            }
        }
        Ok(found)
    }
}

impl View<'_> {
    fn trace(&self, kind: &Kind, trace: &Trace) -> Result<Vec<i64>, StoreError> {
        match trace {
            Trace::Day(day) => self.of_day(kind.num, *day),
            Trace::Words(words) => self.with_words(kind.num, words),
        }
    }

    fn of_day(&self, kind: KindNum, day: Day) -> Result<Vec<i64>, StoreError> {
        let sql =
            "SELECT id FROM record WHERE hidden = 0 AND day = ?1 AND kind = ?2 ORDER BY id DESC LIMIT ?3";
        let mut statement = self.conn.prepare_cached(sql)?;
        let ids = statement.query_map(params![day.number(), kind.0, MAX_READ], |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    fn with_words(&self, kind: KindNum, words: &[String]) -> Result<Vec<i64>, StoreError> {
        let words = Words::whole(words, kind);
        let unindexed = self.unindexed()?;
        let sql = "SELECT rowid FROM record_search WHERE record_search MATCH ?1 ORDER BY rowid DESC LIMIT ?2";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map(params![words.to_query(), MAX_READ], |row| row.get(0))?;
        let mut rows: Vec<i64> = rows.collect::<Result<_, _>>()?;
        rows.retain(|row| !unindexed.stale.contains(row));
        rows.extend(unindexed.docs.iter().filter(|doc| words.match_doc(doc)).map(|doc| doc.row));
        rows.sort_unstable_by(|a, b| b.cmp(a));
        Ok(rows.into_iter().map(search::record_of).collect())
    }
}
