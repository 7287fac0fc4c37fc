//! `sohoi conflicts`: what waits for a decision, and deciding it.

use serde_json::{Value, json};
use sohoi_api::Api;
use sohoi_app::conflict::Choice;

use super::record::{plain, record_id};
use super::{Done, call, text};
use crate::args::{Conflicts, Take};
use crate::out::{Out, table};

pub fn run(api: &Api, command: Option<&Conflicts>, out: &Out) -> Done {
    match command {
        None => list(api, out),
        Some(Conflicts::Resolve { id, field, take }) => resolve(api, (id, field), *take, out),
    }
}

fn list(api: &Api, out: &Out) -> Done {
    let found = call(api, "conflict_list", json!({}))?;
    let conflicts = found["conflicts"].as_array().map_or(&[][..], Vec::as_slice);
    if out.json {
        conflicts.iter().try_for_each(|conflict| out.value(conflict))?;
        return Ok(0);
    }
    let mut rows = Vec::new();
    for conflict in conflicts {
        let waiting = conflict["waiting"].as_array().into_iter().flatten();
        let sides =
            [("say.shown", &conflict["shown"])].into_iter().chain(waiting.map(|w| ("say.waiting", w)));
        for (word, side) in sides {
            let [short, title] = ["short", "title"].map(|key| text(conflict, key).to_string());
            let field = match text(conflict, "about") {
                "field" => text(conflict, "field"),
                _ => out.word("say.whole_record"),
            };
            let value = value_of(conflict, side, out);
            let author = text(side, "author").to_string();
            rows.push(vec![short, title, field.to_string(), out.word(word).to_string(), value, author]);
        }
    }
    if rows.is_empty() {
        out.line(out.word("say.no_conflicts"))?;
    }
    table(&rows).iter().try_for_each(|line| out.line(line))?;
    Ok(0)
}

fn value_of(conflict: &Value, side: &Value, out: &Out) -> String {
    match (text(conflict, "about"), text(side, "op")) {
        ("field", _) if side["value"].is_null() => "–".to_string(),
        ("field", _) => plain(&side["value"]),
        ("lost", "erase") => out.word("say.side_lost").to_string(),
        ("lost", _) => out.word("say.side_merged").to_string(),
        (_, "erase") => out.word("say.side_erased").to_string(),
        ("destroyed", _) => out.word("say.side_gone").to_string(),
        _ => out.word("say.side_kept").to_string(),
    }
}

fn resolve(api: &Api, (id, field): (&str, &str), take: Take, out: &Out) -> Done {
    let choice = match take {
        Take::Shown => Choice::Shown,
        Take::Waiting => Choice::Waiting,
    };
    let saved = api.app().conflict_resolve(record_id(id)?, field, choice);
    let saved = saved.map_err(|error| api.refused(&error))?;
    if out.json {
        out.value(&json!({ "id": saved.id.to_string(), "changed": saved.changed }))?;
    }
    out.line(&format!("{} {}", out.word("say.saved"), saved.id.short_code()))?;
    Ok(0)
}
