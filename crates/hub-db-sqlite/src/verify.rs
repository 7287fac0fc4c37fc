//! Replays the log into a fresh database and compares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row};
use sohoi_domain::{DeviceId, UnitKey};
use sohoi_hub_db::{Difference, Verified};
use sohoi_protocol::batch::{self, Opened};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Chain, KindSums, Receipt};

use crate::error::{Result, SqliteResult};
use crate::intern::unit_from;
use crate::project::{Definitions, Incoming, Projector};
use crate::{audit, behind, bulletin, connection, device, migrate, people, photo, spoilt, told};

pub fn verify(path: &Path, definitions: Definitions) -> Result<Verified> {
    let replay_file = ReplayFile::beside(path);
    let mut replay = connection::open_writer(&replay_file.0, true)?;
    migrate::migrate(&mut replay)?;
    // The file goes when the check is done: nothing of it has to survive, and one transaction a statement
    // would wait for the disk a hundred thousand times.
    replay.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN").db()?;
    let reader = connection::open_reader(path)?;
    reader.execute("ATTACH DATABASE ?1 AS replay", [replay_file.0.to_string_lossy()]).db()?;
    // One state of the hub throughout, while it goes on receiving.
    reader.execute_batch("BEGIN").db()?;
    let mut verified = Verified::default();
    let heads = replay_log(&reader, &replay, definitions, &mut verified)?;
    replay.execute_batch("COMMIT").db()?;
    compare_devices(&reader, &heads, &mut verified)?;
    for (what, sql) in COMPARED {
        compare(&reader, what, sql, &mut verified)?;
    }
    verified.n_records = reader
        .query_row("SELECT count(*) FROM record", [], |row| row.get::<_, i64>(0))
        .map(|n| n as u64)
        .db()?;
    let n_broken = sohoi_hub_db::audit::broken(&audit::all(&reader)?);
    if n_broken > 0 {
        verified.differences.push(Difference { what: "audit", at: n_broken.to_string() });
    }
    for id in photo::odd(&reader)? {
        verified.differences.push(Difference { what: "photo", at: id.to_string() });
    }
    let hub_key = Signer::new(&people::hub(&reader)?.secret_key).public_key();
    for number in bulletin::broken(&reader, &hub_key)? {
        verified.differences.push(Difference { what: "bulletin", at: number.to_string() });
    }
    Ok(verified)
}

const COMPARED: [(&str, &str); 5] = [
    ("record", include_str!("../../../schema/hub/sqlite/queries/compare_records.sql")),
    ("fact", include_str!("../../../schema/hub/sqlite/queries/compare_facts.sql")),
    ("sum", include_str!("../../../schema/hub/sqlite/queries/compare_rollups.sql")),
    ("held", include_str!("../../../schema/hub/sqlite/queries/compare_held.sql")),
    ("photo", include_str!("../../../schema/hub/sqlite/queries/compare_photos.sql")),
];

/// A report of a million differences helps nobody.
const DIFFERENCES_TOLD: usize = 100;

/// A batch of the log, with what it takes to check it.
pub struct Logged {
    pub id: i64,
    pub device: DeviceId,
    pub public_key: [u8; 32],
    /// Unit of the device when it sent the batch.
    pub unit: UnitKey,
    pub previous: Chain,
    pub bytes: Vec<u8>,
    pub receipt: Receipt,
}

impl Logged {
    /// What is in it, when it is as its device signed it.
    pub fn open(&self) -> Option<Opened> {
        batch::open(&self.bytes, &self.previous, &self.public_key).ok()
    }

    /// Its device, and its first change there.
    pub fn place(&self) -> (DeviceId, u64) {
        (self.device, self.receipt.first_seq)
    }
}

#[derive(Default)]
struct Head {
    next_seq: u64,
    chain: Chain,
    sums: KindSums,
}

type Heads = BTreeMap<DeviceId, Head>;

