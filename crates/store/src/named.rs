//! Places that a search names: "lan a dot" means Lan of the hamlet A Đớt, though what was written of her says only
//! which branch she is of. What is found so comes after what has all the words itself.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use sohoi_domain::catalogue::Nature;
use sohoi_domain::text::fold_words;
use sohoi_domain::{FieldNum, KindNum, Value};

use crate::error::StoreError;
use crate::find::{Finder, SortBy};
use crate::place::Places;
use crate::read::View;
use crate::read::list::RecordQuery;
use crate::search::{Words, record_of};

/// Fields by which records name places: that of another record, and one that is written as a text.
const BY_RECORD: &str = "branch";
const BY_TEXT: &str = "hamlet";

/// Values of places that were named, by the words that were typed beside them.
type Named = BTreeMap<Vec<String>, BTreeSet<String>>;

impl View<'_> {
    /// Records at places that a text names, with all its other words; with none, who and what is registered there.
    /// `found` is what needs no place to be found.
    pub fn at_named_places(
        self,
        finder: &mut Finder,
        (query, kind): (&RecordQuery, Option<KindNum>),
        found: &[i64],
    ) -> Result<Vec<i64>, StoreError> {
        let typed = fold_words(query.search.as_deref().unwrap_or_default());
        let mut known: HashSet<i64> = found.iter().copied().collect();
        let mut rows = Vec::new();
        for field in [BY_RECORD, BY_TEXT] {
            let mut named = Named::new();
            for (value, name) in self.names(finder, field)? {
                if let Some(rest) = beside(&typed, &name) {
                    named.entry(rest).or_default().insert(value);
                }
            }
            if named.is_empty() {
                continue;
            }
            let mut places = Places::open(self, finder, field, &self.core.catalogue)?;
            // Fewer words beside it are more of the place.
            for (rest, values) in named {
                for row in self.candidates(query, kind, &rest)? {
                    if !known.contains(&row) && values.contains(&places.of(self.kind_of_row(row)?, row)?) {
                        known.insert(row);
                        rows.push(row);
                    }
                }
            }
        }
        Ok(rows)
    }

    fn candidates(
        self,
        query: &RecordQuery,
        kind: Option<KindNum>,
        rest: &[String],
    ) -> Result<Vec<i64>, StoreError> {
        if !rest.is_empty() {
            let rows = self.matches(query, &Words::beginning(rest, kind), &self.unindexed_of(query)?)?;
            return Ok(rows.into_iter().map(record_of).collect());
        }
        let registers = self.core.catalogue.kinds.iter().filter(|one| one.nature == Nature::Register);
        let kinds: Vec<KindNum> =
            kind.map_or_else(|| registers.map(|one| one.num).collect(), |kind| vec![kind]);
        let mut rows = Vec::new();
        for kind in kinds {
            let all = RecordQuery { offset: 0, limit: u32::MAX, ..query.clone() };
            rows.extend(self.list(&all, Some(kind))?.0);
        }
        Ok(rows)
    }

    // Values of places as records have them, each with the words of its name.
    fn names(self, finder: &mut Finder, field: &str) -> Result<Vec<(String, Vec<String>)>, StoreError> {
        let kinds = &self.core.catalogue.kinds;
        if field == BY_TEXT {
            let own = kinds.iter().filter_map(|kind| Some((kind.num, kind.field(field)?.num)));
            let columns: Vec<(KindNum, FieldNum)> = own.collect();
            self.keep(finder, &columns)?;
            let texts = columns.iter().flat_map(|column| finder.values(*column)).filter_map(Value::as_text);
            let texts: HashSet<&str> = texts.collect();
            let named = |text: &str| {
                let value = sohoi_domain::text::fold(text);
                called(&fold_words(text), &[]).map(move |name| (value.clone(), name)).collect::<Vec<_>>()
            };
            return Ok(texts.into_iter().flat_map(named).collect());
        }
        let places: BTreeSet<&str> =
            kinds.iter().filter_map(|kind| kind.field(field)?.ref_kind.as_deref()).collect();
        let mut names = Vec::new();
        for kind in places.into_iter().filter_map(|id| self.core.catalogue.kind(id)) {
            let Some(title) = kind.title.first().and_then(|id| kind.field(id)) else { continue };
            self.keep(finder, &[(kind.num, title.num)])?;
            let generic = fold_words(&kind.label.vi);
            for (row, value) in finder.rows((kind.num, title.num)) {
                let (Some(id), Some(text)) = (self.id_of_row(row)?, value.as_text()) else { continue };
                names.extend(called(&fold_words(text), &generic).map(|name| (id.to_string(), name)));
            }
        }
        Ok(names)
    }

    fn keep(self, finder: &mut Finder, columns: &[(KindNum, FieldNum)]) -> Result<(), StoreError> {
        let mut wanted: BTreeMap<KindNum, BTreeSet<SortBy>> = BTreeMap::new();
        for (kind, field) in columns {
            wanted.entry(*kind).or_default().insert(SortBy::Field(*field));
        }
        finder.have(self, &wanted)
    }
}

