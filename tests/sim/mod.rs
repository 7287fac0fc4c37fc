//! A world in one process: PCs of several communes with real registers, the real hub, and a bad line between
//! them. Everything that happens follows from one seed.

mod definitions;
mod form;
mod line;
mod pc;
mod photo;
mod province;
mod world;

use std::sync::atomic::AtomicU64;

pub use definitions::Definitions;
pub use world::run;

/// What happened in all worlds together: without it, they would prove nothing.
pub static N_RENEWALS: AtomicU64 = AtomicU64::new(0);
/// Changes whose stamps the hub's time has shown to be off.
pub static N_CORRECTED: AtomicU64 = AtomicU64::new(0);
pub static N_ANSWERS: AtomicU64 = AtomicU64::new(0);
pub static N_RENEWALS_BY_FILE: AtomicU64 = AtomicU64::new(0);
pub static N_PULLED_BY_FILE: AtomicU64 = AtomicU64::new(0);
pub static N_PHOTOS: AtomicU64 = AtomicU64::new(0);
pub static N_BULLETINS: AtomicU64 = AtomicU64::new(0);
pub static N_MIXED: AtomicU64 = AtomicU64::new(0);
/// Worlds in which a PC's word showed that the hub was put back to what it was before.
pub static N_EPOCHS: AtomicU64 = AtomicU64::new(0);
pub static N_SPOILT: AtomicU64 = AtomicU64::new(0);
pub static N_MENDED: AtomicU64 = AtomicU64::new(0);
