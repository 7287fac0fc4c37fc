//! After a fork: the hub has another history of this device than the register. It was cloned, or restored from
//! a backup, and the other copy was there first. That one keeps the device; this one looks at what the hub has
//! of it, finds where the two have parted, and goes on under a device of its own.

use std::collections::BTreeMap;

use sohoi_domain::{Change, DeviceId, RecordId};
use sohoi_protocol::batch::{Chain, START};
use sohoi_protocol::enrol::{RENEW_CONTEXT, RenewReq, RenewRes, to_hex};
use sohoi_protocol::limits;
use sohoi_protocol::message::Hello;
use sohoi_protocol::sign::Signer;
use sohoi_store::{EnrolmentRow, Identity, PeerRow, Register, Renewal};

use crate::carrier::{Carrier, problem};
use crate::enrol::{card, new_device};
use crate::error::SyncError;
use crate::peers::Pulled;
use crate::stage::{Clock, Staged, roots};

/// A renewal on its way. Nothing of the register changes before [`Renewing::finish`].
pub struct Renewing {
    identity: Identity,
    /// Where comparing goes on: everything of the old device before it is the same on both sides.
    place: PeerRow,
    /// Of the hub.
    next_seq: u64,
    /// Newest change that both have, once it is found.
    last_common: Option<u64>,
}

impl Renewing {
    /// `next_seq` and `chain` are where the hub stands. The new device's key is kept from here on, so that the
    /// hub meets the same one after a power cut.
    ///
    /// # Errors
    /// When the register cannot be read or written.
    pub fn begin(
        register: &mut Register,
        (next_seq, chain): (u64, Chain),
        now_ms: i64,
    ) -> Result<Renewing, SyncError> {
        let secret = register.next_device(now_ms, || new_device().0)?;
        let old = register.identity();
        let public_key = Signer::new(&old.device_secret).public_key();
        let identity = Identity {
            device: DeviceId::of_public_key(&Signer::new(&secret).public_key()),
            device_secret: secret,
            commune_key: old.commune_key.clone(),
        };
        let mut place = PeerRow { device: old.device, public_key, next_seq: 1, chain: START };
        // What the hub once signed for, it has, unless it was restored from a backup itself.
        let receipted = register.receipted()? + 1;
        let is_there = receipted < next_seq
            || receipted == next_seq && register.places()?.get(&receipted) == Some(&chain);
        if let Some(chain) = register.places()?.get(&receipted).filter(|_| is_there) {
            (place.next_seq, place.chain) = (receipted, *chain);
        }
        Ok(Renewing { identity, place, next_seq, last_common: None })
    }

