//! Ids of devices and records.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The first 64 bits of SHA-256 over a device's Ed25519 public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub u64);

impl DeviceId {
    pub fn of_public_key(key: &[u8; 32]) -> DeviceId {
        let hash = Sha256::digest(key);
        let mut first = [0; 8];
        first.copy_from_slice(&hash[..8]);
        DeviceId(u64::from_be_bytes(first))
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct BadId;

impl FromStr for DeviceId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<DeviceId, BadId> {
        if text.len() != 16 {
            return Err(BadId);
        }
        u64::from_str_radix(text, 16).map(DeviceId).map_err(|_| BadId)
    }
}

/// The device that made a record and its running number there, from 1.
///
/// Shown as a UUIDv8 that holds both, and over the phone as a short code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    pub device: DeviceId,
    pub n: u32,
}

/// Crockford's base 32: no I, L, O or U, which are misheard and misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl RecordId {
    /// Two letters of the device, the running number, a check letter: `7Q-142-X`.
    pub fn short_code(self) -> String {
        let device = self.device.0;
        let first = ALPHABET[(device >> 59) as usize & 31] as char;
        let second = ALPHABET[(device >> 54) as usize & 31] as char;
        let check = (device >> 54).wrapping_mul(7).wrapping_add(u64::from(self.n).wrapping_mul(3));
        let check = ALPHABET[(check % 31) as usize] as char;
        format!("{first}{second}-{}-{check}", self.n)
    }

    /// The running number in a code as somebody typed it, with hyphens, spaces or nothing between its parts; none for
    /// what cannot be one. Whose it is, its own [`RecordId::short_code`] tells.
    pub fn number_in_code(typed: &str) -> Option<u32> {
        let code = plain_code(typed);
        let digits = code.get(2..code.len().checked_sub(1)?)?;
        digits.parse().ok().filter(|n| *n > 0 && digits.bytes().all(|digit| digit.is_ascii_digit()))
    }

    /// True when the typed text is this record's code, however it is spaced and in which letters.
    pub fn has_code(self, typed: &str) -> bool {
        plain_code(&self.short_code()) == plain_code(typed)
    }

    /// One number for both parts, to count distinct records by.
    pub fn subject(self) -> u64 {
        let mixed = self.device.0 ^ u64::from(self.n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed.max(1)
    }
}

fn plain_code(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // UUIDv8: 48 bits, version, 12 bits, variant, then 62 bits of which we fill 4 + 58.
        let device = self.device.0;
        let a = device >> 16;
        let b = (device >> 4) & 0xfff;
        let c = 0x8000_0000_0000_0000 | ((device & 0xf) << 58) | u64::from(self.n);
        write!(
            f,
            "{:08x}-{:04x}-8{:03x}-{:04x}-{:012x}",
            a >> 16,
            a & 0xffff,
            b,
            c >> 48,
            c & 0xffff_ffff_ffff
        )
    }
}

impl FromStr for RecordId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<RecordId, BadId> {
        let dashes = [8, 13, 18, 23];
        let well_formed = text.len() == 36
            && text
                .bytes()
                .enumerate()
                .all(|(i, b)| if dashes.contains(&i) { b == b'-' } else { b.is_ascii_hexdigit() });
        if !well_formed {
            return Err(BadId);
        }
        let hex = text.replace('-', "");
        let bits = u128::from_str_radix(&hex, 16).map_err(|_| BadId)?;
        let (high, low) = ((bits >> 64) as u64, bits as u64);
        if (high >> 12) & 0xf != 8 || low >> 62 != 0b10 {
            return Err(BadId);
        }
        let device = ((high >> 16) << 16) | ((high & 0xfff) << 4) | ((low >> 58) & 0xf);
        let n = low & 0x03ff_ffff_ffff_ffff;
        let n = u32::try_from(n).map_err(|_| BadId)?;
        if n == 0 {
            return Err(BadId);
        }
        Ok(RecordId { device: DeviceId(device), n })
    }
}

macro_rules! serde_as_text {
    ($name:ty) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<$name, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(d)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
serde_as_text!(DeviceId);
serde_as_text!(RecordId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_id_is_a_uuid_of_version_8_and_comes_back_from_it() {
        for (device, n) in [(0, 1), (u64::MAX, u32::MAX), (0x0123_4567_89ab_cdef, 142)] {
            let id = RecordId { device: DeviceId(device), n };
            let text = id.to_string();
            assert_eq!((text.len(), &text[14..15]), (36, "8"), "{text}");
            assert_eq!(text.parse(), Ok(id), "{text}");
        }
    }

    #[test]
    fn other_uuids_are_refused() {
        for text in [
            "",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "00000000-0000-8000-8000-000000000000",
            "00000000-0000-8000-8000-00000000000g",
        ] {
            assert_eq!(text.parse::<RecordId>(), Err(BadId), "{text}");
        }
    }

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let id = RecordId { device: DeviceId(0x0123_4567_89ab_cdef), n: 142 };
        let code = id.short_code();
        for typed in [code.clone(), code.to_lowercase(), code.replace('-', ""), code.replace('-', " ")] {
            assert_eq!((RecordId::number_in_code(&typed), id.has_code(&typed)), (Some(142), true), "{typed}");
        }
        for typed in ["", "-", "ab", "abc", "hội viên", "1985", "00-4294967296-X", "AB-+1-C"] {
            assert!(!id.has_code(typed), "{typed}");
        }
        assert_eq!(RecordId::number_in_code("hội viên"), None);
    }

    #[test]
    fn a_short_code_has_the_running_number_in_the_middle() {
        let id = RecordId { device: DeviceId(0x0123_4567_89ab_cdef), n: 142 };
        assert_eq!(id.short_code().split('-').nth(1), Some("142"));
    }
}
