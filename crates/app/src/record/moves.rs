//! Who comes and goes: each move counts once, and a person's status follows the newest of them.
//!
//! Which way a move counts is what the catalogue's figure of those who are there says of it.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::catalogue::{Count, Field, FieldType, Kind, Measure, RuleLevel, TimeKind};
use sohoi_domain::fact::facts_of;
use sohoi_domain::record::{Issue, IssueCode};
use sohoi_domain::{Catalogue, Day, FieldNum, Fields, RecordId, Value};
use sohoi_store::{Coded, Register, StoredRecord};

use crate::AppError;
use crate::undo::Edited;

/// Moves of one person that are looked through.
const MAX_MOVES: u32 = 200;

/// Status of whoever came or has been there, and who left it by a move.
const ACTIVE: &str = "active";
const LEFT: &str = "left";
const AFTER: [(&str, &str); 1] = [("died", "dead")];

/// A record of a move as it will be; none when it is taken out.
pub(super) struct Written<'a> {
    pub id: Option<RecordId>,
    pub fields: Option<&'a Fields>,
}

struct Move {
    id: Option<RecordId>,
    day: Day,
    /// 1 for who came, -1 for who went.
    way: i64,
    event: String,
}

/// A kind of moves, and what of it says whose and which.
struct Moves<'a> {
    catalogue: &'a Catalogue,
    kind: &'a Kind,
    figure: u16,
    subject: &'a Field,
    event: &'a Field,
}

impl<'a> Moves<'a> {
    fn of(catalogue: &'a Catalogue, kind: &'a Kind) -> Option<Moves<'a>> {
        let counts_who_is_there = |measure: &Measure, time: TimeKind| match measure {
            Measure::Records(of) => {
                of.kind == kind.num && time != TimeKind::Flow && matches!(of.count, Count::Net { .. })
            }
            _ => false,
        };
        let mut figures = catalogue.indicators.iter();
        let figure = figures.find(|figure| counts_who_is_there(&figure.measure, figure.time))?.num;
        let subject =
            kind.fields.iter().find(|field| field.field_type == FieldType::Ref && field.required)?;
        let event = kind.fields.iter().find(|field| field.list.as_deref() == Some("membership_event"))?;
        Some(Moves { catalogue, kind, figure, subject, event })
    }

    fn subject_of(&self, fields: &Fields) -> Option<RecordId> {
        match fields.get(&self.subject.num) {
            Some(Value::Ref(id)) => Some(*id),
            _ => None,
        }
    }

    fn read(&self, id: Option<RecordId>, fields: &Fields) -> Option<Move> {
        let facts = facts_of(self.catalogue, self.kind, fields);
        let fact = facts.into_iter().find(|fact| fact.indicator == self.figure)?;
        let event = fields.get(&self.event.num)?.as_code()?.to_owned();
        Some(Move { id, day: fact.first, way: fact.value, event })
    }

    fn codes_of_who_came(&self) -> BTreeSet<String> {
        let items = self.event.list.as_deref().and_then(|list| self.catalogue.list(list));
        let codes = items.into_iter().flat_map(|list| list.items.iter().map(|item| item.code.clone()));
        codes.filter(|code| self.way_of(code) > 0).collect()
    }

    fn way_of(&self, code: &str) -> i64 {
        let day = self.kind.field(&self.kind.date_field).map(|field| (field.num, Value::Day(Day::MAX)));
        let fields = day.into_iter().chain([(self.event.num, Value::Code(code.into()))]).collect();
        self.read(None, &fields).map_or(0, |one| one.way)
    }

    /// The oldest first. None when nobody like that is in the register.
    fn stored(
        &self,
        register: &Register,
        subject: RecordId,
    ) -> Result<Option<(StoredRecord, Vec<Move>)>, AppError> {
        let Some(person) = register.record(subject)?.filter(|person| !person.state.erased) else {
            return Ok(None);
        };
        let connected = register.connected(subject)?;
        let records = register.connected_records(&connected, self.kind.num, 0, MAX_MOVES)?;
        let read = |one: &StoredRecord| self.read(Some(one.state.id), &one.state.fields);
        let mut moves: Vec<Move> = records.iter().filter_map(read).collect();
        moves.sort_by_key(|one| (one.day, one.id));
        Ok(Some((person, moves)))
    }
}

/// What would be counted twice, or was never counted. Only told: the register may have begun in between.
pub(super) fn told(
    register: &Register,
    kind: &Kind,
    fields: &Fields,
    except: Option<RecordId>,
) -> Result<Option<Issue>, AppError> {
    let catalogue = register.catalogue();
    let Some(of) = Moves::of(catalogue, kind) else { return Ok(None) };
    let Some(subject) = of.subject_of(fields) else { return Ok(None) };
    let Some((_, moves)) = of.stored(register, subject)? else { return Ok(None) };
    let Some(new) = of.read(except, fields) else { return Ok(None) };
    let others = || moves.iter().filter(|one| one.id != except);
    let before = others().rfind(|one| one.day <= new.day);
    let next = others().find(|one| one.day > new.day);
    let same = [before, next].into_iter().flatten().find(|one| one.way == new.way);
    let issue = |code| Issue { level: RuleLevel::Warning, ..Issue::error(&of.event.id, code) };
    Ok(match (same, new.way) {
        (Some(same), 1..) => Some(issue(IssueCode::CountedAlready).with("day", same.day)),
        (Some(same), _) => Some(issue(IssueCode::GoneAlready).with("day", same.day)),
        (None, ..0) if before.is_none() => Some(issue(IssueCode::NeverCounted)),
        _ => None,
    })
}

