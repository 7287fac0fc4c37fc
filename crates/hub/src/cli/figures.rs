//! `figures`: the province's table.

use serde_json::Value;

use super::args::{FiguresArgs, UnitsAs};
use super::output::{self, Output};
use super::words::{Lang, Words};
use crate::error::HubError;
use crate::figures::{self, Question};
use crate::hub::Hub;
use crate::view::FiguresView;

pub fn figures(hub: &Hub, args: &FiguresArgs, output: &Output) -> Result<(), HubError> {
    let question = Question {
        unit: args.unit.clone(),
        period: args.period.clone(),
        calendar: args.calendar.clone(),
        as_now: args.units_as == UnitsAs::Now,
    };
    let answer = figures::figures(hub, &question)?;
    let view = FiguresView::new(&hub.catalogue, &answer, args.by_unit);
    let value = serde_json::to_value(view).expect("figures are JSON");
    output.say(&value, |words| table(hub, words, &value));
    Ok(())
}

fn table(hub: &Hub, words: &Words, value: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_string();
    let period = &value["period"];
    let (label, first, last) = (text(&period["label"]), text(&period["first"]), text(&period["last"]));
    let mut lines = vec![words.said("period", &[("label", &label), ("first", &first), ("last", &last)])];
    lines.extend(output::problems(words, value));
    lines.extend(rows(hub, words, &value["figures"]));
    for unit in value["units"].as_array().into_iter().flatten() {
        let params = [("code", text(&unit["code"])), ("name", text(&unit["name"]))];
        lines.push(String::new());
        lines.push(words.said("unit", &params.each_ref().map(|(name, value)| (*name, value.as_str()))));
        lines.extend(rows(hub, words, &unit["figures"]));
    }
    lines.join("\n")
}

// Code, value, target, percent of it, label: as wide as the widest of each.
fn rows(hub: &Hub, words: &Words, figures: &Value) -> Vec<String> {
    let cells: Vec<[String; 5]> = figures
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|figure| {
            let indicator = hub.catalogue.indicator(figure["indicator"].as_str()?).filter(|i| i.shown)?;
            let percent = figure["percent"].as_f64().map(|n| format!("{} %", decimal(words, n, 1)));
            Some([
                indicator.code.clone(),
                number(words, &figure["value"]).unwrap_or_else(|| words.said("no_value", &[])),
                number(words, &figure["target"]).map_or(String::new(), |target| format!("/ {target}")),
                percent.unwrap_or_default(),
                words.choose(&indicator.label.vi, &indicator.label.en).to_string(),
            ])
        })
        .collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    let line = |[code, value, target, percent, label]: &[String; 5]| {
        let [a, b, c, d] = widths;
        format!("{code:<a$}  {value:>b$} {target:<c$}  {percent:>d$}  {label}")
    };
    cells.iter().map(line).collect()
}

fn number(words: &Words, value: &Value) -> Option<String> {
    match (value.as_i64(), value.as_f64()) {
        (Some(n), _) => Some(grouped(words, n)),
        (None, Some(n)) => Some(decimal(words, n, 2)),
        (None, None) => None,
    }
}

// 1.234,5 in Vietnamese, 1,234.5 in English.
fn grouped(words: &Words, n: i64) -> String {
    let mark = words.choose(".", ",");
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push_str(mark);
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}

fn decimal(words: &Words, n: f64, digits: usize) -> String {
    format!("{n:.digits$}").replace('.', words.choose(",", "."))
}

impl Words {
    fn choose<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}
