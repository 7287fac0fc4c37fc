//! Journeys across crates: the real programs, as an officer and the province use them.

pub mod officer;
pub mod province;
