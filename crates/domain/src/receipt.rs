//! The number of a receipt, short enough to be read out: by it the province finds what it received.

use std::fmt;
use std::str::FromStr;

use crate::id::{BadId, DeviceId};

/// Crockford's base 32: no I, L, O or U, which are misheard and misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const N_DEVICE: usize = 6;
const N_CHAIN: usize = 4;

/// Which PC, the number of the first change there, and four letters of what was signed for: `7F3A9C-128-K4QX`.
///
/// It is a name and no proof: the signature of the receipt is the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptNumber {
    device: u32,
    pub first_seq: u64,
    chain: u32,
}

impl ReceiptNumber {
    pub fn of(device: DeviceId, first_seq: u64, chain: &[u8; 32]) -> ReceiptNumber {
        let chain = u32::from_be_bytes([chain[0], chain[1], chain[2], chain[3]]);
        ReceiptNumber { device: (device.0 >> 34) as u32, first_seq, chain: chain >> 12 }
    }

    /// True for the number of that very receipt.
    pub fn is_of(self, device: DeviceId, chain: &[u8; 32]) -> bool {
        self == ReceiptNumber::of(device, self.first_seq, chain)
    }

    /// True when it can be one of this PC's.
    pub fn is_by(self, device: DeviceId) -> bool {
        u64::from(self.device) == device.0 >> 34
    }
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", letters(self.device, N_DEVICE), self.first_seq, letters(self.chain, N_CHAIN))
    }
}

impl FromStr for ReceiptNumber {
    type Err = BadId;

    /// As somebody typed it: in any letters, with hyphens, spaces or nothing between its parts.
    fn from_str(typed: &str) -> Result<ReceiptNumber, BadId> {
        // Far more than any number has, and little enough to look at.
        if typed.len() > 100 {
            return Err(BadId);
        }
        let plain: String =
            typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
        let n_digits = plain.len().checked_sub(N_DEVICE + N_CHAIN).ok_or(BadId)?;
        let (device, rest) = plain.split_at(N_DEVICE);
        let (digits, chain) = rest.split_at(n_digits);
        let digits: String = digits.chars().map(|c| if c == 'O' { '0' } else { c }).collect();
        let first_seq = digits.parse().ok().filter(|n| *n > 0).ok_or(BadId)?;
        Ok(ReceiptNumber { device: number(device)?, first_seq, chain: number(chain)? })
    }
}

fn letters(number: u32, n: usize) -> String {
    (0..n).rev().map(|at| ALPHABET[(number >> (5 * at)) as usize & 31] as char).collect()
}

fn number(letters: &str) -> Result<u32, BadId> {
    letters.bytes().try_fold(0, |number, letter| {
        let letter = match letter {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        };
        let value = ALPHABET.iter().position(|known| *known == letter).ok_or(BadId)?;
        Ok(number << 5 | value as u32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: DeviceId = DeviceId(0x0123_4567_89ab_cdef);
    const CHAIN: [u8; 32] = [0x9d; 32];

    #[test]
    fn a_number_is_read_however_it_is_typed() {
        let number = ReceiptNumber::of(DEVICE, 1_280, &CHAIN);
        let written = number.to_string();
        assert_eq!(written, "04HMAS-1280-KPES");
        for typed in
            [written.clone(), written.to_lowercase(), written.replace('-', ""), written.replace('-', " ")]
        {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
        assert_eq!("o4hmas 128o kpes".parse(), Ok(number));
    }

    #[test]
    fn it_is_of_one_receipt_alone() {
        let number = ReceiptNumber::of(DEVICE, 1_280, &CHAIN);
        assert!(number.is_of(DEVICE, &CHAIN) && number.is_by(DEVICE));
        let mut other = CHAIN;
        other[0] ^= 1;
        assert!(!number.is_of(DEVICE, &other));
        assert!(!number.is_by(DeviceId(DEVICE.0 ^ 1 << 40)));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for typed in
            ["", "-", "04HMAS-KPES", "04HMAS-0-KPES", "04HMAS-1U-KPES", "04HMAU-1-KPES", "ĐĐĐĐĐĐ-1-KPES"]
        {
            assert_eq!(typed.parse::<ReceiptNumber>(), Err(BadId), "{typed}");
        }
        assert_eq!("9".repeat(99).parse::<ReceiptNumber>(), Err(BadId));
        assert_eq!("9".repeat(1_000_000).parse::<ReceiptNumber>(), Err(BadId));
    }
}
