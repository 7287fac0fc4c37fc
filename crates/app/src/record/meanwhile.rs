//! A form that was open, or a draft that lay, while another PC's work came: what she changed meets what they did.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use sohoi_domain::catalogue::Kind;
use sohoi_domain::record::to_json;
use sohoi_domain::{FieldNum, Fields, Value};

pub(super) struct Meanwhile<'a> {
    pub kind: &'a Kind,
    /// What her fields held when she began.
    pub base: &'a Fields,
    pub now: &'a Fields,
}

impl Meanwhile<'_> {
    /// The fields in which hers stands beside what she has not seen. Of a field that holds several things, `patch`
    /// has hers and theirs afterwards, and nobody needs to be asked.
    pub fn meets(
        &self,
        hers: &Fields,
        base: &Map<String, Json>,
        patch: &mut Map<String, Json>,
    ) -> BTreeSet<FieldNum> {
        let mut unseen = BTreeSet::new();
        let named = self
            .kind
            .fields
            .iter()
            .filter(|field| patch.contains_key(&field.id) && base.contains_key(&field.id));
        let mut both = Fields::new();
        let mut emptied = Vec::new();
        for field in named {
            let of = |fields: &Fields| fields.get(&field.num).cloned().map(typed);
            let (base, now) = (of(self.base), of(self.now));
            if base == now {
                continue;
            }
            match together(base, of(hers), now) {
                None => drop(unseen.insert(field.num)),
                Some(Some(value)) => drop(both.insert(field.num, value)),
                Some(None) => emptied.push(field.id.clone()),
            }
        }
        patch.extend(to_json(self.kind, &both));
        patch.extend(emptied.into_iter().map(|id| (id, Json::Null)));
        unseen
    }
}

/// Without what is reckoned when a record is written.
fn typed(value: Value) -> Value {
    let Value::Lines(mut lines) = value else { return value };
    lines.iter_mut().for_each(|line| line.retain(|_, cell| !matches!(cell, Value::Pseudonym(_))));
    Value::Lines(lines)
}

/// What both changes make of a field that holds several things; none for one that holds one.
fn together(base: Option<Value>, hers: Option<Value>, now: Option<Value>) -> Option<Option<Value>> {
    let all = [&base, &hers, &now];
    if all.iter().all(|one| matches!(one, None | Some(Value::Codes(_)))) {
        let list = |value| if let Some(Value::Codes(codes)) = value { codes } else { Vec::new() };
        let codes = joined(&list(base), list(hers), list(now));
        Some(Some(codes).filter(|codes| !codes.is_empty()).map(Value::Codes))
    } else if all.iter().all(|one| matches!(one, None | Some(Value::Lines(_)))) {
        let list = |value| if let Some(Value::Lines(lines)) = value { lines } else { Vec::new() };
        let lines = joined(&list(base), list(hers), list(now));
        Some(Some(lines).filter(|lines| !lines.is_empty()).map(Value::Lines))
    } else {
        None
    }
}

/// Hers in her order, without what they took away, then what they added.
fn joined<T: PartialEq>(base: &[T], hers: Vec<T>, now: Vec<T>) -> Vec<T> {
    let mut all: Vec<T> = hers.into_iter().filter(|one| now.contains(one) || !base.contains(one)).collect();
    for one in now {
        if !base.contains(&one) && !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_things_both_changes_are_made() {
        let codes = |all: &[&str]| Some(Value::Codes(all.iter().map(ToString::to_string).collect()));
        let of = |base: &[&str], hers: &[&str], now: &[&str]| together(codes(base), codes(hers), codes(now));
        assert_eq!(of(&["a", "b"], &["a", "c"], &["a", "b", "d"]), Some(codes(&["a", "c", "d"])));
        assert_eq!(of(&["a", "b"], &["b", "a", "c"], &["b"]), Some(codes(&["b", "c"])));
        assert_eq!(of(&["a"], &["a", "c"], &["a", "c"]), Some(codes(&["a", "c"])));
        assert_eq!(of(&["a"], &[], &["a"]), Some(None));
        assert_eq!(together(None, codes(&["a"]), codes(&["b"])), Some(codes(&["a", "b"])));
        assert_eq!(together(Some(Value::Int(1)), Some(Value::Int(2)), Some(Value::Int(3))), None);
        assert_eq!(together(None, Some(Value::Int(2)), Some(Value::Int(3))), None);
    }
}
