//! A form that was open, or a draft that lay, while another PC's work came: what she changed meets what they did.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use sohoi_domain::catalogue::Kind;
use sohoi_domain::record::to_json;
use sohoi_domain::{FieldNum, Fields, Value};

/// The fields that hold something else by now than when she began, and what they held then. `base` is as the form
/// says it, `then` as it is read: what today's catalogue cannot read was seen all the same.
pub(super) fn unseen(
    kind: &Kind,
    base: &Map<String, Json>,
    then: &Fields,
    now: &Fields,
) -> BTreeMap<FieldNum, Option<Value>> {
    let shown = to_json(kind, now);
    let raw = |of: &Map<String, Json>, id: &str| of.get(id).filter(|value| !value.is_null()).cloned();
    let named = kind.fields.iter().filter(|field| base.contains_key(&field.id));
    let changed = named.filter(|field| {
        let of = |fields: &Fields| fields.get(&field.num).cloned().map(typed);
        raw(base, &field.id) != raw(&shown, &field.id) && of(then) != of(now)
    });
    changed.map(|field| (field.num, then.get(&field.num).cloned())).collect()
}

/// Without what is reckoned when a record is written.
fn typed(value: Value) -> Value {
    let Value::Lines(mut lines) = value else { return value };
    lines.iter_mut().for_each(|line| line.retain(|_, cell| !matches!(cell, Value::Pseudonym(_))));
    Value::Lines(lines)
}
