//! Bytes of a commune's syncs beside other formats of the same fields, and the time to encode.
//!
//! `cargo xtask bench sync`. Sizes are the same in every run; the time is this machine's.

use std::time::Instant;

use sohoi_domain::Catalogue;
use sohoi_testkit::bytes::{self, Sealer};
use sohoi_testkit::commune::Pen;

fn main() {
    let catalogue = Catalogue::embedded();
    for n in [1_000, 10_000] {
        first(&catalogue, n);
    }
}

fn first(catalogue: &Catalogue, n: usize) {
    let mut sealer = Sealer::new(catalogue);
    let changes = Pen::new(catalogue, sealer.device(), 46).record(n);
    let started = Instant::now();
    let batches = sealer.seal(&changes);
    let took = started.elapsed();
    let sent: usize = batches.iter().map(|batch| batch.bytes.len()).sum();
    let columns = bytes::columns(&changes);
    let mut with_stamps = columns.clone();
    with_stamps.extend(bytes::stamps(&changes));
    let json = bytes::json_lines(catalogue, &changes);
    println!("{n} records in {} batches, sealed in {took:.0?}", batches.len());
    for (name, size) in [
        ("batches", sent),
        ("xz -9 of columns", bytes::xz9(&columns)),
        ("xz -9 of columns and stamps", bytes::xz9(&with_stamps)),
        ("gzip JSON lines", bytes::gzip(&json)),
        ("zstd -19 JSON lines", bytes::zstd19(&json)),
        ("JSON lines", json.len()),
    ] {
        println!(
            "  {name:<28}{size:>9} bytes {:>7.1} a record {:>6.3}",
            size as f64 / n as f64,
            sent as f64 / size as f64
        );
    }
}
