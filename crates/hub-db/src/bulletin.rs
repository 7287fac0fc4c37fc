//! What goes down to the communes, as an engine takes it.

use sohoi_protocol::bulletin::Scope;

/// A bulletin without its number yet. The engine gives it, and whoever signs writes it down with it.
#[derive(Clone, Debug)]
pub struct NewBulletin<'a> {
    pub kind: u16,
    /// None for every commune.
    pub scope: Option<&'a Scope>,
    /// A later one of the same topic and scope makes an earlier one superfluous; none when each counts.
    pub topic: Option<&'a str>,
    /// Of one that brings files of a catalogue, the newest such that it follows on; another was published meanwhile
    /// when the database has a newer.
    pub follows: Option<u64>,
    pub at_ms: i64,
    /// Account, or `cli`.
    pub actor: &'a str,
}
