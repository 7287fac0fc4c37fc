//! Photos of records: a field holds a set of names, each the hash of a photo's content. The content lies beside
//! the records and travels apart from them.

use std::fmt;
use std::str::FromStr;

use crate::catalogue::{Catalogue, Field, FieldType, Kind};
use crate::value::{FieldNum, Value};

/// Most photos that a catalogue can let one record have.
pub const MOST: usize = 8;

/// First byte of a content that only the commune's PCs can read.
pub const SEALED: u8 = 2;

/// SHA-256 of a photo's content as it is kept and sent. As text it is 64 hexadecimal digits in lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoId(pub [u8; 32]);

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a photo is named by 64 hexadecimal digits")]
pub struct NoPhotoId;

impl FromStr for PhotoId {
    type Err = NoPhotoId;

    // One form only, so that the same photo is never named in two ways.
    fn from_str(text: &str) -> Result<PhotoId, NoPhotoId> {
        let is_plain = |b: &u8| b.is_ascii_digit() || (b'a'..=b'f').contains(b);
        if text.len() != 64 || !text.as_bytes().iter().all(is_plain) {
            return Err(NoPhotoId);
        }
        let mut id = [0; 32];
        for (n, byte) in id.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).map_err(|_| NoPhotoId)?;
        }
        Ok(PhotoId(id))
    }
}

/// A picture made small, without anything that the camera wrote into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    pub jpeg: Vec<u8>,
    pub width: u32,
    pub height: u32,
    /// Only for kinds that want it.
    pub place: Option<Place>,
}

/// Where a picture was taken, in hundred-thousandths of a degree: about a metre. North and east are positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub latitude: i32,
    pub longitude: i32,
}

impl Place {
    /// None when it is not on the earth.
    pub fn new(latitude: i32, longitude: i32) -> Option<Place> {
        let is_there = latitude.unsigned_abs() <= 9_000_000 && longitude.unsigned_abs() <= 18_000_000;
        is_there.then_some(Place { latitude, longitude })
    }
}

/// The photos that a value of a photos field names. What is no name is passed over.
pub fn named(value: &Value) -> impl Iterator<Item = PhotoId> {
    let codes = if let Value::Codes(codes) = value { codes.as_slice() } else { &[] };
    codes.iter().filter_map(|code| code.parse().ok())
}

impl Kind {
    /// The field that holds its photos, if it has any.
    pub fn photos(&self) -> Option<&Field> {
        self.fields.iter().find(|field| field.field_type == FieldType::Photos)
    }
}

impl Catalogue {
    /// True when photos of the kind leave the PC only sealed: it has personal fields, or refers to records that
    /// have some. A photo of a household's new roof shows the household.
    pub fn seals_photos(&self, kind: &Kind) -> bool {
        let fields = || kind.fields.iter().flat_map(|field| field.columns.iter().chain([field]));
        let refers = |field: &Field| {
            field.ref_kind.as_deref().and_then(|id| self.kind(id)).is_some_and(Kind::has_personal)
        };
        kind.has_personal() || fields().any(refers)
    }

    /// The photos that a change of a record names, whatever else it writes.
    pub fn photos_named<'a>(
        &self,
        kind: &Kind,
        fields: impl IntoIterator<Item = (&'a FieldNum, &'a Value)>,
    ) -> Vec<PhotoId> {
        let Some(field) = kind.photos() else { return Vec::new() };
        fields.into_iter().filter(|(num, _)| **num == field.num).flat_map(|(_, value)| named(value)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_has_one_name() {
        let id = PhotoId([0xab; 32]);
        assert_eq!(id.to_string().parse(), Ok(id));
        for bad in ["", "ab", &"AB".repeat(32), &"ag".repeat(32), &"ab".repeat(33), &"+1".repeat(32)] {
            assert_eq!(bad.parse::<PhotoId>(), Err(NoPhotoId), "{bad}");
        }
    }

    #[test]
    fn a_place_is_on_the_earth() {
        assert!(Place::new(1_612_345, 10_712_345).is_some());
        assert_eq!(Place::new(9_000_001, 0), None);
        assert_eq!(Place::new(0, i32::MIN), None);
    }
}
