use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use sohoi_api::Api;

use super::{Done, call, pin, text};
use crate::args::Init;
use crate::fault::Fault;
use crate::out::{Out, table};

/// Eight groups of four letters, with room for whatever stands between them.
const CODE_BYTES: u64 = 1_000;

pub fn init(api: &Api, init: &Init, out: &Out) -> Done {
    let request = json!({ "unit_code": init.unit, "on": init.on, "officer": init.officer, "pin": pin()? });
    let made = call(api, "register_create", request)?;
    if out.json {
        out.value(&made)?;
    }
    out.line(&format!("{}: {}", out.word("say.register_made"), text(&made["unit"], "name")))?;
    out.line(&format!("{}:", out.word("say.recovery_code")))?;
    out.line(&format!("    {}", text(&made, "recovery_code")))?;
    // Whoever runs this has the code now. A disk that is full is told of at the next command.
    let _ = call(api, "recovery_kept", json!({}));
    Ok(0)
}

pub fn pair_show(api: &Api, out: &Out) -> Done {
    let made = call(api, "pair_show", json!({ "pin": pin()? }))?;
    if out.json {
        out.value(&made)?;
    }
    out.line(&format!("{}:", out.word("say.commune_code")))?;
    out.line(&format!("    {}", text(&made, "code")))?;
    Ok(0)
}

pub fn pair_join(api: &Api, file: &Path, out: &Out) -> Done {
    let mut code = String::new();
    let source: Box<dyn Read> = if file == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        Box::new(std::fs::File::open(file)?)
    };
    source.take(CODE_BYTES).read_to_string(&mut code)?;
    call(api, "pair_join", json!({ "code": code.trim() }))?;
    if out.json {
        out.value(&json!({ "paired": true }))?;
    }
    out.line(out.word("say.paired"))?;
    Ok(0)
}

pub fn kinds(api: &Api, wanted: Option<&str>, out: &Out) -> Done {
    let catalogue = call(api, "catalogue_get", json!({}))?;
    let kinds = catalogue["kinds"].as_array().map_or(&[][..], Vec::as_slice);
    let shown: Vec<&Value> =
        kinds.iter().filter(|kind| wanted.is_none_or(|id| text(kind, "id") == id)).collect();
    if shown.is_empty() {
        return Err(Fault::usage("record.unknown_kind"));
    }
    if out.json {
        shown.iter().try_for_each(|kind| out.value(kind))?;
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = match (wanted, shown.first()) {
        (Some(_), Some(kind)) => fields(kind, out),
        _ => {
            shown.iter().map(|kind| vec![text(kind, "id").into(), out.pick(&kind["label"]).into()]).collect()
        }
    };
    table(&rows).iter().try_for_each(|line| out.line(line))?;
    Ok(0)
}

fn fields(kind: &Value, out: &Out) -> Vec<Vec<String>> {
    let list = kind["fields"].as_array().map_or(&[][..], Vec::as_slice);
    let mark = |field: &Value, key: &str, word: &'static str| match field[key].as_bool() {
        Some(true) => out.word(word).to_string(),
        _ => String::new(),
    };
    list.iter()
        .map(|field| {
            vec![
                text(field, "id").to_string(),
                text(field, "type").to_string(),
                mark(field, "required", "say.required"),
                mark(field, "personal", "say.personal"),
                out.pick(&field["label"]).to_string(),
            ]
        })
        .collect()
}

pub fn verify(api: &Api, out: &Out) -> Done {
    let verified = call(api, "register_verify", json!({}))?;
    let ok = verified["ok"] == true;
    if out.json {
        out.value(&json!({
            "ok": ok,
            "records": verified["n_records"],
            "changes": verified["n_changes"],
            "differences": verified["differences"],
        }))?;
    }
    let word = if ok { "say.verify_clean" } else { "say.verify_differs" };
    out.line(&format!("{} ({} / {})", out.word(word), verified["n_records"], verified["n_changes"]))?;
    for difference in verified["differences"].as_array().into_iter().flatten() {
        out.line(&format!("    {}", difference.as_str().unwrap_or_default()))?;
    }
    Ok(if ok { 0 } else { 4 })
}

pub fn backup(api: &Api, file: &Path, out: &Out) -> Done {
    api.app().backup(file).map_err(|error| api.refused(&error))?;
    let bytes = std::fs::metadata(file)?.len();
    if out.json {
        out.value(&json!({ "file": file.display().to_string(), "bytes": bytes }))?;
    }
    out.line(&format!("{}: {}", out.word("say.backup_written"), file.display()))?;
    Ok(0)
}

pub fn support(api: &Api, folder: Option<&Path>, out: &Out) -> Done {
    // What cannot be opened is what help is asked for, so it is no reason to give nothing.
    let _ = pin().map(|pin| api.app().unlock(&pin));
    let saved = call(api, "support_save", json!({ "folder": folder }))?;
    if out.json {
        out.value(&saved)?;
    }
    out.line(&format!("{}: {}", out.word("say.support_written"), text(&saved, "file")))?;
    Ok(0)
}
