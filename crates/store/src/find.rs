//! Filters and orders of lists. What they look at is kept in memory, a column at a time from its first use on: to
//! read every record of a kind for each list would take seconds on an old PC.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use rusqlite::params;
use sohoi_domain::catalogue::{Field, FieldType, Kind};
use sohoi_domain::text::{Order, fold_words};
use sohoi_domain::{FieldNum, Fields, KindNum, RecordId, Value};

use crate::db::signed;
use crate::error::StoreError;
use crate::read::View;
use crate::referrer::Referrers;

/// What a field must be for a record to be listed.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    pub field: FieldNum,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// One of these; of a field with several codes, one of them among its own.
    AnyOf(Vec<Value>),
    /// None of these; also where nothing was given.
    NoneOf(Vec<Value>),
    /// A number or a day, both ends with it.
    Between(Option<Value>, Option<Value>),
    /// A text with all these words, each by its beginning, marks or none.
    Words(String),
    Empty,
    Given,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub by: SortBy,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SortBy {
    Title,
    Field(FieldNum),
}

/// More are not kept: all of them are let go of, and those in use come back.
const MAX_COLUMNS: usize = 96;
/// With more changed records than this at once, columns are read anew.
const MAX_CHANGED: usize = 500;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(Vec<u8>),
}

#[derive(Default)]
struct Column {
    values: HashMap<i64, Value>,
    /// Rows in ascending order, those without a value left out; none before it was asked for.
    order: Option<Vec<(Key, i64)>>,
}

/// Columns of a kind that are not kept yet.
struct Lacking<'a> {
    kind: &'a Kind,
    columns: BTreeMap<SortBy, Column>,
}

/// Columns that were asked for, and the records that changed since.
#[derive(Default)]
pub(crate) struct Finder {
    columns: HashMap<(KindNum, SortBy), Column>,
    changed: BTreeSet<RecordId>,
    collation: Order,
    pub referrers: Referrers,
}

impl Finder {
    /// Every transaction says what it changed.
    pub fn note(&mut self, changed: impl Iterator<Item = RecordId> + Clone) {
        self.referrers.note(changed.clone());
        if !self.columns.is_empty() {
            self.changed.extend(changed);
        }
    }

    pub fn forget(&mut self) {
        self.referrers = Referrers::default();
        self.let_go();
    }

    fn let_go(&mut self) {
        self.columns.clear();
        self.changed.clear();
    }

    /// Of these rows, in their order, those that pass; in another order when one is asked for.
    pub fn find(
        &mut self,
        view: View,
        kind: &Kind,
        (filters, sort): (&[Filter], Option<Sort>),
        rows: Vec<i64>,
    ) -> Result<Vec<i64>, StoreError> {
        let mut wanted: BTreeSet<SortBy> = filters.iter().map(|filter| SortBy::Field(filter.field)).collect();
        wanted.extend(sort.map(|sort| sort.by));
        self.have(view, &BTreeMap::from([(kind.num, wanted)]))?;
        let mut rows = rows;
        for filter in filters {
            let Some(column) = self.columns.get(&(kind.num, SortBy::Field(filter.field))) else { continue };
            let test = Ready::of(view, &filter.test)?;
            rows.retain(|row| test.passes(column.values.get(row)));
        }
        match sort {
            Some(sort) => self.sorted(view, kind, sort, rows),
            None => Ok(rows),
        }
    }

    fn sorted(
        &mut self,
        view: View,
        kind: &Kind,
        sort: Sort,
        rows: Vec<i64>,
    ) -> Result<Vec<i64>, StoreError> {
        let Finder { columns, collation, .. } = self;
        let Some(column) = columns.get_mut(&(kind.num, sort.by)) else { return Ok(rows) };
        if column.order.is_none() {
            let keys = Keys::of(view, kind, sort.by, collation);
            column.order = Some(keys.all(&column.values)?);
        }
        let order = column.order.iter().flatten().map(|(_, row)| *row);
        let listed: HashSet<i64> = rows.iter().copied().collect();
        let mut sorted: Vec<i64> = order.filter(|row| listed.contains(row)).collect();
        if sort.descending {
            sorted.reverse();
        }
        // Where nothing was given there is nothing to stand by, whichever way the rest goes.
        sorted.extend(rows.into_iter().filter(|row| !column.values.contains_key(row)));
        Ok(sorted)
    }

