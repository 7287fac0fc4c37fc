//! Trains the dictionaries of the compression on the registers of communes that nobody lives in.
//!
//! `sohoi-dictionary FOLDER NUMBER`, as `cargo xtask dictionary` calls it.

use std::path::Path;

use sohoi_domain::Catalogue;
use sohoi_protocol::batch;
use sohoi_testkit::bytes::Sealer;
use sohoi_testkit::commune::{COMMUNE_KEY, Pen};

const N_COMMUNES: u64 = 16;
/// Far from the seeds that anything is measured by.
const FIRST_SEED: u64 = 7_001;
const OPEN_BYTES: usize = 64 << 10;
const SEALED_BYTES: usize = 32 << 10;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, number] = words.as_slice() else { panic!("sohoi-dictionary FOLDER NUMBER") };
    let (mut open, mut sealed) = (Vec::new(), Vec::new());
    let catalogue = Catalogue::embedded();
    for seed in (FIRST_SEED..).take(N_COMMUNES as usize) {
        for bytes in commune(&catalogue, seed) {
            let sides = batch::unpacked(&bytes, &COMMUNE_KEY).expect("sealed here");
            open.push(sides.0);
            sealed.push(sides.1);
        }
    }
    for (side, samples, size) in [("open", open, OPEN_BYTES), ("sealed", sealed, SEALED_BYTES)] {
        let trained = zstd::dict::from_samples(&samples, size).expect("there are enough samples");
        let path = Path::new(folder).join(format!("{number:0>4}.{side}.zdict"));
        std::fs::write(&path, &trained).expect("the dictionary can be written");
        println!("{}: {} bytes of {} samples", path.display(), trained.len(), samples.len());
    }
}

/// A first sync of some size, and many small ones after it.
fn commune(catalogue: &Catalogue, seed: u64) -> Vec<Vec<u8>> {
    let mut sealer = Sealer::new(catalogue);
    let mut pen = Pen::new(catalogue, sealer.device(), seed);
    let mut batches = sealer.seal(&pen.record(4_000));
    for n in 0..120 {
        let mut changes = pen.edit(1 + n % 60);
        changes.extend(pen.record(n % 20));
        batches.extend(sealer.seal(&changes));
    }
    batches.into_iter().map(|batch| batch.bytes).collect()
}
