//! Photos: which records name them, and their content.

use rusqlite::{Connection, OptionalExtension, Transaction, named_params, params};
use sha2::{Digest, Sha256};
use sohoi_domain::photo::{PhotoId, SEALED};
use sohoi_domain::{RecordId, UnitKey};
use sohoi_hub_db::{PHOTOS_OF_RECORD, PhotoTaken, PhotosKnown, Said};

use crate::error::{Result, SqliteResult};
use crate::intern::{find_unit, unit_id};

/// Keeps what was said, and nothing new when it was kept before. Whatever of a record was destroyed stays so,
/// whichever change comes later.
pub fn note(connection: &Connection, unit: &UnitKey, said: &[Said]) -> Result<()> {
    for said in said {
        match said {
            Said::Names { record, photos, sealed } => name(connection, unit, *record, photos, *sealed)?,
            Said::Destroys(record) => destroy(connection, *record)?,
        }
    }
    Ok(())
}

fn name(
    connection: &Connection,
    unit: &UnitKey,
    record: RecordId,
    photos: &[PhotoId],
    sealed: bool,
) -> Result<()> {
    let unit = unit_id(connection, unit)?;
    let sql = include_str!("../../../schema/hub/sqlite/queries/name_photo.sql");
    let mut insert = connection.prepare_cached(sql).db()?;
    for photo in photos {
        insert
            .execute(named_params! {
                ":unit": unit,
                ":photo": photo.0,
                ":device": record.device.0 as i64,
                ":n": record.n,
                ":sealed": sealed,
                ":most": PHOTOS_OF_RECORD,
            })
            .db()?;
    }
    Ok(())
}

// Content goes with its last record.
fn destroy(connection: &Connection, record: RecordId) -> Result<()> {
    let (device, n) = (record.device.0 as i64, record.n);
    let sql = include_str!("../../../schema/hub/sqlite/queries/drop_unnamed_photos.sql");
    let drop = connection.prepare_cached(sql);
    drop.and_then(|mut drop| drop.execute(named_params! { ":device": device, ":n": n })).db()?;
    for sql in [
        "DELETE FROM photo_name WHERE record_device = ?1 AND record_n = ?2",
        "INSERT OR IGNORE INTO photo_gone (record_device, record_n) VALUES (?1, ?2)",
    ] {
        connection.prepare_cached(sql).and_then(|mut step| step.execute(params![device, n])).db()?;
    }
    Ok(())
}

pub fn known(connection: &Connection, unit: &UnitKey, ids: &[PhotoId]) -> Result<PhotosKnown> {
    let mut known = PhotosKnown::default();
    let Some(unit) = find_unit(connection, unit)? else { return Ok(known) };
    let sql = "SELECT EXISTS (SELECT 1 FROM photo WHERE unit = ?1 AND photo = ?2),
                      EXISTS (SELECT 1 FROM photo_name WHERE unit = ?1 AND photo = ?2)";
    let mut find = connection.prepare_cached(sql).db()?;
    for id in ids {
        let found = find.query_row(params![unit, id.0], |row| Ok((row.get(0)?, row.get(1)?))).db()?;
        match found {
            (true, _) => known.kept.push(*id),
            (false, true) => known.lacking.push(*id),
            (false, false) => {}
        }
    }
    Ok(known)
}

pub fn take(
    tx: &Transaction,
    unit: &UnitKey,
    id: PhotoId,
    content: &[u8],
    now_ms: i64,
) -> Result<PhotoTaken> {
    let Some(unit) = find_unit(tx, unit)? else { return Ok(PhotoTaken::NotNamed) };
    let sql = "SELECT MAX(sealed) FROM photo_name WHERE unit = ?1 AND photo = ?2";
    let must_be_sealed: Option<bool> = tx
        .prepare_cached(sql)
        .and_then(|mut find| find.query_row(params![unit, id.0], |row| row.get(0)))
        .db()?;
    match must_be_sealed {
        None => return Ok(PhotoTaken::NotNamed),
        Some(true) if content.first() != Some(&SEALED) => return Ok(PhotoTaken::NotSealed),
        Some(_) => {}
    }
    let sql = "INSERT OR IGNORE INTO photo (unit, photo, received_at_ms, content) VALUES (?1, ?2, ?3, ?4)";
    tx.prepare_cached(sql).and_then(|mut add| add.execute(params![unit, id.0, now_ms, content])).db()?;
    Ok(PhotoTaken::Kept)
}

pub fn content(connection: &Connection, unit: &UnitKey, id: PhotoId) -> Result<Option<Vec<u8>>> {
    let Some(unit) = find_unit(connection, unit)? else { return Ok(None) };
    let sql = "SELECT content FROM photo WHERE unit = ?1 AND photo = ?2";
    connection
        .prepare_cached(sql)
        .and_then(|mut find| find.query_row(params![unit, id.0], |row| row.get(0)).optional())
        .db()
}

/// Photos whose content is another's, or that nothing names.
pub fn odd(connection: &Connection) -> Result<Vec<PhotoId>> {
    let sql = "SELECT photo, content, EXISTS (
                 SELECT 1 FROM photo_name WHERE photo_name.unit = photo.unit AND photo_name.photo = photo.photo)
               FROM photo ORDER BY id";
    let mut all = connection.prepare(sql).db()?;
    let mut rows = all.query([]).db()?;
    let mut odd = Vec::new();
    while let Some(row) = rows.next().db()? {
        let id = PhotoId(row.get(0).db()?);
        let content: Vec<u8> = row.get(1).db()?;
        if Sha256::digest(&content)[..] != id.0 || !row.get::<_, bool>(2).db()? {
            odd.push(id);
        }
    }
    Ok(odd)
}
