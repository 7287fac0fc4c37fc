//! The values of a column, read back from the form that `column` wrote them in.

use sohoi_domain::{Day, RecordId, Version};

use super::arena::Arena;
use super::column::{Form, PLANE_DIGITS};
use super::number;
use super::rows::Devices;
use super::view::ValueView;
use crate::bytes::{Malformed, Reader};
use crate::limits;

/// Values still allowed in a section, so that a small one cannot ask for much memory.
pub(super) struct Budget(usize);

impl Budget {
    pub fn new() -> Budget {
        Budget(limits::VALUES)
    }

    pub fn spend(&mut self, n: usize) -> Result<(), Malformed> {
        self.0 = self.0.checked_sub(n).ok_or(Malformed("there are more values than allowed"))?;
        Ok(())
    }
}

/// What values are read with.
pub(super) struct With<'a, 'd> {
    pub arena: &'a Arena,
    pub devices: &'d Devices,
    pub budget: Budget,
}

/// Of the rows that a column can speak of, those in which it has a value.
pub(super) fn take_presence<'a>(
    reader: &mut Reader,
    rows: &'a [u32],
    with: &mut With<'a, '_>,
) -> Result<&'a [u32], Malformed> {
    let present = match reader.u8()? {
        0 => rows,
        1 => {
            let bits = take_bits(reader, rows.len())?;
            with.arena.list(rows.iter().zip(bits).filter(|(_, is_there)| *is_there).map(|(row, _)| *row))
        }
        _ => return Err(Malformed("a presence mark is not known")),
    };
    with.budget.spend(present.len())?;
    Ok(present)
}

/// Reads `n` values of a form, each as `shape` has it.
pub(super) fn read<'a, T: Copy>(
    form: Form,
    reader: &mut Reader<'a>,
    n: usize,
    with: &mut With<'a, '_>,
    shape: impl Fn(ValueView<'a>) -> T,
) -> Result<&'a [T], Malformed> {
    let arena = with.arena;
    let ints = |numbers: &[i64]| arena.list(numbers.iter().map(|n| shape(ValueView::Int(*n))));
    let days = |numbers: &[i64]| arena.each(numbers, |number| day(*number).map(&shape));
    let mut refs = Refs { devices: with.devices, last: 0 };
    let values: &[T] = match form {
        Form::Int => arena.all(n, || reader.signed().map(ValueView::Int).map(&shape))?,
        Form::IntDelta => ints(take_deltas(reader, n, arena)?),
        Form::IntPlanes => ints(number::take_planes(reader, n, arena)?),
        Form::Day => days(take_deltas(reader, n, arena)?)?,
        Form::DayPlanes => days(number::take_planes(reader, n, arena)?)?,
        Form::DigitPlanes => take_digit_planes(reader, n, arena, shape)?,
        Form::Bool => arena.list(take_bits(reader, n)?.map(|bit| shape(ValueView::Bool(bit)))),
        Form::Code => {
            let codes = take_dictionary(reader)?;
            arena.all(n, || take_code(reader, &codes).map(ValueView::Code).map(&shape))?
        }
        Form::Codes => {
            let codes = take_dictionary(reader)?;
            arena.all(n, || take_codes(reader, &codes, with).map(&shape))?
        }
        Form::Text => take_texts(reader, n, arena, shape)?,
        Form::Digits => arena.all(n, || take_digits(reader, arena).map(&shape))?,
        Form::Ref => arena.all(n, || refs.next(reader).map(ValueView::Ref).map(&shape))?,
        Form::RefList => {
            let n_listed = reader.count(limits::BATCH_CHANGES)?;
            let list = reader.all(n_listed, |reader| refs.next(reader))?;
            arena.all(n, || take_listed(reader, &list).map(ValueView::Ref).map(&shape))?
        }
        Form::Pseudonym => {
            arena.all(n, || Ok(shape(ValueView::Pseudonym(u64::from_be_bytes(reader.array()?)))))?
        }
        Form::Lines | Form::Versions | Form::Cleared => {
            return Err(Malformed("a column has a form that holds no values"));
        }
    };
    Ok(values)
}

fn take_bits<'a>(
    reader: &mut Reader<'a>,
    n: usize,
) -> Result<impl ExactSizeIterator<Item = bool> + use<'a>, Malformed> {
    let bytes = reader.take(n.div_ceil(8))?;
    if !n.is_multiple_of(8) && bytes.last().is_some_and(|last| last >> (n % 8) != 0) {
        return Err(Malformed("unused bits are set"));
    }
    Ok((0..n).map(|i| bytes[i / 8] >> (i % 8) & 1 == 1))
}

fn day<'a>(number: i64) -> Result<ValueView<'a>, Malformed> {
    let number = i32::try_from(number).map_err(|_| Malformed("a day is out of range"))?;
    // 1900-01-01 to 2199-12-31, what can be typed.
    if !(-25_567..=84_005).contains(&number) {
        return Err(Malformed("a day is out of range"));
    }
    Ok(ValueView::Day(Day::from_number(number)))
}

fn take_deltas<'a>(reader: &mut Reader, n: usize, arena: &'a Arena) -> Result<&'a [i64], Malformed> {
    let mut last = 0_i64;
    let numbers = arena.all(n, || {
        last = last.wrapping_add(reader.signed()?);
        Ok(last)
    })?;
    Ok(numbers)
}

