//! What happens in it, and what must be true of it afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use sohoi_domain::photo::PhotoId;
use sohoi_domain::{Catalogue, DeviceId, Fields, RecordId, UnitKey, Version};
use sohoi_protocol::bulletin::{Body, Bulletin};
use sohoi_protocol::message::Pull;
use sohoi_testkit::{Random, traces_in_folder};

use super::N_EPOCHS;
use super::definitions::Definitions;
use super::form::NAME;
use super::line::{Ended, Line};
use super::pc::Pc;
use super::photo::{self, Album};
use super::province::{NOW_MS, Province};

/// Communes of today, and how many PCs they may have.
const COMMUNES: [&str; 2] = ["20044", "20056"];
const MOST_PCS: u64 = 3;
/// With its clones.
const MOST_COPIES: usize = 5;
const N_EVENTS: u64 = 60;
/// 1 November 2026.
const BEGIN_MS: i64 = 1_793_491_200_000;
/// A difference in times that PCs need not tell each other.
const SEEN_MS: i64 = 2 * 60_000;
const HOUR_MS: u64 = 3_600_000;
/// Syncs over a good line within which everything must have arrived everywhere.
const ROUNDS_TO_REST: usize = 8;

pub struct World<'a> {
    definitions: &'a Definitions,
    seed: u64,
    random: Random,
    province: Province<'a>,
    /// Those of one commune stand together.
    communes: Vec<Vec<Pc>>,
    backup: Option<Vec<u8>>,
    /// How often the hub was put back to it.
    n_restored: u64,
    /// PCs are cloned and restored from backups in some worlds, the hub is restored in the others: a PC that was
    /// there first with a copy's history, at a hub that has forgotten the true one, is more than can be mended.
    has_copies: bool,
    /// In some worlds only a stick goes to the province, until the end.
    has_line: bool,
    /// Of each commune, what was written and not lost with a disk, and must be there in the end.
    marks: Vec<BTreeSet<u64>>,
    n_marks: u64,
    /// Of each commune, its photos, and those that a hub's backup did not have though it had their batches.
    albums: Vec<Album>,
    forgotten: Vec<BTreeSet<PhotoId>>,
    /// Files on the way to the hub, and its answers. Each can arrive late, twice, or at the wrong place.
    bundles: Vec<PathBuf>,
    answers: Vec<PathBuf>,
    folder: tempfile::TempDir,
}

/// Lets a world live from its seed, and checks it. Panics with the seed when something is not true.
pub fn run(seed: u64, definitions: &Definitions) {
    let mut world = World::new(seed, definitions);
    for _ in 0..N_EVENTS {
        world.event();
    }
    world.comes_to_rest();
    world.check();
    world.check_hub();
    world.check_epoch();
    world.check_times();
}

impl<'a> World<'a> {
    pub fn new(seed: u64, definitions: &'a Definitions) -> Self {
        let catalogue = &definitions.old;
        NOW_MS.with(|now| now.set(BEGIN_MS));
        let folder = fast_folder();
        let mut random = Random::from_seed(seed);
        let province = Province::new(folder.path(), definitions);
        let n_communes = 1 + random.below(COMMUNES.len() as u64) as usize;
        let today = "2026-11-01".parse().expect("a day");
        let communes = COMMUNES[..n_communes].iter().map(|code| {
            let unit = catalogue.units.on(code, today).expect("a commune of today").key();
            commune((seed, folder.path()), catalogue, &unit, 1 + random.below(MOST_PCS), &province)
        });
        let communes: Vec<Vec<Pc>> = communes.collect();
        let has_copies = random.below(2) == 0;
        let has_line = random.below(3) > 0;
        Self {
            definitions,
            seed,
            random,
            province,
            marks: vec![BTreeSet::new(); communes.len()],
            albums: vec![Album::new(); communes.len()],
            forgotten: vec![BTreeSet::new(); communes.len()],
            communes,
            backup: None,
            n_restored: 0,
            has_copies,
            has_line,
            n_marks: 0,
            bundles: Vec::new(),
            answers: Vec::new(),
            folder,
        }
    }

    // Some commune and some PC of it.
    fn choose(&mut self) -> (usize, usize) {
        let commune = self.random.below(self.communes.len() as u64) as usize;
        let pc = self.random.below(self.communes[commune].len() as u64) as usize;
        (commune, pc)
    }

