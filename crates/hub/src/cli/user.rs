//! `user`: who may look.

use serde_json::json;
use sohoi_domain::UnitKey;

use super::output::Output;
use crate::error::HubError;
use crate::hub::Hub;
use crate::{account, clock};

const ACTOR: &str = "cli";

pub fn list(hub: &Hub, output: &Output) -> Result<(), HubError> {
    for one in hub.db.accounts()? {
        let (unit, made) = (name_of(hub, &one.unit), clock::iso(one.created_at_ms));
        let value =
            json!({"user": one.name, "unit": {"code": one.unit.code, "name": unit}, "created_at": made});
        let params = [("name", one.name.as_str()), ("unit", &unit), ("created_at", &made)];
        output.say(&value, |words| words.said("user", &params));
    }
    Ok(())
}

/// Without a unit of the province; a commune's sees that commune.
pub fn add(hub: &Hub, name: &str, code: Option<&str>, output: &Output) -> Result<(), HubError> {
    let unit = match code {
        None => hub.db.hub()?.unit,
        Some(code) => {
            let unit = hub.catalogue.units.on(code, super::day(None, hub.now_ms())?);
            unit.ok_or_else(|| HubError::refused("unit.unknown").with("unit", code))?.key()
        }
    };
    account::add(hub, name, &super::password()?, &unit, ACTOR)?;
    let (name, unit_name) = (name.trim(), name_of(hub, &unit));
    let value = json!({"user": name, "unit": {"code": unit.code, "name": unit_name}});
    output.say(&value, |words| words.said("user_added", &[("name", name), ("unit", &unit_name)]));
    Ok(())
}

pub fn password(hub: &Hub, name: &str, output: &Output) -> Result<(), HubError> {
    account::set_password(hub, name, &super::password()?, ACTOR)?;
    output.say(&json!({"user": name}), |words| words.said("password_set", &[("name", name)]));
    Ok(())
}

pub fn remove(hub: &Hub, name: &str, output: &Output) -> Result<(), HubError> {
    account::remove(hub, name, ACTOR)?;
    output.say(&json!({"user": name}), |words| words.said("user_removed", &[("name", name)]));
    Ok(())
}

fn name_of(hub: &Hub, unit: &UnitKey) -> String {
    hub.catalogue.units.get(unit).map_or_else(|| unit.code.clone(), |unit| unit.name.clone())
}
