//! What travels between a commune's PC and the hub: batches, receipts and the frames that carry them.
//!
//! Everything here is bytes in, values out: no socket, file or clock. Each decoder has limits, and what is
//! wrong is an error value, never a panic. `docs/protocol.md` describes the format for other programs.

pub mod arbitrary;
pub mod batch;
pub mod bytes;
pub mod enrol;
pub mod frame;
pub mod limits;
pub mod message;
pub mod session;
pub mod sign;

pub use batch::{BatchError, BatchHeader, Chain};
pub use frame::{Frame, FrameError, FrameReader};
pub use message::{Done, End, Hello, Receipt, Refusal, Welcome};
pub use session::SyncProtocol;
