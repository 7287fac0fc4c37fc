//! Vietnamese text: one normal form, a key to search by, an order to sort by.

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};
use icu_locale_core::locale;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form everything is stored in (files and phones bring decomposed letters).
pub fn nfc(text: &str) -> String {
    text.nfc().collect()
}

/// Lower case without marks, đ as d: `hue` finds both Huế and Huệ.
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

/// Without marks and otherwise as it is written, for names of files: `A Lưới 2` gives `A Luoi 2`.
pub fn ascii(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            other => other,
        })
        .collect()
}

/// The words of a text to index or to search for, folded.
///
/// A final y after a consonant is written i, so that Mỹ and Mĩ, kỹ and kĩ find each other.
pub fn fold_words(text: &str) -> Vec<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(same_i).collect()
}

// Mỹ and Mĩ, kỹ and kĩ are one word in two spellings; qu-y and a final -ay, -uy are not.
fn same_i(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    if let [.., before, last] = letters.as_mut_slice()
        && *last == 'y'
        && matches!(before, 'h' | 'k' | 'l' | 'm' | 's' | 't')
    {
        *last = 'i';
    }
    letters.into_iter().collect()
}

/// True when every character may be stored: no controls but line break and tab.
pub fn is_clean(text: &str, multi_line: bool) -> bool {
    text.chars().all(|c| match c {
        '\n' | '\t' | '\r' => multi_line,
        _ => !c.is_control() && c != '\u{fffe}' && c != '\u{ffff}',
    })
}

/// Order of the Vietnamese alphabet with its tones, and of people by given name first.
pub struct Order {
    collator: CollatorBorrowed<'static>,
}

impl Default for Order {
    fn default() -> Self {
        let options = CollatorOptions::default();
        let collator = Collator::try_new(locale!("vi").into(), options).expect("Vietnamese is compiled in");
        Order { collator }
    }
}

impl Order {
    pub fn text(&self, a: &str, b: &str) -> Ordering {
        self.collator.compare(a, b)
    }

    /// By the last word, then by the whole: Dương Thị Dung, Hồ Thị Đan, Đặng Thị Đào.
    pub fn person(&self, a: &str, b: &str) -> Ordering {
        self.text(given_name(a), given_name(b)).then_with(|| self.text(a, b))
    }
}

impl Order {
    /// Bytes that stand in this order by themselves, for many texts that are sorted more than once. They are kept in
    /// memory only: another release of the tables may write them in another way.
    pub fn key(&self, text: &str) -> Vec<u8> {
        let mut key = Vec::new();
        let Ok(()) = self.collator.write_sort_key_to(text, &mut key);
        key
    }

    /// The same in the order of [`Order::person`].
    pub fn person_key(&self, full: &str) -> Vec<u8> {
        let mut key = self.key(given_name(full));
        // Lower than any byte of a key: a given name that is the beginning of another comes first.
        key.push(0);
        key.extend(self.key(full));
        key
    }
}

fn given_name(full: &str) -> &str {
    full.trim().rsplit(' ').next().unwrap_or(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_drops_tones_and_the_bar_of_đ() {
        for (text, folded) in [
            ("Huế", "hue"),
            ("Huệ", "hue"),
            ("ĐẶNG Thị Đào", "dang thi dao"),
            ("Pa Kô", "pa ko"),
            ("nguyễn", "nguyen"),
        ] {
            assert_eq!(fold(text), folded);
            assert_eq!(fold(&text.nfd().collect::<String>()), folded, "decomposed {text}");
        }
    }

    #[test]
    fn a_name_without_marks_keeps_its_capitals() {
        assert_eq!(ascii("Đông Hải, A Lưới 2"), "Dong Hai, A Luoi 2");
    }

    #[test]
    fn two_spellings_of_one_word_are_found_alike() {
        assert_eq!(fold_words("Mỹ hoà"), fold_words("Mĩ hòa"));
        assert_ne!(fold_words("tay"), fold_words("tai"));
    }

    #[test]
    fn people_stand_by_given_name() {
        let mut people = ["Đặng Thị Đào", "Hồ Thị Đan", "Dương Thị Dung"];
        let order = Order::default();
        people.sort_by(|a, b| order.person(a, b));
        assert_eq!(people, ["Dương Thị Dung", "Hồ Thị Đan", "Đặng Thị Đào"]);
    }

    #[test]
    fn keys_stand_as_the_texts_do() {
        let order = Order::default();
        let people = [
            "Đặng Thị Đào",
            "Hồ Thị Đan",
            "Dương Thị Dung",
            "Kăn Ân",
            "Kăn An",
            "Lê Anh",
            "Hồ Thị Đàn",
            "Đặng Đan",
        ];
        for a in people {
            for b in people {
                assert_eq!(order.key(a).cmp(&order.key(b)), order.text(a, b), "{a} {b}");
                assert_eq!(order.person_key(a).cmp(&order.person_key(b)), order.person(a, b), "{a} {b}");
            }
        }
    }

    #[test]
    fn words_stand_by_the_vietnamese_alphabet() {
        let mut words = ["ô", "o", "ơ", "đ", "d", "e", "ă", "â", "a"];
        let order = Order::default();
        words.sort_by(|a, b| order.text(a, b));
        assert_eq!(words, ["a", "ă", "â", "d", "đ", "e", "o", "ô", "ơ"]);
    }

    #[test]
    fn a_nul_byte_is_never_clean() {
        assert!(!is_clean("a\0b", true));
        assert!(is_clean("a\nb", true));
        assert!(!is_clean("a\nb", false));
    }
}
