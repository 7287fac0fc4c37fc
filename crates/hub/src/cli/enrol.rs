//! `enrol` and `device`: who may send.

use std::fs::OpenOptions;
use std::net::IpAddr;
use std::path::Path;

use axum::http::Uri;
use serde_json::json;
use sohoi_domain::DeviceId;
use sohoi_domain::unit::UnitLevel;
use sohoi_hub_db::DeviceRow;
use sohoi_protocol::bundle::BundleError;

use super::args::{EnrolArgs, RevokeArgs};
use super::output::Output;
use super::{day, serve};
use crate::clock;
use crate::device;
use crate::error::HubError;
use crate::hub::Hub;
use crate::tls;

const ACTOR: &str = "cli";
/// An enrolment file is a hundredth of it, its certificates included.
const FILE_BYTES: u64 = 1 << 20;
/// What is warned of in an enrolment file.
const LOCAL_ADDRESS: &str = "enrol.local_address";
const DEFAULT_URL: &str = "http://127.0.0.1:8484";

pub fn enrol(hub: &Hub, data: &Path, args: &EnrolArgs, output: &Output) -> Result<(), HubError> {
    let on = day(args.on.as_deref(), hub.now_ms())?;
    let unit = hub.catalogue.units.on(&args.unit, on).filter(|unit| unit.level == UnitLevel::Commune);
    let unit = unit.ok_or_else(|| HubError::refused("unit.unknown").with("unit", &args.unit))?.key();
    let url = args.url.clone().or_else(|| serve::address(data)).unwrap_or_else(|| DEFAULT_URL.to_string());
    let roots = args.roots.iter().map(|path| tls::root(path)).collect::<Result<Vec<_>, _>>()?;
    if !is_address(&url) {
        return Err(HubError::refused("usage.bad_url"));
    }
    // What the hub listens on is not always what a commune can call.
    let is_local = args.url.is_none() && is_local(&url);
    // A code that nobody has seen would be valid for two weeks.
    args.out.as_deref().map(|path| claim(path, &unit.code)).transpose()?;
    let file = device::invite(hub, &unit, url.trim_end_matches('/'), roots, ACTOR)?;
    let expires_at = clock::iso(file.expires_at_ms);
    if let Some(path) = &args.out {
        let text = serde_json::to_string_pretty(&file).expect("an enrolment file is JSON");
        std::fs::write(path, text + "\n").map_err(HubError::File)?;
    }
    let path = args.out.as_ref().map(|path| path.display().to_string());
    let mut value = json!({
        "code": file.code,
        "file": path,
        "expires_at": expires_at,
        "unit": {"code": file.unit_code, "valid_from": file.unit_valid_from, "name": file.unit_name},
        "hub_url": file.hub_url,
    });
    if is_local {
        value["warning"] = LOCAL_ADDRESS.into();
    }
    output.say(&value, |words| {
        let params = [("name", file.unit_name.as_str()), ("code", &file.code), ("expires_at", &expires_at)];
        let lines = [
            Some(words.said("enrolled", &params)),
            Some(words.said("enrolment_url", &[("url", &file.hub_url)])),
            path.map(|path| words.said("enrolment_file", &[("file", &path)])),
        ];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    if is_local {
        output.noted(LOCAL_ADDRESS, &[("url", &file.hub_url)]);
    }
    Ok(())
}

// Of this machine alone, or of none: no commune reaches it.
fn is_local(url: &str) -> bool {
    let Some(host) = url.parse::<Uri>().ok().and_then(|url| url.host().map(str::to_owned)) else {
        return false;
    };
    let ip = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let ip = ip.map(|ip| ip.to_canonical());
    ip.map_or(host.eq_ignore_ascii_case("localhost"), |ip| ip.is_unspecified() || ip.is_loopback())
}

fn is_address(url: &str) -> bool {
    let url = url.parse::<Uri>();
    url.is_ok_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some_and(|host| !host.is_empty())
    })
}

