//! A photo's content as it is kept and sent, byte for byte the same everywhere.
//!
//! ```text
//! form     u8: 1 open, 2 sealed
//! content  CBOR photo; sealed: nonce (24) ‖ XChaCha20-Poly1305( CBOR photo ) under the commune's key
//! ```
//! The nonce follows from key and content, so that the same picture is the same photo on every PC of the commune.
//! Without the key nobody can tell whether a picture that he has is among them.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use sohoi_domain::photo::{Photo, PhotoId, Place, SEALED};

use crate::limits;

const OPEN: u8 = 1;
const CONTEXT: &[u8] = b"sohoi photo 1";
const NONCE_BYTES: usize = 24;

#[derive(Encode, Decode)]
#[cbor(map)]
struct Wire {
    #[cbor(n(0), with = "minicbor::bytes")]
    jpeg: Vec<u8>,
    #[n(1)]
    width: u32,
    #[n(2)]
    height: u32,
    #[n(3)]
    latitude: Option<i32>,
    #[n(4)]
    longitude: Option<i32>,
}

fn wire(photo: &Photo) -> Vec<u8> {
    let wire = Wire {
        jpeg: photo.jpeg.clone(),
        width: photo.width,
        height: photo.height,
        latitude: photo.place.map(|place| place.latitude),
        longitude: photo.place.map(|place| place.longitude),
    };
    minicbor::to_vec(wire).expect("writing to memory cannot fail")
}

/// The name of a content.
pub fn id(content: &[u8]) -> PhotoId {
    PhotoId(Sha256::digest(content).into())
}

/// Content that anybody can read.
pub fn open_content(photo: &Photo) -> Vec<u8> {
    [vec![OPEN], wire(photo)].concat()
}

/// Content that only the commune's PCs can read.
pub fn sealed_content(photo: &Photo, commune_key: &[u8; 32]) -> Vec<u8> {
    let content = wire(photo);
    let mut mac = Hmac::<Sha256>::new_from_slice(commune_key).expect("any length of key fits");
    mac.update(CONTEXT);
    mac.update(&content);
    let tag = mac.finalize().into_bytes();
    let mut nonce = [0; NONCE_BYTES];
    nonce.copy_from_slice(&tag[..NONCE_BYTES]);
    let payload = Payload { msg: &content, aad: CONTEXT };
    let cipher = XChaCha20Poly1305::new(&Key::from(*commune_key));
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).expect("a photo is short");
    [&[SEALED][..], &nonce, &sealed].concat()
}

pub fn is_sealed(content: &[u8]) -> bool {
    content.first() == Some(&SEALED)
}

/// What a content holds; none when it was sealed with another key, or cannot be read.
pub fn read(content: &[u8], commune_key: &[u8; 32]) -> Option<Photo> {
    if content.len() > limits::PHOTO_BYTES {
        return None;
    }
    match content.split_first()? {
        (&OPEN, wire) => of_wire(wire),
        (&SEALED, sealed) => {
            let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
            let payload = Payload { msg: sealed, aad: CONTEXT };
            let cipher = XChaCha20Poly1305::new(&Key::from(*commune_key));
            of_wire(&cipher.decrypt(&XNonce::from(*nonce), payload).ok()?)
        }
        _ => None,
    }
}

fn of_wire(content: &[u8]) -> Option<Photo> {
    let wire: Wire = minicbor::decode(content).ok()?;
    let place = match (wire.latitude, wire.longitude) {
        (Some(latitude), Some(longitude)) => Some(Place::new(latitude, longitude)?),
        _ => None,
    };
    Some(Photo { jpeg: wire.jpeg, width: wire.width, height: wire.height, place })
}

/// Names of photos in a message: one byte string, 32 bytes each.
pub(crate) mod ids {
    use minicbor::decode::{Decoder, Error};
    use minicbor::encode::{self, Encoder, Write};
    use sohoi_domain::photo::PhotoId;

    use crate::limits;

    pub fn encode<C, W: Write>(
        ids: &[PhotoId],
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), encode::Error<W::Error>> {
        let bytes: Vec<u8> = ids.iter().flat_map(|id| id.0).collect();
        e.bytes(&bytes)?;
        Ok(())
    }

    pub fn decode<C>(d: &mut Decoder<'_>, _: &mut C) -> Result<Vec<PhotoId>, Error> {
        let (ids, rest) = d.bytes()?.as_chunks::<32>();
        if !rest.is_empty() || ids.len() > limits::PHOTOS {
            return Err(Error::message("no list of photos"));
        }
        Ok(ids.iter().map(|id| PhotoId(*id)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(place: Option<Place>) -> Photo {
        Photo { jpeg: vec![0xff, 0xd8, 7, 7], width: 4, height: 3, place }
    }

    #[test]
    fn a_photo_comes_back_from_its_content_open_or_sealed() {
        for place in [None, Place::new(1_612_345, 10_712_345)] {
            let photo = photo(place);
            assert_eq!(read(&open_content(&photo), &[1; 32]), Some(photo.clone()));
            assert_eq!(read(&sealed_content(&photo, &[1; 32]), &[1; 32]), Some(photo));
        }
    }

    #[test]
    fn a_sealed_photo_is_the_same_on_every_pc_of_the_commune_and_on_no_other() {
        let (photo, one, other) = (photo(None), [1; 32], [2; 32]);
        assert_eq!(sealed_content(&photo, &one), sealed_content(&photo, &one));
        assert_ne!(id(&sealed_content(&photo, &one)), id(&sealed_content(&photo, &other)));
        assert_eq!(read(&sealed_content(&photo, &one), &other), None);
    }

    #[test]
    fn any_changed_or_missing_byte_of_a_sealed_photo_is_seen() {
        let sealed = sealed_content(&photo(None), &[1; 32]);
        for n in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[n] ^= 0x40;
            assert_eq!(read(&changed, &[1; 32]), None, "byte {n}");
            assert_eq!(read(&sealed[..n], &[1; 32]), None, "cut at {n}");
        }
    }

    #[test]
    fn what_is_longer_than_a_photo_may_be_is_not_read() {
        let mut photo = photo(None);
        photo.jpeg = vec![0; limits::PHOTO_BYTES];
        assert_eq!(read(&open_content(&photo), &[1; 32]), None);
    }
}
