//! Unlocking.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use sohoi_domain::{Catalogue, DeviceId, Hlc, UnitKey};
use zeroize::Zeroizing;

use super::{Core, Register, Unlock, pin_secret, release};
use crate::db::{self, changes_of, seq_of, unsigned};
use crate::error::StoreError;
use crate::home::Home;
use crate::lost::LostSaves;
use crate::read::{View, meta};
use crate::row::Identity;
use crate::slot::commune::CommuneCode;
use crate::slot::recovery::RecoveryCode;
use crate::slot::wait::Tries;
use crate::slot::{DataKey, SlotName, Slots};
use crate::transact::Next;
use crate::{backup, cut_log, lost, migrate, project};

impl Register {
    /// Opens a register, and brings an older file up to this program's level after backing it up.
    ///
    /// # Errors
    /// [`StoreError::NoRegister`], [`StoreError::Busy`], [`StoreError::WrongPin`], [`StoreError::Wait`],
    /// [`StoreError::WrongRecoveryCode`], [`StoreError::TooNew`] with the database untouched,
    /// [`StoreError::Damaged`] with the file left as it is.
    pub fn open(
        dir: &Path,
        catalogue: Arc<Catalogue>,
        unlock: Unlock,
        now_ms: i64,
    ) -> Result<Register, StoreError> {
        let home = Home::at(dir);
        if !home.slots().exists() && !home.database().exists() {
            return Err(StoreError::NoRegister);
        }
        let lock = home.lock()?;
        let mut slots = Slots::of(&home)?.ok_or(StoreError::NoRegister)?;
        let key = match unlock {
            Unlock::Pin(pin) => try_pin(&home, &mut slots, pin, now_ms)?,
            Unlock::Recovery(code) => try_recovery(&home, &mut slots, code)?,
        };
        let register = Register::open_with_key(home, catalogue, slots, key, lock, now_ms)?;
        // Only now is it certain that they are this register's.
        if !Slots::proves_itself(&register.home.slots()) {
            written(register.slots.write(&register.home.slots()))?;
        }
        register.slots.keep_twin(&register.home);
        Ok(register)
    }

    pub(super) fn open_with_key(
        home: Home,
        catalogue: Arc<Catalogue>,
        slots: Slots,
        key: DataKey,
        lock: File,
        now_ms: i64,
    ) -> Result<Register, StoreError> {
        let path = home.database();
        if !path.exists() {
            return Err(StoreError::Damaged);
        }
        let was_cut_off = fs::metadata(home.log()).is_ok_and(|log| log.len() > 0);
        let found = if was_cut_off { rescue(&home, now_ms)? } else { None };
        home.forget_old_logs(now_ms);
        let look = if was_cut_off { db::open_to_look_with_log } else { db::open_to_look };
        let level = migrate::check_level(&look(&path, &key)?)?;
        let mut conn = db::open(&path, &key)?;
        // A file that was closed in order was whole then, and every page proves itself when it is read. One that is not
        // whole is left with its log, as it is.
        if was_cut_off {
            db::leave_log(&conn, true)?;
            if !db::is_whole(&conn)? {
                return Err(StoreError::Damaged);
            }
            db::leave_log(&conn, false)?;
        }
        if level < migrate::LEVEL {
            backup::before_migration(&home, &conn, &slots, &key, level)?;
        }
        migrate::migrate(&mut conn, now_ms)?;
        let lost = lost::noted(&home, &conn, found)?;
        let mut core = core(&conn, catalogue.clone())?;
        let composed = release::composed(&conn, &catalogue, &core.unit)?;
        core.catalogue = composed.catalogue;
        project::refresh(&mut conn, &core)?;
        View { conn: &conn, core: &core }.drop_loose_photos()?;
        let next = next(View { conn: &conn, core: &core })?;
        let is_behind = composed.is_behind;
        Ok(Register {
            conn,
            core,
            next,
            home,
            slots,
            data_key: key,
            built_in: catalogue,
            is_behind,
            lost,
            finder: Default::default(),
            _lock: lock,
        })
    }
}

