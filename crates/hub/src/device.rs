//! Enrolment: a code goes out, a device comes back with it.

use sohoi_domain::{Day, DeviceId, UnitKey};
use sohoi_hub_db::{DeviceRow, Enrolled, EnrolmentRow, NewDevice};
use sohoi_protocol::enrol::{
    CONTEXT, EnrolReq, EnrolRes, EnrolmentFile, RenewReq, RenewRes, bytes_from_hex, from_hex, to_hex,
};
use sohoi_protocol::{limits, sign};

use crate::error::HubError;
use crate::hub::Hub;
use crate::secret;

/// Two weeks: as long as a file may lie on a USB stick before it reaches a commune.
const VALID_MS: i64 = 14 * 86_400_000;
/// What an enrolment file says it is.
pub const FORMAT: &str = "sohoi-enrolment";

/// Makes a one-time code for a unit. `roots` are certificates (PEM) that its device shall trust beside
/// those of its system.
///
/// # Errors
/// When there is no such unit.
pub fn invite(
    hub: &Hub,
    unit: &UnitKey,
    hub_url: &str,
    roots: Vec<String>,
    actor: &str,
) -> Result<EnrolmentFile, HubError> {
    let known = hub.catalogue.units.get(unit).ok_or_else(|| HubError::refused("unit.unknown"))?;
    let code = secret::code()?;
    let now_ms = hub.now_ms();
    let enrolment = EnrolmentRow {
        code_hash: secret::hash(&secret::plain_code(&code)),
        unit: unit.clone(),
        created_at_ms: now_ms,
        expires_at_ms: now_ms + VALID_MS,
    };
    hub.db.add_enrolment(&enrolment, actor)?;
    Ok(EnrolmentFile {
        format: FORMAT.to_string(),
        version: 1,
        hub_url: hub_url.to_string(),
        hub_key: to_hex(&hub.signer.public_key()),
        unit_code: unit.code.clone(),
        unit_valid_from: unit.valid_from.to_string(),
        unit_name: known.name.clone(),
        code,
        expires_at_ms: enrolment.expires_at_ms,
        roots,
    })
}

/// Takes a device in.
///
/// # Errors
/// `enrol.bad_code`, `enrol.expired`, `enrol.other_unit` or `sync.revoked`; the code is used up only by success.
pub fn enrol(hub: &Hub, req: &EnrolReq) -> Result<EnrolRes, HubError> {
    let valid_from: Day = req.unit_valid_from.parse().map_err(|_| HubError::refused("enrol.other_unit"))?;
    let unit = UnitKey { code: req.unit_code.clone(), valid_from };
    let (device, public_key) = identity(req, &unit).ok_or_else(|| HubError::refused("enrol.bad_code"))?;
    let token = secret::token()?;
    let code_hash = secret::hash(&secret::plain_code(&req.code));
    let new = NewDevice {
        device,
        public_key,
        unit: unit.clone(),
        token_hash: secret::hash(&token),
        card: bytes_from_hex(&req.card, limits::CARD_BYTES)
            .ok_or_else(|| HubError::refused("enrol.bad_code"))?,
        now_ms: hub.now_ms(),
    };
    match hub.db.enrol(&code_hash, &new)? {
        Enrolled::Done => {}
        Enrolled::BadCode => return Err(HubError::refused("enrol.bad_code")),
        Enrolled::Expired => return Err(HubError::refused("enrol.expired")),
        Enrolled::OtherUnit => return Err(HubError::refused("enrol.other_unit")),
        Enrolled::Revoked => return Err(HubError::refused("sync.revoked")),
    }
    hub.metrics.n_enrolled.add(1);
    Ok(EnrolRes {
        hub_id: hub.id(),
        hub_key: to_hex(&hub.signer.public_key()),
        token,
        unit_name: hub.unit_name(&unit),
        unit_code: unit.code,
        unit_valid_from: unit.valid_from.to_string(),
        epoch: hub.db.standing()?.epoch,
    })
}

/// Devices of one unit that may go on as others within a day: some copies each of some PCs, and no more, since
/// whoever has a token could otherwise fill the hub with them.
const RENEWALS_A_DAY: usize = 16;
const DAY_MS: i64 = 86_400_000;

/// Lets a PC go on as another device: its history and that of a copy of it have parted, and the copy was here
/// first. The old device stays as it is.
///
/// # Errors
/// `sync.refused` when a signature is wrong or the device is known as something else; `enrol.too_many` when the
/// unit's PCs have gone on as others too often today.
pub fn renew(hub: &Hub, old: &DeviceRow, req: &RenewReq) -> Result<RenewRes, HubError> {
    let refused = || HubError::refused("sync.refused");
    let (device, public_key) = req.verified(&old.public_key).ok_or_else(refused)?;
    let new = NewDevice {
        device,
        public_key,
        unit: old.unit.clone(),
        token_hash: from_hex(&req.token_hash).ok_or_else(refused)?,
        card: bytes_from_hex(&req.card, limits::CARD_BYTES).ok_or_else(refused)?,
        now_ms: hub.now_ms(),
    };
    let of_unit = hub.db.devices_of(&old.unit)?;
    let is_recent = |row: &&DeviceRow| row.renews.is_some() && row.enrolled_at_ms > new.now_ms - DAY_MS;
    // Who asks again for the same device, because the answer was lost, takes nothing up.
    let is_new = of_unit.iter().all(|row| row.id != device);
    if is_new && of_unit.iter().filter(is_recent).count() >= RENEWALS_A_DAY {
        return Err(HubError::refused("enrol.too_many"));
    }
    if !hub.db.renew(old.id, &new)? {
        return Err(refused());
    }
    hub.metrics.n_enrolled.add(1);
    Ok(RenewRes { device: device.to_string() })
}

// Device and key that belong together and to the signature.
fn identity(req: &EnrolReq, unit: &UnitKey) -> Option<(DeviceId, [u8; 32])> {
    let public_key: [u8; 32] = from_hex(&req.public_key)?;
    let signature: [u8; 64] = from_hex(&req.signature)?;
    let device: DeviceId = req.device.parse().ok()?;
    let unit = unit.to_string();
    let parts = [req.code.as_bytes(), req.device.as_bytes(), unit.as_bytes()];
    let fits = device == DeviceId::of_public_key(&public_key)
        && sign::verify(&public_key, CONTEXT, &parts, &signature);
    fits.then_some((device, public_key))
}
