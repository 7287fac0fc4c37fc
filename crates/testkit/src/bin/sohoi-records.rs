//! One commune's generated records in a register, and as JSON for those who send them otherwise: `bench/peers`.
//!
//! `sohoi-records new HOME N FOLDER` makes the register and writes `records.jsonl`; with a number of periods after
//! that, so many months are submitted while it is filled, in their order and at like distances (`bench/pages`). Then
//! `sohoi-records change HOME N FOLDER` changes 50 of the N and writes `changed.jsonl`, the whole records, and
//! `fields.jsonl`, only what was changed in them. Both say the commune's code. Same numbers, same records.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;
use sohoi_app::App;
use sohoi_app::register::NewRegisterReq;
use sohoi_domain::{Catalogue, Change, Fields, PeriodKind, RecordId, Value};
use sohoi_store::{Operation, Register};
use sohoi_testkit::PIN;
use sohoi_testkit::bytes::json_lines;
use sohoi_testkit::commune::{Pen, fill};

const USAGE: &str = "sohoi-records new HOME N FOLDER [PERIODS] | sohoi-records change HOME N FOLDER";
/// The commune of `cargo xtask bench sync`.
const SEED: u64 = 46;
const N_CHANGED: usize = 50;
const CALENDAR: &str = "nd09";

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [act, home, n, folder, periods @ ..] = words.as_slice() else { panic!("{USAGE}") };
    let n_periods = periods.first().map_or(0, |n| n.parse().expect(USAGE));
    let (n, folder) = (n.parse().expect(USAGE), Path::new(folder));
    let app = App::new(Path::new(home));
    let unit = match act.as_str() {
        "new" => new(&app, n, folder, n_periods),
        "change" => change(&app, n, folder),
        _ => panic!("{USAGE}"),
    };
    println!("{}", json!({ "unit": unit }));
}

fn new(app: &App, n: usize, folder: &Path, n_periods: usize) -> String {
    let catalogue = Catalogue::embedded();
    let unit = unit(&catalogue);
    let req =
        NewRegisterReq {
            unit_code: unit.clone(), on: None, officer: "Cán bộ Hội".into(), pin: PIN.into()
        };
    let device = app.register_create(&req).expect("the register is made").device;
    let size = (n / (n_periods + 1)).max(1);
    let mut made = Pen::new(&catalogue, device, SEED).record(n);
    made.iter_mut().for_each(|change| make_room(change, (size, n_periods)));
    let mut stored: Vec<Change> = Vec::with_capacity(n);
    let mut months = months(&catalogue, n_periods).into_iter();
    for made in made.chunks(size) {
        let taken = app.with_register(|register| {
            fill(register, made);
            stored.extend(made.iter().map(|change| as_stored(register, change)));
            Ok(())
        });
        taken.expect("the register is open");
        if let Some(month) = months.next() {
            app.period_submit(CALENDAR, &month, "").expect("the period is submitted");
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
    let first = Pen::new(catalogue, sohoi_domain::DeviceId(1), SEED).record(1).remove(0);
    first.unit.expect("a new record has a unit").code
}

fn change(app: &App, n: usize, folder: &Path) -> String {
    app.unlock(PIN).expect("the register opens");
    let catalogue = Catalogue::embedded();
    let done = app.with_register(|register| {
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
