//! A save beside a bare insert, a commune-year, a search, an unlock beside its key derivation.
//!
//! `cargo bench -p sohoi-store`. Files lie in the target folder, on the disk whose fsync is measured.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use divan::Bencher;
use rusqlite::Connection;
use sohoi_domain::catalogue::{Catalogue, Field, FieldType, Kind};
use sohoi_domain::{Day, DeviceId, Fields, UnitKey, Value};
use sohoi_store::{Cost, Costs, NewRegister, Operation, RecordQuery, Register, Unlock};

const PIN: &str = "274189";
const NOW_MS: i64 = 1_530_000_000_000;

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));
static ONE_YEAR: LazyLock<Mutex<Register>> = LazyLock::new(|| Mutex::new(filled("year", 50_000, 1)));
static TEN_YEARS: LazyLock<Mutex<Register>> = LazyLock::new(|| Mutex::new(filled("decade", 100_000, 10)));

fn main() {
    divan::main();
}

fn folder(name: &str) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("store-bench-{name}"));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

fn unit() -> UnitKey {
    CATALOGUE.units.on("20044", day(0, 1)).expect("a unit").key()
}

// A day of the last of these years or of those before it.
fn day(n: u64, n_years: u64) -> Day {
    let last: Day = "2018-12-31".parse().expect("a day");
    last.plus(-i32::try_from(n % (365 * n_years)).expect("some years"))
}

fn create(dir: &Path) -> Register {
    let new = NewRegister {
        unit: unit(),
        officer: "Cán bộ".into(),
        pin: PIN,
        now_ms: NOW_MS,
        device_secret: [3; 32],
        device: DeviceId(0x1234),
        costs: Costs::REAL,
    };
    Register::create(dir, CATALOGUE.clone(), new).expect("a register").0
}

fn filled(name: &str, n_records: u64, n_years: u64) -> Register {
    let mut register = create(&folder(name));
    let mut dice = Dice(7);
    for _ in 0..n_records / 1_000 {
        let fill = |w: &mut sohoi_store::Writer| {
            for _ in 0..1_000 {
                let kind = &CATALOGUE.kinds[dice.below(CATALOGUE.kinds.len() as u64) as usize];
                let on = day(dice.below(100_000), n_years);
                w.create_record(&kind.id, unit(), dice.fields(kind, on))?;
            }
            Ok(())
        };
        register.transact(Operation::RecordImport, NOW_MS, fill).expect("records");
    }
    register
}

/// Numbers that are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }

    fn fields(&mut self, kind: &Kind, on: Day) -> Fields {
        kind.fields.iter().filter_map(|field| Some((field.num, self.value(field, on, kind)?))).collect()
    }

    fn value(&mut self, field: &Field, on: Day, kind: &Kind) -> Option<Value> {
        // Half of what may be left out is.
        let is_left_out = !field.required && field.id != kind.date_field && self.below(2) == 0;
        match field.field_type {
            FieldType::Lines => {
                let lines = (0..1 + self.below(3)).map(|_| {
                    let columns = field.columns.iter();
                    columns.filter_map(|c| Some((c.num, self.value(c, on, kind)?))).collect()
                });
                Some(Value::Lines(lines.collect()))
            }
            _ if is_left_out => None,
            FieldType::Text | FieldType::LongText => Some(Value::Text(self.words())),
            FieldType::Integer | FieldType::Money | FieldType::Decimal => {
                Some(Value::Int(1 + self.below(90) as i64))
            }
            FieldType::Year => Some(Value::Int(1950 + self.below(55) as i64)),
            FieldType::Date if field.id.ends_with("ended_on") || field.id.ends_with("closed_on") => None,
            FieldType::Date => Some(Value::Day(on)),
            FieldType::Bool => Some(Value::Bool(self.below(2) == 0)),
            FieldType::Code | FieldType::Codes => {
                let list = CATALOGUE.list(field.list.as_deref()?)?;
                let code = list.items.get(self.below(list.items.len() as u64) as usize)?.code.clone();
                let several = field.field_type == FieldType::Codes;
                Some(if several { Value::Codes(vec![code]) } else { Value::Code(code) })
            }
            FieldType::Ref | FieldType::Pseudonym => None,
        }
    }

    fn words(&mut self) -> String {
        const WORDS: [&str; 24] = [
            "hội", "phụ", "nữ", "xã", "tuyên", "truyền", "pháp", "luật", "gia", "đình", "hạnh", "phúc",
            "Huế", "Nguyễn", "Thị", "Hồ", "Kăn", "Đào", "Hương", "buổi", "sinh", "hoạt", "trồng", "rừng",
        ];
        let mut text: Vec<String> =
            (0..4).map(|_| WORDS[self.below(WORDS.len() as u64) as usize].to_string()).collect();
        // Names of places and people are many more than common words.
        text.push(format!("thôn{}", self.below(3_000)));
        text.join(" ")
    }
}