    /// What asks the hub to take the new device in.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn request(&self, register: &Register) -> Result<RenewReq, SyncError> {
        let old = register.identity();
        let (signer, old_signer) =
            (Signer::new(&self.identity.device_secret), Signer::new(&old.device_secret));
        let (device, old_device) = (self.identity.device.to_string(), old.device.to_string());
        let parts = [old_device.as_bytes(), device.as_bytes()];
        let card = card(&self.identity, &signer, &register.own_officers()?)?;
        Ok(RenewReq {
            public_key: to_hex(&signer.public_key()),
            signature: to_hex(&signer.sign(RENEW_CONTEXT, &parts)),
            old_signature: to_hex(&old_signer.sign(RENEW_CONTEXT, &parts)),
            card: to_hex(&card),
            device,
        })
    }

    /// A conversation of the new device that brings what the hub has of the old one, and nothing else.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn stage(&self, register: &Register, clock: Clock, token: &str) -> Result<Staged, SyncError> {
        let hub = register.enrolment()?.ok_or(SyncError::NotEnrolled)?;
        // The others' batches can wait.
        let others = register.peers()?.into_iter().map(|peer| (peer.device.0, u64::MAX));
        let mut device_cursors: BTreeMap<u64, u64> = others.collect();
        device_cursors.insert(self.place.device.0, self.place.next_seq);
        let hello = Hello {
            protocol: limits::PROTOCOL,
            program: env!("CARGO_PKG_VERSION").to_string(),
            device: self.identity.device.0,
            next_seq: 1,
            chain: START,
            boot: clock.boot,
            wall_ms: clock.wall_ms,
            monotonic_ms: clock.monotonic_ms,
            catalogue: register.catalogue().version,
            bulletin_cursor: u64::MAX,
            device_cursors,
        };
        Ok(Staged {
            hello,
            batches: Vec::new(),
            hub: EnrolmentRow { token: token.to_string(), ..hub },
            roots: roots(register)?,
            signer: Signer::new(&self.identity.device_secret),
            peers: vec![self.place.clone()],
            commune_key: self.identity.commune_key.clone(),
            final_chain: START,
            next_seq: 1,
            places: BTreeMap::from([(1, START)]),
            n_left_over: 0,
        })
    }

    /// Compares what came down with what is here.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn compare(&mut self, register: &Register, pulled: &Pulled) -> Result<(), SyncError> {
        let Pulled::Batch { after, changes } = pulled else { return Ok(()) };
        if self.last_common.is_some() || after.device != self.place.device {
            return Ok(());
        }
        let first = self.place.next_seq;
        let n = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let own = register.own_changes_after(first - 1, n)?;
        let pairs = changes.iter().zip(&own);
        let n_same = pairs.take_while(|(theirs, (own, emptied))| is_same(theirs, own, *emptied)).count();
        if n_same < changes.len() {
            self.last_common = Some(first - 1 + n_same as u64);
        } else {
            self.place = after.clone();
        }
        Ok(())
    }

    /// True when it is known where the histories have parted. Once everything has come, they have parted at
    /// its end.
    pub fn is_known(&mut self) -> bool {
        if self.last_common.is_none() && self.place.next_seq >= self.next_seq {
            self.last_common = Some(self.place.next_seq - 1);
        }
        self.last_common.is_some()
    }

    /// Where comparing goes on.
    pub fn next_seq(&self) -> u64 {
        self.place.next_seq
    }

    /// Forgets what was believed to be the same; false when that was nothing.
    pub fn from_the_start(&mut self) -> bool {
        let had = self.place.next_seq > 1 || self.last_common.is_some();
        (self.place.next_seq, self.place.chain) = (1, START);
        self.last_common = None;
        had
    }

    /// Goes on under the new device. Answers the records that moved there, by their ids before and since.
    ///
    /// # Errors
    /// When the register cannot be written; it is as before then. [`SyncError::Protocol`] before it is known
    /// where the histories have parted.
    pub fn finish(self, register: &mut Register, token: String, now_ms: i64) -> Result<Moved, SyncError> {
        let renewal = Renewal {
            device: self.identity.device,
            device_secret: self.identity.device_secret,
            last_common: self.last_common.ok_or(SyncError::Protocol)?,
            old: self.place,
            token,
        };
        Ok(register.renew(&renewal, now_ms)?)
    }
}

/// Records that got new ids: the old one and the new.
pub type Moved = BTreeMap<RecordId, RecordId>;

// Of what an erasure emptied here, the steps are compared.
fn is_same(theirs: &Change, own: &Change, is_emptied: bool) -> bool {
    if !is_emptied {
        return theirs == own;
    }
    let step =
        |change: &Change| (change.seq, change.hlc, change.author, change.record, change.kind, change.op);
    step(theirs) == step(own)
}

impl Carrier {
    /// Asks the hub to take a device in that goes on for the one whose token this is.
    ///
    /// # Errors
    /// As for a sync.
    pub async fn renew(&self, hub: &EnrolmentRow, request: &RenewReq) -> Result<RenewRes, SyncError> {
        let url = format!("{}/v1/renew", hub.hub_url.trim_end_matches('/'));
        let sending = self.client().post(url).bearer_auth(&hub.token).json(request);
        let response = sending
            .timeout(std::time::Duration::from_secs(60))
            .send()
            .await
            .map_err(SyncError::of_request)?;
        if !response.status().is_success() {
            return Err(problem(response).await);
        }
        response.json().await.map_err(|_| SyncError::Protocol)
    }
}
