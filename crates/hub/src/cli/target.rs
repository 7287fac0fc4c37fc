//! `target set`: the province's own targets.

use std::path::Path;

use serde_json::json;
use sohoi_domain::catalogue::Target;

use super::Targets;
use super::output::Output;
use crate::bulletin;
use crate::error::HubError;
use crate::hub::Hub;

const ACTOR: &str = "cli";
const FILE_BYTES: u64 = 4 << 20;

pub fn set(hub: &Hub, file: &Path, output: &Output) -> Result<(), HubError> {
    let targets = read(file)?;
    for target in &targets {
        check(hub, target)?;
    }
    hub.db.set_targets(&targets, hub.now_ms(), ACTOR)?;
    let n_bulletins = bulletin::publish_targets(hub, ACTOR)?;
    let n = targets.len();
    output.say(&json!({"targets": n, "bulletins": n_bulletins}), |words| {
        words.said("targets_set", &[("n", &n.to_string())])
    });
    Ok(())
}

// A TOML file as in the catalogue, or the same in JSON, with or without the name of the list.
fn read(file: &Path) -> Result<Vec<Target>, HubError> {
    let bad = || HubError::refused("usage.bad_file");
    if std::fs::metadata(file).map_err(HubError::File)?.len() > FILE_BYTES {
        return Err(bad());
    }
    let bytes = std::fs::read(file).map_err(HubError::File)?;
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('[') && !text.trim_start().starts_with("[[") {
        return serde_json::from_str(text).map_err(|_| bad());
    }
    if text.trim_start().starts_with('{') {
        return serde_json::from_str::<Targets>(text).map(|file| file.targets).map_err(|_| bad());
    }
    toml::from_str::<Targets>(text).map(|file| file.targets).map_err(|_| bad())
}

fn check(hub: &Hub, target: &Target) -> Result<(), HubError> {
    let catalogue = &hub.catalogue;
    if catalogue.indicator(&target.indicator).is_none() {
        return Err(HubError::refused("target.unknown_indicator").with("indicator", &target.indicator));
    }
    let calendar = catalogue
        .calendar(&target.calendar)
        .ok_or_else(|| HubError::refused("figures.unknown_calendar").with("calendar", &target.calendar))?;
    if calendar.period(&target.period).is_none() {
        return Err(HubError::refused("figures.unknown_period").with("period", &target.period));
    }
    if catalogue.list("target_source").is_some_and(|list| list.item(&target.source).is_none()) {
        return Err(HubError::refused("target.unknown_source").with("source", &target.source));
    }
    let is_known = |code: &String| catalogue.units.iter().any(|unit| unit.code == *code);
    if let Some(code) = target.unit.as_ref().filter(|code| !is_known(code)) {
        return Err(HubError::refused("unit.unknown").with("unit", code));
    }
    match (target.per_unit, target.total) {
        (Some(value), None) | (None, Some(value)) if value >= 0 => Ok(()),
        _ => Err(HubError::refused("target.not_one_value").with("indicator", &target.indicator)),
    }
}
