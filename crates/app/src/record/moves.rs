//! Who comes and goes: each move counts once, and a person's status follows the newest of them.
//!
//! Which way a move counts is what the catalogue's figure of those who are there says of it.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::catalogue::{Count, Field, FieldType, Kind, Measure, RuleLevel, TimeKind};
use sohoi_domain::fact::facts_of;
use sohoi_domain::record::{Issue, IssueCode};
use sohoi_domain::{Catalogue, Day, FieldNum, Fields, Hlc, KindNum, RecordId, Value};
use sohoi_store::{Active, MovesBy, Operation, Register, StoreError, StoredRecord, Writer};

use crate::AppError;

/// Moves of one person that are looked through.
const MAX_MOVES: u32 = 200;

/// Status of whoever came or has been there, and who left it by a move.
const ACTIVE: &str = "active";
const LEFT: &str = "left";
const AFTER: [(&str, &str); 1] = [("died", "dead")];

/// A record of a move as it will be; none when it is taken out.
#[derive(Clone, Copy)]
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
    /// When it was written; none for one that is being written, which comes last of its day.
    stamp: Option<Hlc>,
}

impl Move {
    fn place(&self) -> (Day, bool, Option<Hlc>, Option<RecordId>) {
        (self.day, self.stamp.is_none(), self.stamp, self.id)
    }
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

    /// Also of who is named by a record that gave way to hers.
    fn subject_of(&self, register: &Register, fields: &Fields) -> Result<Option<RecordId>, AppError> {
        let named = fields.get(&self.subject.num).and_then(Value::as_ref_id);
        Ok(named.map(|id| register.shown_id(id)).transpose()?)
    }

    fn read(&self, id: Option<RecordId>, fields: &Fields, stamp: Option<Hlc>) -> Option<Move> {
        let facts = facts_of(self.catalogue, self.kind, fields);
        let fact = facts.into_iter().find(|fact| fact.indicator == self.figure)?;
        let event = fields.get(&self.event.num)?.as_code()?.to_owned();
        Some(Move { id, day: fact.first, way: fact.value, event, stamp })
    }

    fn codes_of_who_came(&self) -> BTreeSet<String> {
        let items = self.event.list.as_deref().and_then(|list| self.catalogue.list(list));
        let codes = items.into_iter().flat_map(|list| list.items.iter().map(|item| item.code.clone()));
        codes.filter(|code| self.way_of(code) > 0).collect()
    }

    fn way_of(&self, code: &str) -> i64 {
        let day = self.kind.field(&self.kind.date_field).map(|field| (field.num, Value::Day(Day::MAX)));
        let fields = day.into_iter().chain([(self.event.num, Value::Code(code.into()))]).collect();
        self.read(None, &fields, None).map_or(0, |one| one.way)
    }

    /// These moves of a person with those that are written in their places, and the new ones.
    fn with_written(
        &self,
        register: &Register,
        subject: RecordId,
        moves: Vec<Move>,
        written: &[Written],
    ) -> Result<Vec<Move>, AppError> {
        let mut then = Vec::new();
        for one in written {
            let Some(fields) = one.fields else { continue };
            if self.subject_of(register, fields)? != Some(subject) {
                continue;
            }
            let Some(mut new) = self.read(one.id, fields, None) else { continue };
            let old = moves.iter().find(|old| one.id.is_some() && old.id == one.id);
            new.stamp = old.filter(|old| old.event == new.event).and_then(|old| old.stamp);
            then.push(new);
        }
        let is_written = |one: &Move| written.iter().any(|new| new.id.is_some() && new.id == one.id);
        then.extend(moves.into_iter().filter(|one| !is_written(one)));
        then.sort_by_key(Move::place);
        Ok(then)
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
        let stamp = |one: &StoredRecord| one.state.versions.get(&self.event.num).map(|(_, stamp)| *stamp);
        let read = |one: &StoredRecord| self.read(Some(one.state.id), &one.state.fields, stamp(one));
        let mut moves: Vec<Move> = records.iter().filter_map(read).collect();
        moves.sort_by_key(Move::place);
        Ok(Some((person, moves)))
    }
}

