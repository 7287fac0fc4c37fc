//! `receipt`: what was received under a number that an officer reads out.

use serde_json::json;
use sohoi_domain::receipt::ReceiptNumber;
use sohoi_hub_db::{BatchRow, DeviceRow};

use super::args::ReceiptArgs;
use super::output::Output;
use crate::clock;
use crate::error::HubError;
use crate::hub::Hub;

pub fn find(hub: &Hub, args: &ReceiptArgs, output: &Output) -> Result<(), HubError> {
    let number = args.number.parse().map_err(|_| HubError::refused("receipt.bad_number"))?;
    let (device, batch) = found(hub, number)?.ok_or_else(|| HubError::refused("receipt.unknown"))?;
    let (name, receipt) = (hub.unit_name(&device.unit), &batch.receipt);
    let value = json!({
        "number": number.to_string(),
        "device": device.id.to_string(),
        "unit": {"code": device.unit.code, "valid_from": device.unit.valid_from, "name": name},
        "first_seq": receipt.first_seq,
        "n_changes": receipt.count,
        "received_at_ms": receipt.at_ms,
    });
    output.say(&value, |words| {
        let (n_changes, day) = (receipt.count.to_string(), clock::day(receipt.at_ms).to_string());
        let facts = [("name", name.as_str()), ("n_changes", &n_changes), ("day", &day)];
        words.said("receipt_found", &facts)
    });
    Ok(())
}

// Devices are few; of each there is one batch at most that begins with the change.
fn found(hub: &Hub, number: ReceiptNumber) -> Result<Option<(DeviceRow, BatchRow)>, HubError> {
    for device in hub.db.devices()?.into_iter().filter(|device| number.is_by(device.id)) {
        let batch = hub.db.batch_at(device.id, number.first_seq)?;
        if let Some(batch) = batch.filter(|batch| number.is_of(device.id, &batch.receipt.chain)) {
            return Ok(Some((device, batch)));
        }
    }
    Ok(None)
}
