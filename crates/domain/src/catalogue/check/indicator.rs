//! Indicators: what they count must exist, and ratios must come to an end.

use std::collections::BTreeSet;

use super::super::load::{Faults, Parts, compile};
use super::super::model::*;
use crate::rule::{Rule, RuleInput};
use crate::value::Fields;

const FILE: &str = "indicators.toml";

pub(super) fn all(parts: &Parts, faults: &mut Faults) -> Vec<Indicator> {
    let mut indicators = Vec::new();
    let mut nums = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for source in &parts.indicators {
        if !nums.insert(source.num) || source.num == 0 {
            fault(faults, source, format!("number {} is taken or zero", source.num));
        }
        if !codes.insert(&source.code) {
            fault(faults, source, "the code is there twice");
        }
        super::codes_of_list(parts, "unit_of_measure", [source.unit.as_str()], FILE, &at(source), faults);
        super::codes_of_list(parts, "task_group", [source.task.as_str()], FILE, &at(source), faults);
        let Some(measure) = measure(parts, source, faults) else { continue };
        indicators.push(Indicator {
            code: source.code.clone(),
            num: source.num,
            label: source.label.clone(),
            help: source.help.clone(),
            unit: source.unit.clone(),
            measure,
            time: source.time,
            by: source.by.clone(),
            shown: source.shown,
            task: source.task.clone(),
        });
    }
    for source in &parts.indicators {
        references(parts, source, faults);
    }
    indicators
}

fn at(source: &IndicatorSource) -> String {
    format!("code = \"{}\"", source.code)
}

fn fault(faults: &mut Faults, source: &IndicatorSource, what: impl Into<String>) {
    faults.add(FILE, &[&at(source)], format!("{}: {}", source.code, what.into()));
}

fn measure(parts: &Parts, source: &IndicatorSource, faults: &mut Faults) -> Option<Measure> {
    let given = [
        source.count.is_some(),
        source.sum.is_some(),
        source.distinct.is_some(),
        source.net.is_some(),
        source.ratio.is_some(),
        source.gap.is_some(),
        source.reporting_units.is_some(),
        source.base_units,
    ];
    if given.iter().filter(|g| **g).count() != 1 {
        fault(faults, source, "needs exactly one measure");
        return None;
    }
    if let Some((a, b)) = &source.ratio {
        return Some(Measure::Ratio(a.clone(), b.clone()));
    }
    if let Some((a, b)) = &source.gap {
        return Some(Measure::Gap(a.clone(), b.clone()));
    }
    if let Some(of) = &source.reporting_units {
        return Some(Measure::ReportingUnits(of.clone()));
    }
    if source.base_units {
        return Some(Measure::BaseUnits);
    }
    records(parts, source, faults).map(Measure::Records)
}

fn records(parts: &Parts, source: &IndicatorSource, faults: &mut Faults) -> Option<RecordMeasure> {
    let path_text = source.sum.as_ref().or(source.distinct.as_ref());
    let kind_id = match path_text {
        Some(path) => path.split('.').next().unwrap_or_default(),
        None => source.count.as_ref().or(source.net.as_ref())?,
    };
    let Some((_, kind)) = parts.kinds.iter().find(|(_, kind)| kind.id == kind_id) else {
        fault(faults, source, format!("there is no kind {kind_id}"));
        return None;
    };
    let mut wrong = Vec::new();
    let mut resolve = |text: &str| {
        let path = path(kind, text);
        if path.is_none() {
            wrong.push(format!("kind {} has no field {text}", kind.id));
        }
        path
    };
    let below = |text: &str| text.strip_prefix(&format!("{kind_id}.")).unwrap_or(text).to_string();
    let main = path_text.map(|text| resolve(&below(text)));
    let plus = source.plus.as_ref().map(|text| resolve(&below(text)));
    let day = resolve(source.day.as_ref().unwrap_or(&kind.date_field));
    let until = source.until.as_ref().map(|text| resolve(text));
    let by: Vec<Option<Path>> = source.by.iter().map(|text| resolve(text)).collect();
    for what in wrong {
        fault(faults, source, what);
    }
    if by.len() > 4 {
        fault(faults, source, "is split by more than four fields");
    }
    types(kind, source, main.flatten(), faults);
    let count = count(source, main.flatten(), plus.flatten(), faults)?;
    let measure = RecordMeasure {
        kind: kind.num,
        count,
        when: source.when.as_ref().and_then(|text| compile(faults, FILE, text)),
        line_when: source.line_when.as_ref().and_then(|text| compile(faults, FILE, text)),
        day: day?.field,
        until: until.flatten().map(|path| path.field),
        by: by.into_iter().flatten().collect(),
    };
    conditions(kind, source, &measure, faults);
    Some(measure)
}

