//! Reading the whole log again and comparing what it gives with what is stored.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use sohoi_domain::{DeviceId, Fact, RecordId};

use crate::db::{self, signed, unsigned};
use crate::error::StoreError;
use crate::project::{Kept, Row, fold};
use crate::read::View;
use crate::register::Register;
use crate::row::{BatchRow, StoredChange};
use crate::search::{Doc, record_of};

/// Differences that are listed; more are only counted as one.
const MAX_LISTED: usize = 100;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    pub ok: bool,
    /// Not erased.
    pub records: u64,
    pub changes: u64,
    /// A code, then ids; never contents.
    pub differences: Vec<String>,
}

impl Verified {
    fn differ(&mut self, code: &str, what: impl std::fmt::Display) {
        if self.differences.len() < MAX_LISTED {
            self.differences.push(format!("{code} {what}"));
        } else if self.differences.len() == MAX_LISTED {
            self.differences.push("more".to_string());
        }
    }
}

impl Register {
    /// Replays the log and compares records, facts, words, conflicts, numbers and batches; checks every page.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        self.verify_with(|_, _| true)
    }

    /// The same, and asks for every batch whether its chain follows on the one before.
    ///
    /// # Errors
    /// When the file cannot be read at all.
    pub fn verify_with(
        &self,
        follows: impl Fn(&[u8; 32], &BatchRow) -> bool,
    ) -> Result<Verified, StoreError> {
        let mut found = Verified::default();
        let view = self.view();
        if !db::is_whole(&self.conn)? {
            found.differ("file.quick_check", "failed");
        }
        view.compare_pages(&mut found)?;
        let mut seen = Seen::default();
        view.compare_numbers(&mut seen, &mut found)?;
        view.compare_records(&mut seen, &mut found)?;
        view.compare_awaited(&mut seen, &mut found)?;
        view.compare_conflicts(&seen, &mut found)?;
        if view.noted_links()? != seen.links {
            found.differ("named_kept.differs", "links");
        }
        view.compare_photos(&mut found)?;
        view.compare_batches(self.next_seq(), follows, &mut found)?;
        found.ok = found.differences.is_empty();
        Ok(found)
    }
}

#[derive(Default)]
struct Seen {
    records: HashSet<RecordId>,
    // Record and field.
    conflicts: BTreeSet<(RecordId, u16)>,
    // Changes that no record has led to so far, and whose they are.
    unreached: BTreeMap<i64, RecordId>,
    // Kept record, and row of the one that named it.
    links: BTreeSet<(RecordId, i64)>,
}

