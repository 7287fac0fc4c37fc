//! What travels between a commune's PC and the hub: batches, receipts and the frames that carry them.
//!
//! Everything here is bytes in, values out: no socket or clock, and no file but in `bundle::place`. Each decoder has limits, and what is
//! wrong is an error value, never a panic. `docs/protocol.md` describes the format for other programs.

pub mod arbitrary;
pub mod batch;
pub mod brief;
pub mod bulletin;
pub mod bundle;
pub mod bytes;
pub mod card;
pub mod clock;
pub mod enrol;
pub mod frame;
pub mod limits;
pub mod message;
pub mod photo;
pub mod session;
pub mod sign;
pub mod sum;

pub use batch::{BatchError, BatchHeader, Chain};
pub use brief::{FromDevice, FromHub};
pub use frame::{Frame, FrameError, FrameReader, Part, Rest};
pub use message::{Done, End, Hello, Receipt, Refusal, Welcome};
pub use session::SyncProtocol;
pub use sum::{KindSum, KindSums, SumsDigest};
