//! Bytes of a commune's syncs beside other formats of the same fields, and the time to encode.
//!
//! `cargo xtask bench sync`. Sizes are the same in every run; the time is this machine's.

use std::time::Instant;

use sohoi_domain::Catalogue;
use sohoi_testkit::bytes::{self, Sealer, Traffic, conversation};
use sohoi_testkit::commune::Pen;

fn main() {
    let catalogue = Catalogue::embedded();
    for n in [1_000, 10_000] {
        first(&catalogue, n);
    }
    later(&catalogue);
}

fn first(catalogue: &Catalogue, n: usize) {
    let mut sealer = Sealer::new(catalogue);
    let changes = Pen::new(catalogue, sealer.device(), 46).record(n);
    let started = Instant::now();
    let batches = sealer.seal(&changes);
    let took = started.elapsed();
    let sent: usize = batches.iter().map(|batch| batch.bytes.len()).sum();
    let columns = bytes::columns(&changes);
    let with_stamps = [columns.as_slice(), &bytes::stamps(&changes)].concat();
    let json = bytes::json_lines(catalogue, &changes);
    println!("first sync of {n} records: {} batches, sealed in {took:.0?}", batches.len());
    for (name, size) in [
        ("batches", sent),
        ("xz -9, columns and stamps", bytes::xz9(&with_stamps)),
        ("xz -9, columns of fields only", bytes::xz9(&columns)),
        ("batches without a dictionary", bytes::without_dictionary(&batches)),
        ("gzip, JSON lines", bytes::gzip(&json)),
        ("zstd -19, JSON lines", bytes::zstd19(&json)),
        ("JSON lines", json.len()),
    ] {
        let (each, ratio) = (size as f64 / n as f64, sent as f64 / size as f64);
        println!("  {name:<32}{size:>9} bytes{each:>8.1} a record, batches are {ratio:.3} of it");
    }
}

fn later(catalogue: &Catalogue) {
    let mut sealer = Sealer::new(catalogue);
    let mut pen = Pen::new(catalogue, sealer.device(), 46);
    let first = sealer.seal(&pen.record(10_000));
    let mut next_seq = 1 + first.iter().map(|batch| u64::from(batch.count)).sum::<u64>();
    for n in [0, 1, 50, 50, 50, 1_000] {
        let before = sealer.chain;
        let batches = sealer.seal(&pen.edit(n));
        let traffic = conversation(&sealer, (next_seq, before), &batches);
        next_seq += n as u64;
        let bare = bytes::without_dictionary(&batches) - batches.iter().map(|b| b.bytes.len()).sum::<usize>();
        let Traffic { up, down } = traffic;
        println!(
            "{n} changed records: {up} bytes up, {down} down, one round trip; {bare} more without a dictionary"
        );
    }
}
