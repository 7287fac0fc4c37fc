//! What an officer looks at before she signs: nothing of it is in her way.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use sohoi_domain::alike::{is_alike, likeness};
use sohoi_domain::catalogue::Kind;
use sohoi_domain::figure::Figure;
use sohoi_domain::record::{check, to_json};
use sohoi_domain::submission::is_odd;
use sohoi_domain::{Catalogue, Period, RecordId};
use sohoi_store::{DraftRow, RecordQuery, Register, StoredRecord};

use crate::AppError;
use crate::figure::{BRANCH, standing};
use crate::record::{For, had, here, uncounted};

/// How many of a kind are named; beyond that they are counted.
const NAMED: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub id: Option<RecordId>,
    /// Id of the kind; of a draft that has no record yet it is all that there is to say.
    pub kind: String,
    /// Id of a draft.
    pub draft: Option<String>,
    pub title: String,
}

/// One line of the list: how many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    pub n: u32,
    pub first: Vec<Named>,
}

#[derive(Clone, Debug, Default)]
pub struct Checklist {
    /// Forms not finished that belong to the period, or to no day yet.
    pub drafts: Line,
    /// Records of the period about which a rule has something to say.
    pub warnings: Line,
    /// Branches that no record of the period is of.
    pub silent_branches: Line,
    /// Branches that stood in the period.
    pub n_branches: u32,
    pub conflicts: Line,
    /// Records of the period that look like another one of it, as when two PCs wrote down the same event: each counts.
    pub alike: Line,
    /// Active members whom the newest of their moves does not count, or who have none, whatever the period.
    pub uncounted: Line,
    /// Codes of figures that stand out beside the year before.
    pub odd: Vec<String>,
    pub n_records: u32,
    pub n_unsent: u32,
}

pub(super) fn of(
    register: &Register,
    ruled: &mut Ruled,
    period: &Period,
    (figures, before): (&[Figure], &[Figure]),
) -> Result<Checklist, AppError> {
    let query =
        RecordQuery { days: Some((period.first, period.last)), limit: u32::MAX, ..RecordQuery::default() };
    let (records, n_records) = register.records(&query)?;
    let mut list = Checklist {
        drafts: drafts(register, period)?,
        odd: odd(figures, before),
        n_records: crate::small(n_records),
        n_unsent: crate::small(register.unsent()?),
        ..Checklist::default()
    };
    for record in &records {
        if record.meta.n_conflicts > 0 {
            list.conflicts.add(|| named(register, record))?;
        }
        if warns(register, ruled, record)? {
            list.warnings.add(|| named(register, record))?;
        }
    }
    for record in alike(register, &records) {
        list.alike.add(|| named(register, record))?;
    }
    (list.silent_branches, list.n_branches) = silent(register, period)?;
    let (first, n) = uncounted(register, NAMED)?;
    let first = first.iter().map(|one| named(register, one)).collect::<Result<_, _>>()?;
    list.uncounted = Line { n: crate::small(n), first };
    Ok(list)
}

fn alike<'a>(register: &Register, records: &'a [StoredRecord]) -> Vec<&'a StoredRecord> {
    let catalogue = register.catalogue();
    let mut groups: BTreeMap<_, Vec<&StoredRecord>> = BTreeMap::new();
    for record in records {
        let state = &record.state;
        let likeness = catalogue.kind_by_num(state.kind).and_then(|kind| likeness(kind, &state.fields));
        if let Some(likeness) = likeness {
            groups.entry((state.kind, likeness)).or_default().push(record);
        }
    }
    let mut found = Vec::new();
    for ((num, _), group) in groups.into_iter().filter(|(_, group)| group.len() > 1) {
        let Some(kind) = catalogue.kind_by_num(num) else { continue };
        let looks_like_another = |one: &&StoredRecord| {
            let mut others = group.iter().filter(|other| other.state.id != one.state.id);
            others.any(|other| is_alike(kind, &one.state.fields, &other.state.fields))
        };
        found.extend(group.iter().copied().filter(looks_like_another));
    }
    found
}

