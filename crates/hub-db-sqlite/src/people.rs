//! The hub itself, accounts and their sessions.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, named_params};
use sohoi_domain::{Day, UnitKey};
use sohoi_hub_db::audit::AuditEntry;
use sohoi_hub_db::{AccountRow, DbError, HubRow, SecretHash, SessionRow, SignIn, Standing};

use crate::audit;
use crate::error::{Result, SqliteResult};
use crate::intern::{unit_from, unit_id};

pub fn init(tx: &Transaction, hub: &HubRow, admin: &AccountRow) -> Result<()> {
    let n: u32 = tx.query_row("SELECT count(*) FROM hub", [], |row| row.get(0)).db()?;
    if n > 0 {
        return Err(DbError::AlreadyInitialised);
    }
    tx.execute(
        "INSERT INTO hub (id, secret_key, epoch, unit_code, unit_valid_from, created_at_ms)
         VALUES (1, ?1, 1, ?2, ?3, ?4)",
        (hub.secret_key, &hub.unit.code, hub.unit.valid_from.number(), hub.created_at_ms),
    )
    .db()?;
    insert(tx, admin)?;
    audit::add(
        tx,
        &AuditEntry {
            at_ms: hub.created_at_ms,
            actor: "cli".to_string(),
            action: "hub.initialised".to_string(),
            subject: hub.unit.to_string(),
        },
    )
}

pub fn hub(connection: &Connection) -> Result<HubRow> {
    connection
        .query_row("SELECT secret_key, unit_code, unit_valid_from, created_at_ms FROM hub", [], |row| {
            let unit = UnitKey { code: row.get(1)?, valid_from: Day::from_number(row.get(2)?) };
            Ok(HubRow { secret_key: row.get(0)?, unit, created_at_ms: row.get(3)? })
        })
        .optional()
        .db()?
        .ok_or(DbError::NotInitialised)
}

pub fn standing(connection: &Connection) -> Result<Standing> {
    let sql = "SELECT epoch,
                      max(lost_bulletin, coalesce((SELECT max(number) FROM bulletin), 0)),
                      max(lost_clock, coalesce((SELECT max(number) FROM clock_correction), 0))
               FROM hub";
    let mut find = connection.prepare_cached(sql).db()?;
    let standing = find.query_row([], |row| {
        let number = |at| row.get::<_, i64>(at).map(i64::cast_unsigned);
        Ok(Standing { epoch: number(0)?, bulletin: number(1)?, clock: number(2)? })
    });
    standing.optional().db()?.ok_or(DbError::NotInitialised)
}

pub fn went_back(tx: &Transaction, at_least: Standing) -> Result<u64> {
    let sql = "UPDATE hub SET epoch = max(epoch, ?1), lost_bulletin = max(lost_bulletin, ?2),
                              lost_clock = max(lost_clock, ?3)
               RETURNING epoch";
    let Standing { epoch, bulletin, clock } = at_least;
    let numbers = [epoch, bulletin, clock].map(u64::cast_signed);
    let epoch = tx.query_row(sql, numbers, |row| row.get::<_, i64>(0));
    Ok(epoch.db()?.cast_unsigned())
}

fn insert(tx: &Transaction, account: &AccountRow) -> Result<bool> {
    let unit = unit_id(tx, &account.unit)?;
    let n = tx.execute(
        "INSERT INTO account (name, password_hash, unit, created_at_ms) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO NOTHING",
        (&account.name, &account.password_hash, unit, account.created_at_ms),
    );
    Ok(n.db()? > 0)
}

fn noted(tx: &Transaction, action: &str, name: &str, (now_ms, actor): (i64, &str)) -> Result<()> {
    let (actor, action, subject) = (actor.to_string(), action.to_string(), name.to_string());
    audit::add(tx, &AuditEntry { at_ms: now_ms, actor, action, subject })
}

pub fn add_account(tx: &Transaction, account: &AccountRow, now_ms: i64, actor: &str) -> Result<bool> {
    if !insert(tx, account)? {
        return Ok(false);
    }
    noted(tx, "account.added", &account.name, (now_ms, actor))?;
    Ok(true)
}

