//! Enrolment, the one button, and the same by file.

mod bundle;
mod enrol;
mod history;
mod place;
mod renew;
mod run;
mod status;

pub use bundle::BundleOut;
pub use enrol::{EnrolChoice, Enrolled};
pub use history::Waiting;
pub use place::{AnswerFile, Places, Stick};
pub(crate) use run::HUB_TIME;
pub use run::{News, Report, State, Told};
pub use sohoi_store::{KEPT_RUNS, RunOutcome, RunRow, RunStick, RunWay};
pub use sohoi_sync::{Moved, Traffic};
pub use status::{Received, Status};
