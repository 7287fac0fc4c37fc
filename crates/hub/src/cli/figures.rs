//! `figures`: the province's table.

use serde_json::Value;

use super::args::{FiguresArgs, UnitsAs};
use super::output::Output;
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
    lines.extend(rows(hub, words, &value["figures"]));
    for unit in value["units"].as_array().into_iter().flatten() {
        let params = [("code", text(&unit["code"])), ("name", text(&unit["name"]))];
        lines.push(String::new());
        lines.push(words.said("unit", &params.each_ref().map(|(name, value)| (*name, value.as_str()))));
        lines.extend(rows(hub, words, &unit["figures"]));
    }
    lines.join("\n")
}

fn rows(hub: &Hub, words: &Words, figures: &Value) -> Vec<String> {
    let shown = figures.as_array().into_iter().flatten().filter_map(|figure| {
        let indicator = hub.catalogue.indicator(figure["indicator"].as_str()?).filter(|i| i.shown)?;
        let number = |value: &Value| match value {
            Value::Null => None,
            value => Some(
                value.as_f64().filter(|_| value.is_f64()).map_or(value.to_string(), |n| format!("{n:.2}")),
            ),
        };
        let value = number(&figure["value"]).unwrap_or_else(|| words.said("no_value", &[]));
        let label = words.choose(&indicator.label.vi, &indicator.label.en);
        let target = number(&figure["target"]);
        let key = if target.is_some() { "figure_target" } else { "figure" };
        let target = target.unwrap_or_default();
        let params = [
            ("indicator", indicator.code.as_str()),
            ("label", label),
            ("value", &value),
            ("target", &target),
        ];
        Some(words.said(key, &params))
    });
    shown.collect()
}

impl Words {
    fn choose<'a>(&self, vi: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        }
    }
}
