//! What golden batches hold: every field of every kind, every operation, every form of column. What is
//! added here gets a file of its own; files of a released format never change.

use std::collections::BTreeMap;

use sohoi_domain::catalogue::{Catalogue, Field, FieldType, Kind};
use sohoi_domain::change::{WHOLE_RECORD, element, same};
use sohoi_domain::figure::FigureValue;
use sohoi_domain::submission::{ANSWER, Answer, Frozen, SUBMISSION, Submission};
use sohoi_domain::{
    Change, Day, DeviceId, FieldNum, Fields, Hlc, KindNum, Op, RecordId, UnitKey, Value, Version,
};

/// Another device of the commune.
pub const OTHER: DeviceId = DeviceId(0x0123_4567_89ab_cdef);

pub struct Content {
    pub device: DeviceId,
    pub catalogue: u32,
}

impl Content {
    fn change(&self, seq: u64, n: u32, kind: KindNum, op: Op) -> Change {
        let unit = UnitKey { code: "20044".into(), valid_from: Day::from_number(20_270) };
        Change {
            seq,
            hlc: Hlc(((1_767_573_000_000 + seq * seq * 977) << 16) | (seq % 3)),
            author: 1 + (seq % 2) as u32,
            record: RecordId { device: self.device, n },
            kind,
            op,
            unit: (op == Op::Create).then_some(unit),
            fields: BTreeMap::new(),
            replaces: BTreeMap::new(),
            catalogue: self.catalogue,
            reason: None,
        }
    }

    /// A record with every field of its kind, mended, erased and restored.
    pub fn life_of(&self, kind: &Kind) -> Vec<Change> {
        let first = 100 * u64::from(kind.num.0) + 1;
        let mut create = self.change(first, 7, kind.num, Op::Create);
        create.fields = kind.fields.iter().map(|f| (f.num, Some(value(f, self.device)))).collect();
        let mut patch = self.change(first + 1, 7, kind.num, Op::Patch);
        for (i, field) in kind.fields.iter().enumerate().filter(|(i, _)| i % 3 != 1) {
            let new = (i % 2 == 0).then(|| value(field, OTHER));
            patch.fields.insert(field.num, new);
            patch.replaces.insert(field.num, vec![Version { device: self.device, seq: first }]);
        }
        let mut erase = self.change(first + 2, 7, kind.num, Op::Erase);
        erase.replaces.insert(WHOLE_RECORD, vec![Version { device: self.device, seq: first + 1 }]);
        erase.reason = Some("ghi trùng".into());
        let mut restore = self.change(first + 3, 7, kind.num, Op::Restore);
        restore.replaces.insert(WHOLE_RECORD, vec![Version { device: self.device, seq: first + 2 }]);
        vec![create, patch, erase, restore]
    }

    /// What stands beyond the numbers of fields: elements that a patch added to lists and took away, a record that
    /// gives way to another, decisions between the two, and both taken back.
    pub fn beyond_fields(&self, kind: &Kind) -> Vec<Change> {
        let several: Vec<&Field> = kind
            .fields
            .iter()
            .filter(|f| matches!(f.field_type, FieldType::Codes | FieldType::Lines))
            .collect();
        let mut create = self.change(1, 1, kind.num, Op::Create);
        create.fields = several.iter().map(|f| (f.num, Some(value(f, self.device)))).collect();
        let mut patch = self.change(2, 1, kind.num, Op::Patch);
        for field in several {
            let new = value(field, OTHER);
            patch.fields.insert(element::added(field.num), Some(new.clone()));
            patch.fields.insert(element::removed(field.num), Some(value(field, self.device)));
            patch.fields.insert(field.num, Some(new));
            patch.replaces.insert(field.num, vec![Version { device: self.device, seq: 1 }]);
        }
        let seen = |seq| vec![Version { device: self.device, seq }];
        let mut link = self.change(3, 1, kind.num, Op::Patch);
        link.fields.insert(same::SAME_AS, Some(Value::Ref(RecordId { device: OTHER, n: 9 })));
        let mut settled = self.change(4, 1, kind.num, Op::Patch);
        settled.fields.insert(same::SETTLED, Some(Value::Codes(vec![format!("242 {} 1", self.device)])));
        let mut apart = self.change(5, 1, kind.num, Op::Patch);
        apart.fields = BTreeMap::from([(same::SAME_AS, None), (same::SETTLED, None)]);
        apart.replaces = BTreeMap::from([(same::SAME_AS, seen(3)), (same::SETTLED, seen(4))]);
        vec![create, patch, link, settled, apart]
    }

    /// Figures of a period that a commune has signed, and its answer to a word of the province.
    pub fn of_period(&self) -> Vec<Change> {
        let mut submitted = self.change(1, 1, SUBMISSION, Op::Create);
        let unit = submitted.unit.clone().expect("a create has one");
        let figure = |indicator: &str, value, target| Frozen { indicator: indicator.into(), value, target };
        let submission = Submission {
            calendar: "union".into(),
            label: "2026-02".into(),
            first: Day::from_number(20_468),
            last: Day::from_number(20_498),
            unit,
            catalogue: self.catalogue,
            number: 1,
            figures: vec![
                figure("TT01", FigureValue::Whole(4), Some(12)),
                figure("TT02", FigureValue::Ratio { a: 3, b: 7 }, None),
                figure("TT03", FigureValue::Gap { a: 40, b: 55 }, Some(0)),
            ],
            at_ms: 1_767_573_000_000,
            officer: 1,
            note: "Hai chi hội nộp muộn".into(),
            seen: BTreeMap::from([(self.device, 1), (OTHER, 400)]),
        };
        submitted.fields = open(submission.to_fields());
        let mut answered = self.change(2, 2, ANSWER, Op::Create);
        let answer = Answer {
            calendar: "union".into(),
            label: "2026-02".into(),
            reply_to: 9,
            text: "Đã ghi thêm hai buổi".into(),
            at_ms: 1_767_576_600_000,
        };
        answered.fields = open(answer.to_fields());
        vec![submitted, answered]
    }

