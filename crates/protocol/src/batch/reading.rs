//! Sections in, changes as they stand in the batch out.

use sohoi_domain::change::Version;
use sohoi_domain::{FieldNum, KindNum, Op};

use super::BatchHeader;
use super::arena::Arena;
use super::column::Form;
use super::rows::{self, Devices};
use super::section::REASON;
use super::values::{self, Budget, With, take_presence};
use super::view::{ChangeView, LineView, ValueView};
use crate::bytes::{Malformed, Reader};
use crate::limits;

/// What the sections of a batch have said so far.
pub(super) struct Reading<'a> {
    arena: &'a Arena,
    devices: Devices,
    changes: &'a mut [ChangeView<'a>],
    rows: Rows<'a>,
    values: Vec<Column<'a, Option<ValueView<'a>>>>,
    versions: Vec<Column<'a, Version>>,
}

/// Rows in the order of their kinds: many columns run over the same.
struct Rows<'a> {
    of_values: &'a [u32],
    of_versions: &'a [u32],
    all: &'a [u32],
}

/// A value for each of its rows.
#[derive(Clone, Copy)]
struct Column<'a, T> {
    field: FieldNum,
    rows: &'a [u32],
    cells: &'a [T],
}

impl<'a> Reading<'a> {
    /// Reads the open side.
    pub fn of(header: &BatchHeader, content: &'a [u8], arena: &'a Arena) -> Result<Reading<'a>, Malformed> {
        let mut reader = Reader::new(content);
        let devices = Devices::read(header.device, &mut reader)?;
        let changes = rows::read(&mut reader, header, &devices, arena)?;
        let rows = Rows::of(changes, arena);
        let mut reading = Reading { arena, devices, changes, rows, values: Vec::new(), versions: Vec::new() };
        reading.section(reader)?;
        Ok(reading)
    }

    /// Reads the columns of one side.
    pub fn section(&mut self, mut reader: Reader<'a>) -> Result<(), Malformed> {
        let mut with = With { arena: self.arena, devices: &self.devices, budget: Budget::new() };
        for _ in 0..reader.count(limits::COLUMNS)? {
            let kind = u16::try_from(reader.varint()?).map_err(|_| Malformed("a kind is out of range"))?;
            let field = u16::try_from(reader.varint()?).map_err(|_| Malformed("a field is out of range"))?;
            let (kind, field) = (KindNum(kind), FieldNum(field));
            let form = Form::of(reader.u8()?);
            let mut content = Reader::new(reader.bytes(limits::SECTION_BYTES)?);
            // A form of a newer program is passed over; its bytes stay in the batch.
            let Some(form) = form else { continue };
            if (kind, field) == REASON {
                reasons(&mut content, form, self.rows.all, self.changes, &mut with)?;
            } else if form == Form::Versions {
                let rows = Rows::of_kind(self.rows.of_versions, self.changes, kind);
                let rows = take_presence(&mut content, rows, &mut with)?;
                let cells = self.arena.each(rows, |row| {
                    values::take_version(&mut content, self.changes[*row as usize].seq, with.devices)
                })?;
                self.versions.push(Column { field, rows, cells });
            } else {
                let rows = Rows::of_kind(self.rows.of_values, self.changes, kind);
                let rows = take_presence(&mut content, rows, &mut with)?;
                let cells = match form {
                    Form::Cleared => self.arena.filled(rows.len(), None),
                    Form::Lines => {
                        let values = lines(&mut content, rows.len(), &mut with)?;
                        self.arena.list(values.iter().map(|value| Some(*value)))
                    }
                    _ => values::read(form, &mut content, rows.len(), &mut with, Some)?,
                };
                self.values.push(Column { field, rows, cells });
            }
            content.finish()?;
        }
        reader.finish()
    }

    /// Puts to each change what the columns say of it.
    pub fn finish(mut self) -> Result<&'a [ChangeView<'a>], Malformed> {
        let n = self.changes.len();
        let fields = by_row(n, &mut self.values, self.arena);
        let replaces = by_row(n, &mut self.versions, self.arena);
        for (row, change) in self.changes.iter_mut().enumerate() {
            change.fields = each_once(fields[row], self.arena, |said| one_of_lines(said, self.arena))?;
            change.replaces = replaces[row];
        }
        Ok(self.changes)
    }
}

