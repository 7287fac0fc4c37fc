//! Reading the whole log again and comparing what it gives with what is stored.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use sohoi_domain::{DeviceId, Fact, RecordId, fact};

use crate::db::{self, signed, unsigned};
use crate::error::StoreError;
use crate::project::{Row, step};
use crate::read::View;
use crate::register::Register;
use crate::row::{BatchRow, StoredChange};
use crate::search::Doc;

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
        let replayed = view.replay(&mut found)?;
        view.compare_records(&replayed, &mut found)?;
        view.compare_conflicts(&replayed, &mut found)?;
        view.compare_batches(self.next_seq(), follows, &mut found)?;
        found.ok = found.differences.is_empty();
        Ok(found)
    }
}

#[derive(Default)]
struct Replayed {
    rows: HashMap<RecordId, Row>,
    // Record, field and the version that waits, in the order found.
    conflicts: BTreeMap<(RecordId, u16, DeviceId, u64), usize>,
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

    fn replay(&self, found: &mut Verified) -> Result<Replayed, StoreError> {
        let mut replayed = Replayed::default();
        let mut last: HashMap<DeviceId, u64> = HashMap::new();
        self.each_change(|stored| {
            found.changes += 1;
            match stored {
                Ok(stored) => self.replay_one(&stored, &mut last, &mut replayed, found),
                Err(_) => found.differ("change.unreadable", found.changes),
            }
        })?;
        Ok(replayed)
    }

    fn replay_one(
        &self,
        stored: &StoredChange,
        last: &mut HashMap<DeviceId, u64>,
        replayed: &mut Replayed,
        found: &mut Verified,
    ) {
        let (change, device) = (&stored.change, stored.device);
        let last = last.entry(device).or_default();
        if change.seq != *last + 1 {
            found.differ("change.gap", format_args!("{device}/{}", change.seq));
        }
        *last = change.seq;
        let before = replayed.rows.get(&change.record);
        match step(self.core, before, change, device) {
            Ok((row, conflicts)) => {
                if row.state.erased && row.destroyed {
                    replayed.conflicts.retain(|key, _| key.0 != change.record);
                }
                for conflict in conflicts {
                    let version = conflict.waiting_version;
                    let key = (change.record, conflict.field.0, version.device, version.seq);
                    *replayed.conflicts.entry(key).or_default() += 1;
                }
                replayed.rows.insert(change.record, row);
            }
            Err(_) => found.differ("change.does_not_follow", format_args!("{device}/{}", change.seq)),
        }
    }

    fn compare_records(&self, replayed: &Replayed, found: &mut Verified) -> Result<(), StoreError> {
        let mut facts = self.facts()?;
        let mut words = self.indexed_words()?;
        let mut ids: HashMap<i64, RecordId> = HashMap::new();
        let mut n_stored = 0;
        self.each_row(|row_id, stored| {
            let id = stored.state.id;
            ids.insert(row_id, id);
            let Some(row) = replayed.rows.get(&id) else {
                return found.differ("record.not_in_log", id);
            };
            n_stored += 1;
            found.records += u64::from(!row.state.erased);
            if *row != stored {
                found.differ("record.differs", id);
            }
            if facts.remove(&row_id).unwrap_or_default() != fact::facts(&self.core.catalogue, &row.state) {
                found.differ("fact.differs", id);
            }
            let doc = Doc::of(&self.core.catalogue, row_id, &row.state, row.day);
            if doc.is_some_and(|doc| words.remove(&doc.row).unwrap_or_default() != words_of(&doc)) {
                found.differ("search.differs", id);
            }
        })?;
        if n_stored < replayed.rows.len() {
            let stored: std::collections::HashSet<RecordId> = ids.values().copied().collect();
            for id in replayed.rows.keys().filter(|id| !stored.contains(id)) {
                found.differ("record.missing", id);
            }
        }
        facts.keys().for_each(|row_id| found.differ("fact.of_no_record", row_id));
        words.keys().for_each(|row| found.differ("search.of_no_record", row));
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

    fn compare_conflicts(&self, replayed: &Replayed, found: &mut Verified) -> Result<(), StoreError> {
        let sql = "SELECT r.device, r.n, c.field, c.waiting_device, c.waiting_seq
                   FROM conflict AS c JOIN record AS r ON r.id = c.record";
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut expected = replayed.conflicts.clone();
        while let Some(row) = rows.next()? {
            let id = RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? };
            let key = (id, row.get(2)?, DeviceId(unsigned(row.get(3)?)), unsigned(row.get(4)?));
            match expected.get_mut(&key) {
                Some(n) if *n > 0 => *n -= 1,
                _ => found.differ("conflict.not_in_log", id),
            }
        }
        expected.iter().filter(|(_, n)| **n > 0).for_each(|(key, _)| found.differ("conflict.missing", key.0));
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
        let words: std::collections::BTreeSet<&str> =
            words.split(' ').filter(|word| !word.is_empty()).collect();
        sum = words.iter().fold(sum, |sum, word| sum.wrapping_add(word_hash(column, word)));
    }
    sum
}

fn word_hash(column: &str, word: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (column, word).hash(&mut hasher);
    hasher.finish()
}
