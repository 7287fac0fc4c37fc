//! A sync as a file: the frames of `POST /v1/sync`, sealed to the other side's key, with a plain label before
//! them. The bytes are fixed by `docs/protocol.md`, section *Files*; a change needs a new [`VERSION`].

mod disk;
mod key;
mod label;
mod place;
mod read;
mod write;

use std::io;

pub use label::{Label, Way};
pub use place::{named, target, write_whole};
pub use read::BundleReader;
pub use write::BundleWriter;

/// First bytes of every file. The line end and the end-of-file mark show what a text transfer has spoilt.
pub const MAGIC: [u8; 8] = *b"SoHoi\r\n\x1a";
/// Newest version of the format that this program reads, and the one that it writes.
pub const VERSION: u8 = 1;

/// Magic, version, length of the sealed part, length of the label.
const HEAD_BYTES: usize = 8 + 1 + 8 + 2;

/// Why a file was not written or not taken. Of it, nothing was taken then.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    #[error("the file is empty")]
    Empty,
    #[error("the file is none of this program's")]
    NotOurs,
    #[error("the file is of a newer version ({found}, this program reads {max})")]
    TooNew { found: u8, max: u8 },
    #[error("the file ends too early")]
    Truncated,
    #[error("the file is larger than allowed")]
    TooLarge,
    /// An answer of the hub where a commune's bundle was asked for.
    #[error("the file is an answer of the hub")]
    IsAnswer,
    #[error("the file is a commune's bundle")]
    IsBundle,
    #[error("the file is for another hub")]
    OtherHub,
    #[error("the file is another unit's")]
    OtherUnit,
    #[error("the file is another device's")]
    OtherDevice,
    /// The register has no such batches: it was restored from a backup, or made anew.
    #[error("the answer is for changes that are not here")]
    UnknownChanges,
    /// A byte was altered, or somebody else made it.
    #[error("the file is damaged")]
    Damaged,
    #[error("another file has this name")]
    Exists,
    #[error("the file cannot be read or written")]
    Io(#[from] io::Error),
}

impl BundleError {
    /// The code that both programs have words for.
    pub fn code(&self) -> &'static str {
        match self {
            BundleError::Empty => "bundle.empty",
            BundleError::NotOurs => "bundle.not_ours",
            BundleError::TooNew { .. } => "bundle.too_new",
            BundleError::Truncated => "bundle.truncated",
            BundleError::TooLarge => "bundle.too_large",
            BundleError::IsAnswer => "bundle.is_answer",
            BundleError::IsBundle => "bundle.is_bundle",
            BundleError::OtherHub => "bundle.other_hub",
            BundleError::OtherUnit => "bundle.other_unit",
            BundleError::OtherDevice => "bundle.other_device",
            BundleError::UnknownChanges => "bundle.unknown_changes",
            BundleError::Damaged => "bundle.damaged",
            BundleError::Exists => "bundle.exists",
            BundleError::Io(error) => disk::code(error),
        }
    }

    /// What reading something encrypted says: of the disk it is told as it is, the rest is damage.
    fn of_read(error: io::Error) -> BundleError {
        match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                BundleError::Damaged
            }
            _ => BundleError::Io(error),
        }
    }
}

#[cfg(test)]
mod tests;
