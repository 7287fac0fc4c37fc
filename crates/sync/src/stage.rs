//! Before and after the connection: sealing what is unsent, and keeping what was confirmed.

use std::collections::{BTreeMap, BTreeSet};

use sohoi_protocol::batch::{self, Chain, START, Sealing};
use sohoi_protocol::clock::ClockRun;
use sohoi_protocol::limits;
use sohoi_protocol::message::{Begun, Hello, Receipt, Renew, mark};
use sohoi_protocol::sign::Signer;
use sohoi_protocol::sum::KindSums;
use sohoi_store::{BatchRow, EnrolmentRow, Operation, PeerRow, ReceiptRow, Register};
use zeroize::Zeroizing;

use crate::clock;
use crate::error::SyncError;
use crate::peers::Pulled;
use crate::photos::{self, PulledPhoto, StagedPhotos};
use crate::sums::{rows, sealed_sums};
use crate::told::keep_bulletin;
use crate::unasked::unasked;

/// Everything a sync needs, so that the register is free while the network is slow.
pub struct Staged {
    pub hello: Hello,
    pub batches: Vec<BatchRow>,
    pub hub: EnrolmentRow,
    /// Certificates of the enrolment file, in PEM.
    pub roots: Vec<String>,
    pub signer: Signer,
    /// Other PCs of the commune, and the secret that they share.
    pub peers: Vec<PeerRow>,
    pub commune_key: Zeroizing<[u8; 32]>,
    /// Chain after the last batch.
    pub final_chain: Chain,
    pub next_seq: u64,
    /// Every place in this device's history at which a hub can stand: the next number, and the chain there.
    pub places: BTreeMap<u64, Chain>,
    /// Batches that an earlier sync may have brought without hearing of it.
    pub n_left_over: usize,
    /// What the hub has of the first batch.
    pub begun: Option<Begun>,
    /// By kind, all changes before next_seq; none when this is about a part of them.
    pub sums: Option<KindSums>,
    pub photos: StagedPhotos,
    /// What a file says first, when the hub may not know this device yet.
    pub renew: Option<Renew>,
    /// What stamps of this device are off, that the hub has not heard.
    pub clock: Vec<ClockRun>,
    /// What is heard was written down earlier.
    pub is_late: bool,
}

/// What a question beforehand costs on a slow line, in bytes that could be sent meanwhile.
const QUESTION_BYTES: usize = 8 << 10;

impl Staged {
    /// True when an earlier sync may have brought so much that it is worth asking first.
    pub fn asks_first(&self) -> bool {
        let left_over = &self.batches[..self.n_left_over.min(self.batches.len())];
        left_over.len() > 1 || left_over.iter().any(|batch| batch.bytes.len() > QUESTION_BYTES)
    }

    /// Only the first batches, for a line that holds each request back until it has ended.
    #[must_use]
    pub fn first_batches(mut self, n: usize) -> Staged {
        // Photos come after the last.
        self.photos = if self.batches.len() > n { StagedPhotos::default() } else { self.photos.one() };
        if self.batches.len() > n {
            self.sums = None;
        }
        self.batches.truncate(n);
        if let Some(batch) = self.batches.last() {
            self.final_chain = batch.chain;
            self.next_seq = batch.last_seq() + 1;
        }
        self
    }
}

/// Times of one start of the program, for the hub to correct this PC's clock by.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    pub boot: u64,
    pub wall_ms: i64,
    pub monotonic_ms: u64,
}

/// Seals every change that is in no batch yet. A sealed batch never changes; edits made after it go into
/// the next one.
///
/// # Errors
/// When the register cannot be read or written.
pub fn seal_unsent(register: &mut Register, now_ms: i64) -> Result<(), SyncError> {
    let identity = register.identity().clone();
    let signer = Signer::new(&identity.device_secret);
    loop {
        let head = register.chain_head()?;
        let changes = register.changes_after(head.next_seq - 1, limits::SEAL_CHANGES as u32)?;
        let run = batch::run_length(&changes);
        if run == 0 {
            return Ok(());
        }
        let with = Sealing {
            signer: &signer,
            device: identity.device,
            commune_key: &identity.commune_key,
            previous: head.chain,
            salt: random_salt(),
            privacy: register.catalogue().as_ref(),
        };
        let sealed = batch::seal(&changes[..run], &with);
        let row = BatchRow {
            first_seq: sealed.first_seq,
            count: sealed.count,
            chain: sealed.chain,
            bytes: sealed.bytes,
        };
        let mut sums = sealed_sums(register)?;
        sums.add(&KindSums::of(&changes[..run], Some(register.catalogue().as_ref())));
        register.transact(Operation::BatchSeal, now_ms, |writer| {
            writer.store_batch(&row)?;
            writer.set_sealed_sums(&rows(&sums))
        })?;
    }
}

pub(crate) fn random_salt() -> [u8; 8] {
    let mut salt = [0; 8];
    getrandom::fill(&mut salt).expect("the system gives random bytes");
    salt
}

/// Collects what is to go: every batch without a receipt.
///
/// # Errors
/// [`SyncError::NotEnrolled`] when the register has no hub.
pub fn stage(register: &mut Register, clock: Clock) -> Result<Staged, SyncError> {
    let hub = register.enrolment()?.ok_or(SyncError::NotEnrolled)?;
    let receipted = register.receipted()?;
    let n_left_over = register.batches_after(receipted)?.len();
    seal_unsent(register, clock.wall_ms)?;
    let batches = register.batches_after(receipted)?;
    let head = register.chain_head()?;
    let places = register.places()?;
    let chain = chain_at(&places, receipted);
    let hello = hello(register, clock, receipted + 1, chain)?;
    let signer = Signer::new(&register.identity().device_secret);
    Ok(Staged {
        hello,
        batches,
        hub,
        roots: roots(register)?,
        signer,
        peers: register.peers()?,
        commune_key: register.identity().commune_key.clone(),
        final_chain: head.chain,
        next_seq: head.next_seq,
        places,
        n_left_over,
        begun: None,
        sums: Some(sealed_sums(register)?),
        photos: StagedPhotos::of(register, photos::ROOM)?,
        renew: unasked(register)?.map(|unasked| unasked.frame()),
        clock: clock::to_tell(register)?,
        is_late: false,
    })
}

