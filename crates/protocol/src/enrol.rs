//! Enrolment: a one-time code ties a device's key to a unit, and pins the hub's key on the device.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sohoi_domain::DeviceId;

use crate::sign::{Signer, verify};

/// The file that the province hands out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolmentFile {
    /// Always `sohoi-enrolment`.
    pub format: String,
    pub version: u16,
    pub hub_url: String,
    /// Ed25519, in hexadecimal: receipts are checked against it.
    pub hub_key: String,
    pub unit_code: String,
    pub unit_valid_from: String,
    pub unit_name: String,
    /// Used up by the first device that comes with it.
    pub code: String,
    /// Milliseconds since 1970, by the hub's clock.
    pub expires_at_ms: i64,
    /// Certificates in PEM that the hub's may be checked against, beside the system's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roots: Vec<String>,
}

/// Body of `POST /v1/enrol`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolReq {
    pub code: String,
    pub device: String,
    /// Ed25519, in hexadecimal.
    pub public_key: String,
    /// Over code, device and unit: proves that the device holds the key.
    pub signature: String,
    /// The unit of the register, so that a file for another commune is refused.
    pub unit_code: String,
    pub unit_valid_from: String,
    /// The device's [`crate::card::Card`], in hexadecimal, for the other PCs of the commune.
    #[serde(default)]
    pub card: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRes {
    pub hub_id: String,
    pub hub_key: String,
    /// Sent as `Authorization: Bearer` with every sync.
    pub token: String,
    pub unit_code: String,
    pub unit_valid_from: String,
    pub unit_name: String,
    pub epoch: u64,
}

/// Body of `POST /v1/renew`, with the token of the device that is left; in a file, a part of
/// [`crate::message::Renew`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct RenewReq {
    /// The new device.
    #[n(0)]
    pub device: String,
    /// Its Ed25519 key, in hexadecimal.
    #[n(1)]
    pub public_key: String,
    /// By the new key, over the old device, the new one and `token_hash`.
    #[n(2)]
    pub signature: String,
    /// By the old key, over the same: a token alone makes no device.
    #[n(3)]
    pub old_signature: String,
    /// SHA-256 of the token that the new device will send, in hexadecimal.
    #[n(4)]
    pub token_hash: String,
    /// The new device's [`crate::card::Card`], in hexadecimal.
    #[n(5)]
    pub card: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewRes {
    /// The new device.
    pub device: String,
}

impl RenewReq {
    /// Signed by both keys.
    pub fn sign(old: &Signer, new: &Signer, token: &str, card: &[u8]) -> RenewReq {
        let mut req = RenewReq {
            device: DeviceId::of_public_key(&new.public_key()).to_string(),
            public_key: to_hex(&new.public_key()),
            signature: String::new(),
            old_signature: String::new(),
            token_hash: to_hex(&Sha256::digest(token)),
            card: to_hex(card),
        };
        let old_device = DeviceId::of_public_key(&old.public_key()).to_string();
        let parts = req.parts(&old_device);
        let [signature, old_signature] = [new, old].map(|signer| to_hex(&signer.sign(RENEW_CONTEXT, &parts)));
        (req.signature, req.old_signature) = (signature, old_signature);
        req
    }

    /// The new device and its key, when they belong together and both keys have signed; none otherwise.
    pub fn verified(&self, old_key: &[u8; 32]) -> Option<(DeviceId, [u8; 32])> {
        let public_key: [u8; 32] = from_hex(&self.public_key)?;
        let device: DeviceId = self.device.parse().ok()?;
        let old_device = DeviceId::of_public_key(old_key).to_string();
        let parts = self.parts(&old_device);
        let is_signed = |key: &[u8; 32], signature: &str| {
            from_hex(signature).is_some_and(|signature| verify(key, RENEW_CONTEXT, &parts, &signature))
        };
        let fits = device == DeviceId::of_public_key(&public_key)
            && is_signed(&public_key, &self.signature)
            && is_signed(old_key, &self.old_signature);
        fits.then_some((device, public_key))
    }

    fn parts<'a>(&'a self, old_device: &'a str) -> [&'a [u8]; 3] {
        [old_device, &self.device, &self.token_hash].map(str::as_bytes)
    }
}

/// Ed25519 secret of the device under which a PC goes on whose changes the hub has only up to `last_common`;
/// `hlc` is the stamp of the first that it has not. Copies of one register that hold the same change come to
/// the same device by it, and so find each other there instead of bringing the change twice.
pub fn next_secret(secret: &[u8; 32], last_common: u64, hlc: u64) -> [u8; 32] {
    let hash = Sha256::new().chain_update(b"sohoi next device 1").chain_update(secret);
    hash.chain_update(last_common.to_be_bytes()).chain_update(hlc.to_be_bytes()).finalize().into()
}

/// What a device that goes on for another is known to the hub by. Follows from its secret, so that it may ask
/// again after a power cut, and so may its copy.
pub fn renewed_token(secret: &[u8; 32]) -> String {
    let hash = Sha256::new().chain_update(b"sohoi renewed token 1").chain_update(secret).finalize();
    to_hex(&hash)
}

/// Context of the signatures in [`RenewReq`].
const RENEW_CONTEXT: &[u8] = b"sohoi renew 1";

/// Context of the signature in [`EnrolReq`].
pub const CONTEXT: &[u8] = b"sohoi enrol 1";

/// Bytes in hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The other way; none when it is not `N` bytes of hexadecimal.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    bytes_from_hex(text, N)?.try_into().ok()
}

/// Bytes of hexadecimal; none when it is something else, or longer than `max` bytes.
pub fn bytes_from_hex(text: &str, max: usize) -> Option<Vec<u8>> {
    if text.len() > 2 * max
        || !text.len().is_multiple_of(2)
        || !text.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return None;
    }
    (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()).collect()
}