impl<'a> Rows<'a> {
    fn of(changes: &[ChangeView], arena: &'a Arena) -> Rows<'a> {
        let sorted = |fits: fn(&ChangeView) -> bool| {
            let rows = (0_u32..).zip(changes).filter(|(_, change)| fits(change)).map(|(row, _)| row);
            let mut rows: Vec<u32> = rows.collect();
            rows.sort_by_key(|row| changes[*row as usize].kind);
            arena.list(rows)
        };
        Rows {
            of_values: sorted(|change| matches!(change.op, Op::Create | Op::Patch)),
            of_versions: sorted(|change| change.op != Op::Create),
            all: arena.list(0..changes.len() as u32),
        }
    }

    fn of_kind(sorted: &'a [u32], changes: &[ChangeView], kind: KindNum) -> &'a [u32] {
        let from = sorted.partition_point(|row| changes[*row as usize].kind < kind);
        let n = sorted[from..].partition_point(|row| changes[*row as usize].kind == kind);
        &sorted[from..from + n]
    }
}

fn reasons<'a>(
    content: &mut Reader<'a>,
    form: Form,
    rows: &'a [u32],
    changes: &mut [ChangeView<'a>],
    with: &mut With<'a, '_>,
) -> Result<(), Malformed> {
    let rows = take_presence(content, rows, with)?;
    let values = values::read(form, content, rows.len(), with, |value| value)?;
    for (row, value) in rows.iter().zip(values) {
        changes[*row as usize].reason = match value {
            ValueView::Text(text) => Some(text),
            _ => None,
        };
    }
    Ok(())
}

/// Lines: how many each record has, then one column for each of theirs over all of them.
fn lines<'a>(
    reader: &mut Reader<'a>,
    n: usize,
    with: &mut With<'a, '_>,
) -> Result<&'a [ValueView<'a>], Malformed> {
    let arena = with.arena;
    let counts = arena.all(n, || reader.count(limits::LINE_ROWS))?;
    let total = counts.iter().sum::<usize>();
    with.budget.spend(total)?;
    let all = arena.list(0..total as u32);
    let mut columns: Vec<Column<ValueView>> = Vec::new();
    for _ in 0..reader.count(limits::COLUMNS)? {
        let field = u16::try_from(reader.varint()?).map_err(|_| Malformed("a column is out of range"))?;
        let form = Form::of(reader.u8()?);
        let mut content = Reader::new(reader.bytes(limits::SECTION_BYTES)?);
        // A form of a newer program is passed over; its bytes stay in the batch.
        let Some(form) = form else { continue };
        let rows = take_presence(&mut content, all, with)?;
        let cells = values::read(form, &mut content, rows.len(), with, |value| value)?;
        content.finish()?;
        columns.push(Column { field: FieldNum(field), rows, cells });
    }
    let by_line = by_row(total, &mut columns, arena);
    for line in by_line.iter_mut() {
        *line = each_once(line, arena, |said| Ok(said[said.len() - 1].1))?;
    }
    let mut rest: &'a [LineView<'a>] = by_line;
    Ok(arena.list(counts.iter().map(|count| {
        let (own, others) = rest.split_at(*count);
        rest = others;
        ValueView::Lines(own)
    })))
}

/// For each row what the columns say of it, in the order of their fields; of one field in that of the batch.
fn by_row<'a, T: Copy>(
    n_rows: usize,
    columns: &mut [Column<'a, T>],
    arena: &'a Arena,
) -> &'a mut [&'a [(FieldNum, T)]] {
    columns.sort_by_key(|column| column.field);
    let by_row: &mut [&[(FieldNum, T)]] = arena.filled(n_rows, &[][..]);
    let Some(first) = columns.iter().find_map(|column| column.cells.first()) else { return by_row };
    let ends = arena.filled(n_rows, 0);
    for row in columns.iter().flat_map(|column| column.rows) {
        ends[*row as usize] += 1;
    }
    let mut n_before = 0;
    for end in ends.iter_mut() {
        // Where the next cell of the row goes; its end once all are there.
        n_before += std::mem::replace(end, n_before);
    }
    let cells = arena.filled(n_before, (FieldNum(0), *first));
    for column in columns.iter() {
        for (row, cell) in column.rows.iter().zip(column.cells) {
            let place = &mut ends[*row as usize];
            cells[*place] = (column.field, *cell);
            *place += 1;
        }
    }
    let mut rest: &'a [(FieldNum, T)] = cells;
    let mut from = 0;
    for (row, end) in by_row.iter_mut().zip(ends.iter()) {
        (*row, rest) = rest.split_at(*end - from);
        from = *end;
    }
    by_row
}

