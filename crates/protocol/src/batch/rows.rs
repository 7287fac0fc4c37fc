//! The part of a section that is there once a change: operation, kind, record, stamp, author, unit.

use std::collections::BTreeMap;

use sohoi_domain::{Change, Day, DeviceId, Hlc, KindNum, Op, RecordId, UnitKey};

use super::arena::Arena;
use super::number;
use super::view::{ChangeView, UnitView};
use crate::bytes::{Malformed, Reader, put_bytes, put_varint, zigzag};
use crate::limits;

/// Devices that a batch speaks of: its own at 0, the others as they come up.
#[derive(Clone, Debug)]
pub(super) struct Devices {
    list: Vec<DeviceId>,
    index: BTreeMap<DeviceId, u64>,
}

impl Devices {
    pub fn new(own: DeviceId) -> Devices {
        Devices { list: vec![own], index: BTreeMap::from([(own, 0)]) }
    }

    pub fn number(&mut self, device: DeviceId) -> u64 {
        let next = self.list.len() as u64;
        let number = *self.index.entry(device).or_insert(next);
        if number == next {
            self.list.push(device);
        }
        number
    }

    pub fn get(&self, number: u64) -> Result<DeviceId, Malformed> {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        self.list.get(index).copied().ok_or(Malformed("it names a device that is not listed"))
    }

    pub fn write(&self, out: &mut Vec<u8>) {
        put_varint(out, self.list.len() as u64 - 1);
        for device in &self.list[1..] {
            out.extend_from_slice(&device.0.to_be_bytes());
        }
    }

    pub fn read(own: DeviceId, reader: &mut Reader) -> Result<Devices, Malformed> {
        let mut devices = Devices::new(own);
        for _ in 0..reader.count(limits::BATCH_CHANGES)? {
            let device = DeviceId(u64::from_be_bytes(reader.array()?));
            devices.list.push(device);
        }
        Ok(devices)
    }
}

/// A reference costs nothing for the next new record and one to three bytes for one nearby.
#[derive(Default)]
pub(super) struct RecordCursor {
    last_created: u32,
    last_named: u32,
}

impl RecordCursor {
    pub fn put(&mut self, out: &mut Vec<u8>, id: RecordId, is_create: bool, devices: &mut Devices) {
        let device = devices.number(id.device);
        let expected = if is_create { i64::from(self.last_created) + 1 } else { i64::from(self.last_named) };
        let delta = zigzag(i64::from(id.n) - expected);
        put_varint(out, delta << 1 | u64::from(device != 0));
        if device != 0 {
            put_varint(out, device);
        }
        self.moved(id.n, is_create);
    }

    pub fn take(
        &mut self,
        reader: &mut Reader,
        is_create: bool,
        devices: &Devices,
    ) -> Result<RecordId, Malformed> {
        let coded = reader.varint()?;
        let device = if coded & 1 == 1 { reader.varint()? } else { 0 };
        let expected = if is_create { i64::from(self.last_created) + 1 } else { i64::from(self.last_named) };
        let n = expected.checked_add(crate::bytes::unzigzag(coded >> 1));
        let n = n
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n > 0)
            .ok_or(Malformed("a record has no number"))?;
        self.moved(n, is_create);
        Ok(RecordId { device: devices.get(device)?, n })
    }

    fn moved(&mut self, n: u32, is_create: bool) {
        if is_create {
            self.last_created = n;
        }
        self.last_named = n;
    }
}

fn op_code(op: Op) -> u8 {
    match op {
        Op::Create => 0,
        Op::Patch => 1,
        Op::Erase => 2,
        Op::Restore => 3,
    }
}

fn op_of(code: u8) -> Result<Op, Malformed> {
    match code {
        0 => Ok(Op::Create),
        1 => Ok(Op::Patch),
        2 => Ok(Op::Erase),
        3 => Ok(Op::Restore),
        _ => Err(Malformed("an operation is not known")),
    }
}

/// Writes the rows, each kind of number in a run of its own: like stands beside like for the compression.
pub(super) fn write(out: &mut Vec<u8>, changes: &[Change], base: Hlc, devices: &mut Devices) {
    let mut runs: [Vec<u8>; 7] = Default::default();
    let [ops, kinds, records, walls, counters, authors, units] = &mut runs;
    put_stamps(walls, counters, changes, base);
    let mut unit_list: Vec<&UnitKey> = Vec::new();
    let mut cursor = RecordCursor::default();
    for change in changes {
        ops.push(op_code(change.op));
        put_varint(kinds, u64::from(change.kind.0));
        cursor.put(records, change.record, change.op == Op::Create, devices);
        put_varint(authors, u64::from(change.author));
        if let Some(unit) = &change.unit {
            let known = unit_list.iter().position(|u| *u == unit);
            let index = known.unwrap_or_else(|| {
                unit_list.push(unit);
                unit_list.len() - 1
            });
            put_varint(units, index as u64 + 1);
        } else if change.op == Op::Create {
            put_varint(units, 0);
        }
    }
    put_varint(out, unit_list.len() as u64);
    for unit in unit_list {
        put_bytes(out, unit.code.as_bytes());
        put_varint(out, zigzag(i64::from(unit.valid_from.number())));
    }
    for run in runs {
        put_bytes(out, &run);
    }
}

/// Stamps that this program makes are at whole seconds.
const SECOND_MS: i64 = 1_000;

/// The stamp of the row before: milliseconds, and a counter on which the next one of the same time follows.
struct LastStamp {
    wall_ms: i64,
    counter: i64,
}

