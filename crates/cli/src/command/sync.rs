use std::io::Read;

use serde_json::json;
use sohoi_api::Api;
use sohoi_app::sync::{Report, State};

use super::{Done, call, text};
use crate::args::{Bundle, Enrol};
use crate::fault::Fault;
use crate::out::{Out, table};

pub fn enrol(api: &Api, enrol: &Enrol, out: &Out) -> Done {
    let file = match &enrol.file {
        Some(path) => {
            let mut content = String::new();
            std::fs::File::open(path)?.take(1 << 20).read_to_string(&mut content)?;
            Some(content)
        }
        None => None,
    };
    let made = call(api, "enrol", json!({ "file": file, "hub_url": enrol.hub, "code": enrol.code }))?;
    if out.json {
        out.value(&made)?;
    }
    out.line(&format!("{}: {} · {}", out.word("say.enrolled"), text(&made, "hub"), text(&made, "unit")))?;
    Ok(0)
}

pub fn sync(api: &Api, out: &Out) -> Done {
    let report = api.app().sync(&|_| ()).map_err(|error| api.refused(&error))?;
    told(api, report, out)
}

pub fn bundle(api: &Api, bundle: &Bundle, out: &Out) -> Done {
    let file = match bundle {
        Bundle::In { file } => {
            // Told as a file that is not there, not as a disk that fails.
            std::fs::metadata(file)?;
            let report = api.app().bundle_in(file, &|_| ()).map_err(|error| api.refused(&error))?;
            return told(api, report, out);
        }
        Bundle::Out { file } => file,
    };
    let made = api.app().bundle_out(file).map_err(|error| api.refused(&error))?;
    let n_conflicts = api.app().status().map_err(|error| api.refused(&error))?.n_conflicts;
    let written = made.written;
    if out.json {
        out.value(&json!({
            "state": if made.n_unsent == 0 { "up_to_date" } else { "partial" },
            "pushed": { "batches": written.n_batches, "changes": written.n_changes, "bytes": written.n_bytes },
            "pulled": { "batches": 0, "bulletins": 0, "bytes": 0 },
            "receipts": 0,
            "round_trips": 0,
            "conflicts": n_conflicts,
            "unsent": made.n_unsent,
            "file": written.file.display().to_string(),
            "number": written.number,
        }))?;
    }
    out.line(&format!(
        "{}: {} ({})",
        out.word("say.bundle_written"),
        written.file.display(),
        written.n_changes
    ))?;
    Ok(0)
}

fn told(api: &Api, report: Report, out: &Out) -> Done {
    let state = match report.state {
        State::UpToDate => "up_to_date",
        State::Partial | State::Cancelled => "partial",
        State::Offline => "offline",
    };
    let n_conflicts = api.app().status().map_err(|error| api.refused(&error))?.n_conflicts;
    if out.json {
        out.value(&json!({
            "state": state,
            "pushed": { "batches": report.n_batches, "changes": report.n_changes, "bytes": report.traffic.bytes_sent },
            "pulled": { "batches": report.n_pulled, "bulletins": report.n_bulletins, "bytes": report.traffic.bytes_received },
            "receipts": report.n_receipts,
            "round_trips": report.round_trips,
            "conflicts": n_conflicts,
            "unsent": report.n_unsent,
            "photos": { "sent": report.n_photos, "pulled": report.n_photos_pulled, "unsent": report.n_photos_unsent },
            "strangers": report.n_strangers,
            "unreadable": report.n_unreadable,
            "renewed": report.has_renewed,
        }))?;
    }
    if report.has_renewed {
        out.line(out.word("say.renewed"))?;
    }
    if let Some(code) = report.problem {
        return Err(Fault { incident: report.incident.unwrap_or_default(), ..Fault::usage(&code) });
    }
    out.line(&format!("{} ({})", out.word("say.received"), report.n_changes))?;
    Ok(if n_conflicts > 0 { 6 } else { 0 })
}

pub fn status(api: &Api, out: &Out) -> Done {
    let status = api.app().status().map_err(|error| api.refused(&error))?;
    let counts = api.app().counts().map_err(|error| api.refused(&error))?;
    let catalogue = api.app().catalogue();
    let name = catalogue.units.get(&status.unit).map_or(String::new(), |unit| unit.name.clone());
    let last_receipt_at = status.receipts.first().map(|receipt| receipt.at_ms);
    if out.json {
        out.value(&json!({
            "unit": { "code": status.unit.code, "valid_from": status.unit.valid_from, "name": name },
            "device": status.device,
            "hub": status.hub_url,
            "records": counts.records,
            "changes": counts.changes,
            "unsent": status.n_unsent,
            "receipted": status.n_receipted,
            "conflicts": status.n_conflicts,
            "catalogue": { "version": status.catalogue, "behind": status.is_behind_catalogue },
            "for_newer_program": status.n_for_newer_program,
            "last_receipt_at": last_receipt_at,
            "backup_age_days": status.backup_age_days,
        }))?;
        return Ok(0);
    }
    let rows = [
        ("say.unit", name),
        ("say.records", counts.records.to_string()),
        ("say.unsent", status.n_unsent.to_string()),
        ("say.receipted", status.n_receipted.to_string()),
        ("say.hub", status.hub_url.unwrap_or_else(|| "–".to_string())),
    ];
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|(key, value)| vec![out.word(key).to_string(), value]).collect();
    table(&rows).iter().try_for_each(|line| out.line(line))?;
    if status.is_behind_catalogue {
        out.line(out.word("say.behind_catalogue"))?;
    } else if status.n_for_newer_program > 0 {
        out.line(out.word("say.for_newer_program"))?;
    }
    Ok(0)
}
