use std::collections::BTreeMap;

use sohoi_domain::catalogue::Kind;
use sohoi_domain::figure::Window;
use sohoi_domain::record::references;
use sohoi_domain::{DeviceId, Period, RecordId, Version};
use sohoi_store::{LinkRow, MissingReference, RecordQuery, Register, StoredChange, StoredRecord};

use super::check::kind_of;
use super::filter::{self, FilterInput};
use crate::{App, AppError};

/// Most rows of one answer.
pub const MAX_ROWS: u32 = 500;

/// What to list. All conditions hold together.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub kind: Option<String>,
    pub search: Option<String>,
    /// Calendar and label.
    pub period: Option<(String, String)>,
    /// Records behind a figure of the period.
    pub indicator: Option<String>,
    /// Of that figure one part: field of a dimension and code, empty for what is not given.
    pub part: Option<(String, String)>,
    /// Of the kind's fields, so that they need a kind.
    pub filters: Vec<FilterInput>,
    /// `title`, `day`, or a field, with `-` before it the other way round; none for the newest day first.
    pub sort: Option<String>,
    pub offset: u32,
    pub limit: u32,
}

/// A record with the titles of those it refers to.
#[derive(Clone, Debug)]
pub struct Shown {
    pub record: StoredRecord,
    pub author: String,
    pub title: String,
    pub titles: BTreeMap<RecordId, String>,
    /// References to records that are absent or erased: flagged, not broken.
    pub missing: Vec<MissingReference>,
    /// The record that is shown in the place of this one, with its title.
    pub kept: Option<(RecordId, String)>,
    /// Records that gave way to this one, with the titles that they would have.
    pub given_way: Vec<(RecordId, String)>,
}

#[derive(Clone, Debug)]
pub struct Listed {
    pub rows: Vec<(StoredRecord, String)>,
    pub n_total: u32,
    pub titles: BTreeMap<RecordId, String>,
}

#[derive(Clone, Debug)]
pub struct History {
    /// Newest first.
    pub changes: Vec<StoredChange>,
    /// Names that are known here, by device and number there.
    pub authors: BTreeMap<(DeviceId, u32), String>,
    pub titles: BTreeMap<RecordId, String>,
    /// By the change that said so, what became of links to and from other records. Of a record that gave way to
    /// this one its change stands among the others.
    pub links: BTreeMap<Version, Vec<LinkRow>>,
    /// Own titles of the records that links lead to and from.
    pub linked: BTreeMap<RecordId, String>,
}

impl App {
    pub fn record_show(&self, id: RecordId) -> Result<Shown, AppError> {
        self.with_register(|register| {
            let record = register.record(id)?.ok_or(AppError::UnknownRecord)?;
            let catalogue = register.catalogue().clone();
            let kind = catalogue.kind_by_num(record.state.kind);
            let mut titles = BTreeMap::new();
            let mut missing = Vec::new();
            if let Some(kind) = kind {
                add_titles(register, kind, &record.state.fields, &mut titles)?;
                missing = register.missing_references(&kind.id, &record.state.fields)?;
            }
            let title = register.title_of(record.state.kind, &record.state.fields)?;
            let title = if title.is_empty() { id.short_code() } else { title };
            let author =
                register.officer_of(record.meta.author_device, record.meta.author)?.unwrap_or_default();
            let kept = register.shown_id(id)?;
            let kept = if kept == id { None } else { Some((kept, register.title(kept)?)) };
            let given_way = given_way(register, id)?;
            Ok(Shown { record, author, title, titles, missing, kept, given_way })
        })
    }

    pub fn record_list(&self, query: &Query) -> Result<Listed, AppError> {
        let period = match &query.period {
            Some((calendar, label)) => Some(self.period(calendar, label)?),
            None => None,
        };
        let store_query = self.store_query(query, period.as_ref())?;
        self.with_register(|register| {
            let (records, n_total) = register.records(&store_query)?;
            let mut titles = BTreeMap::new();
            let catalogue = register.catalogue().clone();
            let mut rows = Vec::with_capacity(records.len());
            for record in records {
                let kind = catalogue.kind_by_num(record.state.kind);
                if let Some(kind) = kind {
                    add_titles(register, kind, &record.state.fields, &mut titles)?;
                }
                let title = register.title_of(record.state.kind, &record.state.fields)?;
                let title = if title.is_empty() { record.state.id.short_code() } else { title };
                rows.push((record, title));
            }
            Ok(Listed { rows, n_total: u32::try_from(n_total).unwrap_or(u32::MAX), titles })
        })
    }

