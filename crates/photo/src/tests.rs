//! Pictures made here, as a telephone or somebody with a grudge would make them.

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, Rgb};

use super::*;

const NORTH_EAST: [u32; 6] = [16, 1, 7, 1, 2_442, 100];

fn noise(width: u32, height: u32) -> RgbImage {
    let mut seed = 7_u32;
    RgbImage::from_fn(width, height, |_, _| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([(seed >> 8) as u8, (seed >> 16) as u8, (seed >> 24) as u8])
    })
}

// Dark to the left, light to the right, red at the top.
fn scene(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let light = (x * 255 / width) as u8;
        Rgb([if y < height / 4 { 255 } else { light }, light, light])
    })
}

fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(picture).expect("a picture");
    bytes
}

// What a telephone writes: how it was held, and where.
fn exif(orientation: u16, sides: &[u8; 2]) -> Vec<u8> {
    let mut tiff = b"II\x2a\0\x08\0\0\0".to_vec();
    let entry = |tag: u16, form: u16, count: u32, value: [u8; 4]| {
        [&tag.to_le_bytes()[..], &form.to_le_bytes(), &count.to_le_bytes(), &value].concat()
    };
    let long = |n: u32| n.to_le_bytes();
    tiff.extend(2_u16.to_le_bytes());
    tiff.extend(entry(0x0112, 3, 1, long(u32::from(orientation))));
    tiff.extend(entry(0x8825, 4, 1, long(38)));
    tiff.extend([0; 4]);
    tiff.extend(4_u16.to_le_bytes());
    tiff.extend(entry(1, 2, 2, [sides[0], 0, 0, 0]));
    tiff.extend(entry(2, 5, 3, long(92)));
    tiff.extend(entry(3, 2, 2, [sides[1], 0, 0, 0]));
    tiff.extend(entry(4, 5, 3, long(116)));
    tiff.extend([0; 4]);
    assert_eq!(tiff.len(), 92);
    tiff.extend(NORTH_EAST.iter().chain(&[107, 1, 12, 1, 3_600, 100]).flat_map(|n| n.to_le_bytes()));
    tiff
}

fn with_exif(jpeg: &[u8], exif: &[u8]) -> Vec<u8> {
    let length = (exif.len() + 8) as u16;
    let head = [&jpeg[..2], &[0xff, 0xe1], &length.to_be_bytes(), b"Exif\0\0", exif].concat();
    [&head, &jpeg[2..]].concat()
}

fn shown(photo: &Photo) -> RgbImage {
    let picture = image::load_from_memory(&photo.jpeg).expect("a JPEG").into_rgb8();
    assert_eq!(picture.dimensions(), (photo.width, photo.height));
    picture
}

#[test]
fn a_large_picture_becomes_a_small_one_and_always_the_same() {
    let large = jpeg(&noise(2_400, 1_800));
    assert!(large.len() > 2_000_000);
    let photo = shrink(&large, false).expect("a photo");
    assert!(photo.jpeg.len() <= JPEG_BYTES && photo.width.max(photo.height) <= 1_600);
    assert_eq!(shrink(&large, false), Ok(photo));
}

#[test]
fn a_picture_that_is_no_noise_keeps_its_longest_side() {
    let photo = shrink(&jpeg(&scene(3_000, 1_500)), false).expect("a photo");
    assert_eq!((photo.width, photo.height), (1_600, 800));
    let photo = shrink(&jpeg(&scene(40, 30)), false).expect("a photo");
    assert_eq!((photo.width, photo.height), (40, 30), "a small one is not blown up");
}

#[test]
fn a_telephone_held_upright_gives_an_upright_photo() {
    let photo = shrink(&with_exif(&jpeg(&scene(400, 200)), &exif(6, b"NE")), false).expect("a photo");
    assert_eq!((photo.width, photo.height), (200, 400));
    let red = |x, y| {
        let Rgb([r, g, _]) = *shown(&photo).get_pixel(x, y);
        r > 200 && g < 100
    };
    assert!(red(190, 60) && !red(10, 60), "what was above is to the right");
}

#[test]
fn nothing_that_the_camera_wrote_is_left() {
    let photo = shrink(&with_exif(&jpeg(&scene(400, 200)), &exif(6, b"NE")), true).expect("a photo");
    let has = |word: &[u8]| photo.jpeg.windows(word.len()).any(|piece| piece == word);
    assert!(!has(b"Exif") && !has(b"II\x2a\0"));
    let again =
        image::codecs::jpeg::JpegDecoder::new(Cursor::new(&photo.jpeg)).expect("a JPEG").exif_metadata();
    assert_eq!(again.expect("it can be read"), None);
}

#[test]
fn the_place_is_kept_only_when_it_is_wanted() {
    let picture = with_exif(&jpeg(&scene(40, 20)), &exif(1, b"NE"));
    let photo = shrink(&picture, true).expect("a photo");
    let place = photo.place.expect("a place");
    assert_eq!((place.latitude, place.longitude), (1_612_345, 10_721_000));
    assert_eq!(shrink(&picture, false).expect("a photo").place, None);
    let south_west = shrink(&with_exif(&jpeg(&scene(40, 20)), &exif(1, b"SW")), true).expect("a photo");
    assert_eq!(south_west.place.map(|p| (p.latitude, p.longitude)), Some((-1_612_345, -10_721_000)));
}

