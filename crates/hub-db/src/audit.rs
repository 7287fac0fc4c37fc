//! The audit log: each entry carries a hash over itself and the entry before it.

use sha2::{Digest, Sha256};

use crate::row::AuditRow;

/// Hash before the first entry.
pub const START: [u8; 32] = [0; 32];

/// What was done, by whom and to what. Never a name of a person in a record, nor any content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    pub at_ms: i64,
    /// Account, `device:…`, or `cli` for the one who has the machine.
    pub actor: String,
    /// Such as `device.revoked`.
    pub action: String,
    /// What it was done to: a device, a unit, a target's indicator.
    pub subject: String,
}

/// Hash of an entry on top of the one before it.
pub fn link(previous: &[u8; 32], entry: &AuditEntry) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(entry.at_ms.to_be_bytes());
    for part in [&entry.actor, &entry.action, &entry.subject] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// How many entries do not follow on the one before them.
pub fn broken(rows: &[AuditRow]) -> u64 {
    let mut previous = START;
    let mut n_broken = 0;
    for row in rows {
        if link(&previous, &row.entry) != row.hash {
            n_broken += 1;
        }
        previous = row.hash;
    }
    n_broken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(n: i64) -> Vec<AuditRow> {
        let mut previous = START;
        (0..n)
            .map(|at_ms| {
                let entry = AuditEntry {
                    at_ms,
                    actor: "cli".into(),
                    action: "device.revoked".into(),
                    subject: at_ms.to_string(),
                };
                previous = link(&previous, &entry);
                AuditRow { entry, hash: previous }
            })
            .collect()
    }

    #[test]
    fn a_changed_or_missing_entry_breaks_the_chain() {
        assert_eq!(broken(&chain(5)), 0);
        let mut changed = chain(5);
        changed[2].entry.subject = "another".into();
        assert_eq!(broken(&changed), 1);
        let mut shorter = chain(5);
        shorter.remove(1);
        assert_eq!(broken(&shorter), 1);
    }
}
