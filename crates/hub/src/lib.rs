//! The province's endpoint: takes batches, answers with signed receipts, shows what came in.
//!
//! A library beside the program, so that tests run the real thing in their own process.

pub mod account;
mod admitted;
mod arenas;
mod beginnings;
pub mod bulletin;
pub mod bundle;
pub mod check;
pub mod cli;
pub mod clock;
pub mod device;
mod error;
pub mod figures;
pub mod http;
mod hub;
mod metrics;
pub mod projector;
mod pulls;
pub mod release;
pub mod secret;
mod serving;
pub mod session;
pub mod submission;
mod tls;
pub mod view;
pub mod word;

pub use error::HubError;
pub use hub::{BLOCKING_THREADS, Hub};