#[test]
fn a_place_that_makes_no_sense_is_none() {
    let whole = exif(1, b"NE");
    for n in 0..whole.len() {
        assert_eq!(place::of_exif(&whole[..n]), None, "cut at {n}");
    }
    let mut nowhere = whole.clone();
    nowhere[92 + 4..92 + 8].copy_from_slice(&[0; 4]);
    assert_eq!(place::of_exif(&nowhere), None, "divided by nothing");
    assert_eq!(place::of_exif(&exif(1, b"XE")), None);
}

#[test]
fn png_and_webp_are_taken_and_what_is_clear_becomes_white() {
    let clear = image::RgbaImage::from_fn(64, 32, |_, _| image::Rgba([0, 0, 0, 0]));
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(&clear, 64, 32, ExtendedColorType::Rgba8).expect("a PNG");
    let photo = shrink(&png, false).expect("a photo");
    assert!(shown(&photo).pixels().all(|pixel| pixel.0.iter().all(|part| *part > 250)));
    let mut webp = Vec::new();
    let picture = scene(64, 32);
    WebPEncoder::new_lossless(&mut webp)
        .write_image(&picture, 64, 32, ExtendedColorType::Rgb8)
        .expect("a WebP");
    assert_eq!(shrink(&webp, false).map(|photo| (photo.width, photo.height)), Ok((64, 32)));
}

// A PNG of 50,000 × 50,000 pixels in a few bytes: a head, and content that would unpack to gigabytes.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(&[0; 3], 1, 1, ExtendedColorType::Rgb8).expect("a PNG");
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    let sum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&sum.to_be_bytes());
    png
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

#[test]
fn a_bomb_is_refused_by_its_size() {
    let too_many = Err(PhotoError::TooManyPixels { max: PIXELS });
    assert_eq!(shrink(&bomb(50_000, 50_000), false), too_many);
    assert_eq!(shrink(&bomb(20_001, 1), false), too_many, "no camera makes a stripe");
    assert_eq!(shrink(&bomb(u32::MAX >> 1, u32::MAX >> 1), false), too_many);
    assert_eq!(shrink(&bomb(2, 2), false), Err(PhotoError::Damaged), "as large as it says, and not there");
    let mut large = jpeg(&scene(64, 64));
    let frame = large.windows(2).position(|mark| mark == [0xff, 0xc0]).expect("a frame");
    large[frame + 5..frame + 9].copy_from_slice(&[0xc3, 0x50, 0xc3, 0x50]);
    assert_eq!(shrink(&large, false), too_many, "a JPEG too");
}

#[test]
fn what_is_too_long_is_not_looked_at() {
    assert_eq!(shrink(&vec![0; FILE_BYTES + 1], false), Err(PhotoError::TooLarge { max: FILE_BYTES }));
}

#[test]
fn what_is_no_picture_or_cut_off_is_refused() {
    use PhotoError::{Document, Film, Heic, NotAPicture, OtherKind};
    for (file, why) in [
        (&b""[..], NotAPicture),
        (b"<svg/>", NotAPicture),
        (b"\0\0\0\x18ftyp", NotAPicture),
        (b"PK\x03\x04 a document", Document),
        (b"%PDF-1.7", Document),
        (b"GIF89a\x01\0\x01\0", OtherKind),
        (b"II*\0\x10\0\0\0CR\x02\0", OtherKind),
        (b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0", OtherKind),
        (b"\0\0\0\x18ftypcrx \0\0\0\x01", OtherKind),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Heic),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", Heic),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", Heic),
        (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom", Film),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Film),
        (b"RIFF\x24\0\0\0AVI LIST", Film),
    ] {
        assert_eq!(shrink(file, false), Err(why), "{}", file.escape_ascii());
    }
    let mut png = Vec::new();
    PngEncoder::new(&mut png).write_image(&scene(64, 64), 64, 64, ExtendedColorType::Rgb8).expect("a PNG");
    for whole in [jpeg(&scene(64, 64)), png] {
        for n in [20, whole.len() / 2, whole.len() * 9 / 10] {
            assert_eq!(shrink(&whole[..n], false), Err(PhotoError::Damaged), "{n} of {}", whole.len());
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

    #[test]
    fn a_picture_with_changed_bytes_is_refused_or_becomes_a_photo(
        changes in proptest::collection::vec((0..3_000_usize, proptest::prelude::any::<u8>()), 1..12)
    ) {
        let mut bytes = with_exif(&jpeg(&scene(48, 32)), &exif(6, b"NE"));
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        if let Ok(photo) = shrink(&bytes, true) {
            proptest::prop_assert!(photo.jpeg.len() <= JPEG_BYTES);
        }
    }
}
