//! `sohoi bulletins`: what the province said.

use serde_json::{Value, json};
use sohoi_api::Api;
use sohoi_app::clock::day_of;

use super::{Done, call, text};
use crate::out::{Out, table};

pub fn list(api: &Api, limit: u32, out: &Out) -> Done {
    let found = call(api, "bulletin_list", json!({ "words_only": false, "limit": limit }))?;
    let bulletins = found["bulletins"].as_array().map_or(&[][..], Vec::as_slice);
    if out.json {
        bulletins.iter().try_for_each(|bulletin| out.value(bulletin))?;
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = bulletins.iter().map(|bulletin| row(bulletin, out)).collect();
    if rows.is_empty() {
        out.line(out.word("say.no_bulletins"))?;
    }
    table(&rows).iter().try_for_each(|line| out.line(line))?;
    Ok(0)
}

fn row(bulletin: &Value, out: &Out) -> Vec<String> {
    let at_ms = bulletin["at_ms"].as_f64().unwrap_or_default() as i64;
    let key = format!("bulletin.{}", text(bulletin, "kind"));
    let newer = bulletin["for_newer_program"].as_bool().is_some_and(|is| is);
    let what = out.word(if newer { "bulletin.unknown" } else { &key });
    let about = [text(bulletin, "period"), text(bulletin, "indicator")].join(" ");
    let words = text(bulletin, "text").replace('\n', " ");
    vec![day_of(at_ms).to_string(), what.to_string(), about.trim().to_string(), words]
}
