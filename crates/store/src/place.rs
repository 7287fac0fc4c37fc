//! Where records are: the branch or the hamlet that a record names, or that of what it refers to; and sums of facts
//! by it. Read through the columns that lists are kept by, so that only the first look reads every record of a kind.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::OptionalExtension;
use sohoi_domain::catalogue::{FieldType, Kind, Measure, Nature};
use sohoi_domain::figure::Sum;
use sohoi_domain::submission::FIRST_OWN_KIND;
use sohoi_domain::text::fold;
use sohoi_domain::{Catalogue, DeviceId, FieldNum, KindNum, Period, RecordId, Value};

use crate::db::{record_key, unsigned};
use crate::error::StoreError;
use crate::find::{Finder, SortBy};
use crate::read::View;
use crate::register::Register;

/// Over so many references a place is looked for: an event's member, and that member's household.
const MAX_HOPS: u8 = 2;

/// How records of one kind name a place.
#[derive(Clone, Debug, Default)]
struct Way {
    /// Records of this kind are the places themselves.
    is_place: bool,
    own: Option<FieldNum>,
    /// References to what has a place, in the order of the kind's fields, so that what a record is about comes first.
    through: Vec<(FieldNum, KindNum)>,
}

type Ways = BTreeMap<KindNum, Way>;

impl Register {
    /// Sums every indicator over a period for each value of a place's field, as [`Register::sums`] does for all
    /// together; those of which no place is known are under an empty text.
    ///
    /// Who is counted once is counted once at each place, so that these may come to more than the whole.
    ///
    /// # Errors
    /// What the database says, as for everything read here.
    pub fn sums_by_place(
        &self,
        field: &str,
        period: &Period,
    ) -> Result<BTreeMap<String, Vec<Sum>>, StoreError> {
        let view = self.view();
        let mut finder = self.finder.borrow_mut();
        let mut places = Places::open(view, &mut finder, field, &self.core.catalogue)?;
        let units = view.units()?;
        let same = view.same_subjects()?;
        let mut by_place: BTreeMap<String, Vec<Sum>> = BTreeMap::new();
        for indicator in &self.core.catalogue.indicators {
            let Measure::Records(measure) = &indicator.measure else { continue };
            let place = |record: i64| places.of(measure.kind, record);
            for (place, sum) in view.sums_of(indicator, period, (&units, &same), place)? {
                by_place.entry(place).or_default().push(sum);
            }
        }
        Ok(by_place)
    }

    /// How many records dated in a period each place has, without those that are the places themselves.
    pub fn records_by_place(
        &self,
        field: &str,
        period: &Period,
    ) -> Result<BTreeMap<String, u32>, StoreError> {
        let view = self.view();
        let mut finder = self.finder.borrow_mut();
        let mut places = Places::open(view, &mut finder, field, &self.core.catalogue)?;
        let sql = format!(
            "SELECT id, kind FROM record
             WHERE hidden = 0 AND kind < {FIRST_OWN_KIND} AND day BETWEEN ?1 AND ?2"
        );
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([period.first.number(), period.last.number()])?;
        let mut counts = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (record, kind) = (row.get(0)?, KindNum(row.get(1)?));
            if !places.ways.get(&kind).is_some_and(|way| way.is_place) {
                *counts.entry(places.of(kind, record)?).or_default() += 1;
            }
        }
        Ok(counts)
    }

    /// Of a place that is written as a text, how most records write it.
    pub fn spellings(&self, field: &str) -> Result<BTreeMap<String, String>, StoreError> {
        let view = self.view();
        let mut finder = self.finder.borrow_mut();
        let places = Places::open(view, &mut finder, field, &self.core.catalogue)?;
        let mut written: BTreeMap<String, BTreeMap<&str, u32>> = BTreeMap::new();
        for (kind, way) in &places.ways {
            let Some(own) = way.own else { continue };
            let values = places.finder.values((*kind, own));
            for text in values.filter_map(Value::as_text) {
                *written.entry(fold(text)).or_default().entry(text).or_default() += 1;
            }
        }
        let most = |of: BTreeMap<&str, u32>| {
            of.into_iter().max_by_key(|(_, n)| *n).map(|(text, _)| text.to_owned()).unwrap_or_default()
        };
        Ok(written.into_iter().map(|(value, of)| (value, most(of))).collect())
    }
}

/// Finds places, each reference once.
pub(crate) struct Places<'a> {
    view: View<'a>,
    finder: &'a Finder,
    ways: Ways,
    // With how far it was looked for, so that the answer does not depend on what was asked before.
    known: HashMap<(KindNum, RecordId, u8), String>,
}

