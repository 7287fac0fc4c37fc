//! A register: one encrypted file, opened by one program at a time.

mod create;
mod open;
mod pair;
mod release;
mod renew;

use std::cell::RefCell;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;
use sohoi_domain::{Catalogue, DeviceId, UnitKey};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::find::Finder;
use crate::home::Home;
use crate::lost::LostSaves;
use crate::read::View;
use crate::row::Identity;
use crate::slot::kdf::{Cost, Costs};
use crate::slot::recovery::RecoveryCode;
use crate::slot::{DataKey, SlotName, Slots, pin};
use crate::transact::Next;

/// The register of one commune on one PC.
pub struct Register {
    // Before the lock, so that the file is closed when another program gets in.
    pub(crate) conn: Connection,
    pub(crate) core: Core,
    pub(crate) next: Next,
    pub(crate) home: Home,
    slots: Slots,
    pub(crate) data_key: DataKey,
    /// The program's own catalogue.
    built_in: Arc<Catalogue>,
    is_behind: bool,
    pub(crate) lost: Option<LostSaves>,
    pub(crate) finder: RefCell<Finder>,
    _lock: File,
}

/// What stays the same while a register is open.
pub(crate) struct Core {
    pub catalogue: Arc<Catalogue>,
    pub identity: Identity,
    /// Short number of this device in row ids.
    pub device_ref: i64,
    pub unit: UnitKey,
}

/// What a first start needs. Randomness of the device is the caller's.
pub struct NewRegister<'a> {
    pub unit: UnitKey,
    pub officer: String,
    pub pin: &'a str,
    pub now_ms: i64,
    /// Ed25519 secret of this PC, and the id made from its public key.
    pub device_secret: [u8; 32],
    pub device: DeviceId,
    pub costs: Costs,
}

/// What opens a register.
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    Pin(&'a str),
    /// The printed code, however it was typed.
    Recovery(&'a str),
}

/// What can be told about a register without opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peek {
    pub unit: UnitKey,
    pub unit_name: String,
    /// Seconds until a PIN is tried again.
    pub wait_s: u32,
}

impl Register {
    /// Looks who is at home. None when there is no register in the folder.
    ///
    /// # Errors
    /// [`StoreError::TooNew`] and [`StoreError::Damaged`] for a slots file that cannot be read.
    pub fn peek(dir: &Path, now_ms: i64) -> Result<Option<Peek>, StoreError> {
        let slots = Slots::of(&Home::at(dir))?;
        Ok(slots.map(|slots| Peek {
            unit: slots.unit.key(),
            unit_name: slots.unit.name.clone(),
            wait_s: slots.tries.left_s(now_ms),
        }))
    }

    /// Gives a damaged database another name and returns it. Nothing is deleted; the slots stay, because a
    /// backup opens with them.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while a program has it open.
    pub fn move_aside(dir: &Path, now_ms: i64) -> Result<PathBuf, StoreError> {
        let home = Home::at(dir);
        let _lock = home.lock()?;
        home.move_database_aside(now_ms)
    }

    /// Puts a new PIN in the place of the old one.
    ///
    /// # Errors
    /// [`StoreError::PinTooShort`], [`StoreError::PinTooSimple`].
    pub fn set_pin(&mut self, new_pin: &str) -> Result<(), StoreError> {
        pin::check(new_pin)?;
        let cost = self.pin_cost();
        self.change_slots(|slots, key| {
            slots.tries = crate::slot::wait::Tries::default();
            slots.set(SlotName::Pin, &pin_secret(new_pin), key, cost)
        })
    }

    /// Asks for the PIN again, with the same waits as at the door.
    ///
    /// # Errors
    /// [`StoreError::WrongPin`], [`StoreError::Wait`].
    pub fn check_pin(&mut self, pin: &str, now_ms: i64) -> Result<(), StoreError> {
        open::try_pin(&self.home, &mut self.slots, pin, now_ms).map(|_| ())
    }

    /// Makes a new recovery code; the old one opens nothing from now on.
    ///
    /// # Errors
    /// When the slots cannot be written.
    pub fn set_recovery_code(&mut self) -> Result<RecoveryCode, StoreError> {
        let code = RecoveryCode::generate()?;
        self.change_slots(|slots, key| slots.set(SlotName::Recovery, code.secret(), key, Cost::RECOVERY))?;
        Ok(code)
    }

    fn change_slots(
        &mut self,
        change: impl FnOnce(&mut Slots, &DataKey) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut slots = self.slots.clone();
        change(&mut slots, &self.data_key)?;
        slots.keep(&self.home)?;
        self.slots = slots;
        Ok(())
    }

    fn pin_cost(&self) -> Cost {
        Cost::PIN
    }

    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.core.catalogue
    }

    /// The unit that this register was made for.
    pub fn unit(&self) -> &UnitKey {
        &self.core.unit
    }

    /// Device, its secret and the commune's key: for signing and sealing, never to show.
    pub fn identity(&self) -> &Identity {
        &self.core.identity
    }

    /// Number of the officer at work.
    pub fn author(&self) -> u32 {
        self.next.author
    }

    /// Number that this device's next change takes.
    pub fn next_seq(&self) -> u64 {
        self.next.seq
    }

    pub(crate) fn view(&self) -> View<'_> {
        View { conn: &self.conn, core: &self.core }
    }

    pub(crate) fn slots(&self) -> &Slots {
        &self.slots
    }
}

// One officer's keyboard gives composed letters and another's decomposed ones.
fn pin_secret(pin: &str) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(sohoi_domain::text::nfc(pin).into_bytes())
}
