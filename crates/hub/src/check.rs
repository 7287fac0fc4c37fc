//! What a batch must satisfy beyond its signature.
//!
//! Little, on purpose: a record that was valid under the catalogue it was made with stays acceptable, a unit
//! that has moved is no fault, and what is unknown here may be known tomorrow. References and the catalogue's
//! rules were the device's to check.

use std::collections::BTreeSet;

use sohoi_domain::catalogue::{Field, FieldType, Kind, Privacy};
use sohoi_domain::change::element::field_of;
use sohoi_domain::change::same::SAME_AS;
use sohoi_domain::submission::is_own;
use sohoi_domain::unit::Unit;
use sohoi_domain::value::MAX_WHOLE;
use sohoi_domain::{Catalogue, Day, FieldNum, KindNum, Op, UnitKey};
use sohoi_protocol::batch::{ChangeView, UnitView, ValueView, Viewed};

/// Why a batch is refused, in the word that the refusal carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Numbers, days or values that no program of ours writes.
    Format,
    /// For a unit that is not the device's, or not there on that day.
    Unit,
    /// A personal field in the open section.
    Privacy,
}

impl Fault {
    pub fn reason(self) -> &'static str {
        match self {
            Fault::Format => "format",
            Fault::Unit => "unit",
            Fault::Privacy => "privacy",
        }
    }
}

/// 1900-01-01 and 2199-12-31.
const FIRST_DAY: i32 = -25_567;
const LAST_DAY: i32 = 84_005;

pub fn batch(catalogue: &Catalogue, scope: &BTreeSet<UnitKey>, viewed: &Viewed) -> Result<(), Fault> {
    let header = &viewed.header;
    let is_run =
        viewed.changes.iter().map(|change| change.seq).eq((header.first_seq..).take(viewed.changes.len()));
    if viewed.changes.len() != header.count as usize || !is_run {
        return Err(Fault::Format);
    }
    let mut known = Known { catalogue, scope, kinds: Vec::new(), units: Vec::new() };
    viewed.changes.iter().try_for_each(|change| {
        // Whoever makes a record numbers it, also who goes on as another device with what was not sent.
        if change.op == Op::Create && change.record.device != header.device {
            return Err(Fault::Format);
        }
        one(&mut known, change)
    })
}

/// What of the catalogue the batch has asked for so far: its changes ask for little, and each for the same.
struct Known<'c, 'a> {
    catalogue: &'c Catalogue,
    scope: &'c BTreeSet<UnitKey>,
    kinds: Vec<KnownKind<'c>>,
    units: Vec<(UnitView<'a>, &'c Unit)>,
}

struct KnownKind<'c> {
    num: KindNum,
    /// None when the catalogue here does not have it.
    kind: Option<&'c Kind>,
    date: Option<FieldNum>,
    /// By number.
    fields: Vec<Option<&'c Field>>,
}

impl<'c> KnownKind<'c> {
    fn of(catalogue: &'c Catalogue, num: KindNum) -> KnownKind<'c> {
        let kind = catalogue.kind_by_num(num);
        let all: &[Field] = kind.map_or(&[], |kind| &kind.fields);
        let last = all.iter().map(|field| usize::from(field.num.0)).max();
        let mut fields = vec![None; last.map_or(0, |last| last + 1)];
        all.iter().for_each(|field| fields[usize::from(field.num.0)] = Some(field));
        let date = kind.and_then(|kind| Some(kind.field(&kind.date_field)?.num));
        KnownKind { num, kind, date, fields }
    }
}

impl<'c, 'a> Known<'c, 'a> {
    fn kind(&mut self, num: KindNum) -> usize {
        self.kinds.iter().position(|known| known.num == num).unwrap_or_else(|| {
            self.kinds.push(KnownKind::of(self.catalogue, num));
            self.kinds.len() - 1
        })
    }

