//! The line of one sync: frames as bytes, each way, until it is cut.

use sohoi_protocol::{Frame, FrameReader, FromDevice, FromHub, SyncProtocol};
use sohoi_testkit::Random;

/// One way of it.
struct Way {
    left: u64,
    reader: FrameReader,
}

impl Way {
    /// What of these frames comes out at the other end; none once it is cut.
    fn carry(&mut self, frames: Vec<Frame>) -> Option<Vec<Frame>> {
        let mut arrived = Vec::new();
        for frame in frames {
            let bytes = frame.encode();
            let n_bytes = usize::try_from(self.left.min(bytes.len() as u64)).expect("a frame fits memory");
            self.left -= n_bytes as u64;
            self.reader.push(&bytes[..n_bytes]);
            while let Some(frame) = self.reader.next_frame().expect("what was sent can be read") {
                arrived.push(frame);
            }
            if n_bytes < bytes.len() {
                return if arrived.is_empty() { None } else { Some(arrived) };
            }
        }
        Some(arrived)
    }
}

pub struct Line {
    up: Way,
    down: Way,
}

/// How a conversation came to its end.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    Whole,
    Cut,
}

impl Line {
    pub fn good() -> Self {
        Self::of(u64::MAX, u64::MAX)
    }

    /// Cut somewhere, mostly before the end.
    pub fn bad(random: &mut Random) -> Self {
        let of = |random: &mut Random| match random.below(3) {
            0 => u64::MAX,
            1 => random.below(400),
            _ => random.below(6_000),
        };
        Self::of(of(random), of(random))
    }

    fn of(up: u64, down: u64) -> Self {
        let way = |left| Way { left, reader: FrameReader::default() };
        Self { up: way(up), down: way(down) }
    }

    /// Lets both sides talk. `heard` is called after each frame that the device took, and may end it all:
    /// the PC's power can go between any two of them.
    pub fn carry<D, H>(
        &mut self,
        device: &mut D,
        hub: &mut H,
        mut heard: impl FnMut(&mut D) -> bool,
    ) -> Result<Ended, D::Error>
    where
        D: SyncProtocol,
        H: SyncProtocol,
        H::Error: std::fmt::Debug,
    {
        let mut to_hub = device.open()?;
        let (mut device_says, mut hub_says) = (FromDevice::default(), FromHub::default());
        loop {
            let said = std::mem::take(&mut to_hub).into_iter();
            let arrived = self.up.carry(said.map(|frame| device_says.shorten(frame)).collect());
            if let Some(part) = self.up.reader.part() {
                hub.on_part(part);
            }
            let Some(arrived) = arrived else { return Ok(Ended::Cut) };
            let mut to_device = Vec::new();
            for frame in arrived {
                hub_says.hear(&frame);
                let said = hub.on_frame(frame).expect("the hub's database works").into_iter();
                to_device.extend(said.map(|frame| hub_says.shorten(frame)));
            }
            if to_device.is_empty() {
                return Ok(if device.is_done() { Ended::Whole } else { Ended::Cut });
            }
            let Some(arrived) = self.down.carry(to_device) else { return Ok(Ended::Cut) };
            for frame in arrived {
                to_hub.extend(device.on_frame(frame)?);
                if !heard(device) {
                    return Ok(Ended::Cut);
                }
            }
            if device.is_done() {
                return Ok(Ended::Whole);
            }
        }
    }
}
