//! age's keys out of those that both sides have pinned: Ed25519 keys in their Montgomery form.
//!
//! The same pair for signatures and for this exchange is sound (eprint 2021/509), and age does the same for
//! SSH keys. So an answer needs nothing that enrolment has not brought.

use age::x25519::{Identity, Recipient};
use bech32::{ToBase32, Variant};
use ed25519_dalek::VerifyingKey;
use zeroize::Zeroizing;

use crate::sign::Signer;

// age takes its keys as text only.
const RECIPIENT: &str = "age";
const IDENTITY: &str = "age-secret-key-";

/// Whom a file is sealed to; none when the key is no good point of the curve.
pub fn recipient(public_key: &[u8; 32]) -> Option<Recipient> {
    let key = VerifyingKey::from_bytes(public_key).ok().filter(|key| !key.is_weak())?;
    let text = bech32::encode(RECIPIENT, key.to_montgomery().to_bytes().to_base32(), Variant::Bech32);
    text.ok()?.parse().ok()
}

pub fn identity(signer: &Signer) -> Identity {
    let scalar = Zeroizing::new(signer.scalar());
    let text = bech32::encode(IDENTITY, scalar.to_base32(), Variant::Bech32);
    let text = Zeroizing::new(text.expect("the prefix is a good one"));
    text.parse().expect("32 bytes are a key")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn both_halves_of_a_key_come_to_one_pair(secret: [u8; 32]) {
            let signer = Signer::new(&secret);
            let recipient = recipient(&signer.public_key()).expect("a key of ours is a good one");
            proptest::prop_assert_eq!(recipient.to_string(), identity(&signer).to_public().to_string());
        }
    }

    #[test]
    fn a_key_of_small_order_is_no_recipient() {
        let mut neutral = [0; 32];
        neutral[0] = 1;
        assert!(recipient(&neutral).is_none());
    }
}
