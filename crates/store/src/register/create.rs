//! A first start.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, named_params};
use sohoi_domain::Catalogue;
use zeroize::Zeroizing;

use super::{NewRegister, Register, pin_secret};
use crate::db::{self, signed};
use crate::error::{Fault, StoreError};
use crate::home::{Home, with_suffix};
use crate::read::meta;
use crate::slot::commune::CommuneCode;
use crate::slot::kdf::random;
use crate::slot::recovery::RecoveryCode;
use crate::slot::{DataKey, SlotName, SlotUnit, Slots, pin};
use crate::{migrate, project};

impl Register {
    /// Makes a register in a folder and opens it. The recovery code is shown once and kept nowhere.
    ///
    /// Nothing counts as a register until the slots file has its name, which is the last step: after a power
    /// cut on the way the officer starts again.
    ///
    /// # Errors
    /// [`StoreError::RegisterExists`], [`StoreError::PinTooShort`], [`StoreError::PinTooSimple`],
    /// [`StoreError::NotValidUnit`], or what the disk says.
    pub fn create(
        dir: &Path,
        catalogue: Arc<Catalogue>,
        new: NewRegister,
    ) -> Result<(Register, RecoveryCode), StoreError> {
        pin::check(new.pin)?;
        if new.officer.trim().is_empty() {
            return Err(StoreError::Fault(Fault::NoName));
        }
        let name = catalogue.units.get(&new.unit).ok_or(StoreError::NotValidUnit)?.name.clone();
        let home = Home::at(dir);
        home.create()?;
        let lock = home.lock()?;
        if home.slots().exists() || Slots::of(&home)?.is_some() {
            return Err(StoreError::RegisterExists);
        }
        // One of a register that was here before opens this one for nobody.
        match fs::remove_file(home.twin_of_slots()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let key: DataKey = Zeroizing::new(random()?);
        make_database(&home, &key, &catalogue, &new)?;

        let code = RecoveryCode::generate()?;
        let unit = SlotUnit { code: new.unit.code.clone(), valid_from: new.unit.valid_from, name };
        let mut slots = Slots::new(unit)?;
        slots.set(SlotName::Pin, &pin_secret(new.pin), &key, new.costs.pin)?;
        slots.set(SlotName::Recovery, code.secret(), &key, new.costs.recovery)?;
        slots.keep(&home)?;
        let register = Register::open_with_key(home, catalogue, slots, key, lock, new.now_ms)?;
        Ok((register, code))
    }
}

fn make_database(
    home: &Home,
    key: &DataKey,
    catalogue: &Catalogue,
    new: &NewRegister,
) -> Result<(), StoreError> {
    let unfinished = home.unfinished();
    // Left by a first start that was cut off: nobody has written a record into it.
    for suffix in ["", "-wal", "-shm", "-journal"] {
        match fs::remove_file(with_suffix(&unfinished, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    // A database without slots opens for nobody, but it is not ours to delete.
    if home.database().exists() {
        home.move_database_aside(new.now_ms)?;
    }
    let mut conn = db::create(&unfinished, key)?;
    migrate::migrate(&mut conn, new.now_ms)?;
    first_rows(&mut conn, catalogue, new)?;
    conn.close().map_err(|(_, error)| error)?;
    File::options().write(true).open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, home.database())?;
    home.sync()
}

fn first_rows(conn: &mut Connection, catalogue: &Catalogue, new: &NewRegister) -> Result<(), StoreError> {
    let tx = conn.transaction()?;
    meta::set(&tx, meta::COMMUNE_CODE, &CommuneCode::generate(&new.unit)?.to_string())?;
    meta::set(&tx, meta::UNIT, &serde_json::to_string(&new.unit).expect("two texts are JSON"))?;
    meta::set(&tx, meta::AUTHOR, &1)?;
    meta::set(&tx, meta::PROJECTED_WITH, &project::made_with(catalogue))?;
    tx.execute(
        "INSERT INTO device (ref, id, secret, since_ms) VALUES (1, :id, :secret, :at)",
        named_params! { ":id": signed(new.device.0), ":secret": new.device_secret, ":at": new.now_ms },
    )?;
    tx.execute(
        "INSERT INTO officer (device, number, name, since_ms) VALUES (:device, 1, :name, :at)",
        named_params! { ":device": signed(new.device.0), ":name": new.officer.trim(), ":at": new.now_ms },
    )?;
    Ok(tx.commit()?)
}
