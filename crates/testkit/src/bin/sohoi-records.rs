//! One commune's generated records in a register, and as JSON for those who send them otherwise: `bench/peers`.
//!
//! `sohoi-records new HOME N FOLDER` makes the register and writes `records.jsonl`; with a number of periods after
//! that, so many months are submitted while it is filled, in their order and at like distances (`bench/pages`). Then
//! `sohoi-records change HOME N FOLDER` changes 50 of the N and writes `changed.jsonl`, the whole records, and
//! `fields.jsonl`, only what was changed in them. Both say the commune's code. Same numbers, same records.
//!
//! The register, its submissions and its changes live by the generator's clock alone: with this machine's beside it,
//! nearly each record would look like one from a PC whose clock was far ahead.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::json;
use sohoi_app::App;
use sohoi_app::register::NewRegisterReq;
use sohoi_domain::{Catalogue, Change, DeviceId, Fields, PeriodKind, RecordId, Value};
use sohoi_store::{Operation, Register};
use sohoi_testkit::PIN;
use sohoi_testkit::bytes::json_lines;
use sohoi_testkit::commune::{BEGINNING_MS, Pen, fill};

const USAGE: &str = "sohoi-records new HOME N FOLDER [PERIODS] | sohoi-records change HOME N FOLDER";
/// The commune of `cargo xtask bench sync`.
const SEED: u64 = 46;
const N_CHANGED: usize = 50;
const CALENDAR: &str = "nd09";
/// From a record until its month is signed; the next record takes longer.
const SIGNED_AFTER_MS: i64 = 10_000;

/// A register's folder, and the time at the PC that it is on.
struct Desk {
    app: App,
    now_ms: Arc<AtomicI64>,
}

impl Desk {
    fn at(home: &Path) -> Desk {
        let now_ms = Arc::new(AtomicI64::new(BEGINNING_MS));
        let shown = Arc::clone(&now_ms);
        Desk { app: App::at_times_of(home, move || shown.load(Ordering::Relaxed)), now_ms }
    }