/// As [`stage`], with batches that the hub had signed for and can no longer read, from these first numbers on.
///
/// # Errors
/// As for [`stage`].
pub fn stage_again(register: &mut Register, clock: Clock, again: &[u64]) -> Result<Staged, SyncError> {
    let mut staged = stage(register, clock)?;
    let first_unsent = staged.hello.next_seq;
    let mut batches = register.batches_after(0)?;
    batches.retain(|batch| batch.first_seq < first_unsent && again.contains(&batch.first_seq));
    // One that has suffered here as well would be refused, and those after it with it.
    let public_key = staged.signer.public_key();
    let is_whole = |batch: &BatchRow| {
        let previous = chain_at(&staged.places, batch.first_seq - 1);
        batch::is_whole(&batch.bytes, (&previous, &batch.chain), &public_key)
    };
    batches.retain(is_whole);
    staged.batches.splice(0..0, batches);
    staged.photos = StagedPhotos::default();
    Ok(staged)
}

pub(crate) fn hello(
    register: &Register,
    clock: Clock,
    next_seq: u64,
    chain: Chain,
) -> Result<Hello, SyncError> {
    let peers = register.peers()?;
    Ok(Hello {
        protocol: limits::PROTOCOL,
        program: env!("CARGO_PKG_VERSION").to_string(),
        device: register.identity().device.0,
        next_seq,
        mark: mark(&chain),
        // Short: it has only to differ from that of the start before.
        boot: clock.boot & 0xffff,
        wall_ms: clock.wall_ms,
        monotonic_ms: clock.monotonic_ms,
        catalogue: register.catalogue().version,
        bulletin_cursor: register.bulletin_cursor()?,
        device_cursors: peers.iter().map(|peer| (peer.device.0, peer.next_seq)).collect(),
        clock_cursor: register.clock_cursor()?,
        epoch: register.enrolment()?.map(|hub| hub.hub_epoch),
    })
}

impl Staged {
    /// Asks for nothing of these PCs: what came of them could not be read.
    #[must_use]
    pub fn without(mut self, unreadable: &BTreeSet<u64>) -> Staged {
        let cursors = self.hello.device_cursors.iter_mut();
        cursors.filter(|(device, _)| unreadable.contains(device)).for_each(|(_, cursor)| *cursor = u64::MAX);
        self
    }
}

/// The chain after a change with which a batch ends.
pub(crate) fn chain_at(places: &BTreeMap<u64, Chain>, seq: u64) -> Chain {
    places.get(&(seq + 1)).copied().unwrap_or(START)
}

/// Stores a receipt that the engine has verified. From here on its changes count as received.
///
/// # Errors
/// When the register cannot be written; the hub gives the same receipt again next time.
pub fn keep_receipt(register: &mut Register, receipt: &Receipt, now_ms: i64) -> Result<(), SyncError> {
    let row = ReceiptRow {
        first_seq: receipt.first_seq,
        count: receipt.count,
        chain: receipt.chain,
        hub_epoch: receipt.epoch,
        at_ms: receipt.at_ms,
        signature: receipt.signature.to_vec(),
    };
    register.transact(Operation::ReceiptStore, now_ms, |writer| writer.store_receipt(&row))?;
    Ok(())
}

/// Stores what came down, in the order in which the engine gave it.
///
/// # Errors
/// When the register cannot be written; it comes again next time.
pub fn keep_pulled(register: &mut Register, pulled: Pulled, now_ms: i64) -> Result<(), SyncError> {
    match pulled {
        Pulled::Peer { peer, officers } => {
            register.transact(Operation::RemoteApply, now_ms, |w| w.meet_peer(&peer, &officers))?;
        }
        Pulled::Batch { after, changes } => {
            register.transact(Operation::RemoteApply, now_ms, |w| w.take_batch(&after, &changes))?;
        }
        Pulled::Photo(photo) => {
            let PulledPhoto { id, content, hub_epoch } = photo;
            register.transact(Operation::PhotoNote, now_ms, |w| w.take_photo(id, &content, hub_epoch))?;
        }
        Pulled::Bulletin(told) => drop(keep_bulletin(register, &told, now_ms)?),
        Pulled::Clock(words) => clock::keep(register, &words, now_ms)?,
    }
    Ok(())
}

/// The hub has less than it once signed for: what it lost counts as unsent again, and goes with the next try.
///
/// # Errors
/// When the register cannot be written.
pub fn offer_again(register: &mut Register, from_seq: u64, now_ms: i64) -> Result<(), SyncError> {
    register.transact(Operation::BatchSeal, now_ms, |writer| writer.offer_again(from_seq))?;
    Ok(())
}

/// Setting that holds the certificates of the enrolment file.
pub const ROOTS: &str = "hub_roots";

pub(crate) fn roots(register: &Register) -> Result<Vec<String>, SyncError> {
    let stored = register.setting(ROOTS)?;
    Ok(stored.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

/// True when a stored batch follows on the chain before it, for the register's own check.
pub fn follows(previous: &Chain, batch: &BatchRow) -> bool {
    batch::chain_of(&batch.bytes, previous) == batch.chain
}