// Not in the arena: there would be more of these lists than of what they are for.
fn take_dictionary<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a str>, Malformed> {
    let n = reader.count(limits::BATCH_CHANGES)?;
    reader.all(n, |reader| std::str::from_utf8(reader.bytes(64)?).map_err(|_| Malformed("a code is no text")))
}

fn take_code<'a>(reader: &mut Reader, codes: &[&'a str]) -> Result<&'a str, Malformed> {
    let index = usize::try_from(reader.varint()?).unwrap_or(usize::MAX);
    codes.get(index).copied().ok_or(Malformed("a code is not in the list"))
}

fn take_codes<'a>(
    reader: &mut Reader,
    codes: &[&'a str],
    with: &mut With<'a, '_>,
) -> Result<ValueView<'a>, Malformed> {
    let n = reader.count(sohoi_domain::record::MAX_CODES)?;
    with.budget.spend(n)?;
    with.arena.all(n, || take_code(reader, codes)).map(|all| ValueView::Codes(all))
}

// One check for all of them is quicker than one for each, and comes to the same where none ends within a letter.
fn take_texts<'a, T: Copy>(
    reader: &mut Reader<'a>,
    n: usize,
    arena: &'a Arena,
    shape: impl Fn(ValueView<'a>) -> T,
) -> Result<&'a [T], Malformed> {
    const NO_TEXT: Malformed = Malformed("a text is no UTF-8");
    let lengths = arena.all(n, || reader.count(limits::TEXT_BYTES))?;
    let all = reader.take(lengths.iter().sum())?;
    let mut rest = std::str::from_utf8(all).map_err(|_| NO_TEXT)?;
    let texts = arena.each(lengths.iter(), |length| {
        let (text, others) = rest.split_at_checked(*length).ok_or(NO_TEXT)?;
        rest = others;
        Ok(shape(ValueView::Text(text)))
    })?;
    Ok(texts)
}

fn take_text<'a>(reader: &mut Reader<'a>, length: usize) -> Result<ValueView<'a>, Malformed> {
    let text = std::str::from_utf8(reader.take(length)?).map_err(|_| Malformed("a text is no UTF-8"))?;
    Ok(ValueView::Text(text))
}

fn take_digits<'a>(reader: &mut Reader, arena: &'a Arena) -> Result<ValueView<'a>, Malformed> {
    let n = reader.count(limits::TEXT_BYTES)?;
    let bytes = reader.take(n.div_ceil(2))?;
    let digits = arena.each(0..n, |place| {
        let digit = if place % 2 == 0 { bytes[place / 2] >> 4 } else { bytes[place / 2] & 0xf };
        if digit > 9 { Err(Malformed("a digit is out of range")) } else { Ok(b'0' + digit) }
    })?;
    take_text(&mut Reader::new(digits), n)
}

fn take_digit_planes<'a, T: Copy>(
    reader: &mut Reader,
    n: usize,
    arena: &'a Arena,
    shape: impl Fn(ValueView<'a>) -> T,
) -> Result<&'a [T], Malformed> {
    let length = usize::from(reader.u8()?);
    if !(1..=PLANE_DIGITS).contains(&length) {
        return Err(Malformed("digits are out of range"));
    }
    let below = 10_i64.pow(length as u32);
    let numbers = number::take_planes(reader, n, arena)?;
    let texts = arena.each(numbers.iter().copied(), |mut number| {
        if !(0..below).contains(&number) {
            return Err(Malformed("digits are out of range"));
        }
        let digits = arena.filled(length, b'0');
        for digit in digits.iter_mut().rev() {
            *digit += (number % 10) as u8;
            number /= 10;
        }
        take_text(&mut Reader::new(digits), length).map(&shape)
    })?;
    Ok(texts)
}

fn take_listed(reader: &mut Reader, list: &[RecordId]) -> Result<RecordId, Malformed> {
    let index = usize::try_from(reader.varint()?).unwrap_or(usize::MAX);
    list.get(index).copied().ok_or(Malformed("a reference is not in the list"))
}

/// References, each counted on from the one before.
struct Refs<'d> {
    devices: &'d Devices,
    last: i64,
}

impl Refs<'_> {
    fn next(&mut self, reader: &mut Reader) -> Result<RecordId, Malformed> {
        const RANGE: Malformed = Malformed("a reference is out of range");
        let coded = reader.varint()?;
        let device = if coded & 1 == 1 { reader.varint()? } else { 0 };
        self.last = self.last.checked_add(crate::bytes::unzigzag(coded >> 1)).ok_or(RANGE)?;
        let n = u32::try_from(self.last).ok().filter(|n| *n > 0).ok_or(RANGE)?;
        Ok(RecordId { device: self.devices.get(device)?, n })
    }
}

pub(super) fn take_version(reader: &mut Reader, seq: u64, devices: &Devices) -> Result<Version, Malformed> {
    let coded = reader.varint()?;
    let device = if coded & 1 == 1 { reader.varint()? } else { 0 };
    let back = crate::bytes::unzigzag(coded >> 1);
    Ok(Version { device: devices.get(device)?, seq: seq.wrapping_sub(back as u64) })
}