/// What would be counted twice, or was never counted. Only told: the register may have begun in between. `beside` are
/// the other rows of a table that is being written.
pub(super) fn told(
    register: &Register,
    kind: &Kind,
    own: &Written,
    beside: &[Written],
) -> Result<Option<Issue>, AppError> {
    let catalogue = register.catalogue();
    let Some(of) = Moves::of(catalogue, kind) else { return Ok(None) };
    let Some(fields) = own.fields else { return Ok(None) };
    let Some(subject) = of.subject_of(register, fields)? else { return Ok(None) };
    let Some((_, moves)) = of.stored(register, subject)? else { return Ok(None) };
    let Some(new) = of.read(own.id, fields, None) else { return Ok(None) };
    let mut others = of.with_written(register, subject, moves, beside)?;
    others.retain(|one| own.id.is_none() || one.id != own.id);
    let before = others.iter().rfind(|one| one.day <= new.day);
    let next = others.iter().find(|one| one.day > new.day);
    let same = [before, next].into_iter().flatten().find(|one| one.way == new.way);
    let issue = |code| Issue { level: RuleLevel::Warning, ..Issue::error(&of.event.id, code) };
    Ok(match (same, new.way) {
        (Some(same), 1..) => Some(issue(IssueCode::CountedAlready).with("day", same.day)),
        (Some(same), _) => Some(issue(IssueCode::GoneAlready).with("day", same.day)),
        (None, ..0) if before.is_none() => Some(issue(IssueCode::NeverCounted)),
        _ => None,
    })
}

/// Whom each of these is about; none for what is no move.
pub(super) fn subjects(
    register: &Register,
    kind: &Kind,
    all: &[Written],
) -> Result<Vec<Option<RecordId>>, AppError> {
    let catalogue = register.catalogue();
    let Some(of) = Moves::of(catalogue, kind) else { return Ok(vec![None; all.len()]) };
    all.iter().map(|one| one.fields.map_or(Ok(None), |fields| of.subject_of(register, fields))).collect()
}

pub(super) fn is_about_moves(issue: &Issue) -> bool {
    matches!(issue.code, IssueCode::CountedAlready | IssueCode::GoneAlready | IssueCode::NeverCounted)
}

/// Who is there by the register and not by the newest of the moves, or has none: how many, and the first few.
pub(crate) fn uncounted(register: &Register, limit: usize) -> Result<(Vec<StoredRecord>, u64), AppError> {
    let catalogue = register.catalogue();
    let Some(of) = catalogue.kinds.iter().find_map(|kind| Moves::of(catalogue, kind)) else {
        return Ok((Vec::new(), 0));
    };
    let person = of.subject.ref_kind.as_deref().and_then(|id| catalogue.kind(id));
    let status = person.and_then(|person| Some((person.num, status_field(person)?)));
    let Some((kind, field)) = status else { return Ok((Vec::new(), 0)) };
    let Some(day) = of.kind.field(&of.kind.date_field).map(|field| field.num) else {
        return Ok((Vec::new(), 0));
    };
    let came = of.codes_of_who_came();
    let there = Active { kind, field, code: ACTIVE.into() };
    let moves = MovesBy { kind: of.kind.num, subject: of.subject.num, day, event: of.event.num, came };
    Ok(register.uncounted(&there, &moves, limit)?)
}

fn status_field(person: &Kind) -> Option<FieldNum> {
    person.fields.iter().find(|field| field.list.as_deref() == Some("member_status")).map(|field| field.num)
}

/// Whose status changes by the moves that are written, and to what. A status that somebody gave by hand, other than
/// the moves before said, stays.
pub(super) fn followed(register: &Register, kind: &Kind, written: &[Written]) -> Result<Following, AppError> {
    let catalogue = register.catalogue();
    let mut following = Following::default();
    let Some(of) = Moves::of(catalogue, kind) else { return Ok(following) };
    let mut subjects: BTreeSet<RecordId> = BTreeSet::new();
    for one in written {
        let stored = one.id.map(|id| register.record(id)).transpose()?.flatten();
        let both = [one.fields, stored.as_ref().map(|stored| &stored.state.fields)];
        for fields in both.into_iter().flatten() {
            subjects.extend(of.subject_of(register, fields)?);
        }
    }
    for subject in subjects {
        let Some((person, moves)) = of.stored(register, subject)? else { continue };
        let before = status(&moves);
        let then = of.with_written(register, subject, moves, written)?;
        following.0.extend(Follower::of(catalogue, person, before, status(&then)));
    }
    Ok(following)
}

