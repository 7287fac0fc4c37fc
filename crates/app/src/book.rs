//! A kind of record as a book: who is in it, at one place or with one mark, and what they come to together.
//!
//! What is counted has no names: numbers by place, by code and by age.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError};

use sohoi_domain::catalogue::{Field, FieldType, Kind, Nature};
use sohoi_domain::text::Order;
use sohoi_domain::{Catalogue, Day, DeviceId, Period, RecordId, Value};
use sohoi_store::{Register, Seen, StoredRecord};

use crate::checklist::{PLACES, Place, all, place_of, places_by};
use crate::record::{add_titles, kind_of};
use crate::{App, AppError};

/// Most rows of one answer.
const MAX_ROWS: u32 = 500;

/// What a book is opened for. All conditions hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BookQuery {
    pub kind: String,
    /// Field of a place, and its value as in [`Place`].
    pub place: Option<(String, String)>,
    /// Codes by field, `true` and `false` for yes and no, empty for what is not given.
    pub marks: BTreeMap<String, String>,
    /// Calendar and label.
    pub period: Option<(String, String)>,
    /// A code or yes/no field by which ages are counted apart as well.
    pub ages_by: Option<String>,
    pub offset: u32,
    pub limit: u32,
}

/// Records of one age, and of these those under each code of [`BookQuery::ages_by`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aged {
    pub n: u32,
    pub by: BTreeMap<String, u32>,
}

/// Records of which a field says the same; those that say nothing are under an empty code.
#[derive(Clone, Debug)]
pub struct Tally {
    pub field: String,
    pub counts: BTreeMap<String, u32>,
}

/// A place with its records, and those by the code of a field.
#[derive(Clone, Debug)]
pub struct Cross {
    pub place: Place,
    pub tallies: Vec<Tally>,
}

#[derive(Clone, Debug)]
pub struct Book {
    /// People by given name in the order of the Vietnamese alphabet; what happened, the newest first.
    pub rows: Vec<(StoredRecord, String)>,
    pub n_total: u32,
    pub titles: BTreeMap<RecordId, String>,
    /// Of every place what the other conditions leave.
    pub places: Vec<Cross>,
    pub tallies: Vec<Tally>,
    /// By the age from which a band of ten years begins; none is those whose year of birth is not known.
    pub ages: BTreeMap<Option<u32>, Aged>,
}

/// A book without its rows' content, as long as nothing is written: scrolling in it asks for one piece after the
/// other, and every one of them is of the same whole.
pub(crate) struct Whole {
    of: (BookQuery, Day, Seen, DeviceId),
    catalogue: Arc<Catalogue>,
    /// In their order.
    rows: Vec<RecordId>,
    places: Vec<Cross>,
    tallies: Vec<Tally>,
    ages: BTreeMap<Option<u32>, Aged>,
}

impl App {
    /// # Errors
    /// `record.unknown_kind`, `period.unknown`, `usage.bad_request` for a place or field that the kind does not have.
    pub fn book(&self, query: &BookQuery) -> Result<Book, AppError> {
        let period = match &query.period {
            Some((calendar, label)) => Some(self.period(calendar, label)?),
            None => None,
        };
        let today = self.today();
        self.with_register(|register| {
            let catalogue = register.catalogue().clone();
            let all = BookQuery { offset: 0, limit: 0, ..query.clone() };
            let of = (all, today, register.heads()?, register.identity().device);
            let mut kept = self.book.lock().unwrap_or_else(PoisonError::into_inner);
            let is_of = |whole: &Whole| whole.of == of && Arc::ptr_eq(&whole.catalogue, &catalogue);
            let whole = match kept.take().filter(is_of) {
                Some(whole) => whole,
                None => whole(register, (query, period.as_ref()), of, catalogue)?,
            };
            let (rows, titles) = page(register, &whole.rows, query)?;
            let book = Book {
                rows,
                titles,
                n_total: crate::small(whole.rows.len() as u64),
                places: whole.places.clone(),
                tallies: whole.tallies.clone(),
                ages: whole.ages.clone(),
            };
            *kept = Some(whole);
            Ok(book)
        })
    }
}

fn whole(
    register: &Register,
    (query, period): (&BookQuery, Option<&Period>),
    of: (BookQuery, Day, Seen, DeviceId),
    catalogue: Arc<Catalogue>,
) -> Result<Whole, AppError> {
    let today = of.1;
    let kind = kind_of(&catalogue, &query.kind)?;
    let mut records = all(register, kind)?;
    records.retain(|record| !is_closed(kind, record, today));
    if let Some(period) = period {
        let within = |day: Day| period.first <= day && day <= period.last;
        records.retain(|record| record.meta.day.is_some_and(within));
    }
    for (field, code) in &query.marks {
        let field = kind.field(field).ok_or(AppError::BadRequest("marks"))?;
        records.retain(|record| code_of(record.state.fields.get(&field.num)) == *code);
    }
    let mut places = Vec::new();
    let mut here = None;
    for field in PLACES.into_iter().filter(|field| kind.field(field).is_some()) {
        let values: Vec<String> = values_of(register, kind, field, &records)?;
        places.extend(crosses(register, kind, field, &records, &values)?);
        if let Some((_, value)) = query.place.as_ref().filter(|(of, _)| of == field) {
            here = Some(values.iter().map(|one| one == value).collect::<Vec<_>>());
        }
    }
    if query.place.is_some() {
        let here = here.ok_or(AppError::BadRequest("place"))?;
        let mut here = here.into_iter();
        records.retain(|_| here.next().unwrap_or(false));
    }
    let by = query.ages_by.as_deref().map(|id| kind.field(id).ok_or(AppError::BadRequest("ages_by")));
    let (tallies, ages) = (tallies(kind, &records), ages(kind, &records, by.transpose()?, today));
    let rows = in_order(register, kind, records)?;
    Ok(Whole { of, rows, places, tallies, ages, catalogue: catalogue.clone() })
}

