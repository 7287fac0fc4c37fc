//! Files of a catalogue on their way down: a whole one, or only its units or calendars.

use minicbor::{Decode, Encode};
use sohoi_domain::catalogue::Pack;

use crate::bytes::{Malformed, Reader, put_bytes, put_varint};
use crate::limits;

const LEVEL: i32 = 19;

/// Files that take the place of those with the same names. What the files say is read by the catalogue and
/// not here, so a release that a program is too old for is kept like any other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Version of the catalogue that they make.
    pub version: u32,
    /// Least format of catalogue files that a program must know.
    pub format: u32,
    pub files: Pack,
}

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

impl Release {
    pub(super) fn encode(&self) -> Option<Vec<u8>> {
        let mut content = Vec::new();
        put_varint(&mut content, self.files.files().count() as u64);
        for (path, text) in self.files.files() {
            is_path(path).then_some(())?;
            put_bytes(&mut content, path.as_bytes());
            put_bytes(&mut content, text.as_bytes());
        }
        let is_small = content.len() <= limits::CATALOGUE_BYTES;
        if !is_small || self.files.files().count() > limits::CATALOGUE_FILES || self.version == 0 {
            return None;
        }
        let mut packed = Vec::new();
        put_varint(&mut packed, content.len() as u64);
        packed.extend(zstd::bulk::compress(&content, LEVEL).expect("compressing to memory cannot fail"));
        let wire = Wire { version: self.version, format: self.format, digest: digest(&self.files), packed };
        Some(minicbor::to_vec(wire).expect("writing to memory cannot fail"))
    }

    pub(super) fn decode(bytes: &[u8]) -> Option<Release> {
        let wire: Wire = minicbor::decode(bytes).ok()?;
        let files = unpacked(&wire.packed).ok()?;
        let is_whole = wire.version > 0 && digest(&files) == wire.digest;
        is_whole.then_some(Release { version: wire.version, format: wire.format, files })
    }
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

fn digest(files: &Pack) -> [u8; 32] {
    files.sha256()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release() -> Release {
        Release { version: 3, format: 1, files: Pack::embedded() }
    }

    #[test]
    fn a_whole_catalogue_comes_back_and_is_small() {
        let bytes = release().encode().expect("it fits");
        assert!(bytes.len() < 60_000, "{} bytes", bytes.len());
        assert_eq!(Release::decode(&bytes), Some(release()));
    }

    #[test]
    fn files_that_are_not_those_of_the_digest_are_refused() {
        let mut other = Pack::embedded().files().map(|(p, t)| (p.into(), t.into())).collect::<Vec<_>>();
        other.truncate(3);
        let other = Release { files: Pack::new(other), ..release() }.encode().expect("it fits");
        let mut wire: Wire = minicbor::decode(&other).expect("written here");
        wire.digest = digest(&Pack::embedded());
        assert_eq!(Release::decode(&minicbor::to_vec(wire).expect("memory")), None);
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
