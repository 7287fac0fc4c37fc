//! One PC: a register on disk, an officer who writes, a clock that may be wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;
use sohoi_domain::photo::PhotoId;
use sohoi_domain::{Catalogue, DeviceId, RecordId, UnitKey, Version};
use sohoi_protocol::card::Card;
use sohoi_protocol::enrol::{CONTEXT, EnrolReq, to_hex};
use sohoi_protocol::sign::Signer;
use sohoi_store::{Cost, Costs, EnrolmentRow, NewRegister, Operation, Register, StoredChange, Unlock};
use sohoi_sync::{
    Answer, Begun, BundleError, Clock, Engine, Event, Kept, Manner, Naming, Pulled, Renewing, Staged,
    SyncError, asked, follow_epoch, keep_photos, keep_pulled, keep_receipt, next_number, offer_again, stage,
    stage_again, unasked, write_bundle,
};
use sohoi_testkit::{Random, copy_folder};

use super::form::{edited, fields, something};
use super::line::{Ended, Line};
use super::province::{Province, now_ms};
use super::{
    N_ANSWERS, N_CORRECTED, N_MENDED, N_MIXED, N_PHOTOS, N_PULLED_BY_FILE, N_RENEWALS, N_RENEWALS_BY_FILE,
};

const PIN: &str = "274189";
/// What a clock can be off before anything is made of it.
const TOLERABLE_MS: i64 = 5 * 60_000;
const CHEAP: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

// In a sequence of its own: what happens does not depend on how many PCs there are.
fn secret(seed: u64, name: &str) -> [u8; 32] {
    let named =
        name.bytes().fold(seed, |mixed, byte| mixed.wrapping_mul(1_099_511_628_211) ^ u64::from(byte));
    let mut random = Random::from_seed(named);
    std::array::from_fn(|_| random.draw().to_le_bytes()[0])
}

/// What came of one conversation.
struct Talked {
    ended: Ended,
    begun: Option<Begun>,
    again: Vec<u64>,
}

pub struct Pc {
    pub name: String,
    home: PathBuf,
    catalogue: Arc<Catalogue>,
    register: Option<Register>,
    unit: UnitKey,
    /// What this PC's clock is off.
    skew_ms: i64,
    /// The first change that was, or would be, stamped by its clock as it goes now.
    stamps_from: u64,
    /// Photos of which the hub has said, with its signature, that it has them.
    pub told: BTreeSet<PhotoId>,
    /// Devices that it goes on as, or did.
    pub was: BTreeSet<DeviceId>,
}

impl Pc {
    /// Which device it is follows from the world's seed and its name: of two histories, ids decide what is first.
    pub fn new(home: &Path, catalogue: &Arc<Catalogue>, unit: &UnitKey, (seed, name): (u64, String)) -> Self {
        let device_secret = secret(seed, &name);
        let device = DeviceId::of_public_key(&Signer::new(&device_secret).public_key());
        let new = NewRegister {
            unit: unit.clone(),
            officer: "Cán bộ Thử".into(),
            pin: PIN,
            now_ms: now_ms(),
            device_secret,
            device,
            costs: Costs { pin: CHEAP, recovery: CHEAP },
        };
        let register = Register::create(home, catalogue.clone(), new).expect("a register").0;
        Self {
            name,
            home: home.to_path_buf(),
            catalogue: catalogue.clone(),
            register: Some(register),
            unit: unit.clone(),
            skew_ms: 0,
            stamps_from: 1,
            told: BTreeSet::new(),
            was: BTreeSet::from([device]),
        }
    }

    pub fn register(&mut self) -> &mut Register {
        self.register.as_mut().expect("it is open")
    }

    pub fn device(&mut self) -> DeviceId {
        let device = self.register().identity().device;
        self.was.insert(device);
        device
    }

    pub fn unit(&self) -> &UnitKey {
        &self.unit
    }

