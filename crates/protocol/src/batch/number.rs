//! Numbers in planes: all lowest bytes, then all next ones. What is random stays among itself, and what is
//! alike as well, so that the compression finds it.

use super::arena::Arena;
use crate::bytes::{Malformed, Reader, put_varint, zigzag};

/// Writes numbers less the smallest, in as many planes as the largest needs.
pub(super) fn put_planes(out: &mut Vec<u8>, numbers: &[i64]) {
    let base = numbers.iter().copied().min().unwrap_or(0);
    put_varint(out, zigzag(base));
    let above: Vec<u64> = numbers.iter().map(|n| n.wrapping_sub(base) as u64).collect();
    let largest = above.iter().copied().max().unwrap_or(0);
    let n_planes = (64 - largest.leading_zeros()).div_ceil(8);
    out.push(n_planes as u8);
    for plane in 0..n_planes {
        out.extend(above.iter().map(|n| (n >> (8 * plane)) as u8));
    }
}

pub(super) fn take_planes<'a>(
    reader: &mut Reader,
    n: usize,
    arena: &'a Arena,
) -> Result<&'a [i64], Malformed> {
    let base = reader.signed()?;
    let n_planes = reader.u8()?;
    if n_planes > 8 {
        return Err(Malformed("a number has more than eight bytes"));
    }
    let numbers = arena.filled(n, 0_i64);
    for plane in 0..n_planes {
        for (number, byte) in numbers.iter_mut().zip(reader.take(n)?) {
            *number |= i64::from(*byte) << (8 * plane);
        }
    }
    numbers.iter_mut().for_each(|number| *number = base.wrapping_add(*number));
    Ok(numbers)
}

/// Bits that these planes will take about, each compressed by itself.
pub(super) fn weight_of_planes(numbers: &[i64]) -> u64 {
    let base = numbers.iter().copied().min().unwrap_or(0);
    let plane =
        |plane: u32| weight(numbers.iter().map(|n| ((n.wrapping_sub(base) as u64) >> (8 * plane)) as u8));
    // A second head, and a table for each plane.
    16 + (0..8).map(plane).sum::<u64>()
}

/// Bits that bytes take about when each has the shortest code for how often it comes up.
pub(super) fn weight(bytes: impl Iterator<Item = u8>) -> u64 {
    let mut counts = [0_u32; 256];
    let mut n = 0_u32;
    for byte in bytes {
        counts[usize::from(byte)] += 1;
        n += 1;
    }
    let used = counts.iter().filter(|count| **count > 0);
    // The table costs something for each byte that comes up at all.
    used.map(|count| u64::from(*count) * (log2(n) - log2(*count)) / 16 + 5).sum::<u64>().saturating_sub(5)
}

/// Sixteenths of the binary logarithm, rounded down; whole numbers, so that every machine chooses alike.
fn log2(n: u32) -> u64 {
    let whole = n.ilog2();
    let mut mantissa = u64::from(n) << 31 >> whole;
    let mut sixteenths = 0;
    for _ in 0..4 {
        mantissa = (mantissa * mantissa) >> 31;
        sixteenths <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            sixteenths |= 1;
        }
    }
    u64::from(whole) * 16 + sixteenths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_right_to_a_sixteenth() {
        for (n, expected) in [(1, 0), (2, 16), (3, 25), (1_000, 159), (1 << 20, 320), (u32::MAX, 511)] {
            assert_eq!(log2(n), expected, "{n}");
        }
    }

    proptest::proptest! {
        #[test]
        fn planes_come_back(numbers: Vec<i64>) {
            let mut out = Vec::new();
            put_planes(&mut out, &numbers);
            let (mut reader, arena) = (Reader::new(&out), Arena::default());
            let taken = take_planes(&mut reader, numbers.len(), &arena);
            proptest::prop_assert_eq!(taken, Ok(numbers.as_slice()));
            proptest::prop_assert!(reader.is_empty());
        }
    }
}
