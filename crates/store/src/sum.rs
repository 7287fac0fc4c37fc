//! Sums of facts over a period: what figures are made from.

use std::collections::BTreeMap;

use rusqlite::named_params;
use sohoi_domain::catalogue::{Indicator, Measure};
use sohoi_domain::fact::MAX_DIMENSIONS;
use sohoi_domain::figure::{Sum, Window};
use sohoi_domain::{Day, Period, UnitKey};

use crate::error::StoreError;
use crate::read::View;
use crate::read::list::Limits;
use crate::register::Register;

impl Register {
    /// Sums every indicator over a period, whole and by each dimension, one sum a unit.
    ///
    /// Persons and things that are counted once are counted once in each sum.
    ///
    /// # Errors
    /// What the database says.
    pub fn sums(&self, period: &Period) -> Result<Vec<Sum>, StoreError> {
        let view = self.view();
        let units = view.units()?;
        let same = view.same_subjects()?;
        let mut sums = Vec::new();
        for indicator in &self.core.catalogue.indicators {
            if matches!(indicator.measure, Measure::Records(_)) {
                let found = view.sums_of(indicator, period, (&units, &same), |_| Ok(()))?;
                sums.extend(found.into_iter().map(|((), sum)| sum));
            }
        }
        Ok(sums)
    }
}

pub(crate) type Units = BTreeMap<i64, UnitKey>;

#[derive(Default)]
struct Tally {
    added: i64,
    subjects: Vec<i64>,
}

// The whole of a unit and its parts, in the order of their codes.
#[derive(Default)]
struct UnitTally {
    whole: Tally,
    by: [Vec<(Option<String>, Tally)>; MAX_DIMENSIONS],
}

impl View<'_> {
    pub fn units(&self) -> Result<Units, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT id, code, valid_from FROM unit_ref")?;
        let rows = statement.query_map([], |row| {
            let key = UnitKey { code: row.get(1)?, valid_from: Day::from_number(row.get(2)?) };
            Ok((row.get(0)?, key))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Sums of one indicator, apart by what `apart` says of each record.
    pub fn sums_of<P: Ord + Clone>(
        &self,
        indicator: &Indicator,
        period: &Period,
        (units, same): (&Units, &BTreeMap<i64, i64>),
        mut apart: impl FnMut(i64) -> Result<P, StoreError>,
    ) -> Result<Vec<(P, Sum)>, StoreError> {
        let limits = Limits::of(indicator.num, Window::of(indicator.time, period));
        let mut statement =
            self.conn.prepare_cached(include_str!("../../../schema/device/queries/sum.sql"))?;
        let mut rows = statement.query(named_params! {
            ":indicator": limits.indicator,
            ":from": limits.from,
            ":lo": limits.lo,
            ":hi": limits.hi,
        })?;
        let mut tallies: BTreeMap<(P, i64), UnitTally> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (subject, value): (i64, i64) = (row.get(1)?, row.get(2)?);
            let subject = same.get(&subject).copied().unwrap_or(subject);
            let tally = tallies.entry((apart(row.get(7)?)?, row.get(0)?)).or_default();
            tally.whole.add(subject, value);
            for (dimension, parts) in tally.by[..indicator.by.len()].iter_mut().enumerate() {
                let code = row.get_ref(3 + dimension)?.as_bytes_or_null().unwrap_or_default();
                part(parts, code).add(subject, value);
            }
        }
        let mut sums = Vec::new();
        for ((of, unit), tally) in tallies {
            if let Some(unit) = units.get(&unit) {
                let found = tally.into_sums(unit, indicator.num).into_iter();
                sums.extend(found.map(|sum| (of.clone(), sum)));
            }
        }
        Ok(sums)
    }
}

fn part<'a>(parts: &'a mut Vec<(Option<String>, Tally)>, code: Option<&[u8]>) -> &'a mut Tally {
    let found = parts.binary_search_by(|(known, _)| known.as_ref().map(String::as_bytes).cmp(&code));
    let at = found.unwrap_or_else(|at| {
        let code = code.map(|code| String::from_utf8_lossy(code).into_owned());
        parts.insert(at, (code, Tally::default()));
        at
    });
    &mut parts[at].1
}

impl Tally {
    fn add(&mut self, subject: i64, value: i64) {
        if subject == 0 { self.added = self.added.saturating_add(value) } else { self.subjects.push(subject) }
    }

    fn value(mut self) -> i64 {
        self.subjects.sort_unstable();
        self.subjects.dedup();
        self.added.saturating_add(i64::try_from(self.subjects.len()).unwrap_or(i64::MAX))
    }
}

impl UnitTally {
    fn into_sums(self, unit: &UnitKey, indicator: u16) -> Vec<Sum> {
        let mut sums = Vec::new();
        let mut add =
            |by, tally: Tally| sums.push(Sum { unit: unit.clone(), indicator, by, value: tally.value() });
        add(None, self.whole);
        for (dimension, parts) in self.by.into_iter().enumerate() {
            parts.into_iter().for_each(|(code, tally)| add(Some((dimension, code)), tally));
        }
        sums
    }
}
