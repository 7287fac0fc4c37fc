//! Opening: bytes in, changes out, or one clear reason why not.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sohoi_domain::{Change, DeviceId, Hlc};

use super::dictionary::{self, Dictionary};
use super::rows::{self, Devices};
use super::{
    BatchError, BatchHeader, Chain, FORMAT, SALT_BYTES, SIGN_CONTEXT, SIGNATURE_BYTES, chain_of, nonce,
    section,
};
use crate::bytes::{Malformed, Reader};
use crate::limits;
use crate::sign::verify;

/// A batch whose signature and place in the history were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    pub header: BatchHeader,
    /// Chain after this batch.
    pub chain: Chain,
    /// Without personal values, unless it was opened with the commune's key.
    pub changes: Vec<Change>,
}

/// Reads what a batch says of itself; nothing is checked against a key.
pub fn header(bytes: &[u8]) -> Result<BatchHeader, BatchError> {
    Parts::of(bytes).map(|parts| parts.header)
}

/// Checks a batch against its device's key and the chain before it, and reads its open side.
///
/// # Errors
/// [`BatchError::Signature`] for any changed byte, another device's key or another place in the history;
/// others when it was signed but cannot be read by this program.
pub fn open(bytes: &[u8], previous: &Chain, public_key: &[u8; 32]) -> Result<Opened, BatchError> {
    let parts = Parts::of(bytes)?;
    let chain = chain_of(bytes, previous);
    if !is_whole(bytes, (previous, &chain), public_key) {
        return Err(BatchError::Signature);
    }
    let (changes, _) = parts.open_side()?;
    Ok(Opened { header: parts.header, chain, changes })
}

/// Whether every byte of a batch is as its device signed it between these chains; what it says is not read.
/// The chain alone would not tell: the signature is no part of it, and can suffer as well.
pub fn is_whole(bytes: &[u8], (previous, chain): (&Chain, &Chain), public_key: &[u8; 32]) -> bool {
    let Some(signature) = bytes.last_chunk::<SIGNATURE_BYTES>() else { return false };
    chain_of(bytes, previous) == *chain && verify(public_key, SIGN_CONTEXT, &[chain], signature)
}

/// As [`open`], with the personal values too: for the commune's own devices.
///
/// # Errors
/// [`BatchError::Key`] when the section was sealed with another commune's key.
pub fn open_with_key(
    bytes: &[u8],
    previous: &Chain,
    public_key: &[u8; 32],
    commune_key: &[u8; 32],
) -> Result<Opened, BatchError> {
    let mut opened = open(bytes, previous, public_key)?;
    let parts = Parts::of(bytes)?;
    if parts.sealed.is_empty() {
        return Ok(opened);
    }
    let content = parts.sealed_content(commune_key)?;
    let (_, devices) = parts.open_side()?;
    decode_sealed(&content, &mut opened.changes, &devices)?;
    Ok(opened)
}

/// Both sides as they were before the compression: what dictionaries are trained on.
///
/// # Errors
/// As [`open_with_key`], but no signature is asked for.
pub fn unpacked(bytes: &[u8], commune_key: &[u8; 32]) -> Result<(Vec<u8>, Vec<u8>), BatchError> {
    let parts = Parts::of(bytes)?;
    let sealed = if parts.sealed.is_empty() { Vec::new() } else { parts.sealed_content(commune_key)? };
    Ok((dictionary::unpack(parts.open, parts.dictionary.open)?, sealed))
}

struct Parts<'a> {
    header: BatchHeader,
    dictionary: Dictionary,
    open: &'a [u8],
    sealed: &'a [u8],
    /// Everything before the sealed section.
    bound_to: &'a [u8],
}

impl<'a> Parts<'a> {
    fn of(bytes: &'a [u8]) -> Result<Parts<'a>, BatchError> {
        if bytes.len() > limits::BATCH_BYTES {
            return Err(BatchError::TooLarge);
        }
        let signed = bytes.len().checked_sub(SIGNATURE_BYTES).ok_or(Malformed("it ends too early"))?;
        let mut reader = Reader::new(&bytes[..signed]);
        match reader.u8()? {
            FORMAT => {}
            other => return Err(BatchError::UnknownFormat(other)),
        }
        let header = BatchHeader::read(&mut reader)?;
        let open = reader.bytes(limits::BATCH_BYTES)?;
        let bound_to = &bytes[..signed - reader.rest().len()];
        let sealed = reader.bytes(limits::BATCH_BYTES)?;
        reader.finish()?;
        let dictionary =
            dictionary::of(header.dictionary).ok_or(BatchError::UnknownDictionary(header.dictionary))?;
        Ok(Parts { header, dictionary, open, sealed, bound_to })
    }

    fn sealed_content(&self, commune_key: &[u8; 32]) -> Result<Vec<u8>, BatchError> {
        let (salt, sealed) = self
            .sealed
            .split_first_chunk::<SALT_BYTES>()
            .ok_or(Malformed("the sealed section is too short"))?;
        let cipher = XChaCha20Poly1305::new(&Key::from(*commune_key));
        let payload = Payload { msg: sealed, aad: self.bound_to };
        let packed = cipher
            .decrypt(&XNonce::from(nonce(salt, self.bound_to)), payload)
            .map_err(|_| BatchError::Key)?;
        Ok(dictionary::unpack(&packed, self.dictionary.sealed)?)
    }

    fn open_side(&self) -> Result<(Vec<Change>, Devices), BatchError> {
        let content = dictionary::unpack(self.open, self.dictionary.open)?;
        Ok(decode_open(&self.header, &content)?)
    }
}

fn decode_open(header: &BatchHeader, content: &[u8]) -> Result<(Vec<Change>, Devices), Malformed> {
    let mut reader = Reader::new(content);
    let devices = Devices::read(header.device, &mut reader)?;
    let mut changes = rows::read(&mut reader, header, &devices)?;
    section::read(&mut reader, &mut changes, &devices)?;
    reader.finish()?;
    Ok((changes, devices))
}

fn decode_sealed(content: &[u8], changes: &mut [Change], devices: &Devices) -> Result<(), Malformed> {
    let mut reader = Reader::new(content);
    section::read(&mut reader, changes, devices)?;
    reader.finish()
}

/// The sides alone, as if they had been unpacked from a batch.
pub(crate) fn decode_sides(
    device: DeviceId,
    count: u32,
    open: &[u8],
    sealed: &[u8],
) -> Result<Vec<Change>, Malformed> {
    let header =
        BatchHeader { device, first_seq: 1, count, catalogue: 1, base_hlc: Hlc(1 << 40), dictionary: 0 };
    let (mut changes, devices) = decode_open(&header, open)?;
    decode_sealed(sealed, &mut changes, &devices)?;
    Ok(changes)
}
