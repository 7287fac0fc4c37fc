use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde_json::{Map, Value, json};
use sohoi_api::Api;
use sohoi_app::record::{Saved, UnitChoice};
use sohoi_app::{Day, RecordId, UnitKey};

use super::{Done, call, text};
use crate::args::{List, Record};
use crate::fault::Fault;
use crate::out::{Out, table};

/// Longest line that is read; a form is a thousandth of it.
const LINE_BYTES: u64 = 16 << 20;

pub fn run(api: &Api, command: &Record, out: &Out) -> Done {
    match command {
        Record::Add { kind, file } => add(api, kind, file, out),
        Record::Get { id } => get(api, id, out),
        Record::History { id } => history(api, id, out),
        Record::List(list) => list_records(api, list, out),
        Record::Edit { id, file } => edit(api, id, file, out),
        Record::Erase { id, reason } => erase(api, id, reason, out),
    }
}

fn add(api: &Api, kind: &str, file: &Path, out: &Out) -> Done {
    if api.app().catalogue().kind(kind).is_none() {
        return Err(Fault::usage("record.unknown_kind"));
    }
    let mut counts = (0_u32, 0_u32);
    let mut last = None;
    let mut take = |line: u64, bytes: Result<&[u8], Fault>| -> Result<(), Fault> {
        match bytes.and_then(object).and_then(|object| add_one(api, kind, object)) {
            Ok(saved) => {
                counts.0 += 1;
                if out.json {
                    out.value(
                        &json!({ "line": line, "id": saved.id.to_string(), "short": saved.id.short_code() }),
                    )?;
                }
                out.line(&format!("{} {}", out.word("say.saved"), saved.id.short_code()))
            }
            Err(fault) if fault.exit() == 3 => {
                counts.1 += 1;
                if out.json {
                    out.value(&json!({ "line": line, "error": fault.json() }))?;
                }
                out.line(&format!("{} {line}: {}", out.word("say.line"), out.sentence(&fault)))?;
                last = Some(fault);
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    };
    if file == Path::new("-") {
        one_or_lines(BufReader::new(std::io::stdin().lock()), &mut take)?;
    } else {
        whole_or_lines(file, &mut take)?;
    }
    match (counts, last) {
        ((0, 1..), Some(fault)) => Err(fault),
        ((_, 0), _) => Ok(0),
        // Some are in, and the refused ones wait for a person.
        _ => Ok(6),
    }
}

type Take<'a> = dyn FnMut(u64, Result<&[u8], Fault>) -> Result<(), Fault> + 'a;

// A file may hold one object over several lines.
fn whole_or_lines(file: &Path, take: &mut Take) -> Result<(), Fault> {
    let opened = File::open(file)?;
    if opened.metadata()?.len() <= LINE_BYTES {
        let mut bytes = Vec::new();
        (&opened).take(LINE_BYTES).read_to_end(&mut bytes)?;
        if serde_json::from_slice::<Value>(trim_bom(&bytes)).is_ok() {
            return take(1, Ok(&bytes));
        }
        return lines(bytes.as_slice(), take);
    }
    lines(BufReader::new(opened), take)
}

// Whoever writes line by line waits for each answer, so only a line that can be no record has the rest waited for.
fn one_or_lines(mut reader: impl BufRead, take: &mut Take) -> Result<(), Fault> {
    let mut first = Vec::new();
    reader.by_ref().take(LINE_BYTES).read_until(b'\n', &mut first)?;
    if trim_bom(&first).trim_ascii() != b"{" {
        return lines(first.as_slice().chain(reader), take);
    }
    let mut bytes = first;
    reader.by_ref().take(LINE_BYTES - bytes.len() as u64).read_to_end(&mut bytes)?;
    if serde_json::from_slice::<Value>(trim_bom(&bytes)).is_ok() {
        return take(1, Ok(&bytes));
    }
    lines(bytes.as_slice().chain(reader), take)
}

fn lines(mut reader: impl BufRead, take: &mut Take) -> Result<(), Fault> {
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let n = reader.by_ref().take(LINE_BYTES).read_until(b'\n', &mut bytes)?;
        if n == 0 {
            return Ok(());
        }
        let too_long = n as u64 == LINE_BYTES && bytes.last() != Some(&b'\n');
        if too_long {
            reader.skip_until(b'\n')?;
            take(line, Err(Fault::usage("input.too_long")))?;
        } else if !bytes.iter().all(u8::is_ascii_whitespace) {
            take(line, Ok(&bytes))?;
        }
    }
    Ok(())
}

fn trim_bom(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

fn object(bytes: &[u8]) -> Result<Map<String, Value>, Fault> {
    let text = std::str::from_utf8(trim_bom(bytes)).map_err(|_| Fault::usage("input.not_utf8"))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Fault::usage("input.not_an_object")),
        Err(error) => Err(Fault::usage("input.not_json").with("column", error.column())),
    }
}