/// The same of one that is taken out, or put back as it was.
pub(super) fn followed_one(register: &Register, id: RecordId, is_there: bool) -> Result<Following, AppError> {
    let Some(record) = register.record(id)? else { return Ok(Following::default()) };
    let kind = register.catalogue().kind_by_num(record.state.kind);
    let Some(kind) = kind else { return Ok(Following::default()) };
    let fields = is_there.then_some(&record.state.fields);
    followed(register, kind, &[Written { id: Some(id), fields }])
}

/// What the moves say of persons, to be compared when something else was done: a merger, a decision, an undo.
pub(crate) struct Standing(BTreeMap<RecordId, &'static str>);

impl Standing {
    /// Of all that these records are, or are about.
    pub fn of(register: &Register, ids: impl IntoIterator<Item = RecordId>) -> Result<Standing, AppError> {
        let catalogue = register.catalogue();
        let Some(of) = catalogue.kinds.iter().find_map(|kind| Moves::of(catalogue, kind)) else {
            return Ok(Standing(BTreeMap::new()));
        };
        let mut subjects = BTreeSet::new();
        for id in ids {
            let Some(record) = register.record(id)? else { continue };
            if record.state.kind == of.kind.num {
                subjects.extend(of.subject_of(register, &record.state.fields)?);
            } else if catalogue
                .kind_by_num(record.state.kind)
                .is_some_and(|kind| status_field(kind).is_some())
            {
                subjects.extend([id, register.shown_id(id)?]);
            }
        }
        let mut standing = BTreeMap::new();
        for subject in subjects {
            if let Some((_, moves)) = of.stored(register, subject)? {
                standing.insert(subject, status(&moves));
            }
        }
        Ok(Standing(standing))
    }

    /// Has the persons follow what their moves say now.
    pub fn follow(self, register: &mut Register, now_ms: i64) -> Result<Vec<Followed>, AppError> {
        let catalogue = register.catalogue().clone();
        let now = Standing::of(register, self.0.keys().copied())?;
        let mut following = Following::default();
        for (subject, before) in self.0 {
            let (Some(after), Some(person)) = (now.0.get(&subject), register.record(subject)?) else {
                continue;
            };
            following.0.extend(Follower::of(&catalogue, person, before, after));
        }
        if !following.0.is_empty() {
            register.transact(Operation::RecordEdit, now_ms, |writer| following.write(writer))?;
        }
        following.named(register)
    }
}

fn status(moves: &[Move]) -> &'static str {
    let of = |one: &Move| match one.way {
        1.. => ACTIVE,
        _ => AFTER.iter().find(|(event, _)| *event == one.event).map_or(LEFT, |(_, status)| status),
    };
    moves.last().map_or(ACTIVE, of)
}

/// Whose status becomes another, with the whole content as it is written.
struct Follower {
    person: RecordId,
    kind: KindNum,
    status: FieldNum,
    code: String,
    fields: Fields,
}

impl Follower {
    fn of(catalogue: &Catalogue, person: StoredRecord, before: &str, after: &str) -> Option<Follower> {
        let state = person.state;
        let status = status_field(catalogue.kind_by_num(state.kind)?)?;
        let held = state.fields.get(&status).map(Value::as_code);
        if before == after || held.is_some_and(|held| held != Some(before)) {
            return None;
        }
        let mut fields = state.fields;
        fields.insert(status, Value::Code(after.into()));
        Some(Follower { person: state.id, kind: state.kind, status, code: after.into(), fields })
    }
}

/// What has to be written with a move, in its transaction.
#[derive(Default)]
pub(crate) struct Following(Vec<Follower>);

impl Following {
    pub fn write(&self, writer: &mut Writer) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|one| writer.patch_record(one.person, one.fields.clone()).map(drop))
    }

    /// As the window tells it.
    pub fn named(self, register: &Register) -> Result<Vec<Followed>, AppError> {
        let mut named = Vec::with_capacity(self.0.len());
        for one in self.0 {
            let Some(kind) = register.catalogue().kind_by_num(one.kind) else { continue };
            let Some(field) = kind.field_by_num(one.status) else { continue };
            let (kind, field) = (kind.id.clone(), field.id.clone());
            named.push(Followed {
                id: one.person,
                title: register.title(one.person)?,
                kind,
                field,
                code: one.code,
            });
        }
        Ok(named)
    }
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