/// What goes before the name of any hamlet.
const SORTS: [&[&str]; 9] = [
    &["thon"],
    &["ban"],
    &["lang"],
    &["xom"],
    &["ap"],
    &["to", "dan", "pho"],
    &["khu", "pho"],
    &["khu", "dan", "cu"],
    &["to"],
];

/// A place's names: "Chi hội thôn A Đớt" is thôn A Đớt and A Đớt as well. A number alone is no name.
fn called<'a>(words: &'a [String], generic: &[String]) -> impl Iterator<Item = Vec<String>> + 'a {
    let bare = words.strip_prefix(generic).unwrap_or(words);
    let sort =
        SORTS.iter().find(|sort| bare.len() > sort.len() && bare.iter().zip(**sort).all(|(a, b)| a == b));
    let short = &bare[sort.map_or(0, |sort| sort.len())..];
    let has_letters = |name: &[String]| name.iter().any(|word| word.chars().any(char::is_alphabetic));
    let mut names: Vec<&[String]> = vec![words, bare, short];
    names.dedup();
    names.into_iter().filter(move |name| has_letters(name)).map(<[String]>::to_vec)
}

/// The words beside a name that stands among them; the last one typed may be begun only, if there are others: alone
/// it would bring everybody of a place for the first letters of somebody's name.
fn beside(typed: &[String], name: &[String]) -> Option<Vec<String>> {
    let at = (0..typed.len().checked_sub(name.len())? + 1).find(|at| {
        name.iter().zip(&typed[*at..]).enumerate().all(|(n, (word, typed_word))| {
            let is_last = at + n + 1 == typed.len();
            // A letter alone begins too many names.
            let is_begun = is_last
                && typed.len() > name.len()
                && (n > 0 || typed_word.len() > 1)
                && word.starts_with(typed_word.as_str());
            word == typed_word || is_begun
        })
    })?;
    let rest = typed[..at].iter().chain(&typed[at + name.len()..]);
    (!name.is_empty()).then(|| rest.cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_called_by_its_name_with_and_without_its_sort() {
        let of = |text: &str| {
            let words = fold_words(text);
            called(&words, &fold_words("Chi hội")).map(|name| name.join(" ")).collect::<Vec<_>>()
        };
        assert_eq!(of("Chi hội thôn A Đớt"), ["chi hoi thon a dot", "thon a dot", "a dot"]);
        assert_eq!(of("A Hươr"), ["a huor"]);
        assert_eq!(of("Tổ dân phố 3"), ["to dan pho 3"]);
        assert_eq!(of("Thôn"), ["thon"]);
    }

    #[test]
    fn a_name_is_taken_out_of_the_words_it_stands_among() {
        let rest = |typed: &str, name: &str| {
            beside(&fold_words(typed), &fold_words(name)).map(|rest| rest.join(" "))
        };
        for (typed, name, left) in [
            ("lan a dot", "A Đớt", Some("lan")),
            ("a dot lan", "A Đớt", Some("lan")),
            ("Lan A Đ", "A Đớt", Some("lan")),
            ("a đớt", "A Đớt", Some("")),
            ("a d lan", "A Đớt", None),
            ("lan a", "A Đớt", None),
            ("dot a", "A Đớt", None),
            ("h", "Hồng", None),
            ("ho", "Hồng", None),
            ("lan ho", "Hồng", Some("lan")),
            ("hong", "Hồng", Some("")),
            ("a do", "A Đớt", None),
            ("", "Hồng", None),
            ("hong", "", None),
        ] {
            assert_eq!(rest(typed, name).as_deref(), left, "{typed} / {name}");
        }
    }
}
