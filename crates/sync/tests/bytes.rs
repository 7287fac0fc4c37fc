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
fn fifty_changed_records_take_a_kilobyte_and_a_half_and_nothing_takes_three_hundred_bytes() {
    let catalogue = Catalogue::embedded();
    let mut sealer = Sealer::new(&catalogue);
    let mut pen = Pen::new(&catalogue, sealer.device(), 46);
    let nothing = conversation(&sealer, (1, START), &[]);
    let mut next_seq = 1 + sealer.seal(&pen.record(10_000)).iter().map(|b| u64::from(b.count)).sum::<u64>();
    for _ in 0..5 {
        let before = sealer.chain;
        let batches = sealer.seal(&pen.edit(50));
        let traffic = conversation(&sealer, (next_seq, before), &batches);
        next_seq += 50;
        assert!(traffic.up <= 1_500, "{traffic:?}");
    }
    assert!(nothing.up <= 300, "{nothing:?}");
}