    /// Keeps these columns as they are now, all of them at once.
    pub fn have(
        &mut self,
        view: View,
        wanted: &BTreeMap<KindNum, BTreeSet<SortBy>>,
    ) -> Result<(), StoreError> {
        self.follow(view)?;
        let each = wanted.iter().flat_map(|(kind, of)| of.iter().map(|by| (*kind, *by)));
        let n_lacking = each.filter(|column| !self.columns.contains_key(column)).count();
        if self.columns.len() + n_lacking > MAX_COLUMNS {
            self.let_go();
        }
        let mut lacking: BTreeMap<KindNum, Lacking> = BTreeMap::new();
        for (num, of) in wanted {
            let Some(kind) = view.core.catalogue.kind_by_num(*num) else { continue };
            let of = of.iter().filter(|by| !self.columns.contains_key(&(*num, **by)));
            let columns: BTreeMap<SortBy, Column> = of.map(|by| (*by, Column::default())).collect();
            if !columns.is_empty() {
                lacking.insert(*num, Lacking { kind, columns });
            }
        }
        self.load(view, lacking)
    }

    /// What a record has in a column that is kept.
    pub fn value(&self, (kind, field): (KindNum, FieldNum), row: i64) -> Option<&Value> {
        self.columns.get(&(kind, SortBy::Field(field)))?.values.get(&row)
    }

    pub fn values(&self, (kind, field): (KindNum, FieldNum)) -> impl Iterator<Item = &Value> {
        self.columns.get(&(kind, SortBy::Field(field))).into_iter().flat_map(|column| column.values.values())
    }

    pub fn rows(&self, (kind, field): (KindNum, FieldNum)) -> impl Iterator<Item = (i64, &Value)> {
        let column = self.columns.get(&(kind, SortBy::Field(field)));
        column.into_iter().flat_map(|column| column.values.iter().map(|(row, value)| (*row, value)))
    }

    // All kinds in one go: their records lie among each other in the file.
    fn load(&mut self, view: View, mut lacking: BTreeMap<KindNum, Lacking>) -> Result<(), StoreError> {
        if lacking.is_empty() {
            return Ok(());
        }
        let has_ties = view.has_ties()?;
        for (row, kind) in view.rows_of_kinds(|kind| lacking.contains_key(&kind))? {
            let Some(Lacking { kind, columns }) = lacking.get_mut(&kind) else { continue };
            let fields = if has_ties { view.fields_of(row)? } else { view.own_fields_of(row)? };
            for (by, column) in columns {
                let value = view.cell(kind, &fields, *by, has_ties)?;
                column.values.extend(value.map(|value| (row, value)));
            }
        }
        for (num, Lacking { columns, .. }) in lacking {
            self.columns.extend(columns.into_iter().map(|(by, column)| ((num, by), column)));
        }
        Ok(())
    }

    // Brings what is kept up to what was changed since.
    fn follow(&mut self, view: View) -> Result<(), StoreError> {
        let changed = std::mem::take(&mut self.changed);
        if changed.is_empty() {
            return Ok(());
        }
        if changed.len() > MAX_CHANGED {
            self.let_go();
            return Ok(());
        }
        for id in changed {
            let Some(kept) = view.kept_by_id(id)? else { continue };
            // With one of several that are shown as one, others change.
            if view.is_tied(id, kept.id)? || view.was_tied(id, kept.id)? {
                self.let_go();
                return Ok(());
            }
            self.follow_one(view, kept.row.state.kind, kept.id)?;
        }
        Ok(())
    }

    fn follow_one(&mut self, view: View, changed: KindNum, row: i64) -> Result<(), StoreError> {
        let Finder { columns, collation, .. } = self;
        let has_ties = view.has_ties()?;
        // A title that is made of others cannot tell which of its rows has changed.
        columns.retain(|(num, by), _| {
            let kind = view.core.catalogue.kind_by_num(*num);
            let is_made_of_others = kind.is_none_or(|kind| speaks_of(view, kind, *by, changed));
            *num == changed || *by != SortBy::Title || !is_made_of_others
        });
        for ((num, by), column) in columns.iter_mut() {
            let Some(kind) = view.core.catalogue.kind_by_num(*num) else { continue };
            if speaks_of(view, kind, *by, changed) {
                column.order = None;
            }
            if *num != changed {
                continue;
            }
            column.values.remove(&row);
            let value = match view.is_listed(row)? {
                true => view.cell(kind, &view.fields_of(row)?, *by, has_ties)?,
                false => None,
            };
            if let Some(order) = &mut column.order {
                order.retain(|(_, other)| *other != row);
                if let Some(value) = &value {
                    let key = Keys::of(view, kind, *by, collation).of_value(value)?;
                    let at = order.partition_point(|one| *one < (key.clone(), row));
                    order.insert(at, (key, row));
                }
            }
            column.values.extend(value.map(|value| (row, value)));
        }
        Ok(())
    }
}

