//! Columns: the values of one field over the rows of its kind, in the form of their type. `values` reads them.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::{RecordId, Value, Version};

use super::number;
use super::rows::Devices;
use crate::bytes::{put_bytes, put_varint, zigzag};

/// How the values of a column are written. Numbers are for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    Int = 1,
    IntDelta = 2,
    Day = 3,
    Bool = 4,
    Code = 5,
    Codes = 6,
    Text = 7,
    /// Digits only, leading zeros kept: phone and card numbers, two to a byte.
    Digits = 8,
    Ref = 9,
    Pseudonym = 10,
    Lines = 11,
    /// Versions that patches replace.
    Versions = 12,
    /// Nothing but the rows in which the field was emptied.
    Cleared = 13,
    IntPlanes = 14,
    DayPlanes = 15,
    /// Digits only and all of one length, as numbers in planes.
    DigitPlanes = 16,
    /// Of a few records that come again and again.
    RefList = 17,
}

impl Form {
    pub fn of(number: u8) -> Option<Form> {
        use Form::*;
        [
            Int,
            IntDelta,
            Day,
            Bool,
            Code,
            Codes,
            Text,
            Digits,
            Ref,
            Pseudonym,
            Lines,
            Versions,
            Cleared,
            IntPlanes,
            DayPlanes,
            DigitPlanes,
            RefList,
        ]
        .into_iter()
        .find(|form| *form as u8 == number)
    }
}

/// Which form fits the values, all of one type: the one that will be the shortest once compressed.
pub(super) fn form_of(values: &[&Value]) -> Form {
    match values.first() {
        None => Form::Cleared,
        Some(Value::Int(_)) => int_form(values),
        Some(Value::Day(_)) => {
            let days = days_of(values);
            let planes = number::weight_of_planes(&days);
            if planes < weight_of_deltas(&days) { Form::DayPlanes } else { Form::Day }
        }
        Some(Value::Bool(_)) => Form::Bool,
        Some(Value::Code(_)) => Form::Code,
        Some(Value::Codes(_)) => Form::Codes,
        Some(Value::Text(_)) => text_form(values),
        Some(Value::Ref(_)) => {
            let distinct: BTreeSet<RecordId> = values.iter().filter_map(|v| v.as_ref_id()).collect();
            if distinct.len() * 4 <= values.len() { Form::RefList } else { Form::Ref }
        }
        Some(Value::Pseudonym(_)) => Form::Pseudonym,
        Some(Value::Lines(_)) => Form::Lines,
    }
}

fn int_form(values: &[&Value]) -> Form {
    let ints: Vec<i64> = values.iter().filter_map(|v| v.as_int()).collect();
    let mut plain = Vec::new();
    ints.iter().for_each(|n| put_varint(&mut plain, zigzag(*n)));
    let forms = [
        (number::weight(plain.into_iter()), Form::Int),
        (weight_of_deltas(&ints), Form::IntDelta),
        (number::weight_of_planes(&ints), Form::IntPlanes),
    ];
    forms.into_iter().min().map_or(Form::Int, |(_, form)| form)
}

fn weight_of_deltas(numbers: &[i64]) -> u64 {
    let mut out = Vec::new();
    deltas(&mut out, numbers.iter().copied());
    number::weight(out.into_iter())
}

/// As many digits as always fit a number.
pub(super) const PLANE_DIGITS: usize = 18;

fn text_form(values: &[&Value]) -> Form {
    let texts: Vec<&str> = values.iter().filter_map(|v| v.as_text()).collect();
    let digits = |t: &&str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !texts.iter().all(digits) {
        return Form::Text;
    }
    let length = texts[0].len();
    let even = length <= PLANE_DIGITS && texts.iter().all(|t| t.len() == length);
    if even { Form::DigitPlanes } else { Form::Digits }
}

fn days_of(values: &[&Value]) -> Vec<i64> {
    values.iter().filter_map(|v| v.as_day()).map(|day| i64::from(day.number())).collect()
}

/// Values of different types, as after a change of the catalogue, go into columns of their own.
pub(super) fn type_of(value: &Value) -> u8 {
    match value {
        Value::Int(_) => 0,
        Value::Day(_) => 1,
        Value::Bool(_) => 2,
        Value::Code(_) => 3,
        Value::Codes(_) => 4,
        Value::Text(_) => 5,
        Value::Ref(_) => 6,
        Value::Pseudonym(_) => 7,
        Value::Lines(_) => 8,
    }
}

