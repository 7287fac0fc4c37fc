//! The other PCs of the commune: what the hub brings of them is believed when their own keys say so.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use sohoi_domain::{Change, DeviceId};
use sohoi_protocol::batch::{self, START};
use sohoi_protocol::card::Card;
use sohoi_protocol::clock::ClockWords;
use sohoi_protocol::message::{Pull, PullKind};
use sohoi_store::PeerRow;
use zeroize::Zeroizing;

use crate::error::SyncError;
use crate::photos::PulledPhoto;
use crate::told::Told;

/// Something that came down, to be stored in the order in which it came.
#[derive(Clone, Debug, PartialEq)]
pub enum Pulled {
    /// A PC that was not known yet, and its officers by their numbers there.
    Peer { peer: PeerRow, officers: Vec<(u32, String)> },
    /// One batch of changes, and where its PC stands after it.
    Batch { after: PeerRow, changes: Vec<Change> },
    /// The province's word.
    Bulletin(Told),
    /// A photo that records here name.
    Photo(PulledPhoto),
    /// What other PCs' stamps are off.
    Clock(ClockWords),
}

pub struct Peers {
    hub_key: [u8; 32],
    commune_key: Zeroizing<[u8; 32]>,
    known: BTreeMap<u64, PeerRow>,
    /// PCs of the same unit that do not have this commune's secret.
    n_strangers: u32,
    /// PCs of the commune of which a batch came that cannot be read here.
    unreadable: BTreeSet<u64>,
    /// What comes was written down days ago, and the register may stand elsewhere by now.
    is_late: bool,
}

impl Peers {
    pub fn new(known: Vec<PeerRow>, commune_key: Zeroizing<[u8; 32]>, hub_key: [u8; 32]) -> Peers {
        let known = known.into_iter().map(|peer| (peer.device.0, peer)).collect();
        Peers { hub_key, commune_key, known, n_strangers: 0, unreadable: BTreeSet::new(), is_late: false }
    }

    /// Passes batches over that are here already, and those before which something is missing.
    #[must_use]
    pub fn late(self) -> Peers {
        Peers { is_late: true, ..self }
    }

    pub fn n_strangers(&self) -> u32 {
        self.n_strangers
    }

    /// Those whose history ends here before what the hub has of it.
    pub fn unreadable(&self) -> &BTreeSet<u64> {
        &self.unreadable
    }

    /// As [`Peers::take`], but a batch that cannot be read stops nobody but its own PC: what the others wrote has to
    /// come through.
    ///
    /// # Errors
    /// [`SyncError::BadPull`] for what the hub did not sign, and for a bad card.
    pub fn take_or_leave(&mut self, pull: Pull) -> Result<Option<Pulled>, SyncError> {
        if self.unreadable.contains(&pull.device) {
            return Ok(None);
        }
        let device =
            (pull.kind == PullKind::Batch as u8 && pull.is_signed_by(&self.hub_key)).then_some(pull.device);
        match (self.take(pull), device) {
            (Err(SyncError::BadPull(_)), Some(device)) => {
                self.unreadable.insert(device);
                Ok(None)
            }
            (taken, _) => taken,
        }
    }

    /// None for what is of no use here: a PC of strangers, or a thing that only a newer program knows.
    ///
    /// # Errors
    /// [`SyncError::BadPull`] when a signature, a place in a history or the content is wrong.
    pub fn take(&mut self, pull: Pull) -> Result<Option<Pulled>, SyncError> {
        if !pull.is_signed_by(&self.hub_key) {
            return Err(SyncError::BadPull("signature"));
        }
        match pull.kind {
            kind if kind == PullKind::Device as u8 => self.meet(&pull),
            kind if kind == PullKind::Batch as u8 => self.batch(&pull),
            kind if kind == PullKind::Clock as u8 => ClockWords::of_pull(&pull)
                .map(|words| Some(Pulled::Clock(words)))
                .ok_or(SyncError::BadPull("clock")),
            _ => Ok(None),
        }
    }

    fn meet(&mut self, pull: &Pull) -> Result<Option<Pulled>, SyncError> {
        let Some((public_key, card)) = pull.content.split_first_chunk::<32>() else {
            return Err(SyncError::BadPull("card"));
        };
        let device = DeviceId(pull.device);
        if device != DeviceId::of_public_key(public_key) {
            return Err(SyncError::BadPull("device"));
        }
        let Some(card) = Card::open(card, &self.commune_key, public_key) else {
            self.n_strangers += 1;
            return Ok(None);
        };
        let Entry::Vacant(unknown) = self.known.entry(device.0) else { return Ok(None) };
        let peer = PeerRow { device, public_key: *public_key, next_seq: 1, chain: START };
        unknown.insert(peer.clone());
        let officers = card.officers.into_iter().map(|officer| (officer.number, officer.name)).collect();
        Ok(Some(Pulled::Peer { peer, officers }))
    }

    fn batch(&mut self, pull: &Pull) -> Result<Option<Pulled>, SyncError> {
        let Some(peer) = self.known.get_mut(&pull.device) else { return Ok(None) };
        if self.is_late && pull.number != peer.next_seq {
            return Ok(None);
        }
        let opened = batch::open_with_key(&pull.content, &peer.chain, &peer.public_key, &self.commune_key)
            .map_err(|error| SyncError::BadPull(error.reason()))?;
        if opened.header.device != peer.device || opened.header.first_seq != peer.next_seq {
            return Err(SyncError::BadPull("order"));
        }
        peer.next_seq += u64::from(opened.header.count);
        peer.chain = opened.chain;
        Ok(Some(Pulled::Batch { after: peer.clone(), changes: opened.changes }))
    }
}
