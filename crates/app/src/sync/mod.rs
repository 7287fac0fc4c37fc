//! Enrolment, the one button, and the same by file.

mod bundle;
mod enrol;
mod place;
mod renew;
mod run;
mod status;

pub use bundle::BundleOut;
pub use enrol::{EnrolChoice, Enrolled};
pub use place::{AnswerFile, Places, Stick};
pub(crate) use run::HUB_TIME;
pub use run::{News, Report, State, Told};
pub use sohoi_sync::{Moved, Traffic};
pub use status::Status;
