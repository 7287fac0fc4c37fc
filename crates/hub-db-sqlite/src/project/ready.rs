//! What of records and facts is reckoned without the database: on a second thread, while those before are written.

use std::sync::mpsc;
use std::thread;

use sohoi_domain::Catalogue;
use sohoi_domain::change::RecordState;
use sohoi_domain::fact::{Fact, facts};

use crate::error::Result;
use crate::record::Texts;

/// Records that are handed on together.
const PORTION: usize = 64;
/// Portions that may wait for the writer.
const AHEAD: usize = 16;

/// A record that a run of changes has made or edited.
pub struct Changed {
    /// Numbers that the database gave the record and its unit, when it has the record.
    pub stored: Option<(i64, i64)>,
    pub state: RecordState,
}

pub struct Ready {
    pub texts: Texts,
    pub facts: Vec<Fact>,
}

impl Ready {
    fn of(catalogue: &Catalogue, changed: &Changed) -> Ready {
        Ready { texts: Texts::of(&changed.state), facts: facts(catalogue, &changed.state) }
    }
}

/// Gives each to `write`, in their order.
///
/// # Errors
/// What `write` says; nothing more is given then.
pub fn each(
    catalogue: &Catalogue,
    all: &[Changed],
    write: &mut dyn FnMut(&Changed, Ready) -> Result<()>,
) -> Result<()> {
    // Not worth a thread.
    if all.len() <= PORTION {
        return all.iter().try_for_each(|changed| write(changed, Ready::of(catalogue, changed)));
    }
    thread::scope(|scope| {
        let (ahead, portions) = mpsc::sync_channel(AHEAD);
        // If it panics, so does the scope, and the transaction ends with nothing written.
        scope.spawn(move || {
            for portion in all.chunks(PORTION) {
                let ready: Vec<Ready> = portion.iter().map(|changed| Ready::of(catalogue, changed)).collect();
                // The writer has given up.
                if ahead.send(ready).is_err() {
                    return;
                }
            }
        });
        let mut ready = portions.into_iter().flatten();
        all.iter().zip(&mut ready).try_for_each(|(changed, ready)| write(changed, ready))
    })
}
