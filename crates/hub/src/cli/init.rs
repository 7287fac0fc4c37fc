//! `init`: a hub for a province, keys included.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;
use sohoi_domain::Catalogue;
use sohoi_domain::unit::UnitLevel;
use sohoi_hub_db::{HubDb, HubRow};
use sohoi_hub_db_sqlite::SqliteHub;

use super::args::InitArgs;
use super::output::Output;
use super::{database, day};
use crate::error::HubError;
use crate::hub::Hub;
use crate::{account, clock, secret};

pub fn init(data: &Path, args: &InitArgs, output: &Output) -> Result<(), HubError> {
    let now_ms = clock::system();
    let catalogue = super::catalogue_of(data)?;
    let unit = catalogue.units.on(&args.unit, day(args.on.as_deref(), now_ms)?);
    let unit = unit.filter(|unit| unit.level == UnitLevel::Province);
    let unit = unit.ok_or_else(|| HubError::refused("unit.unknown").with("unit", &args.unit))?.key();
    let password = super::password()?;
    let admin = account::new_account(&args.admin, &password, &unit, now_ms)?;
    let row = HubRow { secret_key: secret::random()?, unit, created_at_ms: now_ms };
    let db = create(data, catalogue.clone())?;
    db.init(&row, &admin)?;
    let hub = Hub::new(Arc::new(db), catalogue, clock::system)?;
    let name = hub.unit_name(&row.unit);
    let unit = json!({"code": row.unit.code, "valid_from": row.unit.valid_from, "name": name});
    output.say(&json!({"hub_id": hub.id(), "unit": unit}), |words| {
        words.said("initialised", &[("hub_id", &hub.id()), ("name", &name)])
    });
    Ok(())
}

fn create(data: &Path, catalogue: Arc<Catalogue>) -> Result<SqliteHub, HubError> {
    std::fs::create_dir_all(data).map_err(HubError::File)?;
    keep_private(data)?;
    Ok(SqliteHub::create(&database(data), catalogue)?)
}

// The folder holds the key that receipts are signed with.
#[cfg(unix)]
fn keep_private(data: &Path) -> Result<(), HubError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(data, std::fs::Permissions::from_mode(0o700)).map_err(HubError::File)
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> Result<(), HubError> {
    Ok(())
}
