//! One save beside one bare insert, in turns, so that both meet the same disk and the same neighbours.
//!
//! `cargo bench -p sohoi-store --bench save`. Prints microseconds, how many times the bare insert's
//! median that is, and pages written to the log.

mod rig;

use std::path::PathBuf;
use std::time::Instant;

use rig::*;
use sohoi_domain::Value;
use sohoi_store::{Operation, RecordQuery, Writer};

const TURNS: usize = 50;
/// Saves of one sort in a row, as the processor likes it best.
const IN_A_ROW: usize = 20;

struct Line {
    name: &'static str,
    // The index of the write-ahead log.
    index: PathBuf,
    us: Vec<f64>,
    cpu_us: Vec<f64>,
    pages: Vec<u32>,
}

impl Line {
    fn new(name: &'static str, folder: &str) -> Line {
        Line {
            name,
            index: folder_of(folder).join("register.db-shm"),
            us: Vec::new(),
            cpu_us: Vec::new(),
            pages: Vec::new(),
        }
    }

    fn take<T>(&mut self, f: impl FnOnce() -> T) {
        let before = self.log_pages();
        let (start, cpu) = (Instant::now(), cpu_us());
        f();
        self.us.push(start.elapsed().as_secs_f64() * 1e6);
        self.cpu_us.push(cpu_us() - cpu);
        // A log that was copied into the file begins again.
        let after = self.log_pages();
        self.pages.push(after.checked_sub(before).unwrap_or(after));
    }

    fn log_pages(&self) -> u32 {
        let index = std::fs::read(&self.index).expect("the index of the log");
        u32::from_ne_bytes(index[16..20].try_into().expect("four bytes"))
    }

    fn print(mut self, bare: f64) -> f64 {
        self.us.sort_by(f64::total_cmp);
        self.cpu_us.sort_by(f64::total_cmp);
        self.pages.sort_unstable();
        let at = |part: f64| self.us[(part * (self.us.len() - 1) as f64) as usize];
        let median = at(0.5);
        println!(
            "{:24} {:6.0} {:6.0} {median:6.0} {:6.0} {:6.0} {:6.0} {:6.0} {:6.2} {:6.2} {:6}",
            self.name,
            at(0.0),
            at(0.1),
            at(0.9),
            at(0.97),
            at(1.0),
            self.cpu_us[self.cpu_us.len() / 2],
            if bare > 0.0 { median / bare } else { 1.0 },
            f64::from(self.pages.iter().sum::<u32>()) / self.pages.len() as f64,
            self.pages[self.pages.len() / 2],
        );
        median
    }
}

// Of a busy machine the processor's time says more than the clock's; 0 where the system does not tell.
fn cpu_us() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e3
}

fn main() {
    let (conn, body) = bare("turns-bare");
    let mut one = create(&folder("turns-one"));
    let mut many = filled("turns-many", 50_000, 1);
    let (kind, fields) = activity();
    let title = CATALOGUE.kind(kind).and_then(|kind| Some(kind.field("title")?.num)).expect("a title");
    let of_kind = RecordQuery { kind: Some(kind.into()), limit: 100_000, ..RecordQuery::default() };
    let (edited, _) = many.records(&of_kind).expect("records");
    let mut lines = [
        Line::new("a bare insert", "turns-bare"),
        Line::new("a record", "turns-one"),
        Line::new("any record among 50,000", "turns-many"),
        Line::new("an edit among 50,000", "turns-many"),
    ];
    let mut dice = Dice(23);
    for _ in 0..TURNS {
        for _ in 0..IN_A_ROW {
            lines[0].take(|| insert_bare(&conn, &body));
        }
        for _ in 0..IN_A_ROW {
            let add = |w: &mut Writer| w.create_record(kind, unit(), fields.clone());
            lines[1].take(|| one.transact(Operation::RecordAdd, NOW_MS, add).expect("a record"));
        }
        for _ in 0..IN_A_ROW {
            let any = &CATALOGUE.kinds[dice.below(CATALOGUE.kinds.len() as u64) as usize];
            let on = day(dice.below(30), 1);
            let of_any = dice.fields(any, on);
            let add = |w: &mut Writer| w.create_record(&any.id, unit(), of_any);
            lines[2].take(|| many.transact(Operation::RecordAdd, NOW_MS, add).expect("a record"));
        }
        for _ in 0..IN_A_ROW {
            let old = &edited[dice.below(edited.len() as u64) as usize].state;
            let mut new = old.fields.clone();
            new.insert(title, Value::Text(dice.words()));
            let edit = |w: &mut Writer| w.patch_record(old.id, new);
            lines[3].take(|| many.transact(Operation::RecordEdit, NOW_MS, edit).expect("an edit"));
        }
    }
    println!(
        "{TURNS} turns of {IN_A_ROW}, in us fastest    10%    50%    90%    97% slowest   cpu  times  pages    50%"
    );
    let mut bare = 0.0;
    for line in lines {
        let median = line.print(bare);
        bare = if bare > 0.0 { bare } else { median };
    }
}
