//! A save beside a bare insert, a commune-year, a search, an unlock beside its key derivation.
//!
//! `cargo bench -p sohoi-store`. Files lie in the target folder, on the disk whose fsync is measured.

mod rig;

use std::sync::{LazyLock, Mutex, MutexGuard};

use divan::Bencher;
use rig::*;
use sohoi_domain::Value;
use sohoi_store::{Cost, Filter, Operation, RecordQuery, Register, Sort, SortBy, Test, Unlock};

static ONE_YEAR: LazyLock<Mutex<Register>> = LazyLock::new(|| Mutex::new(filled("year", 50_000, 1)));
static TEN_YEARS: LazyLock<Mutex<Register>> = LazyLock::new(|| Mutex::new(filled("decade", 100_000, 10)));

fn main() {
    divan::main();
}

fn locked(register: &'static LazyLock<Mutex<Register>>) -> MutexGuard<'static, Register> {
    register.lock().expect("no bench has panicked")
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
        let (conn, body) = bare("bare");
        bencher.bench_local(|| insert_bare(&conn, &body));
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

    // One that is there already, typed again: a kind found by words, and one found by its day.
    #[divan::bench(args = ["member", "branch", "branch_meeting"])]
    fn alike_among_100_000_records(bencher: Bencher, kind: &str) {
        let register = locked(&TEN_YEARS);
        let query = RecordQuery { kind: Some(kind.into()), limit: 1, ..RecordQuery::default() };
        let typed = register.records(&query).expect("records").0.remove(0).state.fields;
        assert!(!register.alike(kind, &typed, None).expect("an answer").is_empty());
        bencher.bench_local(|| register.alike(kind, &typed, None).expect("an answer"));
    }

    // The first time reads every record of the kind; here the column is in memory.
    #[divan::bench(args = ["filtered", "sorted", "both"])]
    fn narrowed_list_among_100_000_records(bencher: Bencher, how: &str) {
        let register = locked(&TEN_YEARS);
        let kind = CATALOGUE.kind("member").expect("a kind");
        let year = kind.field("birth_year").expect("a year").num;
        let born = Test::Between(Some(Value::Int(1970)), Some(Value::Int(1980)));
        let filters = if how == "sorted" { vec![] } else { vec![Filter { field: year, test: born }] };
        let sort = (how != "filtered").then_some(Sort { by: SortBy::Title, descending: false });
        let query =
            RecordQuery { kind: Some("member".into()), filters, sort, limit: 50, ..RecordQuery::default() };
        assert!(register.records(&query).expect("records").1 > 0);
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
