//! Enrolment, the one button, and the same by file.

mod bundle;
mod enrol;
mod renew;
mod run;
mod status;

pub use bundle::BundleOut;
pub use enrol::{EnrolChoice, Enrolled};
pub(crate) use run::HUB_TIME;
pub use run::{Report, State};
pub use sohoi_sync::Traffic;
pub use status::Status;