    fn event(&mut self) {
        let passes = self.random.below(HOUR_MS);
        NOW_MS.with(|now| now.set(now.get() + i64::try_from(passes).expect("an hour")));
        let what = self.random.below(100);
        let at = self.choose();
        if !self.has_line && (53..=78).contains(&what) {
            return self.carry_round(at);
        }
        let (pc, province, random) = (&mut self.communes[at.0][at.1], &mut self.province, &mut self.random);
        match what {
            0..=39 => pc.work(random),
            40..=45 => photo::take_one(pc, &mut self.albums[at.0], random),
            46..=52 => {
                self.n_marks += 1;
                pc.found(self.n_marks);
                self.marks[at.0].insert(self.n_marks);
            }
            53..=73 => {
                let mut line = Line::bad(random);
                // The power may go between any two things that the PC writes.
                let mut goes = random.below(40);
                let ended = pc.sync(province, &mut line, &mut || {
                    goes = goes.saturating_sub(1);
                    goes != 1
                });
                if ended == Ended::Cut {
                    pc.restart();
                }
            }
            74..=78 => {
                pc.sync(province, &mut Line::good(), &mut || true);
            }
            79 => pc.update(&self.definitions.new),
            80..=82 => pc.restart(),
            83 => {
                let unit = pc.register().unit().clone();
                province.say(&unit, random);
            }
            84 | 85 => province.restart(),
            86..=88 => {
                // Up to a week off, either way.
                let off = i64::try_from(random.below(2 * 7 * 24 * HOUR_MS)).expect("two weeks");
                pc.set_clock(off - i64::try_from(7 * 24 * HOUR_MS).expect("a week"));
            }
            89..=94 => self.carry(at),
            _ if self.has_copies => self.copy(at, what),
            95 | 96 => self.backup = Some(province.backup()),
            97 => province.spoil(random),
            _ => self.hub_goes_back(),
        }
    }

    fn hub_goes_back(&mut self) {
        let Some(backup) = &self.backup else { return };
        self.n_restored += 1;
        self.province.restore(backup);
        for (pcs, (album, forgotten)) in self.communes.iter().zip(self.albums.iter().zip(&mut self.forgotten))
        {
            forgotten.extend(photo::forgotten(&self.province, pcs[0].unit(), album));
        }
    }

    // A stick goes one way or the other.
    fn carry(&mut self, at: (usize, usize)) {
        let one_of = |files: &[PathBuf], random: &mut Random| {
            let n = files.len() as u64;
            (n > 0).then(|| files[random.below(n) as usize].clone())
        };
        match self.random.below(4) {
            0 => drop(self.write(at)),
            1 => {
                if let Some(bundle) = one_of(&self.bundles, &mut self.random) {
                    self.accept(&bundle);
                }
            }
            2 => {
                if let Some(answer) = one_of(&self.answers, &mut self.random) {
                    self.communes[at.0][at.1].take_stick(&answer, &self.province, self.has_copies);
                }
            }
            _ => self.carry_round(at),
        }
    }

    // To the province and back, without delay.
    fn carry_round(&mut self, at: (usize, usize)) {
        let bundle = self.write(at);
        if let Some(answer) = self.accept(&bundle) {
            self.communes[at.0][at.1].take_stick(&answer, &self.province, self.has_copies);
        }
    }