    pub fn now_ms(&self) -> i64 {
        now_ms() + self.skew_ms
    }

    pub fn set_clock(&mut self, skew_ms: i64) {
        self.skew_ms = skew_ms;
        self.stamps_from = self.register().next_seq();
    }

    // As the program does with the hub's time at the end of a sync.
    fn hear_time(&mut self) {
        let (now_ms, hub_ms, first_seq) = (self.now_ms(), now_ms(), self.stamps_from);
        let offset_ms = -self.skew_ms;
        let next_seq = self.register().next_seq();
        if offset_ms.abs() > TOLERABLE_MS && first_seq < next_seq {
            N_CORRECTED.fetch_add(next_seq - first_seq, Ordering::Relaxed);
            let correct = |w: &mut sohoi_store::Writer| w.correct_times(first_seq, offset_ms, hub_ms);
            self.register().transact(Operation::HubTimeNote, now_ms, correct).expect("it is noted");
        }
        self.stamps_from = next_seq;
    }

    /// When each change was made, as this PC shows it.
    pub fn times(&mut self) -> BTreeMap<Version, i64> {
        let ids = self.records();
        let register = self.register();
        let of = |id| register.history(id).expect("a read");
        let version = |change: &StoredChange| Version { device: change.device, seq: change.change.seq };
        ids.into_iter().flat_map(of).map(|change| (version(&change), change.shown_at_ms)).collect()
    }

    pub fn pair_with(&mut self, first: &mut Pc) {
        let code = first.register().commune_code().expect("a code").to_string();
        self.register().join_commune(&code, now_ms()).expect("it is new");
    }

    pub fn enrol(&mut self, province: &Province<'_>) {
        let now_ms = self.now_ms();
        let unit = self.unit.clone();
        let identity = self.register().identity().clone();
        let signer = Signer::new(&identity.device_secret);
        let request = |code: &str| {
            let device = identity.device.to_string();
            let parts = [code.as_bytes(), device.as_bytes(), unit.to_string().as_bytes()].map(<[u8]>::to_vec);
            let slices: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            let card = Card { officers: Vec::new() };
            let card = card.seal(&identity.commune_key, &signer.public_key(), [7; 24]).expect("a short card");
            EnrolReq {
                code: code.to_string(),
                device,
                public_key: to_hex(&signer.public_key()),
                signature: to_hex(&signer.sign(CONTEXT, &slices)),
                unit_code: unit.code.clone(),
                unit_valid_from: unit.valid_from.to_string(),
                card: to_hex(&card),
            }
        };
        let res = province.enrol(&unit, request);
        let row = EnrolmentRow {
            hub_url: "http://hub.example".into(),
            hub_key: province.public_key(),
            token: res.token,
            province: res.hub_id,
            hub_epoch: res.epoch,
            enrolled_at_ms: now_ms,
        };
        self.register().transact(Operation::Enrol, now_ms, |w| w.set_enrolment(&row)).expect("enrolled");
    }

    /// Another PC with a copy of this one's disk.
    pub fn clone_to(&mut self, home: &Path, name: String) -> Self {
        self.device();
        self.register = None;
        copy_folder(&self.home, home);
        self.start();
        let mut copy = Self {
            name,
            home: home.to_path_buf(),
            catalogue: self.catalogue.clone(),
            register: None,
            unit: self.unit.clone(),
            skew_ms: 0,
            stamps_from: 1,
            told: self.told.clone(),
            was: self.was.clone(),
        };
        copy.start();
        copy
    }

    /// Copies its disk aside.
    pub fn back_up(&mut self) {
        self.register = None;
        let backup = self.backup();
        let _ = std::fs::remove_dir_all(&backup);
        copy_folder(&self.home, &backup);
        self.start();
    }

