//! What the hub takes in: acknowledged and projected changes a second beside bare inserts, and its memory.
//!
//! `cargo xtask bench ingest [--full]`. 200 devices with keys of their own send batches of 500 changes, of which
//! 50 mend a record. Rounds of all devices: acknowledging, the same bytes into a bare table with an fsync each,
//! projecting, the same rows by bare inserts. Sealing is the communes' work and not measured.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sohoi_domain::{Catalogue, Change, DeviceId, UnitKey, Value};
use sohoi_hub::session::Session;
use sohoi_hub::{Hub, check, clock};
use sohoi_hub_db::{AccountRow, DeviceRow, Enrolled, EnrolmentRow, HubDb, HubRow, NewDevice};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_hub_db_sqlite::yardstick::{BareLog, BareRows};
use sohoi_protocol::batch::{self, Arena, START, Sealed, Sealing};
use sohoi_protocol::message::{Hello, mark};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Chain, Frame, KindSums, SyncProtocol};
use sohoi_testkit::commune::{COMMUNE_KEY, Pen};

const DEVICES: usize = 200;
const BATCH: usize = 500;
const EDITS: usize = 50;

struct Pc {
    id: DeviceId,
    public_key: [u8; 32],
    unit: UnitKey,
    batches: Vec<(Chain, Sealed)>,
}

#[derive(Default)]
struct Took {
    acked: Duration,
    logged: Duration,
    projected: Duration,
    inserted: Duration,
    changes: usize,
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let is_full = words.iter().any(|word| word == "--full");
    // Another name asks for other benches.
    if words.iter().any(|word| !word.starts_with('-') && !"ingest".contains(word.as_str())) {
        return;
    }
    let n_batches = if is_full { 10 } else { 1 };
    let catalogue = Arc::new(Catalogue::embedded());
    let pcs: Vec<Pc> = (1..=DEVICES).map(|n| write(&catalogue, n, n_batches)).collect();
    let folder = tempfile::tempdir().expect("a folder");
    let hub = hub(&folder.path().join("hub.db"), &catalogue, &pcs);
    let n_changes = DEVICES * n_batches * BATCH;
    println!("{n_changes} changes of {DEVICES} devices in batches of {BATCH}");
    let took = rounds(&hub, folder.path(), &pcs, n_batches);
    say(&took);
    checks(&catalogue, &pcs);
}

fn write(catalogue: &Catalogue, n: usize, n_batches: usize) -> Pc {
    let mut secret = [9; 32];
    secret[..8].copy_from_slice(&(n as u64).to_le_bytes());
    let signer = Signer::new(&secret);
    let id = DeviceId::of_public_key(&signer.public_key());
    let mut pen = Pen::new(catalogue, id, n as u64);
    let (mut chain, mut batches, mut unit) = (START, Vec::new(), None);
    for _ in 0..n_batches {
        let mut changes = pen.record(BATCH - EDITS);
        changes.extend(pen.edit(EDITS));
        changes.iter_mut().for_each(|change| date_within_unit(catalogue, change));
        unit = unit.or_else(|| changes[0].unit.clone());
        let with = Sealing {
            signer: &signer,
            device: id,
            commune_key: &COMMUNE_KEY,
            previous: chain,
            salt: [1; 8],
            privacy: catalogue,
        };
        let sealed = batch::seal(&changes, &with);
        let previous = std::mem::replace(&mut chain, sealed.chain);
        batches.push((previous, sealed));
    }
    Pc { id, public_key: signer.public_key(), unit: unit.expect("it has a first record"), batches }
}

// The pen asks no rule, and some of what it writes lies before the communes of 2025.
fn date_within_unit(catalogue: &Catalogue, change: &mut Change) {
    let kind = catalogue.kind_by_num(change.kind).filter(|kind| kind.is_bound_to_unit_days());
    let Some(num) = kind.and_then(|kind| Some(kind.field(&kind.date_field)?.num)) else { return };
    if let Some(Some(Value::Day(day))) = change.fields.get_mut(&num) {
        *day = (*day).max("2026-01-05".parse().expect("a day"));
    }
}

fn hub(path: &Path, catalogue: &Arc<Catalogue>, pcs: &[Pc]) -> Arc<Hub> {
    let db = SqliteHub::create(path, catalogue.clone()).expect("a new hub");
    let unit = catalogue.units.on("46", "2026-01-01".parse().expect("a day")).expect("the province").key();
    let row = HubRow { secret_key: [42; 32], unit: unit.clone(), created_at_ms: 0 };
    let password_hash = "$argon2id$".to_string();
    let admin = AccountRow { name: "admin".into(), password_hash, unit, created_at_ms: 0 };
    db.init(&row, &admin).expect("made");
    for pc in pcs {
        let hash = sohoi_hub::secret::hash(&pc.id.to_string());
        let code =
            EnrolmentRow { code_hash: hash, unit: pc.unit.clone(), created_at_ms: 0, expires_at_ms: 9 };
        db.add_enrolment(&code, "cli").expect("a code");
        let new = NewDevice {
            device: pc.id,
            public_key: pc.public_key,
            unit: pc.unit.clone(),
            token_hash: hash,
            card: Vec::new(),
            now_ms: 1,
        };
        assert_eq!(db.enrol(&hash, &new).expect("an answer"), Enrolled::Done);
    }
    Arc::new(Hub::new(Arc::new(db), catalogue.clone(), clock::system).expect("a hub"))
}

