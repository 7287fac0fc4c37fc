//! From files to a checked catalogue. All faults are collected, so that an author mends them in one go.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;

use super::model::*;
use super::{Catalogue, Pack, check};
use crate::calendar::Calendar;
use crate::rule::{Rule, RuleError};
use crate::unit::Units;

/// One thing that is wrong with a catalogue, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub file: String,
    /// From 1; 0 when the file is missing.
    pub line: usize,
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Collects faults and finds the lines they stand on.
pub(super) struct Faults<'a> {
    pack: &'a Pack,
    found: Vec<Fault>,
}

impl Faults<'_> {
    /// Adds a fault at the last of `anchors`, each searched for after the one before it.
    pub fn add(&mut self, file: &str, anchors: &[&str], what: impl Into<String>) {
        let text = self.pack.text(file).unwrap_or_default();
        let mut line = 1;
        for anchor in anchors {
            let rest = text.lines().enumerate().skip(line - 1);
            line = rest
                .into_iter()
                .find(|(_, content)| squeeze(content).contains(&squeeze(anchor)))
                .map_or(line, |(i, _)| i + 1);
        }
        self.found.push(Fault { file: file.to_string(), line, what: what.into() });
    }

    fn parse<T: DeserializeOwned>(&mut self, file: &str) -> Option<T> {
        let Some(text) = self.pack.text(file) else {
            self.found.push(Fault { file: file.to_string(), line: 0, what: "the file is missing".into() });
            return None;
        };
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let start = error.span().map_or(0, |span| span.start).min(text.len());
                let line = text.get(..start).map_or(1, |before| before.matches('\n').count() + 1);
                self.found.push(Fault { file: file.to_string(), line, what: error.message().to_string() });
                None
            }
        }
    }
}

fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// By id, each with its file.
type Lists = BTreeMap<String, (String, List)>;

/// The parts of a catalogue as parsed, before references are followed.
pub(super) struct Parts {
    pub kinds: Vec<(String, Kind)>,
    pub lists: Lists,
    pub indicators: Vec<IndicatorSource>,
    pub calendars: Vec<(String, Calendar)>,
    pub criteria: Vec<CriteriaSet>,
    pub units: Units,
    pub targets: Vec<Target>,
}

pub(super) fn load(pack: &Pack) -> Result<Catalogue, Vec<Fault>> {
    let mut faults = Faults { pack, found: Vec::new() };
    let head: Option<CatalogueHead> = faults.parse("catalogue.toml");
    let (calendars, calendar_labels) = calendars(&mut faults);
    let units = units(&mut faults);
    let lists = lists(&mut faults);
    let parts = Parts {
        kinds: ranked(kinds(&mut faults), &lists),
        lists,
        indicators: faults.parse::<IndicatorFile>("indicators.toml").map_or(Vec::new(), |f| f.indicators),
        calendars,
        criteria: faults.parse::<CriteriaFile>("criteria.toml").map_or(Vec::new(), |f| f.sets),
        units,
        targets: faults.parse::<TargetFile>("targets.toml").map_or(Vec::new(), |f| f.targets),
    };
    // References into a file that could not be read would only repeat its fault.
    if !faults.found.is_empty() {
        return Err(faults.found);
    }
    let indicators = check::all(&parts, &mut faults);
    if !faults.found.is_empty() {
        return Err(faults.found);
    }
    let head = head.expect("a missing head is a fault");
    Ok(Catalogue {
        version: head.version,
        digest: pack.digest(),
        province: head.province,
        kinds: parts.kinds.into_iter().map(|(_, kind)| kind).collect(),
        lists: parts.lists.into_iter().map(|(id, (_, list))| (id, list)).collect(),
        indicators,
        calendars: parts.calendars.into_iter().map(|(_, calendar)| calendar).collect(),
        calendar_labels,
        criteria_sets: parts.criteria,
        units: parts.units,
        targets: parts.targets,
    })
}

fn files_in(pack: &Pack, folder: &str) -> Vec<String> {
    pack.files().map(|(path, _)| path.to_string()).filter(|path| path.starts_with(folder)).collect()
}