impl View<'_> {
    fn compare_pages(&self, found: &mut Verified) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare("PRAGMA cipher_integrity_check")?;
        let mut rows = statement.query([])?;
        while rows.next()?.is_some() {
            found.differ("file.page", "not as it was written");
        }
        Ok(())
    }

    fn compare_numbers(&self, seen: &mut Seen, found: &mut Verified) -> Result<(), StoreError> {
        let sql = "SELECT id, device, seq, record_device, record_n FROM change ORDER BY id";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut last: HashMap<DeviceId, u64> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (id, device, seq): (i64, _, u64) =
                (row.get(0)?, DeviceId(unsigned(row.get(1)?)), unsigned(row.get(2)?));
            found.changes += 1;
            let last = last.entry(device).or_default();
            if seq != *last + 1 || db::seq_of(id) != seq {
                found.differ("change.gap", format_args!("{device}/{seq}"));
            }
            *last = seq;
            let record = RecordId { device: DeviceId(unsigned(row.get(3)?)), n: row.get(4)? };
            seen.unreached.insert(id, record);
        }
        Ok(())
    }

    fn compare_records(&self, seen: &mut Seen, found: &mut Verified) -> Result<(), StoreError> {
        let mut facts = self.facts()?;
        let mut words = self.indexed_words()?;
        let [first_fresh, last_fresh] = self.fresh()?;
        let mut reworded: HashMap<i64, Doc> = self.reworded()?.into_iter().collect();
        self.each_kept(|id, kept| {
            let Ok(kept) = kept else {
                found.differ("record.unreadable", id);
                return Ok(());
            };
            seen.records.insert(id);
            let row = self.replay(id, kept.newest_change, seen, found)?;
            found.records += u64::from(row.as_ref().is_some_and(|row| !row.state.erased));
            let Some(row) = row else {
                facts.remove(&kept.id);
                words.retain(|row, _| record_of(*row) != kept.id);
                reworded.remove(&kept.id);
                return Ok(());
            };
            if row != kept.row {
                found.differ("record.differs", id);
            }
            let row_id = kept.id;
            // Of records that links tie together each is compared by itself, so the stored ones can be trusted.
            let shape = self.shape(&Kept { row: row.clone(), ..kept })?;
            seen.conflicts.extend(shape.asked().iter().map(|field| (id, *field)));
            if facts.remove(&row_id).unwrap_or_default() != shape.facts(*self) {
                found.differ("fact.differs", id);
            }
            if self.shown_and_link(row_id)? != (shape.is_hidden(), row.state.same_as(), shape.shown_as) {
                found.differ("same_as.differs", id);
            }
            let is_fresh = (first_fresh..=last_fresh).contains(&row_id);
            let stale = reworded.remove(&row_id);
            let is_odd = stale.is_some() && (is_fresh || row.destroyed);
            let doc = stale.or_else(|| shape.doc(*self, row_id)).filter(|_| !is_fresh);
            if is_odd || doc.is_some_and(|doc| words.remove(&doc.row).unwrap_or_default() != words_of(&doc)) {
                found.differ("search.differs", id);
            }
            Ok(())
        })?;
        facts.keys().for_each(|row_id| found.differ("fact.of_no_record", row_id));
        reworded.keys().for_each(|row_id| found.differ("search.of_no_record", row_id));
        words.keys().for_each(|row| found.differ("search.of_no_record", row));
        Ok(())
    }

    // What the chain of a record's changes makes of it; none when it cannot be followed.
    fn replay(
        &self,
        id: RecordId,
        newest_change: i64,
        seen: &mut Seen,
        found: &mut Verified,
    ) -> Result<Option<Row>, StoreError> {
        let Some(chain) = self.chain(id, newest_change, seen, found)? else { return Ok(None) };
        let row = fold(self.core, &chain);
        if row.is_none() {
            found.differ("change.does_not_follow", format_args!("{id}/{}", db::seq_of(newest_change)));
        }
        Ok(row)
    }

    // The changes that a chain leads to, in the order in which they came.
    fn chain(
        &self,
        id: RecordId,
        newest_change: i64,
        seen: &mut Seen,
        found: &mut Verified,
    ) -> Result<Option<Vec<StoredChange>>, StoreError> {
        let mut chain = Vec::new();
        let mut next = Some(newest_change);
        while let Some(change) = next {
            // Missing, of another record, or passed before.
            if seen.unreached.get(&change) != Some(&id) {
                found.differ("change.chain", id);
                return Ok(None);
            }
            seen.unreached.remove(&change);
            let Ok(Some(logged)) = self.logged(change, 0) else {
                found.differ("change.unreadable", format_args!("{id}/{}", db::seq_of(change)));
                return Ok(None);
            };
            next = logged.previous;
            chain.push(logged.stored);
        }
        chain.reverse();
        seen.links.extend(self.links_to_note(id, &chain)?);
        Ok(Some(chain))
    }

    // Changes whose record has not come, and then whatever no chain has led to.
    fn compare_awaited(&self, seen: &mut Seen, found: &mut Verified) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare("SELECT id, newest_change FROM awaited ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (row_id, newest_change): (i64, i64) = (row.get(0)?, row.get(1)?);
            let Some(id) = seen.unreached.get(&newest_change).copied() else {
                found.differ("awaited.differs", row_id);
                continue;
            };
            let key = self.device_ref(id.device)?.map(|device_ref| db::record_key(device_ref, id.n));
            let Some(chain) = self.chain(id, newest_change, seen, found)? else { continue };
            if key != Some(row_id) || seen.records.contains(&id) || fold(self.core, &chain).is_some() {
                found.differ("awaited.differs", row_id);
            }
        }
        for (change, record) in std::mem::take(&mut seen.unreached) {
            match seen.records.contains(&record) {
                true => found.differ("change.unreached", format_args!("{record}/{}", db::seq_of(change))),
                false => found.differ("record.missing", record),
            }
        }
        Ok(())
    }

    fn compare_photos(&self, found: &mut Verified) -> Result<(), StoreError> {
        self.odd_photos()?.into_iter().for_each(|(code, id)| found.differ(code, id));
        Ok(())
    }

    fn facts(&self) -> Result<HashMap<i64, Vec<Fact>>, StoreError> {
        let sql = include_str!("../../../schema/device/queries/fact_all.sql");
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([])?;
        let mut facts: HashMap<i64, Vec<Fact>> = HashMap::new();
        let day = sohoi_domain::Day::from_number;
        while let Some(row) = rows.next()? {
            facts.entry(row.get(0)?).or_default().push(Fact {
                indicator: row.get(1)?,
                first: day(row.get(2)?),
                last: day(row.get(3)?),
                subject: unsigned(row.get(4)?),
                value: row.get(5)?,
                dimensions: [row.get(6)?, row.get(7)?, row.get(8)?, row.get(9)?],
            });
        }
        Ok(facts)
    }

    // Of every row of the index a sum over its words: the index gives them by word, not by row.
    fn indexed_words(&self) -> Result<HashMap<i64, u64>, StoreError> {
        self.conn.execute_batch(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_word USING fts5vocab (main, record_search, instance)",
        )?;
        let mut statement = self.conn.prepare_cached("SELECT doc, col, term FROM temp.search_word")?;
        let mut rows = statement.query([])?;
        let mut sums: HashMap<i64, u64> = HashMap::new();
        while let Some(row) = rows.next()? {
            let sum = sums.entry(row.get(0)?).or_default();
            let (column, word) = (row.get_ref(1)?.as_str(), row.get_ref(2)?.as_str());
            // A word that is no text matches nothing, and the sum tells.
            *sum = sum.wrapping_add(word_hash(column.unwrap_or_default(), word.unwrap_or_default()));
        }
        Ok(sums)
    }

    fn compare_conflicts(&self, seen: &Seen, found: &mut Verified) -> Result<(), StoreError> {
        let sql = "SELECT c.record, r.device, r.n, c.field
                   FROM conflict AS c LEFT JOIN record AS r ON r.id = c.record";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut expected = seen.conflicts.clone();
        while let Some(row) = rows.next()? {
            let Some(device) = row.get::<_, Option<i64>>(1)? else {
                found.differ("conflict.of_no_record", row.get::<_, i64>(0)?);
                continue;
            };
            let id = RecordId { device: DeviceId(unsigned(device)), n: row.get(2)? };
            if !expected.remove(&(id, row.get(3)?)) {
                found.differ("conflict.not_in_log", id);
            }
        }
        expected.iter().for_each(|(id, _)| found.differ("conflict.missing", id));
        Ok(())
    }

    fn compare_batches(
        &self,
        next_seq: u64,
        follows: impl Fn(&[u8; 32], &BatchRow) -> bool,
        found: &mut Verified,
    ) -> Result<(), StoreError> {
        let (mut expected, mut chain) = (1, [0; 32]);
        for batch in self.batches_after(0)? {
            if batch.first_seq != expected || batch.last_seq() >= next_seq {
                found.differ("batch.gap", batch.first_seq);
            }
            if !follows(&chain, &batch) {
                found.differ("batch.chain", batch.first_seq);
            }
            (expected, chain) = (batch.last_seq() + 1, batch.chain);
        }
        let sql = "SELECT COUNT(*) FROM receipt AS p WHERE device = ?1 AND NOT EXISTS (
                     SELECT 1 FROM batch AS b
                     WHERE b.device = p.device AND b.first_seq = p.first_seq AND b.chain = p.chain)";
        let own = signed(self.core.identity.device.0);
        let n: u32 = self.conn.query_row(sql, [own], |row| row.get(0))?;
        if n > 0 {
            found.differ("receipt.of_no_batch", n);
        }
        Ok(())
    }
}

fn words_of(doc: &Doc) -> u64 {
    let mut sum: u64 = 0;
    for (column, words) in [("folded", &doc.folded), ("marked", &doc.marked), ("kind", &doc.kind)] {
        // Without positions the index holds a word once a column.
        let words: BTreeSet<&str> = words.split(' ').filter(|word| !word.is_empty()).collect();
        sum = words.iter().fold(sum, |sum, word| sum.wrapping_add(word_hash(column, word)));
    }
    sum
}

fn word_hash(column: &str, word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (column, word).hash(&mut hasher);
    hasher.finish()
}