    /// The disk dies, and what was copied aside takes its place; false when nothing was.
    pub fn restore(&mut self) -> bool {
        let backup = self.backup();
        if !backup.exists() {
            return false;
        }
        self.register = None;
        std::fs::remove_dir_all(&self.home).expect("the disk is gone");
        copy_folder(&backup, &self.home);
        self.start();
        true
    }

    fn backup(&self) -> PathBuf {
        self.home.with_extension("backup")
    }

    /// A newer program comes, with its own definitions.
    pub fn update(&mut self, catalogue: &Arc<Catalogue>) {
        self.catalogue = catalogue.clone();
        self.restart();
    }

    /// Numbers of what the province has said that is here, and the kind of each.
    pub fn heard(&mut self) -> BTreeMap<u64, u16> {
        let rows = self.register().bulletins(&[], u32::MAX).expect("a read");
        rows.into_iter().map(|row| (row.number, row.kind)).collect()
    }

    /// The power goes, and comes back.
    pub fn restart(&mut self) {
        self.register = None;
        self.start();
    }

    fn start(&mut self) {
        let now_ms = self.now_ms();
        let opened = Register::open(&self.home, self.catalogue.clone(), Unlock::Pin(PIN), now_ms);
        self.register = Some(opened.unwrap_or_else(|error| panic!("{}: {error}", self.name)));
        self.stamps_from = self.register().next_seq();
    }

    /// Founds a branch whose name is a number, to be looked for in the end.
    pub fn found(&mut self, mark: u64) {
        let (now_ms, unit) = (self.now_ms(), self.unit.clone());
        let branch = json!({"name": format!("{mark}"), "founded_on": "2026-01-05"});
        let fields = fields(&self.catalogue, "branch", &branch);
        let add = |w: &mut sohoi_store::Writer| w.create_record("branch", unit, fields).map(|_| ());
        self.register().transact(Operation::RecordAdd, now_ms, add).expect("a branch");
    }

    /// The marks that are here, and how often each; of those alone of which the hub's receipt is.
    pub fn marks(&mut self, received_only: bool) -> BTreeMap<u64, u32> {
        let name = self.catalogue.kind("branch").and_then(|kind| Some((kind.num, kind.field("name")?.num)));
        let (kind, name) = name.expect("a kind");
        let mut marks = BTreeMap::new();
        for id in self.records() {
            let stored = self.register().record(id).expect("a read").expect("it is listed");
            if stored.state.kind == kind && (stored.meta.received || !received_only) {
                let mark = stored.state.fields.get(&name).and_then(sohoi_domain::Value::as_text);
                *marks.entry(mark.and_then(|text| text.parse().ok()).expect("a mark")).or_default() += 1;
            }
        }
        marks
    }

    /// One thing that an officer does: a new record, an edit, an erasure, a restoring.
    pub fn work(&mut self, random: &mut Random) {
        let records = self.records();
        let (now_ms, unit) = (self.now_ms(), self.unit.clone());
        let of_one = |random: &mut Random| records[random.below(records.len() as u64) as usize];
        let choice = if records.is_empty() { 0 } else { random.below(10) };
        let register = self.register();
        // Its program's own, or a newer one that the province published.
        let catalogue = register.catalogue().clone();
        let result = match choice {
            0..=3 => {
                let (kind, fields) = something(&catalogue, random);
                let add = |w: &mut sohoi_store::Writer| w.create_record(kind, unit, fields).map(|_| ());
                register.transact(Operation::RecordAdd, now_ms, add).map(|_| ())
            }
            4..=7 => {
                let id = of_one(random);
                let stored = register.record(id).expect("a read").expect("it is listed");
                let fields = edited(&catalogue, stored.state.kind.0, stored.state.fields, random);
                register.transact(Operation::RecordEdit, now_ms, |w| w.patch_record(id, fields)).map(|_| ())
            }
            8 => {
                let id = of_one(random);
                register.transact(Operation::RecordErase, now_ms, |w| w.erase_record(id, None)).map(|_| ())
            }
            _ => {
                let id = of_one(random);
                register.transact(Operation::RecordRestore, now_ms, |w| w.restore_record(id)).map(|_| ())
            }
        };
        // Erased ones can be chosen too, and refuse.
        if let Err(error) = result {
            assert!(["record.erased", "record.unknown_id"].contains(&error.code()), "{}: {error}", self.name);
        }
    }