// Who is followed no longer is in no book; the list of the kind has them still.
fn is_closed(kind: &Kind, record: &StoredRecord, today: Day) -> bool {
    let closed = kind.field("closed_on").and_then(|field| record.state.fields.get(&field.num));
    closed.and_then(Value::as_day).is_some_and(|day| day <= today)
}

type Page = (Vec<(StoredRecord, String)>, BTreeMap<RecordId, String>);

fn page(register: &Register, all: &[RecordId], query: &BookQuery) -> Result<Page, AppError> {
    let catalogue = register.catalogue().clone();
    let kind = kind_of(&catalogue, &query.kind)?;
    let (mut rows, mut titles) = (Vec::new(), BTreeMap::new());
    for id in all.iter().skip(query.offset as usize).take(query.limit.min(MAX_ROWS) as usize) {
        let record = register.record(*id)?.ok_or(AppError::UnknownRecord)?;
        add_titles(register, kind, &record.state.fields, &mut titles)?;
        let title = register.title_of(record.state.kind, &record.state.fields)?;
        let title = if title.is_empty() { id.short_code() } else { title };
        rows.push((record, title));
    }
    Ok((rows, titles))
}

fn in_order(register: &Register, kind: &Kind, records: Vec<StoredRecord>) -> Result<Vec<RecordId>, AppError> {
    if kind.nature != Nature::Register {
        return Ok(records.into_iter().map(|record| record.state.id).collect());
    }
    let order = Order::default();
    // A name that does not end in the given name has it in a field of its own.
    let given = kind.field("given_name").map(|field| field.num);
    let mut keyed = Vec::with_capacity(records.len());
    for record in records {
        let (id, fields) = (record.state.id, &record.state.fields);
        let title = register.title_of(record.state.kind, fields)?;
        let title = if title.is_empty() { id.short_code() } else { title };
        let given = given.and_then(|num| fields.get(&num)).and_then(Value::as_text);
        let name = given.map_or_else(|| title.clone(), |given| format!("{title} {given}"));
        keyed.push((order.person_key(&name), id));
    }
    keyed.sort_unstable();
    Ok(keyed.into_iter().map(|(_, id)| id).collect())
}

fn values_of(
    register: &Register,
    kind: &Kind,
    field: &str,
    records: &[StoredRecord],
) -> Result<Vec<String>, AppError> {
    records.iter().map(|record| Ok(place_of(register, kind, field, record)?.0)).collect()
}

fn crosses(
    register: &Register,
    kind: &Kind,
    field: &str,
    records: &[StoredRecord],
    values: &[String],
) -> Result<Vec<Cross>, AppError> {
    let mut by_place: BTreeMap<&str, Vec<&StoredRecord>> = BTreeMap::new();
    for (record, value) in records.iter().zip(values) {
        by_place.entry(value).or_default().push(record);
    }
    let cross = |place: Place| {
        let here = by_place.get(place.value.as_str()).map_or(&[][..], Vec::as_slice);
        Cross { tallies: tallies(kind, here), place }
    };
    Ok(places_by(register, kind, field, records, &|_| true)?.into_iter().map(cross).collect())
}

// As it is counted: a code, yes or no, or nothing.
fn code_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::Code(code)) => code.clone(),
        Some(Value::Bool(yes)) => yes.to_string(),
        _ => String::new(),
    }
}

fn tallies<R: std::borrow::Borrow<StoredRecord>>(kind: &Kind, records: &[R]) -> Vec<Tally> {
    let counted = |field: &&Field| matches!(field.field_type, FieldType::Code | FieldType::Bool);
    let tally = |field: &Field| {
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for record in records {
            *counts.entry(code_of(record.borrow().state.fields.get(&field.num))).or_default() += 1;
        }
        Tally { field: field.id.clone(), counts }
    };
    kind.fields.iter().filter(counted).map(tally).collect()
}

fn ages(
    kind: &Kind,
    records: &[StoredRecord],
    by: Option<&Field>,
    today: Day,
) -> BTreeMap<Option<u32>, Aged> {
    let of = |id: &str| kind.field(id).map(|field| field.num);
    let (year, head, date) = (of("birth_year"), of("head_birth_year"), of("birth_date"));
    let mut ages: BTreeMap<Option<u32>, Aged> = BTreeMap::new();
    if year.is_none() && head.is_none() {
        return ages;
    }
    for record in records {
        let fields = &record.state.fields;
        let given = year.or(head).and_then(|num| fields.get(&num)).and_then(Value::as_int);
        let born = date.and_then(|num| fields.get(&num)).and_then(Value::as_day);
        let born = given.or_else(|| born.map(|day| i64::from(day.year())));
        let age = born.and_then(|born| u32::try_from(i64::from(today.year()) - born).ok());
        let aged = ages.entry(age.map(|age| age / 10 * 10)).or_default();
        aged.n += 1;
        if let Some(by) = by {
            *aged.by.entry(code_of(fields.get(&by.num))).or_default() += 1;
        }
    }
    ages
}
