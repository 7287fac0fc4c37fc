//! The printed code that opens a register whose PIN was forgotten.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::kdf::random;
use crate::error::StoreError;

/// Crockford's base 32: no I, L, O or U, which are misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LETTERS: usize = 32;
const GROUP: usize = 4;

/// Eight groups of four letters, 31 random and one to check: `7QK2-…-M4XD`.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(Zeroizing<[u8; LETTERS]>);

impl RecoveryCode {
    pub(crate) fn generate() -> Result<RecoveryCode, StoreError> {
        RecoveryCode::generate_for(b"")
    }

    /// One whose last letter also checks what it is for.
    pub(crate) fn generate_for(purpose: &[u8]) -> Result<RecoveryCode, StoreError> {
        let random = Zeroizing::new(random::<LETTERS>()?);
        let mut digits = Zeroizing::new([0; LETTERS]);
        for (digit, byte) in digits.iter_mut().zip(random.iter()) {
            *digit = byte & 31;
        }
        digits[LETTERS - 1] = check_digit(&digits, purpose);
        Ok(RecoveryCode(digits))
    }

    /// What the slot's key is derived from.
    pub(crate) fn secret(&self) -> &[u8] {
        self.0.as_slice()
    }
}

fn check_digit(digits: &[u8; LETTERS], purpose: &[u8]) -> u8 {
    let mut hash = Sha256::new();
    hash.update(&digits[..LETTERS - 1]);
    hash.update(purpose);
    hash.finalize()[0] & 31
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a recovery code, or mistyped")]
pub struct BadRecoveryCode;

impl FromStr for RecoveryCode {
    type Err = BadRecoveryCode;

    fn from_str(text: &str) -> Result<RecoveryCode, BadRecoveryCode> {
        RecoveryCode::parse_for(text, b"")
    }
}

impl RecoveryCode {
    /// Takes lower case, missing or odd separators, and the letters that look like digits.
    pub(crate) fn parse_for(text: &str, purpose: &[u8]) -> Result<RecoveryCode, BadRecoveryCode> {
        let mut digits = Zeroizing::new([0; LETTERS]);
        let mut n = 0;
        for letter in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—' | '.' | '_'))
        {
            let letter = match letter.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let digit =
                ALPHABET.iter().position(|known| char::from(*known) == letter).ok_or(BadRecoveryCode)?;
            *digits.get_mut(n).ok_or(BadRecoveryCode)? = u8::try_from(digit).map_err(|_| BadRecoveryCode)?;
            n += 1;
        }
        if n != LETTERS || digits[LETTERS - 1] != check_digit(&digits, purpose) {
            return Err(BadRecoveryCode);
        }
        Ok(RecoveryCode(digits))
    }
}

impl fmt::Display for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, group) in self.0.chunks(GROUP).enumerate() {
            if n > 0 {
                f.write_str("-")?;
            }
            for digit in group {
                write!(f, "{}", char::from(ALPHABET[usize::from(*digit)]))?;
            }
        }
        Ok(())
    }
}

// A code in a log would be a key in a log.
impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_back_however_it_was_copied() {
        let code = RecoveryCode::generate().expect("randomness");
        let text = code.to_string();
        assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [4; 8]);
        let sloppy = text.to_lowercase().replace('-', "  ").replace('0', "o").replace('1', "l");
        for copy in [text.clone(), sloppy, text.replace('-', ""), text.replace('1', "I")] {
            assert_eq!(copy.parse::<RecoveryCode>(), Ok(code.clone()), "{copy}");
        }
    }

    #[test]
    fn most_slips_of_the_pen_are_noticed() {
        let code = RecoveryCode::generate().expect("randomness").to_string();
        assert_eq!(code[1..].parse::<RecoveryCode>(), Err(BadRecoveryCode));
        assert_eq!(format!("{code}0").parse::<RecoveryCode>(), Err(BadRecoveryCode));
        assert_eq!(code.replacen(&code[..1], "U", 1).parse::<RecoveryCode>(), Err(BadRecoveryCode));
        let noticed = ALPHABET
            .iter()
            .filter(|letter| char::from(**letter) != code.chars().next().expect("32 letters"))
            .filter(|letter| {
                format!("{}{}", char::from(**letter), &code[1..]).parse::<RecoveryCode>().is_err()
            })
            .count();
        assert!(noticed >= 25, "{noticed} of 31");
    }
}