    fn it_is(&self, now_ms: i64) {
        self.now_ms.store(now_ms, Ordering::Relaxed);
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [act, home, n, folder, periods @ ..] = words.as_slice() else { panic!("{USAGE}") };
    let n_periods = periods.first().map_or(0, |n| n.parse().expect(USAGE));
    let (n, folder) = (n.parse().expect(USAGE), Path::new(folder));
    let desk = Desk::at(Path::new(home));
    let unit = match act.as_str() {
        "new" => new(&desk, n, folder, n_periods),
        "change" => change(&desk, n, folder),
        _ => panic!("{USAGE}"),
    };
    println!("{}", json!({ "unit": unit }));
}

fn new(desk: &Desk, n: usize, folder: &Path, n_periods: usize) -> String {
    let catalogue = Catalogue::embedded();
    let unit = unit(&catalogue);
    let req =
        NewRegisterReq {
            unit_code: unit.clone(), on: None, officer: "Cán bộ Hội".into(), pin: PIN.into()
        };
    let device = desk.app.register_create(&req).expect("the register is made").device;
    desk.app.recovery_kept().expect("nobody is to be reminded");
    let size = (n / (n_periods + 1)).max(1);
    let mut made = Pen::new(&catalogue, device, SEED).record(n);
    made.iter_mut().for_each(|change| make_room(change, (size, n_periods)));
    let mut stored: Vec<Change> = Vec::with_capacity(n);
    let mut months = months(&catalogue, n_periods).into_iter();
    for made in made.chunks(size) {
        let taken = desk.app.with_register(|register| {
            fill(register, made);
            stored.extend(made.iter().map(|change| as_stored(register, change)));
            Ok(())
        });
        taken.expect("the register is open");
        if let Some(month) = months.next() {
            desk.it_is(last_ms(made) + SIGNED_AFTER_MS);
            desk.app.period_submit(CALENDAR, &month, "").expect("the period is submitted");
        }
    }
    write(folder, "records.jsonl", &json_lines(&catalogue, &stored));
    unit
}

// A submission is a record, too, and has the number after those that were made before it.
fn make_room(change: &mut Change, (size, n_periods): (usize, usize)) {
    let n_before = |n: u32| ((n as usize - 1) / size).min(n_periods) as u32;
    let own = change.record.device;
    change.record.n += n_before(change.record.n);
    let mut refer = |value: &mut Value| {
        if let Value::Ref(id) = value
            && id.device == own
        {
            id.n += n_before(id.n);
        }
    };
    for value in change.fields.values_mut().flatten() {
        refer(value);
        if let Value::Lines(lines) = value {
            lines.iter_mut().flat_map(Fields::values_mut).for_each(&mut refer);
        }
    }
}

// The last ones before the generated officer began.
fn months(catalogue: &Catalogue, n: usize) -> Vec<String> {
    let calendar = catalogue.calendar(CALENDAR).expect("a calendar of the catalogue");
    let all = calendar.rows.iter().filter(|row| row.kind == PeriodKind::Month && row.label.as_str() < "2026");
    let mut labels: Vec<String> = all.map(|row| row.label.clone()).collect();
    labels.split_off(labels.len().saturating_sub(n))
}

fn unit(catalogue: &Catalogue) -> String {
    let first = Pen::new(catalogue, DeviceId(1), SEED).record(1).remove(0);
    first.unit.expect("a new record has a unit").code
}

fn last_ms(made: &[Change]) -> i64 {
    made.last().map_or(BEGINNING_MS, |change| change.hlc.wall_ms())
}

fn change(desk: &Desk, n: usize, folder: &Path) -> String {
    let catalogue = Catalogue::embedded();
    // Times hang on the seed alone, and not on the device, which is known once the register is open.
    desk.it_is(last_ms(&Pen::new(&catalogue, DeviceId(1), SEED).record(n)));
    desk.app.unlock(PIN).expect("the register opens");
    let done = desk.app.with_register(|register| {
        let mut pen = Pen::new(&catalogue, register.identity().device, SEED);
        pen.record(n);
        let (mut whole, mut fields) = (BTreeMap::new(), Vec::new());
        while whole.len() < N_CHANGED {
            let change = pen.edit(1).remove(0);
            if patch(register, &change) {
                whole.insert(change.record, as_stored(register, &change));
                fields.push(change);
            }
        }
        Ok((whole, fields))
    });
    let (whole, fields): (BTreeMap<RecordId, Change>, Vec<Change>) = done.expect("the register is open");
    let whole: Vec<Change> = whole.into_values().collect();
    write(folder, "changed.jsonl", &json_lines(&catalogue, &whole));
    write(folder, "fields.jsonl", &json_lines(&catalogue, &fields));
    unit(&catalogue)
}

/// Answers whether the record is another one now.
fn patch(register: &mut Register, change: &Change) -> bool {
    let mut fields = stored(register, change.record);
    fields.extend(change.fields.iter().filter_map(|(num, value)| Some((*num, value.clone()?))));
    let edit = register.transact(Operation::RecordEdit, change.hlc.wall_ms(), |writer| {
        writer.patch_record(change.record, fields)
    });
    !edit.expect("the change is taken").output.is_empty()
}

fn stored(register: &Register, id: RecordId) -> Fields {
    register.record(id).expect("the register can be read").expect("it was recorded").state.fields
}

/// The same with all the fields that the register holds, those that it reckoned too.
fn as_stored(register: &Register, change: &Change) -> Change {
    let fields = stored(register, change.record).into_iter().map(|(num, value)| (num, Some(value)));
    Change { fields: fields.collect(), ..change.clone() }
}

fn write(folder: &Path, name: &str, content: &[u8]) {
    std::fs::write(folder.join(name), content).expect("the records can be written");
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: usize = 120;
    /// 120 records are two days of work, and 50 changes another.
    const AT_MOST_MS: i64 = 14 * 86_400_000;

    /// Nothing of the register in `home` was stamped out of order, or when nobody was there.
    fn looks_like_a_communes(home: &Path, n_changes: usize) {
        let desk = Desk::at(home);
        desk.app.unlock(PIN).expect("the register opens");
        let looked = desk.app.with_register(|register| {
            let all = register.changes_after(0, u32::MAX)?;
            let times: Vec<i64> = all.iter().map(|change| change.hlc.wall_ms()).collect();
            assert!(times.len() >= n_changes, "{} changes", times.len());
            assert!(times.is_sorted(), "what was written later has a later time: {times:?}");
            assert!(times.iter().all(|time| (0..AT_MOST_MS).contains(&(time - BEGINNING_MS))), "{times:?}");
            assert_eq!(register.clock_to_tell(u32::MAX)?, [], "no time needs to be put right");
            Ok(())
        });
        looked.expect("the register is open");
    }

    #[test]
    fn submissions_are_signed_between_the_records_around_them() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let home = folder.path().join("sổ");
        new(&Desk::at(&home), N, folder.path(), 3);
        looks_like_a_communes(&home, N + 3);
    }

    #[test]
    fn what_is_changed_is_changed_after_all_was_recorded() {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let home = folder.path().join("sổ");
        new(&Desk::at(&home), N, folder.path(), 0);
        change(&Desk::at(&home), N, folder.path());
        looks_like_a_communes(&home, N + N_CHANGED);
    }
}
