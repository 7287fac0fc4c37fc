//! Lines: how many each record has, then one column for each of theirs over all of them.

use std::collections::BTreeMap;

use sohoi_domain::{FieldNum, Fields, KindNum, Value};

use super::column::{self, Form};
use super::rows::Devices;
use super::seal::Privacy;
use super::section::{Budget, Side, put_presence, take_presence};
use crate::bytes::{Malformed, Reader, put_bytes, put_varint};
use crate::limits;

pub(super) struct Place<'a> {
    pub kind: KindNum,
    pub field: FieldNum,
    pub side: Side,
    pub privacy: &'a dyn Privacy,
}

/// The columns of `place.side`; none when that side has nothing to say of these lines.
pub(super) fn write(place: &Place, values: &[&Value], devices: &mut Devices) -> Option<Vec<u8>> {
    let rows: Vec<&Fields> = values.iter().flat_map(|value| value.lines()).collect();
    let mut columns: BTreeMap<(FieldNum, u8), Vec<Option<&Value>>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate() {
        for (num, value) in row.iter().filter(|(num, _)| place.holds(**num)) {
            let column =
                columns.entry((*num, column::type_of(value))).or_insert_with(|| vec![None; rows.len()]);
            column[i] = Some(value);
        }
    }
    let whole_field_is_personal = place.privacy.is_personal(place.kind, place.field, None);
    let counted_here = (place.side == Side::Open) != whole_field_is_personal;
    if columns.is_empty() && !counted_here {
        return None;
    }
    let mut out = Vec::new();
    values.iter().for_each(|value| put_varint(&mut out, value.lines().len() as u64));
    put_varint(&mut out, columns.len() as u64);
    for ((num, _), column) in columns {
        let present: Vec<&Value> = column.iter().copied().flatten().collect();
        let form = column::form_of(&present);
        let mut content = Vec::new();
        put_presence(&mut content, &column.iter().map(Option::is_some).collect::<Vec<_>>());
        content.extend(column::write(form, &present, devices));
        put_varint(&mut out, u64::from(num.0));
        out.push(form as u8);
        put_bytes(&mut out, &content);
    }
    Some(out)
}

impl Place<'_> {
    fn holds(&self, column: FieldNum) -> bool {
        let personal = self.privacy.is_personal(self.kind, self.field, None)
            || self.privacy.is_personal(self.kind, self.field, Some(column));
        personal == (self.side == Side::Sealed)
    }
}

pub(super) fn read(
    reader: &mut Reader,
    n: usize,
    devices: &Devices,
    budget: &mut Budget,
) -> Result<Vec<Value>, Malformed> {
    let counts: Vec<usize> = (0..n).map(|_| reader.count(limits::LINE_ROWS)).collect::<Result<_, _>>()?;
    let total = counts.iter().sum::<usize>();
    budget.spend(total)?;
    let mut rows = vec![Fields::new(); total];
    for _ in 0..reader.count(limits::COLUMNS)? {
        let num =
            FieldNum(u16::try_from(reader.varint()?).map_err(|_| Malformed("a column is out of range"))?);
        let form = Form::of(reader.u8()?);
        let mut content = Reader::new(reader.bytes(limits::SECTION_BYTES)?);
        // A form of a newer program is passed over; its bytes stay in the batch.
        let Some(form) = form else { continue };
        let present = take_presence(&mut content, total, budget)?;
        let values = column::read(form, &mut content, present.len(), devices, budget)?;
        content.finish()?;
        for (row, value) in present.into_iter().zip(values) {
            rows[row].insert(num, value);
        }
    }
    let mut rows = rows.into_iter();
    Ok(counts.into_iter().map(|count| Value::Lines(rows.by_ref().take(count).collect())).collect())
}

/// Puts the personal columns of sealed lines beside the open ones.
pub(super) fn merge(open: &mut Value, sealed: Value) -> Result<(), Malformed> {
    let (Value::Lines(open), Value::Lines(sealed)) = (open, sealed) else {
        return Err(Malformed("a field is in both sections"));
    };
    if open.len() != sealed.len() {
        return Err(Malformed("lines differ in number between the sections"));
    }
    for (row, more) in open.iter_mut().zip(sealed) {
        row.extend(more);
    }
    Ok(())
}