fn kinds(faults: &mut Faults) -> Vec<(String, Kind)> {
    let common = faults.parse::<CommonFile>("common.toml").map_or(Vec::new(), |f| f.fields);
    let mut kinds = Vec::new();
    for file in files_in(faults.pack, "kinds/") {
        let Some(source) = faults.parse::<KindFile>(&file) else { continue };
        let head = source.kind;
        let mut fields = source.fields;
        fields.extend(common.iter().filter(|field| !head.without.contains(&field.id)).cloned());
        for field in &mut fields {
            if let Some(source) = &field.show_when {
                field.shown = compile(faults, &file, source);
            }
        }
        let mut rules = source.rules;
        for rule in &mut rules {
            rule.rule = compile(faults, &file, &rule.check);
        }
        let kind = Kind {
            id: head.id,
            num: head.num,
            nature: head.nature,
            date_field: head.date_field,
            title: head.title,
            columns: head.columns,
            likeness: head.likeness,
            tasks: head.tasks,
            programmes: head.programmes,
            group: head.group,
            label: head.label,
            plural: head.plural,
            help: head.help,
            fields,
            rules,
            ranks: BTreeMap::new(),
        };
        kinds.push((file, kind));
    }
    kinds.sort_by_key(|(_, kind)| kind.num);
    kinds
}

// Only a field of one code is in one state.
fn ranked(mut kinds: Vec<(String, Kind)>, lists: &Lists) -> Vec<(String, Kind)> {
    let ranks = |field: &Field| {
        let (_, list) = lists.get(field.list.as_ref()?).filter(|_| field.field_type == FieldType::Code)?;
        Some((field.num, list.ranks())).filter(|(_, ranks)| !ranks.is_empty())
    };
    for (_, kind) in &mut kinds {
        kind.ranks = kind.fields.iter().filter_map(ranks).collect();
    }
    kinds
}

/// Compiles an expression; a fault is told at the line that holds it.
pub(super) fn compile(faults: &mut Faults, file: &str, source: &str) -> Option<Rule> {
    match Rule::compile(source) {
        Ok(rule) => Some(rule),
        Err(error @ (RuleError::Syntax(_) | RuleError::UnknownName(_) | RuleError::NoAnswer(_))) => {
            faults.add(file, &[source], error.to_string());
            None
        }
    }
}

fn lists(faults: &mut Faults) -> Lists {
    let mut lists = BTreeMap::new();
    for file in files_in(faults.pack, "lists/") {
        let Some(list) = faults.parse::<List>(&file) else { continue };
        if lists.contains_key(&list.id) {
            faults.add(
                &file,
                &[&format!("id = \"{}\"", list.id)],
                format!("list {} is there twice", list.id),
            );
        }
        lists.insert(list.id.clone(), (file, list));
    }
    lists
}

type LabelledCalendars = (Vec<(String, Calendar)>, BTreeMap<String, Words>);

fn calendars(faults: &mut Faults) -> LabelledCalendars {
    let mut calendars = Vec::new();
    let mut labels = BTreeMap::new();
    for file in files_in(faults.pack, "calendars/") {
        let Some(source) = faults.parse::<CalendarFile>(&file) else { continue };
        if !(0..=28).contains(&source.generate.month_closes_on) {
            faults.add(&file, &["month_closes_on"], "a month closes on 1 to 28, or 0 for its last day");
            continue;
        }
        labels.insert(source.id.clone(), source.label.clone());
        let calendar = Calendar::build(&source.id, &source.generate, source.due_after_days, source.rows);
        calendars.push((file, calendar));
    }
    (calendars, labels)
}

fn units(faults: &mut Faults) -> Units {
    let units = faults.parse::<UnitFile>("units.toml").map_or(Vec::new(), |f| f.units);
    let links = faults.parse::<LineageFile>("lineage.toml").map_or(Vec::new(), |f| f.links);
    check::units(&units, &links, faults);
    Units::new(units, &links)
}