/// Writes values of one type; lines are written by `lines`.
pub(super) fn write(form: Form, values: &[&Value], devices: &mut Devices) -> Vec<u8> {
    let mut out = Vec::new();
    match form {
        Form::Int => values.iter().filter_map(|v| v.as_int()).for_each(|n| put_varint(&mut out, zigzag(n))),
        Form::IntDelta => deltas(&mut out, values.iter().filter_map(|v| v.as_int())),
        Form::Day => deltas(&mut out, days_of(values).into_iter()),
        Form::IntPlanes => {
            let ints: Vec<i64> = values.iter().filter_map(|v| v.as_int()).collect();
            number::put_planes(&mut out, &ints);
        }
        Form::DayPlanes => number::put_planes(&mut out, &days_of(values)),
        Form::DigitPlanes => put_digit_planes(&mut out, values),
        Form::Bool => {
            let bits: Vec<bool> = values.iter().map(|v| matches!(v, Value::Bool(true))).collect();
            put_bits(&mut out, &bits);
        }
        Form::Code => {
            let single: Vec<&str> = values.iter().filter_map(|v| v.as_code()).collect();
            codes(&mut out, single.chunks(1), false);
        }
        Form::Codes => {
            let lists: Vec<Vec<&str>> = values
                .iter()
                .filter_map(|v| match v {
                    Value::Codes(codes) => Some(codes.iter().map(String::as_str).collect()),
                    _ => None,
                })
                .collect();
            codes(&mut out, lists.iter().map(Vec::as_slice), true);
        }
        Form::Text => texts(&mut out, values),
        Form::Digits => values.iter().filter_map(|v| v.as_text()).for_each(|t| put_digits(&mut out, t)),
        Form::Ref => refs(&mut out, values.iter().filter_map(|v| v.as_ref_id()), devices),
        Form::RefList => ref_list(&mut out, values, devices),
        Form::Pseudonym => values.iter().for_each(|v| {
            if let Value::Pseudonym(n) = v {
                out.extend_from_slice(&n.to_be_bytes());
            }
        }),
        Form::Lines | Form::Versions | Form::Cleared => {}
    }
    out
}

fn deltas(out: &mut Vec<u8>, numbers: impl Iterator<Item = i64>) {
    let mut last = 0_i64;
    for n in numbers {
        put_varint(out, zigzag(n.wrapping_sub(last)));
        last = n;
    }
}

fn codes<'a, 'b: 'a>(out: &mut Vec<u8>, lists: impl Iterator<Item = &'a [&'b str]>, counted: bool) {
    let mut index: BTreeMap<&str, u64> = BTreeMap::new();
    let mut dictionary: Vec<&str> = Vec::new();
    let mut run = Vec::new();
    for list in lists {
        if counted {
            put_varint(&mut run, list.len() as u64);
        }
        for code in list {
            let next = dictionary.len() as u64;
            let number = *index.entry(code).or_insert(next);
            if number == next {
                dictionary.push(code);
            }
            put_varint(&mut run, number);
        }
    }
    put_varint(out, dictionary.len() as u64);
    dictionary.iter().for_each(|code| put_bytes(out, code.as_bytes()));
    out.extend_from_slice(&run);
}

fn texts(out: &mut Vec<u8>, values: &[&Value]) {
    let texts: Vec<&str> = values.iter().filter_map(|v| v.as_text()).collect();
    texts.iter().for_each(|text| put_varint(out, text.len() as u64));
    texts.iter().for_each(|text| out.extend_from_slice(text.as_bytes()));
}

fn put_digits(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    for pair in text.as_bytes().chunks(2) {
        let low = pair.get(1).map_or(0, |b| b - b'0');
        out.push((pair[0] - b'0') << 4 | low);
    }
}

fn put_digit_planes(out: &mut Vec<u8>, values: &[&Value]) {
    let texts = values.iter().filter_map(|v| v.as_text());
    let numbers: Vec<i64> =
        texts.map(|t| t.bytes().fold(0, |n, digit| n * 10 + i64::from(digit - b'0'))).collect();
    out.push(values.first().and_then(|v| v.as_text()).map_or(0, str::len) as u8);
    number::put_planes(out, &numbers);
}

fn ref_list(out: &mut Vec<u8>, values: &[&Value], devices: &mut Devices) {
    let distinct: BTreeSet<RecordId> = values.iter().filter_map(|v| v.as_ref_id()).collect();
    let list: Vec<RecordId> = distinct.into_iter().collect();
    put_varint(out, list.len() as u64);
    refs(out, list.iter().copied(), devices);
    for id in values.iter().filter_map(|v| v.as_ref_id()) {
        put_varint(out, list.binary_search(&id).expect("the list was made of these") as u64);
    }
}

fn refs(out: &mut Vec<u8>, ids: impl Iterator<Item = RecordId>, devices: &mut Devices) {
    let mut last = 0_i64;
    for id in ids {
        let device = devices.number(id.device);
        put_varint(out, zigzag(i64::from(id.n) - last) << 1 | u64::from(device != 0));
        if device != 0 {
            put_varint(out, device);
        }
        last = i64::from(id.n);
    }
}

pub(super) fn put_bits(out: &mut Vec<u8>, bits: &[bool]) {
    for eight in bits.chunks(8) {
        out.push(eight.iter().enumerate().fold(0, |byte, (i, bit)| byte | u8::from(*bit) << i));
    }
}

/// Versions that patches replace: device, and how far back from the change itself.
pub(super) fn write_versions(versions: &[(Version, u64)], devices: &mut Devices) -> Vec<u8> {
    let mut out = Vec::new();
    for (version, seq) in versions {
        let device = devices.number(version.device);
        put_varint(&mut out, zigzag((seq.wrapping_sub(version.seq)) as i64) << 1 | u64::from(device != 0));
        if device != 0 {
            put_varint(&mut out, device);
        }
    }
    out
}
