//! `verify`: is everything as the log says?

use serde_json::json;

use super::DAMAGED;
use super::output::{self, Output};
use crate::error::HubError;
use crate::hub::Hub;
use crate::view::ProblemView;

pub fn verify(hub: &Hub, output: &Output) -> Result<u8, HubError> {
    let verified = hub.db.verify()?;
    let is_ok = verified.differences.is_empty();
    let differences: Vec<_> =
        verified.differences.iter().map(|d| json!({"what": d.what, "at": d.at})).collect();
    let value = json!({
        "ok": is_ok,
        "batches": verified.n_batches,
        "records": verified.n_records,
        "differences": differences,
        // What figures are without until it is brought again.
        "problems": ProblemView::all(&hub.catalogue, &hub.db.spoilt()?),
    });
    output.say(&value, |words| {
        if is_ok {
            let (batches, records) = (verified.n_batches.to_string(), verified.n_records.to_string());
            return words.said("verified", &[("batches", &batches), ("records", &records)]);
        }
        let n = verified.differences.len().to_string();
        let lines =
            verified.differences.iter().map(|d| words.said("difference", &[("what", d.what), ("at", &d.at)]));
        let lines = std::iter::once(words.said("differs", &[("n", &n)])).chain(lines);
        lines.chain(output::problems(words, &value)).collect::<Vec<_>>().join("\n")
    });
    Ok(if is_ok { 0 } else { DAMAGED })
}
