//! From a PIN to a key, and the data key wrapped under it.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::DataKey;
use crate::error::{Fault, StoreError};

/// What one try at a secret costs (Argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cost {
    /// For a PIN: some 0.1 s on a new PC and 0.3 to 0.5 s on one of ten years.
    ///
    /// A PIN of six digits can be guessed by whoever copies the folder, so a try is made as dear as an
    /// officer bears every morning; 64 MiB also fit a PC of 4 GB and make graphics cards slow.
    pub const PIN: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 1 };

    /// For a recovery code, whose 155 random bits nobody guesses at any price.
    pub const RECOVERY: Cost = Cost { memory_kib: 19 * 1024, passes: 2, lanes: 1 };

    /// Derives a key.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn derive(self, secret: &[u8], salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let fault = |_| StoreError::Fault(Fault::KeyDerivation);
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(fault)?;
        let mut key = Zeroizing::new([0; 32]);
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon2.hash_password_into(secret, salt, key.as_mut_slice()).map_err(fault)?;
        Ok(key)
    }

    // A slots file from elsewhere must not make the program ask for all memory there is.
    fn is_bearable(self) -> bool {
        (8..=1024 * 1024).contains(&self.memory_kib)
            && (1..=64).contains(&self.passes)
            && (1..=16).contains(&self.lanes)
    }
}

/// What a new register's ways in cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    pub pin: Cost,
    pub recovery: Cost,
}

impl Costs {
    /// For every register that holds somebody's records; others are for tests that make thousands.
    pub const REAL: Costs = Costs { pin: Cost::PIN, recovery: Cost::RECOVERY };
}

/// A data key under a key derived from a secret. Salt, nonce and bytes in hexadecimal.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Wrapped {
    argon2id: Cost,
    salt: String,
    nonce: String,
    sealed: String,
}

impl Wrapped {
    pub fn wrap(secret: &[u8], key: &DataKey, cost: Cost, binding: &str) -> Result<Wrapped, StoreError> {
        let (salt, nonce) = (random::<16>()?, random::<24>()?);
        let cipher = cipher(&*cost.derive(secret, &salt)?);
        let payload = Payload { msg: key.as_slice(), aad: binding.as_bytes() };
        let sealed = cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| StoreError::Fault(Fault::KeyDerivation))?;
        Ok(Wrapped { argon2id: cost, salt: hex(&salt), nonce: hex(&nonce), sealed: hex(&sealed) })
    }

    /// None when the secret is another one.
    pub fn unwrap(&self, secret: &[u8], binding: &str) -> Result<Option<DataKey>, StoreError> {
        let (Some(salt), Some(nonce), Some(sealed)) =
            (from_hex(&self.salt), from_hex(&self.nonce), from_hex(&self.sealed))
        else {
            return Err(StoreError::Damaged);
        };
        let Ok(nonce) = <[u8; 24]>::try_from(nonce) else { return Err(StoreError::Damaged) };
        if !self.argon2id.is_bearable() {
            return Err(StoreError::Damaged);
        }
        let cipher = cipher(&*self.argon2id.derive(secret, &salt)?);
        let payload = Payload { msg: &sealed, aad: binding.as_bytes() };
        let Ok(opened) = cipher.decrypt(&XNonce::from(nonce), payload) else { return Ok(None) };
        let opened = Zeroizing::new(opened);
        let key = <[u8; 32]>::try_from(opened.as_slice()).map_err(|_| StoreError::Damaged)?;
        Ok(Some(Zeroizing::new(key)))
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&Key::from(*key))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Fault(Fault::NoRandomness))?;
    Ok(bytes)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}
