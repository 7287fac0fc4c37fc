//! The register's stories, with a look under the hood where a test must spoil something.

mod alike;
mod backup;
mod bulletin;
mod clock;
mod connected;
mod cut_log;
mod damage;
mod door;
mod erase;
mod exchange;
mod home;
mod list;
mod log;
mod merge;
mod photo;
mod place;
mod property;
mod rank;
mod remote;
mod renew;
mod rig;
mod run;
mod same;
mod sum;
mod unlock;
mod verify;
