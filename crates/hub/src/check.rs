//! What a batch must satisfy beyond its signature.
//!
//! Little, on purpose: a record that was valid under the catalogue it was made with stays acceptable, a unit
//! that has moved is no fault, and what is unknown here may be known tomorrow. References and the catalogue's
//! rules were the device's to check.

use std::collections::BTreeSet;

use sohoi_domain::catalogue::{Field, FieldType, Kind, Privacy};
use sohoi_domain::change::element::field_of;
use sohoi_domain::change::same::SAME_AS;
use sohoi_domain::{Catalogue, Change, Day, FieldNum, Op, UnitKey, Value};
use sohoi_protocol::batch::Opened;

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

pub fn batch(catalogue: &Catalogue, scope: &BTreeSet<UnitKey>, opened: &Opened) -> Result<(), Fault> {
    let header = &opened.header;
    let is_run =
        opened.changes.iter().map(|change| change.seq).eq((header.first_seq..).take(opened.changes.len()));
    if opened.changes.len() != header.count as usize || !is_run {
        return Err(Fault::Format);
    }
    opened.changes.iter().try_for_each(|change| one(catalogue, scope, change))
}

fn one(catalogue: &Catalogue, scope: &BTreeSet<UnitKey>, change: &Change) -> Result<(), Fault> {
    let has_unit = change.unit.is_some();
    if has_unit != (change.op == Op::Create) || change.record.n == 0 {
        return Err(Fault::Format);
    }
    for value in change.fields.values().flatten() {
        days_exist(value)?;
    }
    let kept = change.fields.get(&SAME_AS).and_then(Option::as_ref);
    if kept.is_some_and(|kept| kept.as_ref_id().is_none()) {
        return Err(Fault::Format);
    }
    let kind = catalogue.kind_by_num(change.kind);
    if let Some(kind) = kind {
        fields(&kind.fields, &mut change.fields.iter().map(|(num, value)| (*num, value.as_ref())))?;
    }
    match &change.unit {
        Some(unit) => unit_fits(catalogue, scope, kind, unit, change),
        None => Ok(()),
    }
}

// What the catalogue here does not know is kept as it is.
fn fields(
    known: &[Field],
    values: &mut dyn Iterator<Item = (FieldNum, Option<&Value>)>,
) -> Result<(), Fault> {
    for (num, value) in values {
        let num = field_of(num);
        let Some(field) = known.iter().find(|field| field.num == num) else { continue };
        if field.privacy == Privacy::Personal {
            return Err(Fault::Privacy);
        }
        let Some(value) = value else { continue };
        if !has_type(field.field_type, value) {
            return Err(Fault::Format);
        }
        for line in value.lines() {
            fields(&field.columns, &mut line.iter().map(|(num, value)| (*num, Some(value))))?;
        }
    }
    Ok(())
}

fn has_type(field_type: FieldType, value: &Value) -> bool {
    match field_type {
        FieldType::Text | FieldType::LongText => matches!(value, Value::Text(_)),
        FieldType::Integer | FieldType::Decimal | FieldType::Money | FieldType::Year => {
            matches!(value, Value::Int(_))
        }
        FieldType::Date => matches!(value, Value::Day(_)),
        FieldType::Bool => matches!(value, Value::Bool(_)),
        FieldType::Code => matches!(value, Value::Code(_)),
        FieldType::Codes | FieldType::Photos => matches!(value, Value::Codes(_)),
        FieldType::Ref => matches!(value, Value::Ref(_)),
        FieldType::Lines => matches!(value, Value::Lines(_)),
        FieldType::Pseudonym => matches!(value, Value::Pseudonym(_)),
    }
}

// A day that could not be typed could not be shown either.
fn days_exist(value: &Value) -> Result<(), Fault> {
    match value {
        Value::Day(day) if !exists(*day) => Err(Fault::Format),
        Value::Lines(lines) => lines.iter().flat_map(|line| line.values()).try_for_each(days_exist),
        _ => Ok(()),
    }
}

fn exists(day: Day) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&day.number())
}

fn unit_fits(
    catalogue: &Catalogue,
    scope: &BTreeSet<UnitKey>,
    kind: Option<&Kind>,
    unit: &UnitKey,
    change: &Change,
) -> Result<(), Fault> {
    let known = catalogue.units.get(unit).filter(|_| scope.contains(unit)).ok_or(Fault::Unit)?;
    let date_field = kind.and_then(|kind| kind.field(&kind.date_field));
    let day = date_field.and_then(|field| change.fields.get(&field.num)?.as_ref()?.as_day());
    let Some(day) = day.filter(|_| kind.is_none_or(Kind::is_bound_to_unit_days)) else { return Ok(()) };
    let too_early = day < known.valid_from && !catalogue.units.stands_on(unit, day);
    // A PC whose catalogue is older than a merger goes on as before, and is not refused for it.
    let knew_better = change.catalogue >= catalogue.version;
    let too_late = knew_better && known.valid_to.is_some_and(|last| last < day);
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
