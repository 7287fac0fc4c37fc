//! The check that closes every sync: what was sealed here, by kind, beside what the hub has of it. Nothing is
//! thrown away for a difference; each side counts anew from its own log, and what is left is told.

use std::collections::BTreeSet;

use sohoi_protocol::batch::{self, START};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{KindSum, KindSums};
use sohoi_store::{Operation, Register, StoreError, SumRow};

use crate::error::SyncError;

/// What is kept of all sealed batches.
///
/// # Errors
/// When the register cannot be read.
pub fn sealed_sums(register: &Register) -> Result<KindSums, SyncError> {
    let of = |row: SumRow| (row.kind, KindSum { n_changes: row.n_changes, digest: row.digest });
    Ok(KindSums(register.sealed_sums()?.into_iter().map(of).collect()))
}

pub(crate) fn rows(sums: &KindSums) -> Vec<SumRow> {
    let row =
        |(kind, sum): (&u16, &KindSum)| SumRow { kind: *kind, n_changes: sum.n_changes, digest: sum.digest };
    sums.0.iter().map(row).collect()
}

/// What counting anew came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Kinds of which this register had kept another sum than its batches have. They are mended.
    pub mended: BTreeSet<u16>,
    /// Kinds of which the hub still has other changes.
    pub differing: BTreeSet<u16>,
}

/// Counts the sealed batches anew and compares them, as far as `last_seq`, with what the hub has by its own word.
/// The audit gets a line.
///
/// # Errors
/// When the register cannot be read or written, or a batch is not what was sealed.
pub fn compare(
    register: &mut Register,
    hub: &KindSums,
    last_seq: u64,
    now_ms: i64,
) -> Result<Compared, SyncError> {
    let kept = sealed_sums(register)?;
    let public_key = Signer::new(&register.identity().device_secret).public_key();
    let (mut all, mut told, mut chain) = (KindSums::default(), KindSums::default(), START);
    for row in register.batches_after(0)? {
        let opened = batch::open(&row.bytes, &chain, &public_key).map_err(|_| StoreError::Damaged)?;
        chain = opened.chain;
        let sums = KindSums::of(&opened.changes, None);
        all.add(&sums);
        if row.last_seq() <= last_seq {
            told.add(&sums);
        }
    }
    let compared = Compared { mended: kept.differing(&all), differing: told.differing(hub) };
    register.transact(Operation::SumsDiffer, now_ms, |writer| writer.set_sealed_sums(&rows(&all)))?;
    Ok(compared)
}
