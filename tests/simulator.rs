//! Many worlds with bad lines, power cuts, wrong clocks and hubs restored from backups: nothing is lost, nothing
//! comes twice, all PCs of a commune agree. A seed that failed once is tried for ever.

mod sim;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Without being asked for more.
const SEEDS: u64 = 300;
/// Found something once.
const REGRESSIONS: &[u64] = &[51, 74, 463, 5209, 5512, 12954];

fn asked(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn every_world_ends_with_all_that_was_written_everywhere_once() {
    let definitions = sim::Definitions::new();
    let first = asked("SOHOI_SIM_FIRST").unwrap_or(1);
    let last = first + asked("SOHOI_SIM_SEEDS").unwrap_or(SEEDS);
    let next = AtomicU64::new(first);
    let failed = Mutex::new(Vec::new());
    for seed in REGRESSIONS {
        sim::run(*seed, &definitions);
    }
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last {
                        return;
                    }
                    let run = std::panic::AssertUnwindSafe(|| sim::run(seed, &definitions));
                    if std::panic::catch_unwind(run).is_err() {
                        failed.lock().expect("no world panics with the list in hand").push(seed);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().expect("all worlds have ended");
    let counters = [
        &sim::N_RENEWALS,
        &sim::N_ANSWERS,
        &sim::N_SPOILT,
        &sim::N_MENDED,
        &sim::N_BULLETINS,
        &sim::N_MIXED,
        &sim::N_RENEWALS_BY_FILE,
        &sim::N_PULLED_BY_FILE,
        &sim::N_PHOTOS,
        &sim::N_CORRECTED,
        &sim::N_EPOCHS,
    ];
    let happened = counters.map(|counter| counter.load(Ordering::Relaxed));
    let [n_renewals, n_answers, n_spoilt, n_mended, n_bulletins, n_mixed, n_by_file, n_pulled, n_photos, ..] =
        happened;
    println!("{} worlds, {} failed", last - first, failed.len());
    println!("{n_renewals} PCs went on as another device, {n_answers} receipts came on a stick");
    println!(
        "{n_by_file} of them by file; a stick brought {n_pulled} batches of other PCs; {n_photos} photos were kept"
    );
    println!("the hub's disk spoilt something {n_spoilt} times, and {n_mended} syncs mended batches");
    println!("{n_bulletins} bulletins; {n_mixed} times a PC and the hub had other catalogues at a sync");
    assert!(last - first < SEEDS || !happened.contains(&0), "too little happens in these worlds");
    assert!(failed.is_empty(), "seeds that failed: {failed:?}");
}
