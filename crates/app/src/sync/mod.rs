//! Enrolment, the one button, and the same by file.

mod bundle;
mod enrol;
mod renew;
mod run;
mod status;

pub use bundle::BundleOut;
pub use enrol::{EnrolChoice, Enrolled};
pub(crate) use run::HUB_TIME;
pub use run::{News, Report, State, Told};
pub use sohoi_sync::{Moved, Traffic};
pub use status::Status;