impl<'a> Places<'a> {
    pub fn open(
        view: View<'a>,
        finder: &'a mut Finder,
        field: &str,
        catalogue: &Catalogue,
    ) -> Result<Places<'a>, StoreError> {
        let ways = ways(catalogue, field);
        let mut wanted: BTreeMap<KindNum, BTreeSet<SortBy>> = BTreeMap::new();
        for (kind, way) in &ways {
            let fields = way.own.iter().chain(way.through.iter().map(|(field, _)| field));
            wanted.insert(*kind, fields.map(|field| SortBy::Field(*field)).collect());
        }
        finder.have(view, &wanted)?;
        Ok(Places { view, finder, ways, known: HashMap::new() })
    }

    /// The place of a record that is listed; empty when it is not known.
    pub fn of(&mut self, kind: KindNum, record: i64) -> Result<String, StoreError> {
        let is_place = self.ways.get(&kind).is_some_and(|way| way.is_place);
        if is_place && let Some(id) = self.view.id_of_row(record)? {
            return Ok(id.to_string());
        }
        self.search(kind, record, MAX_HOPS)
    }

    fn search(&mut self, kind: KindNum, record: i64, hops: u8) -> Result<String, StoreError> {
        let Some(way) = self.ways.get(&kind) else { return Ok(String::new()) };
        let own = way.own.and_then(|field| self.finder.value((kind, field), record));
        match own {
            Some(Value::Text(text)) => return Ok(fold(text)),
            Some(Value::Ref(id)) => return Ok(id.to_string()),
            _ => {}
        }
        if hops == 0 {
            return Ok(String::new());
        }
        let value = |(field, to): &(FieldNum, KindNum)| {
            Some((*to, self.finder.value((kind, *field), record)?.as_ref_id()?))
        };
        let through: Vec<(KindNum, RecordId)> = way.through.iter().filter_map(value).collect();
        for (to, id) in through {
            let found = self.of_reference(to, id, hops - 1)?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        Ok(String::new())
    }

    fn of_reference(&mut self, kind: KindNum, id: RecordId, hops: u8) -> Result<String, StoreError> {
        if let Some(known) = self.known.get(&(kind, id, hops)) {
            return Ok(known.clone());
        }
        let found = match self.view.device_ref(id.device)? {
            Some(device_ref) => self.search(kind, record_key(device_ref, id.n), hops)?,
            None => String::new(),
        };
        self.known.insert((kind, id, hops), found.clone());
        Ok(found)
    }
}

impl View<'_> {
    pub fn id_of_row(&self, row: i64) -> Result<Option<RecordId>, StoreError> {
        let mut find = self.conn.prepare_cached("SELECT device, n FROM record WHERE id = ?1")?;
        let id =
            |row: &rusqlite::Row| Ok(RecordId { device: DeviceId(unsigned(row.get(0)?)), n: row.get(1)? });
        Ok(find.query_row([row], id).optional()?)
    }

    pub fn kind_of_row(&self, row: i64) -> Result<KindNum, StoreError> {
        let mut find = self.conn.prepare_cached("SELECT kind FROM record WHERE id = ?1")?;
        Ok(find.query_row([row], |row| Ok(KindNum(row.get(0)?)))?)
    }
}

// Which kinds have a place by this field, and how.
fn ways(catalogue: &Catalogue, field: &str) -> Ways {
    let own = |kind: &Kind| {
        let found = kind.field(field)?;
        matches!(found.field_type, FieldType::Text | FieldType::Ref).then_some(found.num)
    };
    let target = |kind: &Kind| catalogue.kind(kind.field(field)?.ref_kind.as_deref()?).map(|of| of.num);
    let places: BTreeSet<KindNum> = catalogue.kinds.iter().filter_map(target).collect();
    let mut ways: Ways = BTreeMap::new();
    for kind in &catalogue.kinds {
        let way = Way { is_place: places.contains(&kind.num), own: own(kind), through: Vec::new() };
        ways.insert(kind.num, way);
    }
    // What has none by itself or through others is no way; those found last are found through those found first.
    for _ in 0..MAX_HOPS {
        let has: BTreeSet<KindNum> = ways
            .iter()
            .filter(|(_, way)| way.own.is_some() || !way.through.is_empty())
            .map(|(num, _)| *num)
            .collect();
        for kind in &catalogue.kinds {
            let through =
                kind.fields.iter().filter(|one| one.field_type == FieldType::Ref).filter_map(|one| {
                    let of = catalogue.kind(one.ref_kind.as_deref()?)?;
                    let leads =
                        of.nature == Nature::Register && has.contains(&of.num) && !places.contains(&of.num);
                    (leads && one.id != field).then_some((one.num, of.num))
                });
            let through = through.collect();
            ways.entry(kind.num).or_default().through = through;
        }
    }
    ways.retain(|_, way| way.is_place || way.own.is_some() || !way.through.is_empty());
    ways
}
