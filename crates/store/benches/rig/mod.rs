//! Registers full of made-up records, the same in every run.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use rusqlite::Connection;
use sohoi_domain::catalogue::{Catalogue, Field, FieldType, Kind};
use sohoi_domain::{Day, DeviceId, Fields, UnitKey, Value};
use sohoi_store::{Costs, NewRegister, Operation, Register};

pub const PIN: &str = "274189";
pub const NOW_MS: i64 = 1_530_000_000_000;

pub static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));

pub fn folder_of(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("store-bench-{name}"))
}

/// An empty folder.
pub fn folder(name: &str) -> PathBuf {
    let dir = folder_of(name);
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir_all(&dir).expect("a folder");
    dir
}

pub fn unit() -> UnitKey {
    CATALOGUE.units.on("20044", day(0, 1)).expect("a unit").key()
}

// A day of the last of these years or of those before it.
pub fn day(n: u64, n_years: u64) -> Day {
    let last: Day = "2018-12-31".parse().expect("a day");
    last.plus(-i32::try_from(n % (365 * n_years)).expect("some years"))
}

pub fn create(dir: &Path) -> Register {
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

/// Records of all kinds in the days of some years, and thirty more of which the words are not in the index yet.
pub fn filled(name: &str, n_records: u64, n_years: u64) -> Register {
    let mut register = create(&folder(name));
    let mut dice = Dice(7);
    let mut left = n_records + 30;
    while left > 0 {
        let n = left.min(1_000);
        let fill = |w: &mut sohoi_store::Writer| {
            for _ in 0..n {
                let kind = &CATALOGUE.kinds[dice.below(CATALOGUE.kinds.len() as u64) as usize];
                let on = day(dice.below(100_000), n_years);
                w.create_record(&kind.id, unit(), dice.fields(kind, on))?;
            }
            Ok(())
        };
        register.transact(Operation::RecordImport, NOW_MS, fill).expect("records");
        left -= n;
    }
    register
}

/// Numbers that are the same in every run.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }

    pub fn fields(&mut self, kind: &Kind, on: Day) -> Fields {
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
            FieldType::Ref | FieldType::Photos | FieldType::Pseudonym => None,
        }
    }

    pub fn words(&mut self) -> String {
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

pub fn activity() -> (&'static str, Fields) {
    let kind = CATALOGUE.kind("propaganda_activity").expect("a kind");
    (&kind.id, Dice(11).fields(kind, day(3, 1)))
}

/// A file with the same cipher and pragmas as a register, one table, and the JSON for its rows.
pub fn bare(name: &str) -> (Connection, String) {
    let conn = Connection::open(folder(name).join("register.db")).expect("a file");
    conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"", "5a".repeat(32))).expect("a key");
    conn.execute_batch(
        "PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA cache_size = -32768;
         PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT",
    )
    .expect("a table");
    (conn, serde_json::to_string(&activity().1).expect("JSON"))
}

pub fn insert_bare(conn: &Connection, body: &str) {
    conn.prepare_cached("INSERT INTO bare (body) VALUES (?1)")
        .and_then(|mut s| s.execute([body]))
        .expect("a row");
}
