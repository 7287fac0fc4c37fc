//! `bundle accept`: a commune without a line.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use super::args::BundleAcceptArgs;
use super::output::Output;
use crate::bundle::{self, Answered};
use crate::error::HubError;
use crate::hub::Hub;

/// Done in part, and a person has to see to the rest.
const WAITS: u8 = 6;

pub fn accept(hub: Hub, args: &BundleAcceptArgs, output: &Output) -> Result<u8, HubError> {
    let beside = args.file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let out = args.receipt.as_deref().or(beside).unwrap_or(Path::new("."));
    let hub = Arc::new(hub);
    let mark = output.words.said("bundle_mark", &[]);
    let answered = bundle::accept(&hub, &args.file, out, &mark)?;
    say(&hub, &answered, output);
    match refused(&answered) {
        None => Ok(0),
        // The answer bears receipts for a part.
        Some(error) if answered.n_batches > 0 => {
            output.failed(&error);
            Ok(WAITS)
        }
        Some(error) => Err(error),
    }
}

fn say(hub: &Hub, answered: &Answered, output: &Output) {
    let label = &answered.label;
    let name = hub.unit_name(&label.unit);
    let file = answered.file.display().to_string();
    let value = json!({
        "state": if answered.refusal.is_none() { "up_to_date" } else { "partial" },
        "pushed": {
            "batches": answered.n_batches,
            "changes": answered.n_changes,
            "bytes": answered.bundle_bytes,
        },
        "pulled": {"batches": answered.n_pulled, "bulletins": answered.n_bulletins, "bytes": answered.answer_bytes},
        "receipts": answered.n_batches,
        "photos": answered.n_photos,
        "replayed": answered.n_replayed,
        "round_trips": 0,
        "conflicts": 0,
        "device": label.device,
        "unit": {"code": label.unit.code, "valid_from": label.unit.valid_from, "name": name},
        "number": label.number,
        "file": file,
    });
    output.say(&value, |words| {
        let (n, number) = (answered.n_changes.to_string(), label.number.to_string());
        let params = [("name", name.as_str()), ("number", &number), ("n_changes", &n), ("file", &file)];
        words.said("bundle_accepted", &params)
    });
}

fn refused(answered: &Answered) -> Option<HubError> {
    let refusal = answered.refusal.as_ref()?;
    if answered.is_early() {
        let missing = HubError::refused("bundle.missing");
        let (first, last) = (answered.next_seq, answered.label.first_seq - 1);
        return Some(missing.with("first", first).with("last", last).with("number", answered.label.number));
    }
    let code = match refusal.code.as_str() {
        "sync.revoked" => "sync.revoked",
        _ => "sync.batch_refused",
    };
    Some(HubError::refused(code).with("reason", &refusal.reason))
}
