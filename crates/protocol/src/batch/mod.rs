//! A batch: a run of one device's changes, sealed once into bytes that never change.
//!
//! ```text
//! format u8 = 1
//! header   numbers
//! open     length, zstd( columns )            read by the hub
//! sealed   length, salt ‖ XChaCha20-Poly1305( zstd( columns ) )   read only in the commune
//! signature 64 bytes, Ed25519 over the chain
//! ```
//! chain = SHA-256(previous chain ‖ everything before the signature), so a batch fits one place in one history.

mod arena;
mod column;
mod dictionary;
mod lines;
mod lists;
mod number;
mod open;
mod reading;
mod rows;
mod seal;
mod section;
mod values;
mod view;

use sha2::{Digest, Sha256};
use sohoi_domain::{DeviceId, Hlc};

pub use arena::Arena;
pub(crate) use open::decode_sides;
pub use open::{Opened, Viewed, header, is_whole, open, open_with_key, unpacked, view};
pub use seal::{Privacy, Sealed, Sealing, run_length, seal};
pub use view::{ChangeView, LineView, UnitView, ValueView};

use crate::bytes::{Malformed, Reader, put_varint};
use crate::limits;

/// Hash over a device's batches up to a point.
pub type Chain = [u8; 32];

/// Before the first batch.
pub const START: Chain = [0; 32];

pub(crate) const FORMAT: u8 = 1;
pub(crate) const SIGN_CONTEXT: &[u8] = b"sohoi batch 1";
pub(crate) const SIGNATURE_BYTES: usize = 64;
pub(crate) const SALT_BYTES: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchHeader {
    pub device: DeviceId,
    pub first_seq: u64,
    pub count: u32,
    /// Version of the catalogue that its changes were checked by.
    pub catalogue: u32,
    /// Stamp that the first change's is counted from.
    pub base_hlc: Hlc,
    /// Dictionary of the compression; 0 for none.
    pub dictionary: u32,
}

impl BatchHeader {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.device.0.to_be_bytes());
        let numbers = [self.first_seq, self.count.into(), self.catalogue.into(), self.base_hlc.0 >> 16];
        numbers.into_iter().for_each(|number| put_varint(out, number));
        put_varint(out, self.base_hlc.0 & 0xffff);
        put_varint(out, self.dictionary.into());
    }

    fn read(reader: &mut Reader) -> Result<BatchHeader, Malformed> {
        let device = DeviceId(u64::from_be_bytes(reader.array()?));
        let first_seq = reader.varint()?;
        let count = reader.count(limits::BATCH_CHANGES)? as u32;
        if count == 0 || first_seq == 0 {
            return Err(Malformed("the header counts no changes, or too many"));
        }
        let catalogue = number(reader, u64::from(u32::MAX))? as u32;
        let base_hlc = Hlc(number(reader, (1 << 48) - 1)? << 16 | number(reader, 0xffff)?);
        let dictionary = number(reader, u64::from(u32::MAX))? as u32;
        Ok(BatchHeader { device, first_seq, count, catalogue, base_hlc, dictionary })
    }
}

fn number(reader: &mut Reader, most: u64) -> Result<u64, Malformed> {
    let number = reader.varint()?;
    if number > most { Err(Malformed("the header has a number out of range")) } else { Ok(number) }
}

/// Nonce of a sealed side. What it is bound to is in it, so two batches have two nonces; the salt is for a register
/// that was copied and seals other changes in the same place.
fn nonce(salt: &[u8; SALT_BYTES], bound_to: &[u8]) -> [u8; 24] {
    let mut hash = Sha256::new();
    hash.update(b"sohoi nonce 1");
    hash.update(salt);
    hash.update(bound_to);
    let mut nonce = [0; 24];
    nonce.copy_from_slice(&hash.finalize()[..24]);
    nonce
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    #[error("the batch is larger than allowed")]
    TooLarge,
    #[error("the batch has format {0}, which this program does not know")]
    UnknownFormat(u8),
    #[error("the batch needs dictionary {0}, which this program does not have")]
    UnknownDictionary(u32),
    #[error("the batch does not bear its device's signature over this history")]
    Signature,
    #[error("the batch cannot be read: {0}")]
    Malformed(#[from] Malformed),
    #[error("the sealed section was made with another key")]
    Key,
}

impl BatchError {
    /// One word for logs and refusals.
    pub fn reason(&self) -> &'static str {
        match self {
            BatchError::TooLarge => "too_large",
            BatchError::UnknownFormat(_) | BatchError::Malformed(_) => "format",
            BatchError::UnknownDictionary(_) => "dictionary",
            BatchError::Signature => "signature",
            BatchError::Key => "key",
        }
    }
}

/// Chain after a batch that follows on `previous`.
pub fn chain_of(bytes: &[u8], previous: &Chain) -> Chain {
    let signed = bytes.len().saturating_sub(SIGNATURE_BYTES);
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(&bytes[..signed]);
    hash.finalize().into()
}
