//! Enrolment: a one-time code ties a device's key to a unit, and pins the hub's key on the device.

use serde::{Deserialize, Serialize};

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

/// Body of `POST /v1/renew`, with the token of the device that is left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewReq {
    /// The new device.
    pub device: String,
    /// Its Ed25519 key, in hexadecimal.
    pub public_key: String,
    /// By the new key, over the old device and the new one.
    pub signature: String,
    /// By the old key, over the same: a token alone makes no device.
    pub old_signature: String,
    /// The new device's [`crate::card::Card`], in hexadecimal.
    pub card: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewRes {
    /// Sent as `Authorization: Bearer` with every sync of the new device.
    pub token: String,
}

/// Context of the signatures in [`RenewReq`].
pub const RENEW_CONTEXT: &[u8] = b"sohoi renew 1";

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
