//! How few bytes a commune's syncs take. Sizes come out the same in every run: no clock is asked.

use sohoi_domain::Catalogue;
use sohoi_protocol::batch::{START, Sealed};
use sohoi_testkit::bytes::{self, Sealer, conversation};
use sohoi_testkit::commune::Pen;

fn size(batches: &[Sealed]) -> usize {
    batches.iter().map(|batch| batch.bytes.len()).sum()
}

#[test]
fn a_first_sync_takes_at_most_a_twentieth_more_than_xz_of_the_columns() {
    let catalogue = Catalogue::embedded();
    for n in [1_000, 10_000] {
        let mut sealer = Sealer::new(&catalogue);
        let changes = Pen::new(&catalogue, sealer.device(), 46).record(n);
        let sent = size(&sealer.seal(&changes));
        let columns = bytes::xz9(&[bytes::columns(&changes), bytes::stamps(&changes)].concat());
        assert!(sent * 100 <= columns * 105, "{n} records: {sent} bytes, xz {columns}");
    }
}

#[test]
fn fifty_changed_records_take_a_kilobyte_and_a_half_in_every_commune() {
    let catalogue = Catalogue::embedded();
    for seed in 46..52 {
        let mut sealer = Sealer::new(&catalogue);
        let mut pen = Pen::new(&catalogue, sealer.device(), seed);
        let mut next_seq = 1 + pen.record(10_000).len() as u64;
        for n in 0..6 {
            let before = sealer.chain;
            let batches = sealer.seal(&pen.edit(50));
            let traffic = conversation(&sealer, (next_seq, before), &batches);
            next_seq += 50;
            assert!(traffic.up <= 1_500 && traffic.down <= 100, "commune {seed}, sync {n}: {traffic:?}");
        }
    }
}

#[test]
fn nothing_to_send_takes_three_hundred_bytes() {
    let catalogue = Catalogue::embedded();
    let nothing = conversation(&Sealer::new(&catalogue), (1, START), &[]);
    assert!(nothing.up + nothing.down <= 300, "{nothing:?}");
}
