//! Lists of records, newest day first, and searching in them.

use rusqlite::{ToSql, named_params};
use sohoi_domain::fact::MAX_DIMENSIONS;
use sohoi_domain::figure::Window;
use sohoi_domain::submission::FIRST_OWN_KIND;
use sohoi_domain::{Day, DeviceId, KindNum, RecordId};

use super::View;
use crate::db::unsigned;
use crate::error::StoreError;
use crate::find::{Filter, Sort};
use crate::place::Places;
use crate::register::Register;
use crate::row::StoredRecord;
use crate::search::{self, Ask, Words};
use crate::unindexed::Unindexed;

/// Which records a list shows. All parts narrow it.
#[derive(Clone, Debug, Default)]
pub struct RecordQuery {
    /// Id of a kind.
    pub kind: Option<String>,
    /// Free text: every word by its beginning, marks or none.
    pub search: Option<String>,
    /// First and last day; records without a day are left out then.
    pub days: Option<(Day, Day)>,
    /// Records that count for this indicator in the window.
    pub indicator: Option<(u16, Window)>,
    /// Of these the ones that it counts under a code of one of its dimensions, which is counted from 0; none is
    /// what is not given.
    pub part: Option<(usize, Option<String>)>,
    /// Field of a place and its value, as [`Register::sums_by_place`] has them.
    pub place: Option<(String, String)>,
    /// All must hold. They are of a kind's fields, so without a kind there are none.
    pub filters: Vec<Filter>,
    /// None for the newest day first.
    pub sort: Option<Sort>,
    pub offset: u32,
    pub limit: u32,
}

// Row ids of one page, and how many rows there are in all.
type Page = (Vec<i64>, u64);

// Named parameters of one query.
type Bound<'a> = Vec<(&'static str, &'a dyn ToSql)>;

impl Register {
    /// Records that match and are not erased, newest day first, and how many there are in all. With marks
    /// typed, those that match the marks come before those that match without, and whole words before beginnings.
    ///
    /// # Errors
    /// [`StoreError::UnknownKind`], or what the database says.
    pub fn records(&self, query: &RecordQuery) -> Result<(Vec<StoredRecord>, u64), StoreError> {
        let view = self.view();
        let kind = match &query.kind {
            Some(id) => Some(self.core.catalogue.kind(id).ok_or(StoreError::UnknownKind)?.num),
            None => None,
        };
        let (ids, total) = self.page(query, kind)?;
        let receipted = view.receipted()?;
        let mut records = Vec::with_capacity(ids.len());
        for id in ids {
            if let Some(kept) = view.kept(id)? {
                records.push(view.stored(kept, receipted)?);
            }
        }
        Ok((records, total))
    }

    fn page(&self, query: &RecordQuery, kind: Option<KindNum>) -> Result<Page, StoreError> {
        let view = self.view();
        let found = kind.and_then(|kind| self.core.catalogue.kind_by_num(kind));
        let of = found.filter(|_| !query.filters.is_empty() || query.sort.is_some());
        let is_searched = query.search.as_deref().is_some_and(|text| !text.trim().is_empty());
        if of.is_none() && query.place.is_none() && !is_searched {
            return view.page(query, kind);
        }
        let all = RecordQuery { offset: 0, limit: u32::MAX, ..query.clone() };
        let (mut rows, _) = view.page(&all, kind)?;
        let mut finder = self.finder.borrow_mut();
        if is_searched {
            let there = view.at_named_places(&mut finder, (query, kind), &rows)?;
            rows.extend(there);
        }
        if let Some((field, value)) = &query.place {
            let mut places = Places::open(view, &mut finder, field, &self.core.catalogue)?;
            let mut there = Vec::with_capacity(rows.len());
            for row in rows {
                if places.of(view.kind_of_row(row)?, row)? == *value {
                    there.push(row);
                }
            }
            rows = there;
        }
        if let Some(of) = of {
            rows = finder.find(view, of, (&query.filters, query.sort), rows)?;
        }
        let total = rows.len() as u64;
        let page = rows.into_iter().skip(query.offset as usize).take(query.limit as usize);
        Ok((page.collect(), total))
    }
}

impl View<'_> {
    fn page(&self, query: &RecordQuery, kind: Option<KindNum>) -> Result<Page, StoreError> {
        let typed = query.search.as_deref().filter(|text| !text.trim().is_empty());
        match typed {
            None => self.list(query, kind),
            Some(typed) => match Ask::of(typed, kind) {
                Some(ask) => self.search(query, &ask),
                None => Ok((Vec::new(), 0)),
            },
        }
    }
}

