//! Changes as they stand in a batch: texts and codes are the batch's own bytes, and nothing is copied. What looks at
//! every change of a batch once, as the hub does before it acknowledges, looks at these.

use std::collections::BTreeMap;

use sohoi_domain::change::Version;
use sohoi_domain::{Change, Day, FieldNum, Fields, Hlc, KindNum, Op, RecordId, UnitKey, Value};

use super::arena::Arena;

/// As [`Change`]. Fields are in the order of their numbers, each once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeView<'a> {
    pub seq: u64,
    pub hlc: Hlc,
    pub author: u32,
    pub record: RecordId,
    pub kind: KindNum,
    pub op: Op,
    pub unit: Option<UnitView<'a>>,
    pub fields: &'a [(FieldNum, Option<ValueView<'a>>)],
    /// In the order of the fields; of one field, in that of the batch.
    pub replaces: &'a [(FieldNum, Version)],
    pub catalogue: u32,
    pub reason: Option<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitView<'a> {
    pub code: &'a str,
    pub valid_from: Day,
}

/// As [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueView<'a> {
    Text(&'a str),
    Int(i64),
    Day(Day),
    Bool(bool),
    Code(&'a str),
    Codes(&'a [&'a str]),
    Ref(RecordId),
    Lines(&'a [LineView<'a>]),
    Pseudonym(u64),
}

/// Columns in the order of their numbers, each once.
pub type LineView<'a> = &'a [(FieldNum, ValueView<'a>)];

impl<'a> ChangeView<'a> {
    pub fn of(change: &'a Change, arena: &'a Arena) -> ChangeView<'a> {
        let fields = change.fields.iter();
        let fields = fields.map(|(num, value)| (*num, value.as_ref().map(|v| ValueView::of(v, arena))));
        let replaces = change.replaces.iter().flat_map(|(num, all)| all.iter().map(|one| (*num, *one)));
        ChangeView {
            seq: change.seq,
            hlc: change.hlc,
            author: change.author,
            record: change.record,
            kind: change.kind,
            op: change.op,
            unit: change.unit.as_ref().map(UnitView::of),
            fields: arena.list(fields),
            replaces: arena.list(replaces),
            catalogue: change.catalogue,
            reason: change.reason.as_deref(),
        }
    }

    pub fn field(&self, num: FieldNum) -> Option<ValueView<'a>> {
        let place = self.fields.binary_search_by_key(&num, |(num, _)| *num).ok()?;
        self.fields[place].1
    }

    pub fn to_change(self) -> Change {
        let mut replaces: BTreeMap<FieldNum, Vec<Version>> = BTreeMap::new();
        for (num, version) in self.replaces {
            replaces.entry(*num).or_default().push(*version);
        }
        Change {
            seq: self.seq,
            hlc: self.hlc,
            author: self.author,
            record: self.record,
            kind: self.kind,
            op: self.op,
            unit: self.unit.map(UnitView::to_key),
            fields: self.fields.iter().map(|(num, value)| (*num, value.map(ValueView::to_value))).collect(),
            replaces,
            catalogue: self.catalogue,
            reason: self.reason.map(str::to_string),
        }
    }
}

impl<'a> UnitView<'a> {
    fn of(unit: &'a UnitKey) -> UnitView<'a> {
        UnitView { code: &unit.code, valid_from: unit.valid_from }
    }

    pub fn to_key(self) -> UnitKey {
        UnitKey { code: self.code.to_string(), valid_from: self.valid_from }
    }
}

impl<'a> ValueView<'a> {
    pub fn of(value: &'a Value, arena: &'a Arena) -> ValueView<'a> {
        match value {
            Value::Text(text) => ValueView::Text(text),
            Value::Int(n) => ValueView::Int(*n),
            Value::Day(day) => ValueView::Day(*day),
            Value::Bool(yes) => ValueView::Bool(*yes),
            Value::Code(code) => ValueView::Code(code),
            Value::Codes(codes) => ValueView::Codes(arena.list(codes.iter().map(String::as_str))),
            Value::Ref(id) => ValueView::Ref(*id),
            Value::Lines(lines) => {
                let line = |line: &'a Fields| -> LineView<'a> {
                    arena.list(line.iter().map(|(num, value)| (*num, ValueView::of(value, arena))))
                };
                ValueView::Lines(arena.list(lines.iter().map(line)))
            }
            Value::Pseudonym(n) => ValueView::Pseudonym(*n),
        }
    }

    pub fn lines(self) -> &'a [LineView<'a>] {
        match self {
            ValueView::Lines(lines) => lines,
            _ => &[],
        }
    }

    pub fn to_value(self) -> Value {
        match self {
            ValueView::Text(text) => Value::Text(text.to_string()),
            ValueView::Int(n) => Value::Int(n),
            ValueView::Day(day) => Value::Day(day),
            ValueView::Bool(yes) => Value::Bool(yes),
            ValueView::Code(code) => Value::Code(code.to_string()),
            ValueView::Codes(codes) => Value::Codes(codes.iter().map(|code| code.to_string()).collect()),
            ValueView::Ref(id) => Value::Ref(id),
            ValueView::Lines(lines) => Value::Lines(lines.iter().map(|line| fields(line)).collect()),
            ValueView::Pseudonym(n) => Value::Pseudonym(n),
        }
    }
}

fn fields(line: LineView) -> Fields {
    line.iter().map(|(num, value)| (*num, value.to_value())).collect()
}
