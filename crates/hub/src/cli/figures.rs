use sohoi_domain::figure::{Figure, FigureValue};

use super::Done;
use super::args::{As, Figures, Lang};
use super::out::{Out, table};
use crate::error::HubError;
use crate::figures::{self, Question};
use crate::hub::Hub;
use crate::view::FiguresView;

pub fn figures(hub: &Hub, args: &Figures, out: &Out) -> Done {
    let answer = figures::figures(
        hub,
        &Question {
            unit: args.unit.clone(),
            period: args.period.clone(),
            calendar: args.calendar.clone(),
            as_now: args.mode == As::Now,
        },
    )?;
    let view = FiguresView::new(&hub.catalogue, &answer, args.by_unit);
    out.value(&serde_json::to_value(&view).map_err(|_| HubError::Task)?)?;
    let period = &answer.period;
    out.line(&format!("{} {} – {}", period.label, period.first, period.last))?;
    for line in table(&total(hub, &answer.total, out)) {
        out.line(&line)?;
    }
    if args.by_unit {
        out.line("")?;
        for line in table(&by_unit(hub, &answer)) {
            out.line(&line)?;
        }
    }
    Ok(0)
}

fn total(hub: &Hub, figures: &[Figure], out: &Out) -> Vec<Vec<String>> {
    let shown = figures.iter().filter_map(|f| Some((f, hub.catalogue.indicator(&f.indicator).filter(|i| i.shown)?)));
    shown
        .map(|(figure, indicator)| {
            let label = if out.lang == Lang::Vi { &indicator.label.vi } else { &indicator.label.en };
            let percent = figure.percent().map_or(String::new(), |n| format!("{n:.1} %").replace('.', ","));
            let target = figure.target.map_or(String::new(), group);
            vec![figure.indicator.clone(), number(figure), target, percent, label.clone()]
        })
        .collect()
}

// Indicators of which the province has any, so that the table is as narrow as it can be.
fn by_unit(hub: &Hub, answer: &figures::Answer) -> Vec<Vec<String>> {
    let is_shown = |f: &&Figure| hub.catalogue.indicator(&f.indicator).is_some_and(|i| i.shown);
    let codes: Vec<&str> = answer
        .total
        .iter()
        .filter(is_shown)
        .filter(|f| f.value.number().is_some_and(|n| n != 0.0))
        .map(|f| f.indicator.as_str())
        .collect();
    let mut rows = vec![std::iter::once(String::new()).chain(codes.iter().map(|c| c.to_string())).collect()];
    for unit in &answer.units {
        let value = |code: &&str| unit.figures.iter().find(|f| f.indicator == **code).map_or(String::new(), number);
        rows.push(std::iter::once(hub.unit_name(&unit.unit)).chain(codes.iter().map(value)).collect());
    }
    rows
}

fn number(figure: &Figure) -> String {
    match figure.value {
        FigureValue::Whole(n) => group(n),
        FigureValue::Gap { a, b } => group(a - b),
        FigureValue::Ratio { .. } => {
            figure.value.number().map_or("–".to_string(), |n| format!("{n:.2}").replace('.', ","))
        }
    }
}

// 1400000 → 1.400.000
fn group(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    if n < 0 { format!("-{text}") } else { text }
}
