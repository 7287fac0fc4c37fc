//! Enrolment and the one button.

mod enrol;
mod run;
mod status;

pub use enrol::{EnrolChoice, Enrolled};
pub(crate) use run::HUB_TIME;
pub use run::{Report, State};
pub use sohoi_sync::Traffic;
pub use status::Status;
