//! The place in a camera's EXIF: a TIFF of which only the four entries of it are read. Whatever is odd about it
//! means that there is no place.

use sohoi_domain::photo::Place;

const GPS: u16 = 0x8825;
const LATITUDE_REF: u16 = 1;
const LATITUDE: u16 = 2;
const LONGITUDE_REF: u16 = 3;
const LONGITUDE: u16 = 4;
/// Entries that are looked at in one directory.
const ENTRIES: usize = 256;

const ASCII: u16 = 2;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

#[derive(Clone, Copy)]
struct Tiff<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

struct Entry {
    tag: u16,
    form: u16,
    count: u32,
    /// Where its last four bytes stand: the value, or where the value is.
    at: usize,
}

pub fn of_exif(exif: &[u8]) -> Option<Place> {
    let bytes = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let is_little = match bytes.get(..4)? {
        [0x49, 0x49, 42, 0] => true,
        [0x4d, 0x4d, 0, 42] => false,
        _ => return None,
    };
    let tiff = Tiff { bytes, is_little };
    let first = tiff.directory(tiff.long(4)? as usize)?;
    let gps = first.iter().find(|entry| entry.tag == GPS && entry.form == LONG)?;
    let gps = tiff.directory(tiff.long(gps.at)? as usize)?;
    let latitude = tiff.angle(&gps, LATITUDE, LATITUDE_REF, b"NS")?;
    let longitude = tiff.angle(&gps, LONGITUDE, LONGITUDE_REF, b"EW")?;
    Place::new(latitude, longitude)
}

impl Tiff<'_> {
    fn take<const N: usize>(self, at: usize) -> Option<[u8; N]> {
        self.bytes.get(at..at.checked_add(N)?)?.try_into().ok()
    }

    fn short(self, at: usize) -> Option<u16> {
        let bytes = self.take(at)?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(self, at: usize) -> Option<u32> {
        let bytes = self.take(at)?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn directory(self, at: usize) -> Option<Vec<Entry>> {
        let n = usize::from(self.short(at)?).min(ENTRIES);
        (0..n).map(|n| self.entry(at + 2 + 12 * n)).collect()
    }

    fn entry(self, at: usize) -> Option<Entry> {
        let (tag, form, count) = (self.short(at)?, self.short(at + 2)?, self.long(at + 4)?);
        Some(Entry { tag, form, count, at: at + 8 })
    }

    // Degrees, minutes and seconds, each a fraction, and a letter for the side of the earth.
    fn angle(self, entries: &[Entry], tag: u16, side: u16, letters: &[u8; 2]) -> Option<i32> {
        let find = |tag, form| entries.iter().find(move |entry| entry.tag == tag && entry.form == form);
        let parts = find(tag, RATIONAL).filter(|entry| entry.count == 3)?;
        let [letter] = self.take(find(side, ASCII)?.at)?;
        let at = self.long(parts.at)? as usize;
        let mut hundred_thousandths = 0.0;
        for (n, share) in [1.0, 60.0, 3_600.0].into_iter().enumerate() {
            let above = f64::from(self.long(at.checked_add(8 * n)?)?);
            let below = f64::from(self.long(at.checked_add(8 * n + 4)?)?);
            if below == 0.0 {
                return None;
            }
            hundred_thousandths += above / below / share * 100_000.0;
        }
        let angle = (hundred_thousandths <= 18_000_000.0).then_some(hundred_thousandths.round() as i32)?;
        match letters.iter().position(|known| *known == letter)? {
            0 => Some(angle),
            _ => Some(-angle),
        }
    }
}