    /// Every record that is or was here.
    pub fn records(&mut self) -> Vec<RecordId> {
        self.register().record_ids().expect("a read")
    }

    /// One press of the button over a line, asking for the place first when that is due. `power` says before
    /// each thing that is written whether the PC still runs.
    pub fn sync(
        &mut self,
        province: &Province<'_>,
        line: &mut Line,
        power: &mut dyn FnMut() -> bool,
    ) -> Ended {
        let now_ms = self.now_ms();
        let clock = Clock { boot: 1, wall_ms: now_ms, monotonic_ms: 0 };
        let mut begun = None;
        if let Some(waiting) = unasked(self.register()).expect("a read") {
            province.renew(waiting.old, &waiting.request);
            if !power() {
                return Ended::Cut;
            }
            asked(self.register(), now_ms).expect("it is noted");
        }
        if stage(self.register(), clock).expect("it can be staged").asks_first() {
            match self.talk(province, line, (Manner::Probe, None), power) {
                Ok(talked) => begun = talked.begun,
                Err(SyncError::NeedOlder { .. } | SyncError::Forked { .. }) => {}
                Err(error) => panic!("{}: {error}", self.name),
            }
        }
        let newest = self.register().catalogue().version;
        if newest != province.hub().catalogue.version {
            N_MIXED.fetch_add(1, Ordering::Relaxed);
        }
        let ended = self.tell_all(province, line, begun, power);
        self.register().follow_releases().expect("it is read");
        ended
    }

    fn tell_all(
        &mut self,
        province: &Province<'_>,
        line: &mut Line,
        begun: Option<Begun>,
        power: &mut dyn FnMut() -> bool,
    ) -> Ended {
        let now_ms = self.now_ms();
        match self.talk(province, line, (Manner::Ahead, begun), power) {
            Ok(talked) if !talked.again.is_empty() => self.bring_again(province, line, &talked.again, power),
            Ok(talked) => talked.ended,
            // Until the PC whose batch the hub's disk has spoilt comes by and brings it again.
            Err(SyncError::BadPull(_)) if province.is_spoilt => Ended::Cut,
            Err(SyncError::NeedOlder { next_seq }) => {
                offer_again(self.register(), next_seq, now_ms).expect("it is offered again");
                Ended::Cut
            }
            Err(SyncError::Forked { next_seq, chain }) => {
                self.renew(province, line, (next_seq, chain), power);
                Ended::Cut
            }
            Err(error) => panic!("{}: {error}", self.name),
        }
    }

    // What the hub can no longer read.
    fn bring_again(
        &mut self,
        province: &Province<'_>,
        line: &mut Line,
        again: &[u64],
        power: &mut dyn FnMut() -> bool,
    ) -> Ended {
        let clock = Clock { boot: 1, wall_ms: self.now_ms(), monotonic_ms: 0 };
        let staged = stage_again(self.register(), clock, again).expect("it can be staged");
        let talked = match self.exchange(province, line, (staged, Manner::Again), power) {
            Ok(talked) => talked,
            Err(SyncError::BadPull(_)) => return Ended::Cut,
            Err(error) => panic!("{}: {error}", self.name),
        };
        if talked.ended == Ended::Whole {
            assert!(talked.again.is_empty(), "{}: {again:?} is still missing", self.name);
            N_MENDED.fetch_add(1, Ordering::Relaxed);
        }
        talked.ended
    }

