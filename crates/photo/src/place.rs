//! The place in a camera's EXIF. Whatever is odd about it means that there is no place.

use exif::{In, Rational, Reader, Tag, Value};
use sohoi_domain::photo::Place;

pub fn of_exif(exif: &[u8]) -> Option<Place> {
    let bytes = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let exif = Reader::new().read_raw(bytes.to_vec()).ok()?;
    let value = |tag| exif.get_field(tag, In::PRIMARY).map(|field| &field.value);
    let latitude = angle(value(Tag::GPSLatitude)?, value(Tag::GPSLatitudeRef)?, b"NS")?;
    let longitude = angle(value(Tag::GPSLongitude)?, value(Tag::GPSLongitudeRef)?, b"EW")?;
    Place::new(latitude, longitude)
}

// Degrees, minutes and seconds, each a fraction, and a letter for the side of the earth.
fn angle(parts: &Value, side: &Value, letters: &[u8; 2]) -> Option<i32> {
    let (Value::Rational(parts), Value::Ascii(side)) = (parts, side) else { return None };
    let [degrees, minutes, seconds] = parts[..] else { return None };
    if [degrees, minutes, seconds].iter().any(|part| part.denom == 0) {
        return None;
    }
    let share = |part: Rational, of: f64| part.to_f64() / of;
    let whole = (share(degrees, 1.0) + share(minutes, 60.0) + share(seconds, 3_600.0)) * 100_000.0;
    let angle = (whole <= 18_000_000.0).then_some(whole.round() as i32)?;
    let letter = side.first()?.first()?;
    match letters.iter().position(|known| known == letter)? {
        0 => Some(angle),
        _ => Some(-angle),
    }
}
