//! Definitions as data: kinds, indicators, code lists, calendars, units, targets.
//!
//! The source is TOML under `schema/catalogue/`. A pack is those files as they are, with a digest over
//! them; both programs embed one and a hub can publish a newer one.

mod check;
mod load;
mod model;
mod pack;
mod release;

use std::collections::BTreeMap;

pub use load::Fault;
pub use model::*;
pub use pack::Pack;
pub use release::{Broken, BrokenPart, Composed, FORMAT, Part, Published, broken, compose};

use crate::calendar::Calendar;
use crate::unit::Units;
use crate::value::{FieldNum, KindNum};

/// A checked catalogue: every reference in it leads somewhere.
#[derive(Debug)]
pub struct Catalogue {
    pub version: u32,
    /// SHA-256 over the pack, in hexadecimal.
    pub digest: String,
    /// Code of the province that the units belong to.
    pub province: String,
    pub kinds: Vec<Kind>,
    pub lists: BTreeMap<String, List>,
    pub indicators: Vec<Indicator>,
    pub calendars: Vec<Calendar>,
    pub calendar_labels: BTreeMap<String, Words>,
    pub criteria_sets: Vec<CriteriaSet>,
    pub units: Units,
    pub targets: Vec<Target>,
}

impl Catalogue {
    /// The pack that this program was built with.
    ///
    /// # Panics
    /// Never in a released program: a test loads the same pack.
    pub fn embedded() -> Catalogue {
        Catalogue::load(&Pack::embedded()).expect("the embedded pack is checked by a test")
    }

    /// # Errors
    /// Every fault found, each with file, line and what is wrong.
    pub fn load(pack: &Pack) -> Result<Catalogue, Vec<Fault>> {
        load::load(pack)
    }

    pub fn kind(&self, id: &str) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.id == id)
    }

    pub fn kind_by_num(&self, num: KindNum) -> Option<&Kind> {
        self.kinds.iter().find(|kind| kind.num == num)
    }

    pub fn list(&self, id: &str) -> Option<&List> {
        self.lists.get(id)
    }

    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.code == code)
    }

    /// True for what is made of records alone, so that a branch or a hamlet has a figure of its own. What counts
    /// units has none.
    pub fn counts_at_places(&self, indicator: &Indicator) -> bool {
        let of = |code: &str| self.indicator(code).is_some_and(|of| self.counts_at_places(of));
        match &indicator.measure {
            Measure::Records(_) => true,
            Measure::Ratio(a, b) | Measure::Gap(a, b) => of(a) && of(b),
            Measure::ReportingUnits(_) | Measure::BaseUnits => false,
        }
    }

    pub fn calendar(&self, id: &str) -> Option<&Calendar> {
        self.calendars.iter().find(|calendar| calendar.id == id)
    }

    pub fn criteria_set(&self, id: &str) -> Option<&CriteriaSet> {
        self.criteria_sets.iter().find(|set| set.id == id)
    }
}

impl Kind {
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    pub fn field_by_num(&self, num: FieldNum) -> Option<&Field> {
        self.fields.iter().find(|field| field.num == num)
    }

    /// True when a record must lie in the days of its unit. What is kept in a register, as a member who
    /// joined long ago, is older than many a commune.
    pub fn is_bound_to_unit_days(&self) -> bool {
        self.nature != Nature::Register
    }

    pub fn has_personal(&self) -> bool {
        self.fields.iter().any(|field| field.is_personal() || field.columns.iter().any(Field::is_personal))
    }
}

impl Field {
    pub fn is_personal(&self) -> bool {
        self.privacy == Privacy::Personal
    }

    /// True for a person's name, which stands by its last word. What names a person is called so in the catalogue.
    pub fn is_person_name(&self) -> bool {
        self.field_type == FieldType::Text && self.is_personal() && self.id.ends_with("_name")
    }

    pub fn column(&self, id: &str) -> Option<&Field> {
        self.columns.iter().find(|column| column.id == id)
    }

    pub fn column_by_num(&self, num: FieldNum) -> Option<&Field> {
        self.columns.iter().find(|column| column.num == num)
    }
}