// True when titles of that kind are what a column shows or stands by.
fn speaks_of(view: View, kind: &Kind, by: SortBy, other: KindNum) -> bool {
    let to = |field: &Field| {
        let target = field.ref_kind.as_deref().and_then(|id| view.core.catalogue.kind(id));
        target.is_some_and(|target| target.num == other)
    };
    match by {
        SortBy::Field(num) => kind.field_by_num(num).is_some_and(to),
        // Titles of records that a title is made of may be made of others in turn.
        SortBy::Title => {
            kind.title.iter().filter_map(|id| kind.field(id)).any(|field| field.ref_kind.is_some())
        }
    }
}

/// A test with what does not change from row to row.
enum Ready<'a> {
    Plain(&'a Test),
    Words(Vec<String>),
    Refs(HashSet<RecordId>, bool),
}

impl<'a> Ready<'a> {
    fn of(view: View, test: &'a Test) -> Result<Ready<'a>, StoreError> {
        Ok(match test {
            Test::Words(typed) => Ready::Words(fold_words(typed)),
            Test::AnyOf(values) | Test::NoneOf(values) if values.iter().any(|v| v.as_ref_id().is_some()) => {
                let ids = values.iter().filter_map(Value::as_ref_id).map(|id| view.shown_id(id));
                Ready::Refs(ids.collect::<Result<_, _>>()?, matches!(test, Test::AnyOf(_)))
            }
            _ => Ready::Plain(test),
        })
    }

    fn passes(&self, value: Option<&Value>) -> bool {
        match self {
            Ready::Refs(ids, wanted) => {
                value.and_then(Value::as_ref_id).is_some_and(|id| ids.contains(&id)) == *wanted
            }
            Ready::Words(asked) => value.and_then(Value::as_text).is_some_and(|text| {
                let words = fold_words(text);
                asked.iter().all(|asked| words.iter().any(|word| word.starts_with(asked)))
            }),
            Ready::Plain(test) => passes(test, value),
        }
    }
}

fn passes(test: &Test, value: Option<&Value>) -> bool {
    let is_one = |values: &[Value]| match value {
        Some(Value::Codes(codes)) => {
            values.iter().filter_map(Value::as_code).any(|one| codes.iter().any(|c| c == one))
        }
        Some(value) => values.contains(value),
        None => false,
    };
    match test {
        Test::AnyOf(values) => is_one(values),
        Test::NoneOf(values) => !is_one(values),
        Test::Between(from, to) => value.is_some_and(|value| {
            let within = |end: &Option<Value>, is_from: bool| match (end, value) {
                (None, _) => true,
                (Some(Value::Int(end)), Value::Int(n)) => {
                    if is_from {
                        n >= end
                    } else {
                        n <= end
                    }
                }
                (Some(Value::Day(end)), Value::Day(day)) => {
                    if is_from {
                        day >= end
                    } else {
                        day <= end
                    }
                }
                _ => false,
            };
            within(from, true) && within(to, false)
        }),
        Test::Empty => value.is_none(),
        Test::Given => value.is_some(),
        Test::Words(_) => false,
    }
}

/// Makes what a column is ordered by.
struct Keys<'a> {
    view: View<'a>,
    field: Option<&'a Field>,
    person: bool,
    collation: &'a Order,
}

impl<'a> Keys<'a> {
    fn of(view: View<'a>, kind: &'a Kind, by: SortBy, collation: &'a Order) -> Keys<'a> {
        let field = match by {
            SortBy::Field(num) => kind.field_by_num(num),
            SortBy::Title => None,
        };
        let named = match by {
            SortBy::Field(_) => field,
            SortBy::Title => kind.title.first().and_then(|id| kind.field(id)),
        };
        Keys { view, field, person: named.is_some_and(Field::is_person_name), collation }
    }

    fn all(&self, values: &HashMap<i64, Value>) -> Result<Vec<(Key, i64)>, StoreError> {
        let mut titles: HashMap<RecordId, Key> = HashMap::new();
        let mut order = Vec::with_capacity(values.len());
        for (row, value) in values {
            let key = match value.as_ref_id() {
                Some(id) => match titles.get(&id) {
                    Some(key) => key.clone(),
                    None => titles.entry(id).or_insert(self.of_value(value)?).clone(),
                },
                None => self.of_value(value)?,
            };
            order.push((key, *row));
        }
        order.sort_unstable();
        Ok(order)
    }

    fn of_value(&self, value: &Value) -> Result<Key, StoreError> {
        Ok(match value {
            Value::Int(n) => Key::Number(*n),
            Value::Day(day) => Key::Number(day.number().into()),
            Value::Bool(yes) => Key::Number((*yes).into()),
            Value::Text(text) if self.person => Key::Text(self.person_key(text)),
            Value::Text(text) => Key::Text(self.collation.key(text)),
            Value::Code(code) => Key::Number(self.place(code)),
            Value::Codes(codes) => Key::Number(codes.first().map_or(i64::MAX, |code| self.place(code))),
            Value::Ref(id) => {
                let title = self.view.shown_title(*id)?;
                let is_person = self.view.is_named_as_person(self.field);
                Key::Text(if is_person {
                    self.collation.person_key(&title)
                } else {
                    self.collation.key(&title)
                })
            }
            Value::Lines(_) | Value::Pseudonym(_) => Key::Number(0),
        })
    }

    fn person_key(&self, text: &str) -> Vec<u8> {
        let Some((full, given)) = text.split_once('\n') else { return self.collation.person_key(text) };
        let mut key = self.collation.key(given);
        key.push(0);
        key.extend(self.collation.key(full));
        key
    }

    // A list is in the order in which its codes are offered.
    fn place(&self, code: &str) -> i64 {
        let list = self.field.and_then(|field| self.view.core.catalogue.list(field.list.as_deref()?));
        let place = list.and_then(|list| list.items.iter().position(|item| item.code == code));
        place.and_then(|place| i64::try_from(place).ok()).unwrap_or(i64::MAX)
    }
}

impl View<'_> {
    fn is_named_as_person(&self, field: Option<&Field>) -> bool {
        let kind = field.and_then(|field| self.core.catalogue.kind(field.ref_kind.as_deref()?));
        let title = kind.and_then(|kind| kind.field(kind.title.first()?));
        title.is_some_and(Field::is_person_name)
    }