/// Brings what is said of one field several times together. Nearly never is anything.
fn each_once<'a, T: Copy>(
    cells: &'a [(FieldNum, T)],
    arena: &'a Arena,
    together: impl Fn(&[(FieldNum, T)]) -> Result<T, Malformed>,
) -> Result<&'a [(FieldNum, T)], Malformed> {
    if cells.windows(2).all(|pair| pair[0].0 != pair[1].0) {
        return Ok(cells);
    }
    let mut once = Vec::with_capacity(cells.len());
    for of_field in cells.chunk_by(|one, next| one.0 == next.0) {
        once.push(match of_field {
            [one] => *one,
            several => (several[0].0, together(several)?),
        });
    }
    Ok(arena.list(once))
}

type Said<'a> = (FieldNum, Option<ValueView<'a>>);

/// Personal columns of lines beside the open ones: nothing else is said of a field twice. Each line is made once of
/// all its pieces, however many columns they come from.
fn one_of_lines<'a>(said: &[Said<'a>], arena: &'a Arena) -> Result<Option<ValueView<'a>>, Malformed> {
    let pieces = said.iter().map(|(_, value)| match value {
        None => Err(Malformed("a field is set and emptied")),
        Some(ValueView::Lines(lines)) => Ok(*lines),
        Some(_) => Err(Malformed("a field is in both sections")),
    });
    let pieces: Vec<&[LineView]> = pieces.collect::<Result<_, _>>()?;
    let n_lines = pieces.first().map_or(0, |lines| lines.len());
    if pieces.iter().any(|lines| lines.len() != n_lines) {
        return Err(Malformed("lines differ in number between the sections"));
    }
    let mut line: Vec<(FieldNum, ValueView)> = Vec::new();
    let lines = arena.each(0..n_lines, |n| {
        line.clear();
        line.extend(pieces.iter().flat_map(|lines| lines[n]));
        line.sort_by_key(|(column, _)| *column);
        let last_of_each =
            line.chunk_by(|one, next| one.0 == next.0).map(|several| several[several.len() - 1]);
        Ok(arena.list(last_of_each))
    })?;
    Ok(Some(ValueView::Lines(lines)))
}

#[cfg(test)]
mod tests {
    use sohoi_domain::{DeviceId, Hlc};

    use super::*;
    use crate::bytes::{put_bytes, put_varint};

    const HEADER: BatchHeader = BatchHeader {
        device: DeviceId(1),
        first_seq: 1,
        count: 1,
        catalogue: 1,
        base_hlc: Hlc(1 << 40),
        dictionary: 0,
    };

    /// A create of kind 1 without a unit, and these columns of field 9, in each of which it has one line.
    fn side(columns: &[Vec<u16>]) -> Vec<u8> {
        let mut side = vec![0, 0, 1, 0, 1, 1, 1, 0, 4, 0xe8, 7, 0, 0, 2, 0, 0, 1, 1, 1, 0];
        put_varint(&mut side, columns.len() as u64);
        for nums in columns {
            let mut column = vec![0, 1];
            put_varint(&mut column, nums.len() as u64);
            for num in nums {
                put_varint(&mut column, u64::from(*num));
                column.push(Form::Bool as u8);
                put_bytes(&mut column, &[0, 1]);
            }
            side.extend([1, 9, Form::Lines as u8]);
            put_bytes(&mut side, &column);
        }
        side
    }

    fn read<'a>(side: &'a [u8], arena: &'a Arena) -> &'a [ChangeView<'a>] {
        Reading::of(&HEADER, side, arena).and_then(Reading::finish).expect("it keeps every limit")
    }

    #[test]
    fn a_field_that_is_told_in_thousands_of_columns_takes_room_once() {
        let mut columns: Vec<Vec<u16>> =
            (0..8).map(|part| (0..8_192).map(|n| part * 8_192 + n).collect()).collect();
        columns.resize(limits::COLUMNS, Vec::new());
        let (side, arena) = (side(&columns), Arena::default());
        let changes = read(&side, &arena);
        let Some(ValueView::Lines([line])) = changes[0].field(FieldNum(9)) else { panic!("one line") };
        assert_eq!(line.len(), 8 * 8_192);
        assert!(arena.n_bytes() < 64 << 20, "{} bytes", arena.n_bytes());
    }

    #[test]
    fn of_a_column_that_comes_twice_the_last_counts() {
        let (side, arena) = (side(&[vec![3, 1], vec![2, 3]]), Arena::default());
        let Some(ValueView::Lines([line])) = read(&side, &arena)[0].field(FieldNum(9)) else {
            panic!("one line")
        };
        assert_eq!(line.iter().map(|(num, _)| num.0).collect::<Vec<_>>(), [1, 2, 3]);
    }
}
