//! What of records and facts is reckoned without the database, on another thread than the one that writes.

use std::sync::mpsc;
use std::thread;

use sohoi_domain::change::RecordState;
use sohoi_domain::fact::{Fact, facts};
use sohoi_domain::{Catalogue, RecordId};

use crate::error::Result;
use crate::record::{Head, Texts};

/// Records that are handed on together.
const PORTION: usize = 64;
/// Portions that may wait for the writer.
const AHEAD: usize = 16;

/// Everything of a record that is written.
pub struct Ready {
    pub head: Head,
    pub texts: Texts,
    pub facts: Vec<Fact>,
    /// The record that stands for it.
    pub same_as: Option<RecordId>,
}

impl Ready {
    pub fn of(catalogue: &Catalogue, state: &RecordState) -> Ready {
        Ready {
            head: Head::of(state),
            texts: Texts::of(state),
            facts: facts(catalogue, state),
            same_as: state.same_as(),
        }
    }
}

/// Lets `write` ask for each in their order, while those that come next are reckoned.
///
/// # Errors
/// What `write` says; nothing more is reckoned then.
pub fn along(
    catalogue: &Catalogue,
    states: &[&RecordState],
    write: impl FnOnce(&mut dyn Iterator<Item = Ready>) -> Result<()>,
) -> Result<()> {
    // Not worth a thread.
    if states.len() <= PORTION {
        return write(&mut states.iter().map(|state| Ready::of(catalogue, state)));
    }
    thread::scope(|scope| {
        let (ahead, portions) = mpsc::sync_channel(AHEAD);
        // If it panics, so does the scope, and the transaction ends with nothing written.
        scope.spawn(move || {
            for portion in states.chunks(PORTION) {
                let ready: Vec<Ready> = portion.iter().map(|state| Ready::of(catalogue, state)).collect();
                // The writer has given up.
                if ahead.send(ready).is_err() {
                    return;
                }
            }
        });
        write(&mut portions.into_iter().flatten())
    })
}
