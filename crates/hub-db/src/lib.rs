//! What the hub asks of a database, and the story that every engine must pass.
//!
//! The log of batches is the truth: records, facts and sums can be rebuilt from it, and [`HubDb::verify`]
//! does so and compares. Every table begins with the unit, so that an engine can be distributed by it.

pub mod audit;
mod bulletin;
mod db;
mod error;
mod gist;
mod row;
mod scope;
#[cfg(feature = "story")]
pub mod story;

pub use bulletin::NewBulletin;
pub use db::{HubDb, SignIn};
pub use error::DbError;
pub use gist::{Gist, Said, said};
pub use row::*;
pub use scope::{scope, share_a_register};
