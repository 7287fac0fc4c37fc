//! A renewal by file: the register goes on as another device at once, and keeps the request until the hub is known
//! to have heard it, by whichever way it comes.

use serde::{Deserialize, Serialize};
use sohoi_domain::DeviceId;
use sohoi_protocol::enrol::RenewReq;
use sohoi_protocol::message::Renew;
use sohoi_store::{Operation, Register, UNASKED};

use crate::error::SyncError;

/// A request that the hub may not have heard yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unasked {
    /// The device that is left, and what the hub knows it by.
    pub old: DeviceId,
    pub token: String,
    pub request: RenewReq,
}

impl Unasked {
    pub(crate) fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts are JSON")
    }

    /// As the first frame of a file.
    pub(crate) fn frame(&self) -> Renew {
        Renew { old: self.old.0, request: self.request.clone() }
    }
}

/// What is still to be asked; nothing on nearly every PC.
///
/// # Errors
/// When the register cannot be read.
pub fn unasked(register: &Register) -> Result<Option<Unasked>, SyncError> {
    let kept = register.setting(UNASKED)?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()))
}

/// The hub knows the device.
///
/// # Errors
/// When the register cannot be written; it is asked once more then, which changes nothing.
pub fn asked(register: &mut Register, now_ms: i64) -> Result<(), SyncError> {
    if register.setting(UNASKED)?.is_some() {
        register.transact(Operation::SettingSave, now_ms, |writer| writer.drop_setting(UNASKED))?;
    }
    Ok(())
}
