//! A thread that carries the log into records, facts and sums, behind those who send.
//!
//! Nobody depends on it: whoever asks for figures carries what is left. It keeps that little, and stays out of
//! the way while batches arrive.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use sohoi_hub_db::{DbError, HubDb};

use crate::view::SPOILT;

/// A line that has been still for so long leaves the disk to the projector …
const QUIET: Duration = Duration::from_millis(200);
/// … which does not wait longer than this.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Default)]
struct State {
    /// When the first and the last batch came that it has not looked at.
    news: Option<(Instant, Instant)>,
    is_over: bool,
}

/// Rung when the log has grown.
#[derive(Default)]
pub struct Bell {
    state: Mutex<State>,
    rung: Condvar,
}

impl Bell {
    pub fn ring(&self) {
        let now = Instant::now();
        let mut state = self.state();
        let was_silent = state.news.is_none();
        state.news = Some((state.news.map_or(now, |(first, _)| first), now));
        drop(state);
        if was_silent {
            self.rung.notify_all();
        }
    }

    fn end(&self) {
        self.state().is_over = true;
        self.rung.notify_all();
    }

    // A panic elsewhere leaves two times and a flag as good as they were.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.state().is_over
    }

    // True when there is something to do, false at the end.
    fn wait(&self) -> bool {
        let mut state = self.state();
        loop {
            if state.is_over {
                return false;
            }
            let Some((first, last)) = state.news else {
                state = self.rung.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let until = (last + QUIET).min(first + PATIENCE);
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.news = None;
                return true;
            }
            state = self.rung.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Ends with what it is doing when it is dropped.
pub struct Projector {
    bell: Arc<Bell>,
    thread: Option<JoinHandle<()>>,
}

impl Projector {
    /// Begins with what an earlier run of the program left. The database is asked for each time, for another one
    /// with a newer catalogue can take its place.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        db: impl Fn() -> Arc<dyn HubDb> + Send + 'static,
        bell: Arc<Bell>,
    ) -> std::io::Result<Projector> {
        bell.ring();
        let heard = bell.clone();
        let thread = std::thread::Builder::new().name("projector".to_string()).spawn(move || {
            let mut n_told = 0;
            while heard.wait() {
                let db = db();
                carry(&*db, &heard);
                n_told = tell_spoilt(&*db, n_told);
            }
        })?;
        Ok(Projector { bell, thread: Some(thread) })
    }
}

impl Drop for Projector {
    fn drop(&mut self) {
        self.bell.end();
        // It failed only when it panicked, which is told already.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn carry(db: &dyn HubDb, bell: &Bell) {
    while !bell.is_over() {
        match db.project() {
            Ok(0) => return,
            Ok(_) => {}
            // The bell is rung again when this program has gone over to it.
            Err(DbError::OtherCatalogue) => return,
            // The log keeps what is left, and the next batch or question tries again.
            Err(error) => {
                tracing::error!(code = error.code(), "what was taken could not be summed up");
                return;
            }
        }
    }
}

// Figures go on without them, so somebody must hear of it; once, until there are others.
fn tell_spoilt(db: &dyn HubDb, n_told: usize) -> usize {
    let Ok(spoilt) = db.spoilt() else { return n_told };
    if spoilt.len() > n_told {
        for batch in &spoilt {
            tracing::error!(
                code = SPOILT,
                device = %batch.device,
                first_seq = batch.first_seq,
                n_changes = batch.n_changes,
                "a batch of the log cannot be read any more; figures are without it until its device brings it again"
            );
        }
    }
    spoilt.len()
}
