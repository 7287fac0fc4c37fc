//! `sohoi period`: freeze and sign, and the state of each.

use serde_json::{Value, json};
use sohoi_api::Api;

use super::{Done, call, text};
use crate::args::Period;
use crate::out::{Out, table};

pub fn run(api: &Api, command: &Period, out: &Out) -> Done {
    match command {
        Period::Submit { period, calendar, note } => {
            let request = json!({ "calendar": calendar, "period": period, "note": note });
            let state = call(api, "period_submit", request)?;
            if out.json {
                out.value(&state)?;
                return Ok(0);
            }
            out.line(&format!("{}: {}", text(&state, "period"), said(&state, out)))?;
            out.line(text(&state, "digest"))?;
        }
        Period::List { calendar } => {
            let found = call(api, "periods_listed", json!({ "calendar": calendar }))?;
            let periods = found["periods"].as_array().map_or(&[][..], Vec::as_slice);
            if out.json {
                periods.iter().try_for_each(|period| out.value(period))?;
                return Ok(0);
            }
            let rows: Vec<Vec<String>> = periods.iter().map(|period| row(period, out)).collect();
            table(&rows).iter().try_for_each(|line| out.line(line))?;
        }
    }
    Ok(0)
}

fn row(state: &Value, out: &Out) -> Vec<String> {
    let digest = text(state, "digest");
    let short = digest.get(..12).unwrap_or(digest);
    vec![
        text(state, "period").to_string(),
        text(&state["days"], "due").to_string(),
        said(state, out),
        short.to_string(),
    ]
}

fn said(state: &Value, out: &Out) -> String {
    out.word(&format!("period.{}", text(state, "state"))).to_string()
}