/// Sets a log right of which SQLite would pass over what was saved, and ends it before what cannot be read.
fn rescue(home: &Home, now_ms: i64) -> Result<Option<LostSaves>, StoreError> {
    let log = home.log();
    let found = cut_log::look(&log)?;
    found.mend(&log)?;
    let n = found.lost.map_or(0, |lost| lost.n_commits);
    if n == 0 && found.n_mends() == 0 {
        return Ok(None);
    }
    let told = LostSaves { n, n_mended: found.n_mends(), found_at_ms: now_ms };
    // The log says nothing of it afterwards, and much can go wrong until it stands in the register.
    written(lost::keep(home, told))?;
    if let Some(lost) = found.lost {
        lost.cut(&log, &home.log_aside(now_ms))?;
    }
    Ok(Some(told))
}

/// Tries a PIN, or answers how long to wait. What a wrong one costs is on disk before the answer.
pub(super) fn try_pin(home: &Home, slots: &mut Slots, pin: &str, now_ms: i64) -> Result<DataKey, StoreError> {
    if let Some(tries) = slots.tries.restarted(now_ms) {
        slots.tries = tries;
        written(slots.write(&home.slots()))?;
    }
    let wait_s = slots.tries.left_s(now_ms);
    if wait_s > 0 {
        return Err(StoreError::Wait { wait_s });
    }
    let Some(key) = slots.unwrap(SlotName::Pin, &pin_secret(pin))? else {
        slots.tries = slots.tries.after_failure(now_ms);
        written(slots.write(&home.slots()))?;
        return Err(StoreError::WrongPin { wait_s: slots.tries.left_s(now_ms) });
    };
    forget_tries(home, slots)?;
    Ok(key)
}

// No wait: nobody guesses 155 bits, and a mistyped code is noticed before it is tried.
fn try_recovery(home: &Home, slots: &mut Slots, typed: &str) -> Result<DataKey, StoreError> {
    let code: RecoveryCode = typed.parse().map_err(|_| StoreError::WrongRecoveryCode)?;
    let key = slots.unwrap(SlotName::Recovery, code.secret())?.ok_or(StoreError::WrongRecoveryCode)?;
    forget_tries(home, slots)?;
    Ok(key)
}

fn forget_tries(home: &Home, slots: &mut Slots) -> Result<(), StoreError> {
    if slots.tries != Tries::default() {
        slots.tries = Tries::default();
        written(slots.write(&home.slots()))?;
    }
    Ok(())
}

// On a full disk the register opens all the same, and a wrong PIN is a wrong PIN.
fn written(written: Result<(), StoreError>) -> Result<(), StoreError> {
    match written {
        Err(StoreError::DiskFull) => Ok(()),
        other => other,
    }
}

fn core(conn: &Connection, catalogue: Arc<Catalogue>) -> Result<Core, StoreError> {
    let sql = "SELECT ref, id, secret FROM device WHERE secret IS NOT NULL AND retired_at_ms IS NULL";
    let (device_ref, device, secret) =
        conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get(2)?)))?;
    let unit: String = meta::get(conn, meta::UNIT)?.ok_or(StoreError::Damaged)?;
    let unit: UnitKey = serde_json::from_str(&unit).map_err(|_| StoreError::Damaged)?;
    let code: String = meta::get(conn, meta::COMMUNE_CODE)?.ok_or(StoreError::Damaged)?;
    let code = CommuneCode::parse(&code, &unit).map_err(|_| StoreError::Damaged)?;
    let identity = Identity {
        device: DeviceId(unsigned(device)),
        device_secret: Zeroizing::new(secret),
        commune_key: code.key(),
    };
    Ok(Core { catalogue, identity, device_ref, unit })
}

fn next(view: View) -> Result<Next, StoreError> {
    let (conn, device_ref) = (view.conn, view.core.device_ref);
    let newest = "SELECT id, hlc FROM change WHERE id BETWEEN ?1 AND ?2 ORDER BY id DESC LIMIT 1";
    let newest: Option<(i64, i64)> =
        conn.query_row(newest, changes_of(device_ref), |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (id, hlc) = newest.unwrap_or((0, 0));
    let seq = seq_of(id);
    let n = view.newest_record()?;
    let seen: i64 = meta::get(conn, meta::REMOTE_HLC)?.unwrap_or(0);
    Ok(Next {
        seq: seq + 1,
        n: n + 1,
        hlc: Hlc(unsigned(hlc)).max(Hlc(unsigned(seen))),
        author: meta::get(conn, meta::AUTHOR)?.unwrap_or(1),
    })
}
