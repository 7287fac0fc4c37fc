//! A register's life: made, locked, unlocked, checked, backed up.

mod create;
mod pair;
mod recovery;
mod unlock;
mod verify;

pub use create::{Created, NewRegisterReq};
pub use unlock::State;
