//! Ed25519 over length-prefixed parts with a context, so that no signature fits two purposes.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};

pub type Signature = [u8; 64];

/// A device's or the hub's own key.
pub struct Signer {
    key: SigningKey,
}

impl Signer {
    pub fn new(secret: &[u8; 32]) -> Signer {
        Signer { key: SigningKey::from_bytes(secret) }
    }

    pub fn public_key(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// The secret as X25519 takes it.
    pub(crate) fn scalar(&self) -> [u8; 32] {
        self.key.to_scalar_bytes()
    }

    pub fn sign(&self, context: &[u8], parts: &[&[u8]]) -> Signature {
        self.key.sign(&message(context, parts)).to_bytes()
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer")
    }
}

/// True when the signature is good; a key that is no point of the curve signs nothing.
pub fn verify(public_key: &[u8; 32], context: &[u8], parts: &[&[u8]], signature: &Signature) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(public_key) else { return false };
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    key.verify_strict(&message(context, parts), &signature).is_ok()
}

fn message(context: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut message = Vec::new();
    for part in std::iter::once(&context).chain(parts) {
        message.extend_from_slice(&(part.len() as u32).to_be_bytes());
        message.extend_from_slice(part);
    }
    message
}
