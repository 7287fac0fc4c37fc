//! Whose records a device may write.

use std::collections::BTreeSet;

use sohoi_domain::UnitKey;
use sohoi_domain::unit::Units;

/// The unit itself, every version that it grew out of, and what it became.
///
/// A PC that was enrolled before a merger goes on under the merged commune: nothing is refused for moving.
/// The other communes of that merger stay closed to it.
pub fn scope(units: &Units, unit: &UnitKey) -> BTreeSet<UnitKey> {
    let mut found = units.with_predecessors(unit);
    let later = units.iter().map(|u| u.key()).filter(|key| key.valid_from > unit.valid_from);
    for key in later {
        if units.successors_on(unit, key.valid_from).iter().any(|(to, _)| *to == key) {
            found.insert(key);
        }
    }
    found
}

/// True when one register can hold records of both: some unit is them, or grew out of them. The two parts of a
/// unit that was split have none.
pub fn share_a_register(units: &Units, one: &UnitKey, other: &UnitKey) -> bool {
    let holds = |unit: UnitKey| {
        let found = units.with_predecessors(&unit);
        found.contains(one) && found.contains(other)
    };
    one == other || units.iter().any(|unit| holds(unit.key()))
}

#[cfg(test)]
mod tests {
    use sohoi_domain::unit::{Link, Unit};
    use sohoi_domain::{Catalogue, Day};

    use super::*;

    fn key(catalogue: &Catalogue, code: &str, on: &str) -> UnitKey {
        let day: Day = on.parse().expect("a day");
        catalogue.units.on(code, day).expect("a unit").key()
    }

    #[test]
    fn a_merged_commune_reaches_its_predecessors_and_they_reach_it_but_not_each_other() {
        let catalogue = Catalogue::embedded();
        let a_luoi_2 = key(&catalogue, "20044", "2026-01-01");
        let town = key(&catalogue, "20044", "2018-06-01");
        let predecessors = catalogue.units.with_predecessors(&a_luoi_2);
        assert!(predecessors.contains(&town), "{predecessors:?}");
        let of_town = scope(&catalogue.units, &town);
        assert!(of_town.contains(&a_luoi_2));
        let siblings = predecessors.iter().filter(|u| u.code != town.code && **u != a_luoi_2);
        assert!(siblings.into_iter().all(|u| !of_town.contains(u)));
        assert!(scope(&catalogue.units, &a_luoi_2).is_superset(&predecessors));
    }

    #[test]
    fn communes_of_one_merger_share_a_register_and_the_parts_of_a_split_do_not() {
        let catalogue = Catalogue::embedded();
        let merged = key(&catalogue, "20044", "2026-01-01");
        let predecessors = catalogue.units.with_predecessors(&merged);
        for one in &predecessors {
            assert!(predecessors.iter().all(|other| share_a_register(&catalogue.units, one, other)));
        }
        let stranger = catalogue.units.iter().map(|unit| unit.key()).find(|unit| {
            let theirs = scope(&catalogue.units, unit);
            theirs.is_disjoint(&scope(&catalogue.units, &merged))
        });
        assert!(!share_a_register(&catalogue.units, &merged, &stranger.expect("another commune")));

        let unit = |code: &str, from: &str, to: Option<&str>| Unit {
            code: code.into(),
            valid_from: from.parse().expect("a day"),
            valid_to: to.map(|day| day.parse().expect("a day")),
            ..catalogue.units.get(&merged).expect("a unit").clone()
        };
        let all = vec![
            unit("1", "2010-01-01", Some("2019-12-31")),
            unit("2", "2020-01-01", None),
            unit("3", "2020-01-01", None),
        ];
        let keys: Vec<UnitKey> = all.iter().map(Unit::key).collect();
        let [whole, one, other] = &keys[..] else { panic!("three units") };
        let became = |part: &UnitKey| Link {
            on: part.valid_from,
            from: (whole.code.clone(), whole.valid_from),
            to: (part.code.clone(), part.valid_from),
            weight: (1, 2),
            resolution: String::new(),
        };
        let units = Units::new(all, &[became(one), became(other)]);
        assert!(share_a_register(&units, whole, one) && share_a_register(&units, other, whole));
        assert!(!share_a_register(&units, one, other));
    }
}
