use std::path::Path;

use serde_json::json;
use sohoi_domain::unit::UnitLevel;
use sohoi_domain::DeviceId;

use super::args::Enrol;
use super::out::{Out, table};
use super::{Done, day, unit};
use crate::error::HubError;
use crate::hub::Hub;
use crate::{clock, device};

/// Who acts here: whoever has the machine.
const ACTOR: &str = "cli";

/// Most bytes of a file of certificates.
const ROOT_BYTES: u64 = 64 << 10;

pub fn enrol(hub: &Hub, args: &Enrol, data: &Path, out: &Out) -> Done {
    let unit = unit(&hub.catalogue, &args.unit, day(args.on.as_ref())?, UnitLevel::Commune)?;
    let url = args.url.clone().unwrap_or_else(|| super::serve::last_address(data));
    let mut file = device::invite(hub, &unit, &url, ACTOR)?;
    if let Some(root) = &args.root {
        let is_small = std::fs::metadata(root).map_err(HubError::File)?.len() <= ROOT_BYTES;
        if !is_small {
            return Err(HubError::refused("usage.too_large").with("max", ROOT_BYTES));
        }
        file.roots.push(std::fs::read_to_string(root).map_err(HubError::File)?);
    }
    let path = args.out.clone().unwrap_or_else(|| data.join(format!("sohoi-{}-{}.json", unit.code, unit.valid_from)));
    let text = serde_json::to_string_pretty(&file).map_err(|_| HubError::refused("usage.bad_request"))?;
    std::fs::write(&path, text + "\n").map_err(HubError::File)?;
    out.value(&json!({
        "code": file.code,
        "file": path.display().to_string(),
        "expires_at": clock::iso(file.expires_at_ms),
        "unit": { "code": unit.code, "valid_from": unit.valid_from, "name": file.unit_name },
    }))?;
    out.line(&format!("{}: {}", out.word("say.enrolment_of"), file.unit_name))?;
    out.line(&format!("{}: {}", out.word("say.code"), file.code))?;
    out.line(&format!("{}: {}", out.word("say.file"), path.display()))?;
    out.line(&format!("{}: {}", out.word("say.expires"), clock::iso(file.expires_at_ms)))
}

pub fn devices(hub: &Hub, out: &Out) -> Done {
    let mut rows = Vec::new();
    for device in hub.db.devices()? {
        let received = device.last_received_at_ms.map(clock::iso);
        let revoked = device.revoked_at_ms.map(clock::iso);
        let name = hub.unit_name(&device.unit);
        out.value(&json!({
            "device": device.id.to_string(),
            "unit": { "code": device.unit.code, "valid_from": device.unit.valid_from, "name": name },
            "changes": device.next_seq - 1,
            "last_received_at": received,
            "revoked_at": revoked,
        }))?;
        let state = if revoked.is_some() { out.word("say.revoked") } else { "" };
        let received = received.unwrap_or_else(|| "–".to_string());
        rows.push(vec![device.id.to_string(), name, (device.next_seq - 1).to_string(), received, state.to_string()]);
    }
    for line in table(&rows) {
        out.line(&line)?;
    }
    Ok(0)
}

pub fn revoke(hub: &Hub, id: &str, out: &Out) -> Done {
    let device: DeviceId = id.parse().map_err(|_| HubError::refused("device.unknown"))?;
    if !hub.db.revoke_device(device, hub.now_ms(), ACTOR)? {
        return Err(HubError::refused("device.unknown"));
    }
    out.value(&json!({ "device": device.to_string(), "revoked": true }))?;
    out.line(&format!("{} {device}", out.word("say.revoked")))
}
