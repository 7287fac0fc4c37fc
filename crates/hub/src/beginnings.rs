//! Beginnings of batches whose line was cut: in memory, so that the rest is enough next time. Nothing rests on
//! them; a batch whose beginning was forgotten is sent whole.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sohoi_domain::DeviceId;
use sohoi_protocol::limits;

/// What is worth being remembered, and by how much more.
const STEP_BYTES: usize = 1 << 10;
/// Of all devices together. A hub that has more to remember forgets all of it.
const TOTAL_BYTES: usize = 32 << 20;

#[derive(Default)]
pub struct Beginnings {
    of: Mutex<BTreeMap<u64, Beginning>>,
    n_conversations: AtomicU64,
}

struct Beginning {
    next_seq: u64,
    /// The conversation that brings it: what more comes of that follows on what is here.
    by: u64,
    bytes: Vec<u8>,
}

impl Beginnings {
    /// A number for a conversation.
    pub fn next_id(&self) -> u64 {
        self.n_conversations.fetch_add(1, Ordering::Relaxed)
    }

    /// Keeps what has come so far of a device's batch at a number: `before` of earlier conversations, and
    /// `content` of this one.
    pub fn note(&self, by: u64, (device, next_seq): (DeviceId, u64), before: &[u8], content: &[u8]) {
        let n_bytes = before.len() + content.len();
        let mut all = self.all();
        let known = all.get_mut(&device.0).filter(|known| known.next_seq == next_seq);
        let n_known = known.as_ref().map_or(0, |known| known.bytes.len());
        if n_bytes > limits::BATCH_BYTES || n_bytes < n_known + STEP_BYTES {
            return;
        }
        match known.filter(|known| known.by == by && n_known >= before.len()) {
            Some(known) => known.bytes.extend_from_slice(&content[n_known - before.len()..]),
            None => {
                let bytes = [before, content].concat();
                all.insert(device.0, Beginning { next_seq, by, bytes });
            }
        }
        if all.values().map(|known| known.bytes.len()).sum::<usize>() > TOTAL_BYTES {
            all.clear();
        }
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
        self.of.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PC: DeviceId = DeviceId(7);

    #[test]
    fn a_beginning_grows_and_is_that_of_one_batch() {
        let kept = Beginnings::default();
        let [first, second] = [kept.next_id(), kept.next_id()];
        kept.note(first, (PC, 5), &[], &[1; 100]);
        assert!(kept.of(PC, 5).is_empty(), "too little to be worth it");
        kept.note(first, (PC, 5), &[], &[1; 2_000]);
        let grown = [[1; 2_000].as_slice(), &[2; 1_500]].concat();
        kept.note(first, (PC, 5), &[], &grown);
        assert_eq!(kept.of(PC, 5), grown);
        kept.note(second, (PC, 5), &[], &[3; 3_000]);
        assert_eq!(kept.of(PC, 5), grown, "another conversation has brought less");
        kept.note(second, (PC, 5), &[4; 2_000], &[5; 3_000]);
        assert_eq!(
            kept.of(PC, 5),
            [[4; 2_000].as_slice(), &[5; 3_000]].concat(),
            "more, and nothing of both"
        );
        assert!(kept.of(PC, 6).is_empty() && kept.of(DeviceId(8), 5).is_empty());
        kept.note(second, (PC, 5), &[4; 2_000], &vec![5; limits::BATCH_BYTES]);
        assert_eq!(kept.of(PC, 5).len(), 5_000, "longer than any batch");
        kept.note(second, (PC, 6), &[], &[4; 1_024]);
        assert!(kept.of(PC, 5).is_empty());
        kept.forget(PC);
        assert!(kept.of(PC, 6).is_empty());
    }

    #[test]
    fn all_devices_together_have_a_limit() {
        let kept = Beginnings::default();
        for device in 0..100 {
            kept.note(kept.next_id(), (DeviceId(device), 1), &[], &vec![1; limits::BATCH_BYTES]);
            let n_bytes: usize = (0..100).map(|device| kept.of(DeviceId(device), 1).len()).sum();
            assert!(n_bytes <= TOTAL_BYTES);
        }
    }
}
