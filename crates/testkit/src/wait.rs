//! Waiting for a program that tells nobody when it is ready.

use std::thread;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(50);

/// Asks `look` again and again; panics with `what` when the time is over.
pub fn until<T>(limit: Duration, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begun.elapsed() < limit, "after {} s still not so: {what}", limit.as_secs());
        pause();
    }
}

/// Whether `look` says yes within `limit`.
pub fn is_reached(limit: Duration, mut look: impl FnMut() -> bool) -> bool {
    let begun = Instant::now();
    while !look() {
        if begun.elapsed() >= limit {
            return false;
        }
        pause();
    }
    true
}

// Foreign processes are looked at, because they do not call back.
#[allow(clippy::disallowed_methods)]
fn pause() {
    thread::sleep(PAUSE);
}
