//! The register of one commune on one PC: an encrypted file, its change log, and what is read from it.
//!
//! Every write goes through [`Register::transact`]. The change log is the truth; records, facts and the
//! search index are projections written in the same transaction, which [`Register::verify`] rebuilds and
//! compares.

mod backup;
mod cut_log;
mod db;
mod error;
mod find;
mod home;
mod link;
mod lost;
mod migrate;
mod named;
mod place;
mod project;
mod read;
mod referrer;
mod register;
mod row;
mod same;
mod search;
mod slot;
mod sum;
mod transact;
mod uncounted;
mod unindexed;
mod verify;
mod writer;

#[cfg(test)]
mod tests;

pub use backup::KEPT_BACKUPS;
pub use error::{Fault, StoreError};
pub use find::{Filter, Sort, SortBy, Test, can_filter};
pub use lost::LostSaves;
pub use migrate::LEVEL;
pub use read::{ChainHead, Connected, ErasedQuery, ErasedRow, Past, RecordQuery, Seen, UnsentRow};
pub use register::{NewRegister, Peek, Register, Unlock};
pub use row::{
    BatchRow, BulletinEffect, BulletinRow, ClockRow, ConflictRow, Counts, DraftRow, EnrolmentRow, Identity,
    LinkRow, Missing, MissingReference, PeerRow, PhotoCounts, PhotoRow, ReceiptRow, RecordMeta, RunOutcome,
    RunProblem, RunReceipt, RunRow, RunStick, RunWay, SideRow, StoredChange, StoredRecord, SumRow,
};
pub use slot::commune::CommuneCode;
pub use slot::kdf::{Cost, Costs};
pub use slot::recovery::RecoveryCode;
pub use transact::{Committed, Operation};
pub use uncounted::{Active, MovesBy};
pub use verify::Verified;
pub use writer::{KEPT_RUNS, Renewal, UNASKED, Writer};
