use serde_json::{Value, json};
use sohoi_api::Api;

use super::{Done, call, text};
use crate::args::{As, Figures};
use crate::out::{Out, table};

pub fn figures(api: &Api, args: &Figures, out: &Out) -> Done {
    let request = json!({
        "calendar": args.calendar,
        "period": args.period,
        "mode": if args.mode == As::Now { "now" } else { "then" },
        "indicators": args.indicator,
    });
    let found = call(api, "figures_get", request)?;
    if out.json {
        out.value(&found)?;
        return Ok(0);
    }
    let period = &found["period"];
    out.line(&format!("{} {} – {}", text(period, "label"), text(period, "first"), text(period, "last")))?;
    let catalogue = api.app().catalogue();
    let mut rows = Vec::new();
    for figure in found["figures"].as_array().into_iter().flatten() {
        let code = text(figure, "indicator");
        let label = catalogue.indicator(code).map(|indicator| json!(indicator.label)).unwrap_or_default();
        rows.push(vec![
            code.to_string(),
            number(&figure["value"]),
            number(&figure["target"]),
            percent(&figure["percent"]),
            out.pick(&label).to_string(),
        ]);
    }
    table(&rows).iter().try_for_each(|line| out.line(line))?;
    Ok(0)
}

fn number(value: &Value) -> String {
    match value.as_f64() {
        None => "–".to_string(),
        Some(n) if n.fract() == 0.0 => group(n as i64),
        Some(n) => format!("{n:.2}").replace('.', ","),
    }
}

fn percent(value: &Value) -> String {
    value.as_f64().map_or(String::new(), |n| format!("{n:.1} %").replace('.', ","))
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
