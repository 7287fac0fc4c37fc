//! Administrative units that change under the data, and the lineage between their versions.
//!
//! Codes are reused, so the key is (code, valid_from): 20056 was Hồng Trung, then Trung Sơn, now A Lưới 1.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// One version of a unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitKey {
    pub code: String,
    pub valid_from: Day,
}

impl fmt::Display for UnitKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.code, self.valid_from)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitLevel {
    Province,
    Commune,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub code: String,
    pub valid_from: Day,
    /// Last day; none while it stands.
    pub valid_to: Option<Day>,
    pub name: String,
    /// The level above as of these days, to tell two units of one name apart.
    pub parent: String,
    pub parent_code: String,
    pub level: UnitLevel,
}

impl Unit {
    pub fn key(&self) -> UnitKey {
        UnitKey { code: self.code.clone(), valid_from: self.valid_from }
    }

    pub fn is_valid_on(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

/// One step of the lineage: this share of the old version went to the new one.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    pub on: Day,
    pub from: (String, Day),
    pub to: (String, Day),
    /// Numerator and denominator.
    pub weight: (u64, u64),
    #[serde(default)]
    pub resolution: String,
}

/// A share of a unit that ended up in another, as a fraction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    pub num: u64,
    pub den: u64,
}

impl Share {
    pub const WHOLE: Share = Share { num: 1, den: 1 };

    pub fn is_whole(self) -> bool {
        self.num == self.den
    }

    fn times(self, other: Share) -> Share {
        Share { num: self.num * other.num, den: self.den * other.den }
    }

    fn plus(self, other: Share) -> Share {
        let num = self.num * other.den + other.num * self.den;
        let den = self.den * other.den;
        let divisor = gcd(num, den);
        Share { num: num / divisor, den: den / divisor }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a.max(1) } else { gcd(b, a % b) }
}

/// All versions of all units, and where each went.
#[derive(Clone, Debug, Default)]
pub struct Units {
    units: BTreeMap<UnitKey, Unit>,
    next: BTreeMap<UnitKey, Vec<(UnitKey, Share)>>,
    previous: BTreeMap<UnitKey, BTreeSet<UnitKey>>,
}

impl Units {
    pub fn new(units: Vec<Unit>, links: &[Link]) -> Units {
        let mut all = Units { units: units.into_iter().map(|u| (u.key(), u)).collect(), ..Units::default() };
        for link in links {
            let from = UnitKey { code: link.from.0.clone(), valid_from: link.from.1 };
            let to = UnitKey { code: link.to.0.clone(), valid_from: link.to.1 };
            let share = Share { num: link.weight.0, den: link.weight.1 };
            all.next.entry(from.clone()).or_default().push((to.clone(), share));
            all.previous.entry(to).or_default().insert(from);
        }
        all
    }

