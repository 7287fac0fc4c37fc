//! How many bytes what is unsent will take on the way, before any of it is sealed.

use sohoi_protocol::batch::{self, START, Sealing};
use sohoi_protocol::sign::Signer;
use sohoi_store::Register;

use crate::error::SyncError;
use crate::stage::random_salt;

/// Changes that are sealed to see what they come to; what is more is reckoned from them.
const SAMPLE: u32 = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weight {
    pub n_bytes: u64,
    /// Some of it is reckoned: there is more than is worth sealing to be told.
    pub is_reckoned: bool,
}

/// Seals a part of it and throws that away: nothing in the register changes.
///
/// # Errors
/// When the register cannot be read.
pub fn weigh_unsent(register: &Register) -> Result<Weight, SyncError> {
    let sealed = register.unsent_batch_bytes()?;
    let head = register.chain_head()?;
    let n_open = register.next_seq().saturating_sub(head.next_seq);
    let changes = register.changes_after(head.next_seq - 1, SAMPLE)?;
    let run = batch::run_length(&changes);
    if run == 0 {
        return Ok(Weight { n_bytes: sealed, is_reckoned: false });
    }
    let identity = register.identity();
    let with = Sealing {
        signer: &Signer::new(&identity.device_secret),
        device: identity.device,
        commune_key: &identity.commune_key,
        previous: START,
        salt: random_salt(),
        privacy: register.catalogue().as_ref(),
    };
    let bytes = batch::seal(&changes[..run], &with).bytes.len() as u64;
    Ok(Weight { n_bytes: sealed + bytes * n_open / run as u64, is_reckoned: n_open > run as u64 })
}
