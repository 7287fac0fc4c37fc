//! How long the hub takes over a million facts of one province-year, and to take a batch.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use divan::{Bencher, black_box};
use serde_json::json;
use sohoi_domain::figure::{self, Input, Mode, Sum};
use sohoi_domain::{Catalogue, Day, Period, RecordId, UnitKey};
use sohoi_hub_db::story::{Pen, accept, activity};
use sohoi_hub_db::{Accepted, AccountRow, EnrolmentRow, HubDb, HubRow, NewDevice, SumQuery};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::batch::{Chain, Sealed};

const FACTS: usize = 1_000_000;
const BATCH: usize = 500;

static CATALOGUE: LazyLock<Arc<Catalogue>> = LazyLock::new(|| Arc::new(Catalogue::embedded()));
static PROVINCE: LazyLock<Province> = LazyLock::new(|| Province::filled(FACTS));

fn main() {
    divan::main();
}

struct Province {
    hub: SqliteHub,
    _folder: tempfile::TempDir,
}

fn day_2018(n: usize) -> String {
    // 15 December 2017 to 14 December 2018.
    Day::from_number(17_515 + i32::try_from(n % 365).expect("small")).to_string()
}

// One record of four kinds in turn; how many facts it makes.
fn record(pen: &mut Pen, n: usize) -> usize {
    let mixed = n.wrapping_mul(2_654_435_761) >> 7;
    let forms = &CATALOGUE.list("propaganda_form").expect("a list").items;
    let topics = &CATALOGUE.list("propaganda_topic").expect("a list").items;
    match n % 4 {
        0 | 2 => {
            let mut typed = activity(&day_2018(mixed), 30);
            typed["form"] = json!(forms[mixed % forms.len()].code);
            typed["topic"] = json!(topics[mixed % topics.len()].code);
            pen.create("propaganda_activity", typed);
            2
        }
        1 => {
            let event = ["admitted", "moved_in", "moved_out"][mixed % 3];
            let member = RecordId { device: pen.device, n: 1 }.to_string();
            pen.create(
                "membership_event",
                json!({"happened_on": day_2018(mixed), "event": event, "member": member}),
            );
            2
        }
        _ => {
            let trades = &CATALOGUE.list("trade").expect("a list").items;
            let person = |i: usize| json!({"full_name": format!("Người {}", (mixed + i) % 900), "birth_year": 1990, "sex": "female"});
            pen.create(
                "vocational_training",
                json!({"class_name": "May", "trade": trades[mixed % trades.len()].code, "role": "coordinated",
                       "started_on": day_2018(mixed), "n_women": 3, "trainees": [person(0), person(1), person(2)]}),
            );
            4
        }
    }
}

impl Province {
    fn empty() -> Province {
        let folder = tempfile::tempdir().expect("a folder");
        let hub = SqliteHub::create(&folder.path().join("hub.db"), CATALOGUE.clone()).expect("a new hub");
        let unit = CATALOGUE.units.on("46", Day::from_number(20_500)).expect("the province").key();
        let row = HubRow { secret_key: [42; 32], unit: unit.clone(), created_at_ms: 0 };
        let password_hash = "$argon2id$".to_string();
        hub.init(&row, &AccountRow { name: "a".into(), password_hash, unit, created_at_ms: 0 })
            .expect("made");
        Province { hub, _folder: folder }
    }

    fn filled(n_facts: usize) -> Province {
        let province = Province::empty();
        let communes: Vec<UnitKey> =
            CATALOGUE.units.communes_on(Day::from_number(17_700)).map(|unit| unit.key()).collect();
        let mut n = 0;
        for (secret, unit) in (1_u8..).zip(&communes) {
            let mut pen = enrolled(&province.hub, secret, unit.clone());
            let mut found = 0;
            while found < n_facts / communes.len() + 1 {
                let batch = sealed(&mut pen, |pen| {
                    found += record(pen, n);
                    n += 1;
                });
                send(&province.hub, &pen, &batch);
            }
        }
        while province.hub.project().expect("a sound log") > 0 {}
        province
    }

    fn sums(&self, period: &Period) -> Vec<Sum> {
        self.hub.sums(&SumQuery { period, units: None }).expect("sums")
    }
}