fn count(
    source: &IndicatorSource,
    main: Option<Path>,
    plus: Option<Path>,
    faults: &mut Faults,
) -> Option<Count> {
    if source.count.is_some() {
        return Some(Count::Records);
    }
    if source.sum.is_some() {
        return main.map(Count::Sum);
    }
    if source.distinct.is_some() {
        return main.map(|subject| Count::Distinct { subject, plus });
    }
    let plus = source.plus_when.as_ref().and_then(|text| compile(faults, FILE, text));
    let minus = source.minus_when.as_ref().and_then(|text| compile(faults, FILE, text));
    let Some((plus, minus)) = plus.zip(minus) else {
        fault(faults, source, "a net figure needs plus_when and minus_when");
        return None;
    };
    Some(Count::Net { plus, minus })
}

// Only whole numbers are summed, and only what stands for one person or thing is counted distinct.
fn types(kind: &Kind, source: &IndicatorSource, main: Option<Path>, faults: &mut Faults) {
    let Some(field) = main.and_then(|path| field_at(kind, path)) else { return };
    let summed = matches!(field.field_type, FieldType::Integer | FieldType::Money);
    let counted = matches!(field.field_type, FieldType::Ref | FieldType::Pseudonym);
    if source.sum.is_some() && !summed {
        fault(faults, source, format!("{} is no whole number", field.id));
    }
    if source.distinct.is_some() && !counted {
        fault(faults, source, format!("{} is neither a reference nor a pseudonym", field.id));
    }
    if field.is_personal() {
        fault(faults, source, format!("{} is personal, and the province could not count it", field.id));
    }
}

fn conditions(kind: &Kind, source: &IndicatorSource, measure: &RecordMeasure, faults: &mut Faults) {
    let nothing = Fields::new();
    let empty = RuleInput::new(kind, &nothing);
    let net = match &measure.count {
        Count::Net { plus, minus } => vec![plus, minus],
        _ => Vec::new(),
    };
    for rule in net.into_iter().chain(&measure.when) {
        read_fields(kind, source, rule, faults);
        if let Err(error) = rule.holds(&empty) {
            fault(faults, source, format!("its condition fails on an empty record: {error}"));
        }
    }
    let lines = measure_lines(measure).and_then(|num| kind.field_by_num(num));
    match (&measure.line_when, lines) {
        (Some(rule), Some(lines)) => {
            for id in rule.columns_read() {
                if lines.column(&id).is_none() {
                    fault(faults, source, format!("its condition reads column {id}, which is not there"));
                }
            }
        }
        (Some(_), None) => fault(faults, source, "line_when is for measures over lines"),
        (None, _) => {}
    }
    for path in &measure.by {
        let field = field_at(kind, *path);
        let fits = field.is_some_and(|f| matches!(f.field_type, FieldType::Code | FieldType::Bool));
        if !fits || field.is_some_and(Field::is_personal) {
            fault(faults, source, "can be split only by open codes and yes/no fields");
        }
        if path.column.is_some() && Some(path.field) != measure_lines(measure) {
            fault(faults, source, "can be split only by columns of the lines that it counts");
        }
    }
}

fn read_fields(kind: &Kind, source: &IndicatorSource, rule: &Rule, faults: &mut Faults) {
    for id in rule.fields_read() {
        match kind.field(&id) {
            None => fault(faults, source, format!("its condition reads field {id}, which is not there")),
            Some(field) if field.is_personal() => {
                fault(faults, source, format!("its condition reads {id}, which is personal"));
            }
            Some(_) => {}
        }
    }
}

fn measure_lines(measure: &RecordMeasure) -> Option<crate::value::FieldNum> {
    match measure.count {
        Count::Sum(path) | Count::Distinct { subject: path, .. } => path.column.map(|_| path.field),
        Count::Records | Count::Net { .. } => None,
    }
}

fn path(kind: &Kind, text: &str) -> Option<Path> {
    let mut parts = text.split('.');
    let field = kind.field(parts.next()?)?;
    let column = match parts.next() {
        Some(id) => Some(field.column(id)?.num),
        None => None,
    };
    parts.next().is_none().then_some(Path { field: field.num, column })
}

fn field_at(kind: &Kind, path: Path) -> Option<&Field> {
    let field = kind.field_by_num(path.field)?;
    match path.column {
        Some(column) => field.column_by_num(column),
        None => Some(field),
    }
}

// Follows ratios, gaps and unit counts down to records; a circle would never end.
fn references(parts: &Parts, source: &IndicatorSource, faults: &mut Faults) {
    let mut open: Vec<(&IndicatorSource, usize)> = vec![(source, 0)];
    while let Some((current, depth)) = open.pop() {
        if depth > parts.indicators.len() {
            fault(faults, source, "leads back to itself");
            return;
        }
        let pair = current.ratio.as_ref().or(current.gap.as_ref());
        let below = pair.into_iter().flat_map(|(a, b)| [a, b]).chain(&current.reporting_units);
        for code in below {
            match parts.indicators.iter().find(|i| i.code == *code) {
                Some(next) => open.push((next, depth + 1)),
                None if depth == 0 => fault(faults, source, format!("there is no indicator {code}")),
                None => {}
            }
        }
    }
}
