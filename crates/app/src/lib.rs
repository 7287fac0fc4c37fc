//! What an officer can do: one function an action, for the window, the command line and the dev host.
//!
//! Files are verbs under a noun. Times come from [`clock`]; words for people are the caller's.

pub mod book;
pub mod bulletin;
pub mod checklist;
pub mod clock;
pub mod conflict;
mod draft;
mod error;
pub mod figure;
mod home;
pub mod incident;
pub mod period;
pub mod photo;
pub mod record;
pub mod register;
pub mod sample;
pub mod setting;
pub mod support;
pub mod sync;
pub mod undo;
pub mod view;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

pub use draft::Draft;
pub use error::AppError;
pub use home::Home;
use sohoi_domain::Catalogue;
pub use sohoi_domain::{Day, RecordId, UnitKey};
use sohoi_store::Register;
pub use sohoi_store::{LinkRow, Missing, MissingReference, ReceiptRow, StoredChange, StoredRecord, Verified};

/// One commune's register in a folder, open or not.
pub struct App {
    home: PathBuf,
    /// The program's own.
    built_in: Arc<Catalogue>,
    /// What the open register works with.
    catalogue: RwLock<Arc<Catalogue>>,
    register: Mutex<Option<Register>>,
    clock: clock::Clock,
    running: Mutex<Option<sohoi_sync::Cancel>>,
    /// PCs of the commune of which a batch could not be read since the start: it is not asked for again.
    unreadable: Mutex<BTreeSet<u64>>,
    writing: Mutex<Option<sohoi_sync::Cancel>>,
    undo: undo::Undo,
    amendments: Mutex<period::Amendments>,
    ruled: Mutex<period::Ruled>,
    /// The book that was opened last.
    book: Mutex<Option<book::Whole>>,
    /// What officers see before a register is open, once they have chosen it elsewhere.
    before_open: Mutex<setting::Settings>,
    is_sample: bool,
}

impl App {
    /// Nothing is read or written until an action is asked for.
    pub fn new(home: &Path) -> App {
        App::by_clock(home, clock::Clock::start())
    }

    /// One that lives by another clock than the PC's: a register of years is made in minutes, at its own times.
    pub fn at_times_of(home: &Path, wall_ms: impl Fn() -> i64 + Send + Sync + 'static) -> App {
        App::by_clock(home, clock::Clock::with(wall_ms))
    }

    fn by_clock(home: &Path, clock: clock::Clock) -> App {
        let built_in = Arc::new(Catalogue::embedded());
        App {
            home: home.to_path_buf(),
            catalogue: RwLock::new(built_in.clone()),
            built_in,
            register: Mutex::new(None),
            clock,
            running: Mutex::new(None),
            unreadable: Mutex::default(),
            writing: Mutex::new(None),
            undo: Default::default(),
            amendments: Default::default(),
            ruled: Default::default(),
            book: Mutex::new(None),
            before_open: Mutex::default(),
            is_sample: false,
        }
    }

    pub fn home_folder(&self) -> &Path {
        &self.home
    }

    /// The catalogue that is worked with now. The province may publish another while somebody holds this one.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        self.catalogue.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes over to a catalogue that the province published, if one has come.
    fn follow_releases(&self) -> Result<(), AppError> {
        self.with_register(|register| {
            register.follow_releases()?;
            self.work_with(register.catalogue().clone());
            Ok(())
        })
    }

    // Called with the register held, so that both change together.
    fn work_with(&self, catalogue: Arc<Catalogue>) {
        *self.catalogue.write().unwrap_or_else(PoisonError::into_inner) = catalogue;
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn today(&self) -> sohoi_domain::Day {
        self.clock.today()
    }

    pub fn clock(&self) -> &clock::Clock {
        &self.clock
    }

    /// The officer says what day it is, because the PC does not know.
    pub fn clock_set(&self, today: Day) {
        let next_seq = self.slot().as_ref().map(|register| register.next_seq());
        self.clock.officer_says(today, next_seq);
    }

    fn slot(&self) -> MutexGuard<'_, Option<Register>> {
        // A panic in an action left the register as its last commit did, so it goes on.
        self.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // Only taken with the register held.
    fn amendments(&self) -> MutexGuard<'_, period::Amendments> {
        self.amendments.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ruled(&self) -> MutexGuard<'_, period::Ruled> {
        self.ruled.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // What was reckoned from a register that is open no longer.
    fn forget(&self) {
        *self.amendments() = period::Amendments::default();
        *self.ruled() = period::Ruled::default();
        *self.book.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Runs with the open register: being able to open it is the officer's permission.
    pub fn with_register<T>(
        &self,
        act: impl FnOnce(&mut Register) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let mut slot = self.slot();
        act(slot.as_mut().ok_or(AppError::NotOpen)?)
    }
}

// Counts of one commune are far below four thousand million.
fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
