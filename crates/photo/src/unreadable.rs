//! What a file is that is no picture we can read, from its first bytes, so that she is told what to do with it.

use crate::PhotoError;

const DOCUMENTS: [&[u8]; 4] = [b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf"];
const FILMS: [&[u8]; 3] = [b"\x1a\x45\xdf\xa3", b"\x00\x00\x01\xba", b"FLV"];
// Raw pictures of cameras, of Photoshop, Windows and JPEG 2000 and XL.
const PICTURES: [&[u8]; 6] = [
    b"FUJIFILMCCD-RAW",
    b"8BPS",
    b"\xd7\xcd\xc6\x9a",
    b"\x00\x00\x00\x0cjP",
    b"\x00\x00\x00\x0cJXL",
    b"\xff\x0a",
];

/// `file` is of no format that the library knows by its first bytes.
pub fn why(file: &[u8]) -> PhotoError {
    let begins = |marks: &[&[u8]]| marks.iter().any(|mark| file.starts_with(mark));
    match file.get(4..12) {
        Some(brand) if brand.starts_with(b"ftyp") => of_brand(&brand[4..]),
        Some(_) if file.starts_with(b"RIFF") && &file[8..11] == b"AVI" => PhotoError::Film,
        _ if begins(&DOCUMENTS) => PhotoError::Document,
        _ if begins(&FILMS) => PhotoError::Film,
        _ if begins(&PICTURES) => PhotoError::OtherKind,
        _ => PhotoError::NotAPicture,
    }
}

// The same container holds pictures and films; its brand tells which.
fn of_brand(brand: &[u8]) -> PhotoError {
    match brand {
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" | b"avif" | b"avis" => {
            PhotoError::Heic
        }
        b"crx " => PhotoError::OtherKind,
        _ => PhotoError::Film,
    }
}
