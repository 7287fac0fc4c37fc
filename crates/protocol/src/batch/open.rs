//! Opening: bytes in, changes out, or one clear reason why not.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sohoi_domain::{Change, DeviceId, Hlc};

use super::arena::Arena;
use super::dictionary::{self, Dictionary};
use super::reading::Reading;
use super::view::ChangeView;
use super::{
    BatchError, BatchHeader, Chain, FORMAT, SALT_BYTES, SIGN_CONTEXT, SIGNATURE_BYTES, chain_of, nonce,
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

/// As [`Opened`], read in place.
#[derive(Clone, Copy, Debug)]
pub struct Viewed<'a> {
    pub header: BatchHeader,
    pub chain: Chain,
    pub changes: &'a [ChangeView<'a>],
}

impl Viewed<'_> {
    pub fn to_opened(self) -> Opened {
        let changes = self.changes.iter().map(|change| change.to_change()).collect();
        Opened { header: self.header, chain: self.chain, changes }
    }
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
    view(bytes, previous, public_key, &Arena::default()).map(Viewed::to_opened)
}

/// As [`open`], without taking anything out of the batch.
///
/// # Errors
/// As [`open`].
pub fn view<'a>(
    bytes: &[u8],
    previous: &Chain,
    public_key: &[u8; 32],
    arena: &'a Arena,
) -> Result<Viewed<'a>, BatchError> {
    let parts = Parts::of(bytes)?;
    let chain = parts.chain(bytes, previous, public_key)?;
    let content = arena.unpack(parts.open, parts.dictionary.open)?;
    let changes = Reading::of(&parts.header, content, arena)?.finish()?;
    Ok(Viewed { header: parts.header, chain, changes })
}

/// Whether every byte of a batch is as its device signed it between these chains; what it says is not read.
/// The chain alone would not tell: the signature is no part of it, and can suffer as well.
pub fn is_whole(bytes: &[u8], (previous, chain): (&Chain, &Chain), public_key: &[u8; 32]) -> bool {
    chain_of(bytes, previous) == *chain && is_signed(bytes, chain, public_key)
}

fn is_signed(bytes: &[u8], chain: &Chain, public_key: &[u8; 32]) -> bool {
    let signature = bytes.last_chunk::<SIGNATURE_BYTES>();
    signature.is_some_and(|signature| verify(public_key, SIGN_CONTEXT, &[chain], signature))
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
    let (parts, arena) = (Parts::of(bytes)?, Arena::default());
    let chain = parts.chain(bytes, previous, public_key)?;
    let content = arena.unpack(parts.open, parts.dictionary.open)?;
    let mut reading = Reading::of(&parts.header, content, &arena)?;
    if !parts.sealed.is_empty() {
        let packed = parts.decrypted(commune_key)?;
        reading.section(Reader::new(arena.unpack(&packed, parts.dictionary.sealed)?))?;
    }
    Ok(Viewed { header: parts.header, chain, changes: reading.finish()? }.to_opened())
}

/// Both sides as they were before the compression: what dictionaries are trained on.
///
/// # Errors
/// As [`open_with_key`], but no signature is asked for.
pub fn unpacked(bytes: &[u8], commune_key: &[u8; 32]) -> Result<(Vec<u8>, Vec<u8>), BatchError> {
    let (parts, arena) = (Parts::of(bytes)?, Arena::default());
    let open = arena.unpack(parts.open, parts.dictionary.open)?.to_vec();
    if parts.sealed.is_empty() {
        return Ok((open, Vec::new()));
    }
    let packed = parts.decrypted(commune_key)?;
    Ok((open, arena.unpack(&packed, parts.dictionary.sealed)?.to_vec()))
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

    // After this batch, whose signature is right.
    fn chain(&self, bytes: &[u8], previous: &Chain, public_key: &[u8; 32]) -> Result<Chain, BatchError> {
        let chain = chain_of(bytes, previous);
        if is_signed(bytes, &chain, public_key) { Ok(chain) } else { Err(BatchError::Signature) }
    }

    fn decrypted(&self, commune_key: &[u8; 32]) -> Result<Vec<u8>, BatchError> {
        let (salt, sealed) = self
            .sealed
            .split_first_chunk::<SALT_BYTES>()
            .ok_or(Malformed("the sealed section is too short"))?;
        let cipher = XChaCha20Poly1305::new(&Key::from(*commune_key));
        let payload = Payload { msg: sealed, aad: self.bound_to };
        cipher.decrypt(&XNonce::from(nonce(salt, self.bound_to)), payload).map_err(|_| BatchError::Key)
    }
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
    let arena = Arena::default();
    let mut reading = Reading::of(&header, open, &arena)?;
    reading.section(Reader::new(sealed))?;
    Ok(reading.finish()?.iter().map(|change| change.to_change()).collect())
}