    pub fn get(&self, key: &UnitKey) -> Option<&Unit> {
        self.units.get(key)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Unit> {
        self.units.values()
    }

    /// True when a record of that day can be the unit's. What was there before the first snapshot of the
    /// province is not told, so the first version of a unit stands for the days before it too.
    pub fn stands_on(&self, key: &UnitKey, day: Day) -> bool {
        let Some(unit) = self.units.get(key) else { return false };
        unit.is_valid_on(day) || (day < unit.valid_from && !self.previous.contains_key(key))
    }

    /// The version of `code` that is valid on `day`.
    pub fn on(&self, code: &str, day: Day) -> Option<&Unit> {
        self.units.values().find(|u| u.code == code && u.is_valid_on(day))
    }

    /// Communes valid on `day`, by code.
    pub fn communes_on(&self, day: Day) -> impl Iterator<Item = &Unit> {
        self.units.values().filter(move |u| u.level == UnitLevel::Commune && u.is_valid_on(day))
    }

    /// `key` and every version it grew out of: the units whose records its officers may keep.
    pub fn with_predecessors(&self, key: &UnitKey) -> BTreeSet<UnitKey> {
        let mut found = BTreeSet::from([key.clone()]);
        let mut open = vec![key.clone()];
        while let Some(unit) = open.pop() {
            for before in self.previous.get(&unit).into_iter().flatten() {
                if found.insert(before.clone()) {
                    open.push(before.clone());
                }
            }
        }
        found
    }

    /// Where a unit's records count on `day`: the versions valid then, with shares that add up to one.
    ///
    /// A unit that is valid on `day`, or later than it, stands for itself.
    pub fn successors_on(&self, key: &UnitKey, day: Day) -> Vec<(UnitKey, Share)> {
        let mut found: BTreeMap<UnitKey, Share> = BTreeMap::new();
        let mut open = vec![(key.clone(), Share::WHOLE)];
        while let Some((unit, share)) = open.pop() {
            let ended = self.units.get(&unit).is_some_and(|u| u.valid_to.is_some_and(|last| last < day));
            match self.next.get(&unit) {
                Some(next) if ended => {
                    open.extend(next.iter().map(|(to, part)| (to.clone(), share.times(*part))));
                }
                _ => {
                    let sum = found.get(&unit).map_or(share, |s| s.plus(share));
                    found.insert(unit, sum);
                }
            }
        }
        found.into_iter().collect()
    }
}

/// Splits a whole number by shares so that the parts add up to it (largest remainder first).
pub fn apportion(total: i64, shares: &[Share]) -> Vec<i64> {
    let exact = |s: &Share| i128::from(total) * i128::from(s.num);
    let floor = |s: &Share| exact(s).div_euclid(i128::from(s.den.max(1)));
    let mut parts: Vec<i64> = shares.iter().map(|s| i64::try_from(floor(s)).unwrap_or(0)).collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    // Remainders compared as fractions; ties go to the first, so that every PC splits alike.
    order.sort_by(|&a, &b| {
        let rest = |i: usize| exact(&shares[i]).rem_euclid(i128::from(shares[i].den.max(1)));
        let (left, right) = (rest(a) * i128::from(shares[b].den), rest(b) * i128::from(shares[a].den));
        right.cmp(&left).then(a.cmp(&b))
    });
    let missing = total - parts.iter().sum::<i64>();
    for &i in order.iter().take(usize::try_from(missing).unwrap_or(0)) {
        parts[i] += 1;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_whole() {
        let shares = [Share { num: 7548, den: 12474 }, Share { num: 4926, den: 12474 }];
        for total in [0, 1, 2, 3, 100, 1_400_000_001] {
            let parts = apportion(total, &shares);
            assert_eq!(parts.iter().sum::<i64>(), total);
        }
        assert_eq!(apportion(1, &shares), [1, 0]);
        assert_eq!(apportion(-3, &shares).iter().sum::<i64>(), -3);
    }

    #[test]
    fn a_code_that_is_used_again_is_another_unit() {
        let day = |text: &str| text.parse::<Day>().expect("a day");
        let unit = |code: &str, from: &str, to: Option<&str>, name: &str| Unit {
            code: code.into(),
            valid_from: day(from),
            valid_to: to.map(day),
            name: name.into(),
            parent: String::new(),
            parent_code: String::new(),
            level: UnitLevel::Commune,
        };
        let link = Link {
            on: day("2020-01-01"),
            from: ("20056".into(), day("2018-01-01")),
            to: ("20056".into(), day("2020-01-01")),
            weight: (1, 1),
            resolution: String::new(),
        };
        let old = unit("20056", "2018-01-01", Some("2019-12-31"), "Xã Hồng Trung");
        let new = unit("20056", "2020-01-01", None, "Xã Trung Sơn");
        let (old_key, new_key) = (old.key(), new.key());
        let units = Units::new(vec![old, new], &[link]);
        assert_eq!(units.on("20056", day("2019-12-31")).map(|u| u.name.as_str()), Some("Xã Hồng Trung"));
        assert_eq!(units.successors_on(&old_key, day("2026-01-01")), [(new_key.clone(), Share::WHOLE)]);
        assert_eq!(units.with_predecessors(&new_key), BTreeSet::from([old_key, new_key]));
    }
}
