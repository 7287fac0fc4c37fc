//! A PC's card: how the PCs of one commune know each other, though only the hub introduces them.
//!
//! ```text
//! nonce (24) ‖ XChaCha20-Poly1305( CBOR card ) under the commune's key, bound to the device's public key
//! ```
//! Who can open it has the commune's key, and who made it had it too: the hub can neither read the officers'
//! names in it nor smuggle in a device of its own.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use minicbor::{Decode, Encode};

use crate::limits;

const NONCE_BYTES: usize = 24;

/// What a PC tells the others of its commune.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Card {
    #[n(0)]
    pub officers: Vec<Officer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Officer {
    /// As in the changes that she made.
    #[n(0)]
    pub number: u32,
    #[n(1)]
    pub name: String,
}

impl Card {
    /// None when it is longer than a card may be.
    pub fn seal(&self, commune_key: &[u8; 32], public_key: &[u8; 32], nonce: [u8; 24]) -> Option<Vec<u8>> {
        let content = minicbor::to_vec(self).expect("writing to memory cannot fail");
        let cipher = XChaCha20Poly1305::new(&Key::from(*commune_key));
        let payload = Payload { msg: &content, aad: public_key };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).expect("a short text can be sealed");
        let card = [nonce.as_slice(), &sealed].concat();
        (card.len() <= limits::CARD_BYTES).then_some(card)
    }

    /// None when it was made with another key, for another device, or cannot be read.
    pub fn open(bytes: &[u8], commune_key: &[u8; 32], public_key: &[u8; 32]) -> Option<Card> {
        if bytes.len() > limits::CARD_BYTES {
            return None;
        }
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES)?;
        let mut fixed = [0; NONCE_BYTES];
        fixed.copy_from_slice(nonce);
        let cipher = XChaCha20Poly1305::new(&Key::from(*commune_key));
        let payload = Payload { msg: sealed, aad: public_key };
        let content = cipher.decrypt(&XNonce::from(fixed), payload).ok()?;
        minicbor::decode(&content).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_commune_reads_a_card_and_only_with_its_own_device() {
        let card = Card { officers: vec![Officer { number: 1, name: "Kăn Thử".into() }] };
        let sealed = card.seal(&[1; 32], &[2; 32], [3; 24]).expect("it is short");
        assert_eq!(Card::open(&sealed, &[1; 32], &[2; 32]), Some(card));
        assert_eq!(Card::open(&sealed, &[9; 32], &[2; 32]), None, "another commune");
        assert_eq!(Card::open(&sealed, &[1; 32], &[9; 32]), None, "a device that the hub made up");
        for n in 0..sealed.len() {
            assert_eq!(Card::open(&sealed[..n], &[1; 32], &[2; 32]), None, "cut at {n}");
        }
    }

    #[test]
    fn a_card_has_a_limit() {
        let officer = |number| Officer { number, name: "n".repeat(100) };
        let card = Card { officers: (0..100).map(officer).collect() };
        assert_eq!(card.seal(&[1; 32], &[2; 32], [3; 24]), None);
    }
}
