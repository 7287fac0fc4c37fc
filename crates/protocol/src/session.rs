//! The one trait that both sides of a sync implement.

use crate::frame::{Frame, Part};

/// One side of a conversation: takes the other's frames, gives its own.
///
/// It opens no connection: the HTTP carrier, a file and a test that joins both sides in one process all
/// drive it in the same way.
pub trait SyncProtocol {
    type Error;

    /// Frames to send before the other side has said anything.
    fn open(&mut self) -> Result<Vec<Frame>, Self::Error>;

    /// Takes one frame and gives what is to be sent now. What it acknowledges is on disk.
    fn on_frame(&mut self, frame: Frame) -> Result<Vec<Frame>, Self::Error>;

    /// What has come of a frame that is not whole yet, and may never be: the line can be cut any time.
    fn on_part(&mut self, _part: Part) {}

    /// True when nothing more is to come from this side.
    fn is_done(&self) -> bool;
}