    // As far as line and power reach; the next sync goes on.
    fn renew(
        &mut self,
        province: &Province<'_>,
        line: &mut Line,
        place: (u64, [u8; 32]),
        power: &mut dyn FnMut() -> bool,
    ) {
        let (now_ms, old) = (self.now_ms(), self.device());
        let mut renewing = Renewing::begin(self.register(), place).expect("it can begin");
        loop {
            let clock = Clock { boot: 1, wall_ms: now_ms, monotonic_ms: 0 };
            let staged = renewing.stage(self.register(), clock).expect("it can be staged");
            let mut engine = Engine::new(staged, Manner::Ahead);
            let before = renewing.next_seq();
            let register = self.register.as_ref().expect("it is open");
            let ended = line.carry(&mut engine, &mut province.session(old), |engine| {
                for pulled in engine.take_pulled() {
                    renewing.compare(register, &pulled).expect("a read");
                }
                true
            });
            let more = match ended {
                Ok(Ended::Whole) => engine.outcome().is_some_and(|outcome| outcome.more),
                Ok(Ended::Cut) => return,
                Err(SyncError::BadPull(_)) if renewing.from_the_start() => continue,
                Err(error) => panic!("{}: {error}", self.name),
            };
            if renewing.is_known() {
                break;
            }
            let goes_on = more && renewing.next_seq() > before;
            assert!(goes_on || renewing.from_the_start(), "{}: nothing comes", self.name);
        }
        province.renew(old, &renewing.request(self.register()).expect("a request"));
        if power() {
            renewing.finish(self.register(), now_ms).expect("it goes on");
            self.stamps_from = self.register().next_seq();
            N_RENEWALS.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Everything without a receipt into a file on a stick.
    pub fn write_stick(&mut self, folder: &Path) -> PathBuf {
        let clock = Clock { boot: 1, wall_ms: self.now_ms(), monotonic_ms: 0 };
        let staged = stage(self.register(), clock).expect("it can be staged");
        let number = next_number(self.register(), clock.wall_ms).expect("a number");
        let today = "2026-11-01".parse().expect("a day");
        let naming = Naming { unit: self.unit.clone(), unit_name: self.name.clone(), number, today };
        write_bundle(staged, &naming, folder, &Default::default()).expect("a file").file
    }

    /// Takes an answer of the hub, whosever it is.
    pub fn take_stick(&mut self, file: &Path, province: &Province<'_>, has_copies: bool) {
        // It may go on as another one by it.
        self.device();
        let (clock, now_ms) = (Clock { boot: 1, wall_ms: self.now_ms(), monotonic_ms: 0 }, self.now_ms());
        let register = self.register.as_mut().expect("it is open");
        let told = &mut self.told;
        let ended = Answer::open(file, register).and_then(|mut answer| {
            asked(register, now_ms)?;
            let staged = answer.stage(register, clock)?;
            let ended = answer.take(staged, &mut |event| match event {
                Event::Confirmed(receipt) => {
                    N_ANSWERS.fetch_add(1, Ordering::Relaxed);
                    keep_receipt(register, &receipt, now_ms)
                }
                Event::Pulled(pulled) => {
                    let is_batch = matches!(pulled, Pulled::Batch { .. });
                    N_PULLED_BY_FILE.fetch_add(is_batch.into(), Ordering::Relaxed);
                    keep_down(register, told, pulled, now_ms);
                    Ok(())
                }
                Event::Kept(kept) => {
                    hear_of_photos(register, told, &kept, now_ms);
                    Ok(())
                }
                Event::Connected | Event::Begun(_) | Event::Progress(_) => Ok(()),
            });
            let (next_seq, chain) = match ended {
                Ok(outcome) => return follow_epoch(register, outcome.hub_epoch, now_ms).map(drop),
                Err(SyncError::Forked { next_seq, chain }) => (next_seq, chain),
                Err(error) => return Err(error),
            };
            answer.parting(register, (next_seq, chain))?.finish_unasked(register, now_ms)?;
            N_RENEWALS_BY_FILE.fetch_add(1, Ordering::Relaxed);
            self.stamps_from = register.next_seq();
            Ok(())
        });
        match ended {
            Err(SyncError::BadPull(_)) if province.is_spoilt => {}
            // That of a copy of this PC, whose batches have the same numbers.
            Err(SyncError::OtherCopy) if has_copies => {}
            // Another PC's, one that was overtaken, or of a history that was left.
            Ok(())
            | Err(SyncError::Bundle(
                BundleError::OtherDevice | BundleError::OtherUnit | BundleError::UnknownChanges,
            ))
            | Err(SyncError::NeedOlder { .. } | SyncError::Forked { .. } | SyncError::Refused { .. }) => {}
            Err(error) => panic!("{}: {error}", self.name),
        }
    }

    fn talk(
        &mut self,
        province: &Province<'_>,
        line: &mut Line,
        (manner, begun): (Manner, Option<Begun>),
        power: &mut dyn FnMut() -> bool,
    ) -> Result<Talked, SyncError> {
        let clock = Clock { boot: 1, wall_ms: self.now_ms(), monotonic_ms: 0 };
        let staged = stage(self.register(), clock).expect("it can be staged");
        self.exchange(province, line, (Staged { begun, ..staged }, manner), power)
    }

    fn exchange(
        &mut self,
        province: &Province<'_>,
        line: &mut Line,
        (staged, manner): (Staged, Manner),
        power: &mut dyn FnMut() -> bool,
    ) -> Result<Talked, SyncError> {
        let now_ms = self.now_ms();
        let last_seq = staged.next_seq - 1;
        let mut engine = Engine::new(staged, manner);
        let mut session = province.session(self.device());
        let register = self.register.as_mut().expect("it is open");
        let told = &mut self.told;
        let ended = line.carry(&mut engine, &mut session, |engine| {
            for receipt in engine.take_confirmed() {
                if !power() {
                    return false;
                }
                keep_receipt(register, &receipt, now_ms).expect("a receipt is kept");
            }
            for pulled in engine.take_pulled() {
                if !power() {
                    return false;
                }
                keep_down(register, told, pulled, now_ms);
            }
            for kept in engine.take_kept() {
                if !power() {
                    return false;
                }
                hear_of_photos(register, told, &kept, now_ms);
            }
            true
        })?;
        let outcome = engine.outcome().cloned();
        if let Some(outcome) = &outcome {
            follow_epoch(register, outcome.hub_epoch, now_ms).expect("it is noted");
            let by = (outcome.hub_epoch, Some(super::province::now_ms()));
            sohoi_sync::clock_was_heard(register, &outcome.clock, by, now_ms).expect("it is noted");
        }
        let again = outcome.as_ref().map(|outcome| outcome.again.clone()).unwrap_or_default();
        let is_whole = outcome.is_some();
        if let Some(hub) = outcome.and_then(|outcome| outcome.hub_sums).filter(|_| again.is_empty()) {
            let compared = sohoi_sync::compare(register, &hub, last_seq, now_ms).expect("it counts anew");
            assert!(compared.differing.is_empty(), "{}: {compared:?}", self.name);
        }
        if is_whole {
            self.hear_time();
        }
        Ok(Talked { ended, begun: engine.begun(), again })
    }
}

fn keep_down(register: &mut Register, told: &mut BTreeSet<PhotoId>, pulled: Pulled, now_ms: i64) {
    if let Pulled::Photo(photo) = &pulled {
        told.insert(photo.id);
    }
    keep_pulled(register, pulled, now_ms).expect("what came of another PC is kept");
}

fn hear_of_photos(register: &mut Register, told: &mut BTreeSet<PhotoId>, kept: &Kept, now_ms: i64) {
    N_PHOTOS.fetch_add(kept.kept.len() as u64, Ordering::Relaxed);
    told.extend(&kept.kept);
    keep_photos(register, kept, now_ms).expect("a word on photos is kept");
}
