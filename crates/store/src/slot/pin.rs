//! Which PINs are taken.

use crate::error::StoreError;

/// Shortest PIN, in characters.
pub(crate) const MIN_PIN: usize = 6;

/// # Errors
/// [`StoreError::PinTooShort`], or [`StoreError::PinTooSimple`] for what is tried first.
pub(crate) fn check(pin: &str) -> Result<(), StoreError> {
    let letters: Vec<char> = pin.chars().collect();
    if letters.len() < MIN_PIN {
        return Err(StoreError::PinTooShort);
    }
    if is_step(&letters, 0) || is_step(&letters, 1) || is_step(&letters, -1) || is_repeated(&letters) {
        return Err(StoreError::PinTooSimple);
    }
    Ok(())
}

// 111111, 123456, 654321, also across nine to nought.
fn is_step(letters: &[char], step: i64) -> bool {
    letters.windows(2).all(|pair| {
        let (a, b) = (i64::from(u32::from(pair[0])), i64::from(u32::from(pair[1])));
        let wraps = pair.iter().all(char::is_ascii_digit) && (b - a - step) % 10 == 0;
        b - a == step || wraps
    })
}

// 121212, 123123.
fn is_repeated(letters: &[char]) -> bool {
    (1..=letters.len() / 2)
        .any(|n| letters.len().is_multiple_of(n) && letters.chunks(n).all(|part| part == &letters[..n]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_that_are_tried_first_are_refused() {
        for pin in ["123456", "111111", "654321", "000000", "890123", "121212", "123123", "aaaaaa", "abcdef"]
        {
            assert!(matches!(check(pin), Err(StoreError::PinTooSimple)), "{pin}");
        }
    }

    #[test]
    fn a_pin_has_six_characters_or_more() {
        assert!(matches!(check("27418"), Err(StoreError::PinTooShort)));
        for pin in ["274189", "135790", "hội-2026", "112233"] {
            assert!(check(pin).is_ok(), "{pin}");
        }
    }
}