    /// Listed records of some kinds, in the order in which they lie in the file: each of its pages is read and
    /// deciphered once. Which they are is read from the index of days; the records themselves are many times that.
    pub fn rows_of_kinds(&self, is_one: impl Fn(KindNum) -> bool) -> Result<Vec<(i64, KindNum)>, StoreError> {
        let sql = "SELECT id, kind FROM record INDEXED BY record_by_day WHERE hidden = 0";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, KindNum(row.get(1)?))))?;
        let mut rows: Vec<(i64, KindNum)> = rows.collect::<rusqlite::Result<_>>()?;
        rows.retain(|(_, kind)| is_one(*kind));
        rows.sort_unstable();
        Ok(rows)
    }

    // Also one that stands for itself again, which another showed until now.
    fn was_tied(&self, id: RecordId, row: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (
                     SELECT 1 FROM named_kept WHERE record = ?1 OR (kept_device = ?2 AND kept_n = ?3)
                   )";
        let mut find = self.conn.prepare_cached(sql)?;
        Ok(find.query_row(params![row, signed(id.device.0), id.n], |row| row.get(0))?)
    }

    fn is_listed(&self, row: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM record WHERE id = ?1 AND hidden = 0)";
        Ok(self.conn.prepare_cached(sql)?.query_row([row], |row| row.get(0))?)
    }

    fn own_fields_of(&self, row: i64) -> Result<Fields, StoreError> {
        Ok(self.kept(row)?.ok_or(StoreError::Damaged)?.row.state.fields)
    }

    fn fields_of(&self, row: i64) -> Result<Fields, StoreError> {
        let kept = self.kept(row)?.ok_or(StoreError::Damaged)?;
        Ok(self.shape(&kept)?.state.fields)
    }

    // What a record shows in a column.
    fn cell(
        &self,
        kind: &Kind,
        fields: &Fields,
        by: SortBy,
        has_ties: bool,
    ) -> Result<Option<Value>, StoreError> {
        Ok(match by {
            SortBy::Title => {
                let mut title = self.title_of_fields(kind.num, fields)?;
                // A title is one line, so what a person stands by instead of her last word has room below it.
                let given = kind.field("given_name").and_then(|field| fields.get(&field.num)?.as_text());
                if let Some(given) = given.filter(|_| !title.is_empty()) {
                    title = format!("{title}\n{given}");
                }
                (!title.is_empty()).then_some(Value::Text(title))
            }
            SortBy::Field(num) => match fields.get(&num) {
                Some(Value::Ref(id)) if has_ties => Some(Value::Ref(self.shown_id(*id)?)),
                Some(Value::Codes(codes)) if codes.is_empty() => None,
                value => value.cloned(),
            },
        })
    }
}

/// True for a field that a list can be narrowed by.
pub fn can_filter(field: &Field) -> bool {
    match field.field_type {
        FieldType::Text
        | FieldType::Integer
        | FieldType::Decimal
        | FieldType::Money
        | FieldType::Date
        | FieldType::Year
        | FieldType::Bool
        | FieldType::Code
        | FieldType::Codes
        | FieldType::Ref => true,
        FieldType::LongText | FieldType::Lines | FieldType::Photos | FieldType::Pseudonym => false,
    }
}