fn replay_log(
    from: &Connection,
    into: &Connection,
    definitions: Definitions,
    verified: &mut Verified,
) -> Result<Heads> {
    let hub_key = people::hub(from).ok().map(|hub| Signer::new(&hub.secret_key).public_key());
    let mut heads = Heads::new();
    // Batches beyond are checked; what follows from them is not there yet.
    let projected = behind::projected(from, definitions.catalogue)?;
    let mut projector = Projector::new(into, definitions)?;
    let mut after = 0;
    while let Some(logged) = next(from, after)? {
        after = logged.id;
        verified.n_batches += 1;
        let head = heads.entry(logged.device).or_insert_with(|| Head {
            next_seq: 1,
            chain: batch::START,
            sums: KindSums::default(),
        });
        let opened = logged.open();
        if !check(&logged, opened.as_ref(), head, hub_key.as_ref()) {
            let at = format!("{} {}", logged.device, logged.receipt.first_seq);
            verified.differences.push(Difference { what: "batch", at });
            verified.damaged.insert(logged.device);
        }
        // What the projections have read is in them, whatever else of it is wrong.
        let Some(Opened { changes, .. }) = opened else { continue };
        photo::note(into, &logged.unit, &sohoi_hub_db::said(definitions.catalogue, &changes))?;
        if logged.id <= projected && !spoilt::is_stepped_over(from, logged.id)? {
            let incoming = Incoming::all(definitions.catalogue, logged.device, changes);
            projector.apply_all(&logged.unit, incoming)?;
        }
    }
    projector.write()?;
    Ok(heads)
}

// Whether a batch is as it was sealed and acknowledged. What comes after one that is not still has its place.
fn check(logged: &Logged, opened: Option<&Opened>, head: &mut Head, hub_key: Option<&[u8; 32]>) -> bool {
    let receipt = &logged.receipt;
    let follows = logged.previous == head.chain && receipt.first_seq == head.next_seq;
    let is_receipted = hub_key.is_none_or(|key| receipt.is_signed_by(key));
    let found = opened.filter(|opened| {
        let header = &opened.header;
        (header.device, header.first_seq, header.count, opened.chain)
            == (logged.device, receipt.first_seq, receipt.count, receipt.chain)
    });
    head.chain = receipt.chain;
    head.next_seq = receipt.first_seq + u64::from(receipt.count);
    if let Some(found) = found {
        head.sums.add(&KindSums::of(&found.changes, None));
    }
    follows && is_receipted && found.is_some()
}

/// The batch that came after another.
pub fn next(from: &Connection, after: i64) -> Result<Option<Logged>> {
    from.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/log.sql"))
        .and_then(|mut find| find.query_row([after], logged_from).optional())
        .db()
}

/// The batch with this number.
pub fn at(from: &Connection, id: i64) -> Result<Option<Logged>> {
    Ok(next(from, id - 1)?.filter(|logged| logged.id == id))
}

fn logged_from(row: &Row) -> rusqlite::Result<Logged> {
    let device = DeviceId(row.get::<_, i64>(1)? as u64);
    Ok(Logged {
        id: row.get(0)?,
        device,
        public_key: row.get(2)?,
        unit: unit_from(row, 3)?,
        previous: row.get(7)?,
        bytes: row.get(9)?,
        receipt: Receipt {
            device: device.0,
            first_seq: row.get::<_, i64>(5)? as u64,
            count: row.get(6)?,
            chain: row.get(8)?,
            epoch: row.get::<_, i64>(11)? as u64,
            at_ms: row.get(10)?,
            signature: row.get(12)?,
        },
    })
}

fn compare_devices(reader: &Connection, heads: &Heads, verified: &mut Verified) -> Result<()> {
    let before = Head { next_seq: 1, chain: batch::START, sums: KindSums::default() };
    for device in device::all(reader)? {
        let head = heads.get(&device.id).unwrap_or(&before);
        let sums = told::sums(reader, device.id)?;
        if (device.next_seq, &device.chain, &sums) != (head.next_seq, &head.chain, &head.sums) {
            verified.differences.push(Difference { what: "device", at: device.id.to_string() });
        }
    }
    Ok(())
}

fn compare(reader: &Connection, what: &'static str, sql: &str, verified: &mut Verified) -> Result<()> {
    let (main, replay) = (sql.replace('@', "main."), sql.replace('@', "replay."));
    for (one, other) in [(&main, &replay), (&replay, &main)] {
        let mut differ = reader.prepare(&format!("{one} EXCEPT {other}")).db()?;
        let mut rows = differ.query([]).db()?;
        while let Some(row) = rows.next().db()? {
            let at: String = row.get(0).db()?;
            let told = verified.differences.iter().any(|d| d.what == what && d.at == at);
            if !told && verified.differences.len() < DIFFERENCES_TOLD {
                verified.differences.push(Difference { what, at });
            }
        }
    }
    Ok(())
}

/// The replay holds what the hub holds, so it lies beside it and goes when the comparison is done.
struct ReplayFile(PathBuf);

impl ReplayFile {
    fn beside(path: &Path) -> ReplayFile {
        let file = ReplayFile(path.with_extension(format!("verify-{}", std::process::id())));
        file.remove();
        file
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(suffix);
            // Not there is as good as removed.
            let _ = std::fs::remove_file(name);
        }
    }
}

impl Drop for ReplayFile {
    fn drop(&mut self) {
        self.remove();
    }
}
