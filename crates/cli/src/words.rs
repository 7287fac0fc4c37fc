//! What people read, from `words/*.toml`.

use std::collections::BTreeMap;

use crate::args::Lang;

pub struct Words {
    words: BTreeMap<String, String>,
}

const VI: &str = include_str!("../words/vi.toml");
const EN: &str = include_str!("../words/en.toml");

impl Words {
    pub fn new(lang: Lang) -> Words {
        Words::parse(match lang {
            Lang::Vi => VI,
            Lang::En => EN,
        })
    }

    fn parse(text: &str) -> Words {
        let tables: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(text).expect("the embedded words are read by a test");
        let words = tables
            .into_iter()
            .flat_map(|(table, words)| {
                words.into_iter().map(move |(key, word)| (format!("{table}.{key}"), word))
            })
            .collect();
        Words { words }
    }

    pub fn find(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// The word, or its key when there is none: better than nothing on a screen.
    pub fn get<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_word() {
        let keys = |text| Words::parse(text).words.into_keys().collect::<Vec<_>>();
        assert_eq!(keys(VI), keys(EN));
    }

    #[test]
    fn every_code_has_a_sentence() {
        let words = Words::parse(VI);
        for code in sohoi_api::CODES {
            assert_ne!(words.get(&format!("error.{code}")), format!("error.{code}"), "{code}");
        }
    }
}