pub fn remove_account(tx: &Transaction, name: &str, now_ms: i64, actor: &str) -> Result<bool> {
    tx.execute("DELETE FROM session WHERE account = ?1", [name]).db()?;
    if tx.execute("DELETE FROM account WHERE name = ?1", [name]).db()? == 0 {
        return Ok(false);
    }
    noted(tx, "account.removed", name, (now_ms, actor))?;
    Ok(true)
}

pub fn accounts(connection: &Connection) -> Result<Vec<AccountRow>> {
    let mut all = connection.prepare_cached(ACCOUNTS).db()?;
    let rows = all.query_map([], account_row).db()?;
    rows.collect::<std::result::Result<_, _>>().db()
}

const ACCOUNTS: &str = include_str!("../../../schema/hub/sqlite/queries/accounts.sql");

fn account_row(row: &Row) -> rusqlite::Result<AccountRow> {
    Ok(AccountRow {
        name: row.get(0)?,
        password_hash: row.get(1)?,
        unit: unit_from(row, 2)?,
        created_at_ms: row.get(4)?,
    })
}

pub fn account(connection: &Connection, name: &str) -> Result<Option<AccountRow>> {
    connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/account.sql"))
        .and_then(|mut find| find.query_row(named_params! { ":name": name }, account_row).optional())
        .db()
}

pub fn set_password(tx: &Transaction, account: &AccountRow, now_ms: i64, actor: &str) -> Result<bool> {
    let sql = "UPDATE account SET password_hash = ?2 WHERE name = ?1";
    let n = tx.execute(sql, [&account.name, &account.password_hash]).db()?;
    if n == 0 {
        return Ok(false);
    }
    tx.execute("DELETE FROM session WHERE account = ?1", [&account.name]).db()?;
    noted(tx, "account.password", &account.name, (now_ms, actor))?;
    Ok(true)
}

pub fn add_session(tx: &Transaction, session: &SessionRow, now_ms: i64) -> Result<()> {
    tx.execute("DELETE FROM session WHERE expires_at_ms <= ?1", [now_ms]).db()?;
    tx.execute(
        "INSERT INTO session (token_hash, account, expires_at_ms) VALUES (?1, ?2, ?3)",
        (session.token_hash, &session.account, session.expires_at_ms),
    )
    .map(|_| ())
    .db()
}

pub fn session(connection: &Connection, token_hash: &SecretHash, now_ms: i64) -> Result<Option<SessionRow>> {
    let row = |row: &Row| {
        Ok(SessionRow { token_hash: *token_hash, account: row.get(0)?, expires_at_ms: row.get(1)? })
    };
    let params = named_params! { ":token_hash": token_hash, ":now_ms": now_ms };
    connection
        .prepare_cached(include_str!("../../../schema/hub/sqlite/queries/session.sql"))
        .and_then(|mut find| find.query_row(params, row).optional())
        .db()
}

pub fn end_session(tx: &Transaction, token_hash: &SecretHash) -> Result<()> {
    tx.execute("DELETE FROM session WHERE token_hash = ?1", [token_hash]).map(|_| ()).db()
}

pub fn try_sign_in(tx: &Transaction, key: &SecretHash, now_ms: i64) -> Result<SignIn> {
    // A day later nobody is guessing any more.
    tx.execute("DELETE FROM sign_in WHERE last_at_ms < ?1", [now_ms - 86_400_000]).db()?;
    let found = tx
        .query_row("SELECT n_failed, last_at_ms FROM sign_in WHERE key = ?1", [key], |row| {
            Ok((row.get::<_, u32>(0)?, row.get::<_, i64>(1)?))
        })
        .optional()
        .db()?;
    if let Some((n_failed, last_at_ms)) = found {
        let wait_ms = last_at_ms + SignIn::wait_ms(n_failed) - now_ms;
        if wait_ms > 0 {
            return Ok(SignIn::WaitMs(wait_ms));
        }
    }
    tx.execute(
        "INSERT INTO sign_in (key, n_failed, last_at_ms) VALUES (?1, 1, ?2)
         ON CONFLICT (key) DO UPDATE SET n_failed = n_failed + 1, last_at_ms = excluded.last_at_ms",
        (key, now_ms),
    )
    .db()?;
    Ok(SignIn::Go)
}

pub fn signed_in(tx: &Transaction, key: &SecretHash) -> Result<()> {
    tx.execute("DELETE FROM sign_in WHERE key = ?1", [key]).map(|_| ()).db()
}
