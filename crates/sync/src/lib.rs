//! The one button: stage → push → confirm → check, over HTTP or as files.
//!
//! The engine decides and opens no connection; the carrier moves its bytes. Nothing else in the product
//! talks to a network.

mod bundle;
mod carrier;
mod clock;
mod engine;
mod enrol;
mod error;
mod heard;
mod peers;
mod photos;
mod renew;
mod stage;
mod sums;
mod told;
mod unasked;
mod weigh;

pub use bundle::{Addressee, Answer, Naming, Written, next_number, write_bundle};
pub use carrier::{Cancel, Carrier, Event, Traffic};
pub use clock::{ToldClock, heard as clock_was_heard};
pub use engine::{Engine, Manner, Outcome};
pub use enrol::{Enrolling, new_device, parse_enrolment_file};
pub use error::SyncError;
pub use heard::HubTime;
pub use peers::{Peers, Pulled};
pub use photos::{PulledPhoto, StagedPhotos, follow_epoch, keep_photos};
pub use renew::{Moved, Renewing};
pub use sohoi_protocol::KindSums;
pub use sohoi_protocol::bulletin;
pub use sohoi_protocol::bundle::{BundleError, Label};
pub use sohoi_protocol::clock::ClockRun;
pub use sohoi_protocol::message::{Begun, Kept};
pub use sohoi_protocol::photo;
pub use stage::{
    Clock, ROOTS, Staged, follows, keep_pulled, keep_receipt, offer_again, seal_unsent, stage, stage_again,
};
pub use sums::{Compared, compare, sealed_sums};
pub use told::{Bulletins, Told, follow_hub, follow_kept, keep_bulletin};
pub use unasked::{Unasked, asked, unasked};
pub use weigh::{Weight, weigh_unsent};
