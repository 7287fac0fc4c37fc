//! A camera's picture made into a photo that fits a slow line: small, upright, and with nothing in it that the
//! camera wrote. The same picture always gives the same bytes, so that adding it twice is adding it once.
//!
//! What comes in is anything that a person can paste or choose: each limit is checked before memory is spent.

mod place;
mod unreadable;

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage, imageops};
use sohoi_domain::photo::{Photo, Place};

/// A file of a camera or a scanner.
pub const FILE_BYTES: usize = 32 << 20;
/// 8,160 × 6,120, the most of the telephones that officers have, is just below.
pub const PIXELS: u64 = 50_000_000;
/// What decoding may take.
const MEMORY_BYTES: u64 = 256 << 20;
/// A side of more than that belongs to no camera.
const SIDE: u32 = 20_000;
/// What a photo may weigh, without the few bytes around it.
pub const JPEG_BYTES: usize = 200_000;

/// Of a photo in a list, with twice the dots that a plain screen has there.
const THUMBNAIL_SIDE: u32 = 320;

/// First the quality gives way, then the size. The last of them always fits.
const SIDES: [u32; 6] = [1_600, 1_280, 1_024, 800, 640, 480];
const QUALITIES: [u8; 4] = [82, 74, 66, 58];

/// Why a file did not become a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PhotoError {
    #[error("the file is larger than {max} bytes")]
    TooLarge { max: usize },
    #[error("the picture has more than {max} pixels")]
    TooManyPixels { max: u64 },
    /// As an iPhone keeps its photos, and some other telephones.
    #[error("the picture is HEIC or AVIF, which cannot be read here")]
    Heic,
    /// A GIF, TIFF, BMP or another kind of picture, or one of a camera's own.
    #[error("the picture is of a kind that cannot be read here")]
    OtherKind,
    #[error("the file is a film")]
    Film,
    #[error("the file is a document")]
    Document,
    /// None of these, and neither JPEG, PNG nor WebP.
    #[error("the file is no picture that can be read")]
    NotAPicture,
    #[error("the picture is damaged or cut off")]
    Damaged,
}

impl PhotoError {
    pub fn code(self) -> &'static str {
        match self {
            PhotoError::TooLarge { .. } => "photo.too_large",
            PhotoError::TooManyPixels { .. } => "photo.too_many_pixels",
            PhotoError::Heic => "photo.heic",
            PhotoError::OtherKind => "photo.other_kind",
            PhotoError::Film => "photo.film",
            PhotoError::Document => "photo.document",
            PhotoError::NotAPicture => "photo.not_a_picture",
            PhotoError::Damaged => "photo.damaged",
        }
    }
}

impl From<ImageError> for PhotoError {
    fn from(error: ImageError) -> PhotoError {
        match error {
            ImageError::Limits(_) => PhotoError::TooManyPixels { max: PIXELS },
            ImageError::Unsupported(_) => PhotoError::OtherKind,
            ImageError::Decoding(_)
            | ImageError::Encoding(_)
            | ImageError::Parameter(_)
            | ImageError::IoError(_) => PhotoError::Damaged,
        }
    }
}

/// Makes a photo of a picture. The place where it was taken is kept only when `wants_place`.
///
/// # Errors
/// [`PhotoError`]; nothing of the content is in it.
pub fn shrink(file: &[u8], wants_place: bool) -> Result<Photo, PhotoError> {
    let (small, place) = open(file, wants_place, SIDES[0])?;
    let (jpeg, width, height) = fitting(small)?;
    Ok(Photo { jpeg, width, height, place })
}

/// A JPEG for a list of photos. What comes in may be from another PC, and is limited like a camera's.
///
/// # Errors
/// As for [`shrink`].
pub fn thumbnail(jpeg: &[u8]) -> Result<Vec<u8>, PhotoError> {
    let (small, _) = open(jpeg, false, THUMBNAIL_SIDE)?;
    let mut thumbnail = Vec::new();
    JpegEncoder::new_with_quality(&mut thumbnail, QUALITIES[1]).encode_image(&small)?;
    Ok(thumbnail)
}

// The picture as it is to be seen, no larger than that.
fn open(file: &[u8], wants_place: bool, side: u32) -> Result<(RgbImage, Option<Place>), PhotoError> {
    if file.len() > FILE_BYTES {
        return Err(PhotoError::TooLarge { max: FILE_BYTES });
    }
    let reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| PhotoError::NotAPicture)?;
    match reader.format() {
        None => return Err(unreadable::why(file)),
        Some(ImageFormat::Avif) => return Err(PhotoError::Heic),
        Some(ImageFormat::Jpeg) if is_cut_off(file) => return Err(PhotoError::Damaged),
        Some(_) => {}
    }
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > PIXELS || width.max(height) > SIDE {
        return Err(PhotoError::TooManyPixels { max: PIXELS });
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(MEMORY_BYTES);
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let place =
        if wants_place { decoder.exif_metadata()?.and_then(|exif| place::of_exif(&exif)) } else { None };
    // A picture that is turned in a way that cannot be read is shown as it lies.
    let orientation = decoder.orientation()?;
    let small = no_larger_than(opaque(DynamicImage::from_decoder(decoder)?), side);
    let mut turned = DynamicImage::ImageRgb8(small);
    turned.apply_orientation(orientation);
    Ok((turned.into_rgb8(), place))
}

// The decoder makes a picture with a grey foot of a JPEG that ends too early. Behind the end a telephone may write
// what it likes.
fn is_cut_off(jpeg: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xff, marker, high, low]) = jpeg.get(at..at + 4) {
        if marker == 0xda {
            return !jpeg[at..].windows(2).any(|mark| mark == [0xff, 0xd9]);
        }
        at += 2 + usize::from(u16::from_be_bytes([high, low]));
    }
    // It ends before there is a picture, or is written in a way that the decoder may understand.
    at >= jpeg.len()
}

// What can be seen through becomes white, as on paper.
fn opaque(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let seen_through = picture.into_rgba8();
    let mut paper = RgbImage::new(seen_through.width(), seen_through.height());
    for (on, pixel) in paper.pixels_mut().zip(seen_through.pixels()) {
        let alpha = u32::from(pixel.0[3]);
        for (to, from) in on.0.iter_mut().zip(pixel.0) {
            *to = ((u32::from(from) * alpha + 255 * (255 - alpha)) / 255) as u8;
        }
    }
    paper
}

fn no_larger_than(picture: RgbImage, side: u32) -> RgbImage {
    let (width, height) = picture.dimensions();
    let longest = width.max(height);
    if longest <= side {
        return picture;
    }
    let part = |length: u32| (u64::from(length) * u64::from(side) / u64::from(longest)).max(1) as u32;
    imageops::thumbnail(&picture, part(width), part(height))
}

fn fitting(mut picture: RgbImage) -> Result<(Vec<u8>, u32, u32), PhotoError> {
    let mut jpeg = Vec::new();
    for side in SIDES {
        picture = no_larger_than(picture, side);
        for quality in QUALITIES {
            jpeg.clear();
            JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(&picture)?;
            if jpeg.len() <= JPEG_BYTES {
                return Ok((jpeg, picture.width(), picture.height()));
            }
        }
    }
    Err(PhotoError::TooLarge { max: JPEG_BYTES })
}

#[cfg(test)]
mod tests;