    fn write(&mut self, at: (usize, usize)) -> PathBuf {
        let folder = self.folder.path().join(format!("stick-{}", self.bundles.len()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let bundle = self.communes[at.0][at.1].write_stick(&folder);
        self.bundles.push(bundle.clone());
        bundle
    }

    fn accept(&mut self, bundle: &Path) -> Option<PathBuf> {
        let answer = self.folder.path().join(format!("answer-{}.sohoi", self.answers.len()));
        let is_known = self.province.accept(bundle, &answer);
        is_known.then(|| {
            self.answers.push(answer.clone());
            answer
        })
    }

    fn copy(&mut self, at: (usize, usize), what: u64) {
        let pcs = &mut self.communes[at.0];
        match what {
            95 | 96 => pcs[at.1].back_up(),
            97 | 98 => {
                let (had, received) = (pcs[at.1].marks(false), pcs[at.1].marks(true));
                if pcs[at.1].restore() {
                    let has = pcs[at.1].marks(false);
                    // What nobody had signed for went with the disk.
                    self.marks[at.0].retain(|mark| {
                        !had.contains_key(mark) || received.contains_key(mark) || has.contains_key(mark)
                    });
                }
            }
            _ if pcs.len() < MOST_COPIES => {
                let name = format!("{}-copy-{}", pcs[at.1].name, pcs.len());
                let copy = pcs[at.1].clone_to(&self.folder.path().join(&name), name);
                pcs.push(copy);
            }
            _ => {}
        }
    }

    fn comes_to_rest(&mut self) {
        for _ in 0..ROUNDS_TO_REST {
            for pc in self.communes.iter_mut().flatten() {
                pc.sync(&self.province, &mut Line::good(), &mut || true);
            }
        }
    }

    // Nothing that is said twice begins another one.
    fn check_epoch(&mut self) {
        let epoch = |world: &World| world.province.hub().db.standing().expect("a read").epoch;
        let before = epoch(self);
        for pc in self.communes.iter_mut().flatten() {
            pc.sync(&self.province, &mut Line::good(), &mut || true);
        }
        assert_eq!(epoch(self), before, "seed {}: another epoch at rest", self.seed);
    }

    fn check_times(&mut self) {
        for pcs in &mut self.communes {
            let odd = odd_times(pcs);
            assert!(odd.is_empty(), "seed {}: times: {odd:#?}", self.seed);
        }
    }

    fn check(&mut self) {
        let seed = self.seed;
        for (commune, (pcs, marks)) in self.communes.iter_mut().zip(&self.marks).enumerate() {
            let states: Vec<BTreeMap<RecordId, State>> = pcs.iter_mut().map(state).collect();
            for (pc, state) in pcs.iter().zip(&states) {
                let ids = state.keys().chain(states[0].keys());
                let differing = ids.filter(|id| state.get(id) != states[0].get(id));
                let shown = differing.map(|id| format!("{id}: {:?} {:?}", states[0].get(id), state.get(id)));
                let shown: Vec<String> = shown.collect();
                assert!(shown.is_empty(), "seed {seed}: {} and {} differ: {shown:#?}", pcs[0].name, pc.name);
            }
            let odd = photo::odd(pcs, &self.province, &self.albums[commune], &self.forgotten[commune]);
            assert!(odd.is_empty(), "seed {seed}: photos: {odd:#?}");
            let unit = pcs[0].register().unit().clone();
            let scope = self.province.hub().scope(&unit);
            let (told, _) = self.province.hub().db.bulletins(0, &scope, usize::MAX).expect("a read");
            let newest = self.province.hub().catalogue.version;
            let devices = self.province.hub().db.devices_of(&unit).expect("a read");
            let at_hub: u64 = devices.iter().map(|device| device.next_seq - 1).sum();
            for pc in pcs {
                let unheard = unheard(&told, &pc.heard(), self.n_restored > 0);
                assert!(unheard.is_empty(), "seed {seed}: {} has not heard {unheard:?}", pc.name);
                let version = pc.register().catalogue().version;
                assert!(version >= newest, "seed {seed}: {} works with {version}, not {newest}", pc.name);
                let found = pc.marks(false);
                let is_once = |mark: &u64| found.get(mark) == Some(&1);
                let lost: Vec<&u64> = marks.iter().filter(|mark| !is_once(mark)).collect();
                assert!(lost.is_empty(), "seed {seed}: {} has not once each: {lost:?} of {found:?}", pc.name);
                assert!(found.values().all(|n| *n == 1), "seed {seed}: {}: twice: {found:?}", pc.name);
                let n_changes = pc.register().counts().expect("a read").changes;
                assert_eq!(n_changes, at_hub, "seed {seed}: {} and the hub have other changes", pc.name);
                let name = pc.name.clone();
                let device = pc.device();
                let register = pc.register();
                assert_eq!(register.unsent().expect("a read"), 0, "seed {seed}: {name} has unsent changes");
                assert_eq!(
                    self.province.hub().db.told(device).expect("a read").sums,
                    sohoi_sync::sealed_sums(register).expect("a read"),
                    "seed {seed}: the hub has other changes of {name}"
                );
                let verified = register.verify_with(sohoi_sync::follows).expect("a check");
                assert!(verified.ok, "seed {seed}: {name}: {:?}", verified.differences);
            }
        }
    }

    fn check_hub(&mut self) {
        let seed = self.seed;
        let epoch = self.province.hub().db.standing().expect("a read").epoch;
        assert!(epoch == 1 || self.n_restored > 0, "seed {seed}: the hub went back by no more than a word");
        N_EPOCHS.fetch_add(u64::from(epoch > 1), Ordering::Relaxed);
        let verified = self.province.hub().db.verify().expect("a replay");
        assert!(verified.differences.is_empty(), "seed {seed}: the hub: {:?}", verified.differences);
        self.province.restart();
        let hub_folder = self.province.file().parent().expect("a file lies in a folder").join("hub-only");
        std::fs::create_dir_all(&hub_folder).expect("a folder");
        std::fs::copy(self.province.file(), hub_folder.join("hub.db")).expect("a copy");
        assert_eq!(
            traces_in_folder(NAME, &hub_folder),
            [""; 0],
            "seed {seed}: a name is readable at the hub"
        );
        assert!(self.folder.path().exists());
    }
}

/// What the hub has said and a PC does not have. Of targets a hub that was put back says again what a newer word took
/// the place of: the PC has that one, and the hub has lost it.
fn unheard(told: &[Pull], heard: &BTreeMap<u64, u16>, went_back: bool) -> Vec<u64> {
    let is_overtaken = |pull: &Pull| {
        let said = Bulletin::decode(&pull.content).expect("a hub's own");
        let is_newer = |(number, kind): (&u64, &u16)| {
            *kind == Body::TARGETS && *number > pull.number && told.iter().all(|pull| pull.number != *number)
        };
        went_back && matches!(said.body, Body::Targets(_)) && heard.iter().any(is_newer)
    };
    let missing = told.iter().filter(|pull| !heard.contains_key(&pull.number) && !is_overtaken(pull));
    missing.map(|pull| pull.number).collect()
}

/// What every PC of a commune must agree about.
#[derive(Debug, PartialEq)]
struct State {
    fields: Fields,
    erased: bool,
    conflicts: Vec<String>,
}

fn state(pc: &mut Pc) -> BTreeMap<RecordId, State> {
    let ids = pc.records();
    let register = pc.register();
    let of = |id: RecordId| {
        let stored = register.record(id).expect("a read").expect("it is listed");
        let mut waiting = register.conflicts_of(id).expect("a read");
        // Times are compared by themselves, see [`odd_times`].
        waiting.iter_mut().flat_map(|conflict| &mut conflict.waiting).for_each(|side| side.at_ms = 0);
        let mut conflicts: Vec<String> =
            waiting.iter().map(|conflict| format!("{:?} {:?}", conflict.field, conflict.waiting)).collect();
        conflicts.sort();
        (id, State { fields: stored.state.fields, erased: stored.state.erased, conflicts })
    };
    ids.into_iter().map(of).collect()
}

/// Changes of which PCs show other times. A PC that stamped ahead and whose clock was set before the hub told may show
/// its own as later than the others do: for those it is at most when the hub heard of it. And one that has gone on as
/// another device shows what it had found out for the one before, which nobody hears of.
fn odd_times(pcs: &mut [Pc]) -> Vec<String> {
    let times: Vec<BTreeMap<Version, i64>> = pcs.iter_mut().map(Pc::times).collect();
    let devices: Vec<DeviceId> = pcs.iter_mut().map(Pc::device).collect();
    let mut odd = Vec::new();
    for change in times.iter().flat_map(BTreeMap::keys).collect::<BTreeSet<_>>() {
        let shown = |pc: usize| times[pc].get(change).copied();
        let of_others = (0..pcs.len()).filter(|pc| !pcs[*pc].was.contains(&change.device));
        let others: BTreeSet<Option<i64>> = of_others.map(shown).collect();
        let own = devices.iter().position(|device| *device == change.device).and_then(shown);
        let is_odd = |other: &Option<i64>| match (own, other) {
            (Some(own), Some(other)) => own < other - SEEN_MS,
            (None, Some(_)) => false,
            (_, None) => true,
        };
        if others.len() > 1 || others.iter().any(is_odd) {
            odd.push(format!("{change:?}: {own:?} by its own PC, {others:?} by the others"));
        }
    }
    odd
}

fn commune(
    (seed, folder): (u64, &Path),
    catalogue: &Arc<Catalogue>,
    unit: &UnitKey,
    n_pcs: u64,
    province: &Province<'_>,
) -> Vec<Pc> {
    let mut pcs: Vec<Pc> = Vec::new();
    for n in 0..n_pcs {
        let name = format!("{}-{n}", unit.code);
        let mut pc = Pc::new(&folder.join(&name), catalogue, unit, (seed, name));
        if let Some(first) = pcs.first_mut() {
            pc.pair_with(first);
        }
        pc.enrol(province);
        pcs.push(pc);
    }
    pcs
}

/// In memory where the system has such a folder: thousands of worlds wait for no disk.
fn fast_folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder can be made")
}
