//! What the province said, as it is kept.

use sohoi_domain::catalogue::{Published, Target};

/// A bulletin whose signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulletinRow {
    pub number: u64,
    pub kind: u16,
    pub made_at_ms: i64,
    pub received_at_ms: i64,
    /// False while only a newer program can do what it says.
    pub applied: bool,
    pub content: Vec<u8>,
    pub signature: [u8; 64],
}

/// What a bulletin does to the register beside being kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BulletinEffect {
    /// To be read, and no more.
    None,
    /// For a newer program.
    Later,
    /// All targets of one unit, or of all, in the place of those before.
    Targets { unit: Option<String>, targets: Vec<Target> },
    /// Files of a catalogue, to be kept beside the others.
    Release(Published),
}