/// Who is there by the register and was never counted, as nothing says when they came: how many, and the first few.
pub(crate) fn uncounted(register: &Register, limit: usize) -> Result<(Vec<StoredRecord>, u64), AppError> {
    let catalogue = register.catalogue();
    let Some(of) = catalogue.kinds.iter().find_map(|kind| Moves::of(catalogue, kind)) else {
        return Ok((Vec::new(), 0));
    };
    let person = of.subject.ref_kind.as_deref().and_then(|id| catalogue.kind(id));
    let status = person.and_then(|person| Some((person.num, status_field(person)?)));
    let Some((kind, field)) = status else { return Ok((Vec::new(), 0)) };
    let there = Coded { kind, field, codes: BTreeSet::from([ACTIVE.to_string()]) };
    let came = Coded { kind: of.kind.num, field: of.event.num, codes: of.codes_of_who_came() };
    Ok(register.unnamed(&there, (&came, of.subject.num), limit)?)
}

fn status_field(person: &Kind) -> Option<FieldNum> {
    person.fields.iter().find(|field| field.list.as_deref() == Some("member_status")).map(|field| field.num)
}

/// Whose status changes by the moves that are written, and to what. A status that somebody gave by hand, other than
/// the moves before said, stays.
pub(super) fn followed(
    register: &Register,
    kind: &Kind,
    written: &[Written],
) -> Result<Vec<Edited>, AppError> {
    let catalogue = register.catalogue();
    let Some(of) = Moves::of(catalogue, kind) else { return Ok(Vec::new()) };
    let mut subjects: BTreeSet<RecordId> = BTreeSet::new();
    for one in written {
        subjects.extend(one.fields.and_then(|fields| of.subject_of(fields)));
        let stored = one.id.map(|id| register.record(id)).transpose()?.flatten();
        subjects.extend(stored.and_then(|stored| of.subject_of(&stored.state.fields)));
    }
    let mut edits = Vec::new();
    for subject in subjects {
        let Some((person, moves)) = of.stored(register, subject)? else { continue };
        let before = status(&moves);
        let is_written = |one: &Move| written.iter().any(|new| new.id.is_some() && new.id == one.id);
        let mut then: Vec<Move> = moves.into_iter().filter(|one| !is_written(one)).collect();
        let theirs = |one: &&Written| one.fields.and_then(|fields| of.subject_of(fields)) == Some(subject);
        let read = |one: &Written| of.read(one.id, one.fields?);
        then.extend(written.iter().filter(theirs).filter_map(read));
        // Of one day the new ones come last: nobody has a number yet that is higher.
        then.sort_by_key(|one| (one.day, one.id.is_none(), one.id));
        edits.extend(edit(catalogue, &person, before, status(&then)));
    }
    Ok(edits)
}

/// The same of one that is taken out, or put back as it was.
pub(super) fn followed_one(
    register: &Register,
    id: RecordId,
    is_there: bool,
) -> Result<Vec<Edited>, AppError> {
    let Some(record) = register.record(id)? else { return Ok(Vec::new()) };
    let Some(kind) = register.catalogue().kind_by_num(record.state.kind) else { return Ok(Vec::new()) };
    let fields = is_there.then_some(&record.state.fields);
    followed(register, kind, &[Written { id: Some(id), fields }])
}

fn status(moves: &[Move]) -> &'static str {
    let of = |one: &Move| match one.way {
        1.. => ACTIVE,
        _ => AFTER.iter().find(|(event, _)| *event == one.event).map_or(LEFT, |(_, status)| status),
    };
    moves.last().map_or(ACTIVE, of)
}

fn edit(catalogue: &Catalogue, person: &StoredRecord, before: &str, after: &str) -> Option<Edited> {
    let num = status_field(catalogue.kind_by_num(person.state.kind)?)?;
    let held = person.state.fields.get(&num);
    let code = |code: &str| Value::Code(code.into());
    if before == after || held.is_some_and(|held| *held != code(before)) {
        return None;
    }
    let changed = BTreeMap::from([(num, (held.cloned(), Some(code(after))))]);
    Some(Edited { id: person.state.id, fields: changed })
}

/// A record that changed with one that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    pub id: RecordId,
    pub title: String,
    /// Ids of its kind and of the field, and the code that it holds now.
    pub kind: String,
    pub field: String,
    pub code: String,
}

pub(super) fn named(register: &Register, edits: &[Edited]) -> Result<Vec<Followed>, AppError> {
    let mut followed = Vec::new();
    for one in edits {
        let record = register.record(one.id)?.ok_or(AppError::UnknownRecord)?;
        let catalogue = register.catalogue();
        let Some(kind) = catalogue.kind_by_num(record.state.kind) else { continue };
        let title = register.title(one.id)?;
        for (num, (_, after)) in &one.fields {
            let (Some(field), Some(Value::Code(code))) = (kind.field_by_num(*num), after) else { continue };
            let (kind, field) = (kind.id.clone(), field.id.clone());
            followed.push(Followed { id: one.id, title: title.clone(), kind, field, code: code.clone() });
        }
    }
    Ok(followed)
}

/// The whole content of the records that change with it, as they are written.
pub(super) fn wanted(register: &Register, edits: &[Edited]) -> Result<Vec<(RecordId, Fields)>, AppError> {
    let of = |one: &Edited| {
        let mut fields = register.record(one.id)?.ok_or(AppError::UnknownRecord)?.state.fields;
        let after = one.fields.iter().map(|(num, (_, after))| (*num, after.clone()));
        after.for_each(|(num, value): (FieldNum, Option<Value>)| match value {
            Some(value) => drop(fields.insert(num, value)),
            None => drop(fields.remove(&num)),
        });
        Ok((one.id, fields))
    };
    edits.iter().map(of).collect()
}