fn locked(register: &'static LazyLock<Mutex<Register>>) -> MutexGuard<'static, Register> {
    register.lock().expect("no bench has panicked")
}

fn activity() -> (&'static str, Fields) {
    let kind = CATALOGUE.kind("propaganda_activity").expect("a kind");
    (&kind.id, Dice(11).fields(kind, day(3, 1)))
}

mod save {
    use super::*;

    #[divan::bench]
    fn a_record(bencher: Bencher) {
        let mut register = create(&folder("save"));
        let (kind, fields) = activity();
        bencher.with_inputs(|| fields.clone()).bench_local_values(|fields| {
            register
                .transact(Operation::RecordAdd, NOW_MS, |w| w.create_record(kind, unit(), fields))
                .expect("a record")
        });
    }

    #[divan::bench]
    fn a_record_among_50_000(bencher: Bencher) {
        let (kind, fields) = activity();
        let mut register = locked(&ONE_YEAR);
        bencher.with_inputs(|| fields.clone()).bench_local_values(|fields| {
            register
                .transact(Operation::RecordAdd, NOW_MS, |w| w.create_record(kind, unit(), fields))
                .expect("a record")
        });
    }

    #[divan::bench]
    fn an_edit(bencher: Bencher) {
        let mut register = create(&folder("edit"));
        let (kind, fields) = activity();
        let add = |w: &mut sohoi_store::Writer| w.create_record(kind, unit(), fields.clone());
        let id = register.transact(Operation::RecordAdd, NOW_MS, add).expect("a record").output;
        let title = CATALOGUE.kind(kind).and_then(|kind| Some(kind.field("title")?.num)).expect("a title");
        let mut n = 0;
        bencher
            .with_inputs(|| {
                n += 1;
                let mut fields = fields.clone();
                fields.insert(title, Value::Text(format!("Buổi tuyên truyền thứ {n}")));
                fields
            })
            .bench_local_values(|fields| {
                register
                    .transact(Operation::RecordEdit, NOW_MS, |w| w.patch_record(id, fields))
                    .expect("an edit")
            });
    }

    // The same pragmas and cipher, one table, one row with the same JSON.
    #[divan::bench]
    fn a_bare_insert(bencher: Bencher) {
        let conn = Connection::open(folder("bare").join("bare.db")).expect("a file");
        conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "5a".repeat(32))).expect("a key");
        conn.execute_batch(
            "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;
             PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT",
        )
        .expect("a table");
        let body = serde_json::to_string(&activity().1).expect("JSON");
        bencher.bench_local(|| {
            conn.prepare_cached("INSERT INTO bare (body) VALUES (?1)")
                .and_then(|mut s| s.execute([&body]))
                .expect("a row")
        });
    }
}

mod read {
    use super::*;

    #[divan::bench]
    fn figures_of_a_commune_year_with_50_000_records(bencher: Bencher) {
        let register = locked(&ONE_YEAR);
        let period = CATALOGUE.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
        bencher.bench_local(|| register.sums(period).expect("sums"));
    }

    #[divan::bench]
    fn figures_of_a_year_in_ten_with_100_000_records(bencher: Bencher) {
        let register = locked(&TEN_YEARS);
        let period = CATALOGUE.calendar("calendar").and_then(|c| c.period("2018")).expect("a period");
        bencher.bench_local(|| register.sums(period).expect("sums"));
    }

    #[divan::bench(args = ["thon1234", "nguyen thi", "hội", "h", "Huế đào"])]
    fn search_in_100_000_records(bencher: Bencher, typed: &str) {
        let register = locked(&TEN_YEARS);
        let query = RecordQuery { search: Some(typed.into()), limit: 50, ..RecordQuery::default() };
        bencher.bench_local(|| register.records(&query).expect("records"));
    }

    #[divan::bench]
    fn first_page_of_100_000_records(bencher: Bencher) {
        let register = locked(&TEN_YEARS);
        let query = RecordQuery { limit: 50, ..RecordQuery::default() };
        bencher.bench_local(|| register.records(&query).expect("records"));
    }
}

mod unlock {
    use super::*;

    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn key_derivation_alone(bencher: Bencher) {
        bencher.bench_local(|| Cost::PIN.derive(PIN.as_bytes(), &[1; 16]).expect("a key"));
    }

    #[divan::bench(sample_count = 10, sample_size = 1)]
    fn a_register_of_100_megabytes(bencher: Bencher) {
        let dir = folder("unlock");
        drop(filled("unlock", 84_000, 5));
        let open = || Register::open(&dir, CATALOGUE.clone(), Unlock::Pin(PIN), NOW_MS).expect("it opens");
        drop(open());
        let n_bytes = std::fs::metadata(dir.join("register.db")).expect("the file").len();
        eprintln!("the register has {} MB", n_bytes / 1_000_000);
        bencher.bench_local(open);
    }
}