// Makes sure that the file can be written, and is nobody else's: another commune's code would be lost with it.
fn claim(path: &Path, unit: &str) -> Result<(), HubError> {
    let taken = || HubError::Bundle(BundleError::Exists);
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file() || found.len() > FILE_BYTES) {
        return Err(taken());
    }
    let is_ours = |text: &str| {
        let file = serde_json::from_str::<serde_json::Value>(text);
        text.trim().is_empty()
            || file.is_ok_and(|file| file["format"] == device::FORMAT && file["unit_code"] == unit)
    };
    match std::fs::read(path) {
        Ok(bytes) if std::str::from_utf8(&bytes).is_ok_and(is_ours) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Ok(_) => return Err(taken()),
        Err(error) => return Err(HubError::File(error)),
    }
    OpenOptions::new().create(true).append(true).open(path).map(|_| ()).map_err(HubError::File)
}

pub fn list(hub: &Hub, output: &Output) -> Result<(), HubError> {
    let devices = hub.db.devices()?;
    if devices.is_empty() && !output.is_json {
        output.text(&output.words.said("no_device", &[]));
    }
    for device in devices {
        line(hub, &device, output);
    }
    Ok(())
}

fn line(hub: &Hub, device: &DeviceRow, output: &Output) {
    let name = hub.unit_name(&device.unit);
    let n_changes = device.next_seq - 1;
    let value = json!({
        "device": device.id,
        "unit": {"code": device.unit.code, "valid_from": device.unit.valid_from, "name": name},
        "enrolled_at": clock::iso(device.enrolled_at_ms),
        "revoked_at": device.revoked_at_ms.map(clock::iso),
        "renews": device.renews,
        "changes": n_changes,
        "last_received_at": device.last_received_at_ms.map(clock::iso),
    });
    output.say(&value, |words| {
        let state = if device.revoked_at_ms.is_some() { "device_revoked" } else { "device_active" };
        let (id, n, state) = (device.id.to_string(), n_changes.to_string(), words.said(state, &[]));
        let old = device.renews.map(|old| old.to_string());
        let renews = old.map_or(String::new(), |old| words.said("device_renews", &[("old", &old)]));
        let params = [
            ("renews", renews.as_str()),
            ("device", id.as_str()),
            ("code", &device.unit.code),
            ("name", &name),
            ("n_changes", &n),
            ("state", &state),
        ];
        words.said("device", &params)
    });
}

pub fn revoke(hub: &Hub, args: &RevokeArgs, output: &Output) -> Result<(), HubError> {
    let unknown = || HubError::refused("device.unknown");
    let device: DeviceId = args.id.parse().map_err(|_| unknown())?;
    let was_in = hub.db.revoke_device(device, hub.now_ms(), ACTOR)?;
    let also = if args.successors { revoke_successors(hub, device)? } else { Vec::new() };
    if !was_in && also.is_empty() {
        return Err(unknown());
    }
    let texts = |ids: Vec<DeviceId>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let (id, also) = (device.to_string(), texts(also));
    let left = texts(successors(&hub.db.devices()?, device));
    let value = json!({"device": id, "revoked": true, "revoked_successors": also, "successors": left});
    output.say(&value, |words| {
        let lines = [
            Some(words.said("revoked", &[("device", &id)])),
            (!also.is_empty()).then(|| words.said("revoked_also", &[("devices", &also.join(", "))])),
            (!left.is_empty())
                .then(|| words.said("revoked_successors", &[("devices", &left.join(", ")), ("device", &id)])),
        ];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

// Those that went on from one of them meanwhile, too. The older first: who is shut out makes no more.
fn revoke_successors(hub: &Hub, of: DeviceId) -> Result<Vec<DeviceId>, HubError> {
    let mut revoked = Vec::new();
    loop {
        let found = successors(&hub.db.devices()?, of);
        if found.is_empty() {
            return Ok(revoked);
        }
        for device in found {
            if hub.db.revoke_device(device, hub.now_ms(), ACTOR)? {
                revoked.push(device);
            }
        }
    }
}

// Devices that went on for this one, or for one that did, and are not shut out: the same PC, or a copy of it.
// Which of them is the lost one, only a person knows.
fn successors(devices: &[DeviceRow], of: DeviceId) -> Vec<DeviceId> {
    let mut found = vec![of];
    let mut at = 0;
    while let Some(old) = found.get(at).copied() {
        let next = devices.iter().filter(|row| row.renews == Some(old) && !found.contains(&row.id));
        let next: Vec<DeviceId> = next.map(|row| row.id).collect();
        found.extend(next);
        at += 1;
    }
    let is_in = |id: &DeviceId| devices.iter().any(|row| row.id == *id && row.revoked_at_ms.is_none());
    found.into_iter().skip(1).filter(is_in).collect()
}