fn add_one(api: &Api, kind: &str, mut object: Map<String, Value>) -> Result<Saved, Fault> {
    let unit = match object.remove("unit") {
        None => UnitChoice::Own,
        Some(unit) => UnitChoice::Given(unit_key(&unit)?),
    };
    api.app().record_add(kind, &object, &unit, None).map_err(|error| api.refused(&error).into())
}

fn unit_key(unit: &Value) -> Result<UnitKey, Fault> {
    let valid_from = text(unit, "valid_from").parse::<Day>().map_err(|_| Fault::usage("unit.unknown"))?;
    Ok(UnitKey { code: text(unit, "code").to_string(), valid_from })
}

pub(super) fn record_id(text: &str) -> Result<RecordId, Fault> {
    text.parse().map_err(|_| Fault::usage("record.unknown_id"))
}

fn get(api: &Api, id: &str, out: &Out) -> Done {
    let record = call(api, "record_get", json!({ "id": id }))?;
    if out.json {
        out.value(&record)?;
        return Ok(0);
    }
    let mut rows = vec![
        vec![out.word("say.kind").to_string(), text(&record, "kind").to_string()],
        vec![out.word("say.unit").to_string(), text(&record["unit"], "name").to_string()],
    ];
    for (field, value) in record["fields"].as_object().into_iter().flatten() {
        rows.push(vec![field.clone(), plain(value)]);
    }
    table(&rows).iter().try_for_each(|line| out.line(line))?;
    Ok(0)
}

pub(super) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}

fn history(api: &Api, id: &str, out: &Out) -> Done {
    let history = call(api, "record_history", json!({ "id": id }))?;
    let changes = history["changes"].as_array().map_or(&[][..], Vec::as_slice);
    if out.json {
        changes.iter().try_for_each(|change| out.value(change))?;
        return Ok(0);
    }
    for change in changes {
        out.line(&format!("{} {} {}", change["seq"], text(change, "op"), text(change, "author")))?;
        for link in change["links"].as_array().into_iter().flatten() {
            let key = format!("say.link_{}", text(link, "how"));
            out.line(&format!("    {} {}", out.word(&key), text(&link["other"], "short")))?;
        }
        for field in change["fields"].as_array().into_iter().flatten() {
            let (before, after) = (plain(&field["before"]), plain(&field["after"]));
            out.line(&format!("    {}: {before} → {after}", text(field, "field")))?;
        }
    }
    Ok(0)
}

fn list_records(api: &Api, list: &List, out: &Out) -> Done {
    let limit = list.limit.unwrap_or(u32::MAX);
    let mut n_shown = 0;
    let mut rows = Vec::new();
    loop {
        let request = json!({
            "kind": list.kind,
            "search": list.search,
            "period": list.period,
            "calendar": list.period.as_ref().map(|_| &list.calendar),
            "indicator": null,
            "offset": n_shown,
            "limit": (limit - n_shown).min(500),
        });
        let page = call(api, "record_list", request)?;
        let found = page["rows"].as_array().map_or(&[][..], Vec::as_slice);
        n_shown += u32::try_from(found.len()).unwrap_or(u32::MAX);
        for row in found {
            if out.json {
                out.value(row)?;
            } else {
                rows.push(["short", "day", "kind", "title"].map(|key| text(row, key).to_string()).to_vec());
            }
        }
        if found.is_empty() || n_shown >= limit {
            break;
        }
    }
    table(&rows).iter().try_for_each(|line| out.line(line))?;
    Ok(0)
}

fn edit(api: &Api, id: &str, file: &Path, out: &Out) -> Done {
    let id = record_id(id)?;
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(LINE_BYTES).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(LINE_BYTES).read_to_end(&mut bytes)?;
    }
    let saved = api.app().record_edit(id, &object(&bytes)?).map_err(|error| api.refused(&error))?;
    say_saved(&saved, out)
}

fn erase(api: &Api, id: &str, reason: &str, out: &Out) -> Done {
    let saved = api.app().record_erase(record_id(id)?, reason).map_err(|error| api.refused(&error))?;
    say_saved(&saved, out)
}

fn say_saved(saved: &Saved, out: &Out) -> Done {
    if out.json {
        out.value(&json!({ "id": saved.id.to_string(), "changed": saved.changed }))?;
    }
    out.line(&format!("{} {}", out.word("say.saved"), saved.id.short_code()))?;
    Ok(0)
}