    fn unit(&mut self, unit: UnitView<'a>) -> Result<&'c Unit, Fault> {
        if let Some((_, found)) = self.units.iter().find(|(known, _)| *known == unit) {
            return Ok(found);
        }
        let key = unit.to_key();
        let found = self.catalogue.units.get(&key).filter(|_| self.scope.contains(&key));
        let found = found.ok_or(Fault::Unit)?;
        self.units.push((unit, found));
        Ok(found)
    }
}

fn one<'a>(known: &mut Known<'_, 'a>, change: &ChangeView<'a>) -> Result<(), Fault> {
    let has_unit = change.unit.is_some();
    if has_unit != (change.op == Op::Create) || change.record.n == 0 {
        return Err(Fault::Format);
    }
    // It is a text that somebody typed about a person.
    if change.reason.is_some() {
        return Err(Fault::Privacy);
    }
    let place = known.kind(change.kind);
    let kind = &known.kinds[place];
    for (num, value) in change.fields {
        if let Some(value) = value {
            days_exist(*value)?;
            // The sums that a submission tells may be larger than any of a record's numbers.
            if !is_own(change.kind) && !can_be_counted(*value) {
                return Err(Fault::Format);
            }
        }
        if *num == SAME_AS && value.is_some_and(|kept| !matches!(kept, ValueView::Ref(_))) {
            return Err(Fault::Format);
        }
        // What the catalogue here does not know is kept as it is.
        if let Some(field) = kind.fields.get(usize::from(field_of(*num).0)).copied().flatten() {
            one_field(field, *value)?;
        }
    }
    match change.unit {
        Some(unit) => unit_fits(known, place, unit, change),
        None => Ok(()),
    }
}

fn one_field(field: &Field, value: Option<ValueView>) -> Result<(), Fault> {
    if field.privacy == Privacy::Personal {
        return Err(Fault::Privacy);
    }
    let Some(value) = value else { return Ok(()) };
    if !has_type(field.field_type, value) {
        return Err(Fault::Format);
    }
    for (num, value) in value.lines().iter().copied().flatten() {
        if let Some(column) = field.column_by_num(field_of(*num)) {
            one_field(column, Some(*value))?;
        }
    }
    Ok(())
}

fn has_type(field_type: FieldType, value: ValueView) -> bool {
    match field_type {
        FieldType::Text | FieldType::LongText => matches!(value, ValueView::Text(_)),
        FieldType::Integer | FieldType::Decimal | FieldType::Money | FieldType::Year => {
            matches!(value, ValueView::Int(_))
        }
        FieldType::Date => matches!(value, ValueView::Day(_)),
        FieldType::Bool => matches!(value, ValueView::Bool(_)),
        FieldType::Code => matches!(value, ValueView::Code(_)),
        FieldType::Codes | FieldType::Photos => matches!(value, ValueView::Codes(_)),
        FieldType::Ref => matches!(value, ValueView::Ref(_)),
        FieldType::Lines => matches!(value, ValueView::Lines(_)),
        FieldType::Pseudonym => matches!(value, ValueView::Pseudonym(_)),
    }
}

// A day that could not be typed could not be shown either.
fn days_exist(value: ValueView) -> Result<(), Fault> {
    match value {
        ValueView::Day(day) if !exists(day) => Err(Fault::Format),
        ValueView::Lines(lines) => {
            lines.iter().copied().flatten().try_for_each(|(_, value)| days_exist(*value))
        }
        _ => Ok(()),
    }
}

// A number that is too large would spoil every sum.
fn can_be_counted(value: ValueView) -> bool {
    match value {
        ValueView::Int(number) => number.unsigned_abs() <= MAX_WHOLE.unsigned_abs(),
        ValueView::Lines(lines) => lines.iter().copied().flatten().all(|(_, value)| can_be_counted(*value)),
        _ => true,
    }
}

fn exists(day: Day) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&day.number())
}

fn unit_fits<'a>(
    known: &mut Known<'_, 'a>,
    kind: usize,
    unit: UnitView<'a>,
    change: &ChangeView<'a>,
) -> Result<(), Fault> {
    let found = known.unit(unit)?;
    let KnownKind { kind, date, .. } = &known.kinds[kind];
    let Some(ValueView::Day(day)) = date.and_then(|num| change.field(num)) else { return Ok(()) };
    if !kind.is_none_or(Kind::is_bound_to_unit_days) {
        return Ok(());
    }
    let too_early = day < found.valid_from && !known.catalogue.units.stands_on(&found.key(), day);
    // A PC whose catalogue is older than a merger goes on as before, and is not refused for it.
    let knew_better = change.catalogue >= known.catalogue.version;
    let too_late = knew_better && found.valid_to.is_some_and(|last| last < day);
    if too_early || too_late { Err(Fault::Unit) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_that_can_be_typed_are_those_of_three_centuries() {
        let day = |text: &str| text.parse::<Day>().expect("a day").number();
        assert_eq!((day("1900-01-01"), day("2199-12-31")), (FIRST_DAY, LAST_DAY));
    }
}
