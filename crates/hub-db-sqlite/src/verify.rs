//! Replays the log into a fresh database and compares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, Row};
use sohoi_domain::{Catalogue, DeviceId, UnitKey};
use sohoi_hub_db::{Difference, Verified, scope};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::{Chain, Receipt, batch};

use crate::error::{Result, SqliteResult};
use crate::intern::unit_from;
use crate::project::{Projector, Sender};
use crate::shape::Shape;
use crate::{audit, bulletin, connection, device, log, migrate, people, photo};

/// What projecting needs to know.
#[derive(Clone, Copy)]
pub struct Definitions<'a> {
    pub catalogue: &'a Catalogue,
    pub shapes: &'a BTreeMap<u16, Shape>,
}

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

/// Makes the projections anew from the log, as when the catalogue changed.
pub fn rebuild(connection: &Connection, definitions: Definitions) -> Result<()> {
    for table in ["rollup", "fact", "held_change", "record", "photo_name", "photo_gone"] {
        connection.execute(&format!("DELETE FROM {table}"), []).db()?;
    }
    replay_log(connection, connection, definitions, &mut Verified::default()).map(|_| ())
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

struct Logged {
    id: i64,
    device: DeviceId,
    public_key: [u8; 32],
    unit: UnitKey,
    previous: Chain,
    bytes: Vec<u8>,
    receipt: Receipt,
}

#[derive(Default)]
struct Head {
    next_seq: u64,
    chain: Chain,
    n_changes: BTreeMap<u16, u64>,
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
    let mut projector = Projector::new(into, definitions.catalogue, definitions.shapes);
    let mut after = 0;
    while let Some(logged) = next(from, after)? {
        after = logged.id;
        verified.n_batches += 1;
        let head = heads.entry(logged.device).or_insert_with(|| Head {
            next_seq: 1,
            chain: batch::START,
            n_changes: BTreeMap::new(),
        });
        let Some(changes) = check(&logged, head, hub_key.as_ref()) else {
            let at = format!("{} {}", logged.device, logged.receipt.first_seq);
            verified.differences.push(Difference { what: "batch", at });
            continue;
        };
        let scope = scope(&definitions.catalogue.units, &logged.unit);
        photo::note(into, definitions.catalogue, &logged.unit, &changes)?;
        projector.apply_all(Sender { device: logged.device, unit: &logged.unit, scope: &scope }, &changes)?;
    }
    projector.finish()?;
    Ok(heads)
}

// The changes of a batch that is as it was sealed and acknowledged.
fn check(logged: &Logged, head: &mut Head, hub_key: Option<&[u8; 32]>) -> Option<Vec<sohoi_domain::Change>> {
    let opened = batch::open(&logged.bytes, &logged.previous, &logged.public_key).ok()?;
    let follows = logged.previous == head.chain && opened.header.first_seq == head.next_seq;
    let receipt = &logged.receipt;
    let is_receipted = receipt.chain == opened.chain
        && receipt.count == opened.header.count
        && hub_key.is_none_or(|key| receipt.is_signed_by(key));
    if !follows || !is_receipted || opened.header.device != logged.device {
        return None;
    }
    head.chain = opened.chain;
    head.next_seq += u64::from(opened.header.count);
    for change in &opened.changes {
        *head.n_changes.entry(change.kind.0).or_default() += 1;
    }
    Some(opened.changes)
}

fn next(from: &Connection, after: i64) -> Result<Option<Logged>> {
    from.prepare_cached(include_str!("../../../schema/hub/sqlite/queries/log.sql"))
        .and_then(|mut find| find.query_row([after], logged_from).optional())
        .db()
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
    let before = Head { next_seq: 1, chain: batch::START, n_changes: BTreeMap::new() };
    for device in device::all(reader)? {
        let head = heads.get(&device.id).unwrap_or(&before);
        let counts = log::n_changes(reader, device.id)?;
        if (device.next_seq, &device.chain, &counts) != (head.next_seq, &head.chain, &head.n_changes) {
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
