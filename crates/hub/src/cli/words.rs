//! What the program says to people, from the dictionaries.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde::Deserialize;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    #[default]
    Vi,
    En,
}

#[derive(Deserialize)]
pub struct Words {
    #[serde(skip)]
    pub lang: Lang,
    help: BTreeMap<String, String>,
    said: BTreeMap<String, String>,
    error: BTreeMap<String, String>,
}

impl Words {
    pub fn of(lang: Lang) -> Words {
        let text = match lang {
            Lang::Vi => include_str!("../../words/vi.toml"),
            Lang::En => include_str!("../../words/en.toml"),
        };
        let words: Words = toml::from_str(text).expect("a test reads both dictionaries");
        Words { lang, ..words }
    }

    pub fn help(&self, key: &str) -> String {
        self.help.get(key).cloned().unwrap_or_default()
    }

    pub fn said(&self, key: &str, params: &[(&str, &str)]) -> String {
        fill(self.said.get(key), key, params)
    }

    pub fn error(&self, code: &str, params: &[(&str, &str)]) -> String {
        fill(self.error.get(code), code, params)
    }
}

fn fill(words: Option<&String>, key: &str, params: &[(&str, &str)]) -> String {
    let Some(words) = words else { return key.to_string() };
    params.iter().fold(words.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_dictionaries_say_the_same_things() {
        let (vi, en) = (Words::of(Lang::Vi), Words::of(Lang::En));
        for (vi, en) in [(&vi.help, &en.help), (&vi.said, &en.said), (&vi.error, &en.error)] {
            assert_eq!(vi.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
            for (key, words) in vi {
                assert_eq!(holes(words), holes(&en[key]), "{key}");
            }
        }
    }

    #[test]
    fn every_part_of_a_catalogue_that_can_break_has_a_word() {
        for part in sohoi_domain::catalogue::BrokenPart::ALL {
            for lang in [Lang::Vi, Lang::En] {
                let key = format!("broken_{}", part.name());
                assert_ne!(Words::of(lang).said(&key, &[]), key);
            }
        }
    }

    fn holes(words: &str) -> std::collections::BTreeSet<&str> {
        words.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }
}
