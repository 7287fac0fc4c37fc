//! Photos of records: made of a file or of what was pasted, kept for the form, shown.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use sohoi_domain::photo::{PhotoId, Place};
use sohoi_photo::{FILE_BYTES, PhotoError};
use sohoi_store::Operation;
use sohoi_sync::photo;

use crate::record::kind_of;
use crate::{App, AppError};

/// A picture that is to become a photo.
pub enum Picture {
    File(PathBuf),
    Pasted(Vec<u8>),
}

impl Picture {
    fn read(self) -> Result<Vec<u8>, AppError> {
        let path = match self {
            Picture::Pasted(bytes) => return Ok(bytes),
            Picture::File(path) => path,
        };
        let mut bytes = Vec::new();
        // One byte more than may be there tells that there is more.
        let limit = FILE_BYTES as u64 + 1;
        let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
        read.map_err(AppError::PictureFile)?;
        Ok(bytes)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotoSize {
    /// For a list.
    Thumbnail,
    Full,
}

/// A photo as the register knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoShown {
    pub id: PhotoId,
    /// None while another PC's photo has not come, and for content that cannot be read here.
    pub jpeg: Option<Vec<u8>>,
    /// Of the whole content, sealed as it may be; 0 when it has not come.
    pub n_bytes: u32,
    /// True when the hub has signed for it.
    pub received: bool,
    /// Where it was taken, for kinds that keep that.
    pub place: Option<Place>,
}

impl App {
    /// Makes a photo for a record of a kind and keeps it for the form; it belongs to a record once one is saved that
    /// names it.
    ///
    /// # Errors
    /// `photo.unreadable` for a file, a code of `photo.` for its content; nothing is kept then.
    pub fn photo_add(&self, kind: &str, picture: Picture) -> Result<PhotoShown, AppError> {
        let catalogue = self.catalogue();
        let kind = kind_of(&catalogue, kind)?;
        let field = kind.photos().ok_or(AppError::BadRequest("kind"))?;
        // The register is free meanwhile.
        let small = sohoi_photo::shrink(&picture.read()?, field.place)?;
        let jpeg = sohoi_photo::thumbnail(&small.jpeg)?;
        let now_ms = self.now_ms();
        self.with_register(|register| {
            let content = match catalogue.seals_photos(kind) {
                true => photo::sealed_content(&small, &register.identity().commune_key),
                false => photo::open_content(&small),
            };
            let id = photo::id(&content);
            register.transact(Operation::PhotoAdd, now_ms, |writer| writer.add_photo(id, &content))?;
            let received = register.photo(id)?.is_some_and(|row| row.received);
            Ok(PhotoShown {
                id,
                jpeg: Some(jpeg),
                n_bytes: content.len() as u32,
                received,
                place: small.place,
            })
        })
    }

    /// A photo that is here, or that a record names.
    ///
    /// # Errors
    /// `photo.unknown`.
    pub fn photo_show(&self, id: PhotoId, size: PhotoSize) -> Result<PhotoShown, AppError> {
        let (row, key) = self.with_register(|register| {
            let row = register.photo(id)?.ok_or(AppError::UnknownPhoto)?;
            Ok((row, register.identity().commune_key.clone()))
        })?;
        let content = row.content.unwrap_or_default();
        let (jpeg, place) = photo::read(&content, &key).map(|photo| (photo.jpeg, photo.place)).unzip();
        let jpeg = match size {
            PhotoSize::Full => jpeg,
            PhotoSize::Thumbnail => jpeg.and_then(|jpeg| sohoi_photo::thumbnail(&jpeg).ok()),
        };
        Ok(PhotoShown {
            id,
            jpeg,
            n_bytes: content.len() as u32,
            received: row.received,
            place: place.flatten(),
        })
    }
}

/// Most characters that what was pasted may have as base64.
pub const PASTED_CHARS: usize = FILE_BYTES.div_ceil(3) * 4;

/// What is said of a picture with more.
pub const TOO_LARGE: PhotoError = PhotoError::TooLarge { max: FILE_BYTES };