    fn store_query(&self, query: &Query, period: Option<&Period>) -> Result<RecordQuery, AppError> {
        let catalogue = self.catalogue();
        let kind = query.kind.as_deref().map(|id| kind_of(&catalogue, id)).transpose()?;
        let (indicator, part) = match (&query.indicator, period) {
            (Some(code), Some(period)) => {
                let indicator = catalogue.indicator(code).ok_or(AppError::UnknownIndicator)?;
                let part = query.part.as_ref().map(|(field, code)| {
                    let at = indicator.by.iter().position(|of| of == field);
                    let code = Some(code.clone()).filter(|code| !code.is_empty());
                    at.map(|at| (at, code)).ok_or(AppError::BadRequest("part_field"))
                });
                (Some((indicator.num, Window::of(indicator.time, period))), part.transpose()?)
            }
            (Some(_), None) => return Err(AppError::BadRequest("period")),
            (None, _) if query.part.is_some() => return Err(AppError::BadRequest("indicator")),
            (None, _) => (None, None),
        };
        Ok(RecordQuery {
            filters: filter::filters(kind, &query.filters)?,
            sort: filter::sort(kind, query.sort.as_deref())?,
            kind: kind.map(|kind| kind.id.clone()),
            search: query.search.clone().filter(|text| !text.trim().is_empty()),
            // The facts of a stock begin before the period, so there the window decides alone.
            days: period.filter(|_| indicator.is_none()).map(|period| (period.first, period.last)),
            indicator,
            part,
            offset: query.offset,
            limit: query.limit.min(MAX_ROWS),
        })
    }

    pub fn record_history(&self, id: RecordId) -> Result<History, AppError> {
        self.with_register(|register| {
            let mut changes = register.history(id)?;
            if changes.is_empty() {
                return Err(AppError::UnknownRecord);
            }
            let (links, linked) = links(register, id, &mut changes)?;
            let mut authors = BTreeMap::new();
            let mut titles = BTreeMap::new();
            let catalogue = register.catalogue().clone();
            for stored in &changes {
                let author = (stored.device, stored.change.author);
                if let Some(name) = register.officer_of(author.0, author.1)? {
                    authors.insert(author, name);
                }
                let fields = stored
                    .change
                    .fields
                    .iter()
                    .filter_map(|(num, value)| Some((*num, value.clone()?)))
                    .collect();
                if let Some(kind) = catalogue.kind_by_num(stored.change.kind) {
                    add_titles(register, kind, &fields, &mut titles)?;
                }
            }
            Ok(History { changes, authors, titles, links, linked })
        })
    }
}

type Links = (BTreeMap<Version, Vec<LinkRow>>, BTreeMap<RecordId, String>);

// Puts what other records said of this one where it belongs among its own changes, by the stamps.
fn links(register: &Register, id: RecordId, changes: &mut Vec<StoredChange>) -> Result<Links, AppError> {
    let mut links: BTreeMap<Version, Vec<LinkRow>> = BTreeMap::new();
    let mut linked = BTreeMap::new();
    for (link, stored) in register.links(id)? {
        let is_known = links.contains_key(&link.by);
        links.entry(link.by).or_default().push(link);
        if link.record != id && !is_known {
            let at = changes.iter().position(|own| own.change.hlc <= stored.change.hlc);
            changes.insert(at.unwrap_or(changes.len()), stored);
        }
        let other = if link.record == id { link.kept } else { link.record };
        if let Some(record) = register.record(other)? {
            linked.insert(other, register.title_of(record.state.kind, &record.state.fields)?);
        }
    }
    Ok((links, linked))
}

fn given_way(register: &Register, to: RecordId) -> Result<Vec<(RecordId, String)>, AppError> {
    let mut found = Vec::new();
    for id in register.given_way(to)? {
        let record = register.record(id)?.ok_or(AppError::UnknownRecord)?;
        found.push((id, register.title_of(record.state.kind, &record.state.fields)?));
    }
    Ok(found)
}

pub(crate) fn add_titles(
    register: &Register,
    kind: &Kind,
    fields: &sohoi_domain::Fields,
    titles: &mut BTreeMap<RecordId, String>,
) -> Result<(), AppError> {
    for (_, _, id) in references(kind, fields) {
        if titles.contains_key(&id) {
            continue;
        }
        titles.insert(id, register.title(id)?);
    }
    Ok(())
}
