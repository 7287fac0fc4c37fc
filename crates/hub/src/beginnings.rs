//! Beginnings of batches whose line was cut: in memory, so that the rest is enough next time. Nothing rests on
//! them; a batch whose beginning was forgotten is sent whole.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sohoi_domain::DeviceId;
use sohoi_protocol::limits;

/// What is worth being remembered, and by how much more.
const STEP_BYTES: usize = 1 << 10;
/// Of all devices together. A hub that has more to remember forgets all of it.
const TOTAL_BYTES: usize = 32 << 20;

#[derive(Default)]
pub struct Beginnings(Mutex<BTreeMap<u64, Beginning>>);

struct Beginning {
    next_seq: u64,
    bytes: Vec<u8>,
}

impl Beginnings {
    /// Keeps what has come so far of a device's batch at a number: `before` of earlier requests, and `content`
    /// of this one.
    pub fn note(&self, (device, next_seq): (DeviceId, u64), before: &[u8], content: &[u8]) {
        let n_bytes = before.len() + content.len();
        if n_bytes > limits::BATCH_BYTES {
            return;
        }
        let mut all = self.all();
        let known = all.get(&device.0).filter(|known| known.next_seq == next_seq);
        if n_bytes < known.map_or(0, |known| known.bytes.len()) + STEP_BYTES {
            return;
        }
        all.remove(&device.0);
        if all.values().map(|known| known.bytes.len()).sum::<usize>() + n_bytes > TOTAL_BYTES {
            all.clear();
        }
        all.insert(device.0, Beginning { next_seq, bytes: [before, content].concat() });
    }

    /// What there is of a device's batch at a number; nothing most of the time.
    pub fn of(&self, device: DeviceId, next_seq: u64) -> Vec<u8> {
        let all = self.all();
        let known = all.get(&device.0).filter(|known| known.next_seq == next_seq);
        known.map(|known| known.bytes.clone()).unwrap_or_default()
    }

    pub fn forget(&self, device: DeviceId) {
        self.all().remove(&device.0);
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, Beginning>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PC: DeviceId = DeviceId(7);

    #[test]
    fn a_beginning_grows_and_is_that_of_one_batch() {
        let kept = Beginnings::default();
        kept.note((PC, 5), &[], &[1; 100]);
        assert!(kept.of(PC, 5).is_empty(), "too little to be worth it");
        kept.note((PC, 5), &[], &[1; 2_000]);
        kept.note((PC, 5), &[], &[2; 1_500]);
        assert_eq!(kept.of(PC, 5), [1; 2_000], "a later request has brought less");
        kept.note((PC, 5), &[1; 2_000], &[3; 1_500]);
        assert_eq!(kept.of(PC, 5).len(), 3_500);
        assert!(kept.of(PC, 6).is_empty() && kept.of(DeviceId(8), 5).is_empty());
        kept.note((PC, 5), &[1; 2_000], &vec![3; limits::BATCH_BYTES]);
        assert_eq!(kept.of(PC, 5).len(), 3_500, "longer than any batch");
        kept.note((PC, 6), &[], &[4; 1_024]);
        assert!(kept.of(PC, 5).is_empty());
        kept.forget(PC);
        assert!(kept.of(PC, 6).is_empty());
    }

    #[test]
    fn all_devices_together_have_a_limit() {
        let kept = Beginnings::default();
        for device in 0..100 {
            kept.note((DeviceId(device), 1), &[], &vec![1; limits::BATCH_BYTES]);
            let n_bytes: usize = (0..100).map(|device| kept.of(DeviceId(device), 1).len()).sum();
            assert!(n_bytes <= TOTAL_BYTES);
        }
    }
}
