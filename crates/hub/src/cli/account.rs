//! `account`: who may look.

use serde_json::json;

use super::output::Output;
use crate::account;
use crate::error::HubError;
use crate::hub::Hub;

const ACTOR: &str = "cli";

pub fn password(hub: &Hub, name: &str, output: &Output) -> Result<(), HubError> {
    account::set_password(hub, name, &super::password()?, ACTOR)?;
    output.say(&json!({"account": name}), |words| words.said("password_set", &[("name", name)]));
    Ok(())
}
