//! Lines: how many each record has, then one column for each of theirs over all of them.

use std::collections::BTreeMap;

use sohoi_domain::{FieldNum, Fields, KindNum, Value};

use super::column;
use super::rows::Devices;
use super::seal::Privacy;
use super::section::{Side, put_presence};
use crate::bytes::{put_bytes, put_varint};

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
