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

#[cfg(test)]
mod tests {
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
}
