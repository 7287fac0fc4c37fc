//! Money in whole đồng: reading what officers type, and writing it in figures and words.

use std::fmt;

/// Whole đồng; never negative, at most a million tỷ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dong(u64);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAmount {
    #[error("not an amount")]
    NotANumber,
    /// `1.4` may be 1,4 or a slip for 1.400.
    #[error("a full stop must be followed by three digits")]
    Ambiguous,
    #[error("more than a million tỷ")]
    TooLarge,
}

impl Dong {
    pub const MAX: Dong = Dong(1_000_000_000_000_000);

    pub fn new(amount: u64) -> Result<Dong, BadAmount> {
        if amount > Dong::MAX.0 { Err(BadAmount::TooLarge) } else { Ok(Dong(amount)) }
    }

    pub fn amount(self) -> u64 {
        self.0
    }

    /// Reads `1,4 tỷ`, `1.400 triệu`, `2.260`, `35.000.000 đồng`.
    ///
    /// A full stop groups by three digits, a comma is the decimal mark.
    ///
    /// # Errors
    /// [`BadAmount::Ambiguous`] for `1.4`, which officers mean in both ways.
    pub fn parse_vi(text: &str) -> Result<Dong, BadAmount> {
        let folded = crate::text::fold(text.trim());
        let split =
            folded.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(folded.len());
        let (number, unit) = folded.split_at(split);
        let factor: u64 = match unit.trim().trim_end_matches("dong").trim_end_matches(" d").trim() {
            "" | "d" => 1,
            "nghin" | "ngan" | "k" => 1_000,
            "trieu" | "tr" => 1_000_000,
            "ty" | "ti" => 1_000_000_000,
            _ => return Err(BadAmount::NotANumber),
        };
        let (whole, fraction) = number.split_once(',').unwrap_or((number, ""));
        let whole = ungroup(whole)?;
        fraction_of(fraction, factor)?
            .checked_add(whole.checked_mul(factor).ok_or(BadAmount::TooLarge)?)
            .ok_or(BadAmount::TooLarge)
            .and_then(Dong::new)
    }

    /// `1400000000` in words: một tỷ bốn trăm triệu đồng.
    pub fn words_vi(self) -> String {
        if self.0 == 0 {
            return "không đồng".to_string();
        }
        let mut words = Vec::new();
        billions(self.0, &mut words);
        words.push("đồng");
        words.join(" ")
    }
}

fn ungroup(text: &str) -> Result<u64, BadAmount> {
    let mut groups = text.split('.');
    let first = groups.next().unwrap_or("");
    let mut digits = first.to_string();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return Err(BadAmount::Ambiguous);
        }
        digits.push_str(group);
    }
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadAmount::NotANumber);
    }
    digits.parse().map_err(|_| BadAmount::TooLarge)
}

fn fraction_of(digits: &str, factor: u64) -> Result<u64, BadAmount> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadAmount::NotANumber);
    }
    let mut value = 0;
    let mut unit = factor;
    for digit in digits.bytes().map(|b| u64::from(b - b'0')) {
        if !unit.is_multiple_of(10) && digit != 0 {
            // Less than one đồng.
            return Err(BadAmount::NotANumber);
        }
        unit /= 10;
        value += digit * unit;
    }
    Ok(value)
}

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

// The words repeat at every nine digits: tỷ, nghìn tỷ, and so on.
fn billions(n: u64, words: &mut Vec<&'static str>) {
    let (high, low) = (n / 1_000_000_000, n % 1_000_000_000);
    if high > 0 {
        billions(high, words);
        words.push("tỷ");
    }
    let mut begun = high > 0;
    for (group, name) in [(low / 1_000_000, "triệu"), (low / 1_000 % 1_000, "nghìn"), (low % 1_000, "")] {
        if group == 0 {
            continue;
        }
        hundreds(group, begun, words);
        if !name.is_empty() {
            words.push(name);
        }
        begun = true;
    }
}

fn hundreds(n: u64, begun: bool, words: &mut Vec<&'static str>) {
    let (h, t, u) = ((n / 100) as usize, (n / 10 % 10) as usize, (n % 10) as usize);
    if h > 0 || begun {
        words.extend([DIGITS[h], "trăm"]);
    }
    match t {
        0 if u > 0 && (h > 0 || begun) => words.push("lẻ"),
        0 => {}
        1 => words.push("mười"),
        _ => words.extend([DIGITS[t], "mươi"]),
    }
    match (t, u) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (2.., 4) => words.push("tư"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(DIGITS[u]),
    }
}

impl fmt::Display for Dong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                f.write_str(".")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_officers_write_them() {
        for (text, amount) in [
            ("1,4 tỷ", 1_400_000_000),
            ("1.400 triệu", 1_400_000_000),
            ("2.260", 2_260),
            ("35.000.000 đồng", 35_000_000),
            ("500k", 500_000),
            ("0", 0),
            ("12tr", 12_000_000),
        ] {
            assert_eq!(Dong::parse_vi(text).map(Dong::amount), Ok(amount), "{text}");
        }
    }

    #[test]
    fn an_amount_that_can_be_read_two_ways_is_refused() {
        assert_eq!(Dong::parse_vi("1.4"), Err(BadAmount::Ambiguous));
        assert_eq!(Dong::parse_vi("1.4 tỷ"), Err(BadAmount::Ambiguous));
        assert_eq!(Dong::parse_vi("-5"), Err(BadAmount::NotANumber));
        assert_eq!(Dong::parse_vi("1e9"), Err(BadAmount::NotANumber));
        assert_eq!(Dong::parse_vi("99999999999999999999"), Err(BadAmount::TooLarge));
    }

    #[test]
    fn amounts_are_written_in_figures_and_words() {
        let vectors = include_str!("../fixtures/money_words.tsv");
        let mut n_checked = 0;
        for line in vectors.lines().skip(1) {
            let columns: Vec<&str> = line.split('\t').collect();
            let dong = Dong::new(columns[0].parse().expect("a number")).expect("in range");
            assert_eq!(dong.to_string(), columns[1]);
            assert_eq!(dong.words_vi(), columns[2]);
            n_checked += 1;
        }
        assert!(n_checked > 40);
    }
}
