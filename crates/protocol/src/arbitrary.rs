//! One entry point for each decoder, for bytes from anywhere: what tests and fuzzing feed. An answer of false
//! means refused; a panic, or memory beyond the limits, is a fault of the decoder.

use std::io::Cursor;

use sohoi_domain::DeviceId;

use crate::batch::{self, START};
use crate::bulletin::{self, Bulletin};
use crate::bundle::{BundleReader, Way};
use crate::clock::ClockWords;
use crate::enrol::EnrolmentFile;
use crate::frame::{Frame, FrameReader};
use crate::message::Receipt;
use crate::photo;
use crate::sign::Signer;

/// Published, and of no other use.
const DEVICE_SECRET: [u8; 32] = [0x11; 32];
const COMMUNE_KEY: [u8; 32] = [0x33; 32];

/// A stream of frames, its messages, and whether what is signed verifies.
pub fn frames(bytes: &[u8]) -> bool {
    let key = Signer::new(&DEVICE_SECRET).public_key();
    let mut reader = FrameReader::default();
    reader.push(bytes);
    loop {
        match reader.next_frame() {
            Ok(Some(Frame::Batch(bytes))) => drop(batch::header(&bytes)),
            Ok(Some(Frame::Ack(receipt))) => drop(receipt.is_signed_by(&key)),
            Ok(Some(Frame::Kept(kept))) => drop(kept.is_signed_by(&key)),
            Ok(Some(Frame::Blob(blob))) => drop((blob.is_whole(), photo::read(&blob.content, &COMMUNE_KEY))),
            Ok(Some(Frame::Pull(pull))) => {
                drop((pull.is_signed_by(&key), Bulletin::of_pull(&pull), ClockWords::of_pull(&pull)));
            }
            Ok(Some(Frame::End(end))) => drop(end.is_signed_by(&key)),
            Ok(Some(_)) => {}
            Ok(None) => return reader.is_clean(),
            Err(_) => return false,
        }
    }
}

/// A receipt, and whether it is signed. Written again, it says the same.
pub fn receipt(bytes: &[u8]) -> bool {
    let Ok(receipt) = minicbor::decode::<Receipt>(bytes) else { return false };
    let again = minicbor::to_vec(&receipt).expect("writing to memory cannot fail");
    assert_eq!(minicbor::decode::<Receipt>(&again).ok().as_ref(), Some(&receipt));
    // Whosever it is: that is a matter of the key, and no fault of the bytes.
    let _ = receipt.is_signed_by(&Signer::new(&DEVICE_SECRET).public_key());
    true
}

/// A file of either way, to its end: label, seal, frames, signature.
pub fn bundle(bytes: &[u8]) -> bool {
    let signer = Signer::new(&DEVICE_SECRET);
    [Way::Bundle, Way::Answer].into_iter().any(|way| {
        let opened = BundleReader::open(Cursor::new(bytes), way);
        opened.and_then(|mut reader| reader.check(&signer, &signer.public_key())).is_ok()
    })
}

/// A batch, whatever its signature says: header, open side, and the sealed side when it opens.
pub fn batch(bytes: &[u8]) -> bool {
    // Signed anew, as a device with a good key and bad intentions would: the decoders behind are what counts.
    let signer = Signer::new(&DEVICE_SECRET);
    let Some(signed) = bytes.len().checked_sub(batch::SIGNATURE_BYTES) else {
        return batch::header(bytes).is_ok();
    };
    let chain = batch::chain_of(bytes, &START);
    let mut bytes = bytes[..signed].to_vec();
    bytes.extend(signer.sign(batch::SIGN_CONTEXT, &[&chain]));
    batch::open_with_key(&bytes, &START, &signer.public_key(), &COMMUNE_KEY).is_ok()
}

/// The unpacked open and sealed sides of a batch of `count` changes, past compression and encryption.
pub fn sides(count: u32, open: &[u8], sealed: &[u8]) -> bool {
    batch::decode_sides(DeviceId(1), count, open, sealed).is_ok()
}

/// An enrolment file.
pub fn enrolment(bytes: &[u8]) -> bool {
    serde_json::from_slice::<EnrolmentFile>(bytes).is_ok()
}

/// A file with a catalogue, and the catalogue in it.
pub fn catalogue(bytes: &[u8]) -> bool {
    bulletin::of_file(bytes).is_some_and(|release| sohoi_domain::Catalogue::load(&release.files).is_ok())
}

/// A bulletin, and the files of a catalogue in it. Whether its body is known makes no difference.
pub fn bulletin(bytes: &[u8]) -> bool {
    // Written again, it is the same thing, if not the same bytes.
    let Ok(read) = Bulletin::decode(bytes) else { return false };
    read.encode().is_none_or(|again| Bulletin::decode(&again) == Ok(read))
}
