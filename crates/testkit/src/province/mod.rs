//! The province's year 2018: the published figures spread over the 152 communes of that year as records of
//! every kind, the same every time.
//!
//! What each commune must come to is counted here while its records are made, by hand and not by the
//! program's own facts, so that a test can hold the one against the other.

mod activity;
mod household;
mod member;
mod other;
mod plan;
mod spread;

pub use plan::{Action, CommunePlan, fill, record_and_send, value_of};

use std::collections::BTreeMap;

use sohoi_domain::{Catalogue, Day};

use crate::Random;
use plan::Builder;
use spread::spread;

/// What was published for 2018: indicator and figure.
pub const PUBLISHED: &[(&str, i64)] = &[
    ("TT01", 565),
    ("VH01", 276),
    ("DH01", 702),
    ("DK01", 215),
    ("GD01", 304),
    ("GN01", 152),
    ("DN01", 2_260),
    ("KN01", 116),
    ("NH01", 42),
    ("NH02", VALUE_OF_HOUSES),
    ("HB01", 2_156),
    ("HT01", 28),
    ("HT02", 1),
    ("HV01", 5_886),
];

/// "Gần 1,4 tỷ đồng".
pub const VALUE_OF_HOUSES: i64 = 42 * 33_250_000;

/// The commune of the one new co-operative: thị trấn A Lưới.
pub const COOPERATIVE_UNIT: &str = "20044";
pub const COOPERATIVE_NAME: &str = "HTX Nông sản an toàn A Lưới";

/// A day on which the units are those of 2018.
pub const DAY_OF_UNITS: &str = "2018-06-30";

/// Plans for all communes of 2018, by code.
pub fn plan_2018(catalogue: &Catalogue) -> Vec<CommunePlan> {
    let day: Day = DAY_OF_UNITS.parse().expect("a day");
    let units: Vec<_> = catalogue.units.communes_on(day).cloned().collect();
    let mut random = Random::from_seed(2018);
    let shares: BTreeMap<&str, Vec<i64>> = PUBLISHED
        .iter()
        .map(|(code, total)| {
            (
                *code,
                share(code, *total, &units.iter().map(|u| u.code.as_str()).collect::<Vec<_>>(), &mut random),
            )
        })
        .collect();
    units
        .iter()
        .enumerate()
        .map(|(i, unit)| {
            let mine: BTreeMap<&str, i64> = shares.iter().map(|(code, parts)| (*code, parts[i])).collect();
            commune(unit, &mine, i as u64)
        })
        .collect()
}

fn share(code: &str, total: i64, units: &[&str], random: &mut Random) -> Vec<i64> {
    match code {
        // Coverage of 100 %: every commune held at least one; one household each left poverty.
        "TT01" | "GD01" | "GN01" => spread(total, units.len(), 1, random),
        "HT02" => units.iter().map(|unit| i64::from(*unit == COOPERATIVE_UNIT)).collect(),
        // The value follows the houses.
        "NH02" => vec![0; units.len()],
        _ => spread(total, units.len(), 0, random),
    }
}

fn commune(unit: &sohoi_domain::unit::Unit, mine: &BTreeMap<&str, i64>, seed: u64) -> CommunePlan {
    let mut builder = Builder::new(unit.clone(), seed);
    let branches = other::branches(&mut builder);
    activity::propaganda(&mut builder, mine["TT01"], &branches);
    activity::models(&mut builder, mine["VH01"]);
    activity::exemplars(&mut builder, mine["DH01"]);
    activity::registered_works(&mut builder, mine["DK01"]);
    activity::scholarships(&mut builder, mine["HB01"]);
    household::assessed(&mut builder, mine["GD01"]);
    household::out_of_poverty(&mut builder, mine["GN01"]);
    household::houses(&mut builder, mine["NH01"]);
    member::trained(&mut builder, mine["DN01"]);
    member::started_business(&mut builder, mine["KN01"]);
    member::members(&mut builder, mine["HV01"], &branches);
    other::groups(&mut builder, mine["HT01"], mine["HT02"]);
    other::one_of_each(&mut builder);
    builder.finish()
}
