//! A batch: a run of one device's changes, sealed once into bytes that never change.
//!
//! ```text
//! format u8 = 1
//! header   length, CBOR map
//! open     length, zstd( columns )            read by the hub
//! sealed   length, nonce ‖ XChaCha20-Poly1305( zstd( columns ) )   read only in the commune
//! signature 64 bytes, Ed25519 over the chain
//! ```
//! chain = SHA-256(previous chain ‖ everything before the signature), so a batch fits one place in one history.

mod column;
mod dictionary;
mod lines;
mod lists;
mod number;
mod open;
mod rows;
mod seal;
mod section;

use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};
use sohoi_domain::{DeviceId, Hlc};

pub(crate) use open::decode_sides;
pub use open::{Opened, header, open, open_with_key, unpacked};
pub use seal::{Privacy, Sealed, Sealing, run_length, seal};

use crate::bytes::Malformed;

/// Hash over a device's batches up to a point.
pub type Chain = [u8; 32];

/// Before the first batch.
pub const START: Chain = [0; 32];

pub(crate) const FORMAT: u8 = 1;
pub(crate) const SIGN_CONTEXT: &[u8] = b"sohoi batch 1";
pub(crate) const SIGNATURE_BYTES: usize = 64;

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

#[derive(Encode, Decode)]
#[cbor(map)]
pub(crate) struct WireHeader {
    #[n(0)]
    device: u64,
    #[n(1)]
    first_seq: u64,
    #[n(2)]
    count: u32,
    #[n(3)]
    catalogue: u32,
    #[n(4)]
    base_hlc: u64,
    #[n(5)]
    dictionary: u32,
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