fn rounds(hub: &Arc<Hub>, folder: &Path, pcs: &[Pc], n_batches: usize) -> Took {
    let log = BareLog::create(&folder.join("log.db")).expect("a file");
    let mut rows = BareRows::create(&folder.join("hub.db"), &folder.join("rows.db")).expect("a file");
    let mut took = Took::default();
    println!("memory before {} MB", memory_mb());
    for round in 0..n_batches {
        took.acked += timed(|| acknowledge(hub, pcs, round));
        took.logged += timed(|| {
            for pc in pcs {
                log.add(&pc.batches[round].1.bytes).expect("an insert");
            }
        });
        took.projected += timed(|| while hub.db.project().expect("projected") > 0 {});
        let after = memory_mb();
        took.inserted += rows.add_new().expect("inserts");
        took.changes += pcs.len() * BATCH;
        println!("memory after {} changes {after} MB", took.changes);
    }
    took.inserted += rows.add_sums().expect("inserts");
    assert_eq!(
        hub.db.reporting().expect("a read").iter().map(|row| row.n_changes).sum::<u64>() as usize,
        took.changes
    );
    took
}

// As the hub's routes do it: so many conversations at a time have a thread, and all come to one writer.
fn acknowledge(hub: &Arc<Hub>, pcs: &[Pc], round: usize) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..sohoi_hub::BLOCKING_THREADS {
            scope.spawn(|| {
                while let Some(pc) = pcs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    converse(hub, pc, round);
                }
            });
        }
    });
}

fn converse(hub: &Arc<Hub>, pc: &Pc, round: usize) {
    let device: DeviceRow = hub.db.device(pc.id).expect("a read").expect("a device");
    let mut session = Session::new(hub.clone(), device);
    session.on_frame(Frame::Hello(hello(pc, round))).expect("a welcome");
    let batch = Frame::Batch(pc.batches[round].1.bytes.clone());
    let answer = session.on_frame(batch).expect("an answer");
    assert!(matches!(answer[..], [Frame::Ack(_)]), "{answer:?}");
}

fn hello(pc: &Pc, round: usize) -> Hello {
    Hello {
        protocol: 1,
        program: "bench".into(),
        device: pc.id.0,
        next_seq: (round * BATCH + 1) as u64,
        mark: mark(&pc.batches[round].0),
        boot: 1,
        wall_ms: 0,
        monotonic_ms: 0,
        catalogue: 1,
        bulletin_cursor: 0,
        device_cursors: Default::default(),
        clock_cursor: None,
        epoch: None,
    }
}

// What of an acknowledgement is looking at the batch, on one thread.
fn checks(catalogue: &Catalogue, pcs: &[Pc]) {
    let (mut signature, mut opening, mut rules, mut sums) =
        <(Duration, Duration, Duration, Duration)>::default();
    let (mut arena, mut n) = (Arena::default(), 0);
    for pc in pcs {
        let scope = sohoi_hub_db::scope(&catalogue.units, &pc.unit);
        for (previous, sealed) in &pc.batches {
            let wrong = [7; 32];
            signature += timed(|| assert!(batch::open(&sealed.bytes, &wrong, &pc.public_key).is_err()));
            let started = Instant::now();
            let viewed = batch::view(&sealed.bytes, previous, &pc.public_key, &arena).expect("sealed here");
            opening += started.elapsed();
            rules += timed(|| check::batch(catalogue, &scope, &viewed).expect("a good batch"));
            sums += timed(|| {
                KindSums::of_views(viewed.changes.iter().copied(), None);
            });
            arena.empty();
            n += 1;
        }
    }
    let each = |took: Duration| took.as_secs_f64() * 1e6 / f64::from(n);
    println!(
        "of a batch, on one thread: signature and chain {:.0} µs, with decoding {:.0} µs, checks {:.0} µs, sums {:.0} µs",
        each(signature),
        each(opening),
        each(rules),
        each(sums)
    );
}

fn say(took: &Took) {
    let rate = |took_: Duration| took.changes as f64 / took_.as_secs_f64();
    let line = |what: &str, ours: Duration, bare: Duration, goal: f64| {
        let ratio = bare.as_secs_f64() / ours.as_secs_f64();
        println!(
            "{what:<14}{:>10.0} changes/s  bare {:>10.0}  {ratio:.2} x (goal {goal})",
            rate(ours),
            rate(bare)
        );
    };
    line("acknowledged", took.acked, took.logged, 0.8);
    line("projected", took.projected, took.inserted, 0.5);
}

fn timed(act: impl FnOnce()) -> Duration {
    let started = Instant::now();
    act();
    started.elapsed()
}

// Of this process, without what is only mapped; nothing where the system does not tell.
fn memory_mb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() / 1024
}
