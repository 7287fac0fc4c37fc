//! Room for what is read of a batch: one piece of memory that is used again and again. A hub that asks the system
//! for each value's memory by itself spends more on that than on the batch.

use std::cell::RefCell;

use bumpalo::{Bump, collections};
use zstd::bulk::Decompressor;

use super::dictionary::{MAGIC, Side};
use crate::bytes::{Malformed, Reader};
use crate::limits;

/// What one huge batch took beyond this is given back when the next one comes.
const KEPT_BYTES: usize = 8 << 20;

/// Where the views of a batch live.
#[derive(Default)]
pub struct Arena {
    room: Bump,
    unpacker: RefCell<Decompressor<'static>>,
}

impl Arena {
    /// Forgets what was read; its room is there for the next.
    pub fn empty(&mut self) {
        if self.n_bytes() > KEPT_BYTES {
            self.room = Bump::new();
        } else {
            self.room.reset();
        }
    }

    /// What it has taken of the system's memory.
    pub(super) fn n_bytes(&self) -> usize {
        self.room.allocated_bytes()
    }

    pub(super) fn list<T: Copy>(&self, items: impl IntoIterator<Item = T>) -> &[T] {
        collections::Vec::from_iter_in(items, &self.room).into_bump_slice()
    }

    /// So many of what `one` reads. Who asks has bounded `n`.
    pub(super) fn all<T: Copy>(
        &self,
        n: usize,
        mut one: impl FnMut() -> Result<T, Malformed>,
    ) -> Result<&mut [T], Malformed> {
        self.room.alloc_slice_try_fill_with(n, |_| one())
    }

    /// What comes of each item, or of the first that is not right.
    pub(super) fn each<I, T: Copy>(
        &self,
        items: impl IntoIterator<Item = I, IntoIter: ExactSizeIterator>,
        one: impl FnMut(I) -> Result<T, Malformed>,
    ) -> Result<&mut [T], Malformed> {
        self.room.alloc_slice_try_fill_iter(items.into_iter().map(one))
    }

    /// Room for `n`, all alike at first.
    pub(super) fn filled<T: Copy>(&self, n: usize, with: T) -> &mut [T] {
        self.room.alloc_slice_fill_copy(n, with)
    }

    pub(super) fn unpack(&self, packed: &[u8], dictionary: &'static Side) -> Result<&[u8], Malformed> {
        let mut reader = Reader::new(packed);
        let length = reader.count(limits::SECTION_BYTES)?;
        let frame = self.filled(MAGIC.len() + reader.rest().len(), 0);
        frame[..MAGIC.len()].copy_from_slice(&MAGIC);
        frame[MAGIC.len()..].copy_from_slice(reader.rest());
        let unpacked = self.filled(length, 0);
        let mut unpacker = self.unpacker.borrow_mut();
        let n = unpacker
            .set_prepared_dictionary(dictionary.decoder())
            .and_then(|()| unpacker.decompress_to_buffer(frame, unpacked))
            .map_err(|_| Malformed("a section does not unpack"))?;
        if n != length {
            return Err(Malformed("a section has another length than it says"));
        }
        Ok(unpacked)
    }
}
