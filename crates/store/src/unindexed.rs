//! Records that the index does not know as they are: fresh ones, this device's newest, and reworded ones, of which
//! it still has older words. A search reads these from the records, and every so many are indexed together.

use rusqlite::{OptionalExtension, Row, named_params};

use crate::db::{record_key, records_of};
use crate::error::StoreError;
use crate::read::{View, meta};
use crate::search::Doc;

/// So many fresh records at most are left when a transaction ends. A search reads each; a save that goes beyond
/// writes the words of all of them.
pub(crate) const MAX_FRESH: i64 = 31;
/// The same of reworded ones. Taking words out of the index costs as much for each whether it is done together
/// or not, so there are few, and no save has to do much at once.
pub(crate) const MAX_REWORDED: u32 = 7;

/// What the index does not know as it is.
pub(crate) struct Unindexed {
    /// The words as they are now, of records that are not erased.
    pub docs: Vec<Doc>,
    /// Rows of the index that are passed over.
    pub stale: Vec<i64>,
}

impl View<'_> {
    pub fn unindexed(&self) -> Result<Unindexed, StoreError> {
        let reworded = self.reworded()?;
        let mut docs = self.docs_of(&self.fresh_ids()?)?;
        docs.extend(self.docs_of(&reworded.iter().map(|(id, _)| *id).collect::<Vec<_>>())?);
        Ok(Unindexed { docs, stale: reworded.into_iter().map(|(_, doc)| doc.row).collect() })
    }

    /// Indexes what there is too much of to be read at each search. `newest` is the running number of this
    /// device's newest record.
    pub fn index(&self, newest: u32) -> Result<(), StoreError> {
        let [first, _] = self.fresh()?;
        if record_key(self.core.device_ref, newest) - first >= MAX_FRESH {
            self.index_fresh(newest)?;
        }
        let count = "SELECT COUNT(*) FROM reworded";
        let n_reworded: u32 = self.conn.prepare_cached(count)?.query_row([], |row| row.get(0))?;
        if n_reworded > MAX_REWORDED { self.index_reworded() } else { Ok(()) }
    }

    /// Indexes everything as it is.
    pub fn index_all(&self, newest: u32) -> Result<(), StoreError> {
        self.index_fresh(newest)?;
        self.index_reworded()
    }

    fn index_fresh(&self, newest: u32) -> Result<(), StoreError> {
        self.docs_of(&self.fresh_ids()?)?.iter().try_for_each(|doc| doc.insert(self.conn))?;
        self.set_indexed(newest)
    }

    fn index_reworded(&self) -> Result<(), StoreError> {
        let reworded = self.reworded()?;
        reworded.iter().try_for_each(|(_, doc)| doc.delete(self.conn))?;
        let ids: Vec<i64> = reworded.into_iter().map(|(id, _)| id).collect();
        self.docs_of(&ids)?.iter().try_for_each(|doc| doc.insert(self.conn))?;
        self.conn.prepare_cached("DELETE FROM reworded")?.execute([])?;
        Ok(())
    }

    fn docs_of(&self, ids: &[i64]) -> Result<Vec<Doc>, StoreError> {
        let mut docs = Vec::with_capacity(ids.len());
        for id in ids {
            let kept = self.kept(*id)?.ok_or(StoreError::Damaged)?;
            docs.extend(self.shape(&kept)?.doc(*self, *id));
        }
        Ok(docs)
    }
}

impl View<'_> {
    /// First and last row id that fresh records can have.
    pub fn fresh(&self) -> Result<[i64; 2], StoreError> {
        let [_, last] = records_of(self.core.device_ref);
        let indexed: u32 = meta::get(self.conn, meta::INDEXED)?.unwrap_or(0);
        Ok([record_key(self.core.device_ref, indexed) + 1, last])
    }

    pub fn is_fresh(&self, record: i64) -> Result<bool, StoreError> {
        let [first, last] = self.fresh()?;
        Ok((first..=last).contains(&record))
    }

    fn fresh_ids(&self) -> Result<Vec<i64>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT id FROM record WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
        let ids = statement.query_map(self.fresh()?, |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Says that the index holds the words of this device's records up to and with this number.
    pub fn set_indexed(&self, newest: u32) -> Result<(), StoreError> {
        meta::set(self.conn, meta::INDEXED, &newest)
    }

    /// The running number of this device's newest record, 0 before the first.
    pub fn newest_record(&self) -> Result<u32, StoreError> {
        let sql = "SELECT COALESCE(MAX(id), 0) & 4294967295 FROM record WHERE id BETWEEN ?1 AND ?2";
        let own = records_of(self.core.device_ref);
        Ok(self.conn.prepare_cached(sql)?.query_row(own, |row| row.get(0))?)
    }
}

impl View<'_> {
    /// Row ids of reworded records, and what the index has of them.
    pub fn reworded(&self) -> Result<Vec<(i64, Doc)>, StoreError> {
        let sql = "SELECT search_row, folded, marked, kind, record FROM reworded ORDER BY record";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(4)?, stale_doc(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn reworded_doc(&self, record: i64) -> Result<Option<Doc>, StoreError> {
        let sql = "SELECT search_row, folded, marked, kind FROM reworded WHERE record = ?1";
        Ok(self.conn.prepare_cached(sql)?.query_row([record], stale_doc).optional()?)
    }

    /// Keeps what the index has of a record, for when it is taken out.
    pub fn set_reworded(&self, record: i64, stale: &Doc) -> Result<(), StoreError> {
        let sql = "INSERT INTO reworded (record, search_row, folded, marked, kind)
                   VALUES (:record, :row, :folded, :marked, :kind)";
        self.conn.prepare_cached(sql)?.execute(named_params! {
            ":record": record,
            ":row": stale.row,
            ":folded": stale.folded,
            ":marked": stale.marked,
            ":kind": stale.kind,
        })?;
        Ok(())
    }

    /// Takes all that the index has of a record out of it at once.
    pub fn take_out(&self, record: i64, known: Option<Doc>) -> Result<(), StoreError> {
        let stale = self.reworded_doc(record)?;
        self.conn.prepare_cached("DELETE FROM reworded WHERE record = ?1")?.execute([record])?;
        stale.or(known).map_or(Ok(()), |doc| doc.delete(self.conn))
    }
}

fn stale_doc(row: &Row) -> rusqlite::Result<Doc> {
    Ok(Doc { row: row.get(0)?, folded: row.get(1)?, marked: row.get(2)?, kind: row.get(3)? })
}
