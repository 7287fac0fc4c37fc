//! Files of a catalogue on their way down: a whole one, or only its units or calendars. What they say is read by
//! the catalogue and not here, so a release that a program is too old for is kept like any other.

use minicbor::{Decode, Encode};
use sohoi_domain::catalogue::{Pack, Part, Published};

use crate::bytes::{Malformed, Reader, put_bytes, put_varint};
use crate::limits;

const LEVEL: i32 = 19;

#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[n(0)]
    version: u32,
    #[n(1)]
    format: u32,
    /// SHA-256 as [`Pack::digest`].
    #[cbor(n(2), with = "minicbor::bytes")]
    digest: [u8; 32],
    /// Unpacked length, then zstd.
    #[cbor(n(3), with = "minicbor::bytes")]
    packed: Vec<u8>,
}

pub fn encode(release: &Published) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    put_varint(&mut content, release.files.files().count() as u64);
    for (path, text) in release.files.files() {
        is_path(path).then_some(())?;
        put_bytes(&mut content, path.as_bytes());
        put_bytes(&mut content, text.as_bytes());
    }
    if content.len() > limits::CATALOGUE_BYTES || !is_sane(release) {
        return None;
    }
    let mut packed = Vec::new();
    put_varint(&mut packed, content.len() as u64);
    packed.extend(zstd::bulk::compress(&content, LEVEL).expect("compressing to memory cannot fail"));
    let (version, format) = (release.version, release.format);
    let wire = Wire { version, format, digest: release.files.sha256(), packed };
    Some(minicbor::to_vec(wire).expect("writing to memory cannot fail"))
}

pub fn decode(part: Part, bytes: &[u8]) -> Option<Published> {
    let wire: Wire = minicbor::decode(bytes).ok()?;
    let files = unpacked(&wire.packed).ok()?;
    let release = Published { part, version: wire.version, format: wire.format, files };
    let is_whole = release.files.sha256() == wire.digest;
    (is_whole && is_sane(&release)).then_some(release)
}

/// What a file with a whole catalogue begins with.
const FILE: &[u8; 8] = b"SoHoiCat";

/// A file with a whole catalogue, to be handed to a hub. None when it is larger than a bulletin may be.
pub fn to_file(release: &Published) -> Option<Vec<u8>> {
    let body = encode(release).filter(|_| release.part == Part::Whole)?;
    (body.len() < limits::BULLETIN_BYTES).then(|| [FILE, body.as_slice()].concat())
}

/// None for bytes that are no such file.
pub fn of_file(bytes: &[u8]) -> Option<Published> {
    let body = bytes.strip_prefix(FILE)?;
    if body.len() >= limits::BULLETIN_BYTES {
        return None;
    }
    decode(Part::Whole, body)
}

fn is_sane(release: &Published) -> bool {
    let n_files = release.files.files().count();
    let fits = release.files.files().all(|(path, _)| release.part.holds(path));
    release.version > 0 && (1..=limits::CATALOGUE_FILES).contains(&n_files) && fits
}

fn unpacked(packed: &[u8]) -> Result<Pack, Malformed> {
    let mut reader = Reader::new(packed);
    let length = reader.count(limits::CATALOGUE_BYTES)?;
    let content = zstd::bulk::decompress(reader.rest(), length)
        .ok()
        .filter(|content| content.len() == length)
        .ok_or(Malformed("a release does not unpack"))?;
    let mut reader = Reader::new(&content);
    let mut files = Vec::new();
    for _ in 0..reader.count(limits::CATALOGUE_FILES)? {
        let path = text(reader.bytes(limits::WORD_BYTES)?)?;
        let content = text(reader.bytes(limits::CATALOGUE_BYTES)?)?;
        // Names are ascending, so that the same files are the same bytes.
        let follows = files.last().is_none_or(|(last, _): &(String, String)| *last < path);
        if !is_path(&path) || !follows {
            return Err(Malformed("a name of a file"));
        }
        files.push((path, content));
    }
    reader.finish()?;
    Ok(Pack::new(files))
}

fn text(bytes: &[u8]) -> Result<String, Malformed> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Malformed("text that is not UTF-8"))
}

// As in `kinds/member.toml`. Nothing is ever written under such a name; it only stands for one.
fn is_path(path: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
    let Some(stem) = path.strip_suffix(".toml") else { return false };
    stem.len() <= limits::WORD_BYTES
        && stem.split('/').count() <= 2
        && stem.split('/').all(|part| !part.is_empty() && part.chars().all(is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Published {
        Published { part: Part::Whole, version: 3, format: 1, files: Pack::embedded() }
    }

    #[test]
    fn a_whole_catalogue_comes_back_and_is_small() {
        let bytes = encode(&whole()).expect("it fits");
        assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
        assert_eq!(decode(Part::Whole, &bytes), Some(whole()));
    }

    #[test]
    fn files_that_are_not_those_of_the_digest_or_of_the_kind_are_refused() {
        let bytes = encode(&whole()).expect("it fits");
        let mut wire: Wire = minicbor::decode(&bytes).expect("written here");
        wire.digest[0] ^= 1;
        assert_eq!(decode(Part::Whole, &minicbor::to_vec(wire).expect("memory")), None);
        assert_eq!(decode(Part::Units, &bytes), None);
        assert_eq!(encode(&Published { part: Part::Calendars, ..whole() }), None);
    }

    #[test]
    fn a_catalogue_as_a_file_is_known_by_how_it_begins() {
        let file = to_file(&whole()).expect("it fits");
        assert_eq!(of_file(&file), Some(whole()));
        assert_eq!(of_file(&file[8..]), None);
        assert_eq!(of_file(&file[..file.len() - 1]), None);
    }

    #[test]
    fn a_file_has_a_name_of_the_catalogue() {
        for path in ["units.toml", "kinds/member.toml"] {
            assert!(is_path(path), "{path}");
        }
        for path in ["", ".toml", "/units.toml", "../units.toml", "kinds/a/b.toml", "units", "Units.toml"] {
            assert!(!is_path(path), "{path}");
        }
    }
}
