//! Signing in, and what an account may see.

use sohoi_domain::UnitKey;
use sohoi_domain::unit::UnitLevel;
use sohoi_hub_db::{AccountRow, SecretHash, SessionRow, SignIn};

use crate::error::HubError;
use crate::hub::Hub;
use crate::secret;

/// A working day and a little more.
pub const SESSION_MS: i64 = 12 * 3_600_000;
const MAX_NAME_BYTES: usize = 200;

/// Somebody who has shown who she is.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub name: String,
    pub unit: UnitKey,
}

impl From<AccountRow> for Viewer {
    fn from(account: AccountRow) -> Viewer {
        Viewer { name: account.name, unit: account.unit }
    }
}

impl Viewer {
    /// # Errors
    /// `auth.out_of_scope`; the province sees everything, a commune itself.
    pub fn may_see(&self, hub: &Hub, code: &str) -> Result<(), HubError> {
        if self.is_of_province(hub) || self.unit.code == code {
            return Ok(());
        }
        tracing::warn!(unit = code, scope = %self.unit, "a read outside the account's scope was refused");
        Err(HubError::refused("auth.out_of_scope"))
    }

    /// # Errors
    /// `auth.out_of_scope`: what is said to a commune is said by the province.
    pub fn may_speak(&self, hub: &Hub) -> Result<(), HubError> {
        if self.is_of_province(hub) {
            return Ok(());
        }
        tracing::warn!(scope = %self.unit, "a word of an account that is not the province's was refused");
        Err(HubError::refused("auth.out_of_scope"))
    }

    fn is_of_province(&self, hub: &Hub) -> bool {
        hub.catalogue.units.get(&self.unit).is_some_and(|unit| unit.level == UnitLevel::Province)
    }
}

/// Checks a name and password, slower with each failure.
///
/// # Errors
/// `auth.throttled` with `wait_s`, or `auth.bad_password`, the same for an unknown name.
pub fn check(hub: &Hub, name: &str, password: &str) -> Result<Viewer, HubError> {
    let account = if name.len() <= MAX_NAME_BYTES { hub.db.account(name)? } else { None };
    let key = attempts(name);
    if let SignIn::WaitMs(wait_ms) = hub.db.try_sign_in(&key, hub.now_ms())? {
        return Err(HubError::refused("auth.throttled").with("wait_s", wait_ms.div_euclid(1_000) + 1));
    }
    // An unknown name costs as much time as a wrong password, so that names cannot be found by the clock.
    let hash = account.as_ref().map_or(NOBODY, |account| account.password_hash.as_str());
    let is_right = secret::is_password(password, hash);
    match account.filter(|_| is_right) {
        Some(account) => {
            hub.db.signed_in(&key)?;
            Ok(account.into())
        }
        None => {
            hub.metrics.n_sign_in_failed.add(1);
            Err(HubError::refused("auth.bad_password"))
        }
    }
}

/// Opens a session and gives its token.
///
/// # Errors
/// As [`check`].
pub fn sign_in(hub: &Hub, name: &str, password: &str) -> Result<(Viewer, String), HubError> {
    let viewer = check(hub, name, password)?;
    let token = secret::token()?;
    let now_ms = hub.now_ms();
    let session = SessionRow {
        token_hash: secret::hash(&token),
        account: viewer.name.clone(),
        expires_at_ms: now_ms + SESSION_MS,
    };
    hub.db.add_session(&session, now_ms)?;
    hub.metrics.n_signed_in.add(1);
    Ok((viewer, token))
}

/// Who holds this token.
///
/// # Errors
/// `auth.required` when nobody does any more.
pub fn by_token(hub: &Hub, token: &str) -> Result<Viewer, HubError> {
    let session = hub.db.session(&secret::hash(token), hub.now_ms())?;
    let session = session.ok_or_else(|| HubError::refused("auth.required"))?;
    let account = hub.db.account(&session.account)?;
    account.map(Viewer::from).ok_or_else(|| HubError::refused("auth.required"))
}

/// Makes the account's row.
///
/// # Errors
/// `auth.weak_password`, `auth.bad_name`.
pub fn new_account(name: &str, password: &str, unit: &UnitKey, now_ms: i64) -> Result<AccountRow, HubError> {
    let name = name.trim();
    if name.is_empty() || name.len() > MAX_NAME_BYTES || name.chars().any(char::is_control) {
        return Err(HubError::refused("auth.bad_name"));
    }
    if password.chars().count() < secret::MIN_PASSWORD_CHARS {
        return Err(HubError::refused("auth.weak_password").with("min", secret::MIN_PASSWORD_CHARS));
    }
    let password_hash = secret::hash_password(password)?;
    Ok(AccountRow { name: name.to_string(), password_hash, unit: unit.clone(), created_at_ms: now_ms })
}

/// Makes an account that sees a unit.
///
/// # Errors
/// `auth.account_exists`, `auth.weak_password`, `auth.bad_name`.
pub fn add(hub: &Hub, name: &str, password: &str, unit: &UnitKey, actor: &str) -> Result<(), HubError> {
    let account = new_account(name, password, unit, hub.now_ms())?;
    match hub.db.add_account(&account, hub.now_ms(), actor)? {
        true => Ok(()),
        false => Err(HubError::refused("auth.account_exists")),
    }
}

/// Removes an account; whoever is signed in with it is out at once.
///
/// # Errors
/// `auth.unknown_account`, `auth.last_account` for the last one that sees the province.
pub fn remove(hub: &Hub, name: &str, actor: &str) -> Result<(), HubError> {
    let unknown = || HubError::refused("auth.unknown_account");
    let known = hub.db.account(name.trim())?.ok_or_else(unknown)?;
    let others = hub.db.accounts()?.into_iter().filter(|other| other.name != known.name);
    if !others.map(Viewer::from).any(|other| other.is_of_province(hub)) {
        return Err(HubError::refused("auth.last_account"));
    }
    if hub.db.remove_account(&known.name, hub.now_ms(), actor)? { Ok(()) } else { Err(unknown()) }
}

/// Gives an account another password; whoever had signed in with the old one has to do it again, and nobody waits for
/// attempts with that.
///
/// # Errors
/// `auth.unknown_account`, `auth.weak_password`, `auth.bad_name`.
pub fn set_password(hub: &Hub, name: &str, password: &str, actor: &str) -> Result<(), HubError> {
    let unknown = || HubError::refused("auth.unknown_account");
    let known = hub.db.account(name.trim())?.ok_or_else(unknown)?;
    let account = new_account(&known.name, password, &known.unit, known.created_at_ms)?;
    if !hub.db.set_password(&account, hub.now_ms(), actor)? {
        return Err(unknown());
    }
    hub.db.signed_in(&attempts(&account.name))?;
    Ok(())
}

fn attempts(name: &str) -> SecretHash {
    secret::hash(&format!("sign in {name}"))
}

/// A hash that no password has, with the parameters of real ones.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29ob2kgaHViIG5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
