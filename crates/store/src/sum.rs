//! Sums of facts over a period: what figures are made from.

use std::collections::BTreeMap;

use rusqlite::named_params;
use sohoi_domain::catalogue::{Indicator, Measure};
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
        let mut sums = Vec::new();
        for indicator in &self.core.catalogue.indicators {
            if matches!(indicator.measure, Measure::Records(_)) {
                view.sums_of(indicator, period, &units, &mut sums)?;
            }
        }
        Ok(sums)
    }
}

type Units = BTreeMap<i64, UnitKey>;
type By = Option<(usize, Option<String>)>;

#[derive(Default)]
struct Tally {
    added: i64,
    subjects: Vec<i64>,
}

impl View<'_> {
    fn units(&self) -> Result<Units, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT id, code, valid_from FROM unit_ref")?;
        let rows = statement.query_map([], |row| {
            let key = UnitKey { code: row.get(1)?, valid_from: Day::from_number(row.get(2)?) };
            Ok((row.get(0)?, key))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn sums_of(
        &self,
        indicator: &Indicator,
        period: &Period,
        units: &Units,
        sums: &mut Vec<Sum>,
    ) -> Result<(), StoreError> {
        let limits = Limits::of(indicator.num, Window::of(indicator.time, period));
        let mut statement =
            self.conn.prepare_cached(include_str!("../../../schema/device/queries/sum.sql"))?;
        let mut rows = statement.query(named_params! {
            ":indicator": limits.indicator,
            ":from": limits.from,
            ":lo": limits.lo,
            ":hi": limits.hi,
        })?;
        let mut tallies: BTreeMap<(i64, By), Tally> = BTreeMap::new();
        while let Some(row) = rows.next()? {
            let (unit, subject, value): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let mut add = |by: By| {
                let tally = tallies.entry((unit, by)).or_default();
                if subject == 0 { tally.added += value } else { tally.subjects.push(subject) }
            };
            add(None);
            for dimension in 0..indicator.by.len() {
                add(Some((dimension, row.get(3 + dimension)?)));
            }
        }
        for ((unit, by), mut tally) in tallies {
            tally.subjects.sort_unstable();
            tally.subjects.dedup();
            let value = tally.added + i64::try_from(tally.subjects.len()).unwrap_or(i64::MAX);
            if let Some(unit) = units.get(&unit) {
                sums.push(Sum { unit: unit.clone(), indicator: indicator.num, by, value });
            }
        }
        Ok(())
    }
}
