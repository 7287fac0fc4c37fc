//! `register.slots`: the data key, wrapped once for each way to open the register, and the count of
//! wrong PINs. Small JSON beside the database, readable without any key, so it holds nothing personal.

pub(crate) mod commune;
pub(crate) mod kdf;
pub(crate) mod pin;
pub(crate) mod recovery;
pub(crate) mod wait;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sohoi_domain::{Day, UnitKey};
use zeroize::Zeroizing;

use crate::error::StoreError;
use crate::home::{Home, write_whole};
use kdf::{Cost, Wrapped};
use wait::Tries;

pub(crate) const FORMAT: u32 = 1;

pub(crate) type DataKey = Zeroizing<[u8; 32]>;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SlotName {
    Pin,
    Recovery,
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Slot {
    pub name: SlotName,
    #[serde(flatten)]
    pub wrapped: Wrapped,
}

/// Whose register this is, for the lock screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SlotUnit {
    pub code: String,
    pub valid_from: Day,
    pub name: String,
}

impl SlotUnit {
    pub fn key(&self) -> UnitKey {
        UnitKey { code: self.code.clone(), valid_from: self.valid_from }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Slots {
    pub format: u32,
    /// Binds the wrapped keys to this file.
    pub register: String,
    pub unit: SlotUnit,
    pub slots: Vec<Slot>,
    #[serde(default)]
    pub tries: Tries,
    /// SHA-256 over all of the others, so that a bit that turned on the disk is noticed and its twin is read: in a
    /// wrapped key it would look like a wrong PIN. None in a file of an older program. Another field here is another [`FORMAT`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sum: Option<String>,
}

// Read first: a newer file may have another shape.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl Slots {
    pub fn new(unit: SlotUnit) -> Result<Slots, StoreError> {
        let register = kdf::hex(&kdf::random::<8>()?);
        Ok(Slots { format: FORMAT, register, unit, slots: Vec::new(), tries: Tries::default(), sum: None })
    }

    /// None when there is no such file.
    ///
    /// # Errors
    /// [`StoreError::TooNew`] for a format of a later version, [`StoreError::Damaged`] when it is no slots file.
    pub fn read(path: &Path) -> Result<Option<Slots>, StoreError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => return Err(StoreError::Damaged),
            Err(error) => return Err(error.into()),
        };
        let head: Head = serde_json::from_str(&text).map_err(|_| StoreError::Damaged)?;
        if head.format > FORMAT {
            return Err(StoreError::TooNew { found: head.format, max: FORMAT });
        }
        let mut slots: Slots = serde_json::from_str(&text).map_err(|_| StoreError::Damaged)?;
        match slots.sum.take() {
            Some(sum) if sum != slots.reckoned() => Err(StoreError::Damaged),
            _ => Ok(Some(slots)),
        }
    }

    /// Those of a register's folder, or their twin where they are lost, damaged or cannot be read and the register is
    /// there.
    ///
    /// # Errors
    /// As for [`Slots::read`], of the folder's own.
    pub fn of(home: &Home) -> Result<Option<Slots>, StoreError> {
        let own = Slots::read(&home.slots());
        let is_lost = matches!(own, Ok(None) | Err(StoreError::Damaged | StoreError::Io(_)));
        if !is_lost || !home.database().exists() {
            return own;
        }
        match Slots::read(&home.twin_of_slots()) {
            Ok(Some(twin)) => Ok(Some(twin)),
            _ => own,
        }
    }

    /// Writes them, and then their twin. A disk that refuses the second must not undo the first.
    pub fn keep(&self, home: &Home) -> Result<(), StoreError> {
        self.write(&home.slots())?;
        self.keep_twin(home);
        Ok(())
    }

    /// The twin of slots that are there already.
    pub fn keep_twin(&self, home: &Home) {
        let twin = self.without_tries();
        let is_same = |found: &Slots| serde_json::to_value(found).ok() == serde_json::to_value(&twin).ok();
        let path = home.twin_of_slots();
        if Slots::proves_itself(&path) && matches!(Slots::read(&path), Ok(Some(found)) if is_same(&found)) {
            return;
        }
        // The next start tries again.
        let _ = twin.write(&path);
    }

    /// True of a file that is there, whole, and says so by its sum.
    pub fn proves_itself(path: &Path) -> bool {
        let text = fs::read_to_string(path).unwrap_or_default();
        let found = serde_json::from_str::<Slots>(&text);
        found.is_ok_and(|found| found.sum.as_ref() == Some(&found.reckoned()))
    }

    pub fn write(&self, path: &Path) -> Result<(), StoreError> {
        let whole = Slots { sum: Some(self.reckoned()), ..self.clone() };
        write_whole(path, &serde_json::to_vec_pretty(&whole).expect("text and numbers are JSON"))
    }

    fn reckoned(&self) -> String {
        let others = Slots { sum: None, ..self.clone() };
        kdf::hex(&Sha256::digest(serde_json::to_vec(&others).expect("text and numbers are JSON")))
    }

    /// Wraps the data key under a secret, in the place of the slot's old one.
    pub fn set(
        &mut self,
        name: SlotName,
        secret: &[u8],
        key: &DataKey,
        cost: Cost,
    ) -> Result<(), StoreError> {
        let wrapped = Wrapped::wrap(secret, key, cost, &self.binding(name))?;
        self.slots.retain(|slot| slot.name != name);
        self.slots.push(Slot { name, wrapped });
        Ok(())
    }

    /// None when the secret does not open the slot.
    pub fn unwrap(&self, name: SlotName, secret: &[u8]) -> Result<Option<DataKey>, StoreError> {
        match self.slots.iter().find(|slot| slot.name == name) {
            Some(slot) => slot.wrapped.unwrap(secret, &self.binding(name)),
            None => Ok(None),
        }
    }

    /// The same keys in a backup, which starts with a clean count.
    pub fn without_tries(&self) -> Slots {
        Slots { tries: Tries::default(), ..self.clone() }
    }

    fn binding(&self, name: SlotName) -> String {
        format!("sohoi slot {FORMAT} {} {name:?}", self.register)
    }
}