    /// Enough records that every form of column is the shortest somewhere, some of other devices.
    pub fn forms(&self) -> Vec<Change> {
        (0..60_u32)
            .map(|i| {
                let op = if i % 10 == 9 { Op::Patch } else { Op::Create };
                let mut change = self.change(u64::from(i) + 1, i + 1, KindNum(40_000 + (i % 2) as u16), op);
                change.fields = form_values(i, self.device);
                if op == Op::Patch {
                    change.record = RecordId { device: OTHER, n: 1_000 - i };
                    change.replaces =
                        change.fields.keys().map(|num| (*num, vec![seen(i, self.device)])).collect();
                    // She decided between two PCs' values, so her patch names both.
                    if let Some(replaced) = change.replaces.values_mut().next() {
                        replaced.push(Version { device: OTHER, seq: u64::from(i) + 400 });
                    }
                    change.fields.insert(FieldNum(30), None);
                }
                change
            })
            .collect()
    }
}

fn open(fields: Fields) -> BTreeMap<FieldNum, Option<Value>> {
    fields.into_iter().map(|(num, value)| (num, Some(value))).collect()
}

fn seen(i: u32, own: DeviceId) -> Version {
    let device = if i.is_multiple_of(20) { own } else { OTHER };
    Version { device, seq: u64::from(i) * 3 }
}

fn form_values(i: u32, own: DeviceId) -> BTreeMap<FieldNum, Option<Value>> {
    let scattered = i64::from(i.wrapping_mul(2_654_435_761) >> 8);
    let near = RecordId { device: own, n: i + 1 };
    let line = |n: u32| {
        let values = [(1, Value::Int(i64::from(i + n))), (2, Value::Text(format!("dòng {n}")))];
        Fields::from(values.map(|(num, value)| (FieldNum(num), value)))
    };
    let values = [
        Value::Int(i64::from(i) % 3 - 1),
        Value::Int(1_000_000 + 1_000 * i64::from(i)),
        Value::Int(scattered),
        Value::Int([i64::MIN, i64::MAX, 0, -1][i as usize % 4]),
        Value::Day(Day::from_number(20_000 + i as i32 / 7)),
        Value::Day(Day::from_number(-25_567 + (scattered % 109_573) as i32)),
        Value::Day(Day::from_number(20_000 - (i * i * 7_919 % 3_001) as i32)),
        Value::Bool(i.is_multiple_of(3)),
        Value::Code(["nam", "nu", "khac"][i as usize % 3].into()),
        Value::Codes(["a", "b", "c"][..i as usize % 4].iter().map(|c| (*c).to_owned()).collect()),
        Value::Text(format!("Hội phụ nữ thôn {i} đã họp")),
        Value::Text(format!("09{:08}", scattered % 100_000_000)),
        Value::Text("0".repeat(1 + i as usize % 5)),
        Value::Ref(near),
        Value::Ref(RecordId { device: if i % 4 == 1 { OTHER } else { own }, n: 5 + i % 4 }),
        Value::Pseudonym(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(u64::from(i) + 1)),
        Value::Lines((0..i % 4).map(line).collect()),
    ];
    let present = |num: usize| !(num + i as usize).is_multiple_of(11);
    let numbered = values.into_iter().enumerate().filter(|(num, _)| present(*num));
    numbered.map(|(num, value)| (FieldNum(num as u16 + 1), Some(value))).collect()
}

fn value(field: &Field, device: DeviceId) -> Value {
    let other = u64::from(device == OTHER);
    let code = || format!("ma_{}", field.num.0);
    match field.field_type {
        FieldType::Text | FieldType::LongText if field.id == "phone" => {
            Value::Text(format!("090000000{other}"))
        }
        FieldType::Text | FieldType::LongText => Value::Text(format!("{} mẫu {other}", field.id)),
        FieldType::Integer | FieldType::Decimal => Value::Int(25 + other as i64),
        FieldType::Money => Value::Int(33_250_000),
        FieldType::Year => Value::Int(1990),
        FieldType::Date => Value::Day(Day::from_number(20_500 - i32::from(field.num.0))),
        FieldType::Bool => Value::Bool(other == 0),
        FieldType::Code => Value::Code(code()),
        FieldType::Codes => Value::Codes(vec![code(), "khac".into()]),
        FieldType::Photos => Value::Codes(vec![format!("{:02x}", field.num.0).repeat(32), "ef".repeat(32)]),
        FieldType::Ref => Value::Ref(RecordId { device, n: 3 }),
        FieldType::Pseudonym => Value::Pseudonym(0xfedc_ba98_7654_3210 + other),
        FieldType::Lines => {
            let line = || field.columns.iter().map(|column| (column.num, value(column, device))).collect();
            Value::Lines(vec![line(), line()])
        }
    }
}

/// The catalogue says only what is personal here; a field that it does not know is.
pub fn catalogue() -> Catalogue {
    Catalogue::embedded()
}
