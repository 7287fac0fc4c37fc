//! Photos of records. A record's field holds their names; content goes by these.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A picture that becomes a photo of a record of the kind: a file on this PC, or what was pasted.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct PhotoAddReq {
    pub kind: String,
    pub path: Option<String>,
    /// Standard alphabet, padded; at most 32 MiB of picture.
    pub base64: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PhotoShowReq {
    pub id: String,
    /// The whole photo; otherwise one of at most 320 pixels.
    pub full: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PhotoDto {
    /// 64 hexadecimal digits: what the record's field holds.
    pub id: String,
    /// A JPEG as a data URL; null when it has not come from another PC yet, or cannot be read on this one.
    pub url: Option<String>,
    /// Of the whole photo as it is kept and sent; 0 when it has not come.
    pub n_bytes: u32,
    /// The hub has signed for it.
    pub received: bool,
    /// Where it was taken, for kinds that keep that.
    pub place: Option<PhotoPlaceDto>,
}

/// In hundred-thousandths of a degree, north and east positive.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PhotoPlaceDto {
    pub latitude: i32,
    pub longitude: i32,
}