fn enrolled(hub: &SqliteHub, secret: u8, unit: UnitKey) -> Pen<'static> {
    let pen = Pen::new(&CATALOGUE, secret, unit);
    let code =
        EnrolmentRow { code_hash: [secret; 32], unit: pen.unit.clone(), created_at_ms: 0, expires_at_ms: 9 };
    hub.add_enrolment(&code, "cli").expect("a code");
    let new = NewDevice {
        card: Vec::new(),
        device: pen.device,
        public_key: pen.signer.public_key(),
        unit: pen.unit.clone(),
        token_hash: [secret; 32],
        now_ms: 1,
    };
    hub.enrol(&[secret; 32], &new).expect("enrolled");
    pen
}

/// The next batch, and the chain before it.
fn sealed(pen: &mut Pen, mut one: impl FnMut(&mut Pen)) -> (Sealed, Chain) {
    let previous = pen.chain;
    (0..BATCH).for_each(|_| one(pen));
    (pen.seal(), previous)
}

fn send(hub: &SqliteHub, pen: &Pen, (sealed, previous): &(Sealed, Chain)) {
    assert_eq!(accept(hub, pen, sealed, previous), Accepted::Stored);
}

fn period(calendar: &str, label: &str) -> Period {
    CATALOGUE.calendar(calendar).and_then(|c| c.period(label)).expect("a period").clone()
}

fn figures(calendar: &str, period: &Period, mode: Mode) -> figure::Figures {
    let sums = PROVINCE.sums(period);
    let base_units: Vec<UnitKey> = CATALOGUE.units.communes_on(period.last).map(|unit| unit.key()).collect();
    figure::figures(&Input {
        catalogue: &CATALOGUE,
        calendar,
        period,
        mode,
        base_units: &base_units,
        sums: &sums,
        targets: &CATALOGUE.targets,
        is_province: true,
    })
}

/// Sums and the arithmetic over them, by unit, with every dimension.
#[divan::bench(args = ["nd09", "union", "calendar"], sample_count = 20)]
fn figures_of_the_province_year_over_1_000_000_facts(bencher: Bencher, calendar: &str) {
    let period = period(calendar, "2018");
    LazyLock::force(&PROVINCE);
    bencher.bench_local(|| black_box(figures(calendar, &period, Mode::Then)).units.len());
}

#[divan::bench(sample_count = 20)]
fn the_same_in_todays_units(bencher: Bencher) {
    let period = period("union", "2018");
    LazyLock::force(&PROVINCE);
    let today = Mode::Now(Day::from_number(20_781));
    bencher.bench_local(|| black_box(figures("union", &period, today)).units.len());
}

/// A year that closes on the 20th: the odd days are counted from facts.
#[divan::bench(sample_count = 10)]
fn a_year_with_odd_days(bencher: Bencher) {
    let mut period = period("union", "2018");
    period.last = period.last.plus(6);
    LazyLock::force(&PROVINCE);
    bencher.bench_local(|| black_box(PROVINCE.sums(&period)).len());
}

/// A new file and the million in it, to see that opening does not depend on it.
#[divan::bench(sample_count = 10)]
fn figures_of_one_commune_year(bencher: Bencher) {
    let period = period("union", "2018");
    let units = CATALOGUE.units.communes_on(period.last).map(|u| u.key()).take(1).collect();
    LazyLock::force(&PROVINCE);
    bencher.bench_local(|| {
        PROVINCE.hub.sums(&SumQuery { period: &period, units: Some(&units) }).expect("sums").len()
    });
}

/// Opened, and durable with its receipt when it returns. Records, facts and sums follow behind.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn a_batch_of_500_changes_is_taken(bencher: Bencher) {
    let province = Province::empty();
    let unit = CATALOGUE.units.communes_on(Day::from_number(17_700)).next().expect("a commune").key();
    let mut pen = enrolled(&province.hub, 1, unit);
    let mut n = 0;
    // What the commune's PC does is not the hub's time.
    let mut batches: Vec<(Sealed, Chain)> = (0..30)
        .map(|_| {
            sealed(&mut pen, |pen| {
                record(pen, n);
                n += 1;
            })
        })
        .collect();
    batches.reverse();
    bencher.bench_local(|| send(&province.hub, &pen, &batches.pop().expect("enough were written")));
    let told = province.hub.told(pen.device).expect("counts");
    assert!(!told.sums.0.is_empty() && Path::new(province._folder.path()).exists());
}
