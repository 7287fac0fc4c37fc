//! Room in which batches are looked at: as much of it as there are processors, so that memory does not grow with the
//! devices that come at once, and what a processor has begun it ends.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use sohoi_protocol::batch::Arena;

pub struct Arenas {
    free: Mutex<Vec<Arena>>,
    is_back: Condvar,
}

impl Default for Arenas {
    fn default() -> Arenas {
        let n = std::thread::available_parallelism().map_or(1, |n| n.get());
        Arenas { free: Mutex::new((0..n).map(|_| Arena::default()).collect()), is_back: Condvar::new() }
    }
}

impl Arenas {
    /// Does what needs room, once there is some that nobody else has. `act` must not wait for anybody.
    pub fn with<T>(&self, act: impl FnOnce(&Arena) -> T) -> T {
        let lent = Lent { arenas: self, arena: Some(self.take()) };
        act(lent.arena.as_ref().expect("it is given back when this is dropped"))
    }

    fn take(&self) -> Arena {
        let mut free = self.free();
        loop {
            if let Some(arena) = free.pop() {
                return arena;
            }
            free = self.is_back.wait(free).unwrap_or_else(PoisonError::into_inner);
        }
    }

    // What lies under the lock is whole at any moment.
    fn free(&self) -> MutexGuard<'_, Vec<Arena>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Comes back however its user ends.
struct Lent<'a> {
    arenas: &'a Arenas,
    arena: Option<Arena>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let Some(mut arena) = self.arena.take() else { return };
        arena.empty();
        self.arenas.free().push(arena);
        self.arenas.is_back.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_comes_back_even_from_one_who_fell() {
        let arenas = Arenas::default();
        let n = arenas.free().len();
        for _ in 0..=n {
            let fell = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                arenas.with(|_| std::panic::resume_unwind(Box::new("fell")))
            }));
            assert!(fell.is_err());
        }
        assert_eq!(arenas.free().len(), n);
    }

    #[test]
    fn whoever_finds_none_waits_until_one_is_back() {
        let arenas = Arenas::default();
        let all: Vec<Arena> = std::mem::take(&mut *arenas.free());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| arenas.with(|_| 7));
            all.into_iter().for_each(|arena| drop(Lent { arenas: &arenas, arena: Some(arena) }));
            assert_eq!(waiting.join().expect("it got one"), 7);
        });
    }
}