const OF_INDICATOR: &str = " IN (
      SELECT record FROM fact
      WHERE indicator = :indicator AND first BETWEEN :from AND :hi AND last >= :lo";

impl RecordQuery {
    // The records of the indicator, or of one part of it.
    fn of_indicator(&self) -> String {
        let dimension = match &self.part {
            Some((dimension, _)) if *dimension < MAX_DIMENSIONS => {
                format!(" AND d{} IS :part", dimension + 1)
            }
            _ => String::new(),
        };
        format!("{OF_INDICATOR}{dimension}\n    )")
    }

    fn bind_part<'a>(&'a self, bound: &mut Bound<'a>) {
        if let Some((dimension, code)) = &self.part
            && *dimension < MAX_DIMENSIONS
        {
            bound.push((":part", code));
        }
    }
}

impl View<'_> {
    pub fn list(&self, query: &RecordQuery, kind: Option<KindNum>) -> Result<Page, StoreError> {
        let mut filter = format!("FROM record WHERE hidden = 0 AND kind < {FIRST_OWN_KIND}");
        let window = query.indicator.map(|(num, window)| Limits::of(num, window));
        let (kind, days) = (kind.map(|kind| kind.0), query.days.map(|(a, b)| (a.number(), b.number())));
        let mut bound: Bound = Vec::new();
        if let Some(kind) = &kind {
            filter += " AND kind = :kind";
            bound.push((":kind", kind));
        }
        if let Some((first, last)) = &days {
            filter += " AND day BETWEEN :first AND :last";
            bound.push((":first", first));
            bound.push((":last", last));
        }
        if let Some(limits) = &window {
            filter += " AND id";
            filter += &query.of_indicator();
            limits.bind(&mut bound);
            query.bind_part(&mut bound);
        }
        let total = self.count(&format!("SELECT COUNT(*) {filter}"), &bound)?;
        let sql = format!("SELECT id {filter} ORDER BY day DESC, id DESC LIMIT :limit OFFSET :offset");
        bound.push((":limit", &query.limit));
        bound.push((":offset", &query.offset));
        Ok((self.ids(&sql, &bound)?, total))
    }

    fn search(&self, query: &RecordQuery, ask: &Ask) -> Result<Page, StoreError> {
        let unindexed = self.unindexed_of(query)?;
        let mut rows = self.matches(query, &ask.folded, &unindexed)?;
        // Those with the marks first, then those with the words as they were typed, each newest first.
        for first in [Some(&ask.whole), ask.exact.as_ref()].into_iter().flatten() {
            let first = self.matches(query, first, &unindexed)?;
            rows.retain(|row| first.binary_search_by(|other| row.cmp(other)).is_err());
            rows.splice(0..0, first);
        }
        // A code that was read over the phone means one record, whatever else has these letters.
        if let Some(row) = self.row_of_code(query)? {
            rows.retain(|other| search::record_of(*other) != search::record_of(row));
            rows.insert(0, row);
        }
        let page = rows.iter().skip(query.offset as usize).take(query.limit as usize);
        let ids = page.map(|row| search::record_of(*row)).collect();
        Ok((ids, rows.len() as u64))
    }

    fn row_of_code(&self, query: &RecordQuery) -> Result<Option<i64>, StoreError> {
        let typed = query.search.as_deref().unwrap_or_default();
        let Some(n) = RecordId::number_in_code(typed) else { return Ok(None) };
        if query.days.is_some() || query.indicator.is_some() {
            return Ok(None);
        }
        let kind = query.kind.as_deref().and_then(|id| self.core.catalogue.kind(id)).map(|kind| kind.num.0);
        let sql = "SELECT r.device, r.id, r.day
                   FROM device AS d JOIN record AS r ON r.id = (d.ref << 32 | :n)
                   WHERE r.hidden = 0 AND r.kind < :own AND (:kind IS NULL OR r.kind = :kind)
                   ORDER BY r.id";
        let mut find = self.conn.prepare_cached(sql)?;
        let mut rows = find.query(named_params! { ":n": n, ":kind": kind, ":own": FIRST_OWN_KIND })?;
        while let Some(row) = rows.next()? {
            let id = RecordId { device: DeviceId(unsigned(row.get(0)?)), n };
            if id.has_code(typed) {
                let day = row.get::<_, Option<i32>>(2)?.map(Day::from_number);
                return Ok(Some(search::row_of(row.get(1)?, day)));
            }
        }
        Ok(None)
    }

    // All rows, the highest first: looking words up by their beginnings is most of the work, so page and count
    // come from one pass.
    pub fn matches(
        &self,
        query: &RecordQuery,
        ask: &Words,
        unindexed: &Unindexed,
    ) -> Result<Vec<i64>, StoreError> {
        let mut sql = "SELECT rowid FROM record_search WHERE record_search MATCH :ask".to_string();
        let rows = query.days.map(search::rows_of);
        let window = query.indicator.map(|(num, window)| Limits::of(num, window));
        let typed = ask.to_query();
        let mut bound: Bound = vec![(":ask", &typed)];
        if let Some((first, last)) = &rows {
            sql += " AND rowid BETWEEN :first AND :last";
            bound.push((":first", first));
            bound.push((":last", last));
        }
        if let Some(limits) = &window {
            sql += " AND (rowid & :mask)";
            sql += &query.of_indicator();
            bound.push((":mask", &search::ID_MASK));
            limits.bind(&mut bound);
            query.bind_part(&mut bound);
        }
        sql += " ORDER BY rowid DESC";
        let mut rows = self.ids(&sql, &bound)?;
        rows.retain(|row| !unindexed.stale.contains(row));
        rows.extend(unindexed.docs.iter().filter(|doc| ask.match_doc(doc)).map(|doc| doc.row));
        rows.sort_unstable_by(|a, b| b.cmp(a));
        Ok(rows)
    }

    // Of the records that are not in the index yet those that the query's other parts leave.
    pub fn unindexed_of(&self, query: &RecordQuery) -> Result<Unindexed, StoreError> {
        let mut unindexed = self.unindexed()?;
        let docs = &mut unindexed.docs;
        if let Some((first, last)) = query.days.map(search::rows_of) {
            docs.retain(|doc| (first..=last).contains(&doc.row));
        }
        let Some((num, window)) = query.indicator else { return Ok(unindexed) };
        let limits = Limits::of(num, window);
        let ids: Vec<i64> = docs.iter().map(|doc| search::record_of(doc.row)).collect();
        let ids = format!("{ids:?}");
        let mut bound: Bound = vec![(":ids", &ids)];
        limits.bind(&mut bound);
        query.bind_part(&mut bound);
        let sql = format!("SELECT value FROM json_each(:ids) WHERE value {}", query.of_indicator());
        let counting = self.ids(&sql, &bound)?;
        docs.retain(|doc| counting.contains(&search::record_of(doc.row)));
        Ok(unindexed)
    }

    fn count(&self, sql: &str, bound: &Bound) -> Result<u64, StoreError> {
        let n: i64 = self.conn.prepare_cached(sql)?.query_row(bound.as_slice(), |row| row.get(0))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    fn ids(&self, sql: &str, bound: &Bound) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.conn.prepare_cached(sql)?;
        let ids = statement.query_map(bound.as_slice(), |row| row.get(0))?;
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// Records not erased by kind, dated in these days.
    pub fn kind_counts(&self, first: Day, last: Day) -> Result<Vec<(KindNum, u64)>, StoreError> {
        let sql = include_str!("../../../../schema/device/queries/kind_count.sql");
        let mut statement = self.conn.prepare_cached(sql)?;
        let days = named_params! { ":first": first.number(), ":last": last.number() };
        let mut rows = statement.query(days)?;
        let mut counts = Vec::new();
        while let Some(row) = rows.next()? {
            counts.push((KindNum(row.get(0)?), row.get::<_, u32>(1)?.into()));
        }
        Ok(counts)
    }
}

/// A window over facts as numbers.
pub(crate) struct Limits {
    pub indicator: u16,
    pub from: i32,
    pub lo: i32,
    pub hi: i32,
}

impl Limits {
    pub fn of(indicator: u16, window: Window) -> Limits {
        let (lo, hi) = (window.lo.number(), window.hi.number());
        Limits { indicator, from: if window.is_flow { lo } else { i32::MIN }, lo, hi }
    }

    pub fn bind<'a>(&'a self, bound: &mut Bound<'a>) {
        bound.push((":indicator", &self.indicator));
        bound.push((":from", &self.from));
        bound.push((":lo", &self.lo));
        bound.push((":hi", &self.hi));
    }
}
