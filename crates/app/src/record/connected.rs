//! Everything that refers to a record, by kind.

use std::collections::BTreeMap;

use sohoi_domain::catalogue::Kind;
use sohoi_domain::{Catalogue, Day, RecordId};
use sohoi_store::{Connected, Register, StoredRecord};

use super::check::kind_of;
use super::read::{MAX_ROWS, add_titles};
use crate::{App, AppError};

/// The list whose codes are told as a history of what they were said of.
const HISTORY_OF: &str = "poverty_class";

#[derive(Clone, Debug)]
pub struct ConnectedKind {
    pub kind: String,
    pub n_total: u32,
    /// Newest day first, with titles.
    pub rows: Vec<(StoredRecord, String)>,
}

/// What a record on some day said of a class.
#[derive(Clone, Debug)]
pub struct State {
    pub day: Day,
    pub code: String,
    pub record: RecordId,
}

#[derive(Clone, Debug)]
pub struct ConnectedTo {
    /// In the order of the catalogue.
    pub groups: Vec<ConnectedKind>,
    pub titles: BTreeMap<RecordId, String>,
    /// Oldest first; of a kind without such a class none.
    pub states: Vec<State>,
}

impl App {
    /// A page of what refers to a record: of every kind, or of one.
    ///
    /// # Errors
    /// `record.unknown_id`, `record.unknown_kind`.
    pub fn record_connected(
        &self,
        id: RecordId,
        only: Option<&str>,
        offset: u32,
        limit: u32,
    ) -> Result<ConnectedTo, AppError> {
        self.with_register(|register| {
            let record = register.record(id)?.ok_or(AppError::UnknownRecord)?;
            let catalogue = register.catalogue().clone();
            let only = only.map(|id| kind_of(&catalogue, id)).transpose()?.map(|kind| kind.num);
            let connected = register.connected(id)?;
            let mut titles = BTreeMap::new();
            let mut groups = Vec::new();
            for (num, n) in connected.kinds().filter(|(num, _)| only.is_none_or(|only| only == *num)) {
                let Some(kind) = catalogue.kind_by_num(num) else { continue };
                let mut rows = Vec::new();
                for record in register.connected_records(&connected, num, offset, limit.min(MAX_ROWS))? {
                    add_titles(register, kind, &record.state.fields, &mut titles)?;
                    let title = register.title(record.state.id)?;
                    rows.push((record, title));
                }
                let n_total = u32::try_from(n).unwrap_or(u32::MAX);
                groups.push(ConnectedKind { kind: kind.id.clone(), n_total, rows });
            }
            let kind = catalogue.kind_by_num(record.state.kind);
            let has_history = only.is_none() && kind.is_some_and(|kind| !classes(kind).is_empty());
            let states = if has_history { states(register, &catalogue, &connected)? } else { Vec::new() };
            Ok(ConnectedTo { groups, titles, states })
        })
    }
}

fn classes(kind: &Kind) -> Vec<sohoi_domain::FieldNum> {
    let of = kind.fields.iter().filter(|field| field.list.as_deref() == Some(HISTORY_OF));
    of.map(|field| field.num).collect()
}

fn states(register: &Register, catalogue: &Catalogue, of: &Connected) -> Result<Vec<State>, AppError> {
    let mut states = Vec::new();
    for (num, _) in of.kinds() {
        let Some(kind) = catalogue.kind_by_num(num) else { continue };
        let classes = classes(kind);
        if classes.is_empty() {
            continue;
        }
        for record in register.connected_records(of, num, 0, MAX_ROWS)? {
            // Of a class before and one after, the one after is what was found on that day.
            let code = classes.iter().rev().find_map(|num| record.state.fields.get(num)?.as_code());
            if let (Some(code), Some(day)) = (code, record.meta.day) {
                states.push(State { day, code: code.to_owned(), record: record.state.id });
            }
        }
    }
    states.sort_by_key(|state| state.day);
    Ok(states)
}