impl LastStamp {
    // The first row's is likely the base itself.
    fn before(base: Hlc) -> LastStamp {
        LastStamp { wall_ms: base.wall_ms(), counter: counter(base) - 1 }
    }

    fn likely_counter(&self, step_ms: i64) -> i64 {
        if step_ms == 0 { self.counter + 1 } else { 0 }
    }
}

fn counter(hlc: Hlc) -> i64 {
    (hlc.0 & 0xffff) as i64
}

// Both runs tell how far each is from what is likely.
fn put_stamps(walls: &mut Vec<u8>, counters: &mut Vec<u8>, changes: &[Change], base: Hlc) {
    let (mut last, mut steps, mut jumps) = (LastStamp::before(base), Vec::new(), Vec::new());
    for change in changes {
        let step = change.hlc.wall_ms() - last.wall_ms;
        jumps.push(counter(change.hlc) - last.likely_counter(step));
        steps.push(step);
        last = LastStamp { wall_ms: change.hlc.wall_ms(), counter: counter(change.hlc) };
    }
    let unit_ms = if steps.iter().all(|step| step % SECOND_MS == 0) { SECOND_MS } else { 1 };
    steps.iter_mut().for_each(|step| *step /= unit_ms);
    put_varint(walls, unit_ms.unsigned_abs());
    number::put_planes(walls, &steps);
    number::put_planes(counters, &jumps);
}

fn take_stamps<'a>(
    walls: &mut Reader,
    counters: &mut Reader,
    (base, n): (Hlc, usize),
    arena: &'a Arena,
) -> Result<&'a [Hlc], Malformed> {
    const RANGE: Malformed = Malformed("a stamp is out of range");
    let unit_ms = i64::try_from(walls.varint()?).map_err(|_| RANGE)?;
    let steps = number::take_planes(walls, n, arena)?;
    let jumps = number::take_planes(counters, n, arena)?;
    let mut last = LastStamp::before(base);
    let stamps = arena.each(steps.iter().zip(jumps), |(step, jump)| {
        let step_ms = step.checked_mul(unit_ms).ok_or(RANGE)?;
        let wall_ms = last.wall_ms.checked_add(step_ms).ok_or(RANGE)?;
        let wall = u64::try_from(wall_ms).ok().filter(|wall| *wall < 1 << 48).ok_or(RANGE)?;
        let counter = last.likely_counter(step_ms).checked_add(*jump).ok_or(RANGE)?;
        let bits = u16::try_from(counter).map_err(|_| RANGE)?;
        last = LastStamp { wall_ms, counter };
        Ok(Hlc(wall << 16 | u64::from(bits)))
    })?;
    Ok(stamps)
}

/// Reads the rows back, with fields still empty.
pub(super) fn read<'a>(
    reader: &mut Reader<'a>,
    header: &super::BatchHeader,
    devices: &Devices,
    arena: &'a Arena,
) -> Result<&'a mut [ChangeView<'a>], Malformed> {
    let units = read_units(reader, arena)?;
    let mut run = || reader.bytes(limits::SECTION_BYTES).map(Reader::new);
    let (mut ops, mut kinds, mut records) = (run()?, run()?, run()?);
    let (mut walls, mut counters, mut authors, mut unit_run) = (run()?, run()?, run()?, run()?);
    let stamps = take_stamps(&mut walls, &mut counters, (header.base_hlc, header.count as usize), arena)?;
    let mut cursor = RecordCursor::default();
    let changes = arena.each(stamps.iter().enumerate(), |(row, hlc)| {
        let op = op_of(ops.u8()?)?;
        let record = cursor.take(&mut records, op == Op::Create, devices)?;
        let unit = if op == Op::Create { read_unit(&mut unit_run, units)? } else { None };
        Ok(ChangeView {
            seq: header
                .first_seq
                .checked_add(row as u64)
                .ok_or(Malformed("a sequence number is out of range"))?,
            hlc: *hlc,
            author: u32::try_from(authors.varint()?).map_err(|_| Malformed("an author is out of range"))?,
            record,
            kind: kind_of(kinds.varint()?)?,
            op,
            unit,
            fields: &[],
            replaces: &[],
            catalogue: header.catalogue,
            reason: None,
        })
    })?;
    for run in [ops, kinds, records, walls, counters, authors, unit_run] {
        run.finish()?;
    }
    Ok(changes)
}

fn kind_of(num: u64) -> Result<KindNum, Malformed> {
    let num = u16::try_from(num).ok().filter(|num| *num > 0);
    num.map(KindNum).ok_or(Malformed("a kind is out of range"))
}

fn read_units<'a>(reader: &mut Reader<'a>, arena: &'a Arena) -> Result<&'a [UnitView<'a>], Malformed> {
    let n = reader.count(limits::BATCH_CHANGES)?;
    let units = arena.all(n, || {
        let code = std::str::from_utf8(reader.bytes(16)?).map_err(|_| Malformed("a unit is no text"))?;
        let day = i32::try_from(reader.signed()?).map_err(|_| Malformed("a day is out of range"))?;
        Ok(UnitView { code, valid_from: Day::from_number(day) })
    })?;
    Ok(units)
}

fn read_unit<'a>(run: &mut Reader, units: &[UnitView<'a>]) -> Result<Option<UnitView<'a>>, Malformed> {
    match run.varint()? {
        0 => Ok(None),
        n => {
            let index = usize::try_from(n - 1).unwrap_or(usize::MAX);
            units.get(index).copied().map(Some).ok_or(Malformed("it names a unit that is not listed"))
        }
    }
}
