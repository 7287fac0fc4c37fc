use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sohoi_app::AppError;
use sohoi_app::photo::{PASTED_CHARS, PhotoShown, PhotoSize, Picture, TOO_LARGE};

use super::Answer;
use crate::Api;
use crate::dto::photo::*;

pub fn photo_add(api: &Api, req: PhotoAddReq) -> Answer<PhotoDto> {
    let picture = match (req.path, req.base64) {
        (Some(path), None) => Picture::File(PathBuf::from(path)),
        (None, Some(text)) if text.len() > PASTED_CHARS => return Err(TOO_LARGE.into()),
        (None, Some(text)) => {
            Picture::Pasted(STANDARD.decode(text).map_err(|_| AppError::BadRequest("base64"))?)
        }
        (Some(_), Some(_)) | (None, None) => return Err(AppError::BadRequest("path")),
    };
    Ok(dto(api.app().photo_add(&req.kind, picture)?))
}

pub fn photo_show(api: &Api, req: PhotoShowReq) -> Answer<PhotoDto> {
    let id = req.id.parse().map_err(|_| AppError::UnknownPhoto)?;
    let size = if req.full { PhotoSize::Full } else { PhotoSize::Thumbnail };
    Ok(dto(api.app().photo_show(id, size)?))
}

fn dto(shown: PhotoShown) -> PhotoDto {
    let url = |jpeg: Vec<u8>| format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg));
    PhotoDto {
        id: shown.id.to_string(),
        url: shown.jpeg.map(url),
        n_bytes: shown.n_bytes,
        received: shown.received,
        place: shown.place.map(|at| PhotoPlaceDto { latitude: at.latitude, longitude: at.longitude }),
    }
}
