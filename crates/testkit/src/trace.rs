//! Traces of a word in bytes, in every form in which software writes words.

use std::fs;
use std::io::Read;
use std::path::Path;

use sohoi_domain::text::fold;

use crate::place::checkout;

/// Every zstd frame begins so.
const ZSTD: &[u8] = &[0x28, 0xB5, 0x2F, 0xFD];
const UNPACKED_BYTES: u64 = 16 << 20;

/// The forms of `word` that are found in `bytes`.
pub fn traces(word: &str, bytes: &[u8]) -> Vec<String> {
    let folded = fold(word);
    let forms = [
        ("as it is", word.as_bytes().to_vec()),
        ("in capitals", word.to_uppercase().into_bytes()),
        ("in small letters", word.to_lowercase().into_bytes()),
        ("folded", folded.clone().into_bytes()),
        ("folded, without spaces", folded.replace(' ', "").into_bytes()),
        ("decomposed", decomposed(word).into_bytes()),
        ("in UTF-16", word.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("percent-encoded", percent_encoded(word).into_bytes()),
        ("escaped for JSON", escaped(word).into_bytes()),
    ];
    let found = forms.iter().filter(|(_, form)| contains(bytes, form));
    found.map(|(name, _)| format!("{word} {name}")).collect()
}

/// The same in every file of a folder, and of the folders in it; says in which.
pub fn traces_in_folder(word: &str, folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(traces_in_folder(word, &path));
        } else {
            let bytes = fs::read(&path).expect("the file can be read");
            found.extend(
                traces(word, &bytes).into_iter().map(|trace| format!("{trace} in {}", path.display())),
            );
        }
    }
    found
}

/// What is inside of every compressed piece of `bytes`, one after the other, with each dictionary of the open
/// side and without one.
pub fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let folder = fs::read_dir(checkout("schema/protocol/dictionary")).expect("the dictionaries are here");
    let files = folder.flatten().map(|file| file.path());
    let open = files.filter(|path| path.to_string_lossy().ends_with(".open.zdict"));
    let mut dictionaries: Vec<Vec<u8>> = open.map(|path| fs::read(path).expect("a dictionary")).collect();
    dictionaries.push(Vec::new());

    let mut content = Vec::new();
    // Batches leave out the four bytes that every piece begins with, so any place may be the beginning of one. What
    // follows there says that the whole length is known, and that there is neither a checksum nor a dictionary's name.
    for at in (0..bytes.len()).filter(|at| bytes[*at] & 0x3f == 0x20) {
        for dictionary in &dictionaries {
            let piece = zstd::Decoder::with_dictionary(ZSTD.chain(&bytes[at..]), dictionary);
            // What looks so by chance does not unpack, or only its beginning does; nor does it with another
            // dictionary than its own.
            let piece = piece.map(zstd::Decoder::single_frame);
            let _ = piece.and_then(|piece| piece.take(UNPACKED_BYTES).read_to_end(&mut content));
        }
    }
    content
}

pub fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

fn decomposed(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    word.nfd().collect()
}

fn percent_encoded(word: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    word.bytes().map(byte).collect()
}

fn escaped(word: &str) -> String {
    let unit = |c: char| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", u32::from(c)) };
    word.chars().map(unit).collect()
}

#[cfg(test)]
mod tests {
    use super::{contains, traces, unpacked};

    #[test]
    fn what_is_compressed_is_found_too() {
        let words = "một hai ba bốn năm ".repeat(20);
        let packed = zstd::bulk::compress(words.as_bytes(), 19).expect("it packs");
        assert!(!contains(&packed, words.as_bytes()));
        for piece in [packed.as_slice(), &packed[4..]] {
            assert!(contains(&unpacked(&[b"before", piece, b"after"].concat()), words.as_bytes()));
        }
    }

    #[test]
    fn a_word_is_found_however_it_is_written() {
        assert_eq!(traces("Đượm", "{\"a\":\"Đượm\"}".as_bytes()), ["Đượm as it is"]);
        assert_eq!(traces("Đượm", b"duom"), ["Đượm folded", "Đượm folded, without spaces"]);
        assert_eq!(traces("Đượm", br"\u0110\u01b0\u1ee3m"), ["Đượm escaped for JSON"]);
        assert_eq!(traces("Đượm", b"nothing of the kind"), [""; 0]);
    }
}
