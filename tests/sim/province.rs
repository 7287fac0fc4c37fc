//! The hub, its file, and its clock.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sohoi_domain::catalogue::{Pack, Target};
use sohoi_domain::{DeviceId, UnitKey};
use sohoi_hub::session::Session;
use sohoi_hub::{Hub, bulletin, bundle, device, release};
use sohoi_hub_db::{HubDb, HubRow};
use sohoi_hub_db_sqlite::SqliteHub;
use sohoi_protocol::bulletin::{Body, Comment};
use sohoi_protocol::enrol::{EnrolReq, EnrolRes, RenewReq};
use sohoi_testkit::Random;

use super::{Definitions, N_BULLETINS, N_SPOILT};

thread_local! {
    /// One world lives on one thread, and so does its time.
    pub static NOW_MS: Cell<i64> = const { Cell::new(0) };
}

pub fn now_ms() -> i64 {
    NOW_MS.with(Cell::get)
}

pub struct Province<'a> {
    file: PathBuf,
    definitions: &'a Definitions,
    hub: Option<Arc<Hub>>,
    /// Its disk has failed once.
    pub is_spoilt: bool,
}

impl<'a> Province<'a> {
    pub fn new(folder: &Path, definitions: &'a Definitions) -> Self {
        let catalogue = &definitions.old;
        let file = folder.join("hub.db");
        let db = SqliteHub::create(&file, catalogue.clone()).expect("a new hub");
        let unit =
            catalogue.units.on("46", "2026-01-01".parse().expect("a day")).expect("the province").key();
        let row = HubRow { secret_key: [42; 32], unit: unit.clone(), created_at_ms: 0 };
        // Nobody signs in here: what a password costs would be most of the time.
        let admin = sohoi_hub_db::AccountRow {
            name: "admin".into(),
            password_hash: "$argon2id$none".into(),
            unit,
            created_at_ms: 0,
        };
        db.init(&row, &admin).expect("it is new");
        let mut province = Self { file, definitions, hub: None, is_spoilt: false };
        province.restart();
        province
    }

    /// As after a crash or an update: whatever is not on its disk is gone.
    pub fn restart(&mut self) {
        self.hub = None;
        // Nobody publishes anything else than the newer of the two.
        let releases = SqliteHub::releases(&self.file).expect("a read");
        let release = releases.last().map_or(0, |pull| pull.number);
        let Definitions { old, new, new_pack } = self.definitions;
        let (catalogue, pack) = if release > 0 { (new, new_pack.clone()) } else { (old, Pack::embedded()) };
        let db = SqliteHub::open(&self.file, catalogue.clone()).expect("its file opens");
        let mut hub = Hub::new(Arc::new(db), catalogue.clone(), now_ms).expect("a hub");
        (hub.pack, hub.release) = (pack, release);
        self.hub = Some(Arc::new(hub));
    }

    /// The province says something to all communes or to one.
    pub fn say(&mut self, unit: &UnitKey, random: &mut Random) {
        let hub = self.hub().clone();
        match random.below(3) {
            0 => {
                let total = i64::try_from(random.below(1_000)).expect("a small number");
                let target =
                    Target { total: Some(total), per_unit: None, ..hub.catalogue.targets[0].clone() };
                hub.db.set_targets(&[target], now_ms(), "cli").expect("a write");
                bulletin::publish_targets(&hub, "cli").expect("it is told");
            }
            1 => {
                let comment = Comment {
                    author: "P".into(),
                    text: format!("{}", random.draw()),
                    about: None,
                    indicator: None,
                    record: None,
                    reply_to: None,
                };
                let scope = Some(bulletin::scope(unit));
                let news = bulletin::News { scope, topic: None, follows: None, body: Body::Comment(comment) };
                bulletin::publish(&hub, &news, "cli").expect("it is told");
            }
            _ => match release::publish(&hub, &self.definitions.new_pack, "cli") {
                Ok(_) => self.restart(),
                Err(error) => assert_eq!(error.code(), "catalogue.not_newer"),
            },
        }
        N_BULLETINS.fetch_add(1, Ordering::Relaxed);
    }

    pub fn hub(&self) -> &Arc<Hub> {
        self.hub.as_ref().expect("it runs")
    }

    pub fn enrol(&self, unit: &UnitKey, request: impl FnOnce(&str) -> EnrolReq) -> EnrolRes {
        let code =
            device::invite(self.hub(), unit, "http://hub.example", Vec::new(), "cli").expect("a code").code;
        device::enrol(self.hub(), &request(&code)).expect("enrolled")
    }

    pub fn renew(&self, old: DeviceId, request: &RenewReq) {
        let row = self.hub().db.device(old).expect("a read").expect("a device");
        device::renew(self.hub(), &row, request).expect("it goes on");
    }

    /// Takes a commune's file and writes the answer beside it; false for a device that it has forgotten.
    pub fn accept(&self, bundle: &Path, answer: &Path) -> bool {
        match bundle::accept(self.hub(), bundle, answer, "answer") {
            Ok(_) => true,
            Err(error) => {
                assert_eq!(error.code(), "bundle.unknown_device");
                false
            }
        }
    }

    pub fn session(&self, device: DeviceId) -> Session {
        let row = self.hub().db.device(device).expect("a read").expect("a device");
        Session::new(self.hub().clone(), row)
    }

    pub fn public_key(&self) -> [u8; 32] {
        self.hub().signer.public_key()
    }

    /// A copy of its file, to be put back later.
    pub fn backup(&mut self) -> Vec<u8> {
        // Closed, so that the file is all there is.
        self.hub = None;
        let bytes = std::fs::read(&self.file).expect("its file");
        self.restart();
        bytes
    }

    /// The disk spoils a byte in the middle of a batch, or what is kept beside the log.
    pub fn spoil(&mut self, random: &mut Random) {
        let devices = self.hub().db.devices().expect("a read");
        let sent: Vec<DeviceId> = devices.iter().filter(|row| row.next_seq > 1).map(|row| row.id).collect();
        let Some(device) = sent.get(random.below(sent.len().max(1) as u64) as usize).copied() else { return };
        let spoilt = if random.below(3) == 0 {
            let sums = self.hub().db.told(device).expect("a read").sums;
            // None are left when all that it sent is spoilt already.
            let Some(sum) = sums.0.values().next() else { return };
            sum.digest[..24].to_vec()
        } else {
            let batch = self.hub().db.batch_at(device, 1).expect("a read").expect("the first");
            batch.bytes[60..100].to_vec()
        };
        self.hub = None;
        self.is_spoilt = true;
        let mut file = std::fs::read(&self.file).expect("its file");
        // What has left the log of the database for the file.
        let places = file.windows(spoilt.len()).enumerate().filter(|(_, window)| *window == spoilt);
        let places: Vec<usize> = places.map(|(at, _)| at).collect();
        places.iter().for_each(|at| file[at + 11] ^= 0x55);
        std::fs::write(&self.file, file).expect("the spoilt file");
        N_SPOILT.fetch_add(places.len().min(1) as u64, Ordering::Relaxed);
        self.restart();
        // As somebody does now and then; what it finds is brought again.
        self.hub().db.verify().expect("a replay");
    }

    pub fn restore(&mut self, backup: &[u8]) {
        self.hub = None;
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{suffix}", self.file.display()));
        }
        std::fs::write(&self.file, backup).expect("the backup in its place");
        self.restart();
    }

    pub fn file(&self) -> &Path {
        &self.file
    }
}
