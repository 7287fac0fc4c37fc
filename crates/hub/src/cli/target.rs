use std::path::Path;

use serde::Deserialize;
use serde_json::json;
use sohoi_domain::catalogue::Target;

use super::Done;
use super::out::Out;
use crate::error::HubError;
use crate::hub::Hub;

const FILE_BYTES: u64 = 4 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "target")]
    targets: Vec<Target>,
}

/// Takes all of the file or nothing.
pub fn set(hub: &Hub, file: &Path, out: &Out) -> Done {
    if std::fs::metadata(file).map_err(HubError::File)?.len() > FILE_BYTES {
        return Err(HubError::refused("usage.too_large").with("max", FILE_BYTES));
    }
    let text = std::fs::read_to_string(file).map_err(HubError::File)?;
    let targets = read(&text).ok_or_else(|| HubError::refused("target.bad_file"))?;
    for (i, target) in targets.iter().enumerate() {
        check(hub, target).map_err(|error| error.with("number", i + 1))?;
    }
    hub.db.set_targets(&targets, hub.now_ms(), "cli")?;
    out.value(&json!({ "targets": targets.len() }))?;
    out.line(&format!("{}: {}", out.word("say.targets_set"), targets.len()))
}

fn read(text: &str) -> Option<Vec<Target>> {
    let json: Result<Vec<Target>, _> = serde_json::from_str(text);
    json.ok().or_else(|| toml::from_str::<File>(text).ok().map(|file| file.targets))
}

fn check(hub: &Hub, target: &Target) -> Result<(), HubError> {
    let catalogue = &hub.catalogue;
    let period = catalogue.calendar(&target.calendar).and_then(|calendar| calendar.period(&target.period));
    let source = catalogue.list("target_source").and_then(|list| list.item(&target.source));
    let unit = target.unit.as_ref().is_none_or(|code| catalogue.units.iter().any(|unit| unit.code == *code));
    let value = target.per_unit.is_some() != target.total.is_some()
        && target.per_unit.or(target.total).is_some_and(|n| n >= 0);
    for (is_right, code) in [
        (catalogue.indicator(&target.indicator).is_some(), "target.unknown_indicator"),
        (period.is_some(), "target.unknown_period"),
        (source.is_some(), "target.unknown_source"),
        (unit, "unit.unknown"),
        (value, "target.bad_value"),
    ] {
        if !is_right {
            return Err(HubError::refused(code));
        }
    }
    Ok(())
}
