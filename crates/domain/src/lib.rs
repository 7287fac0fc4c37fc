//! The field's own rules: records and their changes, the catalogue that defines them, periods, units
//! and their lineage, money, Vietnamese text, and the arithmetic of indicators and targets.
//!
//! No I/O, no clock, no randomness and no SQL: time, ids and keys are arguments, so every function here
//! gives the same answer on the commune's PC and on the hub.

pub mod alike;
pub mod calendar;
pub mod catalogue;
pub mod change;
pub mod day;
pub mod fact;
pub mod figure;
pub mod hlc;
pub mod id;
pub mod money;
pub mod photo;
pub mod receipt;
pub mod record;
pub mod rule;
pub mod submission;
pub mod text;
pub mod unit;
pub mod value;

pub use calendar::{Calendar, Period, PeriodKind};
pub use catalogue::Catalogue;
pub use change::{Change, Op, Version};
pub use day::Day;
pub use fact::Fact;
pub use hlc::Hlc;
pub use id::{DeviceId, RecordId};
pub use unit::UnitKey;
pub use value::{FieldNum, Fields, KindNum, Value};
