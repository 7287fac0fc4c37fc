//! Fresh records: this device's newest, whose words are not in the index yet. A search reads them from the
//! records themselves, and every so many go into the index together.

use crate::db::{record_key, records_of};
use crate::error::StoreError;
use crate::read::{View, meta};
use crate::search::Doc;

/// So many at most are left when a transaction ends. A search reads each; a save that reaches the number writes
/// the words of all of them.
pub(crate) const MAX_FRESH: i64 = 63;

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

    /// The words of all fresh records that are not erased.
    pub fn fresh_docs(&self) -> Result<Vec<Doc>, StoreError> {
        let mut docs = Vec::new();
        for id in self.fresh_ids()? {
            let kept = self.kept(id)?.ok_or(StoreError::Damaged)?;
            docs.extend(Doc::of(&self.core.catalogue, id, &kept.row.state, kept.row.day));
        }
        Ok(docs)
    }

    fn fresh_ids(&self) -> Result<Vec<i64>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT id FROM record WHERE id BETWEEN ?1 AND ?2 ORDER BY id")?;
        let ids = statement.query_map(self.fresh()?, |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Puts the words of fresh records into the index when there are too many to read at each search. `newest`
    /// is the running number of this device's newest record.
    pub fn index_fresh(&self, newest: u32) -> Result<(), StoreError> {
        let [first, _] = self.fresh()?;
        if record_key(self.core.device_ref, newest) - first < MAX_FRESH {
            return Ok(());
        }
        for doc in self.fresh_docs()? {
            doc.insert(self.conn)?;
        }
        self.set_indexed(newest)
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