impl Line {
    fn add(&mut self, name: impl FnOnce() -> Result<Named, AppError>) -> Result<(), AppError> {
        self.n += 1;
        if self.first.len() < NAMED {
            self.first.push(name()?);
        }
        Ok(())
    }
}

fn named(register: &Register, record: &StoredRecord) -> Result<Named, AppError> {
    let id = record.state.id;
    let kind = register.catalogue().kind_by_num(record.state.kind).map(|kind| kind.id.clone());
    Ok(Named { id: Some(id), kind: kind.unwrap_or_default(), draft: None, title: register.title(id)? })
}

fn drafts(register: &Register, period: &Period) -> Result<Line, AppError> {
    let mut line = Line::default();
    for draft in register.drafts()? {
        let Some(kind) = register.catalogue().kind(&draft.kind) else { continue };
        if may_be_of(&draft, kind, period) {
            let (id, kind) = (draft.record_id, draft.kind.clone());
            line.add(|| Ok(Named { id, kind, draft: Some(draft.id.clone()), title: String::new() }))?;
        }
    }
    Ok(line)
}

// What is typed may not be a day yet; then it may belong to any.
fn may_be_of(draft: &DraftRow, kind: &Kind, period: &Period) -> bool {
    let typed: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&draft.fields_json).unwrap_or_default();
    let day = typed.get(&kind.date_field).and_then(|value| value.as_str()?.parse().ok());
    day.is_none_or(|day| period.contains(day))
}

/// Whether the rules of the catalogue have something to say about a record, by its content: asked again they would
/// say the same, and asking them is most of what a closing costs.
#[derive(Default)]
pub(crate) struct Ruled {
    under: Option<Arc<Catalogue>>,
    by: HashMap<RecordId, (u64, bool)>,
}

impl Ruled {
    fn warns(&mut self, catalogue: &Arc<Catalogue>, kind: &Kind, record: &StoredRecord) -> bool {
        if self.under.as_ref().is_none_or(|under| !Arc::ptr_eq(under, catalogue)) {
            *self = Ruled { under: Some(catalogue.clone()), by: HashMap::new() };
        }
        let mut input = to_json(kind, &record.state.fields);
        input.retain(|id, _| !id.starts_with('#'));
        let mut content = DefaultHasher::new();
        serde_json::to_string(&input).unwrap_or_default().hash(&mut content);
        let content = content.finish();
        match self.by.get(&record.state.id) {
            Some((of, warns)) if *of == content => *warns,
            _ => {
                let warns = !check(catalogue, kind, &input).issues.is_empty();
                self.by.insert(record.state.id, (content, warns));
                warns
            }
        }
    }
}

fn warns(register: &Register, ruled: &mut Ruled, record: &StoredRecord) -> Result<bool, AppError> {
    let catalogue = register.catalogue();
    let Some(kind) = catalogue.kind_by_num(record.state.kind) else { return Ok(false) };
    if ruled.warns(catalogue, kind, record) {
        return Ok(true);
    }
    let fields = &record.state.fields;
    let day = kind.field(&kind.date_field).and_then(|field| fields.get(&field.num)?.as_day());
    let to = For { unit: &record.state.unit, had: &had(kind, fields) };
    Ok(!here(register, kind, (fields, day), to)?.is_empty())
}

// Branches that stood in the period, less those that some record of it names, or that of what it is about; and how many
// stood.
fn silent(register: &Register, period: &Period) -> Result<(Line, u32), AppError> {
    let heard = register.records_by_place(BRANCH, period)?;
    let mut line = Line::default();
    let stood = standing(register, period)?;
    for record in &stood {
        if !heard.contains_key(&record.state.id.to_string()) {
            line.add(|| named(register, record))?;
        }
    }
    Ok((line, crate::small(stood.len() as u64)))
}

fn odd(figures: &[Figure], before: &[Figure]) -> Vec<String> {
    let was = |code: &str| before.iter().find(|figure| figure.indicator == code)?.value.number();
    let stands_out = |figure: &&Figure| is_odd(figure.value.number(), was(&figure.indicator));
    figures.iter().filter(stands_out).map(|figure| figure.indicator.clone()).collect()
}
